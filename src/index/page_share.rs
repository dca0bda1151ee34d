//! What a chunk's page says for it.
//!
//! Pure. A page with several sections about what is looked for is more often
//! the right one than a page with a single one, and then its best section is
//! the right section. And a page that is about it as a whole is more often the
//! right one than a page that comes to speak of it.

/// What a page's sections count for beside a chunk's own score. Measured: half
/// and twice as much find nearly the same.
const SHARE: f32 = 0.2;
/// How many of a page's best chunks count: a long page must not win by its
/// length. Each counts for less than the one before: the whole, a half, a
/// third.
const COUNTED: usize = 3;

/// What a page counts for as a whole beside the cosine of one of its chunks.
/// Measured: a third and three quarters find nearly the same.
const WHOLE: f32 = 0.5;

/// What is added to the cosine of a chunk for its page, all of whose cosines
/// are given: half of their mean, which is the cosine with the page's mean
/// vector but for that vector's length, so a page of many subjects has less.
pub fn of_meaning(cosines: impl Iterator<Item = f32>) -> f32 {
    let (count, sum) = cosines.fold((0.0_f32, 0.0), |(count, sum), cosine| {
        (count + 1.0, sum + cosine)
    });
    WHOLE * sum / count.max(1.0)
}

/// `scores`, none below 0, each with the share of its page added: the chunks
/// for which `page` gives the same stand side by side.
pub fn shared<P: PartialEq>(scores: &[f32], page: impl Fn(usize) -> P) -> Vec<f32> {
    let mut with_share = Vec::with_capacity(scores.len());
    while with_share.len() < scores.len() {
        let from = with_share.len();
        let same = (from..scores.len()).take_while(|place| page(*place) == page(from));
        let own = &scores[from..from + same.count()];
        let counted = best(own).into_iter().zip([1.0, 2.0, 3.0]);
        let share = SHARE * counted.map(|(score, rank)| score / rank).sum::<f32>();
        with_share.extend(own.iter().map(|score| score + share));
    }
    with_share
}

/// The highest of `scores`, highest first; 0 where there are fewer.
fn best(scores: &[f32]) -> [f32; COUNTED] {
    let mut best = [0.0; COUNTED];
    for score in scores {
        let mut lower = *score;
        for kept in &mut best {
            if lower > *kept {
                std::mem::swap(kept, &mut lower);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{best, of_meaning, shared};

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
    fn a_page_about_the_question_as_a_whole_lifts_its_chunks() {
        assert!((of_meaning([0.6, 0.4].into_iter()) - 0.25).abs() < 1e-6);
        assert_eq!(of_meaning(std::iter::empty()), 0.0);
    }

    #[test]
    fn the_best_come_in_order_wherever_they_stand() {
        assert_eq!(best(&[1.0, 4.0, 2.0, 4.0, 3.0]), [4.0, 4.0, 3.0]);
        assert_eq!(best(&[0.5]), [0.5, 0.0, 0.0]);
    }

    #[test]
    fn a_page_gains_nothing_by_its_length() {
        let share = |count: usize| shared(&vec![1.0; count], |_| 0)[0];
        assert!((share(3) - share(300)).abs() < 1e-6);
    }
}
