//! From sources to a [`Site`]: parse, title, address, navigation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::blog::{self, Blogs, Plan};
use super::summary::Part;
use super::{
    Nav, Page, PageId, Role, Site, Tags, address, chapters, entries, listed, nav, outline,
    redirects, said, summary, url,
};
use crate::config::{Config, Navigation, UrlStyle};
use crate::content::{self, Asset, Content, Source};
use crate::diagnostic::{Diagnostic, Span};
use crate::markdown::{self, Document};

/// Makes the site of `content`.
///
/// With a `SUMMARY.md` the pages are those it lists, as in mdBook; without
/// one they are all that the folder holds.
pub fn assemble(config: &Config, content: Content) -> (Site, Vec<Diagnostic>) {
    assemble_with(config, content, None, &|_| None)
}

/// The document that was made of a source before, under the same
/// configuration.
pub type Parsed<'a> = dyn Fn(&Source) -> Option<Arc<Document>> + Sync + 'a;

/// The same with other chapters than the summary's, as a program may have
/// made them, and with documents that were parsed before.
pub fn assemble_with(
    config: &Config,
    content: Content,
    chapters: Option<Vec<Part>>,
    parsed: &Parsed<'_>,
) -> (Site, Vec<Diagnostic>) {
    let Content {
        mut sources,
        mut assets,
        summary,
        drafts,
        mut unread,
    } = content;
    let moved_assets = Arc::new(blog::move_assets(config, &mut assets));
    let mut summary = summary.map(|source| (summary::read(&source), source));
    if let (Some(parts), Some((summary, _))) = (chapters, &mut summary) {
        summary.parts = parts;
    }
    let mut site = Site {
        assets: Arc::new(by_asset_path(assets)),
        redirects: Arc::new(redirects::of(config)),
        drafts,
        base: base(config.html.site_url.as_deref().unwrap_or_default()),
        urls: config.layout.urls,
        missing: listed::missing_page(config),
        moved_assets,
        ..Site::default()
    };
    let mut titles: BTreeMap<String, String> = entries::titles(&config.layout);
    let mut diagnostics = Vec::new();
    if let Some((summary, source)) = &summary {
        titles.extend(summary::listed(&summary.parts));
        site.unlisted = Arc::new(listed::unlisted(config, &mut sources, &titles));
        unread.retain(|path, _| titles.contains_key(path));
        let known = |path: &str| unread.contains_key(path) || site.drafts.contains(path);
        diagnostics = listed::create_missing(config, source, &mut sources, &titles, &known);
    }
    let own = sources.iter().flat_map(|source| &source.problems);
    diagnostics.extend(own.cloned());
    site.unread = unread.keys().cloned().collect();
    diagnostics.extend(unread.into_values());
    if site.urls != UrlStyle::File {
        diagnostics.extend(address::index_before_readme(&mut sources));
    }
    let mut plan = Plan::of(config, &mut sources);
    site.drafts.append(&mut plan.future);
    diagnostics.append(&mut plan.problems);
    let is_post = |path: &str| config.blogs.iter().any(|blog| blog.holds(path));
    diagnostics.extend(content::said_once(&sources, &is_post));
    let (addresses, problems) = address::give(&sources, site.urls, &plan.moved);
    diagnostics.extend(problems);
    let sources: Vec<(Arc<Source>, String)> = sources
        .into_iter()
        .zip(addresses)
        .filter_map(|(source, address)| Some((source, address?)))
        .collect();
    diagnostics.extend(taken_by_assets(&sources, &site.assets));
    site.pages = parse(config, sources, &titles, &plan, parsed);
    // Only docent's own books are made of folders that name kinds.
    if summary.is_none() && matches!(config.layout.navigation, Navigation::Summary) {
        diagnostics.extend(without_kind(&site.pages));
    }
    diagnostics.extend(said::in_markdown(&site.pages));
    diagnostics.extend(said::icons(&site.pages));
    let by_url = site.pages.iter().map(|page| (page.url.clone(), page.id));
    site.by_url = Arc::new(by_url.collect());
    let by_path = site.pages.iter();
    let by_path = by_path.map(|page| (page.source.path.clone(), page.id));
    site.by_path = Arc::new(by_path.collect());
    diagnostics.extend(redirects::dead(config, &mut site));
    site.tags = Arc::new(Tags::of(config, &site.pages));
    let nav = match (summary, &config.layout.navigation) {
        (None, Navigation::Summary) => nav::from_tree(&site.pages, site.missing.as_deref()),
        (None, Navigation::Folders | Navigation::Listed(_)) => {
            let (nav, problems) = entries::navigation(&config.layout, &site);
            diagnostics.extend(problems);
            nav
        }
        (Some((mut summary, source)), _) => {
            if config.html.no_section_label {
                summary.without_numbers();
            }
            diagnostics.extend(summary.diagnostics);
            let (groups, problems) = chapters::groups(&source, &summary.parts, &site);
            diagnostics.extend(problems);
            diagnostics.extend(source.problems);
            Nav::new(groups)
        }
    };
    let (blogs, problems) = Blogs::of(config, &plan, &site);
    diagnostics.extend(problems);
    site.nav = Arc::new(blogs.attach(nav));
    site.blogs = Arc::new(blogs);
    let targets = site.pages.par_iter().map(|page| site.resolve_all(page));
    site.targets = targets.collect();
    (site, diagnostics)
}

