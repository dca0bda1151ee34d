// Runs before the page is painted: the reader's choice of light or dark, and
// headings that have moved to another page.
"use strict";
(() => {
  const page = document.documentElement;
  page.dataset.script = "";
  try {
    const kept = localStorage.getItem("docent-theme");
    if (kept === "light" || kept === "dark") page.dataset.theme = kept;
  } catch {
    // Without storage the system's choice stands.
  }
  const follow = () => {
    for (const meta of document.querySelectorAll('meta[name="docent-moved"]')) {
      const [anchor, to] = meta.content.split(" ");
      if (location.hash === "#" + anchor) location.replace(to);
    }
  };
  follow();
  addEventListener("hashchange", follow);
})();
