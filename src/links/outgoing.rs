//! Links that leave the site: which there are, what was learned of them
//! today, and what is said about those that fail.
//!
//! Who asks the network is for the caller to say; nothing here does.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::address::{self, Address};
use crate::diagnostic::Diagnostic;
use crate::markdown::Link;
use crate::site::{Page, Site, Target};

/// How long an address that answered is not asked again.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// The file in the cache folder that keeps what was learned.
const FILE: &str = "external-links.json";

/// What asking for an address showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It answers.
    Fine,
    /// It has moved for good; the status.
    Moved(u16),
    /// It does not answer as it should, and how it does.
    Failed(String),
    /// It was not asked, and why.
    Refused(String),
}

/// A link that leaves the site, at its first place.
struct Outgoing<'a> {
    page: &'a Page,
    link: &'a Link,
    count: usize,
}

/// When each address last answered, in seconds since 1970.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Answered(BTreeMap<String, u64>);

/// Asks for every address on the web that the site links to, each once, and
/// gives a warning for each that fails, at its first place. Addresses that
/// answered within a day are kept in the folder `cache` and not asked again.
///
/// # Errors
/// When the cache folder cannot be written.
pub fn check(
    site: &Site,
    cache: &Path,
    now: SystemTime,
    ask: &dyn Fn(Vec<String>) -> BTreeMap<String, Verdict>,
) -> anyhow::Result<Vec<Diagnostic>> {
    let links = collect(site);
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let file = cache.join(FILE);
    let mut answered = Answered::read(&file);
    answered
        .0
        .retain(|_, then| *then <= now && now - *then < FRESH.as_secs());
    let open = links.keys().filter(|url| !answered.0.contains_key(*url));
    let verdicts = ask(open.cloned().collect());
    let fine = verdicts
        .iter()
        .filter(|(_, verdict)| **verdict == Verdict::Fine);
    answered.0.extend(fine.map(|(url, _)| (url.clone(), now)));
    fs_err::create_dir_all(cache)?;
    fs_err::write(&file, serde_json::to_vec(&answered)?)?;
    let report = |(url, verdict): (&String, &Verdict)| report(url, verdict, links.get(url)?);
    Ok(verdicts.iter().filter_map(report).collect())
}

impl Answered {
    /// What is in `file`; nothing when it is not there or damaged, which only
    /// costs asking again.
    fn read(file: &Path) -> Self {
        let bytes = fs_err::read(file).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

/// The addresses on the web that the site links to, without their fragments.
fn collect(site: &Site) -> BTreeMap<String, Outgoing<'_>> {
    let mut all: BTreeMap<String, Outgoing<'_>> = BTreeMap::new();
    for page in &site.pages {
        for link in &page.document.links {
            let Target::External(dest) = site.target(page, link) else {
                continue;
            };
            let Some(url) = on_the_web(dest) else {
                continue;
            };
            let first = Outgoing {
                page,
                link,
                count: 0,
            };
            all.entry(url).or_insert(first).count += 1;
        }
    }
    all
}

/// The address to ask for, when `dest` is on the web.
fn on_the_web(dest: &str) -> Option<String> {
    let dest = dest.split('#').next().unwrap_or(dest);
    if dest.starts_with("//") {
        return Some(format!("https:{dest}"));
    }
    let (scheme, _) = dest.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    web.then(|| dest.to_owned())
}

fn report(url: &str, verdict: &Verdict, outgoing: &Outgoing<'_>) -> Option<Diagnostic> {
    let more = match outgoing.count - 1 {
        0 => String::new(),
        1 => ", linked to from 1 more place".to_owned(),
        more => format!(", linked to from {more} more places"),
    };
    let diagnostic = match verdict {
        Verdict::Fine => return None,
        Verdict::Moved(status) => {
            let message = format!("`{url}` has moved for good ({status}){more}");
            Diagnostic::warning("link/moved", message)
                .help("open it and write the address that it leads to")
        }
        Verdict::Failed(how) => {
            let message = format!("`{url}` does not answer: {how}{more}");
            Diagnostic::warning("link/external", message)
                .help("open it: what answers a person may still refuse a program")
        }
        Verdict::Refused(why) => {
            let message = format!("`{url}` was not asked: {why}{more}");
            Diagnostic::warning("link/not-asked", message)
                .help("only addresses of the public internet are asked")
        }
    };
    let source = &outgoing.page.source;
    let span = match address::find(&source.text, outgoing.link) {
        Address::Here(span) => span,
        Address::Reference(_) => outgoing.link.span,
    };
    Some(diagnostic.at(source.place(span)))
}
