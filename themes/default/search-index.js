// Search without a server: scores as docent itself does, BM25 over title,
// headings, text and identifiers, and puts the hits in their order.
"use strict";
(() => {
  const { distance, files } = docent;
  const { CODE, K1, at, begin, part, renew, term } = files;
  const { groups, having, near, stem } = docent.forms;
  // What a match counts for in the title, in the headings and in the text.
  const STEM = [0.5, 0.5, 1];
  // What it counts for in a word that carries no subject, and in a part of an
  // identifier.
  const [FUNCTION, HUMP] = [0.5, 0.1];
  const [CANDIDATES, PER_PAGE, SHARE] = [100, 3, 0.2];
  // What stands before others when its heading is what was typed, and of how many
  // names, at most, this is seen.
  const [HEADING, LOOKED_AT] = [0.2, 16];

  // What a term counts for that stands in these chunks.
  function rarity(lists) {
    const [all, count] = [files.start.page.length, lists ? lists.length / 2 : 0];
    return Math.log(1 + (all - count + 0.5) / (count + 0.5)) * (1 + K1);
  }

  function add(scores, field, lists, weight, most = Infinity) {
    if (!lists) return;
    const counts = Math.min(rarity(lists), most) * weight;
    const norm = files.start.norms[field];
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
    const scores = new Float64Array(files.start.page.length);
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
      const [page, before] = [files.start.page[chunk], counted.get(files.start.page[chunk]) || 0];
      if (before < PER_PAGE) shares.set(page, (shares.get(page) || 0) + scores[chunk] / (before + 1));
      counted.set(page, before + 1);
    }
    const withShare = (chunk) => ({ chunk, score: scores[chunk] + SHARE * shares.get(files.start.page[chunk]) });
    return best.map(withShare).sort((a, b) => b.score - a.score || a.chunk - b.chunk);
  }

  // Those that may be called what was typed and would then be among the `limit`
  // best, of which so many are looked at: the title, or the headings, have all
  // words that are about something.
  function called(best, subjects, ahead, limit) {
    const terms = subjects.map((form) => form.term);
    const [titled, headed] = [0, 1].map((field) => new Set(having(terms, field)));
    const pages = new Set();
    const isFirst = ({ chunk }) => !pages.has(files.start.page[chunk]) && pages.add(files.start.page[chunk]);
    const titles = best.filter(({ chunk }) => titled.has(chunk)).filter(isFirst);
    const last = spread(best)[Math.min(limit, best.length) - 1];
    const least = best.find(({ chunk }) => chunk === last).score - ahead;
    const headings = best.filter(({ chunk, score }) => headed.has(chunk) && score >= least);
    return [...new Set([titles, headings].flatMap((all) => all.slice(0, LOOKED_AT)))];
  }

  // Puts the start of each page first of which the title was typed, and those with
  // such a heading before what is not clearly better.
  async function byName(best, scores, looked, limit) {
    const subjects = looked.filter((word) => word.weight === 1).map(({ text, forms }) => ({ word: text, ...forms[0] }));
    if (!best.length || !subjects.length) return best;
    const written = subjects.map(({ word, text, term }) => new Set([word, text, ...term.words]));
    const isName = (name) => {
      const all = docent.words(name).map((word) => word.text);
      const about = all.filter((word) => !files.start.function.has(word));
      const own = about.length ? about : all;
      const isTyped = (word) => written.some((forms) => forms.has(word));
      return own.every(isTyped) && written.every((forms) => own.some((word) => forms.has(word)));
    };
    const ahead = HEADING * (best[0].score - best.at(-1).score);
    const likely = called(best, subjects, ahead, limit);
    const shown = await Promise.all(likely.map(({ chunk }) => described(chunk)));
    const pages = new Set();
    likely.forEach(({ chunk }, at) => {
      const { trail, heading, title } = shown[at];
      if (trail.length && isName(heading)) likely[at].ahead = ahead;
      if (isName(title)) pages.add(files.start.page[chunk]);
    });
    for (const page of pages) {
      const first = files.start.page.indexOf(page);
      const known = best.find(({ chunk }) => chunk === first);
      const other = best.find(({ chunk }) => files.start.page[chunk] === page);
      if (known) known.ahead = Infinity;
      // Its page has the same share for each of its chunks.
      else if (scores[first]) best.push({ chunk: first, score: scores[first] + other.score - scores[other.chunk], ahead: Infinity });
    }
    const of = ({ score, ahead = 0 }) => score + ahead;
    const byScore = (a, b) => b.score - a.score || a.chunk - b.chunk;
    return best.sort((a, b) => (of(b) === of(a) ? byScore(a, b) : of(b) - of(a)));
  }

  // Sections come once and pages with a few sections before the list is filled
  // with what that leaves out.
  function spread(best) {
    const [first, rest] = [[], []];
    for (const { chunk } of best) {
      const beside = first.filter((other) => files.start.page[other] === files.start.page[chunk]);
      const again = beside.some((other) => files.start.section[other] === files.start.section[chunk]);
      (beside.length < PER_PAGE && !again ? first : rest).push(chunk);
    }
    return first.concat(rest);
  }

  // What is shown of a chunk.
  async function described(chunk) {
    const number = files.start.page[chunk];
    const block = at(files.start.blocks.first, number, (first, number) => first > number);
    const pages = await part(files.start.blocks.marks[block]);
    const [page, title, ...sections] = pages[0][number - files.start.blocks.first[block]];
    let trail = [];
    for (const [shared, ...rest] of sections.slice(0, files.start.section[chunk] + 1)) {
      trail = trail.slice(0, shared).concat(rest.slice(0, -1));
    }
    const anchors = sections.map((section) => section.at(-1));
    const anchor = anchors[files.start.section[chunk]];
    const url = anchor ? `${page}#${anchor}` : page;
    const until = anchors[files.start.section[chunk] + 1];
    return { chunk, page, anchor, until, url, title, trail, heading: trail.at(-1) ?? title, kind: files.start.kind[chunk] };
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
    const asked = docent.wanted(text, (word) => files.start.function.has(word), FUNCTION);
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
    const best = candidates(scores, (chunk) => !kind || files.start.kind[chunk] === kind);
    const chunks = spread(await byName(best, scores, looked, limit));
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
      await begin();
      try {
        return await search(text, kind, limit);
      } catch {
        await renew();
        return search(text, kind, limit);
      }
    },
  };
})();
