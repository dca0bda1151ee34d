//! mdBook's `SUMMARY.md`, read: parts and chapters with the paths they name.
//!
//! The grammar is mdBook's: parts are headings, chapters are nested lists of
//! links, an empty address is a draft, links outside lists are unnumbered.

use super::resolve::is_external;
use super::url;
use crate::config::Dialect;
use crate::content::Source;
use crate::diagnostic::{Diagnostic, Span};
use crate::markdown::{self, Event, Tag, TagEnd};

/// Lists within lists, at most: navigation is walked by recursion.
const DEPTH: usize = 32;

/// What a summary says, with paths where pages will be.
pub struct Summary {
    /// Parts in order.
    pub parts: Vec<Part>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Summary {
    /// Takes the numbers off the chapters.
    pub fn without_numbers(&mut self) {
        fn visit(chapters: &mut [Chapter]) {
            for chapter in chapters {
                chapter.number.clear();
                visit(&mut chapter.children);
            }
        }
        for part in &mut self.parts {
            visit(&mut part.chapters);
        }
    }
}

/// A part: chapters under one heading or between two rules.
#[derive(Default)]
pub struct Part {
    /// The heading above it.
    pub title: Option<String>,
    /// Its chapters.
    pub chapters: Vec<Chapter>,
}

/// An entry of the summary.
#[derive(Default)]
pub struct Chapter {
    /// The name.
    pub title: String,
    /// A number such as `1.2.`, empty outside lists.
    pub number: String,
    /// The page, relative to the content folder; nothing for a draft.
    pub path: Option<String>,
    /// Where it stands in the summary; empty until its link is read.
    pub span: Span,
    /// The entries under it.
    pub children: Vec<Self>,
}

/// Reads `SUMMARY.md`.
pub fn read(source: &Source) -> Summary {
    let document = markdown::parse(&source.text, source.body, Dialect::plain());
    let mut reader = Reader {
        parts: vec![Part::default()],
        ..Reader::default()
    };
    for (event, span) in &document.events {
        reader.event(event, *span);
    }
    reader.parts.retain(|part| !part.chapters.is_empty());
    if reader.parts.is_empty() {
        let empty = Diagnostic::error("nav/empty", "the summary lists no page")
            .help("list pages as `- [Title](page.md)`, or remove the file");
        reader.problems.push((empty, Span::default()));
    }
    let placed = reader
        .problems
        .into_iter()
        .map(|(diagnostic, span)| diagnostic.at(source.place(span)));
    Summary {
        parts: reader.parts,
        diagnostics: placed.collect(),
    }
}

#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    /// Chapters of the lists that are open, innermost last.
    open: Vec<Vec<Chapter>>,
    /// How many open lists lie deeper than the navigation goes.
    too_deep: usize,
    numbers: Vec<usize>,
    heading: Option<String>,
    link: Option<(String, String, Span)>,
    seen_title: bool,
    problems: Vec<(Diagnostic, Span)>,
}

impl Reader {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Start(Tag::List(_)) => self.open_list(span),
            Event::End(TagEnd::List(_)) => self.close_list(),
            _ if self.too_deep > 0 => {}
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => self.end_heading(*level as u8),
            Event::Start(Tag::Item) => self.open_item(),
            Event::Start(Tag::Link { dest_url, .. }) if self.heading.is_none() => {
                self.link = Some((dest_url.to_string(), String::new(), span));
            }
            Event::End(TagEnd::Link) => self.end_link(),
            Event::Rule => self.parts.push(Part::default()),
            Event::Text(text) | Event::Code(text) => self.text(text, span),
            Event::SoftBreak | Event::HardBreak => self.text(" ", span),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, span: Span) {
        if let Some((_, title, _)) = &mut self.link {
            title.push_str(text);
        } else if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        } else if let Some(chapter) = self.open.last_mut().and_then(|list| list.last_mut())
            && chapter.span == Span::default()
        {
            if chapter.title.is_empty() {
                let diagnostic =
                    Diagnostic::warning("nav/not-a-link", "an entry of the summary is not a link")
                        .help("write it as `[Title](page.md)`, or `[Title]()` for a draft");
                self.problems.push((diagnostic, span));
            }
            chapter.title.push_str(text);
        }
    }

    /// The first heading of level 1 names the file, later ones start parts.
    fn end_heading(&mut self, level: u8) {
        let Some(title) = self.heading.take() else {
            return;
        };
        if level != 1 {
            return;
        }
        let first = self.parts.iter().all(|part| part.chapters.is_empty()) && !self.seen_title;
        self.seen_title = true;
        if !first {
            self.parts.push(Part {
                title: Some(title),
                chapters: Vec::new(),
            });
        }
    }

    fn open_list(&mut self, span: Span) {
        if self.open.len() == DEPTH {
            if self.too_deep == 0 {
                let message = format!("the summary has more than {DEPTH} lists within lists");
                let diagnostic = Diagnostic::error("nav/too-deep", message);
                let diagnostic = diagnostic.help("move the entries to a list further out");
                self.problems.push((diagnostic, span));
            }
            self.too_deep += 1;
            return;
        }
        // Numbers run on from part to part, so the outermost count stays.
        if self.open.is_empty() {
            self.numbers.truncate(1);
            if self.numbers.is_empty() {
                self.numbers.push(0);
            }
        } else {
            self.numbers.push(0);
        }
        self.open.push(Vec::new());
    }

    fn close_list(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(mut chapters) = self.open.pop() else {
            return;
        };
        chapters.retain(|chapter| !chapter.title.is_empty() || !chapter.children.is_empty());
        if self.open.is_empty() {
            if let Some(part) = self.parts.last_mut() {
                part.chapters.extend(chapters);
            }
            return;
        }
        self.numbers.pop();
        if let Some(parent) = self.open.last_mut().and_then(|list| list.last_mut()) {
            parent.children.extend(chapters);
        }
    }

    fn open_item(&mut self) {
        if let Some(number) = self.numbers.last_mut() {
            *number += 1;
        }
        let number = self.numbers.iter().map(|number| format!("{number}."));
        if let Some(list) = self.open.last_mut() {
            list.push(Chapter {
                number: number.collect(),
                ..Chapter::default()
            });
        }
    }

    fn end_link(&mut self) {
        let Some((dest, title, span)) = self.link.take() else {
            return;
        };
        let path = self.path(&dest, span);
        match self.open.last_mut().and_then(|list| list.last_mut()) {
            // Only the first link of an item is the chapter.
            Some(chapter) if chapter.span != Span::default() => {}
            Some(chapter) => {
                chapter.title = title;
                chapter.path = path;
                chapter.span = span;
            }
            None => {
                let chapter = Chapter {
                    title,
                    path,
                    span,
                    ..Chapter::default()
                };
                if let Some(part) = self.parts.last_mut() {
                    part.chapters.push(chapter);
                }
            }
        }
    }

    /// The page that `dest` names, or nothing when it names none.
    fn path(&mut self, dest: &str, span: Span) -> Option<String> {
        let path = url::normal("", &url::decode(dest.split('#').next().unwrap_or_default()));
        if path.is_none() || is_external(dest) {
            let message = format!("the summary lists `{dest}`, which lies outside the book");
            let diagnostic = Diagnostic::error("nav/no-such-page", message)
                .help("list pages of the book, and link to others from them");
            self.problems.push((diagnostic, span));
            return None;
        }
        path.filter(|path| !path.is_empty())
    }
}

