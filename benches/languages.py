#!/usr/bin/env python3
"""Measures how docent searches books in other languages.

usage: languages.py DOCENT DEBS [--language de,ja] [--modes text,hybrid]

DEBS is a folder with the Debian packages `debian-faq*` and `debian-reference-*`,
which are one FAQ and one manual in many languages:

    apt-get download debian-faq debian-faq-de debian-reference-en debian-reference-de

Each heading of a section is a question and the section is its answer. All headings
but those of chapters are replaced by their numbers in the book that is searched, so
that only what a section says can lead there. Of the FAQ the headings are questions
as people ask them, of the manual they are mostly names. And each book as it is gets
16 questions that it does not answer, to see what is refused.
Needs `dpkg-deb` and `pandoc`.
"""

import argparse
import html
import json
import pathlib
import re
import subprocess
import tempfile

# Shorter sections are introductions to those below them.
LEAST = 160
# Questions about other things, in every language that is measured.
FOREIGN = {
    "en": """How do I bake sourdough bread? What is the capital of Australia? How do I configure a liveness probe
        for a pod? What does a horizontal pod autoscaler do? How do I create a pivot table in a spreadsheet?
        Which vitamins are in spinach? How do I deploy a serverless function to the cloud? What is the
        difference between a deployment and a stateful set? How do I change the oil of my car? How do I
        stream tokens from a language model? Who painted the Mona Lisa? How do I limit the tokens of an
        answer of the model? How do I write a React component with hooks? When does the next train to Munich
        leave? How do I train a neural network on pictures of cats? How do I rotate a video on my phone?""",
    "de": """Wie backe ich Sauerteigbrot? Was ist die Hauptstadt von Australien? Wie richte ich eine
        Liveness-Probe für einen Pod ein? Was macht ein horizontaler Pod-Autoscaler? Wie erstelle ich eine
        Pivot-Tabelle in einer Tabellenkalkulation? Welche Vitamine sind in Spinat? Wie stelle ich eine
        serverlose Funktion in der Cloud bereit? Was ist der Unterschied zwischen einem Deployment und einem
        StatefulSet? Wie wechsle ich das Öl meines Autos? Wie bekomme ich die Antwort eines Sprachmodells
        Wort für Wort? Wer hat die Mona Lisa gemalt? Wie begrenze ich die Länge einer Antwort des Modells?
        Wie schreibe ich eine React-Komponente mit Hooks? Wann fährt der nächste Zug nach München? Wie
        trainiere ich ein neuronales Netz mit Bildern von Katzen? Wie drehe ich ein Video auf meinem
        Telefon?""",
    "fr": """Comment faire du pain au levain ? Quelle est la capitale de l'Australie ? Comment configurer une
        sonde de vivacité pour un pod ? À quoi sert un autoscaler horizontal de pods ? Comment créer un
        tableau croisé dynamique dans un tableur ? Quelles vitamines y a-t-il dans les épinards ? Comment
        déployer une fonction sans serveur dans le nuage ? Quelle est la différence entre un déploiement et
        un stateful set ? Comment changer l'huile de ma voiture ? Comment recevoir mot à mot la réponse d'un
        modèle de langue ? Qui a peint la Joconde ? Comment limiter la longueur d'une réponse du modèle ?
        Comment écrire un composant React avec des hooks ? Quand part le prochain train pour Munich ?
        Comment entraîner un réseau de neurones sur des photos de chats ? Comment faire pivoter une vidéo
        sur mon téléphone ?""",
    "ru": """Как испечь хлеб на закваске? Какой город является столицей Австралии? Как настроить проверку живости
        для пода? Что делает горизонтальный автомасштабировщик подов? Как создать сводную таблицу в
        электронной таблице? Какие витамины есть в шпинате? Как развернуть бессерверную функцию в облаке?
        Чем отличается Deployment от StatefulSet? Как поменять масло в машине? Как получать ответ языковой
        модели по словам? Кто написал Мону Лизу? Как ограничить длину ответа модели? Как написать компонент
        React с хуками? Когда отправляется следующий поезд в Мюнхен? Как обучить нейронную сеть на
        фотографиях кошек? Как повернуть видео на телефоне?""",
    "ja": """サワードウブレッドはどうやって焼きますか？ オーストラリアの首都はどこですか？
        ポッドの生存確認プローブを設定するには？ 水平ポッドオートスケーラーは何をしますか？
        表計算でピボットテーブルを作るにはどうすればよいですか？
        ほうれん草にはどんなビタミンが含まれていますか？ サーバーレス関数をクラウドに配置するには？
        デプロイメントとステートフルセットの違いは何ですか？ 車のオイルはどうやって交換しますか？
        言語モデルの回答を一語ずつ受け取るには？ モナリザを描いたのは誰ですか？
        モデルの回答の長さを制限するには？ フックを使って React コンポーネントを書くには？
        次のミュンヘン行きの電車はいつ出ますか？ 猫の写真でニューラルネットワークを訓練するには？
        電話で動画を回転させるには？""",
    "zh-cn": """怎样烤酸面包？ 澳大利亚的首都是哪里？ 如何为 Pod 配置存活探针？ 水平 Pod
        自动扩缩器有什么作用？ 如何在电子表格中创建数据透视表？ 菠菜里有哪些维生素？
        如何把无服务器函数部署到云端？ Deployment 和 StatefulSet 有什么区别？
        怎样给汽车换机油？ 如何逐字接收语言模型的回答？ 蒙娜丽莎是谁画的？ 如何限制模型回答的长度？
        如何用 hooks 编写 React 组件？ 下一班去慕尼黑的火车什么时候开？
        如何用猫的照片训练神经网络？ 如何在手机上旋转视频？""",
}
NUMBER = re.compile(r"^((?:[^\d\s]+\s*)?\d+(?:\.\d+)*|\w+ [A-Z]|附录 \w|第\s*\d+\s*章)[.．。]?\s*")


