// Reads the index that the build wrote for the search without a server, a few
// files for each search: what its sections are, and where terms stand.
"use strict";
(() => {
  const { before } = docent;
  const folder = new URL(docent.root + "assets/search/", location.href).href;
  const [K1, B] = [1.2, 0.75];
  // The field of identifiers, behind titles, headings and texts.
  const CODE = 3;
  const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  // A file of the index is a script that hands over values. The names change
  // with what the files hold, so that files of two builds never mix.
  const loaded = new Map();
  docent.take = (...values) => (document.currentScript.values = values);
  function load(name) {
    if (!loaded.has(name)) {
      const coming = new Promise((done, fail) => {
        const script = docent.make("script", { src: folder + name });
        const settle = () => {
          script.remove();
          if (script.values) return done(script.values);
          loaded.delete(name);
          fail(new Error(name));
        };
        script.addEventListener("load", settle);
        script.addEventListener("error", settle);
        document.body.append(script);
      });
      loaded.set(name, coming);
    }
    return loaded.get(name);
  }
  const part = (mark) => load(`part-${mark}.js`);

  // Small numbers come as characters, the backslash passed over.
  const numbers = (text) =>
    [...text].map((character) => {
      const code = character.codePointAt(0);
      return code - 35 - (code > 92) - (code > 0xdfff ? 0x800 : 0);
    });
  const list = (text) => (text ? text.split(" ") : []);
  const at = (starts, wanted, isAfter) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfter(starts[middle], wanted)) high = middle;
      else low = middle + 1;
    }
    return Math.max(low, 1) - 1;
  };

  function overview([given]) {
    const pages = numbers(given.pages);
    const same = numbers(given.same);
    const kinds = numbers(given.kind);
    const page = pages.flatMap((count, number) => Array(count).fill(number));
    const section = [];
    for (let chunk = 0; chunk < page.length; chunk += 1) {
      const goesOn = chunk && (same[Math.floor((chunk - 1) / 6)] >> ((chunk - 1) % 6)) & 1;
      section.push(chunk && page[chunk] === page[chunk - 1] ? section[chunk - 1] + !goesOn : 0);
    }
    // For each field and chunk the part of BM25 that the length decides.
    const norms = given.lengths.map((coded, field) => {
      const mean = given.tokens[field] / page.length;
      const norm = given.sizes.map((size) => K1 * (1 - B + (B * size) / mean));
      return Float64Array.from(numbers(coded), (length) => norm[length]);
    });
    return {
      page,
      section,
      norms,
      kind: page.map((number) => given.kinds[kinds[number] - 1]),
      from: list(given.from),
      shards: list(given.shards),
      blocks: { first: given.first, marks: list(given.blocks) },
      spelling: given.spelling,
      function: new Set(list(given.function)),
      endings: list(given.endings).map((ending) => ending.split(",")),
      wide: given.wide,
      synonyms: (given.synonyms || []).map((group) => group.map(([words, stems]) => ({ words: list(words), stems: list(stems) }))),
    };
  }
  let start = null;
  let starting = null;
  const begin = (again = "") => (starting ||= load("index.js" + again).then((given) => (start = overview(given))));
  // A newer build may have taken the files of this one away.
  function renew() {
    starting = null;
    shards.clear();
    return begin(`?${Date.now()}`);
  }

  // Texts that share their beginnings with those before.
  function* fronted(items) {
    let last = "";
    for (const item of items) {
      last = last.slice(0, DIGITS.indexOf(item[0])) + item.slice(1);
      yield last;
    }
  }

  // The lists of a term in each field: chunk and frequency by turns.
  function reader(text) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    let place = 0;
    const bit = () => {
      if (place >= bytes.length * 8) throw new RangeError("the index is cut off");
      return (bytes[place >> 3] >> (7 - (place++ & 7))) & 1;
    };
    const bits = (count) => {
      let value = 0;
      for (; count; count -= 1) value = value * 2 + bit();
      return value;
    };
    const number = (order) => {
      let length = 0;
      while (!bit()) length += 1;
      return (2 ** length + bits(length) - 1) * 2 ** order + bits(order);
    };
    return () => {
      const there = [bit(), bit(), bit(), bit()];
      const lists = there.map((is) => {
        if (!is) return null;
        const found = new Uint32Array(2 * (number(0) + 1));
        const order = bits(4);
        for (let i = 0, next = 0; i < found.length; i += 2) {
          found[i] = next + number(order);
          found[i + 1] = number(0) + 1;
          next = found[i] + 1;
        }
        return found;
      });
      place = (place + 7) & ~7;
      return lists;
    };
  }

  // What a file says of its terms, and of words whose stems are elsewhere.
  function shard([terms, lists]) {
    const next = reader(lists);
    const found = { terms: new Map(), stems: new Map() };
    const items = terms.split(" ").map((item) => item.split(","));
    let last = "";
    for (const [head, ...words] of items) {
      const [front, elsewhere] = head.split("=");
      last = last.slice(0, DIGITS.indexOf(front[0])) + front.slice(1);
      if (elsewhere) found.stems.set(last, elsewhere);
      const written = words.map((word) => last.slice(0, DIGITS.indexOf(word[0])) + word.slice(1));
      for (const word of written) found.stems.set(word, last);
      const fields = next();
      const often = fields.slice(0, CODE).reduce((sum, field) => sum + (field ? field.length / 2 : 0), 0);
      found.terms.set(last, { fields, often, words: written });
    }
    return found;
  }
  const shards = new Map();
  const place = (text) => at(start.from, text, (from, text) => before(text, from));
  async function opened(number) {
    const mark = start.shards[number];
    if (!shards.has(number)) shards.set(number, shard(mark ? await part(mark) : ["0", "AA=="]));
    return shards.get(number);
  }
  const nothing = { fields: [], often: 0, words: [] };
  const term = async (text) => (await opened(place(text))).terms.get(text) || nothing;

  // All stems in order, each with how often it is found.
  let spelt = null;
  async function spelling() {
    if (spelt?.of !== start) {
      const [texts, often] = await part(start.spelling);
      const stems = [...fronted(texts.split(" "))];
      spelt = { of: start, stems: new Map(stems.map((text, number) => [text, DIGITS.indexOf(often[number])])) };
    }
    return spelt.stems;
  }

  docent.files = {
    K1,
    CODE,
    // What the newest overview says; nothing before `begin`.
    get start() {
      return start;
    },
    begin,
    renew,
    part,
    at,
    place,
    opened,
    isOpen: (number) => shards.has(number),
    stemsHere: (word) => shards.get(place(word)).stems,
    list,
    term,
    spelling,
  };
})();
