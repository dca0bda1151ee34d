// Search without a server: reads the index that the build wrote, a few files
// for each search, and scores as docent itself does: BM25 over title,
// headings, text and identifiers.
"use strict";
(() => {
  const { before, distance } = docent;
  const folder = new URL(docent.root + "assets/search/", location.href).href;
  const [K1, B] = [1.2, 0.75];
  // What a match counts for in the title, in the headings and in the text.
  const STEM = [0.5, 0.5, 1];
  // What it counts for in a word that carries no subject, in a part of an
  // identifier, in a word that was completed or corrected, and in another name.
  const [FUNCTION, HUMP, COMPLETED, CORRECTED, NAMED] = [0.5, 0.1, 0.5, 0.7, 0.9];
  const [COMPLETIONS, CORRECTIONS, CORRECTABLE] = [20, 3, 5];
  // The shortest half of a word that is split, in how many ways it is, and from
  // how many letters on the second word of a pair may be one being typed.
  const [HALF, WAYS, TYPED] = [3, 4, 3];
  const [CANDIDATES, PER_PAGE, SHARE] = [100, 3, 0.2];
  // What stands before others when its heading is what was typed, and of how many
  // names, at most, this is seen.
  const [HEADING, LOOKED_AT] = [0.2, 16];
  // How many files more are fetched for what a lone word may become.
  const AHEAD = 2;
  const CODE = 3;
  const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const LAST = "\u{10FFFF}";

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
  const begin = (again) => (starting ||= load("index.js" + again).then((given) => (start = overview(given))));

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

  const folded = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "");

  // A word without each of the commonest endings that it has, the longest
  // first.
  function shortened(word) {
    const has = ([off]) => word.endsWith(off) && word.length - off.length > 1;
    return start.endings.filter(has).map(([off, on]) => word.slice(0, -off.length) + on);
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
      texts = list(start.wide[word]);
      places = [...new Set(texts.map(place))];
      const fresh = places.filter((number) => !shards.has(number)).slice(ahead);
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
      if (rarer >= 0 && !halves.some((half) => start.function.has(half))) ways.push({ halves, rarer });
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
    const isGuess = own === word.slice(0, -1) && !word.endsWith("s") && !shards.get(place(word)).stems.has(word);
    if (more.length && isGuess) own = word;
    const others = more.slice(0, COMPLETIONS).map(({ text }) => ({ text, weight: COMPLETED }));
    return withTerms([{ text: own, weight: 1 }, ...others]);
  }

  // The other names of what some words are a name of, each once.
  async function others(words) {
    if (!start.synonyms.length) return [];
    const own = (await Promise.all(words.map(stem))).join(" ");
    const found = new Map();
    for (const group of start.synonyms) {
      const is = ({ words: written, stems }) => stems.join(" ") === own || written.join(" ") === words.join(" ");
      if (group.some(is)) for (const name of group) if (!is(name)) found.set(name.stems.join(" "), name);
    }
    return [...found.values()];
  }

  // The forms of the other names of some words, as far as the book has them. The
  // words of one must stand in the same part of a section.
  async function named(words) {
    const forms = (await others(words)).map(async ({ words, stems }) => {
      const subject = stems.filter((_, at) => !start.function.has(words[at]));
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
    const longest = Math.max(...start.synonyms.flat().map(({ words }) => words.length), 0);
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

  // What a term counts for that stands in these chunks.
  function rarity(lists) {
    const [all, count] = [start.page.length, lists ? lists.length / 2 : 0];
    return Math.log(1 + (all - count + 0.5) / (count + 0.5)) * (1 + K1);
  }

  function add(scores, field, lists, weight, most = Infinity) {
    if (!lists) return;
    const counts = Math.min(rarity(lists), most) * weight;
    const norm = start.norms[field];
    for (let i = 0; i < lists.length; i += 2) {
      const often = lists[i + 1];
      scores[lists[i]] += (counts * often) / (often + norm[lists[i]]);
    }
  }

  const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

  // What a form counts for that stands for the words of these parts, if any: for
  // no more than they do, which its own words share.
  function addForm(scores, { term, rest = [] }, weight, parts = []) {
    const terms = [term, ...rest.map((form) => form.term)];
    for (let field = 0; field < CODE; field += 1) {
      const rare = terms.map(({ fields }) => rarity(fields[field]));
      const all = sum(parts.map(({ weight, forms }) => weight * rarity(forms[0].term.fields[field])));
      terms.forEach(({ fields }, at) => {
        const most = parts.length ? (all * rare[at]) / sum(rare) : Infinity;
        add(scores, field, fields[field], weight * STEM[field], most);
      });
    }
  }

  // What the best of some forms counts for in each chunk, added to what is there.
  function addBest(scores, forms, of, parts) {
    const [best, one, half] = [0, 0, 0].map(() => new Float64Array(scores.length));
    for (const form of forms) {
      addForm(one.fill(0), form, form.weight * of, parts || (form.name && [{ weight: 1, forms }]));
      if (form.half) addForm(half.fill(0), form.half, form.weight * of);
      for (let chunk = 0; chunk < one.length; chunk += 1) {
        if (form.half) one[chunk] = one[chunk] && half[chunk] ? one[chunk] + half[chunk] : 0;
        if (one[chunk] > best[chunk] && (!form.only || form.only.has(chunk))) best[chunk] = one[chunk];
      }
    }
    for (let chunk = 0; chunk < best.length; chunk += 1) scores[chunk] += best[chunk];
  }

  // The score of each chunk: for each word that of its best form, for words that
  // may be one or have another name that of all or of the one.
  function score(groups, names) {
    const scores = new Float64Array(start.page.length);
    for (const { words, joined } of groups) {
      const least = joined && scores.slice();
      if (joined) addBest(least, joined, 1, words);
      for (const { weight, forms } of words) {
        if (forms.length === 1 && !forms[0].half) addForm(scores, forms[0], forms[0].weight * weight);
        else addBest(scores, forms, weight);
      }
      if (joined) least.forEach((score, chunk) => (scores[chunk] = Math.max(score, scores[chunk])));
    }
    for (const { term, weight } of names) add(scores, CODE, term.fields[CODE], weight);
    return scores;
  }

  // The best chunks with their scores, each with its page's share.
  function candidates(scores, fits) {
    let best = [];
    for (let chunk = 0; chunk < scores.length; chunk += 1) if (scores[chunk] > 0 && fits(chunk)) best.push(chunk);
    best = best.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, CANDIDATES);
    // What a page's best three say for each of its chunks.
    const [shares, counted] = [new Map(), new Map()];
    for (const chunk of best) {
      const [page, before] = [start.page[chunk], counted.get(start.page[chunk]) || 0];
      if (before < PER_PAGE) shares.set(page, (shares.get(page) || 0) + scores[chunk] / (before + 1));
      counted.set(page, before + 1);
    }
    const withShare = (chunk) => ({ chunk, score: scores[chunk] + SHARE * shares.get(start.page[chunk]) });
    return best.map(withShare).sort((a, b) => b.score - a.score || a.chunk - b.chunk);
  }

  // Those that may be called what was typed and would then be among the `limit`
  // best, of which so many are looked at: the title, or the headings, have all
  // words that are about something.
  function called(best, subjects, ahead, limit) {
    const terms = subjects.map((form) => form.term);
    const [titled, headed] = [0, 1].map((field) => new Set(having(terms, field)));
    const pages = new Set();
    const isFirst = ({ chunk }) => !pages.has(start.page[chunk]) && pages.add(start.page[chunk]);
    const titles = best.filter(({ chunk }) => titled.has(chunk)).filter(isFirst);
    const least = best[Math.min(limit, best.length) - 1].score - ahead;
    const headings = best.filter(({ chunk, score }) => headed.has(chunk) && score >= least);
    return [...new Set([titles, headings].flatMap((all) => all.slice(0, LOOKED_AT)))];
  }

  // Puts the best chunk of each page first of which the title was typed, and those
  // with such a heading before what is not clearly better.
  async function byName(best, looked, limit) {
    const subjects = looked.filter((word) => word.weight === 1).map(({ text, forms }) => ({ word: text, ...forms[0] }));
    if (!best.length || !subjects.length) return best;
    const written = subjects.map(({ word, text, term }) => new Set([word, text, ...term.words]));
    const isName = (name) => {
      const all = docent.words(name).map((word) => word.text);
      const about = all.filter((word) => !start.function.has(word));
      const own = about.length ? about : all;
      const isTyped = (word) => written.some((forms) => forms.has(word));
      return own.every(isTyped) && written.every((forms) => own.some((word) => forms.has(word)));
    };
    const ahead = HEADING * (best[0].score - best.at(-1).score);
    const likely = called(best, subjects, ahead, limit);
    const shown = await Promise.all(likely.map(({ chunk }) => described(chunk)));
    const titled = new Set();
    likely.forEach((one, at) => {
      const { trail, heading, title, page } = shown[at];
      if (trail.length && isName(heading)) one.ahead = ahead;
      if (titled.has(page) || !isName(title)) return;
      titled.add(page);
      one.ahead = Infinity;
    });
    const of = ({ score, ahead = 0 }) => score + ahead;
    const byScore = (a, b) => b.score - a.score || a.chunk - b.chunk;
    return best.sort((a, b) => (of(b) === of(a) ? byScore(a, b) : of(b) - of(a)));
  }

  // Sections come once and pages with a few sections before the list is filled
  // with what that leaves out.
  function spread(best) {
    const [first, rest] = [[], []];
    for (const { chunk } of best) {
      const beside = first.filter((other) => start.page[other] === start.page[chunk]);
      const again = beside.some((other) => start.section[other] === start.section[chunk]);
      (beside.length < PER_PAGE && !again ? first : rest).push(chunk);
    }
    return first.concat(rest);
  }

  // What is shown of a chunk.
  async function described(chunk) {
    const number = start.page[chunk];
    const block = at(start.blocks.first, number, (first, number) => first > number);
    const pages = await part(start.blocks.marks[block]);
    const [page, title, ...sections] = pages[0][number - start.blocks.first[block]];
    let trail = [];
    for (const [shared, ...rest] of sections.slice(0, start.section[chunk] + 1)) {
      trail = trail.slice(0, shared).concat(rest.slice(0, -1));
    }
    const anchors = sections.map((section) => section.at(-1));
    const anchor = anchors[start.section[chunk]];
    const url = anchor ? `${page}#${anchor}` : page;
    const until = anchors[start.section[chunk] + 1];
    return { chunk, page, anchor, until, url, title, trail, heading: trail.at(-1) ?? title, kind: start.kind[chunk] };
  }

  // The chunks that hold all words of a phrase in one of their fields.
  async function holding(phrase) {
    const stems = await Promise.all(docent.words(phrase).map((word) => stem(word.text)));
    const terms = await Promise.all(stems.map(term));
    const all = new Set();
    for (let field = 0; field < CODE; field += 1) for (const chunk of having(terms, field)) all.add(chunk);
    return { stems, all };
  }

  // The words of the book that a query was perhaps meant to hold.
  async function meant(text, looked) {
    let better = text.toLowerCase();
    for (const { text, forms } of looked) {
      if (forms.some((form) => form.term.often) || text.length < 4) continue;
      const [best] = await near(forms[0].text, 2);
      if (!best) return null;
      const written = [...(await term(best.text)).words, best.text];
      const apart = (word) => distance([...text], [...word], 9);
      better = better.replace(text, written.sort((a, b) => apart(a) - apart(b))[0]);
    }
    return better === text.toLowerCase() ? null : better;
  }

  async function search(text, kind, limit) {
    const asked = docent.wanted(text, (word) => start.function.has(word), FUNCTION);
    const asking = await groups(asked);
    const looked = asking.flatMap((group) => group.words);
    const names = asked.identifiers.map((text) => ({ text, weight: 1 }));
    names.push(...asked.words.map(({ text, weight }) => ({ text, weight: HUMP * weight })));
    for (const name of names) name.term = await term(name.text);
    const scores = score(asking, names);
    const phrases = [];
    for (const phrase of asked.phrases) {
      const { stems, all } = await holding(phrase);
      if (!all.size) continue;
      phrases.push(stems);
      scores.forEach((_, chunk) => all.has(chunk) || (scores[chunk] = 0));
    }
    const best = candidates(scores, (chunk) => !kind || start.kind[chunk] === kind);
    const chunks = spread(await byName(best, looked, limit));
    const hits = await Promise.all(chunks.slice(0, limit).map(described));
    // What is marked: each word of the text with the form that it is of.
    const marks = new Map();
    const marked = looked.filter((word) => word.weight === 1).flatMap((word) => word.forms);
    marked.push(...asking.flatMap((group) => group.joined || []));
    for (const form of marked.flatMap((form) => [form, ...(form.half ? [form.half] : []), ...(form.rest || [])])) {
      for (const word of [form.text, ...form.term.words]) marks.set(word, form.text);
    }
    const found = { hits, marks, names: new Set(asked.identifiers), phrases };
    return hits.length ? found : { ...found, meant: await meant(text, looked) };
  }

  docent.index = {
    // The hits of a query, and what its words are in their texts.
    async search(text, kind, limit) {
      await begin("");
      try {
        return await search(text, kind, limit);
      } catch {
        // A newer build may have taken the files of this one away.
        starting = null;
        shards.clear();
        await begin(`?${Date.now()}`);
        return search(text, kind, limit);
      }
    },
  };
})();
