//! What is said about a link that leads nowhere, and what may be done.

use super::address::{self, Address};
use super::{Fault, Near, Wanted, loads};
use crate::diagnostic::{Diagnostic, Place};
use crate::site::{Broken, Page, PageId, Site, url};

/// The problem of one link. Nothing when the page that it leads to could not
/// be read, which has its own message.
pub fn report(site: &Site, near: &Near, fault: &Fault<'_>) -> Option<Diagnostic> {
    let (place, how) = place(fault);
    let diagnostic = match fault.why {
        Broken::Empty => empty(fault),
        Broken::Outside => return None,
        Broken::NoSuchPage(path) if site.unread.contains(&existing(path)) => return None,
        Broken::NoSuchPage(path) => no_such_page(site, near, fault, path, &how),
        Broken::NoSuchAnchor(page, id) => no_such_anchor(site, near, fault, *page, id, &how),
    };
    Some(diagnostic.at(place))
}

/// The links that lead out of the book. Many a book is published beside
/// others, so they are said once with their number; those whose file is in
/// the book after all are a slip, and each is shown.
pub fn outside(site: &Site, faults: &[Fault<'_>]) -> Vec<Diagnostic> {
    if faults.is_empty() {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    let mut others: Vec<&Fault<'_>> = Vec::new();
    for fault in faults {
        let dest = path_of(&fault.link.dest);
        let inside = dest.trim_start_matches(['.', '/']);
        match existing_page(site, &url::decode(inside)) {
            Some(found) => {
                let message = format!("`{dest}` leads out of the book");
                let help = format!("did you mean `{}`?", written(site, fault, found));
                let diagnostic = Diagnostic::warning("link/outside", message).help(help);
                diagnostics.push(diagnostic.at(place(fault).0));
            }
            None => others.push(fault),
        }
    }
    if let Some(first) = others.first() {
        let message = match others.len() - 1 {
            0 => format!("`{}` leads out of the book", first.link.dest),
            1 => format!("`{}` and 1 more link lead out of the book", first.link.dest),
            more => format!(
                "`{}` and {more} more links lead out of the book",
                first.link.dest
            ),
        };
        let diagnostic = Diagnostic::warning("link/outside", message).help(
            "write the whole address of what is elsewhere: docent checks what is in the book",
        );
        diagnostics.push(diagnostic.at(place(first).0));
    }
    diagnostics
}

/// The place of the address, or of the link where that cannot be found; and
/// what to add to the message when the address stands elsewhere.
fn place(fault: &Fault<'_>) -> (Place, String) {
    let source = &fault.page.source;
    match address::find(&source.text, fault.link) {
        Address::Here(span) => (source.place(span), String::new()),
        Address::Reference(label) => {
            let how = format!(", where the reference `[{label}]` leads");
            (source.place(fault.link.span), how)
        }
    }
}

fn empty(fault: &Fault<'_>) -> Diagnostic {
    let what = if loads(fault.link) { "picture" } else { "link" };
    Diagnostic::warning("link/empty", format!("the {what} has no address"))
        .help("write the address, or leave the text without a link")
}

fn no_such_page(site: &Site, near: &Near, fault: &Fault<'_>, path: &str, how: &str) -> Diagnostic {
    let dest = path_of(&fault.link.dest);
    let page = existing(path);
    if site.drafts.contains(&page) {
        let message = format!("the page at `{dest}` is a draft{how}");
        return Diagnostic::error("link/no-such-page", message)
            .help("take `draft: true` out of its front matter, or take the link away");
    }
    if site.unlisted.contains(&page) {
        let message = format!("`SUMMARY.md` leaves out the page at `{dest}`{how}");
        return Diagnostic::error("link/no-such-page", message)
            .help(format!("list it there: `- [Title]({page})`"));
    }
    let wanted = Wanted::by(fault);
    let diagnostic = if matches!(wanted, Some(Wanted::File(_))) {
        Diagnostic::error("link/no-such-file", format!("no file at `{dest}`{how}"))
    } else {
        Diagnostic::error("link/no-such-page", format!("no page at `{dest}`{how}"))
    };
    match wanted.and_then(|wanted| near.get(&wanted)) {
        Some(found) => diagnostic.help(format!("did you mean `{}`?", written(site, fault, found))),
        None => diagnostic.help(format!("nothing is at `{path}` in the content folder")),
    }
}

fn no_such_anchor(
    site: &Site,
    near: &Near,
    fault: &Fault<'_>,
    page: PageId,
    id: &str,
    how: &str,
) -> Diagnostic {
    let target = site.page(page);
    let on = if page == fault.page.id {
        "this page".to_owned()
    } else {
        format!("`{}`", target.source.shown)
    };
    let message = format!("no heading or id `{id}` on {on}{how}");
    let diagnostic = Diagnostic::error("link/no-such-anchor", message);
    match near.get(&Wanted::Anchor(page, id.to_owned())) {
        Some(found) => {
            let dest = path_of(&fault.link.dest);
            diagnostic.help(format!("did you mean `{dest}#{found}`?"))
        }
        None if target.document.ids.is_empty() => diagnostic.help("the page has no headings"),
        None => diagnostic.help(headings(target)),
    }
}

/// The first headings of a page, for an anchor that is like none of them.
fn headings(page: &Page) -> String {
    const SHOWN: usize = 8;
    let anchors = page
        .document
        .sections
        .iter()
        .filter(|section| !section.anchor.is_empty());
    let mut all: Vec<String> = anchors
        .map(|section| format!("`#{}`", section.anchor))
        .collect();
    let more = all.len() > SHOWN;
    all.truncate(SHOWN);
    if more {
        all.push("…".to_owned());
    }
    format!("the page has {}", all.join(", "))
}

/// The file of the page that is just at `path`.
fn existing_page<'s>(site: &'s Site, path: &str) -> Option<&'s str> {
    let page = site.by_path.get(path).or_else(|| site.by_url.get(path));
    page.map(|id| site.page(*id).source.path.as_str())
}

