//! An answer as Markdown, for programs that show text and nothing else.
//!
//! Takes the events of an answer, gives the text that each adds, so that it
//! can be sent as it comes. What the pages and the model say is text: none of
//! it becomes a link, a heading or HTML.

use crate::answer::{Citation, Event, Quote, Sentence};

/// Writes one answer.
pub struct Writer {
    /// In front of the addresses: empty, or the site's root with `/` at its
    /// end.
    base: String,
    sources: Vec<Citation>,
    last: Part,
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Nothing,
    Item,
    Block,
    Sentence,
}

impl Writer {
    /// A writer whose links lead to the site at `base`.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            sources: Vec::new(),
            last: Part::Nothing,
        }
    }

    /// What `event` adds to the text.
    pub fn add(&mut self, event: &Event) -> String {
        match event {
            Event::Understood { question } => {
                self.last = Part::Block;
                format!("Understood as: {}", escaped(question))
            }
            Event::Sources { sources } => {
                self.sources.clone_from(sources);
                String::new()
            }
            Event::Quote(quote) => self.quote(quote),
            Event::Sentence(sentence) => self.sentence(sentence),
            Event::Abstain {
                message,
                nearest,
                contact,
            } => {
                let mut text = self.start(Part::Block).to_owned();
                text.push_str(&escaped(message));
                if !nearest.is_empty() {
                    text.push_str("\n\nNearest sections:\n");
                }
                for near in nearest {
                    text.push_str(&format!("\n- {}", self.named(near)));
                }
                if let Some(contact) = contact {
                    text.push_str(&format!("\n\nAsk instead: <{}>", address(contact)));
                }
                text
            }
            Event::Done { .. } => self.list(),
        }
    }

    fn quote(&mut self, quote: &Quote) -> String {
        let mark = self.mark(quote.citation);
        if quote.code {
            let fence = fence(&quote.text);
            let text = quote.text.trim_end_matches('\n');
            let start = self.start(Part::Block);
            return format!("{start}{fence}\n{text}\n{fence}\n\n{mark}");
        }
        let (part, first, next) = if quote.item {
            (Part::Item, "- ", "  ")
        } else {
            (Part::Block, "> ", "> ")
        };
        let lines: Vec<String> = quote.text.lines().map(escaped).collect();
        let text = lines.join(&format!("  \n{next}"));
        format!("{}{first}{text} {mark}", self.start(part))
    }

    fn sentence(&mut self, sentence: &Sentence) -> String {
        let start = self.start(Part::Sentence);
        let marks = sentence.citations.iter();
        let marks: String = marks
            .map(|number| format!(" {}", self.mark(*number)))
            .collect();
        format!("{start}{}{marks}", escaped(&sentence.text))
    }

    /// What stands between the last part and the next.
    fn start(&mut self, next: Part) -> &'static str {
        let last = std::mem::replace(&mut self.last, next);
        match (last, next) {
            (Part::Nothing, _) => "",
            (Part::Item, Part::Item) => "\n",
            (Part::Sentence, Part::Sentence) => " ",
            _ => "\n\n",
        }
    }

    /// The sources by their numbers.
    fn list(&self) -> String {
        if self.sources.is_empty() {
            return String::new();
        }
        let mut text = if self.last == Part::Nothing {
            "Sources:\n".to_owned()
        } else {
            "\n\nSources:\n".to_owned()
        };
        for source in &self.sources {
            text.push_str(&format!("\n{}. {}", source.number, self.named(source)));
        }
        text
    }

    /// `[1](address)` of the source of that number.
    fn mark(&self, number: usize) -> String {
        let source = self.sources.iter().find(|source| source.number == number);
        let link =
            source.map(|source| format!("[{number}]({}{})", self.base, address(&source.url)));
        link.unwrap_or_default()
    }

    /// `[Page › Section](address)`.
    fn named(&self, citation: &Citation) -> String {
        link(
            &citation.title,
            &citation.heading,
            &self.base,
            &citation.url,
        )
    }
}

