//! The best of very many scores.
//!
//! Pure. Equal scores come in the order of their places, so that the same index
//! finds the same.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The places of the `count` highest `scores`, best first, equal ones in
/// order.
pub fn top(scores: &[f32], count: usize) -> Vec<usize> {
    top_where(scores, count, |_| true)
}

/// The same of those places only that `fits` lets through.
pub fn top_where(scores: &[f32], count: usize, fits: impl Fn(usize) -> bool) -> Vec<usize> {
    if count == 0 {
        return Vec::new();
    }
    let guess = likely_least(scores, count);
    let found = guess.map(|guess| best_above(scores, count, Some(guess), &fits));
    // Enough of them are above the guess: then all of the best are.
    let found = found.filter(|found| found.len() == count);
    found.unwrap_or_else(|| best_above(scores, count, None, &fits))
}

/// A number that the `count` highest `scores` probably surpass and few others do,
/// by a look at some; nothing when a look at all costs no more.
fn likely_least(scores: &[f32], count: usize) -> Option<f32> {
    /// How many are looked at.
    const SEEN: usize = 4096;
    /// How many more are expected above it than are wanted: half as many again and
    /// so many of those looked at.
    const SPARE: usize = 8;
    let step = scores.len() / SEEN;
    let rank = 3 * count / (2 * step.max(1)) + SPARE;
    if step < 2 || rank >= SEEN / 4 {
        return None;
    }
    let mut seen: Vec<f32> = scores.iter().step_by(step).copied().collect();
    let (_, least, _) = seen.select_nth_unstable_by(rank, |a, b| b.total_cmp(a));
    Some(*least)
}

/// The places of the `count` highest of the `scores` above `least` that `fits` lets
/// through.
fn best_above(
    scores: &[f32],
    count: usize,
    mut least: Option<f32>,
    fits: impl Fn(usize) -> bool,
) -> Vec<usize> {
    /// So many are passed over at once when none is high enough: few, since one
    /// in sixty is when many are wanted.
    const BLOCK: usize = 16;
    /// So many are kept at least before the lower ones are dropped.
    const LEAST: usize = 64;
    let most = 2 * count.max(LEAST);
    let mut kept: Vec<u64> = Vec::with_capacity(most.min(scores.len()));
    for (block, part) in scores.chunks(BLOCK).enumerate() {
        // What a later place has to surpass, once there are enough.
        if least.is_some_and(|least| higher(part, least) == 0) {
            continue;
        }
        for (place, score) in (block * BLOCK..).zip(part) {
            if least.is_some_and(|least| *score <= least) || !fits(place) {
                continue;
            }
            kept.push(key(*score, place));
            if kept.len() >= most {
                kept.select_nth_unstable(count - 1);
                kept.truncate(count);
                least = Some(scores[place_of(kept[count - 1])]);
            }
        }
    }
    kept.sort_unstable();
    kept.truncate(count);
    kept.into_iter().map(place_of).collect()
}

/// How many of `scores` are higher than `least`: summed up, so that the
/// compiler compares them side by side.
pub fn higher(scores: &[f32], least: f32) -> u32 {
    let higher = scores.iter().map(|score| u32::from(*score > least));
    higher.sum()
}

/// The places of all `scores`, best first, equal ones in order. Nothing is
/// sorted beyond what is asked for.
pub fn ranked(scores: &[f32]) -> impl Iterator<Item = usize> {
    let keys = scores.iter().zip(0..);
    let keys = keys.map(|(score, place)| Reverse(key(*score, place)));
    let mut keys: BinaryHeap<Reverse<u64>> = keys.collect();
    std::iter::from_fn(move || keys.pop().map(|Reverse(key)| place_of(key)))
}

/// A number that is smaller the better a place is: the higher its score, and
/// then the earlier it comes. To compare whole numbers that lie side by side
/// costs a fraction of looking two scores up.
fn key(score: f32, place: usize) -> u64 {
    let bits = score.to_bits();
    // The bits of floats have the order of their numbers, below 0 reversed.
    let falling = if score.is_sign_negative() {
        bits
    } else {
        !bits & (u32::MAX >> 1)
    };
    u64::from(falling) << 32 | place as u64
}

fn place_of(key: u64) -> usize {
    (key & u64::from(u32::MAX)) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ranked, top, top_where};

    proptest! {
        #[test]
        fn the_top_is_the_beginning_of_all_that_fits_in_order(
            scores in prop::collection::vec(-20..20_i8, 0..400),
            count in 0..90_usize,
            odd in any::<bool>(),
        ) {
            let scores: Vec<f32> = scores.into_iter().map(|score| f32::from(score) / 8.0).collect();
            prop_assert_eq!(ranked(&scores).collect::<Vec<_>>(), top(&scores, scores.len()));
            let fits = |place: usize| !odd || place % 2 == 1;
            let mut all: Vec<usize> = (0..scores.len()).filter(|place| fits(*place)).collect();
            all.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            all.truncate(count);
            prop_assert_eq!(top_where(&scores, count, fits), all);
        }

        #[test]
        fn the_top_of_very_many_is_the_same_however_they_lie(
            scores in prop::collection::vec(-20..20_i8, 1..60),
            rare in prop::collection::vec((0..20_000_usize, 0..4000_i16), 0..300),
            count in 0..400_usize,
            every in 1..9_usize,
        ) {
            let common = scores.iter().cycle().map(|score| f32::from(*score) / 8.0);
            let mut scores: Vec<f32> = common.take(20_000).collect();
            for (place, score) in rare {
                scores[place] = f32::from(score) / 8.0;
            }
            let fits = |place: usize| place.is_multiple_of(every);
            let mut all: Vec<usize> = (0..scores.len()).filter(|place| fits(*place)).collect();
            all.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            all.truncate(count);
            prop_assert_eq!(top_where(&scores, count, fits), all);
        }
    }

    #[test]
    fn top_keeps_order_among_equals() {
        assert_eq!(top(&[1.0, 3.0, 3.0, 2.0], 3), [1, 2, 3]);
        assert_eq!(top(&[1.0], 5), [0]);
        assert!(top(&[1.0], 0).is_empty());
    }
}
