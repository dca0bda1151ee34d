//! `site.nav` of `book.toml`, which has the shape of MkDocs' `nav`: a path, or
//! a title with a path or with entries under it.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layout::{Leads, NavEntry};
use crate::diagnostic::{Diagnostic, Place, Span};

/// Lists within lists, at most: navigation is walked by recursion.
const DEPTH: usize = 32;

/// The entries of `site.nav` in `table`, when it has any.
///
/// # Errors
/// An entry that is neither a path nor a title with what it leads to.
pub fn read(
    table: &DeTable<'_>,
    text: &Arc<str>,
) -> Result<Option<Vec<NavEntry>>, Box<Diagnostic>> {
    let site = table.iter().find(|(key, _)| key.get_ref() == "site");
    let Some(DeValue::Table(site)) = site.map(|(_, value)| value.get_ref()) else {
        return Ok(None);
    };
    let nav = site.iter().find(|(key, _)| key.get_ref() == "nav");
    let Some((_, nav)) = nav else {
        return Ok(None);
    };
    entries(nav, text, 0).map(Some)
}

fn entries(
    value: &Spanned<DeValue<'_>>,
    text: &Arc<str>,
    depth: usize,
) -> Result<Vec<NavEntry>, Box<Diagnostic>> {
    let DeValue::Array(items) = value.get_ref() else {
        return Err(wrong(value.span(), text));
    };
    if depth == DEPTH {
        let message = format!("more than {DEPTH} lists within lists");
        let diagnostic = Diagnostic::error("config/invalid", message);
        return Err(Box::new(diagnostic.at(place(value.span(), text))));
    }
    let mut all = Vec::new();
    for item in items.iter() {
        match item.get_ref() {
            DeValue::String(path) => all.push(NavEntry {
                title: None,
                leads: Leads::To(path.to_string()),
                place: place(item.span(), text),
            }),
            DeValue::Table(named) => {
                for (title, leads) in named {
                    let is_path = matches!(leads.get_ref(), DeValue::String(_));
                    all.push(NavEntry {
                        title: Some(title.get_ref().to_string()),
                        place: place(if is_path { leads.span() } else { title.span() }, text),
                        leads: match leads.get_ref() {
                            DeValue::String(path) => Leads::To(path.to_string()),
                            _ => Leads::Section(entries(leads, text, depth + 1)?),
                        },
                    });
                }
            }
            _ => return Err(wrong(item.span(), text)),
        }
    }
    Ok(all)
}

fn place(span: std::ops::Range<usize>, text: &Arc<str>) -> Place {
    Place {
        path: "book.toml".to_owned(),
        text: text.clone(),
        span: Span::new(span.start, span.end),
    }
}

fn wrong(span: std::ops::Range<usize>, text: &Arc<str>) -> Box<Diagnostic> {
    let message = "an entry of `site.nav` is a path, or a title with a path or a list";
    let diagnostic = Diagnostic::error("config/invalid", message)
        .at(place(span, text))
        .help("write `\"page.md\"`, `{ \"Title\" = \"page.md\" }` or `{ \"Title\" = [..] }`");
    Box::new(diagnostic)
}
