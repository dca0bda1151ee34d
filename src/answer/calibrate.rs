//! How sure docent must be of a book before it answers from it.
//!
//! What counts as near depends on the book: the best of fourteen thousand
//! sections is nearer to any question than the best of twenty, and a model
//! finds some subjects alike that others keep apart. So the book itself is
//! asked 64 probes, questions that it hardly answers, and a reader's question
//! must be nearer than nearly all of these were. Nothing here is drawn by
//! chance: the same index gives the same floor.

use crate::answer::retrieve;
use crate::answer::terms::Terms;
use crate::config;
use crate::index::{Index, Query};

/// The floor that suits most books, and that of those to which probes say
/// nothing: they are asked in English only.
const USUAL: f32 = 0.4;
/// The share of probes that lie under the quantile that is looked at. The
/// rest may be what this very book is about.
const FOREIGN: f32 = 0.9;
/// How much nearer than that quantile a question must be.
const MARGIN: f32 = 0.05;
/// Where a floor lies in any case. Below, a tiny book would answer whatever
/// shares a word with it. Above, large books refuse their own readers: at 0.5
/// the Kubernetes documentation did so to 13 % of chatty questions, and hardly
/// a foreign one more is told apart.
const LEAST: f32 = 0.35;
const MOST: f32 = 0.44;
/// The same above for a model of the user's, of which only the probes tell how near
/// it puts what is foreign to a book.
const MOST_OF_OWN: f32 = 0.7;

/// The confidence under which a question is not answered: what `book.toml`
/// says, else what suits this index, worked out when it is asked for first.
pub fn floor(index: &Index, config: &config::Answer) -> f32 {
    let found = || index.floor(|| calibrated(index)).unwrap_or(USUAL);
    config.min_similarity.unwrap_or_else(found)
}

/// Nothing when a search fails. It fails again for the question, and is told
/// then; the next question asks the probes anew.
fn calibrated(index: &Index) -> Option<f32> {
    if !index.language().is_english() {
        return Some(USUAL);
    }
    let nearness = PROBES.iter().map(|probe| nearness(index, probe));
    let all: Vec<f32> = nearness.collect::<anyhow::Result<_>>().ok()?;
    let most = match index.embedder() {
        Some(embedder) if embedder.unrelated().is_some() => MOST_OF_OWN,
        _ => MOST,
    };
    Some(beyond(all, most).unwrap_or(USUAL))
}

/// How near the book comes to `question`.
fn nearness(index: &Index, question: &str) -> anyhow::Result<f32> {
    let hits = index.search(&Query {
        text: format!("{question}\n"),
        kind: None,
        limit: retrieve::HITS,
    })?;
    let chunks = &index.chunks;
    let terms = Terms::in_book(question, index);
    Ok(retrieve::confidence(&terms, &hits, chunks))
}

/// The floor above foreign questions that came as near as these, at most `most`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place among a few probes"
)]
fn beyond(mut nearness: Vec<f32>, most: f32) -> Option<f32> {
    nearness.sort_by(f32::total_cmp);
    let place = (FOREIGN * nearness.len() as f32) as usize;
    let quantile = nearness.get(place)?;
    Some((quantile + MARGIN).clamp(LEAST, most))
}

/// Questions of daily life and of all sorts of software, none about the same
/// thing as another, so that no book is about more than a few of them. Their
/// sentences are those that readers type: a book must not seem to answer
/// because it says "how do I create" on every page.
const PROBES: &[&str] = &[
    "How do I bake sourdough bread?",
    "What is the capital of Australia?",
    "Who won the football world cup in 1998?",
    "How long does it take to boil an egg?",
    "How do I remove a red wine stain from a carpet?",
    "What is the best time of year to plant tomatoes?",
    "Why is the sky blue?",
    "How do I change a flat bicycle tyre?",
    "How many calories are in a banana?",
    "What are the symptoms of a common cold?",
    "How do I renew my passport?",
    "Which train goes from Paris to Berlin?",
    "How do I crop an image in a photo editor?",
    "How do I make a pivot table in a spreadsheet?",
    "Why does my printer print blank pages?",
    "How do I pair bluetooth headphones with my phone?",
    "How do I reset the password of my email account?",
    "What is the difference between an inner join and an outer join?",
    "How do I create an index on a database column?",
    "How do I centre a div with CSS?",
    "How do I rename a column of a data frame?",
    "How do I train a neural network on my own images?",
    "What is the learning rate of a gradient descent optimizer?",
    "How do I merge two branches without a conflict?",
    "How do I add a payment button to my online shop?",
    "How do I write a unit test for a React component?",
    "How do I animate a character in a game engine?",
    "How do I record a macro in a text editor?",
    "How do I connect a sensor to a microcontroller?",
    "How do I set the exposure of my camera?",
    "How do I send a push notification to a phone?",
    "How do I stream video to many viewers?",
    "How do I mix two audio tracks?",
    "How do I sort a list of objects by a property?",
    "What is the time complexity of quicksort?",
    "How do I parse a date from a string?",
    "How do I call a web service from a mobile app?",
    "Which permissions does the app need to read my contacts?",
    "How do I schedule a meeting in a shared calendar?",
    "How do I restore a deleted file from a backup?",
    "How do I increase the memory limit of a virtual machine?",
    "How do I configure a mail server to reject spam?",
    "How do I set up a static address on my router?",
    "How do I measure the speed of my network connection?",
    "How do I publish a podcast?",
    "How do I translate a web page?",
    "How do I export a drawing as a PDF?",
    "How do I track the time that I spend on a project?",
    "What is the refund policy for annual subscriptions?",
    "How do I invite a colleague to my workspace?",
    "How do I import transactions from my bank?",
    "How do I calculate the standard deviation of a sample?",
    "How do I draw a bar chart with error bars?",
    "How do I control a motor from a script?",
    "Can I use two screens with a laptop?",
    "Why is my battery draining so fast?",
    "How do I write a query that counts distinct values?",
    "How do I subscribe to a topic of a message broker?",
    "How do I enable dark mode?",
    "What does error code 500 mean?",
    "How do I cite a source in a paper?",
    "How do I add subtitles to a film?",
    "How do I deploy a site to a content delivery network?",
    "How do I rotate a log file every day?",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{LEAST, MOST, PROBES, beyond};

    #[test]
    fn the_floor_lies_above_nearly_all_probes_and_within_bounds() {
        let hundredths = |range: std::ops::Range<u8>| range.map(|n| f32::from(n) / 100.0);
        let floor = beyond(hundredths(0..40).collect(), MOST).unwrap();
        assert!((floor - 0.41).abs() < 1e-6, "{floor}");
        assert_eq!(beyond(vec![0.0; 9], MOST), Some(LEAST));
        assert_eq!(beyond(hundredths(50..90).collect(), MOST), Some(MOST));
        assert_eq!(beyond(Vec::new(), MOST), None);
    }

    #[test]
    fn a_few_probes_that_the_book_answers_do_not_raise_it() {
        let mut foreign = vec![0.3; 64];
        let before = beyond(foreign.clone(), MOST);
        foreign[..6].fill(0.9);
        assert_eq!(beyond(foreign, MOST), before);
    }

    #[test]
    fn no_probe_stands_there_twice() {
        let different: HashSet<&&str> = PROBES.iter().collect();
        assert_eq!(different.len(), PROBES.len());
    }
}
