// Text cut into words and identifiers, queries read, and words compared, for
// the search without a server: as `src/index/tokens.rs` and `query.rs` do it.
"use strict";
(() => {
  // What is longer, in bytes, nobody types.
  const LONGEST = 100;
  const MOST = 32;
  // No part of a longer word, though the letters may be: `not work`, `network`.
  const UNJOINED = ["all", "each", "every", "more", "most", "no", "not", "only", "per"];
  const ALONE =
    "\\u0E01-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3041-\\u30FF\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAFF\\u{20000}-\\u{323AF}";
  const ANY = "\\p{Alphabetic}\\p{N}";
  const WORD = new RegExp(`(?=[${ANY}])[${ALONE}]|(?:(?![${ALONE}])[${ANY}])+`, "gu");
  const RUN = new RegExp(`(?:(?![${ALONE}])[${ANY}]|[-_:./@+#$~])+`, "gu");
  const CORE = new RegExp(`[${ANY}](?:.*[${ANY}]|)`, "su");
  const PLAIN = /^\p{Alphabetic}+$/u;
  // A capital after a small letter, or before one, starts a hump.
  const HUMP = /(?<=\p{Lowercase})(?=\p{Uppercase})|(?<=\p{Uppercase})(?=\p{Uppercase}\p{Lowercase})/u;
  const LETTER = /^\p{Alphabetic}/u;
  const SEAM = /^[-\s]*$/;
  // What may stand between the words of a name: `sign in`, `log-in`, `node.js`.
  const WITHIN = /^(?:[-\s]*|.)$/su;
  const size = (text) => new TextEncoder().encode(text).length;

  const token = (text, at) => ({ text: text.toLowerCase(), at, end: at + text.length });

  // Runs of letters and digits; scripts without spaces one by one.
  function words(text) {
    const found = [...text.matchAll(WORD)].filter(([word]) => word.length <= LONGEST && size(word) <= LONGEST);
    return found.map((match) => token(match[0], match.index));
  }

  // `--flag-name`, `a::b`, `HashMap`: whole, without the signs around them,
  // and in humps.
  function identifiers(text) {
    const found = [];
    for (const match of text.matchAll(RUN)) {
      const whole = match[0].replace(/[-.:/~@$]+$/, "");
      const inner = whole.match(CORE);
      if (!inner || size(whole) > LONGEST) continue;
      const core = inner[0];
      const from = match.index + inner.index;
      const humps = [];
      for (const word of core.matchAll(new RegExp(`[${ANY}]+`, "gu"))) {
        const parts = word[0].split(HUMP);
        let at = from + word.index;
        for (const part of parts) {
          if (parts.length > 1) humps.push(token(part, at));
          at += part.length;
        }
      }
      const plain = PLAIN.test(core) && !humps.length;
      if (whole === core && plain) continue;
      found.push(token(whole, match.index));
      if (whole !== core && !plain) found.push(token(core, from));
      found.push(...humps);
    }
    return found;
  }

  function phrases(text) {
    const parts = text.replace(/[“”„«»]/g, '"').split('"');
    // The last part stands after the last mark, closed or not.
    return parts.filter((part, at) => at % 2 && at < parts.length - 1 && words(part).length);
  }

  // What is looked for: words with their weights, the last of them perhaps
  // still being typed.
  docent.wanted = (text, isFunction, weight) => {
    const found = words(text).slice(0, MOST);
    const last = found.at(-1);
    const weights = new Map();
    for (const { text } of found) {
      if (!weights.has(text)) weights.set(text, isFunction(text) ? weight : 1);
    }
    const list = [...weights].map(([text, weight]) => ({ text, weight }));
    if (list.every((word) => word.weight < 1)) list.forEach((word) => (word.weight = 1));
    // The last word moves to the end even when it was there before.
    list.sort((a, b) => (a.text === last.text) - (b.text === last.text));
    // Words about something that stand side by side may be one: `flow chart`.
    const joins = (word) => weights.get(word.text) === 1 && !UNJOINED.includes(word.text);
    const mayBeOne = ([one, next]) =>
      joins(one) && joins(next) && one.text !== next.text && LETTER.test(one.text) && SEAM.test(text.slice(one.end, next.at));
    const pairs = found.slice(1).map((next, at) => [found[at], next]);
    const runs = [];
    for (const [at, word] of found.entries()) {
      if (!at || !WITHIN.test(text.slice(found[at - 1].end, word.at))) runs.push([]);
      runs.at(-1).push(word.text);
    }
    const names = identifiers(text).map((name) => name.text);
    return {
      words: list,
      pairs: pairs.filter(mayBeOne).map((pair) => pair.map((word) => word.text)),
      runs,
      open: last?.end === text.length,
      identifiers: [...new Set(names.slice(0, MOST))].sort(),
      phrases: phrases(text),
    };
  };

  // Whether a text is before another by code points, as the files are sorted.
  const before = (a, b) => {
    let at = 0;
    while (at < a.length && a[at] === b[at]) at += 1;
    const high = (text) => (at < text.length ? text.codePointAt(at) : -1);
    return high(a) < high(b);
  };

  // How many letters are wrong, missing, too many or swapped, as far as `most`.
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let [older, old] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= b.length; j += 1) {
        let least = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] !== b[j - 1]));
        const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
        if (swapped) least = Math.min(least, older[j - 2] + 1);
        row.push(least);
      }
      if (Math.min(...row) > most) return most + 1;
      [older, old] = [old, row];
    }
    return old[b.length];
  }

  Object.assign(docent, { words, identifiers, before, distance });
})();
