//! Questions that a book asks by itself, proposed for a file of questions.
//!
//! Takes a site, gives proposals in a fixed order, each once, with the pages
//! and anchors that answer it. They are proposals: an author reads them.

mod headings;
mod links;

use std::collections::HashMap;

use crate::answer::words;
use crate::index::{Language, tokens};
use crate::site::{Page, Site};

/// From how many places on a wording is no question but a habit of the book.
const HABIT: usize = 4;

/// Where a proposal comes from: the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An entry of a list of frequent questions.
    Faq,
    /// A heading or title.
    Heading,
    /// The text of a link, in other words than its target's heading.
    Link,
    /// An old address, in other words than the page has today.
    Redirect,
}

impl Origin {
    /// The group's name in a file of questions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Faq => "faq",
            Self::Heading => "heading",
            Self::Link => "link",
            Self::Redirect => "redirect",
        }
    }
}

/// A question with what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What a reader might type.
    pub question: String,
    /// Paths in the content folder, with anchors.
    pub expect: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What `site` asks by itself; `language` is the book's, a BCP 47 tag.
pub fn mine(site: &Site, language: &str) -> Vec<Proposal> {
    let mut found = Vec::new();
    let language = Language::of(language);
    for page in site.pages.iter().filter(|page| page.searched && !page.made) {
        found.extend(headings::of(page, language.is_english()));
        found.extend(links::of(site, page, &language));
    }
    found.extend(links::redirects(site, &language));
    joined(found)
}

/// Each question once, with everything that answers it; what stands for too
/// many places is left out.
fn joined(mut found: Vec<Proposal>) -> Vec<Proposal> {
    found.sort_by_key(|proposal| proposal.origin);
    let mut places: HashMap<Vec<String>, usize> = HashMap::new();
    let mut all: Vec<Proposal> = Vec::new();
    for proposal in found {
        match places.get(&key(&proposal.question)) {
            Some(at) => {
                let known = &mut all[*at].expect;
                let new = proposal.expect.into_iter();
                let new: Vec<String> = new.filter(|place| !known.contains(place)).collect();
                known.extend(new);
            }
            None => {
                places.insert(key(&proposal.question), all.len());
                all.push(proposal);
            }
        }
    }
    all.retain(|proposal| proposal.expect.len() < HABIT);
    all
}

/// What two wordings of the same question share.
fn key(question: &str) -> Vec<String> {
    let tokens = tokens::words(question).into_iter();
    tokens.map(|token| token.text).collect()
}

/// Whether `text` says something that the page's title and the heading of its
/// section at `anchor` do not.
fn is_news(text: &str, page: &Page, anchor: Option<&str>, language: &Language) -> bool {
    let mut known = words::stems(&page.title, language);
    let sections = &page.document.sections;
    let section = anchor.and_then(|anchor| sections.iter().find(|one| one.anchor == anchor));
    known.extend(
        section
            .map(|section| words::stems(&section.title, language))
            .unwrap_or_default(),
    );
    words::content(text, language)
        .iter()
        .any(|word| !known.contains(word))
}

/// The place of a section as an author would write it.
fn place(page: &Page, anchor: Option<&str>) -> String {
    match anchor.unwrap_or_default() {
        "" => page.source.path.clone(),
        anchor => format!("{}#{anchor}", page.source.path),
    }
}

/// The proposals as a file of questions in YAML.
pub fn yaml(proposals: &[Proposal]) -> String {
    let mut out =
        "# Proposed by `docent eval --mine`. Read them: take out what nobody would ask,\n\
         # reword what only the book would say, and add questions that must be refused:\n\
         #   - question: \"What is the capital of France?\"\n\
         #     refuse: true\n"
            .to_owned();
    if proposals.is_empty() {
        out.push_str("questions: []\n");
        return out;
    }
    out.push_str("questions:\n");
    for proposal in proposals {
        let expect: Vec<String> = proposal.expect.iter().map(|place| quoted(place)).collect();
        out.push_str(&format!(
            "  - question: {}\n    expect: [{}]\n    group: {}\n",
            quoted(&proposal.question),
            expect.join(", "),
            proposal.origin.name()
        ));
    }
    out
}

/// The proposals as lines of JSON.
pub fn json_lines(proposals: &[Proposal]) -> String {
    let line = |proposal: &Proposal| {
        let value = serde_json::json!({
            "question": proposal.question,
            "expect": proposal.expect,
            "group": proposal.origin.name(),
        });
        format!("{value}\n")
    };
    proposals.iter().map(line).collect()
}

/// Text between quotation marks, as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Origin, Proposal, joined};

    fn proposal(question: &str, expect: &str, origin: Origin) -> Proposal {
        Proposal {
            question: question.to_owned(),
            expect: vec![expect.to_owned()],
            origin,
        }
    }

    #[test]
    fn a_question_comes_once_and_a_habit_never() {
        let mut found = vec![
            proposal("pour hot water", "b.md", Origin::Link),
            proposal("Pour hot water?", "a.md", Origin::Faq),
            proposal("pour hot water", "b.md", Origin::Redirect),
        ];
        found.extend((0..4).map(|n| proposal("What's next?", &format!("{n}.md"), Origin::Heading)));
        let all = joined(found);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].question, "Pour hot water?");
        assert_eq!(all[0].expect, ["a.md", "b.md"]);
    }
}
