#!/usr/bin/env python3
"""Builds one book with mdBook and with docent, and compares the two sites.

    tests/compare/mdbook.py --mdbook mdbook --docent target/debug/docent BOOK...

Compared are the addresses of the pages, the ids of headings in their order,
every other id, the redirects of pages and of fragments, the chapters of the
navigation with their numbers and their order, the titles, and the files that
are copied. Differences are grouped by their reason; each reason has a section
in `content/reference/mdbook-compatibility.md`. One without a reason is an
error: exit code 1.

Preprocessors and other renderers are taken out of the copy that both build,
unless `--preprocessors` is given. Only the standard library is used.
"""

import argparse
import filecmp
import html.parser
import json
import pathlib
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

from report import Report

# What differs on purpose: the section of the reference page that says why.
THEME_FILES = "Files of the theme"
SEARCH_FILES = "Files of the search"
THEME_IDS = "Ids of the theme"
TITLES = "Titles"
TOC_PAGE = "The page toc.html"
PRINT_PAGE = "The page print.html"
MISSING_PAGE = "The page 404.html"
SECOND_ID = "Ids that stand twice"

SEARCH_NAMES = r"(searchindex|searcher|elasticlunr|mark)[.-]"
VOID = set("area base br col embed hr img input link meta source track wbr".split())
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


class Page(html.parser.HTMLParser):
    """What the comparison needs of a page."""

    def __init__(self, path, text):
        super().__init__(convert_charrefs=True)
        self.path = path
        self.title = ""
        self.ids = []
        self.theme_ids = []
        self.headings = []
        self.terms = []
        self.refresh = None
        self.fragments = {}
        self.links = []
        self.next = None
        self.in_main = 0
        self._stack = []
        self._heading = None
        self._title = False
        self.feed(text)
        self._fragment_map(text)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag not in VOID:
            self._stack.append(tag)
        if tag == "main":
            self.in_main += 1
            if "id" in at:
                self.theme_ids.append(at["id"])
                return
        if (at.get("id") or "").startswith("docent-"):
            # The theme's own, such as the heading above related pages.
            self.theme_ids.append(at["id"])
            return
        if "id" in at:
            (self.ids if self.in_main else self.theme_ids).append(at["id"])
        if tag in HEADINGS and self.in_main and at.get("id"):
            self.headings.append(at["id"])
        if tag == "title" and "svg" not in self._stack:
            self._title = True
        if tag == "meta":
            self._meta(at)
        if tag == "link" and at.get("rel") == "next":
            self.next = at.get("href")
        if tag == "a" and at.get("rel") == "next" and self.next is None:
            self.next = at.get("href")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in self._stack:
            while self._stack.pop() != tag:
                pass
        if tag == "main":
            self.in_main -= 1
        if tag == "title":
            self._title = False

    def handle_data(self, data):
        if self._title:
            self.title += data

    def _meta(self, at):
        if (at.get("http-equiv") or "").lower() == "refresh":
            _, _, url = at["content"].partition("=")
            self.refresh = url.strip()
        if at.get("name") == "docent-moved":
            anchor, _, to = at["content"].partition(" ")
            self.fragments[urllib.parse.unquote(anchor)] = to

    def _fragment_map(self, text):
        found = re.search(r"const fragmentMap =\s*(\{.*?\})\s*;", text, re.S)
        for anchor, to in json.loads(found.group(1)).items() if found else ():
            self.fragments[urllib.parse.unquote(anchor.lstrip("#"))] = to


class Menu(html.parser.HTMLParser):
    """The entries of a navigation: parts as text, chapters as (number, title,
    address)."""

    def __init__(self, path, text, inside):
        super().__init__(convert_charrefs=True)
        self.path = path
        self.entries = []
        self._inside = inside
        self._open = 0
        self._entry = None
        self._number = False
        self._words = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if self._open:
            self._open += tag not in VOID
        elif self._inside(tag, at):
            self._open = 1
        if not self._open:
            return
        words = (at.get("class") or "").split()
        if tag == "a" and "href" in at and "chapter-fold-toggle" not in words:
            self._entry = ["", "", self._resolve(at["href"])]
        elif tag == "strong" or "number" in words:
            self._number = self._entry is not None

    def handle_endtag(self, tag):
        if not self._open:
            return
        self._open -= tag not in VOID
        if tag in ("strong", "span"):
            self._number = False
        if tag == "a" and self._entry:
            number, title, address = self._entry
            self.entries.append((number.strip(), " ".join(title.split()), address))
            self._entry = None

    def handle_data(self, data):
        if self._entry:
            self._entry[0 if self._number else 1] += data

    def _resolve(self, href):
        return resolve(self.path, href)


