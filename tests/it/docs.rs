//! The project's own pages, held to the code: what they list is what is there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use docent::answer::{self, Ask};
use docent::config::Dialect;
use docent::content::{front_matter, meta};
use docent::diagnostic::render;
use docent::{config, eval, markdown, models, pipeline};

use crate::architecture::rust_files;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs_err::read_to_string(root().join(path)).expect("a text of the project")
}

/// The titles of the sections of `text`, with their levels.
fn headings(text: &str) -> Vec<(u8, String)> {
    let document = markdown::parse(text, front_matter::split(text).body, Dialect::default());
    let sections = document
        .sections
        .into_iter()
        .filter(|section| section.level > 0);
    sections
        .map(|section| (section.level, section.title))
        .collect()
}

/// Fails with the names of `wanted` that `path` does not hold in backticks.
fn assert_named<'a>(path: &str, wanted: impl IntoIterator<Item = &'a str>) {
    let text = read(path);
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|name| !text.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "`{path}` does not name {missing:?}");
}

#[test]
fn the_code_map_lists_the_rooms_of_src() {
    let entries = fs_err::read_dir(root().join("src")).expect("src");
    let rooms: BTreeSet<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .replace(".rs", "")
        })
        .filter(|name| name != "main" && name != "lib")
        .collect();
    let all = headings(&read("content/explanation/architecture.md"));
    let map = all
        .iter()
        .skip_while(|(_, title)| title != "Code map")
        .skip(1);
    let listed: Vec<String> = map
        .take_while(|(level, _)| *level > 2)
        .map(|(_, title)| title.clone())
        .collect();
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), rooms);
    assert_eq!(
        listed.len(),
        rooms.len(),
        "a room is listed twice: {listed:?}"
    );
}

/// The codes given to `Diagnostic::error` and `Diagnostic::warning` in `text`.
fn codes(path: &Path, text: &str) -> BTreeSet<String> {
    let code = text.split("\nmod tests {").next().unwrap_or(text);
    let calls = [
        "Diagnostic::error(",
        "Diagnostic::warning(",
        "Diagnostic::note(",
    ];
    let mut codes = BTreeSet::new();
    for call in calls {
        for (place, _) in code.match_indices(call) {
            let rest = code[place + call.len()..].trim_start();
            let literal = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
            let (code, _) = literal.unwrap_or_else(|| {
                panic!(
                    "`{}`: the code is not a literal: {:.40}",
                    path.display(),
                    rest
                )
            });
            codes.insert(code.to_owned());
        }
    }
    codes
}

#[test]
fn every_code_has_a_section_and_every_section_a_code() {
    let files = rust_files(&root().join("src"));
    let used: BTreeSet<String> = files
        .iter()
        .flat_map(|file| codes(file, &fs_err::read_to_string(file).expect("UTF-8")))
        .collect();
    let all = headings(&read("content/reference/diagnostics.md"));
    let documented: BTreeSet<String> = all
        .into_iter()
        .map(|(_, title)| title)
        .filter(|title| title.contains('/'))
        .collect();
    assert_eq!(documented, used, "left: documented, right: used in src");
}

#[test]
fn every_configuration_key_is_on_its_page() {
    assert_named(
        "content/reference/configuration.md",
        config::keys::KEYS.iter().map(|key| key.0),
    );
}

#[test]
fn every_front_matter_key_is_on_its_page() {
    assert_named(
        "content/reference/front-matter.md",
        meta::KEYS.iter().copied(),
    );
}

#[test]
fn every_key_of_questions_and_every_measure_is_on_its_page() {
    let others = eval::read::OTHER_NAMES.iter().map(|(name, _)| *name);
    let keys = eval::read::KEYS.into_iter().chain(eval::read::TOP_KEYS);
    let measures = eval::Measure::ALL.into_iter().map(eval::Measure::name);
    assert_named(
        "content/reference/questions.md",
        keys.chain(others).chain(measures),
    );
}

#[test]
fn every_model_is_on_its_page() {
    let path = "content/reference/models.md";
    assert_named(
        path,
        models::manifest::MODELS.iter().map(|model| model.name),
    );
    let text = read(path);
    for model in models::manifest::MODELS {
        let size = format!("{:.1} MB", model.bytes() as f64 / 1e6);
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", model.name)));
        let row = row.unwrap_or_else(|| panic!("no row for `{}` in `{path}`", model.name));
        assert!(
            row.contains(model.licence),
            "`{}`: {} not in: {row}",
            model.name,
            model.licence
        );
        assert!(
            row.contains(&size) || model.files.is_empty() || text.contains(&size),
            "`{}` has {size}",
            model.name
        );
        for source in model.files.iter().flat_map(|file| file.sources) {
            let name = match source {
                models::Source::Hub { repo, .. } => (*repo).to_owned(),
                models::Source::Wheel {
                    package, version, ..
                } => format!("{package}=={version}"),
            };
            assert!(
                text.contains(&format!("`{name}`")),
                "`{path}` does not name `{name}`"
            );
        }
    }
}

