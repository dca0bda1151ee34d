//! `mkdocs.yml`, read into the same [`Config`] as `book.toml`.
//!
//! What MkDocs and Material for MkDocs have and docent has not is named, each
//! once with what it would have done: in silence, a setting that withholds
//! pages would publish them.

mod blog;
pub mod convert;
mod edit;
mod extensions;
pub mod fields;
mod files;
mod inherit;
pub mod keys;
mod nav;
mod plugins;
mod tags;
mod theme;
mod validation;
pub mod yaml;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use self::fields::Problems;
use self::files::Files;
use self::keys::Support;
use self::yaml::Node;
use super::layout::{Layout, Navigation, Patterns, Tags, UrlStyle};
use super::{Book, Build, Config, Html, Serve};
use crate::diagnostic::Diagnostic;

pub use tags::Variables;

/// The names that MkDocs looks for, in this order.
pub const NAMES: [&str; 2] = ["mkdocs.yml", "mkdocs.yaml"];

/// The file of MkDocs in `root`, when there is one.
pub fn find(root: &Path) -> Option<&'static str> {
    NAMES.into_iter().find(|name| root.join(name).is_file())
}

/// Reads the file `name` in `root`; `variables` answers `!ENV`.
///
/// # Errors
/// The problems that leave no configuration to work with.
pub fn load(
    root: &Path,
    name: &str,
    variables: Variables<'_>,
) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (mut node, files) = inherit::read(root, name).map_err(|error| vec![*error])?;
    let mut problems = Problems::default();
    tags::resolve(&mut node, variables, &mut problems.all);
    strangers(&node, &mut problems);
    let mut config = Reader { root, node: &node }.config(&mut problems);
    config.read_from.extend(files);
    folders(&config, &node, &mut problems);
    if problems.all.iter().any(Diagnostic::is_error) {
        return Err(problems.all);
    }
    Ok((config, problems.all))
}

/// As [`load`], with the environment as a list.
///
/// # Errors
/// As [`load`].
pub fn load_with(
    root: &Path,
    name: &str,
    variables: &[(String, String)],
) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    let value = |name: &str| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    load(root, name, &value)
}

/// Names the keys that mean nothing or have no effect.
fn strangers(node: &Node, problems: &mut Problems) {
    let names: Vec<&str> = keys::KEYS.iter().map(|(name, _)| *name).collect();
    for (key, value) in node.map().unwrap_or_default() {
        let name = key.text().unwrap_or_default();
        match keys::KEYS.iter().find(|(known, _)| *known == name) {
            None => problems.unknown(key, "", &names),
            Some((_, Support::Used | Support::Inert)) => {}
            Some((_, Support::Unsupported(_))) if value.is_null() => {}
            Some((_, Support::Unsupported(effect))) => {
                problems.unsupported(key, &format!("`{name}`"), effect);
            }
        }
    }
    let Some(extra) = node.get("extra") else {
        return;
    };
    for (key, _) in problems.entries(extra, "extra") {
        let name = key.text().unwrap_or_default();
        if name == "status" {
            continue;
        }
        let effect = keys::EXTRA.iter().find(|(known, _)| *known == name);
        let effect = effect.map_or("templates can use it", |(_, effect)| effect);
        problems.appearance(key, &format!("`extra.{name}`"), effect);
    }
}

/// The content folder must be there, and the output must not be in it.
fn folders(config: &Config, node: &Node, problems: &mut Problems) {
    let src = &config.src;
    if !src.is_dir() {
        let message = format!("no content folder at `{}`", src.display());
        let diagnostic = Diagnostic::error("config/no-content", message)
            .help("create it, or name another folder with `docs_dir`");
        problems.all.push(match node.get("docs_dir") {
            Some(node) => diagnostic.at(node.place()),
            None => diagnostic,
        });
    } else if config.build_dir.starts_with(src) || src.starts_with(&config.build_dir) {
        let message = "the output folder and the content folder lie in each other";
        let diagnostic = Diagnostic::error("config/build-dir", message)
            .help("name a folder of its own with `site_dir`");
        problems.all.push(match node.get("site_dir") {
            Some(node) => diagnostic.at(node.place()),
            None => diagnostic,
        });
    }
}

struct Reader<'a> {
    root: &'a Path,
    node: &'a Node,
}

