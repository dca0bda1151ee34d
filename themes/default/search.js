// The search dialog: asks the server while the reader types. Everything that
// comes back is shown as text, never as markup.
"use strict";
(() => {
  const { make, say } = docent;
  const kinds = (document.documentElement.dataset.kinds || "").split(" ").filter(Boolean);
  let ui = null;
  let request = null;
  let timer = 0;
  let chosen = -1;

  function build() {
    const input = make("input", {
      type: "search",
      role: "combobox",
      "aria-label": say("search_docs"),
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "docent-hits",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "go",
      maxlength: "400",
      placeholder: say("search_docs"),
    });
    const close = make("button", { type: "button", class: "icon", "aria-label": say("close") }, "✕");
    const hits = make("div", {
      class: "hits",
      id: "docent-hits",
      role: "listbox",
      "aria-label": say("results"),
      hidden: true,
    });
    const note = make("p", { class: "search-note" });
    const status = make("span", { role: "status" });
    const foot = make(
      "p",
      { class: "search-foot" },
      make("span", {}, make("kbd", {}, "↑"), " ", make("kbd", {}, "↓"), " " + say("choose")),
      make("span", {}, make("kbd", {}, "Enter"), " " + say("open")),
      make("span", {}, make("kbd", {}, "Esc"), " " + say("shut")),
      status,
    );
    const dialog = make(
      "dialog",
      { class: "search", "aria-label": say("search_docs") },
      make("div", { class: "search-head" }, glass(), input, close),
      filter(),
      note,
      hits,
      foot,
    );
    document.body.append(dialog);
    ui = { dialog, input, hits, note, status };

    input.addEventListener("input", () => schedule(60));
    dialog.addEventListener("change", () => schedule(0));
    dialog.addEventListener("keydown", onKey);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => request?.abort());
    hits.addEventListener("click", onOpen);
    hits.addEventListener("mousemove", (event) => {
      const hit = event.target.closest(".hit");
      if (hit) choose([...hits.children].indexOf(hit));
    });
  }

  // The magnifying glass of the header once more.
  const glass = () => document.querySelector(".find svg")?.cloneNode(true);

  function filter() {
    if (kinds.length < 2) return null;
    const option = (value, label) =>
      make(
        "label",
        value ? { "data-kind": value } : {},
        make("input", { type: "radio", name: "docent-kind", value, checked: !value }),
        make("span", {}, label),
      );
    return make(
      "fieldset",
      { class: "kinds", "aria-label": say("kind") },
      option("", say("everything")),
      ...kinds.map((kind) => option(kind, say(kind))),
    );
  }

  function open(query) {
    if (!ui) build();
    if (!ui.dialog.open) ui.dialog.showModal();
    if (typeof query === "string") ui.input.value = query;
    ui.input.select();
    schedule(0);
  }

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(search, wait);
  }

  async function search() {
    request?.abort();
    const query = ui.input.value.trim();
    if (!query) {
      ui.status.textContent = "";
      return tell(say("hint"));
    }
    const mine = (request = new AbortController());
    const slow = setTimeout(() => (ui.status.textContent = say("searching")), 250);
    const parameters = new URLSearchParams({ q: query, limit: "8" });
    const kind = ui.dialog.querySelector(".kinds input:checked")?.value;
    if (kind) parameters.set("kind", kind);
    try {
      const reply = await fetch(docent.root + "api/search?" + parameters, { signal: mine.signal });
      if (!reply.ok) throw new Error("status " + reply.status);
      const found = await reply.json();
      if (mine.signal.aborted) return;
      show(query, found);
    } catch {
      if (mine.signal.aborted) return;
      ui.status.textContent = "";
      tell(say("no_search"));
    } finally {
      clearTimeout(slow);
    }
  }

  function tell(text) {
    ui.note.textContent = text;
    ui.note.hidden = false;
    ui.hits.hidden = true;
    ui.hits.replaceChildren();
    choose(-1);
  }

  function show(query, found) {
    const count = found.hits.length;
    ui.status.textContent = count
      ? say(count === 1 ? "found_one" : "found", { count, time: found.took_ms })
      : say("none");
    ui.note.hidden = count > 0;
    ui.note.textContent = say("nothing", { query });
    ui.hits.replaceChildren(...found.hits.map(row), ...(docent.ask ? [askRow(query)] : []));
    ui.hits.hidden = !ui.hits.children.length;
    ui.hits.scrollTop = 0;
    choose(count ? 0 : -1);
  }

  function row(hit, index) {
    const heading = hit.heading && hit.heading !== hit.title ? hit.heading : "";
    const where = make("span", { class: "where" });
    if (hit.kind) where.append(make("i", { "data-kind": hit.kind }, say(hit.kind)));
    const above = new Set([hit.title, ...(hit.trail || [])]);
    for (const part of above) {
      if (part === (heading || hit.title)) continue;
      where.append(where.childNodes.length ? " › " : "", part);
    }
    const excerpt = make(
      "span",
      { class: "excerpt" },
      ...(hit.excerpt || []).map((run) => (run.mark ? make("mark", {}, run.text) : run.text)),
    );
    return make(
      "a",
      {
        class: "hit",
        role: "option",
        id: "docent-hit-" + index,
        tabindex: "-1",
        "aria-selected": "false",
        href: docent.link(hit.url),
      },
      make("b", {}, heading || hit.title),
      where.childNodes.length ? where : null,
      excerpt,
    );
  }

  function askRow(query) {
    return make(
      "a",
      {
        class: "hit",
        role: "option",
        id: "docent-hit-ask",
        tabindex: "-1",
        "aria-selected": "false",
        "data-ask": query,
        href: "?" + new URLSearchParams({ ask: query }),
      },
      make("b", {}, say("ask_row", { query })),
      make("span", { class: "where" }, say("ask_row_note")),
    );
  }

  function choose(index) {
    const rows = [...ui.hits.children];
    chosen = rows.length ? Math.max(-1, Math.min(index, rows.length - 1)) : -1;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    ui.input.setAttribute("aria-expanded", String(rows.length > 0));
    if (chosen < 0) return ui.input.removeAttribute("aria-activedescendant");
    ui.input.setAttribute("aria-activedescendant", rows[chosen].id);
  }

  function onKey(event) {
    const rows = ui.hits.children;
    if (event.isComposing) return;
    // A search field would only be emptied by it.
    if (event.key === "Escape") {
      event.preventDefault();
      ui.dialog.close();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target !== ui.input || !rows.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + rows.length) % rows.length);
      rows[chosen].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && event.target === ui.input) {
      event.preventDefault();
      rows[Math.max(chosen, 0)]?.click();
    }
  }

  function onOpen(event) {
    const hit = event.target.closest(".hit");
    if (!hit || event.ctrlKey || event.metaKey || event.shiftKey) return;
    ui.dialog.close();
    if (hit.dataset.ask) {
      event.preventDefault();
      docent.ask(hit.dataset.ask);
    }
  }

  docent.whenLive(() => {
    document.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest('[data-open="search"]')) open();
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const shortcut =
        (event.ctrlKey || event.metaKey) &&
        !event.shiftKey &&
        !event.altKey &&
        event.key.toLowerCase() === "k";
      if (shortcut || (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey)) {
        event.preventDefault();
        if (shortcut && ui?.dialog.open) ui.dialog.close();
        else open();
      }
    });
    const query = new URLSearchParams(location.search).get("q");
    if (query) open(query);
  });
})();
