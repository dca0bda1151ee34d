#!/usr/bin/env python3
"""Builds the same pages with docent, mdBook, Hugo and Zensical, in turn.

usage: builds.py DOCENT CONTENT [--runs N] [--copies N] [--write FILE]

CONTENT is any folder of Markdown. Front matter is reduced to a title and
shortcodes are taken out, so that every tool reads the same text. Each round
runs every tool once into a new folder; the table has medians over the rounds,
and ratios are medians of the rounds' own ratios. mdBook, Hugo and Zensical are
looked for on the PATH, or where MDBOOK, HUGO and ZENSICAL say; one that is
absent is named. With --write the table replaces what stands between the two
marks in FILE.

Hugo has no theme of its own, so it runs twice: with a small template, which
does less than docent, and with a docs theme that writes what docent's own
does: the branch of the navigation, the way to the page, contents, description
and links for machines, neighbours, links to files resolved, highlighted code,
every page also as Markdown, and the text of all pages for a search.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

START, END = "<!-- figures: start -->", "<!-- figures: end -->"

HUGO_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body><nav>{{ partialCached "sections.html" . .Section }}</nav><main><h1>{{ .Title }}</h1>{{ .Content }}
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</main>
<aside>{{ .TableOfContents }}</aside></body></html>
"""
HUGO_SECTIONS = """<ul>{{ range site.Sections }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>
{{ if eq .Section $.Section }}<ul>{{ range .RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}</li>{{ end }}</ul>
"""

HUGO_TOML = """title = "Scale"
baseURL = "http://localhost/"
disableKinds = ["taxonomy", "term", "RSS"]
[markup.goldmark.renderer]
unsafe = true
"""
HUGO_DOCS_TOML = """[markup.highlight]
noClasses = false
[markup.tableOfContents]
startLevel = 2
endLevel = 3
[mediaTypes."text/markdown"]
suffixes = ["md"]
[outputFormats.TWIN]
mediaType = "text/markdown"
baseName = "index"
isPlainText = true
[outputs]
home = ["HTML", "TWIN", "JSON"]
section = ["HTML", "TWIN"]
page = ["HTML", "TWIN"]
"""
HUGO_DOCS = {
    "_default/baseof.html": """<!doctype html>
<html lang="{{ site.LanguageCode | default "en" }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} – {{ site.Title }}</title>{{ $about := .Description | default (.Plain | truncate 160) }}
<meta name="description" content="{{ $about }}"><meta property="og:title" content="{{ .Title }}"><meta property="og:type" content="article">
<meta property="og:description" content="{{ $about }}"><meta property="og:url" content="{{ .Permalink }}"><link rel="canonical" href="{{ .Permalink }}">
{{ with .OutputFormats.Get "TWIN" }}<link rel="alternate" type="text/markdown" href="{{ .RelPermalink }}">{{ end }}
<link rel="stylesheet" href="/docs.css"><script src="/search.js" defer></script></head>
<body><header><a href="/">{{ site.Title }}</a><button data-open="search">Search</button></header>
{{ block "main" . }}{{ end }}</body></html>
""",
    "_default/single.html": """{{ define "main" }}<nav>{{ partial "tree.html" (dict "page" . "items" site.Home) }}</nav>
<main><ol class="crumbs">{{ range .Ancestors.Reverse }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ol>
<article>{{ .Content }}</article>
<footer>{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .OutputFormats.Get "TWIN" }}<a href="{{ .RelPermalink }}">Markdown</a>{{ end }}</footer></main>
<aside>{{ .TableOfContents }}</aside>{{ end }}
""",
    "partials/tree.html": """{{ $page := .page }}<ul>{{ range .items.Sections }}<li><a href="{{ .RelPermalink }}"{{ if eq . $page }} aria-current="page"{{ end }}>{{ .Title }}</a>
{{ if or (eq . $page) (.IsAncestor $page) }}{{ partial "tree.html" (dict "page" $page "items" .) }}{{ end }}</li>{{ end }}
{{ range first 36 .items.RegularPages }}<li><a href="{{ .RelPermalink }}"{{ if eq . $page }} aria-current="page"{{ end }}>{{ .Title }}</a></li>{{ end }}</ul>
""",
    "_default/_markup/render-link.html": """{{- $to := .Destination -}}{{- $parts := urls.Parse .Destination -}}
{{- if and (not $parts.IsAbs) (strings.HasSuffix $parts.Path ".md") -}}{{- with .Page.GetPage $parts.Path -}}{{- $to = .RelPermalink -}}
{{- with $parts.Fragment -}}{{- $to = printf "%s#%s" $to . -}}{{- end -}}{{- end -}}{{- end -}}
<a href="{{ $to | safeURL }}"{{ with .Title }} title="{{ . }}"{{ end }}>{{ .Text | safeHTML }}</a>""",
    "_default/single.md": "{{ .RawContent }}",
    "_default/list.md": "{{ .RawContent }}",
    "index.json": """[{{ range $at, $page := site.Pages }}{{ if $at }},{{ end }}{{ dict "url" .RelPermalink "title" .Title "text" .Plain | jsonify }}{{ end }}]""",
}
HUGO_DOCS["_default/list.html"] = HUGO_DOCS["index.html"] = HUGO_DOCS["_default/single.html"]
HUGO_DOCS["index.md"] = HUGO_DOCS["_default/list.md"]

