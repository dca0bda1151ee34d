// On the page for missing addresses: the pages whose addresses are nearest to
// the one that was asked for.
"use strict";
(async () => {
  const box = document.querySelector(".near");
  const list = document.querySelector("script[data-pages]").dataset.pages;
  const root = new URL(docent.root || ".", location.href).pathname;
  const path = location.pathname;
  let wanted = path.startsWith(root) ? path.slice(root.length) : path;
  try {
    wanted = decodeURIComponent(wanted);
  } catch {
    // Taken as it stands.
  }
  const plain = (text) =>
    text
      .toLowerCase()
      .replace(/(^|\/)(index|readme)?(\.html?|\.md)?$/, "$1")
      .replace(/\.(html?|md)$/, "")
      .replace(/[^\p{L}\p{N}/]+/gu, " ")
      .trim();

  // How much two texts share: pairs of neighbouring letters (Dice).
  const pairs = (text) => {
    const all = new Set();
    for (let at = 0; at + 1 < text.length; at += 1) all.add(text.slice(at, at + 2));
    return all;
  };
  const alike = (one, other) => {
    const [a, b] = [pairs(one), pairs(other)];
    const shared = [...a].filter((pair) => b.has(pair)).length;
    return a.size + b.size ? (2 * shared) / (a.size + b.size) : 0;
  };
  const last = (text) => text.split("/").filter(Boolean).pop() ?? "";

  try {
    const pages = await (await fetch(list)).json();
    const asked = plain(wanted);
    const near = pages
      .map(([url, title]) => {
        const own = plain(url);
        const name = Math.max(alike(last(own), last(asked)), alike(title.toLowerCase(), last(asked)));
        return { url, title, score: 0.4 * alike(own, asked) + 0.6 * name };
      })
      .filter((page) => page.score > 0.45 && page.url !== "404.html")
      .sort((a, b) => b.score - a.score)
      .slice(0, 5);
    const link = (page) => docent.make("a", { href: docent.link(page.url) }, page.title);
    box.querySelector("ul").append(
      ...near.map((page) => docent.make("li", {}, link(page), " ", docent.make("small", {}, page.url))),
    );
    box.hidden = !near.length;
  } catch {
    // Without the list the page still says what is the matter.
  }
})();
