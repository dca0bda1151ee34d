//! From sources to a [`Site`]: parse, title, address, navigation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Nav, Page, PageId, Site, chapters, nav, summary, url};
use crate::config::Config;
use crate::content::{self, Asset, Content, Source};
use crate::diagnostic::{Diagnostic, Span};
use crate::markdown::{self, Document};

/// Makes the site of `content`.
///
/// With a `SUMMARY.md` the pages are those it lists, as in mdBook; without
/// one they are all that the folder holds.
pub fn assemble(config: &Config, content: Content) -> (Site, Vec<Diagnostic>) {
    let Content {
        mut sources,
        assets,
        summary,
        drafts,
        mut unread,
    } = content;
    let summary = summary.map(|source| (summary::read(&source), source));
    let mut site = Site {
        assets: assets
            .into_iter()
            .map(|asset| (asset.path.clone(), asset))
            .collect(),
        redirects: redirects(config),
        drafts,
        base: base(config.html.site_url.as_deref().unwrap_or_default()),
        ..Site::default()
    };
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    if let Some((summary, _)) = &summary {
        titles.extend(summary::listed(&summary.parts));
        site.unlisted = unlisted(&mut sources, &titles);
        unread.retain(|path, _| titles.contains_key(path));
    }
    let mut diagnostics: Vec<Diagnostic> = sources
        .iter_mut()
        .flat_map(|source| std::mem::take(&mut source.problems))
        .collect();
    diagnostics.extend(content::said_once(&sources));
    site.unread = unread.keys().cloned().collect();
    diagnostics.extend(unread.into_values());
    let (sources, second, problems) = one_for_each_address(sources);
    diagnostics.extend(problems);
    diagnostics.extend(taken_by_assets(&sources, &site.assets));
    site.pages = parse(config, sources, &titles);
    let by_url = site.pages.iter().map(|page| (page.url.clone(), page.id));
    site.by_url = by_url.collect();
    let paths = site.pages.iter().map(|page| page.source.path.clone());
    for path in paths.chain(second) {
        if let Some(page) = site.by_url.get(&url::of_source(&path)) {
            site.by_path.insert(path, *page);
        }
    }
    site.nav = match summary {
        Some((summary, source)) => {
            diagnostics.extend(summary.diagnostics);
            let (groups, problems) = chapters::groups(&source, &summary.parts, &site);
            diagnostics.extend(problems);
            diagnostics.extend(source.problems);
            Nav::new(groups)
        }
        None => nav::from_tree(&site.pages),
    };
    (site, diagnostics)
}

/// The path in `output.html.site-url`, which mdBook's users write without a
/// host.
fn base(site_url: &str) -> String {
    let path = match site_url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => site_url,
    };
    path.trim_matches('/').to_owned()
}

/// Old addresses without their leading `/`.
fn redirects(config: &Config) -> BTreeMap<String, String> {
    let bare = |from: &String| from.trim_start_matches('/').to_owned();
    config
        .html
        .redirect
        .iter()
        .map(|(from, to)| (bare(from), to.clone()))
        .collect()
}

/// Takes the sources that the summary does not list out of `sources`.
fn unlisted(sources: &mut Vec<Source>, listed: &BTreeMap<String, String>) -> BTreeSet<String> {
    let out = sources
        .iter()
        .filter(|source| !listed.contains_key(&source.path));
    let out: BTreeSet<String> = out.map(|source| source.path.clone()).collect();
    sources.retain(|source| listed.contains_key(&source.path));
    out
}

/// Drops sources whose address another one has already, and names them.
fn one_for_each_address(sources: Vec<Source>) -> (Vec<Source>, Vec<String>, Vec<Diagnostic>) {
    let mut taken: HashMap<String, String> = HashMap::new();
    let mut diagnostics = Vec::new();
    let mut kept = Vec::with_capacity(sources.len());
    let mut second = Vec::new();
    for source in sources {
        let address = url::of_source(&source.path);
        if let Some(other) = taken.get(&address) {
            let message = format!(
                "`{}` and `{other}` would both be at `{address}`",
                source.shown
            );
            diagnostics.push(same_address(&source, message));
            second.push(source.path);
        } else {
            taken.insert(address, source.shown.clone());
            kept.push(source);
        }
    }
    (kept, second, diagnostics)
}

/// Pages at whose address the author has put a file, too.
fn taken_by_assets(sources: &[Source], assets: &BTreeMap<String, Asset>) -> Vec<Diagnostic> {
    let clash = |source: &Source| {
        let address = url::of_source(&source.path);
        let asset = assets.get(&address)?;
        let message = format!(
            "`{}` would be where the file `{}` is",
            source.shown, asset.path
        );
        Some(same_address(source, message))
    };
    sources.iter().filter_map(clash).collect()
}

fn same_address(source: &Source, message: String) -> Diagnostic {
    Diagnostic::error("site/same-address", message)
        .at(source.place(Span::new(0, 0)))
        .help("rename or remove one of them")
}

fn parse(config: &Config, sources: Vec<Source>, titles: &BTreeMap<String, String>) -> Vec<Page> {
    let smart = config.html.smart_punctuation;
    let page = |(at, source): (usize, Source)| {
        let document = markdown::parse(&source.text, source.body, smart);
        let title = title(&source, &document, titles);
        let url = url::of_source(&source.path);
        Page {
            id: PageId(at),
            source,
            document,
            url,
            title,
        }
    };
    sources.into_par_iter().enumerate().map(page).collect()
}

fn title(source: &Source, document: &Document, titles: &BTreeMap<String, String>) -> String {
    let heading = || {
        document
            .sections
            .iter()
            .find(|section| !section.title.is_empty())
    };
    let given = source
        .meta
        .title
        .clone()
        .filter(|title| !title.trim().is_empty());
    given
        .or_else(|| titles.get(&source.path).cloned())
        .or_else(|| heading().map(|section| section.title.clone()))
        .unwrap_or_else(|| {
            let (folder, name) = url::split(&source.path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            nav::humane(if url::is_index(stem) && !folder.is_empty() {
                url::split(folder).1
            } else {
                stem
            })
        })
}
