//! A save that changed the text of some pages, and nothing that another page
//! shows: only those pages are made again.
//!
//! Takes the last build and the files that were touched, gives the build that
//! [`super::rebuild`] would give, or nothing when that has to be asked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Build;
use crate::config::Config;
use crate::content::{self, Source};
use crate::diagnostic::{self, Diagnostic, Span};
use crate::links;
use crate::site::published::Published;
use crate::site::write::Body;
use crate::site::{Page, PageId, Site, assemble, face, outline, render, said, twins};

/// With more pages than this at once, all of them are looked at.
const MOST: usize = 16;

/// The build that follows `before` when only `files` may have changed since,
/// with the paths of the outputs that are made anew; nothing when the change
/// may show on other pages than those of the files.
///
/// # Errors
/// When a page cannot be read.
pub fn touch(
    before: &Build,
    files: &BTreeSet<PathBuf>,
) -> anyhow::Result<Option<(Build, Vec<String>)>> {
    let is_whole = before.failed.is_empty() && before.kept.press.is_some();
    if !is_whole || !before.config.preprocessors.is_empty() {
        return Ok(None);
    }
    let Some(pages) = pages_of(before, files) else {
        return Ok(None);
    };
    let mut sources = Vec::new();
    for page in pages {
        let old = before.site.page(page);
        let Some(source) = content::reread(&before.config, &old.source)? else {
            return Ok(None);
        };
        let same = source.text == old.source.text && same_places(&source, &old.source);
        if !same {
            sources.push((page, source));
        }
    }
    Ok(with(before, &sources))
}

/// Whether messages about one source show the same places as about the other.
fn same_places(one: &Source, other: &Source) -> bool {
    let pair = |(one, other): (&content::Piece, &content::Piece)| {
        one.file == other.file && one.start == other.start && one.text == other.text
    };
    one.pieces.len() == other.pieces.len() && one.pieces.iter().zip(&other.pieces).all(pair)
}

/// The pages that were made from the files; nothing when one of the files is
/// no page's. What was never read in the content folder and is gone again, such
/// as an editor's own file, concerns nobody.
fn pages_of(before: &Build, files: &BTreeSet<PathBuf>) -> Option<BTreeSet<PageId>> {
    let Build { config, site, .. } = before;
    let mut pages = BTreeSet::new();
    for file in files {
        let below = |folder: &Path| content::shown_path(folder, file);
        let own = site.by_path.get(&below(&config.src)).copied();
        let shown = below(&config.root);
        let including = site.pages.iter().filter(|page| {
            let mut pieces = page.source.pieces.iter();
            pieces.any(|piece| piece.file == shown)
        });
        let found: BTreeSet<PageId> = including.map(|page| page.id).chain(own).collect();
        let is_known = || {
            let path = below(&config.src);
            let inside = format!("{path}/");
            let mut below = site.pages.iter().map(|page| &page.source.path);
            !file.starts_with(&config.src)
                || below.any(|page| page.starts_with(&inside))
                || site.assets.keys().any(|asset| asset.starts_with(&inside))
                || site.assets.contains_key(&path)
                || site.unlisted.contains(&path)
                || site.drafts.contains(&path)
                || site.unread.contains(&path)
                || config.read_from.contains(file)
                || path == "SUMMARY.md"
        };
        if found.is_empty() && (is_known() || fs_err::symlink_metadata(file).is_ok()) {
            return None;
        }
        pages.extend(found);
    }
    (pages.len() <= MOST).then_some(pages)
}

