//! `docent search`.

use super::args::Search;
use super::engine::Engine;
use super::hits::{self, Shown};
use super::report::Terminal;
use super::{Exit, build};
use crate::config::Config;
use crate::content::Kind;
use crate::index::{Hit, Index, Query, Why};
use crate::pipeline;

/// Prints the hits of a query.
pub fn search(terminal: &Terminal, args: &Search) -> anyhow::Result<Exit> {
    let kind = match args
        .kind
        .as_deref()
        .map(|name| (name, Kind::from_name(name)))
    {
        Some((name, None)) => {
            let help = "use `tutorial`, `how-to`, `reference` or `explanation`";
            terminal.error(&format!("no kind is called `{name}`"), Some(help));
            return Ok(Exit::Usage);
        }
        Some((_, kind)) => kind,
        None => None,
    };
    let opened = match open(terminal, &args.dir, !args.no_embeddings)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let limit = args.limit.unwrap_or(opened.config.search.limit);
    let query = Query {
        text: args.query.join(" "),
        kind,
        limit,
    };
    let found: Vec<(Hit, Option<Why>)> = if args.explain {
        let explained = opened.index.explain(&query)?.into_iter();
        explained.map(|(hit, why)| (hit, Some(why))).collect()
    } else {
        let hits = opened.index.search(&query)?.into_iter();
        hits.map(|hit| (hit, None)).collect()
    };
    let shown = found.into_iter().map(|(hit, why)| {
        let chunk = &opened.index.chunks[hit.chunk];
        let excerpt = opened.index.excerpt(&hit, &query)?;
        Ok(Shown {
            hit,
            chunk,
            excerpt,
            why,
        })
    });
    let shown: Vec<Shown<'_>> = shown.collect::<anyhow::Result<_>>()?;
    if args.json {
        terminal.data(&hits::json(&query, &shown))?;
    } else if shown.is_empty() {
        terminal.note("nothing found");
    } else {
        terminal.data(&hits::text(&shown))?;
    }
    Ok(Exit::Fine)
}

/// A book that is ready to be asked.
pub struct Opened {
    /// Its configuration.
    pub config: Config,
    /// Where to look.
    pub index: Index,
    /// The models.
    pub engine: Engine,
}

/// The book's configuration and its index, made or brought up to date.
///
/// # Errors
/// When the environment fails.
pub fn open(
    terminal: &Terminal,
    dir: &std::path::Path,
    embeddings: bool,
) -> anyhow::Result<Result<Opened, Exit>> {
    let (config, _) = match build::configure(terminal, dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(Err(exit)),
    };
    let (site, _) = pipeline::check(&config)?;
    let engine = Engine::open(terminal, &config, embeddings)?;
    let index = engine.index(&config, site)?;
    Ok(Ok(Opened {
        config,
        index,
        engine,
    }))
}
