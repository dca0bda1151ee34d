//! Search with an embedding model of the user's. The model here is the default
//! one, laid out and changed as others are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use docent::answer::Outcome;
use docent::config::Search;
use docent::index::unrelated::stretched;
use docent::index::{Embedder, Index, embed};
use docent::models::Store;

use crate::support::embedders::{minilm, minilm_files, models};
use crate::support::indexing::{ask, build, section};

/// The default model in a folder of its own, with its network as `changed` makes
/// it and these files beside it. Nothing where the model is not here.
fn own(changed: impl Fn(Vec<u8>) -> Vec<u8>, more: &[(&str, &str)]) -> Option<tempfile::TempDir> {
    minilm()?;
    let (files, _) = minilm_files();
    let folder = tempfile::tempdir().unwrap();
    for file in [&files.tokenizer, &files.config, &files.tokenizer_config] {
        fs_err::copy(file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    let network = changed(fs_err::read(&files.onnx).unwrap());
    fs_err::write(folder.path().join("model.onnx"), network).unwrap();
    for (name, text) in more {
        let file = folder.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }
    Some(folder)
}

fn load(folder: &Path, search: Search) -> Arc<dyn Embedder> {
    let model = folder.to_str().unwrap().to_owned();
    let store = Store::new(models());
    let files = store.embedder(Path::new(""), &Search { model, ..search });
    embed::load(&files.unwrap(), &store.runtime().unwrap(), "en").unwrap()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// A field of a message in protocol buffers.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut length = content.len();
    while length >= 0x80 {
        bytes.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(content);
    bytes
}

/// The network with the same added to the vector of every token, so that any two
/// texts are alike, as with many models. Two messages one after the other are one.
fn in_a_cone(network: Vec<u8>) -> Vec<u8> {
    let text = |number, text: &str| field(number, text.as_bytes());
    let added: Vec<u8> = (0..384_u16)
        .map(|place| if place % 3 == 0 { 0.9_f32 } else { -0.3 })
        .flat_map(f32::to_le_bytes)
        .collect();
    let dimensions = [0x08, 0x80, 0x03, 0x10, 0x01]; // dims: 384, data_type: FLOAT
    let cone = [&dimensions[..], &text(8, "cone"), &field(9, &added)].concat();
    let add = [
        text(1, "last_hidden_state"),
        text(1, "cone"),
        text(2, "text_embeds"),
        text(4, "Add"),
    ];
    let float = field(1, &[0x08, 0x01]); // tensor_type { elem_type: FLOAT }
    let output = [text(1, "text_embeds"), field(2, &float)].concat();
    let graph = [field(1, &add.concat()), field(5, &cone), field(12, &output)];
    [network, field(7, &graph.concat())].concat()
}

const ALIKE: [&str; 2] = [
    "How do I delete a branch?",
    "Remove a branch with `git branch --delete`.",
];
const OTHER: &str = "The soup needs a little more salt.";

fn vectors(embedder: &dyn Embedder) -> [Vec<f32>; 3] {
    let text = |text: &str| text.to_owned();
    let passages = embedder.embed(&[text(ALIKE[1]), text(OTHER)]).unwrap();
    let [alike, other] = <[Vec<f32>; 2]>::try_from(passages).unwrap();
    [embedder.embed_question(ALIKE[0]).unwrap(), alike, other]
}

fn birds(embedder: Arc<dyn Embedder>) -> (Index, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let book = vec![
        section("Nests", "Storks build their nests on chimneys and poles."),
        section("Food", "A heron eats frogs, fish and now and then a mouse."),
        section("Journeys", "In autumn the birds fly south over the sea."),
        section(
            "Voices",
            "The bittern booms at night, and is heard for miles.",
        ),
    ];
    (build(book, folder.path(), Some(embedder)), folder)
}

#[test]
fn a_model_that_finds_everything_alike_refuses_and_answers_as_any_other() {
    let Some(folder) = own(in_a_cone, &[]) else {
        return;
    };
    let (mut files, runtime) = minilm_files();
    files.onnx = folder.path().join("model.onnx");
    let as_it_is = embed::load(&files, &runtime, "en").unwrap();
    let [asked, _, other] = vectors(&*as_it_is);
    assert!(cosine(&asked, &other) > 0.6, "the cone is there");

    let own = load(folder.path(), Search::default());
    let [asked, alike, other] = vectors(&*own);
    let of = own.unrelated().unwrap().sentences;
    let [alike, other] = [&alike, &other].map(|told| stretched(cosine(&asked, told), of));
    assert!(alike > 0.6 && other < 0.2, "{alike} {other}");

    let (index, _cache) = birds(own);
    let answered = ask(&index, "Where do storks build?");
    assert_eq!(answered.outcome, Outcome::Answered, "{answered:?}");
    let refused = ask(&index, "How do I sort a list of objects by a property?");
    assert_eq!(refused.outcome, Outcome::NotInDocs, "{refused:?}");
}

#[test]
fn a_model_of_the_manifest_is_taken_as_it_is() {
    let Some(embedder) = minilm() else {
        return;
    };
    assert_eq!(embedder.unrelated(), None);
    let Some(folder) = own(|it| it, &[]) else {
        return;
    };
    let same = load(folder.path(), Search::default());
    let same = same.unrelated().unwrap();
    assert!(
        same.questions < 0.1 && same.sentences < 0.1,
        "it has no cone"
    );
}

#[test]
fn vectors_of_a_book_in_one_language_are_not_taken_for_those_in_another() {
    let Some(folder) = own(in_a_cone, &[]) else {
        return;
    };
    let store = Store::new(models());
    let search = Search {
        model: folder.path().to_str().unwrap().to_owned(),
        ..Search::default()
    };
    let files = store.embedder(Path::new(""), &search).unwrap();
    let runtime = store.runtime().unwrap();
    let [english, german] = ["en", "de"].map(|tag| embed::load(&files, &runtime, tag).unwrap());
    let text = [OTHER.to_owned()];
    assert_ne!(english.embed(&text).unwrap(), german.embed(&text).unwrap());
    assert_ne!(english.id(), german.id());
    let british = embed::load(&files, &runtime, "en-GB").unwrap();
    assert_eq!(english.id(), british.id());
}

#[test]
fn questions_and_passages_get_what_the_model_wants_in_front_of_them() {
    let prompts = r#"{"prompts": {"query": "In other words: ", "document": "The title is "}}"#;
    let Some(folder) = own(|it| it, &[("config_sentence_transformers.json", prompts)]) else {
        return;
    };
    let none = Search {
        query_prefix: Some(String::new()),
        passage_prefix: Some(String::new()),
        ..Search::default()
    };
    let (with, without) = (
        load(folder.path(), Search::default()),
        load(folder.path(), none),
    );
    let text = "Branches".to_owned();
    let question = |embedder: &dyn Embedder| embedder.embed_question(&text).unwrap();
    let passage = |embedder: &dyn Embedder| {
        embedder
            .embed(std::slice::from_ref(&text))
            .unwrap()
            .remove(0)
    };
    assert_eq!(question(&*without), passage(&*without));
    assert_ne!(question(&*with), passage(&*with));
    assert_ne!(passage(&*with), passage(&*without));
    assert!(
        with.max_tokens() < without.max_tokens(),
        "the prefix is read, too"
    );
    assert_ne!(with.id(), without.id());
}

#[test]
fn the_first_token_alone_is_another_vector_than_the_mean() {
    let modules = r#"[{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]"#;
    let first = r#"{"pooling_mode_cls_token": true}"#;
    let more = [("modules.json", modules), ("1_Pooling/config.json", first)];
    let Some(folder) = own(|it| it, &more) else {
        return;
    };
    let [asked, alike, other] = vectors(&*load(folder.path(), Search::default()));
    fs_err::remove_file(folder.path().join("modules.json")).unwrap();
    let [mean, ..] = vectors(&*load(folder.path(), Search::default()));
    assert!(cosine(&asked, &mean) < 0.99);
    assert!(cosine(&asked, &alike) > 0.3 + cosine(&asked, &other));
}

#[test]
fn sections_are_cut_to_what_the_model_reads() {
    let limits = r#"{"max_seq_length": 64}"#;
    let Some(folder) = own(|it| it, &[("sentence_bert_config.json", limits)]) else {
        return;
    };
    let embedder = load(folder.path(), Search::default());
    assert_eq!(embedder.max_tokens(), 64);
    let sentence = "The heron stands in the shallow water and waits. ";
    let page = format!("# Herons\n\n{}\n", format!("{sentence}\n\n").repeat(30));
    let book = crate::support::book::Book::of(&[
        ("book.toml", "[book]\ntitle = \"Birds\"\n"),
        ("content/index.md", &page),
    ]);
    let (site, _) = book.assemble();
    let chunks = docent::pipeline::chunks(site.searched(), Some(&*embedder), None);
    assert!(chunks.len() > 5, "{}", chunks.len());
    for chunk in chunks.iter() {
        let tokens = embedder.token_count(&chunk.embed_text());
        assert!(tokens <= 64, "{tokens}: {chunk:?}");
    }
}

#[test]
fn a_network_that_makes_no_vectors_is_refused_with_its_place() {
    let Some(folder) = own(|_| b"no network".to_vec(), &[]) else {
        return;
    };
    let model = folder.path().to_str().unwrap().to_owned();
    let store = Store::new(models());
    let search = Search {
        model,
        ..Search::default()
    };
    let files = store.embedder(Path::new(""), &search).unwrap();
    let error = embed::load(&files, &store.runtime().unwrap(), "en")
        .err()
        .unwrap();
    let message = format!("{error:#}");
    let place: PathBuf = fs_err::canonicalize(folder.path()).unwrap();
    assert!(message.contains(&*place.to_string_lossy()), "{message}");
    assert!(!message.contains("pull it again"), "{message}");
}
