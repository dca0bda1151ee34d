//! Which page is at which address, also when two want the same.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::url;
use crate::config::UrlStyle;
use crate::content::Source;
use crate::diagnostic::{Diagnostic, Span};

/// An address for each source, in their order; nothing for one that cannot
/// have any. Where two want the same, the one that other tools would put
/// there has it, and the other one is at an address made from its own name.
///
/// `moved` says where some files would have to lie for their address.
pub fn give(
    sources: &[Arc<Source>],
    urls: UrlStyle,
    moved: &BTreeMap<String, String>,
) -> (Vec<Option<String>>, Vec<Diagnostic>) {
    let wanted = |source: &Source| {
        let path = moved.get(&source.path).unwrap_or(&source.path);
        url::of_source(path, urls)
    };
    let mut first: HashMap<String, usize> = HashMap::with_capacity(sources.len());
    for (at, source) in sources.iter().enumerate() {
        let holder = first.entry(wanted(source)).or_insert(at);
        if claim(source) < claim(&sources[*holder]) {
            *holder = at;
        }
    }
    if first.len() == sources.len() {
        let all = sources.iter().map(|source| Some(wanted(source)));
        return (all.collect(), Vec::new());
    }
    let mut taken: HashSet<String> = first.keys().cloned().collect();
    let mut problems = Vec::new();
    let mut give = |(at, source): (usize, &Arc<Source>)| {
        let wanted = wanted(source);
        let holder = first[&wanted];
        if holder == at {
            return Some(wanted);
        }
        let own = own_address(&source.path, &taken);
        problems.push(second(source, &sources[holder], &wanted, own.as_deref()));
        taken.extend(own.clone());
        own
    };
    let all = sources.iter().enumerate().map(&mut give).collect();
    (all, problems)
}

/// MkDocs prefers `index.md` to a `README.md` beside it.
pub fn index_before_readme(sources: &mut Vec<Arc<Source>>) -> Vec<Diagnostic> {
    let folder = |path: &str, name: &str| path.strip_suffix(name).map(str::to_owned);
    let indexed: BTreeSet<String> = sources
        .iter()
        .filter_map(|source| folder(&source.path, "index.md"))
        .collect();
    let mut problems = Vec::new();
    sources.retain(|source| {
        let beside = folder(&source.path, "README.md").is_some_and(|at| indexed.contains(&at));
        if beside {
            let message = format!("`{}` is left out: there is an `index.md`", source.shown);
            problems.push(Diagnostic::warning("site/same-address", message).help("remove one"));
        }
        !beside
    });
    problems
}

/// How good the claim to an address is, the best first: `index.md` has it by
/// its name, `_index.md` is Hugo's page of a folder, for which a `README.md`
/// beside it is a page like any other, and `.md` goes before `.markdown`.
fn claim(source: &Source) -> (usize, bool) {
    let (_, name) = url::split(&source.path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let names = ["index", "_index", "readme"];
    let rank = names
        .iter()
        .position(|name| stem.eq_ignore_ascii_case(name))
        .unwrap_or_default();
    (rank, !ending.eq_ignore_ascii_case("md"))
}

/// `README.html` for a `README.md`, and `a.markdown.html` when that is taken.
fn own_address(path: &str, taken: &HashSet<String>) -> Option<String> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let names = [format!("{stem}.html"), format!("{path}.html")];
    names.into_iter().find(|name| !taken.contains(name))
}

fn second(source: &Source, holder: &Source, wanted: &str, own: Option<&str>) -> Diagnostic {
    let both = format!(
        "`{}` and `{}` would both be at `{wanted}`",
        source.shown, holder.shown
    );
    let problem = match own {
        Some(own) => Diagnostic::warning(
            "site/same-address",
            format!("{both}; the former is at `{own}`"),
        ),
        None => Diagnostic::error("site/same-address", both),
    };
    problem
        .at(source.place(Span::new(0, 0)))
        .help("rename or remove one of them")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::give;
    use crate::config::UrlStyle;
    use crate::content::{FrontMatter, Source};

    fn source(path: &str) -> Source {
        Source {
            path: path.to_owned(),
            shown: path.to_owned(),
            text: "".into(),
            body: 0,
            meta: FrontMatter::default(),
            kind: None,
            pieces: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn check(paths: &[&str], expected: &[&str], problems: usize) {
        let sources: Vec<Arc<Source>> = paths.iter().map(|path| source(path).into()).collect();
        let (given, found) = give(&sources, UrlStyle::File, &BTreeMap::new());
        let given: Vec<&str> = given.iter().map(|one| one.as_deref().unwrap()).collect();
        assert_eq!(given, expected);
        assert_eq!(found.len(), problems, "{found:?}");
        assert!(found.iter().all(|problem| !problem.is_error()));
    }

    #[test]
    fn every_page_has_an_address_of_its_own() {
        check(&["a.md", "b/README.md"], &["a.html", "b/index.html"], 0);
        check(
            &["a/README.md", "a/_index.md"],
            &["a/README.html", "a/index.html"],
            1,
        );
        check(
            &["README.md", "_index.md", "index.md"],
            &["README.html", "_index.html", "index.html"],
            2,
        );
        check(&["a.markdown", "a.md"], &["a.markdown.html", "a.html"], 1);
        check(
            &["README.md", "readme.md"],
            &["index.html", "readme.html"],
            1,
        );
    }
}
