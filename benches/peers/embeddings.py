#!/usr/bin/env python3
"""Turns the same texts into vectors with docent and with fastembed for Python, in turn.

usage: embeddings.py DOCENT CONTENT MODEL [--texts N] [--runs N]

CONTENT is any folder of Markdown; MODEL is the folder with the files of docent's
embedding model (`docent models list` says where). A text is a passage of plain
words with its title in front, just as docent embeds a section. Both embed N texts
and 2 N others and the difference counts, so that loading the model and, for
docent, building the site does not. Every round runs both once; the ratio is the
median of the rounds' own ratios. fastembed has as many threads as docent, and
runs with each of some batch sizes, of which the fastest counts. Needs `fastembed`
(`pip install fastembed`).
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

# Words of a passage, so that it is one section of docent's and not cut by the model.
WORDS = 110
# docent takes no more.
THREADS = min(4, os.cpu_count() or 1)
BATCHES = (1, 16, 256)


def passages(content, count):
    """`count` passages of plain words that are spread over the pages."""
    found = []
    for file in sorted(content.rglob("*.md")):
        text = re.sub(r"\A---\n.*?\n---\n", "", file.read_text(encoding="utf-8", errors="replace"), flags=re.S)
        words = re.findall(r"(?<!\S)[A-Za-z]{1,12}[.,]?(?!\S)", text)
        found += [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, WORDS)]
    if len(found) < count:
        raise SystemExit(f"{content} has {len(found)} passages, fewer than {count}")
    return found[:: len(found) // count][:count]


def embedded(number, passage):
    """What docent embeds of a passage."""
    return f"Passage {number}\n\n{passage}"


def book(folder, passages):
    """A book in which each passage is a page of one section."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "content").mkdir(parents=True)
    (folder / "book.toml").write_text('[book]\ntitle = "Passages"\n')
    for number, passage in enumerate(passages):
        (folder / f"content/p{number:05}.md").write_text(f"# Passage {number}\n\n{passage}\n")


def with_docent(docent, folder, passages):
    """Seconds of docent, all included."""
    book(folder, passages)
    start = time.perf_counter()
    done = subprocess.run([docent, "build", str(folder)], capture_output=True, text=True)
    took = time.perf_counter() - start
    sections = re.search(r"Indexed ([\d,]+) sections? by words and meaning", done.stderr)
    if done.returncode or not sections or int(sections.group(1).replace(",", "")) != len(passages):
        raise SystemExit(f"docent embedded something else than {len(passages)} sections:\n{done.stderr[-2000:]}")
    return took


def fastembed_of(model):
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    TextEmbedding.add_custom_model(
        model="docent/model", pooling=PoolingType.MEAN, normalization=True, sources=ModelSource(hf="docent/model"), dim=384, model_file="model.onnx"
    )
    return TextEmbedding("docent/model", specific_model_path=str(model), threads=THREADS)


def with_fastembed(embedder, passages, batch):
    texts = [embedded(*passage) for passage in enumerate(passages)]
    start = time.perf_counter()
    count = sum(1 for _ in embedder.embed(texts, batch_size=batch))
    assert count == len(passages)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docent", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("content", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    some, rest = options.texts, 3 * options.texts
    passages_of_all = passages(options.content, rest)
    few, many = passages_of_all[:some], passages_of_all[some:]
    embedder = fastembed_of(options.model)
    own, theirs, ratios = [], {batch: [] for batch in BATCHES}, []
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "book"
        for _ in range(options.runs):
            own.append(some / (with_docent(options.docent, folder, many) - with_docent(options.docent, folder, few)))
            for batch in BATCHES:
                took = with_fastembed(embedder, many, batch) - with_fastembed(embedder, few, batch)
                theirs[batch].append(some / took)
            ratios.append(own[-1] / max(rates[-1] for rates in theirs.values()))
    print("| embedding | texts a second |\n| --- | ---: |")
    print(f"| docent | {statistics.median(own):.1f} |")
    for batch, rates in theirs.items():
        print(f"| fastembed for Python, {batch} at a time | {statistics.median(rates):.1f} |")
    print(f"| docent against the fastest of these | {statistics.median(ratios):.2f} times |")


if __name__ == "__main__":
    main()
