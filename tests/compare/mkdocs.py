#!/usr/bin/env python3
"""Builds one site with MkDocs and with docent, and compares the two.

    tests/compare/mkdocs.py --mkdocs venv/bin/mkdocs --docent target/debug/docent \
        [--drop plugins.llmstxt --drop hooks ...] FOLDER...

Compared are the addresses of the pages, the ids of headings in their order,
every other id of the text, redirects, the order in which pages follow each
other, the titles in the navigation, and the files that are copied. Differences
are grouped by their reason; each reason has a section in
`content/reference/mkdocs-compatibility.md`. One without a reason is an error:
exit code 1.

`--drop` takes a key, a plugin or an entry out of the copy that both build: for
what cannot be installed. Templates that pages ask for are taken out when they
are not there. Only the standard library is used.
"""

import argparse
import filecmp
import html.parser
import os
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
LINE_IDS = "Ids of code lines"
TOP_ID = "Ids of the theme"
MISSING_PAGE = "The page 404.html"
PRINT_PAGE = "The page print.html"
NO_TITLE = "Titles of pages without a heading"
REPEATED = "Ids that stand twice"
NO_PAGE = "Entries of the navigation without a page"

VOID = set("area base br col embed hr img input link meta source track wbr".split())
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")


def resolve(path, href):
    """The file that `href` on the page at `path` means, with its fragment."""
    parts = urllib.parse.urlsplit(href)
    if parts.scheme or parts.netloc:
        return href
    to = posixpath.join(posixpath.dirname(path), parts.path) if parts.path else path
    folder = to.endswith("/") or parts.path in (".", "..") or parts.path.endswith(("/.", "/.."))
    to = urllib.parse.unquote(posixpath.normpath("/" + to).lstrip("/"))
    if folder or not to:
        to = posixpath.join(to, "index.html")
    return to + ("#" + urllib.parse.unquote(parts.fragment) if parts.fragment else "")


class Page(html.parser.HTMLParser):
    """What the comparison needs of a page; `is_menu` knows the navigation."""

    def __init__(self, path, text, is_menu):
        super().__init__(convert_charrefs=True)
        self.path, self._is_menu = path, is_menu
        self.ids, self.headings, self.menu = [], [], {}
        self.refresh = self.next = None
        self._stack, self._article, self._nav, self._entry = [], 0, 0, None
        self._skip = self._post = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag not in VOID:
            self._stack.append(tag)
            # A list of posts has its own heading outside the articles.
            body = tag == "article" or "md-content__inner" in (at.get("class") or "").split()
            self._article += self._article > 0 or body
            self._nav += self._nav > 0 or (self._is_menu(tag, at) and not self._post)
            self._post += self._post > 0 or "md-sidebar--post" in (at.get("class") or "")
            self._skip += self._skip > 0 or tag in ("svg", "script", "style")
        if self._article and at.get("id") and not self._nav:
            self.ids.append(at["id"])
            if tag in HEADINGS:
                self.headings.append(at["id"])
        if tag == "a" and at.get("name") and self._article:
            self.ids.append(at["name"])
        if tag == "meta" and (at.get("http-equiv") or "").lower() == "refresh":
            self.refresh = at["content"].partition("=")[2].strip("'\" ")
        if tag in ("link", "a") and at.get("rel") == "next" and at.get("href"):
            self.next = self.next or resolve(self.path, at["href"])
        if self._nav and tag == "a" and "href" in at and at.get("class") != "md-source":
            self._entry = [resolve(self.path, at["href"]).split("#")[0], ""]

    def handle_endtag(self, tag):
        if tag == "a" and self._entry:
            address, title = self._entry
            self._entry = None
            if title.strip():
                self.menu.setdefault(address, set()).add(" ".join(title.split()))
        if tag in self._stack:
            while True:
                top = self._stack.pop()
                self._article -= self._article > 0
                self._nav -= self._nav > 0
                self._skip -= self._skip > 0
                self._post -= self._post > 0
                if top == tag:
                    break

    def handle_data(self, data):
        if self._entry and not self._skip:
            self._entry[1] += data


def material_menu(tag, at):
    words = (at.get("class") or "").split()
    return tag == "nav" and "md-nav--primary" in words


def docent_menu(tag, at):
    return tag == "nav" and at.get("id") == "docent-nav"


