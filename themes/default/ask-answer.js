// How an answer looks: passages and sentences with the numbers of their sources,
// the list of sources, or what is near when there is no answer. Everything is
// shown as text; links lead to pages of this site only.
"use strict";
(() => {
  const { make, say } = docent;

  const named = (source) =>
    source.heading && source.heading !== source.title ? `${source.title} › ${source.heading}` : source.title;

  function quotesOf(number, quotes) {
    return quotes.filter((quote) => quote.citation === number).map((quote) => quote.text);
  }

  function link(source, quotes, attributes, ...children) {
    return make(
      "a",
      {
        ...attributes,
        href: docent.link(source.url),
        "data-quotes": JSON.stringify(quotesOf(source.number, quotes)),
      },
      ...children,
    );
  }

  function chip(number, sources, quotes) {
    const source = sources.find((known) => known.number === number);
    if (!source) return null;
    return link(
      source,
      quotes,
      { class: "chip", title: named(source), "aria-label": say("source", { number, name: named(source) }) },
      String(number),
    );
  }

  function list(sources, quotes) {
    return make(
      "ol",
      { class: "sources" },
      ...sources.map((source) =>
        make(
          "li",
          {},
          make("span", { class: "chip", "aria-hidden": "true" }, String(source.number)),
          link(source, quotes, {}, named(source)),
        ),
      ),
    );
  }

  // Quotes of one source that stand together share a box and its chip; items
  // of a list become a list again, and rows a table.
  function extract(quotes, sources) {
    const boxes = [];
    quotes.forEach((quote, at) => {
      if (quotes[at - 1]?.citation !== quote.citation) boxes.push(make("blockquote", { class: "extract" }));
      const text = quoted(quote, boxes.at(-1));
      if (quotes[at + 1]?.citation !== quote.citation)
        text.append(chip(quote.citation, sources, quotes) || "");
    });
    return boxes;
  }

  // Rows of a table, the first of which names what is in the cells. With other
  // columns another table begins.
  function rows(text, box) {
    let table = box.lastElementChild;
    for (const line of text.split("\n")) {
      const cells = line.split(" | ");
      const goesOn = table?.tagName === "TABLE" && table.rows[0].cells.length === cells.length;
      if (!goesOn) box.append((table = make("table")));
      table.append(make("tr", {}, ...cells.map((words) => make(goesOn ? "td" : "th", {}, words))));
    }
    return table.rows[table.rows.length - 1].lastElementChild;
  }

  function quoted(quote, box) {
    if (quote.row) return rows(quote.text, box);
    if (quote.code) {
      const block = make("div", {}, make("pre", { tabindex: "0" }, make("code", {}, quote.text)));
      box.append(block);
      return block;
    }
    if (!quote.item) {
      const paragraph = make("p", {}, quote.text);
      box.append(paragraph);
      return paragraph;
    }
    if (box.lastElementChild?.tagName !== "UL") box.append(make("ul"));
    const item = make("li", {}, quote.text);
    box.lastElementChild.append(item);
    return item;
  }

  function summary(sentences, sources, quotes) {
    const runs = sentences.flatMap((sentence) => [
      sentence.text,
      ...(sentence.citations || []).map((number) => chip(number, sources, quotes)),
      " ",
    ]);
    return make("p", {}, ...runs);
  }

  function abstained(told) {
    const parts = [make("p", {}, say("not_covered"))];
    const near = told.nearest || [];
    if (near.length) {
      parts.push(
        make("h4", {}, say("nearest")),
        make(
          "ul",
          { class: "sources" },
          ...near.map((source) => make("li", {}, link(source, [], {}, named(source)))),
        ),
      );
    }
    if (/^(https?:|mailto:)/.test(told.contact || "")) {
      parts.push(make("p", {}, make("a", { href: told.contact }, say("ask_person"))));
    }
    return parts;
  }

  docent.askAnswer = { abstained, extract, list, named, summary };
})();
