//! What the program is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The sets of features with which each package of the tree along `edges` is
/// compiled: one for the program, perhaps another for build scripts. Fetches
/// the crates that nothing on this machine was built with yet, as those of
/// features left out.
fn features(edges: &str) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--no-dedupe"])
        .args(["--prefix", "none", "--format", "{p}|{f}", "--edges", edges])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let tree = String::from_utf8(output.stdout).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, features) in tree.lines().filter_map(|line| line.split_once('|')) {
        let sets = found.entry(package.to_owned()).or_default();
        sets.insert(features.to_owned());
    }
    found
}

/// Otherwise `cargo run` and `cargo test` would compile the heavy crates
/// twice, eighteen minutes each time.
#[test]
fn no_test_dependency_adds_a_feature_to_a_crate_of_the_program() {
    let program = features("normal,build");
    let tests = features("normal,build,dev");
    assert!(program.len() > 100, "{program:#?}");
    let changed: Vec<String> = program
        .iter()
        .filter(|(package, sets)| tests.get(*package) != Some(sets))
        .map(|(package, sets)| {
            let with = tests.get(package);
            format!("{package}\n  the program has {sets:?}\n  the tests have {with:?}")
        })
        .collect();
    assert!(
        changed.is_empty(),
        "name the feature in [dependencies], or take a lighter test dependency:\n{}",
        changed.join("\n")
    );
}
