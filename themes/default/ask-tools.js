// What stands around the answers of the ask panel: questions to begin with, the
// words that a question is about, what the server can do just now, copying an
// answer, and saying whether it helped. Everything is shown as text.
"use strict";
(() => {
  const { make, say } = docent;
  const { named } = docent.askAnswer;
  const MOST = 3;
  const LONGEST = 2000;
  const tools = (docent.askTools = {});
  let [server, coming, timer] = [null, null, 0];

  // Asks the server whether its index and its model are there, as long as that
  // may change.
  tools.look = () => {
    if (server?.ready && server.model !== "loading") return Promise.resolve();
    coming ||= fetch(docent.root + "readyz", { cache: "no-store" })
      .then((reply) => reply.json())
      .catch(() => null)
      .then((told) => ([server, coming] = [told, null]));
    return coming;
  };

  tools.looking = () => (server?.model === "loading" ? say("model_loading") : say("looking"));

  // A question that the page answers by what it is: its author wrote it down,
  // a heading asks it, or the title of a guide names the task.
  function starters() {
    const text = (heading) => heading.textContent.replace(/\s+/g, " ").trim();
    const own = [...document.querySelectorAll('meta[name="docent-question"]')].map((meta) => meta.content);
    const first = document.querySelector("article h1");
    const asks = (words) => /[?？؟]$/.test(words);
    const headings = [...document.querySelectorAll("article :is(h1, h2, h3)")].map(text).filter(asks);
    const title = first ? text(first) : "";
    const isGuide = document.documentElement.dataset.kind === "how-to";
    if (isGuide && title && !asks(title)) headings.push(...task(title));
    return [...new Set(own.length ? own : headings)].slice(0, MOST);
  }

  // The title of a guide within a question. English has to begin with a verb: a
  // name such as `API` does not, nor what ends as nouns and adjectives do.
  function task(title) {
    if (!document.documentElement.lang.startsWith("en")) return [say("starter", { title })];
    const isVerb = /^[A-Z][a-z]+ \S/.test(title) && !/^[A-Za-z]*([^s]s|ion|ity|ative|ual|ing) /.test(title);
    return isVerb ? [say("starter", { title: title[0].toLowerCase() + title.slice(1) })] : [];
  }

  tools.welcome = (ask, redraw) => {
    const parts = [make("p", { class: "talk-empty" }, say("ask_empty"))];
    if (server && !server.ready) {
      parts.push(make("p", { class: "state busy", role: "status" }, say("not_ready")));
      clearTimeout(timer);
      timer = setTimeout(() => tools.look().then(redraw), 3000);
    }
    const known = starters();
    if (known.length) parts.push(make("h3", { class: "starters-title" }, say("starters")));
    const buttons = known.map((question) => {
      const button = make("button", { type: "button" }, question);
      button.addEventListener("click", () => ask(question));
      return make("li", {}, button);
    });
    if (known.length) parts.push(make("ul", { class: "starters" }, ...buttons));
    return parts;
  };

  // The words of the page that a question is about.
  tools.about = (about, drop) => {
    if (!about) return null;
    const box = make("blockquote", { class: "about" }, make("p", {}, about.text), make("cite", {}, about.title));
    if (drop) {
      const close = make("button", { type: "button", class: "icon", "aria-label": say("drop_about") }, "✕");
      close.addEventListener("click", drop);
      box.append(close);
    }
    return box;
  };

  // A question as it is sent: with the words that it is about.
  tools.whole = ({ question, about }) => {
    const whole = about ? `${question}\n“${about.text}” (${about.title})` : question;
    return [...whole].length > LONGEST ? question : whole;
  };

  // What can be done with an answer that is there.
  tools.row = (turn, seen, remember) => {
    const copy = make("button", { type: "button", class: "tool" }, say("copy_answer"));
    const told = make("span", { class: "unseen", role: "status" });
    copy.addEventListener("click", async () => {
      const done = await put(markdown(turn, seen), copy);
      copy.textContent = told.textContent = done ? say("copied") : say("copy_failed");
      setTimeout(() => (copy.textContent = say("copy_answer")), 2000);
    });
    return make("div", { class: "tools" }, copy, told, server?.feedback ? judge(turn, seen.understood || turn.question, remember) : null);
  };

  // Without a secure connection there is no clipboard, but the old command.
  async function put(text, near) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const box = make("textarea", { class: "unseen", tabindex: "-1" }, text);
      near.parentElement.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      near.focus();
      return done;
    }
  }

  const plain = (text) => text.replace(/[\\\x60*_[\]<>]/g, "\\$&");
  const leads = (source, words) =>
    `[${plain(words)}](${docent.link(source.url).replace(/\(/g, "%28").replace(/\)/g, "%29")})`;

  // An answer as Markdown, with links to its sources.
  function markdown(turn, { understood, sources, quotes, sentences, nearest }) {
    const mark = (number) => {
      const source = sources.find((known) => known.number === number);
      return source ? " " + leads(source, String(number)) : "";
    };
    const quoted = (quote) => {
      const fence = "`".repeat(Math.max(3, ...(quote.text.match(/`+/g) || []).map((run) => run.length + 1)));
      const text = quote.code ? `${fence}\n${quote.text}\n${fence}` : (quote.item ? "- " : "") + plain(quote.text);
      return (text + (quote.code ? "\n\n" + mark(quote.citation).trim() : mark(quote.citation))).replace(/^/gm, "> ");
    };
    const parts = [`**${plain(turn.question)}**`];
    if (turn.about) parts.push(`> ${plain(turn.about.text)} (${plain(turn.about.title)})`);
    if (understood) parts.push(plain(say("understood", { question: understood })));
    if (nearest) parts.push(say("not_covered"));
    if (quotes.length) parts.push(quotes.map(quoted).join("\n>\n"));
    const said = sentences.map((sentence) => plain(sentence.text) + (sentence.citations || []).map(mark).join(""));
    if (said.length) parts.push(said.join(" "));
    const list = (nearest || sources).map((source, at) => `${at + 1}. ${leads(source, named(source))}`);
    if (list.length) parts.push(`${nearest ? say("nearest") : say("sources")}:`, list.join("\n"));
    return parts.join("\n\n") + "\n";
  }

  function thumb(label) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M6 9v7H3.5V9zM6 9l3.3-5.7c1.2 0 1.9.9 1.8 2l-.4 2.9h4.2c1 0 1.8.9 1.6 1.9l-.9 4.5c-.2.8-.9 1.4-1.7 1.4H6");
    svg.append(path);
    return make("button", { type: "button", class: "tool icon", "aria-label": say(label), title: say(label) }, svg);
  }

  // Whether an answer helped: kept by this server, where the book allows it.
  function judge(turn, question, remember) {
    const box = make("span", { class: "judge" });
    const tell = (key) => box.replaceChildren(make("span", { role: "status" }, say(key)));
    const send = async (helpful, reason) => {
      const sent = await fetch(docent.root + "api/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ question, helpful, reason }),
      }).then((reply) => reply.ok, () => false);
      turn.judged = sent;
      remember();
      tell(sent ? "thanks" : "not_kept");
    };
    const choose = () => {
      const [up, down] = [thumb("helped"), thumb("not_helped")];
      down.classList.add("down");
      up.addEventListener("click", () => send(true, ""));
      down.addEventListener("click", why);
      box.replaceChildren(make("span", {}, say("helpful")), up, down);
      return down;
    };
    const why = () => {
      const reason = make("input", { type: "text", maxlength: "300", "aria-label": say("why_not"), placeholder: say("why_not") });
      const form = make("form", {}, reason, make("button", { type: "submit", class: "tool" }, say("send")));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        send(false, reason.value.trim());
      });
      form.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        choose().focus();
      });
      box.replaceChildren(form);
      reason.focus();
    };
    if (turn.judged) tell("thanks");
    else choose();
    return box;
  }
})();
