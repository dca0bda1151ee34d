#!/usr/bin/env python3
"""Measures answers with the default models as a reader gets them.

usage: answers.py DOCENT BOOK [--asked N] [--talks N] [--write FILE]

BOOK is copied first and served with its models, which must have been pulled.
Headless Chromium, through chromedriver, opens the ask panel and asks N
questions, each as the first of a talk; the page itself notes when the sources,
the first quotation, the first generated sentence and the end were drawn,
counted from the key press. Then N more questions come over HTTP, no two alike,
while the memory of the server is watched. Questions are made of the book's own
headings. With --write the table replaces what stands between the two marks in
FILE.
"""

import argparse
import json
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

from saves import Browser

START, END = "<!-- answers: start -->", "<!-- answers: end -->"
ENTER = "\ue007"
INPUT = ".panel[open] textarea"

# When each part of the newest answer was first drawn; the key press is time 0.
WATCH = """
const parts = {
  sources: "ol.sources li", quote: ".extract", sentence: "h4 + p", abstained: ".sources:not(ol)", done: ".tools",
};
const turns = document.querySelectorAll(".panel .turn").length;
window.drawn = {};
window.press = null;
addEventListener("keydown", (event) => { if (event.key === "Enter") window.press ??= event.timeStamp; }, { capture: true });
window.looking?.disconnect();
window.looking = new MutationObserver(() => {
  const all = document.querySelectorAll(".panel .turn");
  if (all.length <= turns) return;
  for (const [part, selector] of Object.entries(parts)) {
    if (part in window.drawn || !all[all.length - 1].querySelector(selector)) continue;
    window.drawn[part] = null;
    requestAnimationFrame(() => setTimeout(() => { window.drawn[part] = performance.now() - window.press; }));
  }
});
window.looking.observe(document.body, { childList: true, subtree: true });
"""


def questions(book, count):
    """So many questions, no two alike, about what the book has headings for."""
    headings = set()
    for page in sorted(book.rglob("*.md")):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        headings |= {re.sub(r"[`*_\[\]]|\{[^}]*\}|\([^)]*\)", "", found).strip() for found in re.findall(r"^#{1,4} +(.+)$", text, re.M)}
    headings = sorted(heading for heading in headings if len(heading.split()) > 1)
    shapes = ("What does the documentation say about {}?", "How does it work: {}?", "What should I know about {}?")
    made = [shape.format(heading[0].lower() + heading[1:]) for shape in shapes for heading in headings]
    if len(made) < count:
        raise SystemExit(f"the book's headings give {len(made)} questions, not {count}")
    return random.Random(7).sample(made, count)


class Server:
    def __init__(self, docent, book):
        command = [docent, "serve", "--port", "0", str(book)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.process.stderr:
            said.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                self.address = found.group(0)
                break
        else:
            raise SystemExit("the server did not start:\n" + "".join(said))
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()

    def wait(self):
        """Until searches have vectors and the model has written once."""
        for _ in range(3000):
            with self.open("readyz", allowed=(503,)) as reply:
                state = json.load(reply)
            if state.get("index", {}).get("embeddings") and state["model"] == "ready":
                break
            if state["model"] == "none":
                raise SystemExit("the language model is not here: `docent models pull`")
            time.sleep(0.2)
        else:
            raise SystemExit("the models were never ready")
        self.ask("How do I begin?")

    def open(self, path, data=None, allowed=()):
        headers = {"content-type": "application/json", "accept": "application/json"}
        request = urllib.request.Request(self.address + path, data and json.dumps(data).encode(), headers)
        try:
            return urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            if error.code in allowed:
                return error
            raise

    def ask(self, question):
        with self.open("api/ask", {"question": question}) as reply:
            return json.load(reply)

    def memory(self):
        """What the server holds now, and the most it ever held, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return [int(re.search(rf"{name}:\s+(\d+)", status).group(1)) / 1024 for name in ("VmRSS", "VmHWM")]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def panel(server, browser, asked):
    """For each question the milliseconds until each part was drawn."""
    browser.goto(server.address)
    browser.until("return document.querySelector('.top [data-open=ask]:not([hidden])') !== null")
    browser.run("document.querySelector('.top [data-open=ask]').click()")
    browser.until(f"return document.querySelector('{INPUT}') !== null")
    found = []
    for question in asked:
        # A follow-up would be understood by what was asked before.
        browser.run("document.querySelector('.panel .clear:not([hidden])')?.click()")
        browser.run(WATCH)
        browser.keys(INPUT, question + ENTER)
        browser.until("return window.drawn.done > 0")
        found.append(browser.run("return window.drawn"))
        print(f"{question} {found[-1]}", flush=True)
    return found


def talk(server, asked):
    """The answers, and the memory after each."""
    answers, memory = [], [server.memory()]
    for number, question in enumerate(asked, 1):
        answers.append(server.ask(question))
        memory.append(server.memory())
        if number % 10 == 0:
            now, most = memory[-1]
            print(f"{number} conversations: {now:.0f} MiB now, {most:.0f} MiB at most", flush=True)
    return answers, memory


def table(drawn, answers, memory):
    lines = ["| seen in the browser | median | slowest | questions |", "| --- | ---: | ---: | ---: |"]
    names = {"sources": "sources", "quote": "first passage", "sentence": "first generated sentence", "done": "whole answer"}
    answered = [times for times in drawn if "quote" in times]
    for part, name in names.items():
        times = [one[part] for one in answered if part in one]
        if times:
            shown = [f"{time:.0f} ms" if time < 950 else f"{time / 1000:.1f} s" for time in (statistics.median(times), max(times))]
            lines.append(f"| {name} | {shown[0]} | {shown[1]} | {len(times)} |")
        else:
            lines.append(f"| {name} | never | | 0 |")
    lines += ["", "| `docent serve` with both models | memory |", "| --- | ---: |"]
    for number in sorted({0, 1, len(memory) // 4, len(memory) // 2, len(memory) - 1}):
        lines.append(f"| after {number} conversations | {memory[number][0]:.0f} MiB |")
    lines.append(f"| at most | {memory[-1][1]:.0f} MiB |")
    written = [answer for answer in answers if answer["usage"]["model"]]
    added = sum(bool(answer["sentences"]) for answer in written)
    lines += ["", f"The model wrote for {len(written)} of these {len(answers)} questions and added a checked sentence to {added}."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docent", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("book", type=pathlib.Path)
    parser.add_argument("--asked", type=int, default=20)
    parser.add_argument("--talks", type=int, default=200)
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = pathlib.Path(folder) / "book"
        left_out = shutil.ignore_patterns("target", "book", ".cache", ".docent", ".git")
        shutil.copytree(options.book, book, ignore=left_out)
        asked = questions(book, options.asked + options.talks)
        server = Server(options.docent, book)
        try:
            server.wait()
            drawn = []
            if options.asked:
                browser = Browser(folder + "/profile")
                try:
                    drawn = panel(server, browser, asked[: options.asked])
                finally:
                    browser.close()
            answers, memory = talk(server, asked[options.asked :])
        finally:
            server.stop()
    figures = table(drawn, answers, memory)
    print(figures)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        before, rest = page.split(START)
        options.write.write_text(f"{before}{START}\n{figures}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
