//! Real books, built and checked: the Cargo Book and the Rust Book, written
//! for mdBook, and the documentation of Kubernetes, written for Hugo.
//!
//! They lie beside the repository and not in it. Where they are absent the
//! tests say so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use docent::diagnostic::Diagnostic;
use docent::markdown::raw_html;
use docent::pipeline::{self, Build};
use docent::site::url;
use docent::site::write::Body;
use tempfile::TempDir;

use crate::support::book::shown;

/// Unpacks the archive `name`; nothing where there is none.
fn unpack(name: &str) -> Option<(TempDir, PathBuf)> {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let archive = corpora.join(format!("{name}.tar.gz"));
    if !archive.is_file() {
        crate::support::say_left_out(&format!("`{}` is not there", archive.display()));
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tar = Command::new("tar");
    tar.arg("xzf").arg(archive).arg("-C").arg(folder.path());
    assert!(tar.status().expect("tar runs").success());
    let root = folder.path().join(name);
    Some((folder, root))
}

/// Builds the book in `root`, with what its configuration has wrong.
fn build(root: &Path) -> (Build, Vec<Diagnostic>) {
    let (config, problems) = pipeline::configure(root).expect("a configuration");
    let build = pipeline::build(config).expect("a book that can be read");
    assert_eq!(build.failed, BTreeSet::new());
    for page in &build.site.pages {
        assert!(
            build.output.contains_key(page.url.as_str()),
            "{} is not rendered",
            page.url
        );
    }
    assert!(build.output.contains_key("index.html"));
    (build, problems)
}

/// How often each code was given.
fn counts(diagnostics: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    diagnostics
        .iter()
        .fold(BTreeMap::new(), |mut counts, diagnostic| {
            *counts.entry(diagnostic.code).or_default() += 1;
            counts
        })
}

/// What a browser would find: the addresses in the finished pages that lead
/// to no file or no id of the output, and how many lead out of it.
fn followed(build: &Build) -> (Vec<String>, usize) {
    let pages: BTreeMap<&str, raw_html::Scan> = build
        .output
        .iter()
        .filter_map(|(path, body)| match body {
            Body::Bytes(bytes) if path.ends_with(".html") => {
                let html = std::str::from_utf8(bytes).expect("UTF-8");
                Some((&**path, raw_html::scan(html)))
            }
            _ => None,
        })
        .collect();
    let mut broken = BTreeSet::new();
    let mut outside = 0;
    for (path, scan) in &pages {
        // It is shown at any address, so its own links start at the root.
        if *path == "404.html" {
            continue;
        }
        for link in &scan.links {
            let dest = link.dest.as_str();
            if dest.contains(':') || dest.starts_with("//") {
                continue;
            }
            let (file, id) = dest.split_once('#').unwrap_or((dest, ""));
            let file = file.split('?').next().unwrap_or(file);
            let Some(target) = url::normal(url::split(path).0, &url::decode(file)) else {
                outside += 1;
                continue;
            };
            let target = if file.is_empty() {
                (*path).to_owned()
            } else {
                target
            };
            let index = url::join(&target, "index.html");
            let target = if build.output.contains_key(index.as_str()) {
                index
            } else {
                target
            };
            let known = pages.get(target.as_str()).is_none_or(|page| {
                let id = url::decode(id);
                id.is_empty() || page.ids.contains(&id)
            });
            if !build.output.contains_key(target.as_str()) || !known {
                broken.insert(format!("{path}: {dest}"));
            }
        }
    }
    (broken.into_iter().collect(), outside)
}

#[test]
fn the_cargo_book_is_clean() {
    let Some((_folder, root)) = unpack("cargo-book") else {
        return;
    };
    let (build, problems) = build(&root);
    assert_eq!(build.site.pages.len(), 98);
    // The book searches with a setting of its own, and is published beside
    // the books of Rust's other tools, to which it links by relative paths.
    assert_eq!(
        shown(&problems).lines().next(),
        Some(
            "warning[config/unsupported-key]: `output.html.search.use-boolean-and` has no effect: docent does not support it"
        )
    );
    let changes = build.site.by_path["CHANGELOG.md"];
    assert!(!build.site.page(changes).searched);
    assert_eq!(problems.len(), 1);
    assert_eq!(
        shown(&build.diagnostics).lines().next(),
        Some(
            "warning[link/outside]: `../../edition-guide/index.html` and 186 more links lead out of the book"
        )
    );
    assert_eq!(build.diagnostics.len(), 1);
    // Each stands on its own page and on that of the whole book.
    assert_eq!(followed(&build), (Vec::new(), 2 * 187));
    let first = pipeline::write(&build).expect("an output folder");
    let second = pipeline::write(&build).expect("an output folder");
    assert_eq!((first.changed, second.changed), (build.output.len(), 0));
}

#[test]
fn the_rust_book_is_clean_but_for_its_preprocessors() {
    let Some((_folder, root)) = unpack("rust-book") else {
        return;
    };
    let (build, problems) = build(&root);
    assert_eq!(build.site.pages.len(), 111);
    assert_eq!(counts(&problems), [("config/unsupported-key", 1)].into());
    let expected = [("config/preprocessor", 2), ("link/outside", 1)];
    assert_eq!(counts(&build.diagnostics), expected.into());
    let outside = "warning[link/outside]: `../reference/items/unions.html` and 32 more links";
    assert!(shown(&build.diagnostics).contains(outside));
    assert_eq!(followed(&build), (Vec::new(), 2 * 33));
    // What a preprocessor would replace stays as written, around examples
    // that come from outside the content folder.
    let Some(Body::Bytes(page)) = build.output.get("ch02-00-guessing-game-tutorial.html") else {
        panic!("the page is not rendered");
    };
    let page = std::str::from_utf8(page).expect("UTF-8");
    assert!(page.contains("<Listing number=\"2-1\" file-name=\"src/main.rs\""));
    assert!(page.contains("io::stdin"));
    assert!(!page.contains("{{#"), "an include is left");
    assert!(!page.contains("ANCHOR"), "a mark of an example is left");
}

#[test]
fn the_kubernetes_documentation_is_built_and_its_faults_are_bounded() {
    let Some((_folder, root)) = unpack("k8s-docs") else {
        return;
    };
    let config = "[book]\ntitle = \"Kubernetes\"\nsrc = \"content\"\n\n\
        [output.html]\nsite-url = \"https://kubernetes.io/docs/\"\n";
    fs_err::write(root.join("book.toml"), config).expect("a configuration");
    let (build, problems) = build(&root);
    assert_eq!(shown(&problems), "");
    // Two want the same address, `README.md` beside `_index.md`, and both are
    // there.
    assert_eq!(build.site.pages.len(), 1363);
    let counts = counts(&build.diagnostics);
    let expected: BTreeMap<&str, usize> = [
        ("front-matter/unknown-key", 43),
        ("link/no-such-anchor", 139),
        ("link/no-such-file", 4),
        ("link/no-such-page", 100),
        ("link/outside", 1),
        ("markdown/shortcode", 40),
        ("site/no-kind", 5),
        ("site/same-address", 1),
    ]
    .into();
    assert_eq!(counts, expected);
    let all = shown(&build.diagnostics);
    for said in [
        "the Hugo shortcode `ref` is left as written, in 2201 places",
        "the Hugo shortcode `note` is left as written, in 793 places",
        "`/images/docs/components-of-kubernetes.svg` and 118 more links lead out of the book",
    ] {
        assert_eq!(all.matches(said).count(), 1, "{said}");
    }
}
