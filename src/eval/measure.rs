//! The measures by name, and their values over many questions with how sure
//! they are.
//!
//! Pure. A measure that nothing was asked for has no value, which is not 0.

use serde::Serialize;

use super::ranking::{self, float};
use super::record::Record;
use super::resample::{interval, quantile};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The share of questions with something expected among the first hits.
    Hit(usize),
    /// The mean of one over the place of the first expected hit.
    Mrr,
    /// The mean normalised discounted cumulative gain over ten hits.
    Ndcg,
    /// The share of questions to be refused that were.
    Refusal,
    /// The share of other questions that were refused.
    FalseRefusal,
    /// The share of cited sections that were expected.
    CitationPrecision,
    /// The share of generated sentences that passed the check of their
    /// support.
    Supported,
    /// The share of wanted phrases that answers hold.
    Phrases,
    /// The milliseconds under which so many in a hundred searches end.
    SearchMs(u8),
    /// The same of answers.
    AnswerMs(u8),
}

/// A measure's value over questions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Value {
    /// The value.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many questions it says something of.
    pub questions: usize,
}

/// What one question adds to a measure: something, out of so much.
type Part = (f64, f64);

impl Measure {
    /// All measures, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::Hit(1),
        Self::Hit(3),
        Self::Hit(5),
        Self::Hit(10),
        Self::Mrr,
        Self::Ndcg,
        Self::Refusal,
        Self::FalseRefusal,
        Self::CitationPrecision,
        Self::Supported,
        Self::Phrases,
        Self::SearchMs(50),
        Self::SearchMs(95),
        Self::AnswerMs(50),
        Self::AnswerMs(95),
    ];

    /// The name that people write.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit(1) => "hit@1",
            Self::Hit(3) => "hit@3",
            Self::Hit(5) => "hit@5",
            Self::Hit(_) => "hit@10",
            Self::Mrr => "mrr",
            Self::Ndcg => "ndcg@10",
            Self::Refusal => "refusal",
            Self::FalseRefusal => "false-refusal",
            Self::CitationPrecision => "citation-precision",
            Self::Supported => "supported",
            Self::Phrases => "phrases",
            Self::SearchMs(50) => "search-p50",
            Self::SearchMs(_) => "search-p95",
            Self::AnswerMs(50) => "answer-p50",
            Self::AnswerMs(_) => "answer-p95",
        }
    }

    /// The measure of this name, whatever the case of its letters.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|measure| measure.name().eq_ignore_ascii_case(name))
    }

    /// Whether it is a time in milliseconds; the others are shares, 0 to 1.
    pub fn is_time(self) -> bool {
        matches!(self, Self::SearchMs(_) | Self::AnswerMs(_))
    }

    /// Whether less of it is better.
    pub fn is_better_low(self) -> bool {
        self.is_time() || self == Self::FalseRefusal
    }

    /// What is missing when no question of a file gives it a value.
    pub fn needs(self) -> &'static str {
        match self {
            Self::Hit(_) | Self::Mrr | Self::Ndcg => "questions with `expect`",
            Self::SearchMs(_) => "questions",
            Self::Refusal => "`--ask` and questions with `refuse: true`",
            Self::FalseRefusal | Self::AnswerMs(_) => "`--ask`",
            Self::CitationPrecision => "`--ask` and questions with `expect`",
            Self::Supported => "`--generate` and a language model",
            Self::Phrases => "`--ask` and questions with `phrases`",
        }
    }

    /// What `record` adds; nothing when it has nothing to say.
    fn part(self, record: &Record) -> Option<Part> {
        let share = |is: bool| Some((f64::from(u8::from(is)), 1.0));
        let counts = |some: usize, of: usize| (of > 0).then(|| (float(some), float(of)));
        let expected = record.expect.len();
        let ranked = (expected > 0).then_some(record.places.as_slice());
        let answer = record.answer.as_ref();
        match self {
            Self::Hit(most) => Some((ranking::hit(ranked?, most), 1.0)),
            Self::Mrr => Some((ranking::reciprocal_rank(ranked?), 1.0)),
            Self::Ndcg => Some((ranking::ndcg(ranked?, expected, 10), 1.0)),
            Self::Refusal if record.refuse => share(answer?.refused),
            Self::FalseRefusal if !record.refuse => share(answer?.refused),
            Self::Refusal | Self::FalseRefusal => None,
            Self::CitationPrecision if expected > 0 => counts(answer?.right, answer?.cited.len()),
            Self::CitationPrecision => None,
            Self::Supported => {
                let answer = answer?;
                counts(answer.sentences, answer.sentences + answer.dropped)
            }
            Self::Phrases => {
                let answer = answer?;
                counts(
                    answer.phrases - answer.missing.len().min(answer.phrases),
                    answer.phrases,
                )
            }
            Self::SearchMs(_) => Some((record.search_ms, 1.0)),
            Self::AnswerMs(_) => Some((answer?.ms, 1.0)),
        }
    }

    /// The value over the parts of these numbers.
    fn figure(self, parts: &[Part], numbers: impl Iterator<Item = usize>) -> Option<f64> {
        if let Self::SearchMs(share) | Self::AnswerMs(share) = self {
            let mut times: Vec<f64> = numbers.map(|number| parts[number].0).collect();
            times.sort_by(f64::total_cmp);
            return quantile(&times, f64::from(share) / 100.0);
        }
        let (some, of) = numbers.fold((0.0, 0.0), |(some, of), number| {
            let (more, out_of) = parts[number];
            (some + more, of + out_of)
        });
        (of > 0.0).then(|| some / of)
    }

    /// The value over `records`; nothing when none has anything to say.
    pub fn value(self, records: &[&Record]) -> Option<Value> {
        let parts: Vec<Part> = records
            .iter()
            .filter_map(|record| self.part(record))
            .collect();
        let value = self.figure(&parts, 0..parts.len())?;
        let drawn = |drawn: &[usize]| self.figure(&parts, drawn.iter().copied());
        let (low, high) = interval(parts.len(), &drawn)?;
        Some(Value {
            value,
            low,
            high,
            questions: parts.len(),
        })
    }

    /// By how much the second of each pair is above the first, with the values
    /// of the first and the second; questions of which only one says something
    /// are left out.
    pub fn difference(self, pairs: &[(&Record, &Record)]) -> Option<(f64, f64, Value)> {
        let both = pairs.iter();
        let both = both.filter_map(|(one, other)| Some((self.part(one)?, self.part(other)?)));
        let (before, after): (Vec<Part>, Vec<Part>) = both.unzip();
        let figures = |numbers: &[usize]| {
            let before = self.figure(&before, numbers.iter().copied())?;
            Some((before, self.figure(&after, numbers.iter().copied())?))
        };
        let all: Vec<usize> = (0..before.len()).collect();
        let (old, new) = figures(&all)?;
        let drawn = |drawn: &[usize]| figures(drawn).map(|(before, after)| after - before);
        let (low, high) = interval(before.len(), &drawn)?;
        let value = Value {
            value: new - old,
            low,
            high,
            questions: before.len(),
        };
        Some((old, new, value))
    }
}