impl Reader<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        self.node.get(key).filter(|node| !node.is_null())
    }

    fn text(&self, key: &str, problems: &mut Problems) -> Option<String> {
        self.get(key).and_then(|node| problems.text(node, key))
    }

    fn flag(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        self.get(key).and_then(|node| problems.flag(node, key))
    }

    fn texts(&self, key: &str, problems: &mut Problems) -> Vec<String> {
        self.get(key)
            .map(|node| problems.texts(node, key))
            .unwrap_or_default()
    }

    fn config(&self, problems: &mut Problems) -> Config {
        let theme = theme::read(self.get("theme"), problems);
        let src = self.text("docs_dir", problems);
        let src = clean(&self.root.join(src.as_deref().unwrap_or("docs")));
        let plugins = plugins::read(self.get("plugins"), self.root, &src, problems);
        let site_dir = self.text("site_dir", problems);
        let site_dir = PathBuf::from(site_dir.as_deref().unwrap_or("site"));
        let extensions = self.get("markdown_extensions");
        let snippets = files::snippets(self.root, extensions, problems);
        let build = Build {
            append_snippets: files::appended(extensions, &snippets, problems),
            build_dir: site_dir.clone(),
            extra_watch_dirs: self
                .texts("watch", problems)
                .into_iter()
                .map(PathBuf::from)
                .collect(),
            ..Build::default()
        };
        let mut html = self.html(&src, theme.edit_links, problems);
        html.redirect.extend(plugins.redirects);
        if let Some(folder) = &theme.custom_dir {
            self.custom_dir(folder, problems);
        }
        let mut layout = self.layout(problems);
        layout.section_indexes = theme.section_indexes || plugins.section_index;
        layout.exclude.lines.extend(plugins.exclude.lines);
        layout.tags = plugins.tags;
        Config {
            root: self.root.to_path_buf(),
            src,
            build_dir: clean(&self.root.join(site_dir)),
            cache_dir: self.root.join(&build.cache_dir),
            book: Book {
                title: self
                    .text("site_name", problems)
                    .unwrap_or(Book::default().title),
                description: self.text("site_description", problems).unwrap_or_default(),
                authors: self.text("site_author", problems).into_iter().collect(),
                language: theme.language.unwrap_or_else(|| "en".to_owned()),
                text_direction: theme.direction.unwrap_or_default(),
                ..Book::default()
            },
            build,
            serve: self.serve(problems),
            html,
            dialect: extensions::dialect(extensions, problems),
            snippets,
            layout,
            blogs: plugins.blogs.0,
            read_from: plugins.blogs.1,
            ..Config::default()
        }
    }

    fn html(&self, src: &Path, edit_links: bool, problems: &mut Problems) -> Html {
        let repo_url = self.text("repo_url", problems);
        let edit_uri = match self.node.get("edit_uri") {
            // `edit_uri: ""` turns the links off.
            Some(node) if node.is_null() => None,
            Some(node) => problems.text(node, "edit_uri"),
            None => None,
        };
        let template = self.text("edit_uri_template", problems);
        let template = edit::template(
            repo_url.as_deref(),
            edit_uri.as_deref(),
            template.as_deref(),
        );
        let files = Files {
            root: self.root,
            src,
        };
        let theme = self.get("theme");
        let mut picture = |key: &str| {
            let node = theme?.get(key).filter(|node| !node.is_null())?;
            files.picture(node, &format!("theme.{key}"), problems)
        };
        let (logo, favicon) = (picture("logo"), picture("favicon"));
        let mut own = |key| {
            let node = self.get(key);
            node.map_or_else(Vec::new, |node| files.own(node, key, problems))
        };
        Html {
            additional_css: own("extra_css"),
            additional_js: own("extra_javascript"),
            logo,
            favicon,
            copyright: self.text("copyright", problems),
            status: self.status(problems),
            git_repository_name: self.text("repo_name", problems),
            edit_url_template: template.filter(|_| edit_links),
            git_repository_url: repo_url,
            site_url: self.text("site_url", problems),
            ..Html::default()
        }
    }

    /// `extra.status`: what states of pages are called.
    fn status(&self, problems: &mut Problems) -> BTreeMap<String, String> {
        let Some(node) = self.get("extra").and_then(|extra| extra.get("status")) else {
            return BTreeMap::new();
        };
        let entries = problems.entries(node, "extra.status").iter();
        let named = entries.filter_map(|(name, text)| {
            let text = text.text()?.to_owned();
            Some((name.text()?.to_owned(), text))
        });
        named.collect()
    }

    fn custom_dir(&self, folder: &str, problems: &mut Problems) {
        let Some(node) = self.get("theme").and_then(|theme| theme.get("custom_dir")) else {
            return;
        };
        let effect =
            format!("templates in `{folder}` change the pages; write those of docent instead");
        problems.unsupported(node, "`theme.custom_dir`", &effect);
    }

    fn serve(&self, problems: &mut Problems) -> Serve {
        let mut serve = Serve::default();
        let Some(node) = self.get("dev_addr") else {
            return serve;
        };
        let address = problems.text(node, "dev_addr").unwrap_or_default();
        match address
            .rsplit_once(':')
            .map(|(host, port)| (host, port.parse()))
        {
            Some((host, Ok(port))) => {
                serve.host = host.trim_matches(['[', ']']).to_owned();
                serve.port = port;
            }
            _ => problems.wrong(node, "dev_addr", "an address such as `127.0.0.1:8000`"),
        }
        serve
    }

    fn layout(&self, problems: &mut Problems) -> Layout {
        let strict = self.flag("strict", problems).unwrap_or(false);
        let directories = self.flag("use_directory_urls", problems).unwrap_or(true);
        Layout {
            urls: if directories {
                UrlStyle::Directory
            } else {
                UrlStyle::MkdocsFile
            },
            navigation: match self.get("nav") {
                Some(node) => Navigation::Listed(nav::entries(node, problems)),
                None => Navigation::Folders,
            },
            section_indexes: false,
            tags: Tags::default(),
            exclude: self.patterns("exclude_docs", problems),
            drafts: self.patterns("draft_docs", problems),
            not_in_nav: self.patterns("not_in_nav", problems),
            checks: validation::read(strict, self.get("validation"), problems),
        }
    }

    fn patterns(&self, key: &str, problems: &mut Problems) -> Patterns {
        let Some(node) = self.get(key) else {
            return Patterns::default();
        };
        let text = problems.text(node, key).unwrap_or_default();
        Patterns {
            lines: text.lines().map(str::to_owned).collect(),
            place: Some(node.place()),
        }
    }
}

/// The path without `.` parts and, as far as it goes, without `..`.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
