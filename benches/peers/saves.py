#!/usr/bin/env python3
"""Measures the time from a saved file to its new words in the browser.

usage: saves.py DOCENT BOOK [EDITS]

BOOK is copied first. `docent serve` builds and serves it; headless Chromium,
through chromedriver, has the edited page open. An edit adds a paragraph to the
page's file in place; it counts as visible in the first frame that is drawn
after its words are on the page. Prints the median, the 95th percentile and
the slowest, in milliseconds.
"""

import json
import pathlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

PAGES = 20

WATCH = """
const wanted = arguments[0];
window.seen = 0;
const look = () => {
  if (window.seen || !document.querySelector("article").textContent.includes(wanted)) return;
  requestAnimationFrame(() => setTimeout(() => { window.seen ||= performance.timeOrigin + performance.now(); }));
};
window.looking?.disconnect();
window.looking = new MutationObserver(look);
window.looking.observe(document.body, { childList: true, subtree: true, characterData: true });
return performance.timeOrigin + performance.now();
"""


class Browser:
    def __init__(self, profile):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.base + "/status")
                break
            except OSError:
                time.sleep(0.05)
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", f"--user-data-dir={profile}"]
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": options}}}}
        self.session = self.post("/session", wanted)["sessionId"]

    def post(self, path, body):
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), {"content-type": "application/json"})
        return json.load(urllib.request.urlopen(request))["value"]

    def goto(self, url):
        self.post(f"/session/{self.session}/url", {"url": url})

    def run(self, script, *arguments):
        return self.post(f"/session/{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script, seconds=120):
        for _ in range(seconds * 20):
            if self.run(script):
                return
            time.sleep(0.05)
        raise SystemExit(f"never true in the browser: {script}")

    def keys(self, selector, text):
        found = self.post(f"/session/{self.session}/element", {"using": "css selector", "value": selector})
        (element,) = found.values()
        self.post(f"/session/{self.session}/element/{element}/value", {"text": text})

    def close(self):
        request = urllib.request.Request(f"{self.base}/session/{self.session}", method="DELETE")
        urllib.request.urlopen(request)
        self.process.kill()


def serve(docent, book):
    """The server and its address, once it serves."""
    command = [docent, "serve", "--no-embeddings", "--extractive", "--port", "0", str(book)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"http://\S+", line)
        if found:
            return process, found.group(0)
    raise SystemExit("the server did not start")


def main():
    docent, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    edits = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    with tempfile.TemporaryDirectory() as folder:
        book = pathlib.Path(folder) / "book"
        shutil.copytree(source, book, ignore=shutil.ignore_patterns("book", ".cache", ".docent"))
        server, address = serve(docent, book)
        # Nobody reads what the server says, so that it can go on saying it.
        import threading

        threading.Thread(target=lambda: [None for _ in server.stderr], daemon=True).start()
        browser = Browser(folder + "/profile")
        try:
            report(times(browser, address, book, edits))
        finally:
            browser.close()
            server.terminate()
            server.wait()


def times(browser, address, book, edits):
    content = next(folder for folder in (book / "content", book / "src", book / "docs") if folder.is_dir())
    pages = sorted(path for path in content.rglob("*.md") if not path.name.startswith("_") and path.name.lower() not in ("readme.md", "index.md", "summary.md"))
    chosen = random.Random(7).sample(pages, min(PAGES, len(pages)))
    found = []
    for number in range(edits):
        page = chosen[number * len(chosen) // edits]
        if number == 0 or page != chosen[(number - 1) * len(chosen) // edits]:
            browser.goto(address + str(page.relative_to(content).with_suffix(".html")))
            time.sleep(1.0)
        words = f"Marked{number}Words"
        text = page.read_text(encoding="utf-8") + f"\nThis was added: {words}.\n"
        browser.run(WATCH, words)
        with open(page, "w", encoding="utf-8") as file:
            file.write(text)
        saved = time.time() * 1000
        for _ in range(2000):
            seen = browser.run("return window.seen")
            if seen:
                break
            time.sleep(0.02)
        else:
            raise SystemExit(f"{page}: the edit was never seen")
        found.append(seen - saved)
        time.sleep(0.25)
    return sorted(found)


def report(found):
    middle, late = statistics.median(found), found[int(len(found) * 0.95)]
    print(f"{len(found)} edits: median {middle:.0f} ms, 95th percentile {late:.0f} ms, slowest {found[-1]:.0f} ms")


if __name__ == "__main__":
    main()
