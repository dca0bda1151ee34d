//! What is answered and what is refused.

use std::collections::HashSet;

use anyhow::Result;
use docent::answer::terms::Terms;
use docent::answer::{Ask, Outcome, calibrate, collect, retrieve, words};
use docent::config;
use docent::index::{Index, Language};

use crate::book::search;
use crate::sets::{Asked, Set};
use crate::table::cell;
use crate::targets::Targets;

/// The longest extract, in words.
const LONGEST: usize = 120;

/// What searches by both are called.
const BOTH: &str = "words and meaning";

/// The indexes of a set, by name.
fn systems(set: &Set) -> impl Iterator<Item = (&'static str, &Index)> {
    let hybrid = set.hybrid.as_ref().map(|index| (BOTH, index));
    hybrid.into_iter().chain([("words", &set.words)])
}

/// Prints how much of the reference answers the extracts say,
/// and gives the share that those by words and meaning say.
pub fn extracts(set: &Set) -> Result<Option<f64>> {
    println!("**extracts of {}**\n", set.name);
    println!("| | share of the reference answer | words |\n| --- | ---: | ---: |");
    let config = config::Answer {
        min_similarity: Some(-1.0),
        ..config::Answer::default()
    };
    let mut both = None;
    for (name, index) in systems(set) {
        let (mut shares, mut first, mut length) = (Vec::new(), Vec::new(), 0);
        for asked in &set.asked {
            let answer = collect(&ask(index, &config, &asked.question))?;
            let quotes: Vec<String> = answer.quotes.into_iter().map(|quote| quote.text).collect();
            let text = quotes.join("\n");
            length += words::count(&text);
            shares.push(share(asked, &text));
            first.push(share(asked, &beginning(set, index, &asked.question)?));
        }
        println!(
            "| {name} | {} | {} |",
            cell(&shares, false),
            length / set.asked.len()
        );
        if name == BOTH {
            both = Some(shares.iter().sum::<f64>() / shares.len().max(1) as f64);
        }
        let bare = format!("{name}: the first {LONGEST} words of the best section");
        println!("| {bare} | {} | |", cell(&first, false));
    }
    println!();
    Ok(both)
}

fn ask<'a>(index: &'a Index, config: &'a config::Answer, question: &'a str) -> Ask<'a> {
    Ask {
        index,
        config,
        generator: None,
        question,
        earlier: &[],
        gone: &|| false,
    }
}

/// The first words of the best section.
fn beginning(set: &Set, index: &Index, question: &str) -> Result<String> {
    let hits = search(index, question)?;
    let best = hits.first().map(|hit| set.chunks[hit.chunk].url());
    let section = set.chunks.iter().filter(|chunk| Some(chunk.url()) == best);
    let section: String = section.map(|chunk| chunk.text() + "\n").collect();
    let first: Vec<&str> = section.split_whitespace().take(LONGEST).collect();
    Ok(first.join(" "))
}

/// The share of the reference answer's words, beyond those of the question,
/// that `text` has.
fn share(asked: &Asked, text: &str) -> f64 {
    let english = Language::of("en");
    let known: HashSet<String> = words::content(&asked.question, &english)
        .into_iter()
        .collect();
    let reference = words::content(asked.answer.as_deref().unwrap_or_default(), &english);
    let wanted: HashSet<String> = reference
        .into_iter()
        .filter(|word| !known.contains(word))
        .collect();
    let has = words::stems(text, &english);
    let said = wanted.iter().filter(|word| has.contains(*word)).count();
    said as f64 / wanted.len().max(1) as f64
}

/// Prints which questions each index refuses: its own, and those of others.
pub fn refusals(sets: &[&Set], targets: &mut Targets) -> Result<()> {
    println!("**refusals**\n");
    println!("| documents | searched by | floor | questions of | refused |");
    println!("| --- | --- | ---: | --- | ---: |");
    let config = config::Answer::default();
    for set in sets {
        for (name, index) in systems(set) {
            let floor = calibrate::floor(index, &config);
            for other in sets {
                let own = other.name == set.name;
                let mut all: Vec<f64> = Vec::new();
                for (group, asked) in groups(other, own) {
                    let refused = asked.iter().map(|asked| -> Result<f64> {
                        let answer = collect(&ask(index, &config, &asked.question))?;
                        Ok(f64::from(u8::from(answer.outcome == Outcome::NotInDocs)))
                    });
                    let refused: Vec<f64> = refused.collect::<Result<_>>()?;
                    all.extend(&refused);
                    let whose = if own { "own" } else { "foreign" };
                    println!(
                        "| {} | {name} | {floor:.2} | {} {group} ({whose}, {}) | {} |",
                        set.name,
                        other.name,
                        asked.len(),
                        cell(&refused, false)
                    );
                }
                let is_asked = |name: &str| name != "cargo-book";
                if name == BOTH && is_asked(set.name) && is_asked(other.name) {
                    let rate = all.iter().sum::<f64>() / all.len().max(1) as f64;
                    targets.refused(set.name, (!own).then_some(other.name), rate);
                }
            }
        }
    }
    println!();
    Ok(())
}

/// The questions of a set: by group where they are its own.
fn groups(set: &Set, apart: bool) -> Vec<(&str, Vec<&Asked>)> {
    let mut groups: Vec<(&str, Vec<&Asked>)> = Vec::new();
    for asked in &set.asked {
        let name = if apart { asked.group.as_str() } else { "" };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, members)) => members.push(asked),
            None => groups.push((name, vec![asked])),
        }
    }
    groups
}

/// Prints how often a question is refused once the pages that answer it are
/// gone. Other pages often answer it as well, so this is no error rate.
pub fn without_the_page(sets: &[&Set]) -> Result<()> {
    println!("**the right pages deleted**\n");
    println!("| documents | searched by | refused |\n| --- | --- | ---: |");
    let config = config::Answer::default();
    for set in sets {
        for (name, index) in systems(set) {
            let floor = calibrate::floor(index, &config);
            let refused = set.asked.iter().map(|asked| -> Result<f64> {
                let pages = asked.right.iter().map(|url| url.split('#').next());
                let pages: HashSet<Option<&str>> = pages.collect();
                let mut hits = search(index, &asked.question)?;
                hits.retain(|hit| !pages.contains(&Some(set.chunks[hit.chunk].page.as_str())));
                hits.truncate(retrieve::HITS);
                let frequency = |word: &str| index.frequency(word);
                let terms = Terms::read(
                    &asked.question,
                    index.language(),
                    &frequency,
                    set.chunks.len(),
                );
                let found = retrieve::judge(&terms, &hits, &set.chunks, floor);
                Ok(f64::from(u8::from(found.is_none())))
            });
            let refused: Vec<f64> = refused.collect::<Result<_>>()?;
            println!("| {} | {name} | {} |", set.name, cell(&refused, false));
        }
    }
    println!();
    Ok(())
}
