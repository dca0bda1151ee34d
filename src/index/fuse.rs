//! Two scores of the same chunks made into one.
//!
//! A convex combination of min-max normalised scores: Bruch, Gai and Ingber,
//! "An Analysis of Fusion Functions for Hybrid Retrieval", arXiv 2210.11934.

/// The fused scores, each 0 to 1, of candidates whose `words` and `vectors`
/// scores stand at the same place, each stretched to 0 to 1: `alpha` of the one
/// and the rest of the other.
pub fn convex(words: &[f32], vectors: &[f32], alpha: f32) -> Vec<f32> {
    words
        .iter()
        .zip(vectors)
        .map(|(words, vectors)| alpha * words + (1.0 - alpha) * vectors)
        .collect()
}

/// `scores` stretched to 0 to 1; where all are the same they say nothing, and
/// each is 0.
pub fn stretch(scores: &[f32]) -> Vec<f32> {
    let least = scores.iter().copied().fold(f32::INFINITY, f32::min);
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let width = most - least;
    let stretched = scores.iter().map(|score| {
        if width > 0.0 {
            (score - least) / width
        } else {
            0.0
        }
    });
    stretched.collect()
}

/// The same of scores of which some are not known: each of these counts as
/// much as its `other` score, so that what is not known neither helps nor
/// harms it.
pub fn stretch_known(scores: &[Option<f32>], other: &[f32]) -> Vec<f32> {
    let known: Vec<f32> = scores.iter().flatten().copied().collect();
    let mut known = stretch(&known).into_iter();
    let stretched = scores.iter().zip(other).map(|(score, other)| {
        let score = score.and_then(|_| known.next());
        score.unwrap_or(*other)
    });
    stretched.collect()
}

#[cfg(test)]
mod tests {
    use super::{convex, stretch, stretch_known};

    #[test]
    fn each_list_is_stretched_before_it_is_weighed() {
        let words = stretch(&[10.0, 0.0, 5.0]);
        let vectors = stretch(&[0.2, 0.6, 0.4]);
        let fused = convex(&words, &vectors, 0.4);
        for (is, should) in fused.iter().zip([0.4, 0.6, 0.5]) {
            assert!((is - should).abs() < 1e-6, "{fused:?}");
        }
    }

    #[test]
    fn a_list_without_differences_says_nothing() {
        assert_eq!(stretch(&[3.0, 3.0]), [0.0, 0.0]);
        assert!(stretch(&[]).is_empty());
    }

    #[test]
    fn a_score_that_is_not_known_counts_as_much_as_the_other_one() {
        let words = [1.0, 0.0, 0.25];
        let scores = stretch_known(&[None, Some(0.3), Some(0.7)], &words);
        assert_eq!(scores, [1.0, 0.0, 1.0]);
        assert_eq!(stretch_known(&[None, None, None], &words), words);
    }
}
