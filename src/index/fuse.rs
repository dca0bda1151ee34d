//! Two scores of the same chunks made into one.
//!
//! A convex combination of min-max normalised scores: Bruch, Gai and Ingber,
//! "An Analysis of Fusion Functions for Hybrid Retrieval", arXiv 2210.11934.

/// The fused scores, each 0 to 1, of candidates whose `words` and `vectors`
/// scores stand at the same place: `alpha` of the one and the rest of the
/// other, each stretched to 0 to 1 over all candidates.
///
/// Where all scores of a list are the same, that list counts as 0 for
/// everyone.
pub fn convex(words: &[f32], vectors: &[f32], alpha: f32) -> Vec<f32> {
    let alpha = alpha.clamp(0.0, 1.0);
    stretch(words)
        .zip(stretch(vectors))
        .map(|(words, vectors)| alpha * words + (1.0 - alpha) * vectors)
        .collect()
}

fn stretch(scores: &[f32]) -> impl Iterator<Item = f32> {
    let least = scores.iter().copied().fold(f32::INFINITY, f32::min);
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let width = most - least;
    scores.iter().map(move |score| {
        if width > 0.0 {
            (score - least) / width
        } else {
            0.0
        }
    })
}

#[cfg(test)]
mod tests {
    use super::convex;

    #[test]
    fn each_list_is_stretched_before_it_is_weighed() {
        let fused = convex(&[10.0, 0.0, 5.0], &[0.2, 0.6, 0.4], 0.4);
        for (is, should) in fused.iter().zip([0.4, 0.6, 0.5]) {
            assert!((is - should).abs() < 1e-6, "{fused:?}");
        }
    }

    #[test]
    fn a_list_without_differences_says_nothing() {
        assert_eq!(convex(&[0.0, 0.0], &[0.1, 0.9], 0.5), [0.0, 0.5]);
        assert!(convex(&[], &[], 0.5).is_empty());
    }
}
