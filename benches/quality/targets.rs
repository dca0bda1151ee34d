//! What is asked of search and answers, and what was measured, in one table.

use anyhow::Result;
use docent::index::Chunk;

use crate::hashed::Hashed;
use crate::table::Means;
use crate::timed;

/// How many questions are timed.
const TIMED: usize = 400;

/// A measure with what is asked of it.
struct Target {
    measure: String,
    asked: String,
    measured: String,
    is_met: bool,
}

/// All of them, in the order in which they were measured.
#[derive(Default)]
pub struct Targets(Vec<Target>);

impl Targets {
    /// A measure of a set that is to be at least `least`.
    pub fn at_least(&mut self, measure: &str, least: f64, measured: Option<f64>) {
        let Some(measured) = measured else { return };
        self.0.push(Target {
            measure: measure.to_owned(),
            asked: format!("at least {least:.2}"),
            measured: format!("{measured:.3}"),
            // As it is printed: 0.796 is not 0.80.
            is_met: measured >= least,
        });
    }

    /// A measure that is to be this much above plain BM25 in the same run.
    pub fn above_bm25(&mut self, measure: &str, more: f64, place: usize, means: &Means) {
        let Some(both) = means.both else { return };
        let gain = both[place] - means.plain[place];
        let stemmed = both[place] - means.stemmed[place];
        self.0.push(Target {
            measure: measure.to_owned(),
            asked: format!("{more:.2} above BM25"),
            measured: format!("{gain:+.3} ({stemmed:+.3} above its stems)"),
            is_met: gain >= more,
        });
    }

    /// A measure that is to be at most `most`, both in `unit`.
    pub fn at_most(&mut self, measure: &str, most: f64, measured: f64, unit: &str) {
        self.0.push(Target {
            measure: measure.to_owned(),
            asked: format!("at most {most} {unit}"),
            measured: format!("{measured:.2} {unit}"),
            is_met: measured <= most,
        });
    }

    /// How many questions about `other` documents, or of its own, a set refuses.
    pub fn refused(&mut self, set: &str, other: Option<&str>, rate: f64) {
        let (measure, asked, is_met) = match other {
            Some(other) => (
                format!("{set}: questions about {other} refused"),
                "at least 0.95",
                rate >= 0.95,
            ),
            None => (
                format!("{set}: its own refused"),
                "at most 0.05",
                rate <= 0.05,
            ),
        };
        self.0.push(Target {
            measure,
            asked: asked.to_owned(),
            measured: format!("{rate:.3}"),
            is_met,
        });
    }

    /// Times searches in 100,000 sections: `sections` as often as it takes, with
    /// vectors of hashed words and the wait for the real model.
    pub fn time(&mut self, sections: &[Chunk], questions: &[String]) -> Result<()> {
        let questions = &questions[..questions.len().min(TIMED)];
        let chunks = timed::repeated(sections);
        let folder = tempfile::tempdir()?;
        let words = timed::build(chunks.clone(), folder.path(), None)?;
        let [median, tail, _] = timed::summary(&timed::searches(&words, questions)?);
        self.at_most("words, 100,000 sections: median", 1.0, median, "ms");
        self.at_most("… 99 of 100", 5.0, tail, "ms");
        drop(words);
        let embedder = std::sync::Arc::new(Hashed::new());
        let both = timed::build(chunks, folder.path(), Some(embedder))?;
        let [median, tail, _] = timed::summary(&timed::searches(&both, questions)?);
        self.at_most("words and meaning: median", 8.0, median, "ms");
        self.at_most("… 99 of 100", 25.0, tail, "ms");
        Ok(())
    }

    /// Prints them.
    pub fn print(&self) {
        println!("**what is asked of it**\n");
        println!("| measure | asked | measured | |\n| --- | --- | ---: | --- |");
        for target in &self.0 {
            let Target {
                measure,
                asked,
                measured,
                is_met,
            } = target;
            let met = if *is_met { "met" } else { "**missed**" };
            println!("| {measure} | {asked} | {measured} | {met} |");
        }
        println!();
    }
}
