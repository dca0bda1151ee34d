//! Limits that a run must keep, as `hit@5=0.95` or in the file of questions.
//!
//! Pure. A limit on something that was not measured is broken: a check that
//! never looks must not pass.

use super::measure::Measure;
use super::record::Run;
use crate::diagnostic::suggest;

/// What a measure must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Which measure.
    pub measure: Measure,
    /// Which side it must stay on.
    pub bound: Bound,
}

/// A side and its end, which is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// No less than this.
    Min(f64),
    /// No more than this.
    Max(f64),
}

/// The limit on the measure of this name.
///
/// # Errors
/// What is wrong, and what to do about it.
pub fn limit(is_min: bool, measure: &str, number: &str) -> Result<Limit, (String, String)> {
    let names = Measure::ALL.map(Measure::name);
    let Some(measure) = Measure::from_name(measure.trim()) else {
        let help = match suggest::nearest(measure, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("measures: {}", names.join(", ")),
        };
        return Err((format!("no measure is called `{measure}`"), help));
    };
    let name = measure.name();
    let wrong = |message: String| {
        let help = if measure.is_time() {
            format!("write milliseconds: `{name}=25`")
        } else {
            format!("write a share from 0 to 1: `{name}=0.95`")
        };
        Err((message, help))
    };
    let Ok(number) = number.trim().parse::<f64>() else {
        return wrong(format!("the limit of `{name}` is no number"));
    };
    let fits = number >= 0.0 && (number <= 1.0 || (measure.is_time() && number.is_finite()));
    if !fits {
        return wrong(format!("{number} is no value of `{name}`"));
    }
    let bound = if is_min {
        Bound::Min(number)
    } else {
        Bound::Max(number)
    };
    Ok(Limit { measure, bound })
}

/// Reads `hit@5=0.95`.
///
/// # Errors
/// As [`limit`].
pub fn typed(is_min: bool, text: &str) -> Result<Limit, (String, String)> {
    let Some((measure, number)) = text.split_once('=') else {
        let message = format!("`{text}` is no limit");
        return Err((
            message,
            "write a measure and a number: `hit@5=0.95`".to_owned(),
        ));
    };
    limit(is_min, measure, number)
}

/// `own` limits with those `typed`, which go before them.
pub fn joined(own: &[Limit], typed: Vec<Limit>) -> Vec<Limit> {
    let same = |one: &Limit, other: &Limit| {
        let side = std::mem::discriminant(&one.bound) == std::mem::discriminant(&other.bound);
        side && one.measure == other.measure
    };
    let kept = own
        .iter()
        .filter(|one| !typed.iter().any(|other| same(one, other)));
    let mut all: Vec<Limit> = kept.copied().collect();
    all.extend(typed);
    all
}

/// What `run` does not keep of `limits`, in words: one line for each, with
/// what helps where something was not measured.
pub fn broken(run: &Run, limits: &[Limit]) -> Vec<(String, Option<String>)> {
    let records: Vec<_> = run.questions.iter().collect();
    let mut broken = Vec::new();
    for limit in limits {
        let name = limit.measure.name();
        let Some(value) = limit.measure.value(&records).map(|value| value.value) else {
            let help = format!("it takes {}", limit.measure.needs());
            broken.push((
                format!("{name} has a limit and was not measured"),
                Some(help),
            ));
            continue;
        };
        let shown = shown(limit.measure, value);
        match limit.bound {
            Bound::Min(least) if value < least => {
                broken.push((format!("{name} is {shown}, under {least}"), None));
            }
            Bound::Max(most) if value > most => {
                broken.push((format!("{name} is {shown}, over {most}"), None));
            }
            _ => {}
        }
    }
    broken
}

/// A value as people read it.
pub fn shown(measure: Measure, value: f64) -> String {
    if measure.is_time() {
        format!("{value:.1} ms")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Limit, Measure, joined, typed};

    #[test]
    fn a_limit_is_read_or_its_fault_is_said() {
        let limit = |text| typed(true, text);
        assert_eq!(
            limit("HIT@5 = 0.95"),
            Ok(Limit {
                measure: Measure::Hit(5),
                bound: Bound::Min(0.95)
            })
        );
        assert!(typed(false, "search-p95=25").is_ok());
        for (text, part) in [
            ("hit@5", "is no limit"),
            ("hit@4=1", "did you mean"),
            ("hit@5=high", "is no number"),
            ("hit@5=95", "0 to 1"),
            ("hit@5=NaN", "0 to 1"),
            ("search-p95=inf", "milliseconds"),
            ("search-p95=-1", "milliseconds"),
        ] {
            let (message, help) = limit(text).unwrap_err();
            assert!(
                format!("{message}; {help}").contains(part),
                "{message}; {help}"
            );
        }
    }

    #[test]
    fn what_is_typed_goes_before_the_file() {
        let of = |is_min, text| typed(is_min, text).unwrap();
        let own = [
            of(true, "mrr=0.5"),
            of(false, "mrr=0.9"),
            of(true, "hit@1=0.5"),
        ];
        let all = joined(&own, vec![of(true, "mrr=0.7")]);
        assert_eq!(all, [own[1], own[2], of(true, "mrr=0.7")]);
    }
}
