//! A run and a comparison as tables for people.

use crate::cli::report::plural;
use crate::eval::limits::shown;
use crate::eval::{Comparison, Measure, Record, Run, Value, compare};

/// How many of the questions that missed are shown unless all are wanted.
const MISSED: usize = 10;

/// The measures with their intervals, the groups, and what missed.
pub fn run(run: &Run, all: bool) -> String {
    let records: Vec<&Record> = run.questions.iter().collect();
    let mut out = format!(
        "{}, {}\n\n{:<20}{:>9}   {:<18}{:>9}\n",
        plural(records.len(), "question"),
        how(run),
        "measure",
        "value",
        "95 % interval",
        "questions"
    );
    for measure in Measure::ALL {
        if let Some(value) = measure.value(&records) {
            out.push_str(&row(measure, &value));
        }
    }
    out.push_str(&groups(&records));
    out.push_str(&missed(&records, all));
    out
}

/// What was searched and asked, in words.
fn how(run: &Run) -> String {
    let settings = &run.settings;
    let mut text = match (settings.mode.as_str(), &settings.embedder) {
        ("vector", Some(model)) => format!("searched by meaning ({model})"),
        ("hybrid", Some(model)) => format!("searched by words and meaning ({model})"),
        _ => "searched by words".to_owned(),
    };
    match (&settings.generator, settings.answers) {
        (Some(model), _) => text.push_str(&format!(", answered with {model}")),
        (None, true) => text.push_str(", answered with passages only"),
        (None, false) => {}
    }
    text
}

fn row(measure: Measure, value: &Value) -> String {
    let number = |value| shown(measure, value).replace(" ms", "");
    let name = if measure.is_time() {
        format!("{}, ms", measure.name())
    } else {
        measure.name().to_owned()
    };
    format!(
        "{name:<20}{:>9}   {:<18}{:>9}\n",
        number(value.value),
        format!("{} to {}", number(value.low), number(value.high)),
        value.questions
    )
}

/// A line for each group of questions, when there are several.
fn groups(records: &[&Record]) -> String {
    let mut names: Vec<Option<&str>> = records
        .iter()
        .map(|record| record.group.as_deref())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return String::new();
    }
    let columns = [
        Measure::Hit(1),
        Measure::Hit(5),
        Measure::Mrr,
        Measure::Refusal,
        Measure::FalseRefusal,
    ];
    let columns: Vec<Measure> = columns
        .into_iter()
        .filter(|measure| measure.value(records).is_some())
        .collect();
    let heads: String = columns
        .iter()
        .map(|measure| format!("{:>15}", measure.name()))
        .collect();
    let mut out = format!("\n{:<20}{:>9}{heads}\n", "group", "questions");
    for name in names {
        let own = records
            .iter()
            .filter(|record| record.group.as_deref() == name);
        let own: Vec<&Record> = own.copied().collect();
        let cells: String = columns
            .iter()
            .map(|measure| match measure.value(&own) {
                Some(value) => format!("{:>15}", shown(*measure, value.value)),
                None => format!("{:>15}", "–"),
            })
            .collect();
        out.push_str(&format!(
            "{:<20}{:>9}{cells}\n",
            name.unwrap_or("(none)"),
            own.len()
        ));
    }
    out
}

/// Whether a reader would be ill served.
fn is_miss(record: &Record) -> bool {
    let unfound = !record.expect.is_empty() && record.places.iter().all(|place| *place > 5);
    let answer = record.answer.as_ref();
    unfound
        || answer
            .is_some_and(|answer| answer.refused != record.refuse || !answer.missing.is_empty())
}

fn missed(records: &[&Record], all: bool) -> String {
    let missed: Vec<&&Record> = records.iter().filter(|record| is_miss(record)).collect();
    if missed.is_empty() {
        return String::new();
    }
    let mut out = format!("\nMissed: {}\n", plural(missed.len(), "question"));
    let most = if all { missed.len() } else { MISSED };
    for record in missed.iter().take(most) {
        out.push_str(&format!(
            "  {}\n    {}\n",
            record.question,
            compare::outcome(record, true)
        ));
        if !record.expect.is_empty() {
            let first = record.first.as_deref().unwrap_or("nothing");
            out.push_str(&format!(
                "    expected {}; first came {first}\n",
                record.expect.join(", ")
            ));
        }
        let missing = record.answer.iter().flat_map(|answer| &answer.missing);
        let missing: Vec<String> = missing.map(|phrase| format!("\"{phrase}\"")).collect();
        if !missing.is_empty() {
            out.push_str(&format!("    lacks {}\n", missing.join(", ")));
        }
    }
    if missed.len() > most {
        out.push_str(&format!(
            "  and {} more; `--verbose` shows them all\n",
            missed.len() - most
        ));
    }
    out
}

/// What changed since another run.
pub fn comparison(comparison: &Comparison) -> String {
    let mut out = format!(
        "\n{:<20}{:>9}{:>9}{:>12}   {}\n",
        "since then", "before", "after", "difference", "95 % interval"
    );
    for difference in &comparison.measures {
        let Some(measure) = Measure::from_name(difference.measure) else {
            continue;
        };
        let value = &difference.difference;
        let number = |value: f64| shown(measure, value).replace(" ms", "");
        // Not a number that an interval around 0 would make look like one.
        let sure = if value.low > 0.0 || value.high < 0.0 {
            " *"
        } else {
            ""
        };
        out.push_str(&format!(
            "{:<20}{:>9}{:>9}{:>12}   {} to {}{sure}\n",
            difference.measure,
            number(difference.before),
            number(difference.after),
            signed(&number(value.value)),
            signed(&number(value.low)),
            signed(&number(value.high)),
        ));
    }
    out.push_str("* more than chance: the interval leaves 0 out\n");
    for (name, changes) in [("Better", &comparison.better), ("Worse", &comparison.worse)] {
        if !changes.is_empty() {
            out.push_str(&format!(
                "\n{name}: {}\n",
                plural(changes.len(), "question")
            ));
        }
        for change in changes {
            out.push_str(&format!(
                "  {}\n    {} → {}\n",
                change.question, change.before, change.after
            ));
        }
    }
    out.push_str(&format!(
        "\nAs before: {}",
        plural(comparison.same, "question")
    ));
    for (count, what) in [(comparison.added, "new"), (comparison.removed, "gone")] {
        if count > 0 {
            out.push_str(&format!("; {what}: {count}"));
        }
    }
    out.push('\n');
    out
}

fn signed(number: &str) -> String {
    if number.starts_with('-') {
        number.to_owned()
    } else {
        format!("+{number}")
    }
}
