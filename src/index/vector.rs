//! Embeddings side by side in one flat matrix of bytes, scanned whole.
//!
//! Nothing is left out of a scan: at the size of documentation it takes
//! milliseconds, and an approximate index would only add memory, build time
//! and misses. What bounds it is memory, so a number takes one byte: a quarter
//! of the bytes to hold and to read, for an error below that of the models.
//! Products are summed as integers, so the compiler may sum them side by side
//! and every machine comes to the same cosine.

use std::ops::Range;

use anyhow::{Result, ensure};
use rayon::prelude::*;

/// The largest number that a byte of a row holds, in either direction.
const MOST: f32 = i8::MAX as f32;
/// How many rows a thread scans before it asks for more: about as long as the
/// asking takes, many times over.
const ROWS_AT_ONCE: usize = 4096;

/// A vector of length one for each chunk, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    dimensions: usize,
    values: Vec<i8>,
    /// What a step of a row's bytes is worth.
    scales: Vec<f32>,
}

/// Some rows of [`Vectors`], as they lie there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RawRows<'a> {
    /// The numbers of all rows, in steps of their row's scale.
    pub values: &'a [i8],
    /// What a step is worth in each row.
    pub scales: &'a [f32],
}

impl Vectors {
    /// Room for `rows` vectors of `dimensions` numbers, none in it yet.
    pub fn with_capacity(dimensions: usize, rows: usize) -> Self {
        Self {
            dimensions,
            values: Vec::with_capacity(dimensions * rows),
            scales: Vec::with_capacity(rows),
        }
    }

    /// Adds a row, each number rounded to a step of 127th of the largest.
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
        let scale = largest(vector) / MOST;
        // A vector of nothing but zeros, or next to it, has no direction.
        let steps = if scale > f32::MIN_POSITIVE {
            1.0 / scale
        } else {
            0.0
        };
        let steps = vector.iter().map(|value| (value * steps).round() as i8);
        self.values.extend(steps);
        self.scales.push(scale);
        Ok(())
    }

    /// Adds rows of other vectors, one after the other.
    ///
    /// # Errors
    /// When `rows` are not whole rows of this length, or a scale is no number.
    pub fn extend(&mut self, rows: RawRows<'_>) -> Result<()> {
        let (is, count) = (rows.values.len(), rows.scales.len());
        ensure!(
            is == self.dimensions * count,
            "{count} embeddings have {is} numbers in all"
        );
        ensure!(
            rows.scales.iter().all(|scale| scale.is_finite()),
            "an embedding is not finite"
        );
        self.values.extend_from_slice(rows.values);
        self.scales.extend_from_slice(rows.scales);
        Ok(())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// The vector of row `row`, when there is such a row.
    pub fn row(&self, row: usize) -> Option<RawRows<'_>> {
        self.rows(row..row.checked_add(1)?)
    }

    /// The vectors of these rows, when there are so many.
    pub fn rows(&self, rows: Range<usize>) -> Option<RawRows<'_>> {
        let place = |row: usize| row.checked_mul(self.dimensions);
        Some(RawRows {
            values: self.values.get(place(rows.start)?..place(rows.end)?)?,
            scales: self.scales.get(rows)?,
        })
    }

    /// The cosine of every row with `query`, which has length one and as many
    /// numbers as a row.
    pub fn cosines(&self, query: &[f32]) -> Vec<f32> {
        let query = Probe::of(query);
        let mut cosines = vec![0.0; self.len()];
        if self.dimensions > 0 {
            let values = self.values.par_chunks(self.dimensions * ROWS_AT_ONCE);
            let scales = self.scales.par_chunks(ROWS_AT_ONCE);
            let told = cosines.par_chunks_mut(ROWS_AT_ONCE);
            told.zip(values.zip(scales))
                .for_each(|(told, (values, scales))| {
                    let rows = values.chunks_exact(self.dimensions).zip(scales);
                    for (told, (row, scale)) in told.iter_mut().zip(rows) {
                        *told = query.cosine(row, *scale);
                    }
                });
        }
        cosines
    }

    /// The same of one row, when there is such a row.
    pub fn cosine(&self, row: usize, query: &[f32]) -> Option<f32> {
        let RawRows { values, scales } = self.row(row)?;
        Some(Probe::of(query).cosine(values, *scales.first()?))
    }
}

/// What rows are compared with: two bytes for a number, so that next to
/// nothing is lost, and the products fit the instruction that multiplies and
/// adds pairs.
struct Probe {
    values: Vec<i16>,
    scale: f32,
}

impl Probe {
    fn of(vector: &[f32]) -> Self {
        // No sum of products may leave 32 bits, whatever the row; half a step
        // is what rounding adds to a number at most.
        let sum: f32 = vector.iter().map(|value| value.abs()).sum();
        let room = i32::MAX as f32 / -f32::from(i8::MIN) - vector.len() as f32;
        let steps = (f32::from(i16::MAX) / largest(vector)).min(room / sum);
        if !steps.is_finite() || steps <= 0.0 {
            return Self {
                values: vec![0; vector.len()],
                scale: 0.0,
            };
        }
        let values = vector.iter().map(|value| (value * steps).round() as i16);
        Self {
            values: values.collect(),
            scale: 1.0 / steps,
        }
    }

