// Opens the search dialog, which is fetched when it is first wanted. What is
// typed meanwhile is not lost.
"use strict";
(() => {
  const given = document.currentScript.dataset;
  const absolute = (path) => new URL(docent.root + path, location.href).href;
  const dialog = absolute(given.dialog);
  docent.finder = {
    index: (given.index || "").split(" ").filter(Boolean).map(absolute),
    start: absolute("assets/search/index.js"),
  };
  let typed = null;

  // Runs a script of the site, once.
  const ran = new Map();
  docent.run = (src) => {
    if (!ran.has(src)) {
      const coming = new Promise((done, fail) => {
        const script = docent.make("script", { src });
        // Several are fetched side by side, and run in their order.
        script.async = false;
        script.addEventListener("load", done);
        script.addEventListener("error", fail);
        document.body.append(script);
      });
      ran.set(src, coming);
      coming.catch(() => ran.delete(src));
    }
    return ran.get(src);
  };

  // Runs scripts of which each may need those before it: when one does not come,
  // none has.
  docent.runAll = async (all) => {
    try {
      await Promise.all(all.map(docent.run));
    } catch (error) {
      for (const src of all) ran.delete(src);
      throw error;
    }
  };

  async function open(query) {
    typed = query;
    try {
      await docent.run(dialog);
      docent.search(typed);
    } catch {
      // Without it there is nothing to say it with; the next try fetches again.
    } finally {
      typed = null;
    }
  }

  function onKey(event) {
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (typed !== null && bare && event.key.length === 1) {
      typed += event.key;
      return event.preventDefault();
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const shortcut =
      (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k";
    if (!shortcut && (event.key !== "/" || typing || !bare)) return;
    event.preventDefault();
    const shown = document.querySelector("dialog.search[open]");
    if (shortcut && shown) shown.close();
    else open("");
  }

  function begin() {
    document.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest('[data-open="search"]')) open("");
    });
    document.addEventListener("keydown", onKey);
    const query = new URLSearchParams(location.search).get("q");
    if (query) open(query);
  }
  // By then it is known whether there is a server.
  if (docent.finder.index.length) document.addEventListener("DOMContentLoaded", begin);
  else docent.whenLive(begin);
})();