/// `before` with other sources for some of its pages.
fn with(before: &Build, sources: &[(PageId, Arc<Source>)]) -> Option<(Build, Vec<String>)> {
    let config = &before.config;
    let mut site = before.site.clone();
    for (id, source) in sources {
        let old = before.site.page(*id);
        let document = assemble::document(config, source);
        let page = Arc::new(Page {
            description: outline::describe(source, &document),
            document: Arc::new(document),
            source: source.clone(),
            ..old.clone()
        });
        site.targets[id.0] = site.resolve_all(&page);
        site.pages[id.0] = page;
    }
    let shows_alike = |(id, _): &(PageId, _)| face::is_same(&before.site, &site, *id);
    let same_extent = render::same_extent(config, &before.site, &site);
    if !sources.iter().all(shows_alike) || !same_extent {
        return None;
    }
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for (id, _) in sources {
        let (old, new) = said_of(before, &site, *id)?;
        gone.extend(old);
        come.extend(new);
    }
    let kept = before.kept.clone();
    let press = kept.press.clone()?;
    let mut after = Build {
        config: config.clone(),
        output: before.output.clone(),
        failed: before.failed.clone(),
        diagnostics: before.diagnostics.clone(),
        site,
        ahead: 0,
        kept,
    };
    let mut touched = Vec::new();
    let published = Published::of(config);
    for (id, _) in sources {
        let page = after.site.page(*id);
        let rendered = render::page(config, &after.site, &press, page);
        if !rendered.problems.is_empty() {
            return None;
        }
        let made = rendered.made.into_iter().nth(id.0).flatten();
        let mut texts = twins::of_page(&after.site, &published, page);
        if page.description != before.site.page(*id).description {
            texts.extend(twins::lists(config, &after.site, &published));
        }
        let texts = texts.into_iter().map(|(path, text)| (path, Body::of(text)));
        for (path, body) in rendered.files.into_iter().chain(texts) {
            touched.push(path.clone());
            after.output.insert(path.into(), body);
        }
        after.kept.made[id.0] = made;
    }
    diagnostic::replace(&mut after.diagnostics, &gone, come);
    Some((after, touched))
}

/// What was said of the page and what is said now; nothing when it may change
/// what is said of others.
fn said_of(
    before: &Build,
    after: &Site,
    page: PageId,
) -> Option<(Vec<Diagnostic>, Vec<Diagnostic>)> {
    let config = &before.config;
    let (old, new) = (&before.site.pages[page.0], &after.pages[page.0]);
    let mut gone = said_alone(config, &before.site, old)?;
    let mut come = said_alone(config, after, new)?;
    // Of what is said once for all pages, this may be the page that has it first.
    // It still is, and as often: only the place is another.
    let was = said_once(config, &before.site, old);
    let is = said_once(config, after, new);
    let said = before.diagnostics.iter();
    for said in said.filter(|said| is_about(said, &old.source)) {
        if gone.contains(said) {
            continue;
        }
        let same = |(was, _): &(&Diagnostic, _)| was.code == said.code && was.place == said.place;
        let mut same = was.iter().zip(&is).filter(same);
        let (_, now) = same.next().filter(|_| was.len() == is.len())?;
        if same.next().is_some() {
            return None;
        }
        come.push(said.clone().at(now.place.clone()?));
        gone.push(said.clone());
    }
    Some((gone, come))
}

/// What is wrong with the page's own text and links; nothing when it is said
/// of another file.
fn said_alone(config: &Config, site: &Site, page: &Arc<Page>) -> Option<Vec<Diagnostic>> {
    let mut own = links::check_page(site, page, config.layout.checks);
    own.extend(said::in_markdown(std::slice::from_ref(page)));
    let is_own = own.iter().all(|said| is_at(said, &page.source.shown));
    is_own.then_some(own)
}

/// What is said once for all pages, as if there was no other, in an order that
/// depends on what it is only.
fn said_once(config: &Config, site: &Site, page: &Arc<Page>) -> Vec<Diagnostic> {
    let is_post = |path: &str| config.blogs.iter().any(|blog| blog.holds(path));
    let mut once = content::said_once(std::slice::from_ref(&page.source), &is_post);
    once.extend(links::check_outside(site, page, config.layout.checks));
    // Of these only the place, the top of the page, depends on its text.
    let top = page.source.place(Span::new(0, 0));
    let said = [
        Diagnostic::warning("site/no-kind", ""),
        Diagnostic::warning("site/same-address", ""),
    ];
    once.extend(said.map(|said| said.at(top.clone())));
    once
}

fn is_at(said: &Diagnostic, file: &str) -> bool {
    let place = said.place.as_ref();
    place.is_some_and(|place| place.path == file)
}

fn is_about(said: &Diagnostic, source: &Source) -> bool {
    let mut pieces = source.pieces.iter();
    is_at(said, &source.shown) || pieces.any(|piece| is_at(said, &piece.file))
}
