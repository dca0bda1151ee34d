// The search dialog: asks the server while the reader types or, where there is
// none, the index of the site. Fetched when it is first opened. Everything that
// comes back is shown as text, never as markup.
"use strict";
(() => {
  const { make, say } = docent;
  const page = document.documentElement;
  const isLive = () => page.dataset.docent === "live";
  const LIMIT = 8;
  const PAUSE = 200;
  const kinds = (document.documentElement.dataset.kinds || "").split(" ").filter(Boolean);
  let ui = null;
  let request = null;
  let [timer, quoting] = [0, 0];
  let [pace, struck] = [200, 0];
  let waiting = [];
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

    input.addEventListener("input", () => schedule(isLive() ? 60 : pause()));
    dialog.addEventListener("change", () => schedule(0));
    dialog.addEventListener("keydown", onKey);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => request?.abort());
    hits.addEventListener("click", onOpen);
    note.addEventListener("click", (event) => {
      if (!event.target.closest("button")) return;
      docent.keep(recents, null, "localStorage");
      search();
      input.focus();
    });
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

  docent.search = (query) => {
    if (!ui) build();
    if (!ui.dialog.open) ui.dialog.showModal();
    if (query) ui.input.value = query;
    else ui.input.select();
    if (!isLive()) prepare().catch(() => {});
    schedule(0);
  };

  // What searches without a server; fetched again when that has failed.
  async function prepare() {
    await docent.runAll(docent.finder.index);
    return docent.index;
  }

  // How long nothing has to be typed before the index is searched: longer than
  // this reader takes from key to key, since every search fetches files.
  function pause() {
    const now = performance.now();
    pace = (pace + Math.min(now - struck, 400)) / 2;
    struck = now;
    return Math.max(200, 1.5 * pace);
  }

  function schedule(wait) {
    clearTimeout(timer);
    clearTimeout(quoting);
    timer = setTimeout(search, wait);
  }

  async function search() {
    request?.abort();
    const query = ui.input.value.trim();
    if (!query) {
      ui.status.textContent = "";
      return welcome();
    }
    const mine = (request = new AbortController());
    const slow = setTimeout(() => (ui.status.textContent = say("searching")), 250);
    const kind = ui.dialog.querySelector(".kinds input:checked")?.value || "";
    try {
      const found = await (isLive() ? askServer(query, kind, mine.signal) : askIndex(ui.input.value, kind));
      if (mine.signal.aborted) return;
      show(query, found);
    } catch {
      if (mine.signal.aborted) return;
      const why = await reason();
      if (mine.signal.aborted) return;
      ui.status.textContent = "";
      tell(say(why));
    } finally {
      clearTimeout(slow);
    }
  }

  async function askServer(q, kind, signal) {
    const parameters = new URLSearchParams({ q, limit: String(LIMIT) });
    if (kind) parameters.set("kind", kind);
    const reply = await fetch(docent.root + "api/search?" + parameters, { signal });
    if (!reply.ok) throw new Error("status " + reply.status);
    return reply.json();
  }

  async function askIndex(text, kind) {
    const started = performance.now();
    const index = await prepare();
    const found = await index.search(text.trimStart(), kind, LIMIT);
    found.took_ms = Math.round(performance.now() - started);
    return found;
  }

  // Why nothing answers, as the key of what readers are told.
  async function reason() {
    if (navigator.onLine === false) return "search_offline";
    if (isLive()) return "no_search";
    if (location.protocol === "file:") return "no_index";
    try {
      const reply = await fetch(docent.finder.start, { method: "HEAD", cache: "no-store" });
      return reply.ok ? "no_search" : "no_index";
    } catch {
      return "search_offline";
    }
  }

  // What this reader looked for before, newest first.
  const recents = "docent-searches " + new URL(docent.root || ".", location.href).pathname;
  const recent = () => {
    try {
      return JSON.parse(docent.keep(recents, undefined, "localStorage") || "[]").slice(0, 5);
    } catch {
      return [];
    }
  };

  function welcome() {
    const known = recent();
    if (!known.length) return tell(say("hint"));
    const clear = make("button", { type: "button", class: "clear" }, say("clear"));
    ui.note.replaceChildren(say("recent"), " ", clear);
    ui.note.hidden = false;
    fill(
      known.map((query, index) =>
        option(index, { "data-again": query, href: "?" + new URLSearchParams({ q: query }) }, make("b", {}, query)),
      ),
    );
    choose(-1);
  }

  function tell(...parts) {
    ui.note.replaceChildren(...parts);
    ui.note.hidden = false;
    fill([]);
    choose(-1);
  }

  function fill(rows) {
    ui.hits.replaceChildren(...rows);
    ui.hits.hidden = !rows.length;
    ui.hits.scrollTop = 0;
  }

  function show(query, found) {
    waiting = [];
    const count = found.hits.length;
    ui.status.textContent = count
      ? say(count === 1 ? "found_one" : "found", { count, time: found.took_ms })
      : say("none");
    ui.note.hidden = count > 0;
    ui.note.textContent = say("nothing", { query });
    const rows = found.hits.map((hit, index) => row(hit, index, found));
    if (!count && found.meant) {
      const meant = { "data-again": found.meant, href: "?" + new URLSearchParams({ q: found.meant }) };
      rows.push(option("meant", meant, make("b", {}, say("meant", { query: found.meant }))));
    }
    if (docent.ask && isLive()) rows.push(askRow(query));
    fill(rows);
    quoting = setTimeout(quote, PAUSE);
    choose(count || found.meant ? 0 : -1);
  }

  // Excerpts come from the pages themselves: who still types does without.
  function quote() {
    for (const { excerpt, hit, found } of waiting.splice(0)) {
      const fill = (runs) => excerpt.replaceChildren(...marked(runs));
      const done = () => excerpt.classList.remove("coming");
      docent.index.excerpt(hit, found).then(fill).then(done, done);
    }
  }

  const option = (name, attributes, ...children) =>
    make(
      "a",
      {
        class: "hit",
        role: "option",
        id: "docent-hit-" + name,
        tabindex: "-1",
        "aria-selected": "false",
        ...attributes,
      },
      ...children,
    );

  const marked = (runs) => runs.map((run) => (run.mark ? make("mark", {}, run.text) : run.text));

  function row(hit, index, found) {
    const heading = hit.heading && hit.heading !== hit.title ? hit.heading : "";
    const where = make("span", { class: "where" });
    if (hit.kind) where.append(make("i", { "data-kind": hit.kind }, say(hit.kind)));
    const above = new Set([hit.title, ...(hit.trail || [])]);
    for (const part of above) {
      if (part === (heading || hit.title)) continue;
      where.append(where.childNodes.length ? " › " : "", part);
    }
    const excerpt = make("span", { class: "excerpt" }, ...marked(hit.excerpt || []));
    if (!hit.excerpt && docent.index?.excerpt && location.protocol !== "file:") {
      excerpt.classList.add("coming");
      waiting.push({ excerpt, hit, found });
    }
    const href = docent.link(hit.url);
    const place = where.childNodes.length ? where : null;
    return option(index, { href }, make("b", {}, heading || hit.title), place, excerpt);
  }

  function askRow(query) {
    return option(
      "ask",
      { "data-ask": query, href: "?" + new URLSearchParams({ ask: query }) },
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
    if (hit.dataset.again) {
      event.preventDefault();
      ui.input.value = hit.dataset.again;
      ui.input.focus();
      return schedule(0);
    }
    const query = ui.input.value.trim();
    docent.keep(recents, JSON.stringify([query, ...recent().filter((other) => other !== query)]), "localStorage");
    ui.dialog.close();
    if (hit.dataset.ask) {
      event.preventDefault();
      docent.ask(hit.dataset.ask);
    }
  }
})();
