#!/usr/bin/env python3
"""Measures how docent searches manuals that none of its numbers were chosen with.

usage: manuals.py DOCENT DEBS [--modes text,hybrid]

DEBS is a folder with Debian packages of manuals in HTML:

    apt-get download python3.11-doc git-doc postgresql-doc-15

Each heading is a question and what stands under it is its answer. All headings are
replaced by numbers in the book that is searched, so that only what a section says
can lead there. The FAQ of Python has real questions; of the others, and of the rest
of Python's, titles of three words and more are asked. Beside docent stands BM25 of the
same sections, by words as they stand. Needs `dpkg-deb` and `pandoc`.
"""

import collections
import html
import math
import pathlib
import re
import subprocess
import tempfile

from languages import arguments, measured, unpacked, without

# Shorter sections are introductions to those below them.
LEAST = 25
# The folder of each package's pages, and what is no page of a manual among them.
MANUALS = {
    "Python": ("python3.11*/html", r"^_|genindex|modindex|search|contents|whatsnew|c-api"),
    "Git": ("git-doc", r"^index|howto-index"),
    "PostgreSQL": ("postgresql-doc-*/html", r"^index|bookindex|release-|legalnotice"),
}
HEADING = re.compile(
    r'((?:<section id="[^"]*">|<span id="[^"]*"></span>)\s*)?<h([1-6])([^>]*)>(.*?)</h\2>', re.S
)
CHAPTER = re.compile(r"^(?:Chapter |Part |Appendix )?(?:[0-9A-Z]+\.)+\s")


def main_part(page):
    """What is the text of a page, without what surrounds it."""
    start = page.find('role="main"')
    if start >= 0:
        page = page[page.index(">", start) + 1 :]
        page = page[: page.find('<div class="sphinxsidebar"')]
    else:
        page = page[max(page.find("<body"), 0) :]
    for name in ("navheader", "navfooter", "toc"):
        page = without(page, name)
    page = re.sub(r'<nav class="contents".*?</nav>', "", page, flags=re.S)
    return re.sub(r'<a class="headerlink".*?</a>', "", page, flags=re.S)


def converted(file, has_ids):
    """The page as Markdown in which HEAD0X, HEAD1X, … stand for headings, and these."""
    heads = []

    def head(found):
        places = " ".join(part or "" for part in (found[1], found[3], found[4]))
        name = re.search(r'\b(?:id|name)="([^"]+)"', places) if has_ids else None
        title = " ".join(html.unescape(re.sub(r"<[^>]+>", "", found[4])).split())
        heads.append((int(found[2]), name[1] if name else "", CHAPTER.sub("", title)))
        return f"<p>HEAD{len(heads) - 1}X</p>"

    page = main_part(file.read_text(encoding="utf-8", errors="replace"))
    made = subprocess.run(
        ["pandoc", "-f", "html-native_divs-native_spans", "-t", "gfm-raw_html", "--wrap=none"],
        input=HEADING.sub(head, page),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return re.sub(r"\[([^\]]*)\]\((?!http)[^)]*\)", r"\1", made), heads


def sections(name, text, heads):
    """The address, the title and the text of each section of a page."""
    for place, (level, anchor, title) in enumerate(heads):
        start, end = text.find(f"HEAD{place}X"), text.find(f"HEAD{place + 1}X")
        told = text[start + len(f"HEAD{place}X") : end if end >= 0 else len(text)]
        yield f"{name}.md" + (f"#{anchor}" if anchor and level > 1 else ""), title, told


def bm25(told, questions):
    """hit@1, hit@5 and MRR of plain BM25, k1 = 1.2 and b = 0.75."""
    words = [collections.Counter(re.findall(r"\w+", text.lower())) for _, _, text in told]
    lengths = [sum(count.values()) for count in words]
    mean = sum(lengths) / len(words)
    holding = collections.defaultdict(list)
    for number, count in enumerate(words):
        for word in count:
            holding[word].append(number)
    places = []
    for one in questions:
        scores = collections.Counter()
        for word in set(re.findall(r"\w+", one["question"].lower())) & holding.keys():
            held = len(holding[word])
            rarity = math.log(1 + (len(words) - held + 0.5) / (held + 0.5))
            for number in holding[word]:
                often, length = words[number][word], 0.25 + 0.75 * lengths[number] / mean
                scores[number] += rarity * often * 2.2 / (often + 1.2 * length)
        ranked = list(dict.fromkeys(told[number][0] for number, _ in scores.most_common(40)))[:10]
        places.append(ranked.index(one["expect"]) + 1 if one["expect"] in ranked else 0)
    every = len(places)
    return [
        sum(place == 1 for place in places) / every,
        sum(0 < place <= 5 for place in places) / every,
        sum(1 / place for place in places if place) / every,
    ]


def book(folder, title, pages):
    (folder / "content").mkdir(parents=True)
    (folder / "book.toml").write_text(f'[book]\ntitle = "{title}"\n')
    for name, text, heads in pages:

        def head(found, heads=heads):
            level, anchor, _ = heads[int(found[1])]
            mark = f" {{#{anchor}}}" if anchor and level > 1 else ""
            return "#" * level + f" Part {found[1]}{mark}"

        (folder / f"content/{name}.md").write_text(re.sub(r"HEAD(\d+)X", head, text))


def asked(told):
    """The questions of a manual by kind: those in real words, and titles."""
    titles = collections.Counter(title.lower() for _, title, _ in told)
    kinds = {"questions": [], "titles": []}
    for address, title, text in told:
        if titles[title.lower()] == 1 and len(text.split()) >= LEAST:
            one = {"question": title, "expect": address}
            if title.endswith("?"):
                kinds["questions"].append(one)
            elif len(title.split()) >= 3:
                kinds["titles"].append(one)
    return {kind: all for kind, all in kinds.items() if len(all) >= 20}


def main():
    args = arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        documents = unpacked(args.debs, root / "files") / "usr/share/doc"
        print("| manual | by | asked | hit@1 | hit@5 | MRR |\n| --- | --- | ---: | ---: | ---: | ---: |")
        for title, (where, other) in MANUALS.items():
            folders = [found for found in documents.glob(where) if not found.is_symlink()]
            pages = []
            for folder in folders:
                for file in sorted(folder.rglob("*.html")):
                    path = file.relative_to(folder).with_suffix("")
                    if not re.search(other, str(path)):
                        # PostgreSQL has a page for each section.
                        name = str(path).replace("/", "-").replace("index", "start")
                        pages.append((name, *converted(file, title != "PostgreSQL")))
            if not pages:
                continue
            book(root / title, title, pages)
            told = [section for page in pages for section in sections(*page)]
            for kind, questions in asked(told).items():
                rows = [("BM25", bm25(told, questions))]
                for mode in args.modes.split(","):
                    found = measured(args.docent, root / title, questions, mode)
                    rows.append((mode, [found[name] for name in ("hit@1", "hit@5", "mrr")]))
                for by, figures in rows:
                    shown = " | ".join(f"{figure:.3f}" for figure in figures)
                    print(f"| {title}, {kind} | {by} | {len(questions)} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