/// `[Page › Section](address)`, or with the page alone when both have one
/// name.
pub fn link(title: &str, heading: &str, base: &str, url: &str) -> String {
    let name = if title == heading {
        escaped(title)
    } else {
        escaped(&format!("{title} › {heading}"))
    };
    format!("[{name}]({base}{})", address(url))
}

/// An address that cannot end a link early.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A fence that the code does not hold.
fn fence(code: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in code.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest.max(2) + 1)
}

/// One line of plain text with all that Markdown would take for marks
/// escaped, and nothing else: `snake_case` stays as it is.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let line = line.trim_start();
    let first = line.split_whitespace().next().unwrap_or_default();
    let number = first.strip_suffix(['.', ')']).unwrap_or_default();
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let after = line[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let marks = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '~' => before == '~' || after == '~',
            '&' => after == '#' || after.is_alphabetic(),
            '#' | '>' | '-' | '+' | '=' | '|' => at == 0,
            '.' | ')' => numbered && at == number.len(),
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Writer, escaped, fence};
    use crate::answer::{Citation, Event, Quote, Sentence, Usage};

    fn source(number: usize, heading: &str, url: &str) -> Citation {
        Citation {
            number,
            title: "Feed".to_owned(),
            heading: heading.to_owned(),
            url: url.to_owned(),
        }
    }

    fn quote(text: &str, code: bool, item: bool, citation: usize) -> Event {
        Event::Quote(Quote {
            text: text.to_owned(),
            code,
            item,
            row: false,
            citation,
        })
    }

    fn written(events: &[Event]) -> String {
        let mut writer = Writer::new("http://localhost:3000/");
        events.iter().map(|event| writer.add(event)).collect()
    }

    #[test]
    fn quotes_steps_code_and_sentences_have_links_to_their_sources() {
        let sources = vec![source(1, "Feed", "a b.html"), source(2, "Fish", "c.html#x")];
        let text = written(&[
            Event::Sources { sources },
            quote("Use a *fish*.", false, false, 1),
            quote("Catch it", false, true, 2),
            quote("Give it", false, true, 2),
            quote("feed --fish\n", true, false, 1),
            Event::Sentence(Sentence {
                text: "A fish does.".to_owned(),
                citations: vec![1, 2],
            }),
            Event::Sentence(Sentence {
                text: "Nothing else.".to_owned(),
                citations: vec![],
            }),
            Event::Done {
                usage: Usage::default(),
            },
        ]);
        let one = "[1](http://localhost:3000/a%20b.html)";
        let two = "[2](http://localhost:3000/c.html#x)";
        let expected = format!(
            "> Use a \\*fish\\*. {one}\n\n- Catch it {two}\n- Give it {two}\n\n\
            ```\nfeed --fish\n```\n\n{one}\n\nA fish does. {one} {two} Nothing else.\n\n\
            Sources:\n\n1. [Feed](http://localhost:3000/a%20b.html)\n\
            2. [Feed › Fish](http://localhost:3000/c.html#x)"
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_refusal_names_the_nearest_sections_and_whom_to_ask() {
        let text = written(&[
            Event::Abstain {
                message: "Not here.".to_owned(),
                nearest: vec![source(1, "Fish", "c.html#x")],
                contact: Some("mailto:a@example.org".to_owned()),
            },
            Event::Done {
                usage: Usage::default(),
            },
        ]);
        let expected = "Not here.\n\nNearest sections:\n\n\
            - [Feed › Fish](http://localhost:3000/c.html#x)\n\nAsk instead: <mailto:a@example.org>";
        assert_eq!(text, expected);
    }

    #[test]
    fn text_stays_text() {
        let check = |line, expected| assert_eq!(escaped(line), expected);
        check("a snake_case name", "a snake_case name");
        check("_so_", "\\_so\\_");
        check("[x](javascript:y) <b>", "\\[x\\](javascript:y) \\<b>");
        check("# 1", "\\# 1");
        check("12. twelve 1. one", "12\\. twelve 1. one");
        check("3.5 is more", "3.5 is more");
        check("a & b &amp; c", "a & b \\&amp; c");
        check("2 > 1 - 1", "2 > 1 - 1");
        assert_eq!(fence("a ```` b"), "`````");
    }
}
