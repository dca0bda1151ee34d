//! The stages in order, on one screen. No stage's own logic lives here.
//!
//! 1. Load the content.
//! 2. Let programs change it, where the book has some and they are allowed.
//! 3. Assemble the site.
//! 4. Check its links.
//! 5. Render its pages.
//! 6. Index its chunks.
//! 7. Write what changed.

mod kept;
pub mod ledger;
mod publish;
pub mod stamp;
pub mod touch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{self, Config};
use crate::content::{self, History, Reading};
use crate::diagnostic::{self, Diagnostic};
use crate::index::chunk::{self, Counter};
use crate::index::{Chunks, Embedder, Index, Job, Progress};
use crate::links;
use crate::preprocess;
use crate::site::press::Press;
use crate::site::published::Published;
use crate::site::shelf::Shelf;
use crate::site::write::{Body, Output};
use crate::site::{self, Page, Site, extras, listing, render, theme, twins, url};

use kept::Kept;
pub use publish::{lock, write, write_browser_index, write_some};

/// A book that was built in memory.
#[derive(Debug, Clone)]
pub struct Build {
    /// What `book.toml` says.
    pub config: Config,
    /// The pages and their navigation.
    pub site: Site,
    /// Every file of the site.
    pub output: Output,
    /// Files of pages that could not be made: their last good version stays.
    pub failed: BTreeSet<String>,
    /// Every problem, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// How many files the output folder got while the build ran.
    ahead: usize,
    /// What a later build may take over.
    kept: Kept,
}

impl Build {
    /// Whether any problem fails the build.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The last build of the book as it lies in the output folder, where
    /// `files` are: good to be served, and nothing is known of its pages.
    pub fn standing(config: Config, files: Vec<String>) -> Self {
        // What searches without a server is none of the server's.
        let is_shown = |path: &String| !path.starts_with(publish::BROWSER_INDEX);
        let files = files.into_iter();
        let body = |path: String| {
            let file = config.build_dir.join(&path);
            (Arc::from(path), Body::File(file))
        };
        Self {
            output: files.filter(is_shown).map(body).collect(),
            config,
            site: Site::default(),
            failed: BTreeSet::new(),
            diagnostics: Vec::new(),
            ahead: 0,
            kept: Kept::default(),
        }
    }

    /// Whether this is such a build.
    pub fn is_standing(&self) -> bool {
        self.kept.press.is_none() && !self.output.is_empty()
    }

    /// Gives back the memory of what is written: from now on the output is
    /// what lies in its folder.
    pub fn put_down(&mut self) {
        self.kept = Kept::default();
        for (path, body) in &mut self.output {
            *body = Body::File(self.config.build_dir.join(&**path));
        }
    }
}

/// Reads `book.toml` in `root` or, without one, `mkdocs.yml`.
///
/// # Errors
/// The problems that leave no configuration to work with.
pub fn configure(root: &Path) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    configure_with(root, &[])
}

/// As [`configure`], with the variables of the environment.
///
/// # Errors
/// As [`configure`], and a variable that stands for no key.
pub fn configure_with(
    root: &Path,
    variables: &[(String, String)],
) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    match config::mkdocs::find(root).filter(|_| !root.join("book.toml").exists()) {
        Some(name) => config::mkdocs::load_with(root, name, variables),
        None => config::load_with(root, variables),
    }
}

/// Loads, assembles and checks a book; writes and renders nothing.
///
/// # Errors
/// When the content cannot be read.
pub fn check(config: &Config) -> anyhow::Result<(Site, Vec<Diagnostic>)> {
    let (site, mut diagnostics) = assemble_after(config, None)?;
    diagnostics.extend(links::check(&site, config.layout.checks));
    diagnostic::sort(&mut diagnostics);
    Ok((site, diagnostics))
}

