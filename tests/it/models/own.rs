//! Embedding models of the user's: a folder as sentence-transformers writes one.

use std::path::Path;

use docent::config::Search;
use docent::models::{EmbedderFiles, Missing, Pooling, Reason, Store, is_path};
use serde_json::json;

const FILES: [(&str, &str); 5] = [
    ("onnx/model.onnx", "a network"),
    ("tokenizer.json", "{}"),
    ("tokenizer_config.json", r#"{"model_max_length": 512}"#),
    ("config.json", "{}"),
    ("special_tokens_map.json", "{}"),
];
const MODULES: &str = r#"[
    {"path": "", "type": "sentence_transformers.models.Transformer"},
    {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
]"#;

/// A folder with a model and what else is told of it.
fn folder(more: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in FILES.iter().chain(more) {
        let file = home.path().join("e5").join(name);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }
    home
}

fn found(home: &Path, search: Search) -> Result<EmbedderFiles, Missing> {
    let model = if search.model == Search::default().model {
        "./e5".to_owned()
    } else {
        search.model
    };
    Store::new("/nowhere").embedder(home, &Search { model, ..search })
}

#[test]
fn a_folder_says_how_its_model_reads() {
    let pooling = r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#;
    let prompts = r#"{"prompts": {"query": "query: ", "document": "passage: "}}"#;
    let home = folder(&[
        ("modules.json", MODULES),
        ("1_Pooling/config.json", pooling),
        ("config_sentence_transformers.json", prompts),
        ("sentence_bert_config.json", r#"{"max_seq_length": 128}"#),
    ]);
    let files = found(home.path(), Search::default()).unwrap();
    let root = fs_err::canonicalize(home.path()).unwrap().join("e5");
    assert_eq!(files.onnx, root.join("onnx/model.onnx"));
    assert_eq!(files.tokenizer, root.join("tokenizer.json"));
    assert!(files.weights.is_empty());
    let reading = files.reading;
    assert_eq!((reading.pooling, reading.max_tokens), (Pooling::Cls, 128));
    assert_eq!((reading.output, reading.own), (None, true));
    assert_eq!(reading.query_prefix, "query: ");
    assert_eq!(reading.passage_prefix, "passage: ");
}

#[test]
fn what_book_toml_says_goes_before_what_the_folder_says() {
    let prompts = r#"{"prompts": {"query": "query: "}}"#;
    let home = folder(&[("config_sentence_transformers.json", prompts)]);
    let search = Search {
        query_prefix: Some(String::new()),
        passage_prefix: Some("passage: ".to_owned()),
        ..Search::default()
    };
    let reading = found(home.path(), search).unwrap().reading;
    assert_eq!(reading.query_prefix, "");
    assert_eq!(reading.passage_prefix, "passage: ");
}

#[test]
fn a_folder_that_says_nothing_is_read_by_the_mean_as_elsewhere() {
    let home = folder(&[]);
    fs_err::remove_file(home.path().join("e5/special_tokens_map.json")).unwrap();
    let files = found(home.path(), Search::default()).unwrap();
    assert_eq!(files.special_tokens_map, None);
    assert_eq!(files.reading.pooling, Pooling::Mean);
    assert_eq!(files.reading.max_tokens, 512, "the tokenizer's");
    assert_eq!(files.reading.query_prefix, "");
}

#[test]
fn one_of_several_networks_is_chosen_by_its_file() {
    let home = folder(&[
        ("onnx/model_quantized.onnx", "smaller"),
        ("onnx/model.onnx_data", "weights"),
        ("onnx/model.onnx_data_1", "more of them"),
    ]);
    let files = found(home.path(), Search::default()).unwrap();
    let names = files.weights.iter().map(|file| file.file_name().unwrap());
    let names: Vec<_> = names.collect();
    assert_eq!(names, ["model.onnx_data", "model.onnx_data_1"]);

    let search = Search {
        model: "e5/onnx/model_quantized.onnx".to_owned(),
        ..Search::default()
    };
    let other = found(home.path(), search).unwrap();
    assert!(other.onnx.ends_with("model_quantized.onnx"));
    assert_eq!(other.tokenizer, files.tokenizer);
    assert!(other.weights.is_empty());
    assert_ne!(other.id, files.id);
}

#[test]
fn a_dense_layer_is_taken_from_the_network_itself() {
    let modules = MODULES.replace("models.Normalize", "models.Dense");
    let home = folder(&[("modules.json", &modules)]);
    let reading = found(home.path(), Search::default()).unwrap().reading;
    assert_eq!(reading.output, Some("sentence_embedding"));
}

#[test]
fn vectors_are_known_again_wherever_the_folder_lies_and_whatever_it_is_asked() {
    let (one, other) = (folder(&[]), folder(&[]));
    let id = |home: &Path, search| found(home, search).unwrap().id;
    let known = id(one.path(), Search::default());
    assert!(known.starts_with("e5-"), "{known}");
    assert_eq!(id(other.path(), Search::default()), known);
    let prefixed = Search {
        passage_prefix: Some("passage: ".to_owned()),
        ..Search::default()
    };
    assert_ne!(id(other.path(), prefixed), known);
    let asked_otherwise = Search {
        query_prefix: Some("query: ".to_owned()),
        ..Search::default()
    };
    assert_eq!(id(other.path(), asked_otherwise), known);
    fs_err::write(other.path().join("e5/onnx/model.onnx"), "another network").unwrap();
    assert_ne!(id(other.path(), Search::default()), known);
}

#[test]
fn a_large_network_is_known_by_pieces_of_it() {
    let home = folder(&[]);
    let network = home.path().join("e5/onnx/model.onnx");
    let mut bytes = vec![7_u8; 3 << 20];
    let mut ids = Vec::new();
    for place in [0, bytes.len() / 65 * 32, bytes.len() - 1] {
        bytes[place] += 1;
        fs_err::write(&network, &bytes).unwrap();
        ids.push(found(home.path(), Search::default()).unwrap().id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn what_cannot_be_read_as_it_was_meant_is_refused_with_the_reason() {
    let pooled = |mode: &str| json!({ "pooling_mode": mode }).to_string();
    let lasts = pooled("lasttoken");
    let sparse = MODULES.replace("models.Normalize", "models.SparseAutoEncoder");
    let cases: [(&[(&str, &str)], &str); 3] = [
        (
            &[("modules.json", MODULES), ("1_Pooling/config.json", &lasts)],
            "its vectors are pooled by `lasttoken`, and docent knows `cls` and `mean`",
        ),
        (
            &[("modules.json", &sparse)],
            "it has a layer of the type `SparseAutoEncoder`, which docent cannot run",
        ),
        (&[("config.json", "{")], "config.json` is not JSON"),
    ];
    for (more, expected) in cases {
        let home = folder(more);
        let missing = found(home.path(), Search::default()).unwrap_err();
        assert_eq!(missing.reason, Reason::Damaged);
        assert!(missing.what.contains(expected), "{missing}");
        assert!(missing.fix.contains("optimum-cli export onnx"), "{missing}");
    }
}

#[test]
fn what_is_not_there_is_named() {
    let home = folder(&[]);
    let nowhere = Search {
        model: "./e6".to_owned(),
        ..Search::default()
    };
    let missing = found(home.path(), nowhere).unwrap_err();
    assert_eq!(missing.reason, Reason::Absent);
    assert!(missing.what.contains("no embedding model at"), "{missing}");
    assert!(missing.fix.contains("correct `search.model`"), "{missing}");

    for (gone, said) in [
        ("tokenizer.json", "there is no `tokenizer.json`"),
        ("onnx/model.onnx", "it has no `model.onnx`"),
    ] {
        let home = folder(&[]);
        fs_err::remove_file(home.path().join("e5").join(gone)).unwrap();
        let missing = found(home.path(), Search::default()).unwrap_err();
        assert_eq!(missing.reason, Reason::Damaged);
        assert!(missing.what.contains(said), "{missing}");
    }
}

#[test]
fn a_name_without_a_slash_is_one_of_the_manifest() {
    assert!(is_path("./e5") && is_path("models\\e5") && is_path("e5.onnx"));
    assert!(!is_path("e5"));
    let named = Search {
        model: "e5".to_owned(),
        ..Search::default()
    };
    let missing = Store::new("/nowhere").embedder(Path::new(""), &named);
    let missing = missing.unwrap_err();
    assert!(missing.fix.contains("as in `./NAME`"), "{missing}");
}
