//! Plain BM25, to compare with: one field with title, headings and text, words as
//! they stand or Porter's stems, no function words, no identifiers, no completions.
//!
//! The sections are docent's own chunks, so these have the gain of its cutting and of the
//! headings in front: BM25 of the first set's sections as they were published has 0.66
//! of the questions at the first place, and 0.81 here.
//! Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
//! Beyond", 2009, with the usual k1 = 1.2 and b = 0.75.

use std::collections::HashMap;

use docent::index::Chunks;
use tantivy::tokenizer::{
    Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream,
};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// An inverted index.
pub struct Plain {
    analyzer: TextAnalyzer,
    /// The sections with each word, and how often they have it.
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    mean: f64,
}

impl Plain {
    /// The index of `chunks` by their words as they stand.
    pub fn of_words(chunks: &Chunks) -> Self {
        let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser);
        Self::of(chunks, words.build())
    }

    /// The index of `chunks` by stems.
    pub fn of_stems(chunks: &Chunks) -> Self {
        let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser);
        let stems = words.filter(Stemmer::new(Language::English));
        Self::of(chunks, stems.build())
    }

    fn of(chunks: &Chunks, analyzer: TextAnalyzer) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(chunks.len());
        for (number, chunk) in chunks.iter().enumerate() {
            let stems = terms(&analyzer, &chunk.embed_text());
            lengths.push(stems.len() as f64);
            for stem in stems {
                let places = postings.entry(stem).or_default();
                match places.last_mut() {
                    Some((last, often)) if *last == number => *often += 1.0,
                    _ => places.push((number, 1.0)),
                }
            }
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len().max(1) as f64;
        Self {
            analyzer,
            postings,
            lengths,
            mean,
        }
    }

    /// The sections that have any of the words, best first.
    pub fn search(&self, question: &str) -> Vec<usize> {
        let all = self.lengths.len() as f64;
        let mut wanted = terms(&self.analyzer, question);
        wanted.sort_unstable();
        wanted.dedup();
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for places in wanted.iter().filter_map(|stem| self.postings.get(stem)) {
            let holding = places.len() as f64;
            let rarity = (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln();
            for (number, often) in places {
                let length = 1.0 - B + B * self.lengths[*number] / self.mean;
                let score = rarity * often * (K1 + 1.0) / (often + K1 * length);
                *scores.entry(*number).or_default() += score;
            }
        }
        let mut ranked: Vec<(usize, f64)> = scores.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.into_iter().map(|(number, _)| number).collect()
    }
}

fn terms(analyzer: &TextAnalyzer, text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut analyzer = analyzer.clone();
    let mut stream = analyzer.token_stream(text);
    stream.process(&mut |token| terms.push(token.text.clone()));
    terms
}
