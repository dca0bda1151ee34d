//! How sure a figure is: intervals from drawing the questions again.
//!
//! The percentile bootstrap (Efron and Tibshirani, "An Introduction to the
//! Bootstrap", 1993, chapter 13), from a fixed seed: the same values give the
//! same interval on every machine.

use super::ranking::float;

/// How often the questions are drawn.
const DRAWS: usize = 2_000;
/// What is cut off at each end, of 2,000: 2.5 %.
const TAIL: usize = 50;
const SEED: u64 = 0xd0ce_2026;

/// The range that holds the middle 95 % of what `figure` gives for `count`
/// questions drawn with replacement, told by their numbers. Nothing when there
/// is no question or `figure` never gives a number.
pub fn interval(count: usize, figure: &dyn Fn(&[usize]) -> Option<f64>) -> Option<(f64, f64)> {
    if count == 0 {
        return None;
    }
    let mut random = Random(SEED);
    let mut drawn = vec![0; count];
    let mut figures: Vec<f64> = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        drawn.fill_with(|| random.below(count));
        figures.extend(figure(&drawn).filter(|figure| figure.is_finite()));
    }
    figures.sort_by(f64::total_cmp);
    let tail = TAIL * figures.len() / DRAWS;
    let last = figures.len().checked_sub(1)?;
    Some((figures[tail], figures[last - tail]))
}

/// The value under which `share` of the sorted `values` lie, by the nearest
/// rank; nothing without values.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = (share * float(sorted.len())).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let place = (place as usize).clamp(1, sorted.len().max(1));
    sorted.get(place - 1).copied()
}

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, each as likely as the others but for one part
    /// in 2^64 / `bound`.
    fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        usize::try_from(wide >> 64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, float, interval, quantile};

    #[test]
    fn the_numbers_are_those_of_the_paper() {
        let mut random = Random(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    /// 70 of 100: the normal approximation says 0.610 to 0.790.
    #[test]
    fn an_interval_of_a_share_is_about_as_wide_as_the_textbook_says() {
        let mean = |drawn: &[usize]| {
            let right = drawn.iter().filter(|number| **number < 70).count();
            Some(float(right) / float(drawn.len()))
        };
        let (low, high) = interval(100, &mean).unwrap();
        assert!(
            (low - 0.61).abs() < 0.015 && (high - 0.79).abs() < 0.015,
            "{low} {high}"
        );
        assert_eq!(interval(100, &mean), Some((low, high)));
        assert_eq!(interval(0, &mean), None);
        assert_eq!(interval(5, &|_| None), None);
        assert_eq!(interval(5, &|_| Some(1.0)), Some((1.0, 1.0)));
    }

    #[test]
    fn quantiles_are_values_that_are_there() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(10.0));
        assert_eq!(quantile(&values, 0.95), Some(19.0));
        assert_eq!(quantile(&values[..1], 0.95), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