def without(page, name):
    """`page` without its elements `div` of the class `name`."""
    while (start := page.find(f'<div class="{name}"')) >= 0:
        depth = 0
        for tag in re.finditer(r"<div\b|</div>", page[start:]):
            depth += -1 if tag[0] == "</div>" else 1
            if depth == 0:
                page = page[:start] + page[start + tag.end() :]
                break
    return page


def converted(file):
    """The page as Markdown in which HEAD0X, HEAD1X, … stand for the headings, and these."""
    page = file.read_text(encoding="utf-8")
    page = page[page.index("<body") :]
    for name in ("navheader", "navfooter", "toc"):
        page = without(page, name)
    heads = []

    def head(found):
        inner = found[2]
        anchor = re.search(r'id="([^"]+)"', inner)
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", inner)).split())
        number = NUMBER.match(text)
        clean = text[number.end() :] if number else text
        anchor = anchor[1].replace(" ", "_") if anchor else ""
        heads.append((int(found[1]), anchor, clean.strip(" ."), number[1].strip() if number else "§"))
        return f"<p>HEAD{len(heads) - 1}X</p>"

    page = re.sub(r"<h([1-6])[^>]*>(.*?)</h\1>", head, page, flags=re.S)
    reader, writer = "html-native_divs-native_spans", "gfm-raw_html"
    made = subprocess.run(
        ["pandoc", "-f", reader, "-t", writer, "--wrap=none"], input=page, capture_output=True, text=True, check=True
    ).stdout
    return re.sub(r"\[([^\]]*)\]\((?!http)[^)]*\)", r"\1", made), heads


def files(root, kind, language):
    if kind == "faq":
        folder = root / "usr/share/doc/debian/FAQ"
        folder = folder if language == "en" else folder / language
        return [file for file in sorted(folder.glob(f"*.{language}.html")) if not file.name.startswith("index")]
    return sorted((root / "usr/share/debian-reference").glob(f"[cap][hpr]*.{language}.html"))


def written(folder, language, pages, masked):
    (folder / "content").mkdir(parents=True)
    (folder / "book.toml").write_text(f'[book]\ntitle = "Debian"\nlanguage = "{language}"\n')
    for name, text, heads in pages:

        def head(found, heads=heads):
            level, anchor, title, number = heads[int(found[1])]
            if level == 1:
                return f"# {title}"
            return "#" * level + f" {number if masked else title}" + (f" {{#{anchor}}}" if anchor else "")

        (folder / f"content/{name}.md").write_text(re.sub(r"HEAD(\d+)X", head, text))


def asked(pages, language):
    """The headings that say something, each with its section."""
    titles = [title for _, _, heads in pages for _, _, title, _ in heads]
    shortest = 5 if language in ("ja", "zh-cn") else 8
    for name, text, heads in pages:
        for place, (level, anchor, title, _) in enumerate(heads):
            start, end = text.find(f"HEAD{place}X"), text.find(f"HEAD{place + 1}X")
            told = text[start : end if end >= 0 else len(text)]
            if level > 1 and anchor and titles.count(title) == 1 and len(title) > shortest and len(told) >= LEAST:
                yield {"question": title, "expect": f"{name}.md#{anchor}"}


def measured(docent, folder, questions, mode, *more):
    file = folder / "questions.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions))
    command = [docent, "eval", file, "-C", folder, "--mode", mode, "--format", "json", *more]
    told = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    return {name: one["value"] for name, one in told["measures"].items()}


def arguments(description):
    """A parser of what both programs that search Debian's documents are told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docent", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("debs", type=pathlib.Path)
    parser.add_argument("--modes", default="text,hybrid")
    return parser


def unpacked(debs, folder):
    """`folder`, with the files of all packages in the folder `debs`."""
    for deb in debs.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
    return folder


def main():
    parser = arguments(__doc__)
    parser.add_argument("--language", default="en,de,fr,es,it,nl,pt,ru,ja,zh-cn")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        unpacked(args.debs, root / "files")
        print("| book | mode | questions | hit@1 | hit@5 | MRR | foreign refused |")
        print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
        for kind in ("faq", "reference"):
            for language in args.language.split(","):
                pages = files(root / "files", kind, language)
                pages = [(file.name.split(".")[0], *converted(file)) for file in pages]
                if not pages:
                    continue
                questions = list(asked(pages, language))
                folder = root / f"{kind}-{language}"
                written(folder / "masked", language, pages, True)
                written(folder / "whole", language, pages, False)
                foreign = re.split(r"(?<=[?？])\s+", FOREIGN.get(language, ""))
                foreign = [{"question": " ".join(one.split()), "refuse": True} for one in foreign if one]
                for mode in args.modes.split(","):
                    found = measured(args.docent, folder / "masked", questions, mode)
                    refused = measured(args.docent, folder / "whole", foreign, mode, "--ask") if foreign else {}
                    figures = [f"{found[name]:.3f}" for name in ("hit@1", "hit@5", "mrr")]
                    share = f"{refused['refusal']:.2f}" if refused else ""
                    print(f"| {kind}, {language} | {mode} | {len(questions)} | {' | '.join(figures)} | {share} |", flush=True)


if __name__ == "__main__":
    main()
