// Opens the ask panel, which is fetched when it is first wanted, and offers to
// ask about words that a reader selects.
"use strict";
(() => {
  const { make, say } = docent;
  const parts = document.currentScript.dataset.panel
    .split(" ")
    .map((path) => new URL(docent.root + path, location.href).href);
  // Longer than it takes to select with the keyboard, letter by letter.
  const PAUSE = 250;
  const LONGEST = 300;
  let offer = null;
  let about = null;
  let timer = 0;

  async function load() {
    await docent.runAll(parts);
    return docent.panel;
  }

  docent.ask = async (question, about) => {
    try {
      (await load()).open(question, about);
    } catch {
      // The server that has the panel is gone.
      const told = make("p", { class: "ask-lost", role: "alert" }, say("offline"));
      document.body.append(told);
      setTimeout(() => told.remove(), 5000);
    }
  };

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const article = document.querySelector("article");
    const text = selection.toString().replace(/\s+/g, " ").trim();
    return text.length > 2 && article?.contains(range.commonAncestorContainer) ? { text, range } : null;
  }

  function suggest() {
    const found = selected();
    const last = found && [...found.range.getClientRects()].pop();
    if (!last) return withdraw();
    const title = document.querySelector("article h1")?.textContent.trim() || document.title;
    about = { text: found.text.slice(0, LONGEST), title };
    if (!offer) {
      offer = make("button", { type: "button", class: "ask-this" }, say("ask_this"));
      // A press would take the selection away.
      offer.addEventListener("pointerdown", (event) => event.preventDefault());
      offer.addEventListener("click", () => {
        const chosen = about;
        withdraw();
        docent.ask("", chosen);
      });
      document.body.append(offer);
    }
    offer.hidden = false;
    const room = page.clientWidth - offer.offsetWidth - 8;
    const top = Math.min(last.bottom + 8, innerHeight - offer.offsetHeight - 8);
    offer.style.left = `${scrollX + Math.max(8, Math.min(last.right - offer.offsetWidth / 2, room))}px`;
    offer.style.top = `${scrollY + top}px`;
  }

  function withdraw() {
    if (!offer || offer.hidden) return;
    const focused = document.activeElement === offer;
    offer.hidden = true;
    if (focused) document.querySelector("main")?.focus({ preventScroll: true });
  }

  // The button stands at the end of the page: one Tab leads there all the same.
  function onKey(event) {
    if (!offer || offer.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault();
      withdraw();
    } else if (event.key === "Tab" && !event.shiftKey && !event.target.closest("input, textarea, dialog, .ask-this")) {
      event.preventDefault();
      offer.focus({ preventScroll: true });
    }
  }

  const page = document.documentElement;
  docent.whenLive(() => {
    document.addEventListener("click", (event) => {
      if (!(event.target instanceof Element) || !event.target.closest('[data-open="ask"]')) return;
      if (document.querySelector("dialog.panel[open]")) docent.panel.hide();
      else docent.ask("");
    });
    document.addEventListener("selectionchange", () => {
      clearTimeout(timer);
      if (selected()) timer = setTimeout(suggest, PAUSE);
      else if (document.activeElement !== offer) withdraw();
    });
    document.addEventListener("keydown", onKey);
    document.addEventListener("docent:page", withdraw);
    addEventListener("resize", withdraw);
    const question = new URLSearchParams(location.search).get("ask");
    const kept = JSON.parse(docent.keep("docent-talk") || "null");
    if (question) docent.ask(question);
    else if (kept?.open) load().then((panel) => panel.goOn(), () => {});
  });
})();
