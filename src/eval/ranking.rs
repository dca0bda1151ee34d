//! The measures of one ranked list.
//!
//! Pure. A list is told by the places, from 1, at which something expected
//! stands. What is expected counts once, so no measure exceeds 1.

use super::Expected;

/// The list in which places are counted: the hits as they are or, where whole
/// pages are expected, the pages in the order of their first hits.
pub fn list<'h>(
    hits: impl IntoIterator<Item = (&'h str, &'h str)>,
    expected: &[Expected],
) -> Vec<(&'h str, &'h str)> {
    let by_page = expected.iter().all(|one| one.anchor.is_none());
    let mut list: Vec<(&str, &str)> = Vec::new();
    for (page, anchor) in hits {
        if !by_page || list.iter().all(|(known, _)| *known != page) {
            list.push((page, anchor));
        }
    }
    list
}

/// At which places of `hits`, pages with anchors and the best first, the
/// `expected` sections stand, in order. A hit answers at most one of them, and
/// a section before a page.
pub fn places<'h>(
    hits: impl IntoIterator<Item = (&'h str, &'h str)>,
    expected: &[Expected],
) -> Vec<usize> {
    let mut open: Vec<&Expected> = expected.iter().collect();
    open.sort_by_key(|one| one.anchor.is_none());
    let mut places = Vec::new();
    for (place, (page, anchor)) in (1..).zip(hits) {
        if let Some(at) = open.iter().position(|one| one.is(page, anchor)) {
            open.remove(at);
            places.push(place);
        }
    }
    places
}

/// 1 when something expected is among the first `most`, else 0.
pub fn hit(places: &[usize], most: usize) -> f64 {
    f64::from(u8::from(places.iter().any(|place| *place <= most)))
}

/// One over the first place; 0 without one (Voorhees, "The TREC-8 Question
/// Answering Track Report", 1999).
pub fn reciprocal_rank(places: &[usize]) -> f64 {
    places.iter().min().map_or(0.0, |place| 1.0 / float(*place))
}

/// The normalised discounted cumulative gain over the first `most` places when
/// `expected` sections are right: each gains 1 over the binary logarithm of
/// its place and one, beside what they would gain at the top (Järvelin and
/// Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002).
pub fn ndcg(places: &[usize], expected: usize, most: usize) -> f64 {
    let gain = |place: usize| 1.0 / (float(place) + 1.0).log2();
    let best: f64 = (1..=expected.min(most)).map(gain).sum();
    let places = places.iter().filter(|place| **place <= most);
    let gained: f64 = places.map(|place| gain(*place)).sum();
    if best > 0.0 { gained / best } else { 0.0 }
}

/// A count as a number that can be divided.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of questions and places are far below 2^52"
)]
pub fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{hit, list, ndcg, places, reciprocal_rank};
    use crate::eval::Expected;

    fn expected(page: &str, anchor: Option<&str>) -> Expected {
        Expected {
            page: page.to_owned(),
            anchor: anchor.map(str::to_owned),
        }
    }

    fn close(is: f64, should: f64) {
        assert!((is - should).abs() < 1e-9, "{is} is not {should}");
    }

    #[test]
    fn the_measures_are_those_computed_by_hand() {
        // 1 / log2(3) and 1 / log2(5) of 1 + 1 / log2(3).
        close(
            ndcg(&[2, 4], 2, 10),
            (0.630_929_753_571_457 + 0.430_676_558_073_393) / 1.630_929_753_571_457,
        );
        close(ndcg(&[1], 1, 10), 1.0);
        close(ndcg(&[3], 1, 10), 0.5);
        close(ndcg(&[1], 3, 10), 1.0 / 2.130_929_753_571_457);
        close(ndcg(&[11], 1, 10), 0.0);
        close(ndcg(&[], 0, 10), 0.0);
        // Twelve right ones cannot gain more than ten places hold.
        close(ndcg(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 12, 10), 1.0);
        close(reciprocal_rank(&[4, 7]), 0.25);
        close(reciprocal_rank(&[]), 0.0);
        close(hit(&[4, 7], 3), 0.0);
        close(hit(&[4, 7], 5), 1.0);
    }

    #[test]
    fn a_hit_answers_one_expectation_and_a_section_goes_first() {
        let wanted = [
            expected("a", None),
            expected("a", Some("x")),
            expected("b", Some("")),
        ];
        let hits = [
            ("c", ""),
            ("a", "x"),
            ("a", "x"),
            ("a", "y"),
            ("b", "z"),
            ("b", ""),
        ];
        assert_eq!(places(hits, &wanted), [2, 3, 6]);
        assert_eq!(places([("a", "y"), ("a", "x")], &wanted), [1, 2]);
        assert!(places([], &wanted).is_empty());
    }

    #[test]
    fn a_page_has_one_place_where_pages_are_expected() {
        let hits = [("a", ""), ("a", "x"), ("b", "")];
        let pages = [expected("b", None)];
        assert_eq!(places(list(hits, &pages), &pages), [2]);
        let mixed = [expected("b", None), expected("a", Some("x"))];
        assert_eq!(places(list(hits, &mixed), &mixed), [2, 3]);
    }
}