/// Loads and assembles a book, taking over what an earlier build of the same
/// book read and parsed.
fn assemble_after(
    config: &Config,
    before: Option<&Build>,
) -> anyhow::Result<(Site, Vec<Diagnostic>)> {
    let known = |path: &str| kept::source(before?, path);
    let (mut content, mut diagnostics) = content::load_with(config, &known)?;
    let (chapters, problems) = preprocess::run(config, &mut content);
    diagnostics.extend(problems);
    let parsed = |source: &content::Source| Some(kept::page(before?, source)?.document.clone());
    let (site, problems) = site::assemble_with(config, content, chapters, &parsed);
    diagnostics.extend(problems);
    Ok((site, diagnostics))
}

/// Builds a book in memory.
///
/// # Errors
/// When the content or the theme cannot be read.
pub fn build(config: Config) -> anyhow::Result<Build> {
    build_after(config, None, false)
}

/// Builds a book as [`build`] does, and writes its pages while others are
/// rendered, so that no more than a few are in memory. [`write()`] has to
/// follow, under the same [`lock`].
///
/// # Errors
/// As [`build`], and when the output folder cannot be written.
pub fn build_ahead(config: Config) -> anyhow::Result<Build> {
    build_after(config, None, true)
}

/// Builds a book in memory, as [`build`] does and with the same result: what
/// was made of the same before is taken over.
///
/// # Errors
/// As [`build`].
pub fn rebuild(config: Config, before: &Build) -> anyhow::Result<Build> {
    let before = Some(before).filter(|before| kept::is_of_use(before, &config));
    build_after(config, before, false)
}

/// The build that follows `before`; `files` are all that may have changed since,
/// or nothing when any may have. The result is that of [`build`], with the
/// outputs that are made anew where that is known.
///
/// # Errors
/// As [`build`].
pub fn follow(
    config: Config,
    before: &Build,
    files: Option<&BTreeSet<PathBuf>>,
) -> anyhow::Result<(Build, Option<Vec<String>>)> {
    if let Some(files) = files
        && kept::is_of_use(before, &config)
        && let Some((build, touched)) = touch::touch(before, files)?
    {
        return Ok((build, Some(touched)));
    }
    Ok((rebuild(config, before)?, None))
}

/// What needs no other is made side by side: on two processors the one would
/// else wait for the other between the stages.
fn build_after(config: Config, before: Option<&Build>, ahead: bool) -> anyhow::Result<Build> {
    let history = Reading::start(&config);
    let (assembled, theme) =
        rayon::join(|| assemble_after(&config, before), || theme::load(&config));
    let (site, mut diagnostics) = assembled?;
    let history = Arc::new(history.finish());
    let (theme, problems) = match theme {
        Ok(theme) => (Some(Arc::new(theme)), Vec::new()),
        Err(problems) => (None, problems),
    };
    let (found, ready) = rayon::join(
        || links::check(&site, config.layout.checks),
        || theme.map(|theme| ready(&config, &site, theme, history.clone(), ahead)),
    );
    diagnostics.extend(found);
    diagnostics.extend(problems);
    let mut build = Build {
        output: Output::new(),
        failed: BTreeSet::new(),
        ahead: 0,
        kept: Kept::default(),
        diagnostics,
        site,
        config,
    };
    let unread = build.site.unread.iter();
    let unread = unread.map(|path| url::of_source(path, build.site.urls));
    build.failed = unread.collect();
    if let Some(ready) = ready {
        let (press, shelf) = ready?;
        build.render(press, &shelf, before);
        build.ahead = shelf.changed();
    }
    diagnostic::sort(&mut build.diagnostics);
    Ok(build)
}

/// What pages are rendered with, and where they go.
fn ready(
    config: &Config,
    site: &Site,
    theme: Arc<theme::Theme>,
    history: Arc<History>,
    ahead: bool,
) -> anyhow::Result<(Press, Shelf)> {
    let (press, shelf) = rayon::join(
        || Press::new(config, site, theme, history),
        || match ahead {
            true => Shelf::open(&config.build_dir, site),
            false => Ok(Shelf::Memory),
        },
    );
    Ok((press, shelf?))
}