#[test]
fn every_dependency_is_among_the_licences() {
    let manifest = read("Cargo.toml");
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line == "[dev-dependencies]";
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| inside) {
            names.push(name);
        }
    }
    assert!(names.len() > 20, "only {names:?}");
    assert_named("content/reference/licences.md", names);
}

#[test]
fn every_file_of_the_theme_is_on_its_page() {
    let entries = fs_err::read_dir(root().join("themes/default")).expect("the theme");
    let names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_named(
        "content/reference/theme.md",
        names.iter().map(String::as_str),
    );
}

/// The names of variables and blocks that a template uses, those that it
/// makes itself left out.
fn names_of(template: &str) -> BTreeSet<String> {
    let (mut names, mut own) = (BTreeSet::new(), BTreeSet::new());
    let mut all = template;
    while let Some(at) = all.find("{{").into_iter().chain(all.find("{%")).min() {
        let end = if all[at..].starts_with("{{") {
            "}}"
        } else {
            "%}"
        };
        let (code, rest) = all[at + 2..].split_once(end).expect("an end");
        all = rest;
        // Every second part lies between quotes.
        let code: String = code.split('"').step_by(2).collect::<Vec<_>>().join("\u{1}");
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let mut before = "";
        let mut rest = code.as_str();
        while let Some(at) = rest.find(|c: char| c.is_alphabetic()) {
            let sign = rest[..at].trim_end().chars().next_back();
            let length = rest[at..].find(|c| !word(c)).unwrap_or(rest.len() - at);
            let name = &rest[at..at + length];
            let after = rest[at + length..].trim_start().chars().next();
            match before {
                "for" | "component" | "endcomponent" | "endblock" => {
                    own.insert(name.to_owned());
                }
                "block" => {
                    names.insert(name.to_owned());
                }
                _ => {
                    let given =
                        after == Some('=') && !rest[at + length..].trim_start().starts_with("==");
                    let typed = after == Some(':');
                    if given || typed {
                        own.extend(typed.then(|| name.to_owned()));
                    } else if !matches!(sign, Some('.' | '|' | ':' | '<')) {
                        names.insert(name.to_owned());
                    }
                }
            }
            before = name;
            rest = &rest[at + length..];
        }
    }
    let words = [
        "if",
        "elif",
        "else",
        "endif",
        "for",
        "in",
        "endfor",
        "block",
        "endblock",
        "extends",
        "component",
        "endcomponent",
        "and",
        "or",
        "not",
        "loop",
        "is",
        "set",
        "defined",
    ];
    names.retain(|name| !words.contains(&name.as_str()) && !own.contains(name));
    names
}

#[test]
fn every_variable_and_block_of_the_templates_is_on_the_theme_page() {
    let folder = root().join("themes/default");
    let mut names = BTreeSet::new();
    for entry in fs_err::read_dir(folder).expect("the theme") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            names.extend(names_of(&fs_err::read_to_string(path).expect("UTF-8")));
        }
    }
    assert!(
        names.contains("crumbs") && names.contains("frame"),
        "{names:?}"
    );
    assert_named(
        "content/reference/theme.md",
        names.iter().map(String::as_str),
    );
    let seeded =
        names_of("{% for a in b.c %}{{ a.d | e(f=g) }}{% if h == \"i\" %}{% endif %}{% endfor %}");
    assert_eq!(seeded, ["b", "g", "h"].map(str::to_owned).into());
}

#[test]
fn every_route_is_on_the_page_of_the_interface() {
    let mut routes = BTreeSet::new();
    for file in rust_files(&root().join("src/serve")) {
        let text = fs_err::read_to_string(file).expect("UTF-8");
        for (place, call) in text.match_indices(".route(") {
            let rest = text[place + call.len()..].trim_start();
            let route = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
            let (route, _) =
                route.unwrap_or_else(|| panic!("a route without a literal: {rest:.40}"));
            routes.insert(route.to_owned());
        }
    }
    assert!(routes.contains("/api/search"), "{routes:?}");
    assert_named(
        "content/reference/api.md",
        routes.iter().map(String::as_str),
    );
}

#[test]
fn the_changes_start_with_this_version() {
    let all = headings(&read("content/reference/changes.md"));
    let newest = all
        .iter()
        .find(|(level, _)| *level == 2)
        .expect("a version");
    assert_eq!(
        newest.1.split_whitespace().next(),
        Some(env!("CARGO_PKG_VERSION"))
    );
}