class Site:
    """A built site."""

    def __init__(self, folder, is_menu):
        self.folder = folder
        files = [f for f in sorted(folder.rglob("*")) if f.is_file()]
        self.files = {f.relative_to(folder).as_posix(): f for f in files}
        self.pages = {}
        for path, file in self.files.items():
            if path.endswith(".html"):
                self.pages[path] = Page(path, file.read_text(encoding="utf-8"), is_menu)

    def titles(self):
        """Every entry of the navigation of every page."""
        all_titles = {}
        for path, page in self.pages.items():
            # At whatever address it is shown, its links cannot be relative.
            if path == "404.html" or page.refresh is not None:
                continue
            for address, titles in page.menu.items():
                all_titles.setdefault(address, set()).update(titles)
        return all_titles


def drop(text, what):
    """`mkdocs.yml` without the key, or the entry of a key, that `what` names."""
    key, _, entry = what.partition(".")
    out, inside, skip, level = [], False, None, None
    for line in text.splitlines(keepends=True):
        indent = len(line) - len(line.lstrip())
        if skip is not None and (not line.strip() or indent > skip):
            continue
        if skip is not None and not entry and indent == skip and line.lstrip().startswith("- "):
            continue
        skip = None
        if indent == 0 and line.strip() and not line.startswith(("#", "-")):
            inside, level = line.split(":")[0].strip() == key, None
            if inside and not entry:
                skip = 0
                continue
        elif inside and entry and line.strip() and not line.lstrip().startswith("#"):
            level = indent if level is None else level
            if indent == level and re.match(rf"\s+(- )?{re.escape(entry)}\s*(:|$)", line):
                skip = indent
                continue
        out.append(line)
    return "".join(out)


def copy_of(book, folder, drops):
    """A copy that both can build."""
    copy = folder / "book"
    shutil.copytree(book, copy, ignore=shutil.ignore_patterns("site", ".docent", ".git"))
    config = next(f for f in (copy / "mkdocs.yml", copy / "mkdocs.yaml") if f.exists())
    text = config.read_text(encoding="utf-8")
    for what in drops:
        text, before = drop(text, what), text
        if text != before:
            print(f"{book}: left out for both: {what}")
    config.write_text(text, encoding="utf-8")
    docs = re.search(r"^docs_dir:\s*(\S+)", text, re.M)
    docs = copy / (docs[1] if docs else "docs")
    for page in docs.rglob("*.md"):
        source = page.read_text(encoding="utf-8")
        less = re.sub(r"\A(---\n(?:.*\n)*?)template:.*\n", r"\1", source)
        if less != source:
            page.write_text(less, encoding="utf-8")
            print(f"{book}: left out for both: `template` of {page.relative_to(docs)}")
    return copy, docs


def build(book, folder, arguments):
    copy, docs = copy_of(book, folder, arguments.drop)
    before = {f: f.read_bytes() for f in copy.rglob("*") if f.is_file()}
    commands = (
        ("docent", [arguments.docent, "build", "--no-index", "-d", folder / "docent", copy]),
        ("mkdocs", [arguments.mkdocs, "build", "-q", "-d", folder / "mkdocs"]),
    )
    for name, command in commands:
        environment = dict(os.environ, NO_MKDOCS_2_WARNING="1", DISABLE_MKDOCS_2_WARNING="1")
        command = [str(part) for part in command]
        run = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=copy, env=environment
        )
        if run.returncode != 0 and (name == "mkdocs" or not (folder / "docent").is_dir()):
            sys.stderr.write(run.stdout + run.stderr)
            sys.exit(f"{name} failed on {book}")
        if name == "docent":
            after = {f: f.read_bytes() for f in copy.rglob("*") if f.is_file()}
            if before != {f: b for f, b in after.items() if ".docent" not in f.parts}:
                sys.exit(f"docent changed the book {book}")
    return (
        Site(folder / "mkdocs", material_menu),
        Site(folder / "docent", docent_menu),
        docs,
    )


def compare(mkdocs, docent, docs):
    report = Report()
    for path in compare_addresses(mkdocs, docent, report):
        compare_page(path, mkdocs.pages[path], docent.pages[path], report)
    compare_redirects(mkdocs, docent, report)
    compare_order(mkdocs, docent, report)
    compare_titles(mkdocs, docent, report)
    compare_files(mkdocs, docent, docs, report)
    return report


def compare_addresses(mkdocs, docent, report):
    both = []
    for path, page in mkdocs.pages.items():
        if page.refresh is not None:
            continue
        if path == "404.html":
            report.because(MISSING_PAGE, path)
        elif path in docent.pages and docent.pages[path].refresh is None:
            report.ok("pages at the same address")
            both.append(path)
        else:
            report.fault(f"the page {path} is missing")
    for path, page in docent.pages.items():
        if path in mkdocs.pages or page.refresh is not None:
            continue
        if path == "print.html":
            report.because(PRINT_PAGE, path)
        else:
            report.fault(f"docent alone has the page {path}")
    return both