/// Every path the parts name, with the name given to it.
pub fn listed(parts: &[Part]) -> Vec<(String, String)> {
    fn visit(chapters: &[Chapter], out: &mut Vec<(String, String)>) {
        for chapter in chapters {
            if let Some(path) = &chapter.path {
                out.push((path.clone(), chapter.title.clone()));
            }
            visit(&chapter.children, out);
        }
    }
    let mut out = Vec::new();
    for part in parts {
        visit(&part.chapters, &mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Chapter, read};
    use crate::content::Source;

    fn source(text: &str) -> Source {
        Source {
            path: "SUMMARY.md".to_owned(),
            shown: "content/SUMMARY.md".to_owned(),
            text: text.into(),
            body: 0,
            meta: crate::content::FrontMatter::default(),
            kind: None,
            pieces: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn lines(chapters: &[Chapter], depth: usize, out: &mut Vec<String>) {
        for chapter in chapters {
            let path = chapter.path.as_deref().unwrap_or("-");
            let indent = "  ".repeat(depth);
            out.push(format!(
                "{indent}{} {} {path}",
                chapter.number, chapter.title
            ));
            lines(&chapter.children, depth + 1, out);
        }
    }

    fn check(text: &str, expected: &[&str], codes: &[&str]) {
        let summary = read(&source(text));
        let mut shown = Vec::new();
        for part in &summary.parts {
            shown.extend(part.title.as_ref().map(|title| format!("# {title}")));
            lines(&part.chapters, 0, &mut shown);
        }
        assert_eq!(shown, expected);
        let found: Vec<_> = summary.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(found, codes);
    }

    #[test]
    fn parts_chapters_and_drafts_are_read_as_mdbook_reads_them() {
        check(
            "# Summary\n\n[Intro](intro.md)\n\n# One\n\n- [A](./a.md)\n  - [B `c`](b/c%20d.md)\n- [D]()\n\n# Two\n\n- [E](e.md)\n\n---\n\n[End](end.md)\n",
            &[
                " Intro intro.md",
                "# One",
                "1. A a.md",
                "  1.1. B c b/c d.md",
                "2. D -",
                "# Two",
                "3. E e.md",
                " End end.md",
            ],
            &[],
        );
    }

    #[test]
    fn an_entry_that_is_no_link_keeps_the_entries_under_it() {
        check(
            "- [A](a.md)\n- Folder\n  - [B](b.md)\n",
            &["1. A a.md", "2. Folder -", "  2.1. B b.md"],
            &["nav/not-a-link"],
        );
    }

    #[test]
    fn what_lies_outside_is_reported() {
        check(
            "- [A](../a.md)\n- [B](https://example.org)\n",
            &["1. A -", "2. B -"],
            &["nav/no-such-page", "nav/no-such-page"],
        );
        check("Some text.\n", &[], &["nav/empty"]);
    }

    #[test]
    fn lists_nest_only_so_far() {
        let text = format!("{}[A](a.md)\n", "- ".repeat(20_000));
        let summary = read(&source(&text));
        assert_eq!(summary.diagnostics[0].code, "nav/too-deep");
    }
}
