//! Books in other languages: words are what that language makes of them, words that
//! only ask say nothing, a model that knows only letters is not trusted, and what the
//! book does not say is not answered.

use std::sync::Arc;

use docent::answer::Outcome;
use docent::index::{Chunk, Embedder, Index, Job, Query};
use docent::markdown::{Block, BlockKind};
use tempfile::TempDir;

#[cfg(feature = "embed")]
use crate::support::embedders;
use crate::support::indexing::{self, ask};

/// What a language's book says, and what its readers ask.
struct Told {
    language: &'static str,
    /// A heading and what stands under it.
    sections: &'static [(&'static str, &'static str)],
    /// A question with a part of the passage that answers it.
    asked: &'static [(&'static str, &'static str)],
    foreign: &'static [&'static str],
}

const GERMAN: Told = Told {
    language: "de",
    sections: &[
        (
            "Pakete suchen",
            "Mit `apt search` durchsuchen Sie die Namen und Beschreibungen aller Pakete.",
        ),
        (
            "Pakete entfernen",
            "Der Befehl `apt remove` löscht ein Paket, behält aber seine Einstellungen.",
        ),
        (
            "Aktualisieren",
            "Erst `apt update`, dann `apt upgrade` bringt das System auf den neuesten Stand.",
        ),
        (
            "Kernel",
            "Ein eigener Kernel wird mit `make bindeb-pkg` aus seinen Quellen übersetzt.",
        ),
        (
            "Drucker",
            "Drucker werden in der Oberfläche von CUPS eingerichtet, die ein Browser zeigt.",
        ),
    ],
    asked: &[
        ("Wie kann ich Pakete entfernen?", "apt remove"),
        ("Wie werden Drucker eingerichtet?", "CUPS"),
        ("Womit wird ein eigener Kernel übersetzt?", "bindeb-pkg"),
    ],
    foreign: &[
        "Wie backe ich ein Brot?",
        "Was ist die Hauptstadt von Australien?",
        "Wie kann ich eine Rechnung bezahlen?",
        "Wann fährt der nächste Zug?",
    ],
};

const FRENCH: Told = Told {
    language: "fr",
    sections: &[
        (
            "Chercher des paquets",
            "La commande `apt search` parcourt les noms et les descriptions.",
        ),
        (
            "Supprimer un paquet",
            "`apt remove` supprime un paquet et garde sa configuration.",
        ),
        (
            "Mettre à jour",
            "D'abord `apt update`, puis `apt upgrade` met le système à jour.",
        ),
        (
            "Noyau",
            "Pour compiler un noyau depuis ses sources, lancez `make bindeb-pkg`.",
        ),
        (
            "Imprimantes",
            "Pour régler une imprimante, ouvrez l'interface de CUPS dans un navigateur.",
        ),
    ],
    asked: &[
        ("Comment puis-je supprimer un paquet ?", "apt remove"),
        ("Comment régler une imprimante ?", "CUPS"),
        ("Avec quoi faut-il compiler le noyau ?", "bindeb-pkg"),
    ],
    foreign: &[
        "Comment faire du pain ?",
        "Quelle est la capitale de l'Australie ?",
        "Comment puis-je payer une facture ?",
        "Quand part le prochain train ?",
    ],
};

const RUSSIAN: Told = Told {
    language: "ru",
    sections: &[
        (
            "Поиск пакетов",
            "Команда `apt search` ищет в названиях и описаниях всех пакетов.",
        ),
        (
            "Удаление пакетов",
            "Команда `apt remove` удаляет пакет, но оставляет его настройки.",
        ),
        (
            "Обновление",
            "Сначала `apt update`, затем `apt upgrade` обновляет систему.",
        ),
        (
            "Ядро",
            "Собственное ядро собирается из исходных текстов командой `make bindeb-pkg`.",
        ),
        (
            "Принтеры",
            "Принтеры настраиваются в интерфейсе CUPS, который показывает браузер.",
        ),
    ],
    asked: &[
        ("Какая команда удаляет пакет?", "apt remove"),
        ("Как настраиваются принтеры?", "CUPS"),
        ("Как собирается собственное ядро?", "bindeb-pkg"),
    ],
    foreign: &[
        "Как испечь хлеб?",
        "Какой город является столицей Австралии?",
        "Как мне оплатить счёт?",
        "Когда отправляется следующий поезд?",
    ],
};

const JAPANESE: Told = Told {
    language: "ja",
    sections: &[
        (
            "パッケージの検索",
            "`apt search` はすべてのパッケージの名前と説明を検索します。",
        ),
        (
            "パッケージの削除",
            "`apt remove` はパッケージを削除しますが、設定は残します。",
        ),
        (
            "更新",
            "まず `apt update` を、次に `apt upgrade` を実行するとシステムが更新されます。",
        ),
        (
            "カーネル",
            "独自のカーネルは `make bindeb-pkg` でソースから構築します。",
        ),
        (
            "プリンター",
            "プリンターはブラウザーに表示される CUPS の画面で設定します。",
        ),
    ],
    asked: &[
        (
            "パッケージを削除するにはどうすればよいですか？",
            "apt remove",
        ),
        ("プリンターを設定するには？", "CUPS"),
        ("独自のカーネルを構築したいです", "bindeb-pkg"),
    ],
    foreign: &[
        "パンはどうやって焼きますか？",
        "オーストラリアの首都はどこですか？",
        "請求書を支払うにはどうすればよいですか？",
        "次の電車はいつ出ますか？",
    ],
};

