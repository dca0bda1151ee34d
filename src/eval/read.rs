//! From the text of a file to questions and limits, and what is wrong with
//! them.
//!
//! Takes text, knows no site: whether an expected page exists is seen by
//! [`labels`](super::labels). Never fails; what cannot be read is said and
//! left out.

use std::collections::HashMap;
use std::sync::Arc;

use super::value::{self, Item, Value};
use super::{Label, Question, Set, limits};
use crate::diagnostic::{Diagnostic, Place, suggest};

/// The keys of a question.
pub const KEYS: [&str; 7] = [
    "question", "after", "expect", "refuse", "phrases", "group", "id",
];
/// The keys of a file that is more than a list of questions.
pub const TOP_KEYS: [&str; 3] = ["questions", "min", "max"];
/// What other sets of questions call the same.
pub const OTHER_NAMES: [(&str, &str); 7] = [
    ("query", "question"),
    ("correct_chunks", "expect"),
    ("page", "expect"),
    ("path", "expect"),
    ("anchor", "expect"),
    ("set", "group"),
    ("type", "group"),
];

/// Reads the file of this name: a name that ends in `.jsonl` or `.ndjson`
/// holds one JSON object on each line, any other YAML, of which JSON is a
/// part.
///
/// In lines of JSON, which programs write, keys that mean nothing are passed
/// over; in YAML they are a slip.
pub fn read(path: &str, text: &Arc<str>) -> (Set, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    if path.ends_with(".jsonl") || path.ends_with(".ndjson") {
        let (items, problems) = value::json_lines(path, text);
        reader.problems = problems;
        reader.is_lax = true;
        reader.questions(&items);
    } else {
        match value::yaml(path, text) {
            Ok(item) => reader.file(&item),
            Err(error) => reader.problems.push(error),
        }
    }
    if reader.set.questions.is_empty() && reader.problems.is_empty() {
        let message = format!("`{path}` holds no question");
        reader.problems.push(
            Diagnostic::error("eval/invalid", message)
                .help("`docent eval --mine` proposes some from the book itself"),
        );
    }
    reader.repeats();
    (reader.set, reader.problems)
}

#[derive(Default)]
struct Reader {
    set: Set,
    problems: Vec<Diagnostic>,
    is_lax: bool,
}

type Field = (String, Place, Item);

impl Reader {
    fn invalid(&mut self, at: &Place, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::error("eval/invalid", message);
        self.problems.push(diagnostic.at(at.clone()).help(help));
    }

    fn file(&mut self, item: &Item) {
        match &item.value {
            Value::List(items) => self.questions(items),
            Value::Fields(fields) => {
                self.known(fields, &TOP_KEYS);
                for (name, _, item) in fields {
                    match (name.as_str(), &item.value) {
                        ("questions", Value::List(items)) => self.questions(items),
                        ("questions", _) => {
                            let message =
                                format!("expected a list of questions, not {}", item.what());
                            self.invalid(
                                &item.place,
                                message,
                                "begin each question with `- question: `",
                            );
                        }
                        ("min" | "max", _) => self.limits(name, item),
                        _ => {}
                    }
                }
            }
            _ => {
                let message = format!("expected questions, not {}", item.what());
                self.invalid(
                    &item.place,
                    message,
                    "write a list, each entry with `question` and `expect`",
                );
            }
        }
    }

    fn limits(&mut self, name: &str, item: &Item) {
        let Value::Fields(fields) = &item.value else {
            let message = format!("expected measures with numbers, not {}", item.what());
            return self.invalid(&item.place, message, "write `hit@5: 0.95`");
        };
        for (measure, place, item) in fields {
            let number = match &item.value {
                Value::Text(text) => text.as_str(),
                _ => "",
            };
            match limits::limit(name == "min", measure, number) {
                Ok(limit) => self.set.limits.push(limit),
                Err((message, help)) => self.invalid(place, message, &help),
            }
        }
    }

    fn questions(&mut self, items: &[Item]) {
        for item in items {
            match &item.value {
                Value::Fields(fields) => {
                    let before = self.problems.len();
                    let question = self.question(fields, item);
                    let is_sound = self.problems.len() == before;
                    self.set.questions.extend(question.filter(|_| is_sound));
                }
                _ => {
                    let message = format!("expected a question with its keys, not {}", item.what());
                    self.invalid(&item.place, message, "write `question: …` and `expect: …`");
                }
            }
        }
    }

    fn question(&mut self, fields: &[Field], item: &Item) -> Option<Question> {
        let before = self.problems.len();
        if !self.is_lax {
            self.known(fields, &KEYS);
        }
        let place = fields.first().map_or(&item.place, |(_, place, _)| place);
        let Some(text) = self
            .text(fields, "question")
            .filter(|text| !text.trim().is_empty())
        else {
            self.invalid(
                place,
                "an entry without a question",
                "write what a reader would ask: `question: …`",
            );
            return None;
        };
        let question = Question {
            id: self.text(fields, "id").unwrap_or_else(|| text.clone()),
            after: self.list(fields, "after"),
            expect: self.expected(fields),
            refuse: self.flag(fields, "refuse"),
            phrases: self.list(fields, "phrases"),
            group: self.text(fields, "group"),
            place: place.clone(),
            text,
        };
        // A slip in a key is said once, not again as what it leads to.
        if self.problems.len() == before {
            self.sense(&question, fields);
        }
        Some(question)
    }

