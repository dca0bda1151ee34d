//! Which sections of the index a question expects.
//!
//! Takes what the author of a question wrote, asks the site's one resolver
//! what it points at, and finds the chunk that holds it: small sections share
//! one with their neighbours. What leads nowhere is a diagnostic, since a
//! stale label would spoil every measure in silence.

use std::collections::HashMap;

use super::{Label, Question};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, suggest};
use crate::index::Chunks;
use crate::markdown::text::blocks;
use crate::site::{Broken, Page, PageId, Site, Target, resolve};

/// A page, or a section as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The page's address.
    pub page: String,
    /// The anchor of the section's chunks, when one section is meant.
    pub anchor: Option<String>,
}

impl Expected {
    /// Whether the section `anchor` of `page` is what is expected.
    pub fn is(&self, page: &str, anchor: &str) -> bool {
        self.page == page && self.anchor.as_deref().is_none_or(|own| own == anchor)
    }

    /// The same for an address with an anchor or without.
    pub fn is_url(&self, url: &str) -> bool {
        let (page, anchor) = url.split_once('#').unwrap_or((url, ""));
        self.is(page, anchor)
    }

    /// The address, with its anchor.
    pub fn url(&self) -> String {
        match self.anchor.as_deref().unwrap_or_default() {
            "" => self.page.clone(),
            anchor => format!("{}#{anchor}", self.page),
        }
    }
}

/// What labels are looked up in.
pub struct Labels<'a> {
    config: &'a Config,
    site: &'a Site,
    /// The anchors of each page's chunks, in order, each once.
    anchors: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Labels<'a> {
    /// The sections of `chunks`, which are those of `site`.
    pub fn new(config: &'a Config, site: &'a Site, chunks: &'a Chunks) -> Self {
        let mut anchors: HashMap<&str, Vec<&str>> = HashMap::new();
        for chunk in chunks.iter() {
            let known = anchors.entry(chunk.page.as_str()).or_default();
            if !known.contains(&chunk.anchor.as_str()) {
                known.push(&chunk.anchor);
            }
        }
        Self {
            config,
            site,
            anchors,
        }
    }

    /// What each of `questions` expects, each section once.
    ///
    /// # Errors
    /// A problem for each label that leads nowhere.
    pub fn of(&self, questions: &[Question]) -> Result<Vec<Vec<Expected>>, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut all = Vec::with_capacity(questions.len());
        for question in questions {
            let mut expected: Vec<Expected> = Vec::new();
            for label in &question.expect {
                match self.find(label) {
                    Ok(found) if expected.contains(&found) => {}
                    Ok(found) => expected.push(found),
                    Err(problem) => problems.push(problem),
                }
            }
            all.push(expected);
        }
        if problems.is_empty() {
            Ok(all)
        } else {
            Err(problems)
        }
    }

    fn find(&self, label: &Label) -> Result<Expected, Diagnostic> {
        let wrong = |message: String, help: String| {
            let diagnostic = Diagnostic::error("eval/no-such-page", message);
            diagnostic.at(label.place.clone()).help(help)
        };
        let written = self.inside(&label.text);
        let first = PageId(0);
        if self.site.pages.is_empty() {
            return Err(wrong(
                "the book has no page".to_owned(),
                "write one".to_owned(),
            ));
        }
        if written.contains("://") {
            let message = format!("`{written}` is not in the book");
            let help = "write the path of a page, such as `how-to/install.md`";
            return Err(wrong(message, help.to_owned()));
        }
        let mut target = resolve(self.site, first, &format!("/{written}"));
        if matches!(
            target,
            Target::Broken(Broken::NoSuchPage(_) | Broken::Outside)
        ) && let Some(path) = self.in_content(written)
        {
            target = resolve(self.site, first, &format!("/{path}"));
        }
        match target {
            Target::Page { page, anchor } => {
                let page = self.site.page(page);
                let Some(known) = self.anchors.get(page.address.as_str()) else {
                    let message = format!("the search leaves out the page at `{written}`");
                    let help = "expect a page that can be found, or let the search have it";
                    return Err(wrong(message, help.to_owned()));
                };
                let chunk = anchor.and_then(|anchor| chunk_of(page, &anchor, known));
                Ok(Expected {
                    page: page.address.clone(),
                    anchor: chunk,
                })
            }
            Target::Broken(Broken::NoSuchAnchor(page, id)) => {
                let page = self.site.page(page);
                let message = format!("no heading or id `{id}` on `{}`", page.source.shown);
                let ids = page.document.ids.iter().map(String::as_str);
                let help = match suggest::nearest(&id, ids) {
                    Some(near) => format!("did you mean `{}#{near}`?", page.source.path),
                    None => format!("the page has {}", anchors(page)),
                };
                Err(wrong(message, help))
            }
            Target::Asset(path) => {
                let message = format!("`{path}` is no page");
                Err(wrong(
                    message,
                    "name the page that answers the question".to_owned(),
                ))
            }
            Target::Broken(_) | Target::External(_) => {
                let message = format!("no page at `{written}`");
                let path = written.split('#').next().unwrap_or_default();
                let help = match self.site.names().pages.nearest(path) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write the path of a page as seen from the content folder".to_owned(),
                };
                Err(wrong(message, help))
            }
        }
    }

    /// `text` without the address of the published site before it.
    fn inside<'t>(&self, text: &'t str) -> &'t str {
        let site = self.config.html.site_url.as_deref().unwrap_or_default();
        let bare = Some(site.trim_end_matches('/')).filter(|site| !site.is_empty());
        let inside = bare.and_then(|site| text.strip_prefix(site));
        inside.unwrap_or(text).trim_start_matches('/')
    }

    /// A path as seen from the book's folder, seen from the content folder.
    fn in_content<'t>(&self, path: &'t str) -> Option<&'t str> {
        let folder = self.config.src.strip_prefix(&self.config.root).ok()?;
        let rest = path.strip_prefix(&*folder.to_string_lossy())?;
        rest.strip_prefix('/')
    }
}

