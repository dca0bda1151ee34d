//! What a chunk's page says for it.
//!
//! Pure. A page with several sections about what is looked for is more often
//! the right one than a page with a single one, and then its best section is
//! the right section.

use crate::index::vector;

/// What a page's sections count for beside a chunk's own score. Measured: half
/// and twice as much find nearly the same.
const SHARE: f32 = 0.2;
/// How many of a page's best chunks count: a long page must not win by its
/// length. Each counts for less than the one before: the whole, a half, a
/// third.
const COUNTED: usize = 3;

/// `scores`, none below 0, each with the share of its page added: the chunks
/// for which `page` gives the same stand side by side.
pub fn shared<P: PartialEq>(scores: &[f32], page: impl Fn(usize) -> P) -> Vec<f32> {
    let mut with_share = Vec::with_capacity(scores.len());
    while with_share.len() < scores.len() {
        let from = with_share.len();
        let same = (from..scores.len()).take_while(|place| page(*place) == page(from));
        let own = &scores[from..from + same.count()];
        let best = vector::top(own, COUNTED).into_iter();
        let counted = best
            .zip([1.0, 2.0, 3.0])
            .map(|(place, rank)| own[place] / rank);
        let share = SHARE * counted.sum::<f32>();
        with_share.extend(own.iter().map(|score| score + share));
    }
    with_share
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn of_equal_chunks_that_of_the_better_page_wins() {
        let pages = ["a", "b", "b", "c"];
        let scores = shared(&[3.0, 3.0, 2.0, 1.0], |place| pages[place]);
        let expected = [3.6, 3.8, 2.8, 1.2];
        for (is, should) in scores.iter().zip(expected) {
            assert!((is - should).abs() < 1e-6, "{scores:?}");
        }
        assert!(shared(&[], |place| place).is_empty());
    }

    #[test]
    fn a_page_gains_nothing_by_its_length() {
        let share = |count: usize| shared(&vec![1.0; count], |_| 0)[0];
        assert!((share(3) - share(300)).abs() < 1e-6);
    }
}
