// The few words of a section that show why it was found, for the search
// without a server: taken from the page itself, which a reader may open next.
"use strict";
(() => {
  // About how many characters an excerpt has, and how many of them stand
  // before the first match.
  const [LENGTH, BEFORE] = [160, 40];
  const LEFT_OUT = ".code-tools, .note-mark, .anchor, script, style, svg, math annotation";
  const BLOCK = "p, li, pre, td, th, tr, dd, dt, blockquote, div, section, h1, h2, h3, h4, h5, h6, summary";

  // XMLHttpRequest hands over a parsed document that runs no script.
  const pages = new Map();
  function page(address) {
    if (!pages.has(address)) {
      if (pages.size > 40) pages.clear();
      const coming = new Promise((done, fail) => {
        const request = new XMLHttpRequest();
        request.open("GET", docent.link(address));
        request.responseType = "document";
        request.onload = () => (request.response ? done(request.response) : fail(new Error(address)));
        request.onerror = fail;
        request.send();
      });
      pages.set(address, coming);
      coming.catch(() => pages.delete(address));
    }
    return pages.get(address);
  }

  // The text from a hit's heading to that of the next section.
  async function text(hit) {
    const whole = await page(hit.page);
    const [start, end] = [hit.anchor, hit.until].map((id) => id && whole.getElementById(id));
    let [found, last] = ["", null];
    const walker = whole.createTreeWalker(whole.querySelector("article") || whole.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const follows = (place) => place.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (start ? !follows(start) || start.contains(node) : node.parentElement.closest("h1")) continue;
      if (end && (end.contains(node) || follows(end))) break;
      if (node.parentElement.closest(LEFT_OUT)) continue;
      const block = node.parentElement.closest(BLOCK);
      found += (block === last ? "" : " ") + node.data;
      last = block;
    }
    return found.replace(/\s+/g, " ").trim();
  }

  // Where words of the query stand, each with which of them it is.
  function marked(text, { marks, names }) {
    const words = docent.words(text).filter((word) => marks.has(word.text));
    const all = words.map((word) => ({ ...word, which: marks.get(word.text) }));
    const whole = docent.identifiers(text).filter((name) => names.has(name.text));
    all.push(...whole.map((name) => ({ ...name, which: "=" + name.text })));
    return all.sort((a, b) => a.at - b.at || b.end - a.end);
  }

  // The part of the text with the most different words.
  function best(text, marks) {
    let [most, from] = [0, 0];
    marks.forEach((first, place) => {
      const near = marks.slice(place, place + 60).filter((mark) => mark.end <= first.at + LENGTH - BEFORE);
      const { size } = new Set(near.map((mark) => mark.which));
      if (size > most) [most, from] = [size, first.at];
    });
    from = Math.max(0, from - BEFORE);
    let end = Math.min(text.length, from + LENGTH);
    from = Math.max(0, Math.min(from, end - LENGTH));
    if (from && text[from - 1] !== " ") {
      const space = text.slice(from, from + BEFORE / 2).indexOf(" ");
      if (space >= 0) from += space + 1;
    }
    if (end < text.length && text[end] !== " ") {
      const space = text.slice(end - BEFORE / 2, end).lastIndexOf(" ");
      if (space >= 0) end += space - BEFORE / 2;
    }
    return [from, end];
  }

  // Whether the words of every phrase stand side by side.
  function holds(text, { marks, phrases }) {
    const stems = docent.words(text).map((word) => marks.get(word.text) ?? word.text);
    return phrases.every((phrase) =>
      stems.some((_, at) => phrase.every((stem, next) => stems[at + next] === stem)),
    );
  }

  Object.assign(docent.index, {
    // Runs of text, and whether each is one of the words.
    async excerpt(hit, found) {
      const whole = await text(hit);
      const marks = marked(whole, found);
      const [from, end] = best(whole, marks);
      const runs = [];
      let at = from;
      const push = (to, mark) => {
        if (to > at) runs.push({ text: whole.slice(at, to), mark });
        at = to;
      };
      if (from) runs.push({ text: "… " });
      for (const mark of marks) {
        if (mark.at < at || mark.end > end) continue;
        push(mark.at, false);
        push(mark.end, true);
      }
      push(end, false);
      if (end < whole.length) runs.push({ text: " …" });
      return runs;
    },
    // Whether a hit has the phrases of the query.
    async holds(hit, found) {
      const all = [hit.title, ...hit.trail, await text(hit)];
      return all.some((part) => holds(part, found));
    },
  });
})();
