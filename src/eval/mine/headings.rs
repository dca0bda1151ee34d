//! Questions among a page's headings, titles and entries of frequent
//! questions.
//!
//! Pure. Reads the parsed page, never its Markdown.

use super::{Origin, Proposal, place};
use crate::content::Kind;
use crate::markdown::{Event, Section, Tag, TagEnd, html_words};
use crate::site::Page;

/// The most words of a question.
const LONGEST: usize = 25;
/// What an English question begins with.
const BEGINNINGS: [&str; 17] = [
    "are", "can", "could", "do", "does", "how", "is", "may", "must", "should", "what", "when",
    "where", "which", "who", "why", "will",
];

/// What `page` asks.
pub fn of(page: &Page, is_english: bool) -> Vec<Proposal> {
    let mut found = Vec::new();
    let is_how_to = is_english && page.kind() == Some(Kind::HowTo);
    if is_how_to && let Some(question) = how_do_i(&page.title) {
        found.push(proposal(page, None, question, Origin::Heading));
    }
    let mut faq_level = is_faq(&page.title).then_some(1);
    for section in &page.document.sections {
        let is_top = section.level <= 1;
        if faq_level.is_some_and(|level| section.level <= level && !is_top) {
            faq_level = None;
        }
        let is_entry = faq_level.is_some() && !is_top && word_count(&section.title) > 1;
        if is_entry || is_question(&section.title, is_english) {
            let origin = if is_entry {
                Origin::Faq
            } else {
                Origin::Heading
            };
            let title = asked(&section.title);
            // The page's own title means the page.
            let is_own = section.level > 0 && section.title != page.title;
            let anchor = is_own.then_some(section.anchor.as_str());
            found.push(proposal(page, anchor, title, origin));
        } else if !is_top && is_faq(&section.title) {
            faq_level = Some(section.level);
        }
        let entries = entries(page, section).into_iter();
        found.extend(entries.map(|text| proposal(page, Some(&section.anchor), text, Origin::Faq)));
    }
    found
}

fn proposal(page: &Page, anchor: Option<&str>, question: String, origin: Origin) -> Proposal {
    Proposal {
        question,
        expect: vec![place(page, anchor)],
        origin,
    }
}

fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether a title announces frequent questions.
fn is_faq(title: &str) -> bool {
    let title = title.to_lowercase();
    let has = |part: &str| title.contains(part);
    let word = |word: &str| {
        title
            .split(|c: char| !c.is_alphanumeric())
            .any(|one| one == word)
    };
    word("faq") || word("faqs") || has("frequently asked") || has("questions and answers")
}

fn is_question(title: &str, is_english: bool) -> bool {
    let words = word_count(title);
    let first = title
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let begins = is_english && BEGINNINGS.contains(&first.as_str());
    words <= LONGEST && ((words > 1 && ends_in_question(title)) || (words > 2 && begins))
}

fn ends_in_question(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？'])
}

/// A heading as a reader would ask it.
fn asked(title: &str) -> String {
    let lower = title.to_lowercase();
    match title.get("how to ".len()..) {
        Some(rest) if lower.starts_with("how to ") && !ends_in_question(title) => {
            format!("How do I {rest}?")
        }
        _ => title.to_owned(),
    }
}

/// A title that tells what to do, as the question that it answers: `Check
/// links` gives `How do I check links?`. What begins with a name or a plural
/// tells nothing to do.
fn how_do_i(title: &str) -> Option<String> {
    let (first, rest) = title.trim().split_once(char::is_whitespace)?;
    let lower = first.to_lowercase();
    let is_name = first.chars().skip(1).any(|c| !c.is_lowercase() && c != '-');
    let is_plural = lower.ends_with('s') && !lower.ends_with("ss");
    let is_gerund = lower.ends_with("ing");
    let asks = BEGINNINGS.contains(&lower.as_str()) || ends_in_question(title);
    if is_name || is_plural || is_gerund || asks {
        return None;
    }
    Some(format!("How do I {lower} {}?", rest.trim()))
}

/// The questions that stand in a section as something else than a heading:
/// paragraphs in bold, terms of definition lists and summaries of what can be
/// unfolded.
fn entries(page: &Page, section: &Section) -> Vec<String> {
    let events = &page.document.events[section.events.clone()];
    let mut found = Vec::new();
    for (at, (event, _)) in events.iter().enumerate() {
        let text = match event {
            Event::Start(Tag::DefinitionListTitle) => {
                text_until(events, at, TagEnd::DefinitionListTitle)
            }
            Event::Start(Tag::Strong) if starts_paragraph(events, at) => {
                text_until(events, at, TagEnd::Strong)
            }
            Event::Html(html) if html.contains("<summary") => html_words::words(html),
            _ => continue,
        };
        let words = word_count(&text);
        if ends_in_question(&text) && words > 1 && words <= LONGEST {
            found.push(text);
        }
    }
    found
}

fn starts_paragraph(events: &[(Event<'static>, crate::diagnostic::Span)], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &events[before].0);
    matches!(before, Some(Event::Start(Tag::Paragraph | Tag::Item)))
}

/// The text from the event at `at` to its end.
pub fn text_until(
    events: &[(Event<'static>, crate::diagnostic::Span)],
    at: usize,
    end: TagEnd,
) -> String {
    let mut text = String::new();
    for (event, _) in &events[at..] {
        match event {
            Event::Text(more) | Event::Code(more) => text.push_str(more),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(tag) if *tag == end => break,
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{asked, how_do_i, is_faq, is_question};

    #[test]
    fn a_heading_is_a_question_or_is_not() {
        for title in [
            "What is a chunk?",
            "How to yank",
            "Kann ich das?",
            "Why the tests are slow",
        ] {
            assert!(is_question(title, true), "{title}");
        }
        for title in ["Installation", "What's", "Huh?", "Do not"] {
            assert!(!is_question(title, true), "{title}");
        }
        assert!(!is_question("Will man das so", false));
        assert!(is_faq("FAQ") && is_faq("Frequently asked questions") && !is_faq("Faqir"));
    }

    #[test]
    fn a_title_becomes_what_a_reader_would_ask() {
        assert_eq!(asked("How to yank"), "How do I yank?");
        assert_eq!(asked("How to yank?"), "How to yank?");
        let title = |title| how_do_i(title);
        assert_eq!(
            title("Check links in CI").as_deref(),
            Some("How do I check links in CI?")
        );
        assert_eq!(title("Access it").as_deref(), Some("How do I access it?"));
        for name in ["MkDocs plugins", "Versions of it", "HTTP routes", ""] {
            assert_eq!(title(name), None, "{name}");
        }
        assert_eq!(title("Installing docent"), None);
        assert_eq!(title("Links"), None);
    }
}