def resolve(path, href):
    """The address that `href` on the page at `path` means, without `#`s
    percent-encoded; the site's root is `/`."""
    parts = urllib.parse.urlsplit(href)
    if parts.scheme or parts.netloc:
        return href
    to = path if not parts.path else posixpath.join(posixpath.dirname(path), parts.path)
    to = urllib.parse.unquote(posixpath.normpath("/" + to).lstrip("/"))
    if href.endswith("/") or not to:
        to = posixpath.join(to, "index.html")
    fragment = "#" + urllib.parse.unquote(parts.fragment) if parts.fragment else ""
    return to + fragment


class Site:
    """A built site."""

    def __init__(self, folder):
        self.folder = folder
        files = [f for f in sorted(folder.rglob("*")) if f.is_file()]
        self.files = {f.relative_to(folder).as_posix(): f for f in files}
        self.texts = {}
        self.pages = {}
        for path, file in self.files.items():
            if path.endswith(".html"):
                text = file.read_text(encoding="utf-8")
                self.texts[path] = text
                self.pages[path] = Page(path, text)


def without_programs(text):
    """`book.toml` without the tables of preprocessors and other renderers."""
    out, skip, dropped = [], False, []
    for line in text.splitlines(keepends=True):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        if header:
            name = header.group(1)
            table = re.match(r"(preprocessor|output)\s*\.\s*([\w-]+)", name)
            skip = bool(table) and (table[1] == "preprocessor" or table[2] != "html")
            if skip:
                dropped.append(name)
        if not skip:
            out.append(line)
    return "".join(out), dropped


def build(book, folder, arguments):
    """The two sites of `book`, mdBook's first, made in `folder`."""
    copy = folder / "book"
    ignore = shutil.ignore_patterns(".docent", ".git", "book", "target")
    shutil.copytree(book, copy, ignore=ignore, symlinks=True)
    config = copy / "book.toml"
    if not arguments.preprocessors:
        text, dropped = without_programs(config.read_text(encoding="utf-8"))
        config.write_text(text, encoding="utf-8")
        if dropped:
            print(f"{book}: left out for both: {', '.join(dropped)}")
    before = {f: f.read_bytes() for f in copy.rglob("*") if f.is_file()}
    sites = []
    docent = [arguments.docent, "build", "--no-index"]
    docent += ["--allow-preprocessors"] if arguments.preprocessors else []
    # docent first: mdBook writes chapters that are missing into the book.
    for name, command in (
        ("docent", [*docent, "--dest-dir", str(folder / "docent"), str(copy)]),
        ("mdbook", [arguments.mdbook, "build", "-d", str(folder / "mdbook"), str(copy)]),
    ):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        (folder / f"{name}.log").write_text(run.stdout + run.stderr)
        if run.returncode != 0:
            sys.stderr.write(run.stdout + run.stderr)
            if name == "mdbook" or not (folder / "docent").is_dir():
                sys.exit(f"{name} failed on {book}")
            print(f"{book}: docent exits with {run.returncode}")
        if name == "docent":
            after = {f: f.read_bytes() for f in copy.rglob("*") if f.is_file()}
            after = {f: b for f, b in after.items() if ".docent" not in f.parts}
            if before != after:
                sys.exit(f"docent changed the book {book}")
        sites.append(Site(folder / name))
    return sites[1], sites[0]


def compare(mdbook, docent):
    report = Report()
    pages = compare_addresses(mdbook, docent, report)
    for path in pages:
        compare_page(path, mdbook.pages[path], docent.pages[path], report)
    compare_redirects(mdbook, docent, report)
    compare_menus(mdbook, docent, report)
    compare_files(mdbook, docent, report)
    return report


def is_redirect(page):
    return page.refresh is not None


