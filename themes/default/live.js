// Added by `docent serve`: says that a server is there, and changes the page in
// place when its source has changed.
"use strict";
(() => {
  const page = document.documentElement;
  // The pages at old addresses have nothing to keep up to date.
  if (!window.docent) return;
  const { say } = docent;
  page.dataset.docent = "live";
  document.dispatchEvent(new Event("docent:live"));
  const root = new URL(page.dataset.root || ".", location.href).href;
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

  function swap(fresh) {
    const [x, y] = [scrollX, scrollY];
    if (!docent.turnTo(fresh)) return false;
    scrollTo({ left: x, top: y, behavior: "instant" });
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
