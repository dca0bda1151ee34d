// Added by `docent serve`: says that a server is there, and changes the page in
// place when its source has changed.
"use strict";
(() => {
  const page = document.documentElement;
  const PATIENCE = 1000;
  const AGAIN = 3000;
  const bare = (from) => from.querySelector(".frame")?.cloneNode(true);
  // The page as it was served: this script is the first to run.
  let served = bare(document);
  document.addEventListener("docent:turn", (event) => (served = event.detail));
  document.addEventListener("DOMContentLoaded", start);
  let say;
  let events = null;
  let generation = null;
  let overlay = null;
  let lost = false;
  let soon = 0;

  function start() {
    // The pages at old addresses have nothing to keep up to date.
    if (!window.docent) return;
    say = docent.say;
    page.dataset.docent = "live";
    document.dispatchEvent(new Event("docent:live"));
    // A browser opens six connections to a host: tabs out of sight give theirs up.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) events?.close();
      else if (!events || events.readyState === EventSource.CLOSED) connect();
    });
    addEventListener("pagehide", () => events?.close());
    addEventListener("pageshow", (event) => event.persisted && connect());
    if (!document.hidden) connect();
  }

  function connect() {
    const root = new URL(page.dataset.root || ".", location.href).href;
    events = new EventSource(root + "_docent/events");
    events.addEventListener("hello", (event) => greet(JSON.parse(event.data)));
    events.addEventListener("changed", (event) => arrive(JSON.parse(event.data)));
    events.addEventListener("problems", (event) => complain(JSON.parse(event.data)));
    events.addEventListener("embedding", (event) => wait(JSON.parse(event.data)));
    events.addEventListener("error", () => {
      lost = true;
      wait({ total: 0 });
      // After a refusal the browser does not try again by itself.
      if (events.readyState === EventSource.CLOSED && !document.hidden) setTimeout(again, AGAIN);
    });
  }

  function again() {
    if (!document.hidden && events.readyState === EventSource.CLOSED) connect();
  }

  // After a time without the server nothing is known of what it shows now; a
  // restarted one counts its generations from the start again.
  function greet(hello) {
    const missed = generation !== null && hello.generation !== generation;
    generation = hello.generation;
    // What keeps the book from being built is told after this.
    complain({ text: [] });
    if (missed || lost) refresh();
    lost = false;
  }

  function arrive(change) {
    const missed = generation !== null && change.generation !== generation + 1;
    generation = change.generation;
    if (missed || change.pages === null || change.pages.includes(page.dataset.path)) refresh();
  }

  // XMLHttpRequest hands over a parsed document that runs no script.
  function refresh() {
    const path = page.dataset.path;
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => {
      if (path !== page.dataset.path) return;
      if (request.status !== 200 || !request.response || !swap(request.response)) location.reload();
    };
    request.onerror = () => location.reload();
    request.send();
  }

  const scripts = (from) =>
    [...from.querySelectorAll("head script[src]")].map((script) => script.getAttribute("src").split("/").pop()).join();

  function swap(fresh) {
    if (scripts(document) !== scripts(fresh)) return false;
    restyle(fresh);
    const next = bare(fresh);
    if (next && served && mend(next)) {
      served = next;
      document.title = fresh.title;
      document.dispatchEvent(new Event("docent:page"));
      return true;
    }
    const [x, y] = [scrollX, scrollY];
    if (!docent.turnTo(fresh)) return false;
    scrollTo({ left: x, top: y, behavior: "instant" });
    return true;
  }

  // A style sheet that has changed comes before the one that it replaces goes.
  function restyle(fresh) {
    const sheets = (from) => [...from.querySelectorAll('head link[rel="stylesheet"]:not([data-old])')];
    const [old, now] = [sheets(document), sheets(fresh)];
    if (old.length !== now.length) return;
    now.forEach((sheet, at) => {
      const address = sheet.getAttribute("href");
      if (old[at].getAttribute("href") === address) return;
      const made = docent.make("link", { rel: "stylesheet", href: address });
      made.addEventListener("load", () => {
        while (made.previousElementSibling?.matches("[data-old]")) made.previousElementSibling.remove();
      });
      old[at].dataset.old = "";
      old[at].after(made);
    });
  }

  // The parts of a page, of which those that differ are changed alone. What
  // scripts have made of them since they were served is not in the bare page.
  function mend(next) {
    const shown = document.querySelector(".frame");
    const parts = (frame) => [...frame.children];
    const [old, now, here] = [parts(served), parts(next), parts(shown)];
    const same = (a, b) => a.length === b.length && a.every((part, at) => part.id === b[at].id);
    if (!same(old, now) || !same(old, here)) return false;
    const depth = document.querySelector(".nav")?.scrollTop;
    const done = old.every((part, at) => {
      if (part.isEqualNode(now[at])) return true;
      if (part.tagName !== "MAIN") return put(here[at], now[at]);
      return mendMain(part, now[at], here[at]);
    });
    const nav = document.querySelector(".nav");
    if (nav && depth) nav.scrollTop = depth;
    return done;
  }

  function mendMain(old, now, here) {
    const whole = [".lead", "footer"];
    for (const name of whole) {
      const [was, is, shown] = [old, now, here].map((main) => main.querySelector(`:scope > ${name}`));
      if (!was !== !is || !was !== !shown) return false;
      if (was && !was.isEqualNode(is)) put(shown, is);
    }
    const [was, is, shown] = [old, now, here].map((main) => main.querySelector(":scope > article"));
    const loose = (article) => [...article.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!was || !is || !shown || loose(was) || loose(is)) return false;
    return mendBlocks([...was.children], [...is.children], shown);
  }

  // Blocks at the start and at the end that are as they were stay untouched.
  function mendBlocks(old, now, article) {
    const here = [...article.children];
    if (here.length !== old.length) return false;
    const most = Math.min(old.length, now.length);
    let start = 0;
    while (start < most && old[start].isEqualNode(now[start])) start += 1;
    let end = 0;
    while (end < most - start && old[old.length - 1 - end].isEqualNode(now[now.length - 1 - end])) end += 1;
    const gone = here.slice(start, here.length - end);
    const after = here[here.length - end] ?? null;
    const come = now.slice(start, now.length - end).map((block) => document.importNode(block, true));
    come.forEach((block, at) => gone[at] && keepOpen(gone[at], block));
    const focus = gone.findIndex((block) => block.contains(document.activeElement));
    const inner = focus >= 0 && focusable(gone[focus]).indexOf(document.activeElement);
    for (const block of gone) block.remove();
    for (const block of come) article.insertBefore(block, after);
    if (focus >= 0) focusable(come[focus])[inner]?.focus({ preventScroll: true });
    return true;
  }

  const focusable = (block) => (block ? [...block.querySelectorAll("a[href], button, summary, input, [tabindex]")] : []);

  // What the reader has unfolded stays so.
  function keepOpen(old, now) {
    const folds = (block) => [...(block.matches("details") ? [block] : []), ...block.querySelectorAll("details")];
    const before = folds(old);
    folds(now).forEach((fold, at) => before[at] && (fold.open = before[at].open));
  }

  function put(old, now) {
    const made = document.importNode(now, true);
    keepOpen(old, made);
    old.replaceWith(made);
    return true;
  }

  // While embeddings are made, one line in the search and in the ask panel says
  // so. Those of a usual edit are there before anybody could read it.
  function wait({ done, total }) {
    if (!total) {
      clearTimeout(soon);
      soon = 0;
      delete page.dataset.embedding;
      return;
    }
    const percent = Math.floor((100 * done) / total);
    page.style.setProperty("--embedding", JSON.stringify(say("embedding", { percent })));
    soon ||= setTimeout(() => (page.dataset.embedding = ""), PATIENCE);
  }

  function complain(problems) {
    overlay?.remove();
    overlay = null;
    if (!problems.text.length) return;
    const element = (tag, name, text) => {
      const made = document.createElement(tag);
      made.className = name;
      if (text) made.textContent = text;
      return made;
    };
    overlay = element("section", "problems");
    overlay.setAttribute("role", "region");
    overlay.setAttribute("aria-label", say("problems_label"));
    const head = element("div", "problems-head");
    const count = problems.text.length;
    const title = element(
      "h2",
      "",
      say(count === 1 ? "problem" : "problems", { count }),
    );
    const close = element("button", "icon", "✕");
    close.type = "button";
    close.setAttribute("aria-label", say("close"));
    close.addEventListener("click", () => overlay?.remove());
    head.append(title, close);
    overlay.append(head);
    problems.text.forEach((text, at) => {
      const [place, link] = problems.places?.[at] ?? [];
      if (link) overlay.append(docent.make("a", { class: "problem-place", href: link }, place));
      // What is wrong and what helps may be long; the lines between keep theirs.
      const lines = text.split("\n");
      const help = lines.findIndex((line) => /^ *= help: /.test(line));
      const end = help < 0 ? lines.length : help;
      overlay.append(element("p", "problem-what", lines[0]));
      if (end > 1) overlay.append(element("pre", "", lines.slice(1, end).join("\n").replace(/\n *\|$/, "")));
      if (help > 0) overlay.append(element("p", "problem-help", lines.slice(help).join("\n").replace(/^ *= /, "")));
    });
    document.body.append(overlay);
  }
})();
