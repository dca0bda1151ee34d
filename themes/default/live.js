// Added by `docent serve`: says that a server is there, and changes the page in
// place when its source has changed.
"use strict";
(() => {
  const page = document.documentElement;
  page.dataset.docent = "live";
  document.dispatchEvent(new Event("docent:live"));
  const root = page.dataset.root || "";
  let events = null;
  let generation = null;
  let overlay = null;
  let lost = false;

  function connect() {
    events = new EventSource(root + "_docent/events");
    events.addEventListener("hello", (event) => greet(JSON.parse(event.data)));
    events.addEventListener("changed", (event) => arrive(JSON.parse(event.data)));
    events.addEventListener("problems", (event) => complain(JSON.parse(event.data)));
    events.addEventListener("error", () => (lost = true));
  }

  // After a time without the server nothing is known of what it shows now; a
  // restarted one counts its generations from the start again.
  function greet(hello) {
    const missed = generation !== null && hello.generation !== generation;
    generation = hello.generation;
    if (missed || lost) refresh();
    lost = false;
  }

  function arrive(change) {
    const missed = generation !== null && change.generation !== generation + 1;
    generation = change.generation;
    complain({ text: [] });
    if (missed || change.pages === null || change.pages.includes(page.dataset.path)) refresh();
  }

  // XMLHttpRequest hands over a parsed document that runs no script.
  function refresh() {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => {
      if (request.status !== 200 || !request.response || !swap(request.response)) location.reload();
    };
    request.onerror = () => location.reload();
    request.send();
  }

  const files = (from) =>
    [...from.querySelectorAll('head script[src], head link[rel="stylesheet"]')]
      .map((file) => file.getAttribute("src") || file.getAttribute("href"))
      .join(" ");

  function swap(fresh) {
    const [main, next] = [document.querySelector("main"), fresh.querySelector("main")];
    if (!main || !next || next.querySelector("script") || files(document) !== files(fresh)) return false;
    const [x, y] = [scrollX, scrollY];
    const depth = document.querySelector(".nav")?.scrollTop;
    main.replaceWith(document.adoptNode(next));
    for (const part of ["#docent-nav", "#docent-toc"]) {
      const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
      if (old && now) old.replaceWith(document.adoptNode(now));
      else if (old) old.remove();
      else if (now) document.querySelector(".frame").append(document.adoptNode(now));
    }
    document.title = fresh.title;
    const kind = fresh.documentElement.dataset.kind;
    if (kind) page.dataset.kind = kind;
    else delete page.dataset.kind;
    if (depth) document.querySelector(".nav").scrollTop = depth;
    scrollTo({ left: x, top: y, behavior: "instant" });
    document.dispatchEvent(new Event("docent:page"));
    return true;
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
    overlay.setAttribute("aria-label", "Problems in the content");
    const head = element("div", "problems-head");
    const count = problems.text.length;
    const title = element(
      "h2",
      "",
      count === 1 ? "One problem in the content" : count + " problems in the content",
    );
    const close = element("button", "icon", "✕");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => overlay?.remove());
    head.append(title, close);
    overlay.append(head, ...problems.text.map((text) => element("pre", "", text)));
    document.body.append(overlay);
  }

  // A browser opens six connections to a host: tabs out of sight give theirs up.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) events?.close();
    else if (!events || events.readyState === EventSource.CLOSED) connect();
  });
  addEventListener("pagehide", () => events?.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
  if (!document.hidden) connect();
})();
