//! Every internal link of every page, with the nearest existing name.
//!
//! Takes the site, gives a diagnostic for each link, image and anchor that
//! leads nowhere. What a link points at is for `site::resolve` to say; the
//! network is never asked here.

pub mod address;
#[cfg(feature = "external-links")]
pub mod external;
pub mod guard;
pub mod outgoing;
pub mod wording;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::config::{Checks, Level};
use crate::diagnostic::{Diagnostic, Severity, suggest};
use crate::markdown::{Link, LinkKind};
use crate::site::{Broken, Page, PageId, Site, Target, url};

/// A link that leads nowhere.
pub struct Fault<'a> {
    /// The page that it stands on.
    pub page: &'a Page,
    /// The link.
    pub link: &'a Link,
    /// Why it leads nowhere.
    pub why: &'a Broken,
}

/// Every link that leads nowhere, as bad as `checks` says.
pub fn check(site: &Site, checks: Checks) -> Vec<Diagnostic> {
    levelled(all(site), checks)
}

/// The same for one page, but for the links that lead out of the book.
pub fn check_page(site: &Site, page: &Page, checks: Checks) -> Vec<Diagnostic> {
    let inside = faults(site, page).filter(|fault| *fault.why != Broken::Outside);
    levelled(reports(site, inside.collect()), checks)
}

/// What is said of the links of a page that lead out of the book: once for all
/// pages, here as if there was no other.
pub fn check_outside(site: &Site, page: &Page, checks: Checks) -> Vec<Diagnostic> {
    let outside = faults(site, page).filter(|fault| *fault.why == Broken::Outside);
    levelled(reports(site, outside.collect()), checks)
}

fn levelled(mut diagnostics: Vec<Diagnostic>, checks: Checks) -> Vec<Diagnostic> {
    let level = |diagnostic: &Diagnostic| match diagnostic.code {
        "link/no-such-anchor" => checks.anchors,
        _ => checks.links,
    };
    diagnostics.retain(|diagnostic| level(diagnostic) != Level::Ignore);
    for diagnostic in &mut diagnostics {
        if level(diagnostic) == Level::Warning && diagnostic.is_error() {
            diagnostic.severity = Severity::Warning;
        }
    }
    diagnostics
}

fn all(site: &Site) -> Vec<Diagnostic> {
    let faults: Vec<Fault<'_>> = site
        .pages
        .par_iter()
        .flat_map_iter(|page| faults(site, page))
        .collect();
    reports(site, faults)
}

fn reports(site: &Site, faults: Vec<Fault<'_>>) -> Vec<Diagnostic> {
    let (outside, faults): (Vec<_>, Vec<_>) = faults
        .into_iter()
        .partition(|fault| *fault.why == Broken::Outside);
    let near = Near::find(site, &faults);
    let report = |fault: &Fault<'_>| wording::report(site, &near, fault);
    let mut diagnostics: Vec<Diagnostic> = faults.par_iter().filter_map(report).collect();
    diagnostics.extend(wording::outside(site, &outside));
    diagnostics
}

fn faults<'a>(site: &'a Site, page: &'a Page) -> impl Iterator<Item = Fault<'a>> {
    page.document.links.iter().filter_map(|link| {
        // A shortcode would have made the address; that it is not run is said
        // once for the whole book.
        if link.dest.contains("{{<") || link.dest.contains("{{%") {
            return None;
        }
        match site.target(page, link) {
            Target::Broken(why) => Some(Fault { page, link, why }),
            Target::Page { .. } | Target::Asset(_) | Target::External(_) => None,
        }
    })
}

/// What an author looked for in vain. Many links look for the same thing, so
/// each is searched for once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A page at this path.
    Page(String),
    /// A picture or another file at this path.
    File(String),
    /// An id on this page.
    Anchor(PageId, String),
}

impl Wanted {
    /// What the broken link looks for; nothing when it has no address.
    pub fn by(fault: &Fault<'_>) -> Option<Self> {
        match fault.why {
            Broken::Empty | Broken::Outside => None,
            Broken::NoSuchAnchor(page, id) => Some(Self::Anchor(*page, id.clone())),
            Broken::NoSuchPage(path) if loads(fault.link) || is_file(&fault.link.dest, path) => {
                Some(Self::File(path.clone()))
            }
            Broken::NoSuchPage(path) => Some(Self::Page(path.clone())),
        }
    }
}

fn loads(link: &Link) -> bool {
    match &link.kind {
        LinkKind::Link => false,
        LinkKind::Image => true,
        LinkKind::Html { loads, .. } => *loads,
    }
}

/// Whether `dest`, which leads to `path`, has an ending that says what a file
/// is. `v1.2` has none, and what has a slash at its end is a page.
fn is_file(dest: &str, path: &str) -> bool {
    let (_, name) = url::split(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let letters = ending.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let says = !ending.is_empty() && letters.len() < ending.len() && ending.len() <= 5;
    let is_version = ending.starts_with('v') && !letters.is_empty();
    let is_page = matches!(ending, "md" | "html" | "htm");
    says && !is_version && !is_page && !dest.ends_with('/')
}

/// The nearest existing name of everything that was looked for in vain.
#[derive(Debug, Default)]
pub struct Near {
    found: BTreeMap<Wanted, String>,
}

impl Near {
    fn find(site: &Site, faults: &[Fault<'_>]) -> Self {
        let wanted: BTreeSet<Wanted> = faults.iter().filter_map(Wanted::by).collect();
        if wanted.is_empty() {
            return Self::default();
        }
        let names = site.names();
        let search = |wanted: Wanted| {
            let found = match &wanted {
                Wanted::Page(path) => names.pages.nearest(path),
                Wanted::File(path) => names.files.nearest(path),
                Wanted::Anchor(page, id) => nearest_id(site.page(*page), id).map(str::to_owned),
            };
            Some((wanted, found?))
        };
        let found = wanted.into_par_iter().filter_map(search).collect();
        Self { found }
    }

    /// The nearest existing name, when one is near.
    pub fn get(&self, wanted: &Wanted) -> Option<&str> {
        self.found.get(wanted).map(String::as_str)
    }
}

fn nearest_id<'a>(page: &'a Page, id: &str) -> Option<&'a str> {
    suggest::nearest(id, page.document.ids.iter().map(String::as_str))
}
