// Follows links within the site without loading everything anew: the next page
// is fetched when a link is pointed at and put in place when it is followed.
// Without this script, or when anything is unusual, the browser follows links
// as always.
"use strict";
(() => {
  if (!/^https?:$/.test(location.protocol)) return;
  const page = document.documentElement;
  const site = new URL(docent.root || ".", location.href);
  const told = docent.make("p", { class: "unseen", role: "status" });
  document.body.append(told);
  // The browser looks a relative icon up again whenever the address changes.
  for (const icon of document.querySelectorAll('link[rel~="icon"]')) icon.href = icon.href;
  const saving = navigator.connection?.saveData;
  const plain = (url) => url.origin + url.pathname + url.search;
  let shown = plain(location);
  let wanted = 0;
  const fetched = new Map();

  // The address that a link leads to, when it is a page of this site.
  function target(link) {
    if (!link || link.target || link.hasAttribute("download") || link.type || !link.href) return null;
    const url = new URL(link.href, location.href);
    const inside = url.origin === site.origin && url.pathname.startsWith(site.pathname);
    const isPage = /(\.html|\/)$/.test(url.pathname) && !url.pathname.endsWith("/print.html");
    return inside && isPage && plain(url) !== shown ? url : null;
  }

  // XMLHttpRequest hands over a parsed document that runs no script.
  function load(url) {
    const key = plain(url);
    const kept = fetched.get(key);
    if (kept && Date.now() - kept.time < 15000) return kept.page;
    const coming = new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("GET", key);
      request.responseType = "document";
      request.onload = () => {
        const same = plain(new URL(request.responseURL || key)) === key;
        done(request.status === 200 && same ? request.response : null);
      };
      request.onerror = () => done(null);
      request.send();
    });
    if (fetched.size > 12) fetched.clear();
    fetched.set(key, { time: Date.now(), page: coming });
    return coming;
  }

  async function go(url, place) {
    const mine = (wanted += 1);
    const fresh = await load(url);
    fetched.delete(plain(url));
    if (mine !== wanted) return;
    if (!fresh || !fresh.querySelector(".frame")) return location.assign(url);
    if (place === undefined) {
      history.replaceState({ y: scrollY }, "");
      history.pushState({ y: 0 }, "", url);
    }
    shown = plain(url);
    if (!docent.turnTo(fresh)) return location.reload();
    arrive(url, place);
  }

  // Where reading goes on: at the heading, where it was, or at the top. The
  // keyboard's focus goes along, and the title is read out.
  function arrive(url, place) {
    const heading = url.hash.length > 1 && document.getElementById(decodeURIComponent(url.hash.slice(1)));
    if (place !== undefined) scrollTo({ top: place, behavior: "instant" });
    else if (heading) location.replace(url.hash);
    else scrollTo({ top: 0, behavior: "instant" });
    if (!document.querySelector("dialog[open]")) {
      document.getElementById("docent-main")?.focus({ preventScroll: true });
    }
    told.textContent = document.title;
  }

  let pointed = 0;
  function prefetch(event) {
    clearTimeout(pointed);
    const url = !saving && target(event.target.closest?.("a[href]"));
    if (url) pointed = setTimeout(() => load(url), 60);
  }
  document.addEventListener("pointerover", prefetch, { passive: true });
  document.addEventListener("focusin", prefetch);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
      return;
    const url = target(event.target.closest?.("a[href]"));
    if (!url) return;
    event.preventDefault();
    go(url);
  });
  addEventListener("popstate", (event) => {
    if (plain(location) === shown) return;
    go(new URL(location.href), event.state?.y ?? 0);
  });
  let noting = 0;
  addEventListener(
    "scroll",
    () => {
      clearTimeout(noting);
      const here = shown;
      noting = setTimeout(() => {
        if (here === plain(location)) history.replaceState({ y: scrollY }, "");
      }, 250);
    },
    { passive: true },
  );
  page.dataset.moves = "";
})();