fn by_asset_path(assets: Vec<Asset>) -> BTreeMap<String, Asset> {
    let by_path = assets.into_iter().map(|asset| (asset.path.clone(), asset));
    by_path.collect()
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

/// Pages at whose address the author has put a file, too.
fn taken_by_assets(
    sources: &[(Arc<Source>, String)],
    assets: &BTreeMap<String, Asset>,
) -> Vec<Diagnostic> {
    let clash = |(source, address): &(Arc<Source>, String)| {
        let asset = assets.get(address)?;
        let message = format!(
            "`{}` would be where the file `{}` is",
            source.shown, asset.path
        );
        Some(same_address(source, message))
    };
    sources.iter().filter_map(clash).collect()
}

/// Pages without a kind in a book whose other pages have kinds: one warning
/// for each folder at the top.
fn without_kind(pages: &[Arc<Page>]) -> Vec<Diagnostic> {
    let kinds: BTreeSet<_> = pages.iter().filter_map(|page| page.kind()).collect();
    if kinds.len() < 2 {
        return Vec::new();
    }
    let mut folders: BTreeMap<&str, Vec<&Page>> = BTreeMap::new();
    let plain = |page: &&Arc<Page>| page.kind().is_none() && page.role == Role::Page && !page.made;
    for page in pages.iter().filter(plain) {
        // The first page and the one for missing addresses belong to all.
        if let Some((folder, _)) = page.url.split_once('/') {
            folders.entry(folder).or_default().push(page);
        } else if !matches!(page.url.as_str(), "index.html" | "404.html") {
            folders.entry("").or_default().push(page);
        }
    }
    let warning = |pages: &Vec<&Page>| {
        let source = &pages.first()?.source;
        let others = match pages.len() - 1 {
            0 => String::new(),
            1 => ", nor has one more page beside it".to_owned(),
            more => format!(", nor have {more} more pages beside it"),
        };
        let message = format!("`{}` has no kind{others}", source.shown);
        let help = "move it into a folder `tutorials`, `how-to`, `reference` or `explanation`, or say `kind: how-to` in its front matter";
        let place = source.place(Span::new(0, 0));
        Some(
            Diagnostic::warning("site/no-kind", message)
                .at(place)
                .help(help),
        )
    };
    folders.values().filter_map(warning).collect()
}

fn same_address(source: &Source, message: String) -> Diagnostic {
    Diagnostic::error("site/same-address", message)
        .at(source.place(Span::new(0, 0)))
        .help("rename or remove one of them")
}

fn parse(
    config: &Config,
    sources: Vec<(Arc<Source>, String)>,
    titles: &BTreeMap<String, String>,
    plan: &Plan,
    parsed: &Parsed<'_>,
) -> Vec<Arc<Page>> {
    let urls = config.layout.urls;
    let missing = listed::missing_source(config);
    let page = |(at, (source, url)): (usize, (Arc<Source>, String))| {
        let document = parsed(&source).unwrap_or_else(|| Arc::new(document(config, &source)));
        let address = url::address(&url, urls);
        let role = plan.role(&source.path);
        let title = title(&source, &document, titles, role);
        let description = outline::describe(&source, &document);
        let searched = source.path != missing
            && !source.meta.unsearched
            && !plan.made.contains(&source.path)
            && config.html.is_searched(&source.path);
        Arc::new(Page {
            id: PageId(at),
            role,
            made: plan.made.contains(&source.path),
            source,
            document,
            url,
            address,
            title,
            description,
            searched,
        })
    };
    sources.into_par_iter().enumerate().map(page).collect()
}

/// Parses a page.
pub fn document(config: &Config, source: &Source) -> Document {
    let mut document = markdown::parse(&source.text, source.body, config.dialect);
    markdown::code::hide_lines(&mut document, &config.html.code.hidelines);
    document
}

fn title(
    source: &Source,
    document: &Document,
    titles: &BTreeMap<String, String>,
    role: Role,
) -> String {
    // The title of a post has a list to itself: no lower heading will do.
    let lowest = if role == Role::Post { 1 } else { 6 };
    let heading = || {
        let mut sections = document.sections.iter();
        sections.find(|section| !section.title.is_empty() && section.level <= lowest)
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