# What each row is called, the program that makes it, and its project.
PEERS = {
    "mdBook": ("mdbook", "mdbook"),
    "Hugo, small template": ("hugo", "hugo"),
    "Hugo, docs theme": ("hugo", "hugo-docs"),
    "Zensical": ("zensical", "zensical"),
}


def pages_of(content):
    """Path, title and text of every page."""
    found = []
    for file in sorted(content.rglob("*.md")):
        text = file.read_text(encoding="utf-8", errors="replace")
        front = re.match(r"---\n(.*?)\n---\n", text, re.S)
        title = front and re.search(r"^title:\s*(.+)$", front.group(1), re.M)
        text = text[front.end() :] if front else text
        text = re.sub(r"\{\{[<%].*?[>%]\}\}|<!--.*?-->", "", text, flags=re.S)
        text = text.replace("{{", "{ {").replace("}}", "} }").strip() + "\n"
        path = str(file.relative_to(content)).replace("_index.md", "index.md")
        title = title.group(1).strip(" '\"") if title else pathlib.Path(path).stem.replace("-", " ").title()
        title = re.sub(r"[\[\]<>*_`\"\\]", "", title)
        found.append((path, title, text if text.startswith("# ") else f"# {title}\n\n{text}"))
    return found


def put(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def lay_out(pages, out, copies):
    """A project for each tool over the same pages; gives how many those are."""
    many = [(f"v{copy}/{path}" if copies > 1 else path, title, text) for copy in range(copies) for path, title, text in pages]
    for path, title, text in many:
        titled = f'---\ntitle: "{title}"\n---\n{text}'
        put(out / "docent/content" / path, titled)
        put(out / "zensical/docs" / path, titled)
        put(out / "mdbook/src" / path, text)
        for project in ("hugo", "hugo-docs"):
            put(out / project / "content" / re.sub(r"(^|/)index\.md$", r"\1_index.md", path), titled)
    put(out / "docent/book.toml", '[book]\ntitle = "Scale"\n')
    put(out / "mdbook/book.toml", '[book]\ntitle = "Scale"\n')
    put(out / "mdbook/src/SUMMARY.md", "# Summary\n\n" + "".join(f"- [{title}]({path.replace(' ', '%20')})\n" for path, title, _ in many))
    put(out / "zensical/zensical.toml", '[project]\nsite_name = "Scale"\nsite_url = "http://localhost/"\n')
    put(out / "hugo/hugo.toml", HUGO_TOML)
    for name in ("_default/single.html", "_default/list.html", "index.html"):
        put(out / "hugo/layouts" / name, HUGO_PAGE)
    put(out / "hugo/layouts/partials/sections.html", HUGO_SECTIONS)
    put(out / "hugo-docs/hugo.toml", HUGO_TOML + HUGO_DOCS_TOML)
    for name, text in HUGO_DOCS.items():
        put(out / "hugo-docs/layouts" / name, text)
    return len(many)


class Tools:
    def __init__(self, docent):
        self.docent = docent
        programs = {program for program, _ in PEERS.values()}
        self.programs = {name: os.environ.get(name.upper()) or shutil.which(name) for name in programs}

    def here(self):
        """What the rows are called whose program is here."""
        return ["docent", *(name for name, (program, _) in PEERS.items() if self.programs[program])]

    def command(self, name, project, out):
        """What builds the project into the new folder `out`, from nothing."""
        if name == "docent":
            shutil.rmtree(project / ".docent", ignore_errors=True)
            return [self.docent, "build", str(project), "--no-embeddings", "--dest-dir", str(out)]
        program = self.programs[PEERS[name][0]]
        if name == "mdBook":
            return [program, "build", str(project), "--dest-dir", str(out)]
        if name.startswith("Hugo"):
            return [program, "--quiet", "--source", str(project), "--destination", str(out)]
        for old in (".cache", "site"):
            shutil.rmtree(project / old, ignore_errors=True)
        return [program, "build"]

    def versions(self):
        """The peers with their versions."""
        ways = {"mdbook": "mdBook", "hugo": "Hugo", "zensical": "Zensical"}
        said = {}
        for program, name in ways.items():
            if self.programs[program]:
                ask = [self.programs[program], "version" if program == "hugo" else "--version"]
                text = subprocess.run(ask, capture_output=True, text=True).stdout
                said[name] = re.search(r"(?<=v)?\d+(\.\d+)+", text).group(0)
        return ", ".join(f"{name} {version}" for name, version in said.items())


# The file of each that holds its search index: a build without one did less work.
SEARCH = {"docent": "assets/search/index.js", "mdBook": "searchindex*.js", "Hugo, docs theme": "index.json", "Zensical": "search*.json"}


def written(name, project, out):
    """MiB of the site, and whether it has a search index."""
    out = project / "site" if name == "Zensical" else out
    indexed = name in SEARCH and any(out.rglob(SEARCH[name]))
    return sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 2**20, indexed


def run(command, folder):
    """Seconds and MiB of a command, and what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        said.seek(0)
        text = said.read().decode(errors="replace")
    # docent's 1 is a site with broken links, which these pages have.
    if os.waitstatus_to_exitcode(status) not in (0, 1) or ("docent" not in command[0] and status):
        raise SystemExit(f"{' '.join(command)}:\n{text[-2000:]}")
    return took, usage.ru_maxrss / 1024, text


def first_page(docent, book):
    """Seconds from the start of the server to its first page."""
    start = time.perf_counter()
    process = subprocess.Popen([docent, "serve", "--no-embeddings", "--extractive", "--port", "0", str(book)], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"http://\S+", line)
        if found:
            urllib.request.urlopen(found.group(0)).read()
            break
    took = time.perf_counter() - start
    process.kill()
    process.wait()
    return took


def rounds(tools, out, names, runs, work):
    """For each tool the seconds of its cold builds, memory and size in MiB, and whether it has a search index."""
    found = {name: [] for name in names}
    for turn in range(runs):
        for name in names:
            # A folder that was emptied a moment ago is slow to be filled again.
            project = out / PEERS.get(name, ("", "docent"))[1]
            site = work / f"{project.name}-{out.name}-{turn}"
            command = tools.command(name, project, site)
            took, memory, _ = run(command, project)
            found[name].append((took, memory, *written(name, project, site)))
            print(f"{name} {took:.2f} s", file=sys.stderr)
    return found


def table(options, work):
    tools = Tools(options.docent)
    pages = pages_of(options.content)
    small = lay_out(pages, work / "small", 1)
    large = lay_out(pages, work / "large", options.copies)
    names = tools.here()
    found = rounds(tools, work / "small", names, options.runs, work)
    second = lambda name: [took for took, *_ in found[name]]
    largest = lambda name, place: max(run[place] for run in found[name])
    lines = [
        f"| cold build, {small:,} pages | search index | median | slowest | memory | written | docent is faster by |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in names:
        ratio = statistics.median(peer / own for peer, own in zip(second(name), second("docent")))
        by = "" if name == "docent" else f"{ratio:.1f} times"
        sizes = f"{largest(name, 1):.0f} MiB | {largest(name, 2):.0f} MiB"
        indexed = "yes" if all(run[3] for run in found[name]) else "no"
        lines.append(f"| {name} | {indexed} | {statistics.median(second(name)):.2f} s | {max(second(name)):.2f} s | {sizes} | {by} |")
    lines += [f"| {name} | not here | | | | | |" for name in PEERS if name not in names]
    lines += ["", "| docent | median |", "| --- | ---: |"]
    row = lambda what, value: lines.append(f"| {what} | {value} |")
    book = work / "small/docent"
    shutil.rmtree(book / ".docent", ignore_errors=True)
    time.sleep(0.2)
    again = [run([options.docent, "build", str(book), "--no-embeddings"], book)[0] for _ in range(options.runs + 1)][1:]
    row(f"nothing changed, {small:,} pages", f"{statistics.median(again):.3f} s")
    big = rounds(tools, work / "large", ["docent"], min(3, options.runs), work)["docent"]
    each = statistics.median(took for took, *_ in big) / large / (statistics.median(second("docent")) / small)
    row(f"cold build, {large:,} pages", f"{statistics.median(took for took, *_ in big):.2f} s")
    row("cost of a page there, against the small site", f"{each:.2f} times")
    row("most memory of that build", f"{max(memory for _, memory, *_ in big):.0f} MiB")
    book = work / "large/docent"
    shutil.rmtree(book / ".docent", ignore_errors=True)
    text = run([options.docent, "build", str(book), "--no-embeddings"], book)[2]
    row(f"index of words of {large:,} pages, files for browsers included", re.search(r"Indexed .* in ([\d.]+ s)", text).group(1))
    starts = [first_page(options.docent, book) for _ in range(options.runs)]
    row(f"`docent serve` to the first page, {large:,} pages, nothing changed", f"{statistics.median(starts):.2f} s")
    lines += ["", f"Rounds: {options.runs}, on {os.cpu_count()} cores, with {tools.versions() or 'no other generator'}."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docent", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("content", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copies", type=int, default=12)
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = table(options, pathlib.Path(work))
    print(figures)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        before, rest = page.split(START)
        options.write.write_text(f"{before}{START}\n{figures}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
