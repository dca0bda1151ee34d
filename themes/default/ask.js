// The ask panel: sends a question, shows sources, then quotes, then checked
// sentences as they arrive. Fetched when it is first opened. What a model wrote
// is shown as text only, and the only links are those the server made from the
// pages it found.
"use strict";
(() => {
  const { make, say, askTools: tools } = docent;
  const { abstained, extract, list, summary } = docent.askAnswer;
  // So many earlier questions go along, for one that leans on them.
  const EARLIER = 4;
  const wide = matchMedia("(min-width: 56.01rem)");
  let ui = null;
  let turns = [];
  let running = null;
  let about = null;

  function build() {
    const clear = make("button", { type: "button", class: "clear" }, say("clear"));
    const close = make("button", { type: "button", class: "icon", "aria-label": say("close") }, "✕");
    const talk = make("div", {
      class: "talk",
      tabindex: "0",
      role: "log",
      "aria-label": say("talk"),
    });
    const text = make("textarea", {
      rows: "1",
      autofocus: "",
      maxlength: "2000",
      "aria-label": say("question"),
      placeholder: say("example"),
      enterkeyhint: "send",
    });
    const send = make("button", { type: "submit", class: "send" }, say("ask"));
    const form = make(
      "form",
      { class: "composer" },
      make("div", { class: "composer-about" }),
      make("div", { class: "composer-row" }, text, send),
      make("small", {}, say("ask_note")),
    );
    const dialog = make(
      "dialog",
      { class: "panel", "aria-label": say("ask_docs") },
      make("div", { class: "panel-head" }, make("h2", {}, say("ask_docs")), clear, close),
      talk,
      form,
    );
    document.body.append(dialog);
    ui = { dialog, talk, text, send, clear };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (running) running.abort();
      else ask(text.value);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!running) ask(text.value);
    });
    close.addEventListener("click", hide);
    clear.addEventListener("click", () => {
      running?.abort();
      turns = [];
      hold(null);
      remember();
      redraw();
      text.focus();
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      hide();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) hide();
    });
    talk.addEventListener("click", onCite);
    document.addEventListener("docent:page", () => turns.length || redraw());
    tools.look().then(() => running || redraw());
  }

  // Keeps the words that the next question is about.
  function hold(words) {
    about = words;
    const box = tools.about(words, () => {
      hold(null);
      ui.text.focus();
    });
    ui.dialog.querySelector(".composer-about").replaceChildren(...(box ? [box] : []));
    ui.text.placeholder = say(words ? "about_default" : "example");
  }

  function show() {
    if (!ui) {
      build();
      redraw();
    }
    if (ui.dialog.open) return;
    if (wide.matches) ui.dialog.show();
    else ui.dialog.showModal();
    remember();
  }

  function hide() {
    running?.abort();
    ui.dialog.close();
    remember();
    document.querySelector('.top [data-open="ask"]')?.focus();
  }

  // The talk survives a click on a citation, which leads to another page.
  function remember() {
    const open = Boolean(ui?.dialog.open);
    const talk = { open, at: ui?.talk.scrollTop, turns: turns.slice(-12) };
    docent.keep("docent-talk", turns.length || open ? JSON.stringify(talk) : null);
  }

  function redraw() {
    ui.clear.hidden = !turns.length;
    ui.talk.replaceChildren(...(turns.length ? turns.map((turn) => draw(turn)) : tools.welcome(ask, () => turns.length || redraw())));
  }

  async function ask(question) {
    question = question.trim() || (about ? say("about_default") : "");
    if (!question || running) return;
    const turn = { question, about, events: [] };
    turns.push(turn);
    ui.text.value = "";
    hold(null);
    redraw();
    const article = ui.talk.lastElementChild;
    const follow = toTop(article);
    follow();
    running = new AbortController();
    ui.send.textContent = say("stop");
    const record = (name, data) => {
      turn.events.push([name, data]);
      fill(article, turn, true);
      follow();
      remember();
    };
    tools.look().then(() => fill(article, turn, running !== null && turns.at(-1) === turn));
    try {
      const history = turns.slice(-EARLIER - 1, -1).map(tools.whole);
      await receive({ question: tools.whole(turn), history }, running.signal, record);
      if (!finished(turn)) record("error", { error: "cut", message: say("broke_off") });
    } catch {
      if (running.signal.aborted) record("stopped", {});
      else record("error", { error: "offline", message: say("offline") });
    } finally {
      running = null;
      ui.send.textContent = say("ask");
      fill(article, turn, false);
      follow();
    }
  }

  // Brings a question to the top as soon as its answer is long enough, unless
  // the reader scrolls away meanwhile.
  function toTop(article) {
    let ours = null;
    return () => {
      if (ours !== null && Math.abs(ui.talk.scrollTop - ours) > 2) return;
      ui.talk.scrollTop += article.getBoundingClientRect().top - ui.talk.getBoundingClientRect().top - 8;
      ours = ui.talk.scrollTop;
    };
  }

  async function receive(asked, signal, record) {
    const reply = await fetch(docent.root + "api/ask", {
      method: "POST",
      signal,
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(asked),
    });
    if (!reply.ok) {
      const told = await reply.json().catch(() => ({}));
      const wait = Number(reply.headers.get("Retry-After")) || 0;
      const busy = reply.status === 429 || reply.status === 503;
      const why = told.error === "not-ready" ? say("not_ready") : say("busy");
      const message = busy ? why : told.message || say("failed");
      return record("error", { error: busy ? "busy" : told.error || "failed", message, wait });
    }
    let rest = "";
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).replace(/\r\n/g, "\n").split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const event = parse(part);
        if (event) record(event.name, event.data);
      }
    }
  }

  function parse(block) {
    let name = "message";
    const data = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    }
    if (!data.length) return null;
    try {
      return { name, data: JSON.parse(data.join("\n")) };
    } catch {
      return null;
    }
  }

  const finished = (turn) =>
    turn.events.some(([name]) => name === "done" || name === "error" || name === "abstain");

  function draw(turn) {
    const article = make("section", { class: "turn", "aria-label": turn.question });
    fill(article, turn, false);
    return article;
  }

  function fill(article, turn, busy) {
    const of = (wanted) => turn.events.filter(([name]) => name === wanted).map(([, data]) => data);
    const sources = of("sources").flatMap((data) => data.sources);
    const quotes = of("quote");
    const sentences = of("sentence");
    const understood = of("understood")[0]?.question;
    const parts = [make("h3", {}, turn.question), tools.about(turn.about)];
    if (understood) parts.push(make("p", { class: "understood" }, say("understood", { question: understood })));
    for (const told of of("abstain")) parts.push(...abstained(told));
    if (quotes.length) parts.push(make("h4", {}, say("quoted")), ...extract(quotes, sources));
    if (sentences.length) {
      const model = of("done")[0]?.usage?.model;
      parts.push(
        make("h4", {}, model ? say("in_short_by", { model }) : say("in_short")),
        summary(sentences, sources, quotes),
      );
    }
    for (const trouble of of("error")) parts.push(troubled(turn, trouble));
    if (sources.length && !of("abstain").length) parts.push(make("h4", {}, say("sources")), list(sources, quotes));
    const nearest = of("abstain")[0]?.nearest;
    const seen = { understood, sources, quotes, sentences, nearest, done: of("done")[0], stopped: of("stopped").length };
    parts.push(state(turn, busy, seen));
    if (seen.done) parts.push(tools.row(turn, seen, remember));
    article.replaceChildren(...parts.filter(Boolean));
  }

  function state(turn, busy, seen) {
    if (finished(turn)) {
      const total = seen.done?.usage?.total_ms;
      if (!(total >= 0)) return null;
      const time = total < 950 ? `${Math.round(total)} ms` : `${(total / 1000).toFixed(1)} s`;
      const { dropped, sentences, model } = seen.done.usage;
      const held = dropped && !sentences ? " " + say("held_back", { model }) : "";
      const told = say(seen.quotes.length && !model ? "answered_quotes" : "answered", { time });
      return make("p", { class: "state" }, told + held);
    }
    if (seen.stopped) return make("p", { class: "state" }, say("stopped"));
    if (!busy && turn.events.length) return make("p", { class: "state" }, say("broken_off"));
    const step = seen.quotes.length
      ? say("summing_up")
      : seen.sources.length
        ? say("reading")
        : tools.looking();
    return make("p", { class: "state busy", role: "status" }, step);
  }

  function troubled(turn, trouble) {
    const message = trouble.message.charAt(0).toUpperCase() + trouble.message.slice(1);
    const box = make("div", { class: "trouble", role: "alert" }, make("p", {}, message));
    const again = make("button", { type: "button", class: "retry" }, say("ask_again"));
    again.addEventListener("click", () => {
      turns = turns.filter((other) => other !== turn);
      hold(turn.about);
      ask(turn.question);
    });
    box.append(again);
    let wait = Math.min(trouble.wait || 0, 60);
    const tick = () => {
      again.disabled = wait > 0;
      again.textContent = wait > 0 ? say("ask_again_in", { seconds: wait }) : say("ask_again");
      if (wait-- > 0) setTimeout(tick, 1000);
    };
    tick();
    return box;
  }

  function onCite(event) {
    const cited = event.target.closest("a[data-quotes]");
    if (!cited || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // On a phone the panel hides the page that the citation leads to.
    if (!wide.matches) ui.dialog.close();
    remember();
    docent.cite(cited.href, JSON.parse(cited.dataset.quotes));
  }

  const kept = JSON.parse(docent.keep("docent-talk") || "null");
  turns = kept?.turns || [];

  docent.panel = {
    hide,
    open(question, words) {
      show();
      ui.text.focus();
      if (words) hold(words);
      if (question) ask(question);
    },
    // As it was on the page before; the reader came for the page.
    goOn() {
      if (!wide.matches) return;
      show();
      document.activeElement.blur();
      ui.talk.scrollTop = kept?.at || 0;
    },
  };
})();
