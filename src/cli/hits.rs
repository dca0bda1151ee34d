//! The hits of `docent search` as text and as JSON, with their reasons when
//! they are wanted.

use serde_json::json;

use crate::index::{Behind, Chunk, Hit, Match, Named, Query, Why};

/// A hit with what is shown of it.
pub struct Shown<'a> {
    /// The hit.
    pub hit: Hit,
    /// Its chunk.
    pub chunk: &'a Chunk,
    /// Pieces of its text, matching words marked.
    pub excerpt: Vec<(String, bool)>,
    /// Why it was found, when that was asked.
    pub why: Option<Why>,
}

/// One JSON document.
pub fn json(query: &Query, shown: &[Shown<'_>]) -> String {
    let place = |found: Option<(f32, usize)>| {
        found.map(|(score, rank)| json!({ "score": score, "rank": rank }))
    };
    let hits: Vec<serde_json::Value> = shown
        .iter()
        .map(
            |Shown {
                 hit,
                 chunk,
                 excerpt,
                 why,
             }| {
                let excerpt: Vec<_> = excerpt
                    .iter()
                    .map(|(text, mark)| json!({ "text": text, "mark": mark }))
                    .collect();
                let mut value = json!({
                    "title": chunk.title,
                    "heading": chunk.heading(),
                    "trail": chunk.trail,
                    "kind": chunk.kind,
                    "url": chunk.url(),
                    "excerpt": excerpt,
                    "score": hit.score,
                    "text": place(hit.text),
                    "vector": place(hit.vector),
                });
                if let Some(why) = why {
                    value["why"] = json!(why);
                }
                value
            },
        )
        .collect();
    format!("{:#}\n", json!({ "query": query.text, "hits": hits }))
}

/// A few lines for each hit.
pub fn text(shown: &[Shown<'_>]) -> String {
    let mut out = String::new();
    for (
        at,
        Shown {
            hit,
            chunk,
            excerpt,
            why,
        },
    ) in shown.iter().enumerate()
    {
        let excerpt: String = excerpt.iter().map(|(text, _)| text.as_str()).collect();
        let excerpt = excerpt.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = name(&chunk.title, chunk.heading());
        out.push_str(&format!(
            "{:>2}. {name}\n    {}\n    {excerpt}\n",
            at + 1,
            chunk.url()
        ));
        if let Some(why) = why {
            out.push_str(&reasons(hit, why));
        }
        out.push('\n');
    }
    out
}

fn reasons(hit: &Hit, why: &Why) -> String {
    let mut out = if hit.vector.is_some() {
        format!(
            "    score {:.3} = {:.2} × {:.3} by words + {:.2} × {:.3} by meaning\n",
            hit.score,
            why.alpha,
            why.words,
            1.0 - why.alpha,
            why.meaning
        )
    } else {
        format!("    score {:.3}, by words alone\n", hit.score)
    };
    if let Some((score, rank)) = hit.text {
        let matches: Vec<String> = why.matches.iter().map(matching).collect();
        out.push_str(&format!(
            "    words: {score:.2}, place {rank}: {}\n",
            matches.join("; ")
        ));
    } else {
        out.push_str("    words: none of them\n");
    }
    if let Some((cosine, rank)) = hit.vector {
        out.push_str(&format!("    meaning: cosine {cosine:.3}, place {rank}\n"));
    }
    if let Some(named) = why.named {
        let reason = match named {
            Named::Title => "it begins the page whose title was typed",
            Named::Heading => "its heading is what was typed",
        };
        out.push_str(&format!("    stands before others, because {reason}\n"));
    }
    if let Some(behind) = why.behind {
        let reason = match behind {
            Behind::Section => "a part of its section stands before it",
            Behind::Page => "its page has its share before it",
            Behind::Copy => "a section with nearly the same words stands before it",
        };
        out.push_str(&format!("    stands behind others, because {reason}\n"));
    }
    out
}

/// `water 2.31 (title, body)`; a word that was completed or corrected with the
/// stem that it was taken for, one that the author calls something else with
/// that name.
fn matching(one: &Match) -> String {
    let stem = match &one.synonym {
        Some(name) => format!(" by its synonym {name}"),
        None if one.guessed => format!(" taken for {}", one.stem),
        None => String::new(),
    };
    let fields = one.fields.join(", ");
    format!("{}{stem} {:.3} ({fields})", one.word, one.score)
}

/// `Page › Section`, or the page alone.
pub fn name(title: &str, heading: &str) -> String {
    if heading == title {
        title.to_owned()
    } else {
        format!("{title} › {heading}")
    }
}
