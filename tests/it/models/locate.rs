//! Finding the files of a model, and what is said when they are not there.

use std::path::Path;

use docent::config::Search;
use docent::models::{Reason, Store, is_path};

use super::files::GgufFile;
use super::{file, from, names, pull, store};

#[test]
fn a_model_that_was_not_pulled_says_where_it_was_looked_for_and_what_to_do() {
    let store = Store::new("/nowhere");
    let missing = store
        .embedder(Path::new(""), &Search::default())
        .unwrap_err();
    assert_eq!(missing.reason, Reason::Absent);
    assert_eq!(
        missing.to_string(),
        "the model `minilm-l6-v2-int8` is not here: no file \
         `/nowhere/minilm-l6-v2-int8/model.onnx`; run `docent models pull minilm-l6-v2-int8`"
    );
}

#[test]
fn a_wrong_name_gets_the_nearest_one() {
    let missing = Store::new("/nowhere").answerer("smollm2-135m").unwrap_err();
    assert_eq!(missing.reason, Reason::Unknown);
    assert_eq!(
        missing.to_string(),
        "no model is called `smollm2-135m`; did you mean `smollm2-135m-instruct`? \
         `docent models list` shows the names; a path has a slash, as in `./NAME`"
    );
    let missing = Store::new("/nowhere")
        .answerer("minilm-l6-v2-int8")
        .unwrap_err();
    assert_eq!(
        missing.what,
        "the model `minilm-l6-v2-int8` is for another purpose: embedder, not answerer"
    );
}

#[test]
fn a_truncated_file_is_told_at_every_use() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("minilm-l6-v2-int8");
    fs_err::create_dir_all(&folder).unwrap();
    fs_err::write(folder.join("model.onnx"), b"short").unwrap();
    let missing = Store::new(home.path())
        .embedder(Path::new(""), &Search::default())
        .unwrap_err();
    assert_eq!(missing.reason, Reason::Damaged);
    assert_eq!(
        missing.to_string(),
        format!(
            "the file `{}` of the model `minilm-l6-v2-int8` is cut short: 5 bytes instead of \
             22928619; run `docent models pull minilm-l6-v2-int8`",
            folder.join("model.onnx").display()
        )
    );
}

#[test]
fn a_runtime_installed_by_hand_goes_before_the_stores() {
    let home = tempfile::tempdir().unwrap();
    let library = home.path().join("libonnxruntime.so");
    let store = Store::new(home.path()).with_runtime(Some(library.clone()));
    let missing = store.runtime().unwrap_err();
    assert!(
        missing.what.contains("no ONNX Runtime library at"),
        "{missing}"
    );
    fs_err::write(&library, b"").unwrap();
    assert_eq!(store.runtime(), Ok(library));
}

#[test]
fn a_pulled_model_is_found_with_its_converted_weights() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (dtypes, gguf) in [
        (vec![(3, 20)], "model.q8_0.gguf"),
        (vec![(0, 4)], "model.gguf"),
    ] {
        let content = GgufFile::tiny(&dtypes).bytes();
        fs_err::write(usb.path().join("model.gguf"), &content).unwrap();
        let store = store(home.path(), vec![file("model.gguf", &content, vec![])]);
        pull(&store, &from(usb.path())).0.unwrap();
        let files = store.answerer("tiny").unwrap();
        let folder = home.path().join("tiny");
        assert_eq!(
            (files.gguf, files.tokenizer_json),
            (folder.join(gguf), folder.join("tokenizer.json"))
        );
        assert_eq!(
            (files.folder.clone(), files.name.as_str()),
            (folder, "tiny")
        );

        fs_err::remove_file(files.folder.join("tokenizer.json.from")).unwrap();
        let missing = store.answerer("tiny").unwrap_err();
        assert!(
            missing.what.ends_with("is missing or out of date"),
            "{missing}"
        );
    }
}

#[test]
fn a_file_of_the_users_gets_a_tokenizer_in_the_store() {
    let (home, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = elsewhere.path().join("My Model.gguf");
    fs_err::write(&path, GgufFile::tiny(&[(8, 34)]).bytes()).unwrap();
    let store = Store::new(home.path());
    let name = path.to_str().unwrap();
    assert!(is_path(name));
    let files = store.answerer(name).unwrap();
    assert_eq!(files.gguf, fs_err::canonicalize(&path).unwrap());
    assert_eq!(files.name, "My Model");
    assert!(files.folder.starts_with(home.path().join("local")));
    assert_eq!(store.answerer(name).unwrap(), files, "it is made once");
    assert_eq!(
        names(elsewhere.path()),
        ["My Model.gguf"],
        "the user's folder is left alone"
    );
    let config = fs_err::read_to_string(files.folder.join("tokenizer_config.json")).unwrap();
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    assert_eq!(config["eos_token"], "<|end|>");
    assert_eq!(config["chat_template"], "{{ messages }}");
    assert_eq!(config["model_max_length"], 64);

    fs_err::write(elsewhere.path().join("tokenizer.json"), b"{}").unwrap();
    let beside = store.answerer(name).unwrap();
    assert_eq!(
        beside.folder,
        fs_err::canonicalize(elsewhere.path()).unwrap()
    );
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::new(home.path().join("store"));
    let check = |content: &[u8], words: &str| {
        let path = home.path().join("model.gguf");
        fs_err::write(&path, content).unwrap();
        let missing = store.answerer(path.to_str().unwrap()).unwrap_err();
        assert_eq!(missing.reason, Reason::Damaged);
        assert!(missing.what.contains(words), "{missing}");
    };
    check(b"", "it is not a GGUF file");
    check(b"PK\x03\x04 and more", "it is not a GGUF file");
    let whole = GgufFile::tiny(&[(8, 34)]).bytes();
    check(
        &whole[..whole.len() - 30],
        "it is cut short: the tensor `t0`",
    );
    check(
        &GgufFile::default().bytes(),
        "it does not say of what type its model is",
    );
    let of_kind = |kind: &str| {
        let mut file = GgufFile::default();
        file.text("general.architecture", kind);
        file
    };
    for kind in ["gemma3", "lfm2", "granite"] {
        let words = format!("its model is of the type `{kind}`, which the runtime cannot run");
        check(&of_kind(kind).bytes(), &words);
    }
    for kind in ["llama", "qwen2", "qwen3", "phi3", "mistral3"] {
        let mut file = of_kind(kind);
        file.text("tokenizer.ggml.model", "llama");
        check(&file.bytes(), "its tokenizer is of the type `llama`");
    }
    check(
        &GgufFile::tiny(&[(23, 136)]).bytes(),
        "the tensor `t0` is of type IQ4_XS, which the runtime cannot load",
    );
    let missing = store.answerer("no/such.gguf").unwrap_err();
    assert_eq!(missing.what, "no model file at `no/such.gguf`");
}