/// What `docent <words> --help` prints.
fn help(words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
    let output = command
        .args(words)
        .arg("--help")
        .output()
        .expect("docent runs");
    assert!(output.status.success(), "{words:?}: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{}", line.trim_end());
        all
    })
}

/// The names under `Commands:` in a help text, `help` itself left out.
fn commands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Each command as typed, with its help, outermost first.
fn helps() -> Vec<(String, String)> {
    let mut helps = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while !open.is_empty() {
        let words = open.remove(0);
        let text = help(&words.iter().map(String::as_str).collect::<Vec<_>>());
        open.extend(commands(&text).into_iter().map(|name| {
            let mut inner = words.clone();
            inner.push(name);
            inner
        }));
        let typed = [&["docent".to_owned()], words.as_slice()]
            .concat()
            .join(" ");
        helps.push((typed, text));
    }
    helps
}

#[test]
fn the_command_line_page_holds_every_help_text() {
    let path = root().join("content/reference/cli.md");
    let old = fs_err::read_to_string(&path).expect("the page");
    let mut page = old.clone();
    let helps = helps();
    assert!(
        helps.len() > 8,
        "only {:?}",
        helps.iter().map(|help| &help.0).collect::<Vec<_>>()
    );
    for (command, help) in helps {
        let head = format!("```console\n$ {command} --help\n");
        let (before, rest) = page
            .split_once(&head)
            .unwrap_or_else(|| panic!("no block {head:?} in cli.md"));
        let (_, after) = rest.split_once("```\n").expect("the end of the block");
        page = format!("{before}{head}{help}```\n{after}");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs_err::write(&path, &page).expect("the page");
        return;
    }
    let first = page.lines().zip(old.lines()).find(|(new, old)| new != old);
    assert!(
        page == old,
        "cli.md is not what `--help` says: {first:?}\n\
         update it: UPDATE_DOCS=1 cargo test --locked --no-default-features command_line_page"
    );
}

#[test]
fn our_own_pages_have_no_problem() {
    let (config, mut problems) = pipeline::configure(root()).expect("a configuration");
    let built = pipeline::build(config).expect("readable content");
    assert!(
        built.site.pages.len() >= 10,
        "only {} pages",
        built.site.pages.len()
    );
    problems.extend(built.diagnostics);
    let texts: Vec<String> = problems
        .iter()
        .map(|problem| render::text(problem, false))
        .collect();
    assert!(texts.is_empty(), "\n{}", texts.join("\n\n"));
}

/// What the ask panel offers on a page to begin with.
fn offered(page: &docent::site::Page) -> Vec<String> {
    let own = page.source.meta.questions.clone();
    let is_guide = page.kind() == Some(docent::content::Kind::HowTo);
    if !own.is_empty() || !is_guide {
        return own;
    }
    let (first, rest) = page.title.split_at(1);
    vec![format!("How do I {}{rest}?", first.to_lowercase())]
}

#[test]
fn every_question_that_a_page_offers_is_answered_from_that_page() {
    let cache = tempfile::tempdir().unwrap();
    let (mut config, _) = pipeline::configure(root()).expect("a configuration");
    config.cache_dir = cache.path().to_owned();
    let (site, _) = pipeline::check(&config).expect("a site");
    let chunks = pipeline::chunks(site.searched(), None, None);
    let index = pipeline::index(&config, chunks, None, None, &|_| {}, &|| false).unwrap();
    let (mut asked, mut elsewhere) = (0, Vec::new());
    for page in &site.pages {
        for question in offered(page) {
            asked += 1;
            let ask = Ask {
                index: &index,
                config: &config.answer,
                generator: None,
                question: &question,
                earlier: &[],
                gone: &|| false,
            };
            let sources = answer::collect(&ask).unwrap().sources;
            if !sources
                .iter()
                .any(|source| source.url.starts_with(&page.url))
            {
                elsewhere.push(format!("{}: {question}", page.url));
            }
        }
    }
    assert!(asked > 50, "only {asked}");
    assert_eq!(elsewhere, Vec::<String>::new());
}

#[test]
fn the_readme_links_to_what_is_there() {
    let document = markdown::parse(&read("README.md"), 0, Dialect::default());
    let targets = document.links.iter().map(|link| link.dest.as_str());
    let targets: Vec<&str> = targets.filter(|target| !target.contains("://")).collect();
    assert!(targets.len() > 5, "only {targets:?}");
    let file = |target: &str| root().join(target.split('#').next().unwrap_or_default());
    let missing: Vec<PathBuf> = targets
        .into_iter()
        .map(file)
        .filter(|file| !file.exists())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