#[cfg(test)]
mod tests {
    use super::Measure;
    use crate::eval::{Answered, Record};

    fn record(refuse: bool, places: &[usize], answer: Answered) -> Record {
        let expect = if refuse {
            Vec::new()
        } else {
            vec!["a.html".to_owned(), "b.html".to_owned()]
        };
        Record {
            id: String::new(),
            question: String::new(),
            group: None,
            refuse,
            expect,
            places: places.to_vec(),
            first: None,
            search_ms: 2.0,
            answer: Some(answer),
        }
    }

    fn answer(
        refused: bool,
        cited: usize,
        right: usize,
        phrases: usize,
        missing: usize,
    ) -> Answered {
        Answered {
            refused,
            cited: vec!["a.html".to_owned(); cited],
            right,
            phrases,
            missing: vec!["x".to_owned(); missing],
            sentences: right,
            dropped: phrases,
            ms: 10.0,
        }
    }

    #[test]
    fn every_measure_is_the_one_computed_by_hand() {
        let all = [
            record(false, &[1], answer(false, 3, 2, 2, 1)),
            record(false, &[4, 9], answer(false, 1, 0, 0, 0)),
            record(false, &[], answer(true, 0, 0, 2, 2)),
            record(true, &[], answer(true, 0, 0, 0, 0)),
            record(true, &[], answer(false, 2, 0, 0, 0)),
        ];
        let all: Vec<_> = all.iter().collect();
        let ndcg = (1.0 / 1.630_929_753_571_457
            + (0.430_676_558_073_393 + 1.0 / 10_f64.log2()) / 1.630_929_753_571_457)
            / 3.0;
        for (measure, value, questions) in [
            (Measure::Hit(1), 1.0 / 3.0, 3),
            (Measure::Hit(3), 1.0 / 3.0, 3),
            (Measure::Hit(5), 2.0 / 3.0, 3),
            (Measure::Mrr, 1.25 / 3.0, 3),
            (Measure::Ndcg, ndcg, 3),
            (Measure::Refusal, 0.5, 2),
            (Measure::FalseRefusal, 1.0 / 3.0, 3),
            (Measure::CitationPrecision, 0.5, 2),
            (Measure::Supported, 2.0 / 6.0, 2),
            (Measure::Phrases, 0.25, 2),
            (Measure::SearchMs(50), 2.0, 5),
            (Measure::AnswerMs(95), 10.0, 5),
        ] {
            let is = measure.value(&all).unwrap();
            assert!(
                (is.value - value).abs() < 1e-9,
                "{}: {is:?}, not {value}",
                measure.name()
            );
            assert_eq!(is.questions, questions, "{}", measure.name());
            assert!(
                is.low <= is.value && is.value <= is.high,
                "{}: {is:?}",
                measure.name()
            );
        }
    }

    #[test]
    fn what_was_not_asked_for_has_no_value() {
        let mut silent = record(false, &[1], Answered::default());
        silent.answer = None;
        assert_eq!(Measure::FalseRefusal.value(&[&silent]), None);
        assert_eq!(Measure::Refusal.value(&[&silent]), None);
        assert_eq!(Measure::Hit(1).value(&[]), None);
    }

    #[test]
    fn a_difference_is_told_of_the_same_questions() {
        let worse = record(false, &[2], Answered::default());
        let better = record(false, &[1], Answered::default());
        let refused = record(true, &[], Answered::default());
        let pairs = [(&worse, &better), (&better, &better), (&refused, &refused)];
        let (before, after, value) = Measure::Hit(1).difference(&pairs).unwrap();
        assert_eq!(
            (before, after, value.value, value.questions),
            (0.5, 1.0, 0.5, 2)
        );
        assert_eq!((value.low, value.high), (0.0, 1.0));
    }

    #[test]
    fn names_and_measures_belong_together() {
        for measure in Measure::ALL {
            assert_eq!(
                Measure::from_name(&measure.name().to_uppercase()),
                Some(measure)
            );
        }
        assert_eq!(Measure::from_name("hit@2"), None);
    }
}