    fn cosine(&self, row: &[i8], scale: f32) -> f32 {
        dot(row, &self.values) as f32 * (scale * self.scale)
    }
}

/// The sum of the products. Written so that the compiler sees pairs of 16-bit
/// numbers multiplied and added into 32 bits, which is one instruction on
/// x86-64 and on ARM.
fn dot(row: &[i8], probe: &[i16]) -> i32 {
    let products = row.iter().zip(probe);
    products
        .map(|(row, probe)| i32::from(*row) * i32::from(*probe))
        .sum()
}

fn largest(vector: &[f32]) -> f32 {
    vector.iter().fold(0.0, |most, value| value.abs().max(most))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Probe, Vectors};
    use crate::index::best::top;

    /// A vector of length one in some direction.
    fn directed(numbers: &[i16]) -> Vec<f32> {
        let norm = numbers.iter().map(|n| f32::from(*n).powi(2)).sum::<f32>();
        let norm = norm.sqrt().max(1.0);
        numbers.iter().map(|n| f32::from(*n) / norm).collect()
    }

    proptest! {
        #[test]
        fn a_cosine_of_bytes_is_that_of_the_numbers_to_the_second_digit(
            (row, query) in (1..700_usize).prop_flat_map(|length| (
                prop::collection::vec(any::<i16>(), length),
                prop::collection::vec(any::<i16>(), length),
            )),
        ) {
            let (row, query) = (directed(&row), directed(&query));
            let exact: f32 = row.iter().zip(&query).map(|(a, b)| a * b).sum();
            let mut vectors = Vectors::with_capacity(row.len(), 1);
            vectors.push(&row).unwrap();
            // Half a step in every place, all in the direction of the query.
            let bound = vectors.scales[0] / 2.0 * (row.len() as f32).sqrt() + 1e-3;
            let cosine = vectors.cosines(&query)[0];
            prop_assert!((cosine - exact).abs() <= bound, "{cosine} {exact}");
            prop_assert_eq!(vectors.cosine(0, &query), Some(cosine));
        }
    }

    #[test]
    fn no_sum_of_products_overflows() {
        for length in [1, 384, 4096] {
            let same = 1.0 / (length as f32).sqrt();
            let mut vectors = Vectors::with_capacity(length, 2);
            vectors.push(&vec![same; length]).unwrap();
            vectors.push(&vec![-same; length]).unwrap();
            let cosines = vectors.cosines(&vec![same; length]);
            assert!((cosines[0] - 1.0).abs() < 1e-3, "{cosines:?}");
            assert!((cosines[1] + 1.0).abs() < 1e-3, "{cosines:?}");
        }
        let probe = Probe::of(&[f32::MAX; 384]);
        assert!(probe.values.iter().all(|value| *value == 0) || probe.scale.is_finite());
    }

    #[test]
    fn the_nearest_row_comes_first() {
        let mut vectors = Vectors::with_capacity(2, 3);
        for row in [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]] {
            vectors.push(&row).unwrap();
        }
        assert_eq!(top(&vectors.cosines(&[0.0, 1.0]), 2), [1, 2]);
        assert_eq!(vectors.row(1).unwrap().values, [0, 127]);
        assert_eq!(vectors.row(3), None);
        assert_eq!(vectors.cosine(3, &[0.0, 1.0]), None);
    }

    #[test]
    fn a_vector_of_zeros_is_near_nothing() {
        let mut vectors = Vectors::with_capacity(2, 2);
        vectors.push(&[0.0, 0.0]).unwrap();
        vectors.push(&[1.0, 0.0]).unwrap();
        assert_eq!(vectors.cosines(&[1.0, 0.0])[0], 0.0);
        assert_eq!(vectors.cosines(&[0.0, 0.0]), [0.0, 0.0]);
    }

    #[test]
    fn rows_of_another_length_or_without_numbers_are_refused() {
        let mut vectors = Vectors::with_capacity(2, 1);
        assert!(vectors.push(&[1.0]).is_err());
        assert!(vectors.push(&[f32::NAN, 1.0]).is_err());
        let mut other = Vectors::with_capacity(3, 1);
        other.push(&[1.0, 0.0, 0.0]).unwrap();
        assert!(vectors.extend(other.rows(0..1).unwrap()).is_err());
        assert!(vectors.is_empty());
        vectors.push(&[0.6, 0.8]).unwrap();
        let mut again = Vectors::with_capacity(2, 1);
        again.extend(vectors.rows(0..1).unwrap()).unwrap();
        assert_eq!(again, vectors);
    }
}
