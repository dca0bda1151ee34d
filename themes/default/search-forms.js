// What the words of a query may stand for in this book, for the search without a
// server: their stems, what they become while they are typed, what was meant,
// words that are joined or split, and other names.
"use strict";
(() => {
  const { before, distance, files } = docent;
  const { CODE, list, opened, place, spelling, term } = files;
  // What a match counts for in a word that was completed or corrected, and in
  // another name.
  const [COMPLETED, CORRECTED, NAMED] = [0.5, 0.7, 0.9];
  const [COMPLETIONS, CORRECTIONS, CORRECTABLE] = [20, 3, 5];
  // The shortest half of a word that is split, in how many ways it is, and from
  // how many letters on the second word of a pair may be one being typed.
  const [HALF, WAYS, TYPED] = [3, 4, 3];
  // How many files more are fetched for what a lone word may become.
  const AHEAD = 2;
  const LAST = "\u{10FFFF}";

  const folded = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "");

  // A word without each of the commonest endings that it has, the longest
  // first.
  function shortened(word) {
    const has = ([off]) => word.endsWith(off) && word.length - off.length > 1;
    return files.start.endings.filter(has).map(([off, on]) => word.slice(0, -off.length) + on);
  }

  // The stem of a word: as the build found it, else by the commonest endings
  // that lead to a stem that is there.
  async function stem(word) {
    for (const form of new Set([word, folded(word)])) {
      const here = await opened(place(form));
      const known = here.stems.get(form);
      if (known !== undefined) return known;
      if (here.terms.get(form)?.often) return form;
      for (const cut of shortened(form)) if ((await term(cut)).often) return cut;
    }
    const plain = folded(word);
    return shortened(plain).find((cut) => cut.length < plain.length - 1 || plain.endsWith("s")) || plain;
  }

  const byOften = (a, b) => b.often - a.often || (before(a.text, b.text) ? -1 : 1);

  // The stems that start with a word, the commonest first. Where they are
  // spread over many files, `ahead` of those are fetched.
  async function completions(word, own, ahead) {
    const [low, high] = [place(word), place(word + LAST)];
    let texts = null;
    let places = [];
    if (high - low < 2) {
      for (let number = low; number <= high; number += 1) places.push(number);
    } else {
      texts = list(files.start.wide[word]);
      places = [...new Set(texts.map(place))];
      const fresh = places.filter((number) => !files.isOpen(number)).slice(ahead);
      places = places.filter((number) => !fresh.includes(number));
    }
    const all = (await Promise.all(places.map(opened))).flatMap((shard) => [...shard.terms]);
    const fits = ([text, { often }]) => often && text !== own && text.startsWith(word) && (!texts || texts.includes(text));
    return all.filter(fits).map(([text, { often }]) => ({ text, often })).sort(byOften);
  }

  // Stems that a word goes beyond: `configur` while `configuratio` is typed.
  async function beginnings(word) {
    const found = [];
    for (let length = Math.max(4, word.length - 5); length < word.length; length += 1) {
      const text = word.slice(0, length);
      const { often } = await term(text);
      if (often) found.push({ text, often });
    }
    return found.sort(byOften);
  }

  async function near(stem, most) {
    const letters = [...stem];
    const found = [];
    for (const [text, often] of await spelling()) {
      const apart = distance(letters, [...text], most);
      if (apart <= most && text !== stem) found.push({ text, apart, often });
    }
    return found.sort((a, b) => a.apart - b.apart || byOften(a, b));
  }

  const chunks = (list) => (list || []).filter((_, at) => at % 2 === 0);
  // The chunks that have all terms in a field.
  function having(terms, field) {
    const [first, ...others] = terms.map(({ fields }) => chunks(fields[field]));
    const sets = others.map((list) => new Set(list));
    return [...first].filter((chunk) => sets.every((set) => set.has(chunk)));
  }

  // The two words of the book that an unknown one is, where both stand in one
  // text; first the way whose rarer half is most frequent.
  async function split(word) {
    const letters = [...word];
    if (letters.length < 2 * HALF) return null;
    const all = await spelling();
    const often = (half) => Math.max(...[half, ...shortened(half)].map((form) => all.get(form) ?? -1));
    const ways = [];
    for (let at = HALF; at <= letters.length - HALF; at += 1) {
      const halves = [letters.slice(0, at), letters.slice(at)].map((half) => half.join(""));
      const rarer = Math.min(...halves.map(often));
      if (rarer >= 0 && !halves.some((half) => files.start.function.has(half))) ways.push({ halves, rarer });
    }
    for (const { halves } of ways.sort((a, b) => b.rarer - a.rarer).slice(0, WAYS)) {
      const [one, next] = await Promise.all(halves.map(stem));
      const terms = [await term(one), await term(next)];
      if (![0, 1, 2].some((field) => having(terms, field).length)) continue;
      return { text: one, weight: 1, half: { text: next, term: terms[1] } };
    }
    return null;
  }

  const withTerms = async (forms) => {
    for (const form of forms) form.term = await term(form.text);
    return forms;
  };

  // A word's own stem, and what it may become while it is typed.
  async function plain(word, open, ahead) {
    let own = await stem(word);
    const more = open && [...word].length > 1 ? await completions(word, own, ahead) : [];
    // `mode` on its way to `model` is no form of `mod`, as far as is known.
    const isGuess = own === word.slice(0, -1) && !word.endsWith("s") && !files.stemsHere(word).has(word);
    if (more.length && isGuess) own = word;
    const others = more.slice(0, COMPLETIONS).map(({ text }) => ({ text, weight: COMPLETED }));
    return withTerms([{ text: own, weight: 1 }, ...others]);
  }

  // The other names of what some words are a name of, each once.
  async function others(words) {
    if (!files.start.synonyms.length) return [];
    const own = (await Promise.all(words.map(stem))).join(" ");
    const found = new Map();
    for (const group of files.start.synonyms) {
      const is = ({ words: written, stems }) => stems.join(" ") === own || written.join(" ") === words.join(" ");
      if (group.some(is)) for (const name of group) if (!is(name)) found.set(name.stems.join(" "), name);
    }
    return [...found.values()];
  }

  // The forms of the other names of some words, as far as the book has them. The
  // words of one must stand in the same part of a section.
  async function named(words) {
    const forms = (await others(words)).map(async ({ words, stems }) => {
      const subject = stems.filter((_, at) => !files.start.function.has(words[at]));
      const parts = await withTerms((subject.length ? subject : stems).map((text) => ({ text, weight: NAMED })));
      const chunks = [0, 1, 2].flatMap((field) => having(parts.map((part) => part.term), field));
      const [first, ...rest] = parts;
      return { ...first, rest, name: words.join(" "), only: rest.length ? new Set(chunks) : null };
    });
    return (await Promise.all(forms)).filter(isKnown);
  }

  const isKnown = ({ term, only }) => (only ? only.size : term.often) > 0;

  // What a word may be without a guess: by its letters, or by another name.
  async function sure(word, open, ahead) {
    const found = await plain(word, open, ahead);
    return [...found, ...(await named([word]))];
  }

  // What may have been meant by a word that the book does not know.
  async function guesses(word, own, open) {
    const letters = [...word].length;
    const unknown = letters >= CORRECTABLE && !(await term(word)).fields[CODE];
    const halves = unknown ? await split(word) : null;
    if (halves && !(await near(own, 1)).length) return [halves];
    const begun = open && letters > 1 ? await beginnings(word) : [];
    if (begun.length) return begun.slice(0, COMPLETIONS).map(({ text }) => ({ text, weight: COMPLETED }));
    const slips = unknown ? await near(own, 1) : [];
    return slips.slice(0, CORRECTIONS).map(({ text }) => ({ text, weight: CORRECTED }));
  }

  // What to look for in place of a word, each with what it counts for.
  async function forms(word, open, ahead) {
    const found = await sure(word, open, ahead);
    if (found.some(isKnown)) return found;
    return withTerms([...found, ...(await guesses(word, found[0].text, open))]);
  }

  // Where words stand together that may be a name: longer ones before those that
  // they begin with.
  function spans(runs) {
    const longest = Math.max(...files.start.synonyms.flat().map(({ words }) => words.length), 0);
    const found = [];
    for (const run of runs) {
      for (let at = 0; at < run.length; at += 1) {
        for (let length = Math.min(longest, run.length - at); length > 1; length -= 1) found.push(run.slice(at, at + length));
      }
    }
    return found.filter((span) => new Set(span).size === span.length);
  }

  // The words that are a name with others and the pairs that the book writes as
  // one, the first of those that overlap: by each word what it belongs to.
  async function joins({ pairs, runs }, isOpen) {
    const isPair = (span) => pairs.some(([one, next]) => span.length === 2 && one === span[0] && next === span[1]);
    const asOne = async (parts) => {
      const next = parts.at(-1);
      const whole = isPair(parts) ? await sure(parts.join(""), isOpen(next) && [...next].length >= TYPED, 0) : [];
      const forms = whole.filter((form) => isKnown(form) && (form.name || form.text.length > parts[0].length));
      return { parts, forms: [...forms, ...(await named(parts))] };
    };
    const isName = await Promise.all(spans(runs).map(async (span) => ((await others(span)).length ? [span] : [])));
    const used = new Map();
    for (const join of await Promise.all([...isName.flat(), ...pairs].map(asOne))) {
      if (!join.forms.length || join.parts.some((part) => used.has(part))) continue;
      for (const part of join.parts) used.set(part, join);
    }
    return used;
  }

  // The words in their order, those together that the book writes as one or that
  // are a name with others.
  async function groups(asked) {
    const { words, open } = asked;
    const last = words.length - 1;
    const isOpen = (text) => open && text === words[last].text;
    const used = await joins(asked, isOpen);
    const kept = words.filter(({ text }) => !used.has(text) || used.get(text).parts[0] === text);
    const group = ({ text }) => {
      const join = used.get(text);
      const parts = join ? join.parts.map((text) => words.find((word) => word.text === text)) : [];
      return { parts, joined: join?.forms };
    };
    return Promise.all(
      kept.map(async (word) => {
        const { parts, joined } = group(word);
        const look = joined ? sure : forms;
        const ahead = last ? 0 : AHEAD;
        const found = (joined ? parts : [word]).map(async (word) => ({ ...word, forms: await look(word.text, isOpen(word.text), ahead) }));
        return { words: await Promise.all(found), joined };
      }),
    );
  }

  docent.forms = { stem, near, having, groups };
})();
