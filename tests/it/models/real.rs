//! The real default models, where they were pulled.

use std::io::{Read as _, Seek as _, SeekFrom};

use docent::models::gguf::{Dtype, read};
use docent::models::verify::Health;
use docent::models::{Presence, Store, default_dir};

use super::gguf::assert_near;
use super::left_out;

/// The user's own store, when all default models are in it.
fn real_store() -> Option<Store> {
    let store = Store::new(default_dir(&|name| std::env::var_os(name))?);
    let absent = store
        .list()
        .into_iter()
        .find(|listed| listed.model.default && listed.presence != Presence::Present);
    if let Some(absent) = absent {
        left_out(
            &format!("the model `{}` was not pulled", absent.model.name),
            true,
        );
        return None;
    }
    Some(store)
}

#[test]
fn the_pulled_models_are_sound_and_found() {
    let Some(store) = real_store() else { return };
    let found = store.verify(&|_| ());
    for file in &found {
        assert_eq!(file.health, Health::Ok, "{}", file.path.display());
    }
    assert!(
        found.len() >= 10,
        "five files of the embedder, four of the answerer, one library"
    );
    assert!(
        store
            .embedder(std::path::Path::new(""), &docent::config::Search::default())
            .unwrap()
            .id
            .starts_with("minilm-l6-v2-int8-8199be6f")
    );
    assert!(store.runtime().unwrap().is_file());
    assert!(
        store
            .answerer("smollm2-135m-instruct")
            .unwrap()
            .gguf
            .ends_with("model.q8_0.gguf")
    );
}

/// One block in 61 of every converted tensor: a prime, so that all columns
/// of the rows get their turn.
#[test]
fn the_converted_weights_are_those_of_the_original() {
    let Some(store) = real_store() else { return };
    let files = store.answerer("smollm2-135m-instruct").unwrap();
    let original = files.folder.join("SmolLM2-135M-Instruct.Q4_1.gguf");
    let (before, after) = (read(&original).unwrap(), read(&files.gguf).unwrap());
    let mut old_file = fs_err::File::open(&original).unwrap();
    let mut new_file = fs_err::File::open(&files.gguf).unwrap();
    let mut converted = 0;
    for (old, new) in before.tensors.iter().zip(&after.tensors) {
        if old.dtype != Dtype::Q4_1 {
            assert_eq!((old.dtype, old.bytes), (new.dtype, new.bytes));
            continue;
        }
        converted += 1;
        let mut old_data = vec![0; usize::try_from(old.bytes).unwrap()];
        old_file
            .seek(SeekFrom::Start(before.data_start + old.offset))
            .unwrap();
        old_file.read_exact(&mut old_data).unwrap();
        let mut new_data = vec![0; usize::try_from(new.bytes).unwrap()];
        new_file
            .seek(SeekFrom::Start(after.data_start + new.offset))
            .unwrap();
        new_file.read_exact(&mut new_data).unwrap();
        for (old, new) in old_data.chunks(20).zip(new_data.chunks(34)).step_by(61) {
            assert_near(Dtype::Q4_1, old, new);
        }
    }
    assert_eq!(converted, 210);
}

#[cfg(feature = "answer")]
#[test]
fn token_ids_equal_the_reference() {
    #[derive(serde::Deserialize)]
    struct Case {
        text: String,
        ids: Vec<u32>,
    }

    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/reference/smollm2-tokens.json"
    );
    let Ok(reference) = fs_err::read(path) else {
        return left_out("the reference token ids are not beside this project", false);
    };
    let Some(store) = real_store() else { return };
    let files = store.answerer("smollm2-135m-instruct").unwrap();
    let mut tokenizer = tokenizers::Tokenizer::from_file(files.tokenizer_json).unwrap();
    tokenizer.set_encode_special_tokens(true);
    let cases: Vec<Case> = serde_json::from_slice(&reference).unwrap();
    assert_eq!(cases.len(), 14);
    for case in cases {
        let encoding = tokenizer.encode(case.text.as_str(), false).unwrap();
        assert_eq!(encoding.get_ids(), case.ids, "{:?}", case.text);
        assert_eq!(tokenizer.decode(&case.ids, false).unwrap(), case.text);
    }
}
