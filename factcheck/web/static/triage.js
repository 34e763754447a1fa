// Keys for reviewers: an element with data-key="k p" is clicked (or focused, if it is a field) on either key.
(() => {
  "use strict";
  const page = document.documentElement;
  page.classList.add("scripted");

  const toggle = document.getElementById("keys");
  const remembered = () => {
    try {
      return localStorage.getItem("factcheck-keys") !== "off";
    } catch {
      return true;
    }
  };
  let on = remembered();
  const show = () => {
    page.classList.toggle("keys-off", !on);
    if (toggle) toggle.checked = on;
  };
  show();
  toggle?.addEventListener("change", () => {
    on = toggle.checked;
    try {
      localStorage.setItem("factcheck-keys", on ? "on" : "off");
    } catch {
      // private windows may refuse; the switch then lasts for this page
    }
    show();
  });

  const field = (element) => element?.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] .open")];
  const step = (by) => {
    const links = rows();
    if (!links.length) return false;
    const next = links.indexOf(document.activeElement) + by;
    const row = links[Math.min(Math.max(next, 0), links.length - 1)];
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  };
  const target = (key) =>
    [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key.split(" ").includes(key));

  let leaving = false;
  addEventListener("pageshow", () => (leaving = false));
  document.addEventListener("submit", () => (leaving = true));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && field(document.activeElement)) {
      document.activeElement.blur();
      return;
    }
    if (!on || leaving || event.repeat || field(event.target)) return;
    const element = target(event.key);
    if (element) {
      event.preventDefault();
      if (field(element)) element.focus();
      else element.click();
    } else if ("jn".includes(event.key)) {
      if (step(1)) event.preventDefault();
    } else if ("kp".includes(event.key)) {
      if (step(-1)) event.preventDefault();
    }
  });
})();
