// What every page does: the theme's switch, the table of contents that follows
// the reader, and the highlight of a cited passage. The page is
// whole without it.
"use strict";
(() => {
  const page = document.documentElement;
  const docent = (window.docent = { root: page.dataset.root || "" });

  // The words for readers, in the language of the book; `{name}` in them
  // stands for a value.
  docent.say = (key, values = {}) =>
    (docentText[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const { say } = docent;

  // An element with attributes and children; strings become text, never markup.
  docent.make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };

  // The address of a path below the site's root; nothing outside it.
  docent.link = (path) => {
    const root = new URL(docent.root || ".", location.href);
    const url = new URL(docent.root + path, location.href);
    return url.origin === root.origin && url.protocol === root.protocol ? url.href : "#";
  };

  // Calls back as soon as a server answers searches and questions.
  docent.whenLive = (ready) => {
    if (page.dataset.docent === "live") ready();
    else document.addEventListener("docent:live", ready, { once: true });
  };
  // Questions need a server; searches that, or the site's own index.
  function showTools() {
    for (const tool of document.querySelectorAll("[data-open]")) {
      const here = tool.dataset.open === "search" && "search" in page.dataset;
      tool.hidden = !here && page.dataset.docent !== "live";
    }
  }

  const kept = (name, key, value) => {
    try {
      const storage = window[name];
      if (value === undefined) return storage.getItem(key);
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, value);
    } catch {
      // Storage may be switched off; nothing depends on it.
    }
    return null;
  };
  docent.keep = (key, value, storage = "sessionStorage") => kept(storage, key, value);

  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  function switchTheme() {
    const dark = page.dataset.theme ? page.dataset.theme === "dark" : systemDark.matches;
    const wanted = dark ? "light" : "dark";
    // Going back to what the system says means: follow the system again.
    const same = wanted === (systemDark.matches ? "dark" : "light");
    if (same) delete page.dataset.theme;
    else page.dataset.theme = wanted;
    kept("localStorage", "docent-theme", same ? null : wanted);
  }

  async function copyPage(button) {
    const twin = document.querySelector('link[rel="alternate"][type="text/markdown"]');
    const words = button.textContent;
    try {
      const reply = await fetch(twin.href);
      if (!reply.ok) throw new Error("status " + reply.status);
      await navigator.clipboard.writeText(await reply.text());
      button.textContent = say("copied");
      setTimeout(() => (button.textContent = words), 1600);
    } catch {
      // No clipboard, or no server: the reader takes it from there.
      location.href = twin.href;
    }
  }

  // What scrolls sideways can be reached and scrolled with the keyboard.
  function openSideways() {
    for (const box of document.querySelectorAll("article pre, .table-scroll, article > table")) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      if (wide) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
      if (box.matches(".table-scroll")) {
        for (const [name, value] of [
          ["role", "group"],
          ["aria-label", say("wide_table")],
        ]) {
          if (wide) box.setAttribute(name, value);
          else box.removeAttribute(name);
        }
      }
    }
    for (const box of document.querySelectorAll('article li input[type="checkbox"]:not([aria-label])')) {
      box.setAttribute("aria-label", say(box.checked ? "task_done" : "task_open"));
    }
  }

  function followContents() {
    const entries = [...document.querySelectorAll(".toc a")]
      .map((link) => ({ link, heading: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
      .filter((entry) => entry.heading);
    if (!entries.length) return;
    const ended = innerHeight + scrollY >= page.scrollHeight - 4 && scrollY > 0;
    const line = Math.max(110, innerHeight * 0.2);
    const passed = entries.filter((entry) => entry.heading.getBoundingClientRect().top < line);
    const here = ended ? entries[entries.length - 1] : passed[passed.length - 1];
    for (const entry of entries) {
      if (entry === here) entry.link.setAttribute("aria-current", "location");
      else entry.link.removeAttribute("aria-current");
    }
    if (here) within(here.link);
  }

  // Scrolls only the box around a link, and only when the link is out of it.
  function within(link) {
    const box = link.closest("[popover]");
    if (!box || !box.clientHeight) return;
    const [inner, outer] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top < outer.top + 8 || inner.bottom > outer.bottom - 8) {
      box.scrollTop += inner.top - outer.top - box.clientHeight / 3;
    }
  }

  // Text without spaces, quotes, dashes and stops, which typography and line
  // breaks change on the way to the page, and without the bars that stand
  // between the cells of a quoted table; and where each character stands.
  const sparse = (text) => text.replace(/[\s"'`.|\-\u2010-\u2027\u202f]/g, "");
  function squeeze(nodes) {
    let text = "";
    const places = [];
    for (const node of nodes) {
      for (let i = 0; i < node.data.length; i++) {
        if (!sparse(node.data[i])) continue;
        text += node.data[i];
        places.push([node, i]);
      }
    }
    return { text, places };
  }

  // The text under the heading `anchor`, down to the next one of its rank.
  function textUnder(anchor) {
    const article = document.querySelector("article");
    const start = anchor && document.getElementById(anchor);
    if (!article) return [];
    const rank = start && /^H[1-6]$/.test(start.tagName) ? Number(start.tagName[1]) : 0;
    const nodes = [];
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const after = !start || start.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (!after) continue;
      const ends = rank && /^H[1-6]$/.test(node.nodeName) && Number(node.nodeName[1]) <= rank;
      if (ends && node !== start) break;
      if (node.nodeType === Node.TEXT_NODE && !node.parentElement.closest(".code-tools, .note-mark, .anchor")) nodes.push(node);
    }
    return nodes;
  }

  function rangesOf(quotes, nodes) {
    const { text, places } = squeeze(nodes);
    const find = (line) => {
      const wanted = sparse(line);
      let [at, length] = [wanted ? text.indexOf(wanted) : -1, wanted.length];
      if (at < 0 && length > 48) [at, length] = [text.indexOf(wanted.slice(0, 40)), 40];
      if (at < 0) return [];
      const range = document.createRange();
      range.setStart(...places[at]);
      const [node, offset] = places[at + length - 1];
      range.setEnd(node, offset + 1);
      return [range];
    };
    return quotes.flatMap((quote) => {
      const whole = find(quote);
      return whole.length
        ? whole
        : quote
            .split("\n")
            .filter((line) => line.length > 20)
            .flatMap(find);
    });
  }

  const plainPath = (url) => url.pathname.replace(/(^|\/)index\.html$/, "$1") + url.hash;

  // Remembers what was quoted until the page at `href` opens and shows it.
  docent.cite = (href, quotes) => {
    docent.keep("docent-cite", JSON.stringify({ at: plainPath(new URL(href, location.href)), quotes }));
    setTimeout(showCited, 60);
  };

  function showCited() {
    const note = docent.keep("docent-cite");
    const cited = note && JSON.parse(note);
    if (!cited || cited.at !== plainPath(location)) return;
    docent.keep("docent-cite", null);
    const ranges = rangesOf(cited.quotes, textUnder(decodeURIComponent(location.hash.slice(1))));
    if (!ranges.length) return;
    if (window.Highlight && CSS.highlights) CSS.highlights.set("docent-cited", new Highlight(...ranges));
    const first = ranges[0].startContainer.parentElement;
    for (let box = first.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    const place = ranges[0].getBoundingClientRect();
    if (place.top < 80 || place.bottom > innerHeight - 40) first.scrollIntoView({ block: "center" });
    page.dataset.cited = String(ranges.length);
  }

  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      followContents();
    });
  };
  // The window is not alone in making the text narrower: so does the ask panel.
  const width = new ResizeObserver(() => {
    soon();
    openSideways();
  });

  function dress() {
    openSideways();
    followContents();
    width.disconnect();
    const main = document.querySelector("main");
    if (main) width.observe(main);
    showTools();
    const current = document.querySelector(".nav a[aria-current]");
    if (current) within(current);
  }

  // The files of a page by their names, which change with what is in them.
  const files = (from) =>
    [...from.querySelectorAll('head script[src], head link[rel="stylesheet"]')]
      .map((file) => (file.getAttribute("src") || file.getAttribute("href")).split("/").pop())
      .join(" ");
  const swapped = 'head meta[name="description"], head meta[name^="docent-"], head link[rel="canonical"], head link[type="text/markdown"]';

  // Puts a page that was fetched in place of the one shown; false when only
  // loading it as a whole will do. Dialogs and their state stay.
  docent.turnTo = (fresh) => {
    const [frame, next] = [document.querySelector(".frame"), fresh.querySelector(".frame")];
    if (!frame || !next || next.querySelector("script") || files(document) !== files(fresh)) return false;
    const depth = nav()?.scrollTop;
    if (page.dataset.docent) {
      const detail = next.cloneNode(true);
      document.dispatchEvent(new CustomEvent("docent:turn", { detail }));
    }
    frame.replaceWith(document.adoptNode(next));
    document.title = fresh.title;
    for (const old of document.querySelectorAll(swapped)) old.remove();
    for (const now of fresh.querySelectorAll(swapped)) document.head.append(document.adoptNode(now));
    for (const key of ["path", "root", "kind"]) {
      const value = fresh.documentElement.dataset[key];
      if (value === undefined) delete page.dataset[key];
      else page.dataset[key] = value;
    }
    docent.root = page.dataset.root || "";
    const links = [...fresh.querySelectorAll("header.top a")];
    document.querySelectorAll("header.top a").forEach((link, at) => (link.href = links[at]?.getAttribute("href")));
    delete page.dataset.cited;
    if (nav() && depth) nav().scrollTop = depth;
    document.dispatchEvent(new Event("docent:page"));
    return true;
  };

  const nav = () => document.querySelector(".nav");
  if (nav()) nav().scrollTop = Number(docent.keep("docent-nav") || 0);
  addEventListener("pagehide", () => nav() && docent.keep("docent-nav", String(nav().scrollTop)));

  addEventListener("scroll", soon, { passive: true });
  addEventListener("load", showCited);
  addEventListener("hashchange", showCited);
  document.addEventListener("docent:page", dress);
  document.addEventListener("docent:page", showCited);
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest('[data-action="theme"]')) switchTheme();
    const whole = event.target.closest('[data-action="copy-page"]');
    if (whole) copyPage(whole);
    const toc = event.target.closest(".toc a") && document.querySelector(".toc:popover-open");
    if (toc) toc.hidePopover();
  });
  for (const button of document.querySelectorAll('[data-action="theme"]')) button.hidden = false;
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    for (const key of document.querySelectorAll(".find kbd")) key.textContent = "⌘ K";
  }
  docent.whenLive(showTools);
  dress();
})();
