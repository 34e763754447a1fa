// Before anything is drawn: what only works with a script may show, so that nothing moves later.
document.documentElement.classList.add("scripted");
try {
  if (localStorage.getItem("factcheck-keys") === "off") document.documentElement.classList.add("keys-off");
} catch {
  // private windows may refuse; the switch then lasts for this page
}
