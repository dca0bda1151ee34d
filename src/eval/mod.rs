//! How well a book is found and answered: questions with known answers are put
//! to its search and its answers, and what comes is measured.
//!
//! Takes a file of questions, a site and its index, gives a [`Run`] that can be
//! kept, compared and held to limits. Nothing here prints or loads a model, and
//! nothing depends on chance: intervals come from a fixed seed.

pub mod compare;
pub mod labels;
pub mod limits;
pub mod measure;
pub mod mine;
pub mod ranking;
pub mod read;
pub mod record;
pub mod resample;
pub mod run;
mod value;

pub use compare::{Comparison, compare};
pub use labels::{Expected, Labels};
pub use limits::{Bound, Limit};
pub use measure::{Measure, Value};
pub use read::read;
pub use record::{Answered, Record, Run, Settings};
pub use run::{Job, run};

use crate::diagnostic::Place;

/// A file of questions.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// The questions, in the order of the file.
    pub questions: Vec<Question>,
    /// What the measures must reach.
    pub limits: Vec<Limit>,
}

/// Leaves `most` of `list`, spread evenly, so that each of its parts has its
/// share.
pub fn thin<T>(list: &mut Vec<T>, most: usize) {
    let count = list.len();
    if most >= count {
        return;
    }
    let mut at = 0;
    list.retain(|_| {
        let stays = at * most / count < (at + 1) * most / count;
        at += 1;
        stays
    });
}

/// A question, and what a good reply to it is.
#[derive(Debug, Clone)]
pub struct Question {
    /// What it is known by from run to run: its own `id`, else its text.
    pub id: String,
    /// What a reader would type.
    pub text: String,
    /// The questions before it in the same talk, oldest first.
    pub after: Vec<String>,
    /// The pages and sections that answer it.
    pub expect: Vec<Label>,
    /// Whether the documentation does not answer it, and must say so.
    pub refuse: bool,
    /// What the answer must say, whatever the case of its letters.
    pub phrases: Vec<String>,
    /// A name for questions that are looked at together.
    pub group: Option<String>,
    /// Where it stands in its file.
    pub place: Place,
}

/// A page or section, as the author of a question wrote it.
#[derive(Debug, Clone)]
pub struct Label {
    /// A path or an address, with or without an anchor.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}