/// `path` as the path of a page's file.
fn existing(path: &str) -> String {
    let stem = path.strip_suffix(".html").unwrap_or(path);
    if stem.ends_with(".md") || stem.ends_with(".markdown") {
        stem.to_owned()
    } else {
        format!("{stem}.md")
    }
}

/// An address without its query and fragment.
fn path_of(dest: &str) -> &str {
    let dest = dest.trim();
    &dest[..dest.find(['#', '?']).unwrap_or(dest.len())]
}

/// The file `found` as the author of the link would write it: from the root
/// or from the page, with the ending that the link has, and with its fragment
/// if that exists there.
fn written(site: &Site, fault: &Fault<'_>, found: &str) -> String {
    let dest = path_of(&fault.link.dest);
    let page = site.by_path.get(found).map(|id| site.page(*id));
    let has_ending = |endings: &[&str]| endings.iter().any(|ending| dest.ends_with(ending));
    let target = match page {
        Some(page) if has_ending(&[".html", ".htm"]) => page.url.clone(),
        Some(_) if has_ending(&[".md", ".markdown"]) => found.to_owned(),
        Some(page) => bare(&page.url, dest.ends_with('/')),
        None => found.to_owned(),
    };
    let address = match (dest.starts_with('/'), site.base.as_str()) {
        (true, "") => format!("/{}", url::encode(&target)),
        (true, base) => format!("/{base}/{}", url::encode(&target)),
        (false, _) => url::relative(&fault.page.source.path, &target),
    };
    let fragment = fault.link.dest.split_once('#').map_or("", |(_, id)| id);
    match page {
        Some(page) if page.document.ids.contains(&url::decode(fragment)) => {
            format!("{address}#{fragment}")
        }
        _ => address,
    }
}

/// An address as those write it who leave the endings to the server.
fn bare(address: &str, slash: bool) -> String {
    let stem = address.strip_suffix(".html").unwrap_or(address);
    let stem = match stem.strip_suffix("index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.trim_end_matches('/'),
        _ => stem,
    };
    if slash {
        format!("{stem}/")
    } else {
        stem.to_owned()
    }
}
