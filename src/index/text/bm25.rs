//! What a term counts for in a document: BM25, as tantivy has it, in two
//! factors.
//!
//! The one depends on the term and is worked out once for each query, the
//! other on how often it stands in a document of which length, and is a table
//! of the field. Both together are tantivy's own number, to the last bit.

use tantivy::fieldnorm::FieldNormReader;

const K1: f32 = 1.2;
const B: f32 = 0.75;
/// How many coded lengths there are.
const LENGTHS: usize = 256;
/// A term stands hardly ever more often in a document; what is rarer is worked
/// out where it stands.
const FEW: usize = 4;

/// What a term counts for that `having` of `documents` have.
pub fn weight(having: u64, documents: u64) -> f32 {
    let lacking = documents.saturating_sub(having) as f32;
    let rarity = (1.0 + (lacking + 0.5) / (having as f32 + 0.5)).ln();
    rarity * (1.0 + K1)
}

/// How much of its weight a term counts for in the documents of a field, by
/// their coded length.
pub struct Saturation {
    /// What the length takes away.
    norms: [f32; LENGTHS],
    /// The shares of terms that stand once, twice and so on.
    few: Box<[[f32; FEW]; LENGTHS]>,
}

impl Saturation {
    /// For a field of which the documents have so many terms on average.
    pub fn of(average: f32) -> Self {
        let lengths: [u8; LENGTHS] = std::array::from_fn(|length| length as u8);
        let norm = |coded: u8| {
            let length = FieldNormReader::id_to_fieldnorm(coded) as f32;
            K1 * (1.0 - B + B * length / average)
        };
        let norms = lengths.map(norm);
        let of_norm = |norm: f32| std::array::from_fn(|before| share(before as f32 + 1.0, norm));
        Self {
            norms,
            few: Box::new(norms.map(of_norm)),
        }
    }

    /// The share of a term that stands so often in a document of this length.
    pub fn share(&self, length: u8, frequency: u32) -> f32 {
        let place = usize::from(length);
        match self.few[place].get(frequency.wrapping_sub(1) as usize) {
            Some(share) => *share,
            None => share(frequency as f32, self.norms[place]),
        }
    }

    /// What [`share()`] has to know of a document's length.
    pub fn norm(&self, length: u8) -> f32 {
        self.norms[usize::from(length)]
    }
}

/// The share of a term that stands so often where a length takes `norm` away:
/// 0 where it does not stand.
pub fn share(frequency: f32, norm: f32) -> f32 {
    frequency / (frequency + norm)
}

#[cfg(test)]
mod tests {
    use tantivy::query::Bm25Weight;

    use super::{Saturation, share, weight};

    #[test]
    fn scores_are_those_of_tantivy_to_the_last_bit() {
        for (having, documents, average) in [(0, 1, 1.0), (3, 70, 6.25), (40_000, 107_784, 41.7)] {
            let theirs = Bm25Weight::for_one_term_without_explain(having, documents, average);
            let theirs = theirs.boost_by(0.45);
            let saturation = Saturation::of(average);
            let weight = weight(having, documents) * 0.45;
            for length in 0..=u8::MAX {
                for frequency in [1, 2, 4, 5, 250, 1_000_000] {
                    let ours = weight * saturation.share(length, frequency);
                    assert_eq!(ours, theirs.score(length, frequency));
                    let norm = saturation.norm(length);
                    assert_eq!(ours, weight * share(frequency as f32, norm));
                }
            }
        }
    }
}