/// The first anchors of a page, for one that is like none of them.
fn anchors(page: &Page) -> String {
    const SHOWN: usize = 6;
    let sections = page.document.sections.iter();
    let all = sections.filter(|section| !section.anchor.is_empty());
    let mut all: Vec<String> = all
        .map(|section| format!("`#{}`", section.anchor))
        .collect();
    if all.is_empty() {
        return "no headings: leave the anchor out".to_owned();
    }
    if all.len() > SHOWN {
        all.truncate(SHOWN);
        all.push("…".to_owned());
    }
    all.join(", ")
}

/// The anchor of the chunk that holds the section `anchor` of `page`, among
/// the anchors of its chunks. Nothing when the id is no heading's: then the
/// page is meant.
///
/// A section without text of its own is in no chunk; the first one under it
/// stands for it.
fn chunk_of(page: &Page, anchor: &str, known: &[&str]) -> Option<String> {
    let sections = &page.document.sections;
    let place = |anchor: &str| sections.iter().position(|section| section.anchor == anchor);
    let wanted = place(anchor)?;
    if known.contains(&anchor) {
        return Some(anchor.to_owned());
    }
    let placed: Vec<(usize, &str)> = known
        .iter()
        .filter_map(|own| Some((if own.is_empty() { 0 } else { place(own)? }, *own)))
        .collect();
    let is_empty = blocks(&page.document, sections[wanted].events.clone()).is_empty();
    let under = placed.iter().find(|(at, _)| *at > wanted);
    let under = under.filter(|(at, _)| is_empty && sections[*at].level > sections[wanted].level);
    let before = placed.iter().rev().find(|(at, _)| *at <= wanted);
    under.or(before).map(|(_, own)| (*own).to_owned())
}