def compare_addresses(mdbook, docent, report):
    both = []
    for path, page in mdbook.pages.items():
        if is_redirect(page):
            continue
        if path in docent.pages and not is_redirect(docent.pages[path]):
            report.ok("pages at the same address")
            both.append(path)
        elif path == "toc.html":
            report.because(TOC_PAGE, path)
        else:
            report.fault(f"the page {path} is missing")
    for path, page in docent.pages.items():
        if path not in mdbook.pages and not is_redirect(page):
            report.fault(f"docent alone has the page {path}")
    return both


def compare_page(path, ours, theirs, report):
    """`ours` is mdBook's page."""
    if path == "404.html" and ours.headings == ["document-not-found-404"]:
        # Nobody wrote that page: each has words of its own.
        report.because(MISSING_PAGE, f"{ours.title!r} is {theirs.title!r}")
        return
    if path == "print.html":
        report.because(PRINT_PAGE, f"{len(ours.ids)} ids, {len(theirs.ids)} in docent's")
        return
    compare_headings(path, ours, theirs, report)
    all_ids = set(theirs.ids) | set(theirs.theme_ids)
    for an_id in ours.ids:
        if an_id in all_ids:
            report.ok("ids")
        elif not an_id:
            report.because(SECOND_ID, f"{path}: an id without a sign")
        else:
            report.fault(f"{path} has no id {an_id!r}")
    report_theme_ids(ours, report)
    compare_titles(path, ours, theirs, report)


def compare_headings(path, ours, theirs, report):
    if ours.headings == theirs.headings:
        report.ok("headings with the same ids in the same order", len(ours.headings))
        return
    if len(set(ours.headings)) < len(ours.headings):
        # mdBook lets an id be given twice; the second cannot be reached.
        seen, unique = set(), []
        for an_id in ours.headings:
            if an_id not in seen:
                unique.append(an_id)
            seen.add(an_id)
        if [an_id for an_id in theirs.headings if an_id in seen] == unique:
            report.because(SECOND_ID, f"{path}: {len(ours.headings) - len(unique)}")
            return
    if theirs.headings[1:] == ours.headings and len(theirs.headings) == len(ours.headings) + 1:
        report.fault(f"{path}: docent puts the heading {theirs.headings[0]!r} in front")
        return
    report.fault(f"{path}: headings {ours.headings} are {theirs.headings}")


def report_theme_ids(ours, report):
    for an_id in ours.theme_ids:
        if not any(an_id in seen for seen in report.accepted.get(THEME_IDS, [])):
            report.because(THEME_IDS, f"#{an_id}")


def compare_titles(path, ours, theirs, report):
    def plain(title):
        return " ".join(title.replace(" – ", " - ").split())

    if plain(ours.title) == plain(theirs.title):
        report.ok("titles")
    elif path == "404.html":
        report.because(MISSING_PAGE, f"{ours.title!r} is {theirs.title!r}")
    elif plain(theirs.title).startswith(plain(ours.title) + " - "):
        report.because(TITLES, f"{path}: {ours.title!r} is {theirs.title!r}")
    else:
        report.fault(f"{path}: the title {ours.title!r} is {theirs.title!r}")


def compare_redirects(mdbook, docent, report):
    for path, page in mdbook.pages.items():
        other = docent.pages.get(path)
        if is_redirect(page):
            if other is None or not is_redirect(other):
                report.fault(f"the redirect at {path} is missing")
                continue
            one(path, "", page.refresh, other.refresh, docent, report)
        for anchor, to in page.fragments.items():
            there = other and other.fragments.get(anchor)
            if there is None:
                report.fault(f"the redirect at {path}#{anchor} is missing")
            else:
                one(path, "#" + anchor, to, there, docent, report)
        if not is_redirect(page) and other is not None and is_redirect(other):
            report.fault(f"docent alone has a redirect at {path}")
    for path, page in docent.pages.items():
        if is_redirect(page) and path not in mdbook.pages:
            report.fault(f"docent alone has a redirect at {path}")


def one(path, anchor, wanted, found, docent, report):
    """A redirect of both. mdBook writes an address with a leading `/` as it
    is, which leads to the host's root."""
    wanted, found = resolve(path, wanted), resolve(path, found)
    if wanted == found:
        report.ok("redirects of " + ("fragments" if anchor else "pages"))
    else:
        report.fault(f"the redirect at {path}{anchor} leads to {found}, not to {wanted}")


