//! What several tests share.

pub mod book;
pub mod embedders;
pub mod indexing;
pub mod questions;
pub mod schema;
pub mod server;

use std::io::Write;

/// Says that a test was left out, past the test runner's capture of output,
/// which would swallow it. Under `CI=true`, where everything that a test
/// needs is installed first, that is a failure.
pub fn left_out(what: &str) {
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!ci, "left out, and this is CI: {what}");
    say_left_out(what);
}

/// The same for what even CI may lack: the documents beside the project.
pub fn say_left_out(what: &str) {
    say(&format!("left out: {what}"));
}

/// Says something past the test runner's capture of output.
pub fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// Whether every default model was pulled.
#[cfg(all(feature = "answer", feature = "embed"))]
pub fn models_are_here() -> bool {
    use docent::models::{Presence, Store};
    let listed = Store::new(embedders::models()).list();
    listed
        .iter()
        .filter(|listed| listed.model.default)
        .all(|listed| listed.presence == Presence::Present)
}