const CHINESE: Told = Told {
    language: "zh-CN",
    sections: &[
        (
            "搜索软件包",
            "`apt search` 在所有软件包的名称和描述中搜索。",
        ),
        ("删除软件包", "`apt remove` 删除软件包，但保留它的配置。"),
        (
            "更新",
            "先运行 `apt update`，再运行 `apt upgrade`，系统就会更新。",
        ),
        ("内核", "自己的内核用 `make bindeb-pkg` 从源代码编译。"),
        ("打印机", "打印机在浏览器中显示的 CUPS 界面里设置。"),
    ],
    asked: &[
        ("怎样删除软件包？", "apt remove"),
        ("如何设置打印机？", "CUPS"),
        ("自己的内核怎么编译？", "bindeb-pkg"),
    ],
    foreign: &[
        "怎样烤面包？",
        "澳大利亚的首都是哪里？",
        "我应该如何支付账单？",
        "下一班火车什么时候开？",
    ],
};

const ALL: [Told; 5] = [GERMAN, FRENCH, RUSSIAN, JAPANESE, CHINESE];

fn book(told: &Told) -> Vec<Chunk> {
    let section = |(number, (heading, text)): (usize, &(&str, &str))| {
        Chunk::new(
            format!("page-{number}.html"),
            String::new(),
            (*heading).to_owned(),
            Vec::new(),
            None,
            vec![Block {
                kind: BlockKind::Paragraph,
                text: (*text).to_owned(),
            }],
        )
    };
    told.sections.iter().enumerate().map(section).collect()
}

fn index(told: &Told, embedder: Option<Arc<dyn Embedder>>) -> (Index, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let job = Job {
        language: told.language,
        ..indexing::job(embedder, folder.path())
    };
    (Index::build(book(told), &job).unwrap(), folder)
}

fn answers_its_own_and_refuses_the_rest(told: &Told, embedder: Option<Arc<dyn Embedder>>) {
    let (index, _folder) = index(told, embedder);
    for (question, passage) in told.asked {
        let answer = ask(&index, question);
        assert_eq!(answer.outcome, Outcome::Answered, "{question}");
        let first = &answer.quotes[0].text;
        assert!(first.contains(passage), "{question}: {first}");
    }
    for question in told.foreign {
        let answer = ask(&index, question);
        assert_eq!(
            answer.outcome,
            Outcome::NotInDocs,
            "{question}: {answer:#?}"
        );
    }
}

#[test]
fn a_book_answers_in_its_own_language_and_refuses_what_it_does_not_say() {
    for told in &ALL {
        answers_its_own_and_refuses_the_rest(told, None);
    }
}

#[cfg(feature = "embed")]
#[test]
fn so_it_does_when_a_model_for_english_reads_it() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    for told in &ALL {
        answers_its_own_and_refuses_the_rest(told, Some(Arc::clone(&embedder)));
    }
}

#[cfg(feature = "embed")]
#[test]
fn a_model_knows_only_the_letters_of_a_script_that_it_was_not_made_for() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let (index, _folder) = index(&GERMAN, Some(embedder));
    for told in &ALL {
        let latin = matches!(told.language, "de" | "fr");
        let asked = told.asked.iter().map(|(question, _)| question);
        for question in asked.chain(told.foreign) {
            assert_eq!(index.is_spelled(question), !latin, "{question}");
        }
    }
    for question in ["", "?", "C++", "What does 日本 mean in git config?"] {
        assert!(!index.is_spelled(question), "{question}");
    }
}

#[test]
fn words_that_only_ask_lead_nowhere() {
    let told = Told {
        language: "de",
        sections: &[
            ("Storch", "Wie Störche ziehen, und wo sie rasten."),
            ("Reiher", "Graue Reiher fischen im Morgengrauen."),
            ("Ente", "Enten gründeln."),
            ("Gans", "Gänse grasen."),
            ("Ibis", "Ibisse stochern im Schlamm."),
        ],
        asked: &[],
        foreign: &[],
    };
    let (index, _folder) = index(&told, None);
    let query = Query {
        text: "Wie und wo kann ich Reiher sehen?".to_owned(),
        kind: None,
        limit: 2,
    };
    let hits = index.search(&query).unwrap();
    assert_eq!(index.chunks[hits[0].chunk].title, "Reiher");
}

#[test]
fn an_extract_in_a_script_without_spaces_is_as_long_as_any() {
    let text = "サギは浅瀬に立って魚を待ちます。".repeat(120);
    let chunk = Chunk::new(
        "heron.html".to_owned(),
        String::new(),
        "サギ".to_owned(),
        Vec::new(),
        None,
        vec![Block {
            kind: BlockKind::Paragraph,
            text: (0..120)
                .map(|day| format!("{day}日目、{}", &text[..48]))
                .collect(),
        }],
    );
    let folder = tempfile::tempdir().unwrap();
    let job = Job {
        language: "ja",
        ..indexing::job(None, folder.path())
    };
    let index = Index::build(vec![chunk], &job).unwrap();
    let answer = ask(&index, "サギは何を待ちますか？");
    let length: usize = answer
        .quotes
        .iter()
        .map(|quote| quote.text.chars().count())
        .sum();
    assert!((60..=300).contains(&length), "{length}");
}

#[cfg(feature = "embed")]
#[test]
fn questions_that_a_model_only_spells_are_not_taken_for_one() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    for told in &ALL {
        let (index, _folder) = index(told, Some(Arc::clone(&embedder)));
        let questions: Vec<String> = told.foreign.iter().map(|one| (*one).to_owned()).collect();
        let asked = docent::gaps::Asked::count(&questions);
        let gaps = docent::gaps::gaps(&asked, &index, &docent::config::Answer::default());
        let also: Vec<_> = gaps.unwrap().into_iter().map(|gap| gap.also).collect();
        assert_eq!(also, vec![Vec::<String>::new(); told.foreign.len()]);
    }
}