def as_repeated(ours, theirs):
    """`theirs` with one id again where `ours` has it twice."""

    def base(an_id):
        stem = re.sub(r"_\d+$", "", an_id)
        return stem if ours.count(stem) > 1 else an_id

    return [base(an_id) for an_id in theirs]


def compare_page(path, ours, theirs, report):
    """`ours` is MkDocs' page."""
    if ours.headings == theirs.headings:
        report.ok("headings with the same ids in the same order", len(ours.headings))
    elif as_repeated(ours.headings, theirs.headings) == ours.headings:
        report.because(REPEATED, path)
    else:
        gone = [an_id for an_id in ours.headings if an_id not in theirs.headings]
        new = [an_id for an_id in theirs.headings if an_id not in ours.headings]
        report.fault(f"{path}: headings: MkDocs alone {gone[:6]}, docent alone {new[:6]}")
    there = set(theirs.ids)
    for an_id in ours.ids:
        if an_id in there:
            report.ok("ids of the text")
        elif re.match(r"__(codelineno|span)-", an_id):
            report.because(LINE_IDS, f"{path}#{an_id}")
        elif an_id.startswith("__"):
            report.because(TOP_ID, f"{path}#{an_id}")
        elif an_id not in ours.headings:
            report.fault(f"{path} has no id {an_id!r}")


def compare_redirects(mkdocs, docent, report):
    for path, page in mkdocs.pages.items():
        if page.refresh is None:
            continue
        other = docent.pages.get(path)
        if other is None or other.refresh is None:
            report.fault(f"the redirect at {path} is missing")
        elif resolve(path, page.refresh) == resolve(path, other.refresh):
            report.ok("redirects to the same address")
        else:
            report.fault(f"{path} leads to {other.refresh}, not to {page.refresh}")
    for path, page in docent.pages.items():
        if page.refresh is not None and path not in mkdocs.pages:
            report.fault(f"docent alone has a redirect at {path}")


def compare_order(mkdocs, docent, report):
    for path, page in mkdocs.pages.items():
        other = docent.pages.get(path)
        if other is None or page.refresh is not None or path == "404.html":
            continue
        if page.next == other.next:
            report.ok("pages with the same next page")
        else:
            report.fault(f"after {path} comes {other.next}, not {page.next}")


def compare_titles(mkdocs, docent, report):
    found = docent.titles()
    for address, titles in mkdocs.titles().items():
        if address.endswith(MARKDOWN):
            report.because(NO_PAGE, address)
        elif address not in found:
            report.fault(f"the navigation has no {address} {sorted(titles)}")
        elif titles & found[address]:
            report.ok("entries of the navigation with the same title")
        else:
            report.fault(f"{address} is {sorted(found[address])}, not {sorted(titles)}")


def source_of(docs, path):
    """The author's file at `path`; those beside posts move up."""
    post = docs / re.sub(r"^blog/", "blog/posts/", path)
    return post if post.is_file() else docs / path


def compare_files(mkdocs, docent, docs, report):
    for path, file in mkdocs.files.items():
        if path.endswith(".html"):
            continue
        if not source_of(docs, path).is_file():
            report.because(THEME_FILES, path)
        elif path in docent.files and filecmp.cmp(file, docent.files[path], shallow=False):
            report.ok("files copied")
        else:
            report.fault(f"the file {path} is missing or differs")
    for path in docent.files:
        source = source_of(docs, path)
        if not source.is_file() or path in mkdocs.files or path.endswith(MARKDOWN):
            continue
        report.fault(f"docent alone copies {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("books", nargs="+", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--mkdocs", default="mkdocs")
    parser.add_argument("--docent", default="target/debug/docent")
    parser.add_argument("--drop", action="append", default=[], metavar="KEY[.ENTRY]")
    parser.add_argument("--every", action="store_true", help="show every difference")
    parser.add_argument("--keep", type=pathlib.Path, help="keep the sites there")
    arguments = parser.parse_args()
    for name in ("docent", "mkdocs"):
        program = shutil.which(getattr(arguments, name))
        if program is None:
            sys.exit(f"there is no {getattr(arguments, name)}")
        setattr(arguments, name, os.path.abspath(program))
    faults = 0
    for book in arguments.books:
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            report = compare(*build(book, folder, arguments))
            report.show(book, arguments.every)
            faults += len(report.faults)
            if arguments.keep:
                shutil.copytree(folder, arguments.keep / book.name, dirs_exist_ok=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