impl Build {
    /// Makes every file of the site.
    fn render(&mut self, press: Press, shelf: &Shelf, before: Option<&Self>) {
        let Self { config, site, .. } = &*self;
        let made = |path: &str| before?.kept.made(before?, path);
        let (rendered, texts) = rayon::join(
            || render::pages(config, site, &press, &made, shelf),
            || texts(config, site, &press, shelf),
        );
        let failing = site.pages.iter();
        let failing = failing.filter(|page| !rendered.files.contains_key(&page.url));
        let failing: Vec<String> = failing.map(|page| page.url.clone()).collect();
        self.output = files(config, site, press.theme(), texts, rendered.files);
        self.failed.extend(failing);
        self.diagnostics.extend(rendered.problems);
        self.diagnostics.extend_from_slice(press.theme().warnings());
        self.kept = Kept::new(press, rendered.made);
    }
}

/// What the site has besides HTML, by path.
fn texts(config: &Config, site: &Site, press: &Press, shelf: &Shelf) -> BTreeMap<String, Body> {
    let published = Published::of(config);
    let (mut texts, others) = rayon::join(
        || twins::files(config, site, &published, shelf),
        || extras::files(site, &published, press.history()),
    );
    let others = others.into_iter().chain([listing::file(site)]);
    texts.extend(others.map(|(path, text)| (path, Body::of(text))));
    texts
}

/// The theme's files, what was made of the pages, and the author's own files;
/// the author's win.
fn files(
    config: &Config,
    site: &Site,
    theme: &theme::Theme,
    texts: BTreeMap<String, Body>,
    pages: BTreeMap<String, Body>,
) -> Output {
    let mut output = Output::new();
    for (path, text) in site::write::for_hosts(config.html.cname.as_deref()) {
        output.insert(path.into(), Body::of(text));
    }
    for (path, bytes) in theme.assets() {
        output.insert(path.into(), Body::Bytes(Arc::from(bytes.into_owned())));
    }
    let made = texts.into_iter().chain(pages);
    output.extend(made.map(|(path, body)| (path.into(), body)));
    for asset in site.assets.values() {
        output.insert(asset.path.as_str().into(), Body::File(asset.file.clone()));
    }
    output
}

/// The chunks of a site's searched pages, cut to what `embedder` reads; without
/// one by estimate. Those of unchanged pages are taken from the index before.
pub fn chunks(
    pages: Vec<Arc<Page>>,
    embedder: Option<&dyn Embedder>,
    before: Option<&Index>,
) -> Chunks {
    let before = before.map(|before| &before.chunks);
    let Some(embedder) = embedder else {
        return chunk::chunks(pages, &Counter::ESTIMATE, before);
    };
    let counter = Counter {
        name: embedder.id(),
        count: &|text| embedder.token_count(text),
        most: Counter::most(embedder.max_tokens()),
    };
    chunk::chunks(pages, &counter, before)
}

/// Indexes chunks, taking from the index before and the cache folder all that
/// is there already. A build never loads a language model.
///
/// # Errors
/// When it was stopped, the cache folder cannot be written or the embedder
/// fails.
pub fn index(
    config: &Config,
    chunks: Chunks,
    embedder: Option<Arc<dyn Embedder>>,
    before: Option<&Index>,
    progress: &dyn Fn(Progress),
    stop: &dyn Fn() -> bool,
) -> anyhow::Result<Index> {
    let job = Job {
        progress,
        stop,
        ..job(config, embedder, before)
    };
    Index::build(chunks, &job)
}

/// How a book is indexed, by someone who wants to know nothing of it meanwhile.
pub fn job<'a>(
    config: &'a Config,
    embedder: Option<Arc<dyn Embedder>>,
    before: Option<&'a Index>,
) -> Job<'a> {
    Job {
        config: config.search.clone(),
        language: &config.book.language,
        embedder,
        cache_dir: &config.cache_dir,
        before,
        progress: &|_| {},
        stop: &|| false,
        meanwhile: None,
    }
}