def compare_menus(mdbook, docent, report):
    whole = Menu("toc.html", mdbook.texts["toc.html"], lambda tag, at: tag == "body")
    wanted = whole.entries
    inside = lambda tag, at: tag == "nav" and at.get("id") == "docent-nav"
    found, seen = set(), set()
    for path, text in docent.texts.items():
        # Links on the page for missing addresses start at the host's root.
        if path != "404.html" and not is_redirect(docent.pages[path]):
            for entry in Menu(path, text, inside).entries:
                found.add(entry)
                seen.add(entry[2])
    for entry in wanted:
        if entry in found:
            report.ok("chapters in the navigation")
        else:
            near = sorted(other for other in found if other[2] == entry[2])
            report.fault(f"the navigation has no {entry}; it has {near}")
    for address in sorted(seen - {entry[2] for entry in wanted} - {"index.html"}):
        report.fault(f"docent's navigation alone has {address}")
    compare_order(wanted, docent, report)


def compare_order(wanted, docent, report):
    order, path = [], wanted[0][2] if wanted else None
    while path in docent.pages and path not in order:
        order.append(path)
        onward = docent.pages[path].next
        path = resolve(path, onward) if onward else None
    if order == [entry[2] for entry in wanted]:
        report.ok("pages in the same order", len(order))
    else:
        report.fault(f"turning pages gives {order}, not {[entry[2] for entry in wanted]}")


def compare_files(mdbook, docent, report):
    for path, file in mdbook.files.items():
        if path.endswith(".html"):
            continue
        other = docent.files.get(path)
        if other is not None:
            if filecmp.cmp(file, other, shallow=False):
                report.ok("files with the same bytes")
            elif path == ".nojekyll":
                report.ok("files with the same purpose")
            else:
                report.fault(f"the file {path} has other bytes")
        elif re.match(SEARCH_NAMES, path):
            report.because(SEARCH_FILES, path)
        elif is_own_file(path, docent):
            report.ok("additional style sheets and scripts")
        elif is_theme_file(path):
            report.because(THEME_FILES, path)
        else:
            report.fault(f"the file {path} is missing")


def is_own_file(path, docent):
    """mdBook puts a digest into the names of additional-css and -js."""
    stem, ending = re.match(r"(.*?)(?:-[0-9a-f]{8})?(\.\w+)$", path).groups()
    return any(re.fullmatch(re.escape(stem) + "-[0-9a-f]{8}" + ending, f) for f in docent.files)


def is_theme_file(path):
    names = r"(ace|book|clipboard|editor|favicon|highlight|mode-rust|theme-\w+|toc|tomorrow-night|ayu-highlight)[.-]"
    return bool(re.match(rf"({names}|css/|fonts/|FontAwesome/)", path))


def record(site, file):
    """What mdBook makes of a book, for a test that has no mdBook."""
    pages, redirects = {}, {}
    for path, page in site.pages.items():
        if path in ("toc.html", "print.html"):
            continue
        if is_redirect(page):
            redirects[path] = resolve(path, page.refresh)
        else:
            pages[path] = {"headings": page.headings, "ids": page.ids}
        for anchor, to in page.fragments.items():
            redirects[f"{path}#{anchor}"] = resolve(path, to)
    copied = [path for path in site.files if not path.endswith(".html") and not is_theme_file(path)]
    copied = [path for path in copied if not re.match(SEARCH_NAMES, path)]
    menu = Menu("toc.html", site.texts["toc.html"], lambda tag, at: tag == "body").entries
    whole = {"pages": pages, "redirects": redirects, "navigation": menu, "files": copied}
    file.write_text(json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--mdbook", default="mdbook", help="mdBook 0.5")
    parser.add_argument("--docent", default="target/debug/docent")
    parser.add_argument("--preprocessors", action="store_true", help="run them, in both")
    parser.add_argument("--keep", action="store_true", help="keep the two sites")
    parser.add_argument("--all", action="store_true", help="show every accepted difference")
    parser.add_argument("--record", type=pathlib.Path, help="write what mdBook makes of it")
    parser.add_argument("book", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    faults = 0
    for book in arguments.book:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="compare-"))
        sites = build(book, folder, arguments)
        if arguments.record:
            record(sites[0], arguments.record)
        report = compare(*sites)
        if arguments.keep:
            print(f"{book}: kept in {folder}")
        else:
            shutil.rmtree(folder)
        report.show(book, arguments.all)
        faults += len(report.faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
