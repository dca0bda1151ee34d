//! Embeddings side by side in one flat matrix, scanned whole.
//!
//! Exact: at the size of documentation a scan takes milliseconds, and an
//! approximate index would only add memory, build time and misses.

use std::ops::Range;

use anyhow::{Result, ensure};

/// How many sums run side by side: two AVX2 registers of `f32`, so that the
/// compiler can use them without reordering a sum.
const LANES: usize = 16;

/// A vector of length one for each chunk, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    dimensions: usize,
    values: Vec<f32>,
}

impl Vectors {
    /// Room for `rows` vectors of `dimensions` numbers, none in it yet.
    pub fn with_capacity(dimensions: usize, rows: usize) -> Self {
        Self {
            dimensions,
            values: Vec::with_capacity(dimensions * rows),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When `vector` has another length or holds what is not a number.
    pub fn push(&mut self, vector: &[f32]) -> Result<()> {
        let (is, should) = (vector.len(), self.dimensions);
        ensure!(
            is == should,
            "an embedding has {is} numbers instead of {should}"
        );
        ensure!(
            vector.iter().all(|value| value.is_finite()),
            "an embedding is not finite"
        );
        self.values.extend_from_slice(vector);
        Ok(())
    }

    /// Adds rows of other vectors, one after the other.
    ///
    /// # Errors
    /// When `rows` is not a number of whole rows.
    pub fn extend(&mut self, rows: &[f32]) -> Result<()> {
        let whole = rows.len().checked_rem(self.dimensions) == Some(0);
        ensure!(whole, "embeddings of {} numbers in all", rows.len());
        self.values.extend_from_slice(rows);
        Ok(())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.dimensions).unwrap_or(0)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The vector of row `row`, when there is such a row.
    pub fn row(&self, row: usize) -> Option<&[f32]> {
        self.rows(row..row.checked_add(1)?)
    }

    /// The vectors of these rows, one after the other, when there are so
    /// many.
    pub fn rows(&self, rows: Range<usize>) -> Option<&[f32]> {
        let place = |row: usize| row.checked_mul(self.dimensions);
        self.values.get(place(rows.start)?..place(rows.end)?)
    }

    /// The cosine of every row with `query`, which has length one and as many
    /// numbers as a row.
    pub fn cosines(&self, query: &[f32]) -> Vec<f32> {
        if self.dimensions == 0 {
            return Vec::new();
        }
        self.values
            .chunks_exact(self.dimensions)
            .map(|row| dot(row, query))
            .collect()
    }
}

/// The sum of the products of two vectors: their cosine when both have length
/// one. The longer one's surplus is passed over.
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    let shared = left.len().min(right.len());
    let (left, right) = (&left[..shared], &right[..shared]);
    let mut sums = [0.0_f32; LANES];
    let (left_lanes, right_lanes) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let rest = left_lanes.remainder().iter().zip(right_lanes.remainder());
    let rest: f32 = rest.map(|(left, right)| left * right).sum();
    for (left, right) in left_lanes.zip(right_lanes) {
        for lane in 0..LANES {
            sums[lane] += left[lane] * right[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// The places of the `count` highest `scores`, best first, equal ones in
/// order.
pub fn top(scores: &[f32], count: usize) -> Vec<usize> {
    top_among((0..scores.len()).collect(), scores, count)
}

/// The same of some `places` only.
pub fn top_among(mut places: Vec<usize>, scores: &[f32], count: usize) -> Vec<usize> {
    let by_score = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then_with(|| a.cmp(b));
    if count < places.len() {
        if count > 0 {
            places.select_nth_unstable_by(count - 1, by_score);
        }
        places.truncate(count);
    }
    places.sort_unstable_by(by_score);
    places
}

#[cfg(test)]
mod tests {
    use super::{Vectors, dot, top};

    #[test]
    fn dot_is_the_sum_of_products_at_any_length() {
        for length in [0, 1, 15, 16, 17, 384] {
            let left: Vec<f32> = (0..length).map(|n| n as f32).collect();
            let right = vec![2.0; length];
            let expected: f32 = left.iter().sum::<f32>() * 2.0;
            assert!((dot(&left, &right) - expected).abs() < 1.0, "{length}");
        }
    }

    #[test]
    fn the_nearest_row_comes_first() {
        let mut vectors = Vectors::with_capacity(2, 3);
        for row in [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]] {
            vectors.push(&row).unwrap();
        }
        assert_eq!(top(&vectors.cosines(&[0.0, 1.0]), 2), [1, 2]);
        assert_eq!(vectors.row(2), Some(&[0.6, 0.8][..]));
        assert_eq!(vectors.row(3), None);
    }

    #[test]
    fn rows_of_another_length_or_without_numbers_are_refused() {
        let mut vectors = Vectors::with_capacity(2, 1);
        assert!(vectors.push(&[1.0]).is_err());
        assert!(vectors.push(&[f32::NAN, 1.0]).is_err());
        assert!(vectors.is_empty());
    }

    #[test]
    fn top_keeps_order_among_equals() {
        assert_eq!(top(&[1.0, 3.0, 3.0, 2.0], 3), [1, 2, 3]);
        assert_eq!(top(&[1.0], 5), [0]);
        assert!(top(&[1.0], 0).is_empty());
    }
}