    /// What is expected must be something, and not its contrary.
    fn sense(&mut self, question: &Question, fields: &[Field]) {
        let answered = !question.expect.is_empty() || !question.phrases.is_empty();
        if question.refuse && answered {
            let message = "a question that must be refused has nothing to expect";
            self.invalid(
                &question.place,
                message,
                "take `refuse` away, or `expect` and `phrases`",
            );
        } else if !question.refuse && !answered {
            let strange = fields.iter().map(|(name, ..)| name.as_str());
            let near = strange
                .filter(|name| !KEYS.contains(name))
                .find_map(|name| Some((name, suggest::nearest(name, KEYS)?)));
            let help = match near {
                Some((name, near)) => format!("is `{name}` meant as `{near}`?"),
                None => "name the page that answers it with `expect`, or write `refuse: true`"
                    .to_owned(),
            };
            self.invalid(
                &question.place,
                "nothing is expected of this question",
                &help,
            );
        }
    }

    /// `expect`, or a page with its anchor as other sets have them.
    fn expected(&mut self, fields: &[Field]) -> Vec<Label> {
        let mut labels = self.texts(fields, "expect");
        let anchor = fields.iter().find(|(name, ..)| name == "anchor");
        if let Some((
            _,
            _,
            Item {
                value: Value::Text(anchor),
                ..
            },
        )) = anchor
            && let [label] = labels.as_mut_slice()
        {
            label.text = format!("{}#{anchor}", label.text);
        }
        labels
    }

    /// Says which keys nobody reads, and which stand twice.
    fn known(&mut self, fields: &[Field], keys: &[&str]) {
        for (at, (name, place, _)) in fields.iter().enumerate() {
            let other = OTHER_NAMES.iter().any(|(other, _)| other == name);
            if fields[..at].iter().any(|(before, ..)| before == name) {
                let message = format!("`{name}` is given twice");
                self.invalid(place, message, "begin each question with `- `");
            } else if !(keys.contains(&name.as_str()) || (other && keys == KEYS)) {
                let help = match suggest::nearest(name, keys.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known keys: {}", keys.join(", ")),
                };
                let message = format!("unknown key `{name}`");
                self.problems.push(
                    Diagnostic::error("eval/unknown-key", message)
                        .at(place.clone())
                        .help(help),
                );
            }
        }
    }

    fn text(&mut self, fields: &[Field], key: &str) -> Option<String> {
        let item = find(fields, key)?;
        match &item.value {
            Value::Text(text) => Some(text.clone()),
            Value::Nothing => None,
            _ => {
                let message = format!("expected text, not {}", item.what());
                self.invalid(&item.place, message, "put it between quotes");
                None
            }
        }
    }

    fn flag(&mut self, fields: &[Field], key: &str) -> bool {
        match find(fields, key) {
            Some(Item {
                value: Value::Flag(flag),
                ..
            }) => *flag,
            None
            | Some(Item {
                value: Value::Nothing,
                ..
            }) => false,
            Some(item) => {
                let message = format!("expected `true` or `false`, not {}", item.what());
                self.invalid(&item.place, message, "write it without quotes");
                false
            }
        }
    }

    /// The same without their places.
    fn list(&mut self, fields: &[Field], key: &str) -> Vec<String> {
        let texts = self.texts(fields, key).into_iter();
        texts.map(|label| label.text).collect()
    }

    /// One text, or a list of them.
    fn texts(&mut self, fields: &[Field], key: &str) -> Vec<Label> {
        let Some(item) = find(fields, key) else {
            return Vec::new();
        };
        let items = match &item.value {
            Value::Nothing => return Vec::new(),
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(item),
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) if !text.trim().is_empty() => texts.push(Label {
                    text: text.trim().to_owned(),
                    place: item.place.clone(),
                }),
                _ => {
                    let message = format!("expected text, not {}", item.what());
                    self.invalid(&item.place, message, "put it between quotes");
                }
            }
        }
        texts
    }

    /// Runs are compared by the ids of questions, so each must be alone. A
    /// text that stands twice gets a number; an id of the author's own that
    /// does is a slip.
    fn repeats(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for question in &mut self.set.questions {
            let count = seen.entry(question.id.clone()).or_default();
            *count += 1;
            if *count > 1 && question.id != question.text {
                let message = format!("the id `{}` is given twice", question.id);
                let problem = Diagnostic::error("eval/invalid", message).at(question.place.clone());
                self.problems
                    .push(problem.help("give each question an id of its own, or none"));
            } else if *count > 1 {
                question.id = format!("{} ({count})", question.id);
            }
        }
    }
}

/// The value of `key`, under its own name or one of another set.
fn find<'f>(fields: &'f [Field], key: &str) -> Option<&'f Item> {
    let named = |wanted: &str| fields.iter().find(|(name, ..)| name == wanted);
    let others = OTHER_NAMES
        .iter()
        .filter(|(other, of)| *of == key && *other != "anchor");
    let found = named(key).or_else(|| others.map(|(other, _)| *other).find_map(named));
    found.map(|(_, _, item)| item)
}
