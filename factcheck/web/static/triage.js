// Keys for reviewers. An element with data-action is clicked (or focused, if it is a field) on the key of that action:
// its data-key, unless the reader chose another one, which this browser remembers.
(() => {
  "use strict";
  const page = document.documentElement;
  const kept = {
    read(name) {
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    write(name, value) {
      try {
        localStorage.setItem(name, value);
      } catch {
        // private windows may refuse; the choice then lasts for this page
      }
    },
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isField = (element) => element?.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

  // which key does what
  let chosen = {};
  try {
    chosen = Object(JSON.parse(kept.read("factcheck-key-map") ?? "{}"));
  } catch {
    // written by something else: the usual keys hold
  }
  const usual = new Map(all("[data-remaps]").map((button) => [button.dataset.remaps, button.dataset.default]));
  const keyOf = (action, otherwise) => (typeof chosen[action] === "string" ? chosen[action] : otherwise);
  const showKeys = () => {
    for (const element of all("[data-action]")) {
      element.dataset.usual ??= element.dataset.key;
      element.dataset.key = keyOf(element.dataset.action, element.dataset.usual);
      element.setAttribute("aria-keyshortcuts", element.dataset.key);
    }
    for (const label of all("[data-shows]")) {
      label.dataset.usual ??= label.textContent;
      label.textContent = keyOf(label.dataset.shows, label.dataset.usual);
    }
  };
  showKeys();

  // choosing other keys
  let waiting = null;
  const tell = (text) => all("[data-keys-told]").forEach((place) => (place.textContent = text));
  const label = (button) => button.closest("li").querySelector("span").textContent.split(":")[0];
  const stopWaiting = () => {
    waiting?.classList.remove("waiting");
    waiting = null;
  };
  const rename = (action, key) => {
    const taken = [...usual.keys()].find((other) => other !== action && keyOf(other, usual.get(other)) === key);
    if (taken) {
      tell(`“${key}” is taken by: ${label(all(`[data-remaps="${CSS.escape(taken)}"]`)[0])}. Choose another.`);
      return;
    }
    chosen[action] = key;
    kept.write("factcheck-key-map", JSON.stringify(chosen));
    showKeys();
    tell(`“${key}” is now: ${label(waiting)}.`);
    stopWaiting();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-remaps]");
    if (button) {
      stopWaiting();
      waiting = button;
      button.classList.add("waiting");
      tell(`Press the new key for: ${label(button)}. Esc leaves it as it is.`);
    } else if (event.target.closest?.("[data-keys-reset]")) {
      chosen = {};
      kept.write("factcheck-key-map", "{}");
      showKeys();
      tell("The usual keys are back.");
    }
  });

  // the switch
  const toggle = document.getElementById("keys");
  let on = kept.read("factcheck-keys") !== "off";
  const show = () => {
    page.classList.toggle("keys-off", !on);
    if (toggle) toggle.checked = on;
  };
  show();
  toggle?.addEventListener("change", () => {
    on = toggle.checked;
    kept.write("factcheck-keys", on ? "on" : "off");
    show();
  });

  // dialogs: the keys, and a whole article beside the pair
  for (const button of all("[data-opens]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
  }
  const panel = document.getElementById("article-panel");
  let shown = "";
  const showArticle = async (link) => {
    const body = panel.querySelector(".panel-body");
    panel.dataset.edge = link.dataset.edge;
    if (!panel.open) panel.showModal();
    if (shown !== link.href) {
      body.textContent = "Loading…";
      try {
        const answer = await fetch(link.dataset.panel, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw new Error(answer.statusText);
        const text = new DOMParser().parseFromString(await answer.text(), "text/html");
        body.replaceChildren(...text.body.childNodes);
        shown = link.href;
      } catch {
        location.assign(link.href);
        return;
      }
    }
    body.querySelector(".this-claim")?.scrollIntoView({ block: "center" });
  };
  if (panel) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[data-panel]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      if (panel.open && shown === link.href) panel.close();
      else showArticle(link);
    });
  }
  for (const dialog of all("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // outside of it
  }

  // long work: the page is asked again until it is over
  const follow = async () => {
    const job = document.querySelector('[data-job="running"]');
    if (!job) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("job");
      if (now && !(job.contains(document.activeElement) && now.dataset.job === "running")) job.replaceWith(now);
      else if (now) job.querySelector(".job-line").textContent = now.querySelector(".job-line").textContent;
    } catch {
      // the server does not answer just now: asked again
    }
    setTimeout(follow, 1000);
  };
  setTimeout(follow, 400);

  // lists
  const step = (by) => {
    const links = all("[data-rows] .open");
    if (!links.length) return false;
    const row = links[Math.min(Math.max(links.indexOf(document.activeElement) + by, 0), links.length - 1)];
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  };

  let leavingUntil = 0; // not for good: whoever stops the browser is still on this page
  const isLeaving = () => Date.now() < leavingUntil;
  addEventListener("pageshow", () => (leavingUntil = 0));
  document.addEventListener("submit", (event) => {
    if (isLeaving()) event.preventDefault(); // a second click, or key, before the answer came
    else if (event.target.method === "post") leavingUntil = Date.now() + 3000;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (waiting) {
      if (["Shift", "Tab", "Enter"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "Escape") {
        stopWaiting();
        tell("Left as it was.");
      } else if (event.key.length === 1 && event.key !== " ") rename(waiting.dataset.remaps, event.key);
      return;
    }
    if (event.key === "Escape" && isField(document.activeElement)) {
      document.activeElement.blur();
      return;
    }
    if (!on || isLeaving() || event.repeat || isField(event.target)) return;
    const open = document.querySelector("dialog[open]");
    const element = all("[data-action]").find((one) => one.dataset.key === event.key);
    if (open && !(element?.matches("[data-panel]") && open === panel)) return;
    if (element) {
      event.preventDefault();
      if (isField(element)) element.focus();
      else element.click();
    } else if (event.key === keyOf("next", "j")) {
      if (step(1)) event.preventDefault();
    } else if (event.key === keyOf("previous", "k")) {
      if (step(-1)) event.preventDefault();
    }
  });
})();
