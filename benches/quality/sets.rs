//! The question sets, each with its indexes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use docent::index::chunk::{self, Counter};
use docent::index::{Chunk, Chunks, Index};
use docent::markdown::{Block, BlockKind};
use serde_json::Value;

use crate::book::Maker;
use crate::plain::Plain;

/// A question with what answers it.
#[derive(Clone, Default)]
pub struct Asked {
    pub question: String,
    /// The sections or pages that are right.
    pub right: Vec<String>,
    /// A page that may not be found, because the question stands in it.
    pub hidden: Option<String>,
    /// What a good answer says, where somebody wrote one.
    pub answer: Option<String>,
    /// The part of the set that it belongs to.
    pub group: String,
    /// Whether a section is right where pages are with other questions.
    pub in_section: bool,
}

/// Questions with the documents that they are put to.
pub struct Set {
    pub name: &'static str,
    pub asked: Vec<Asked>,
    pub chunks: Chunks,
    pub plain: Plain,
    pub stemmed: Plain,
    pub words: Index,
    /// By words and meaning, when the model is there.
    pub hybrid: Option<Index>,
    /// Whether pages are right, and not sections.
    pub by_page: bool,
}

impl Set {
    pub fn new(
        maker: &Maker,
        name: &'static str,
        chunks: Vec<Chunk>,
        asked: Vec<Asked>,
        by_page: bool,
    ) -> Result<Self> {
        let chunks = Chunks::from(chunks);
        let words = maker.index(name, &chunks, Some(1.0))?;
        Ok(Self {
            name,
            asked,
            plain: Plain::of_words(&chunks),
            stemmed: Plain::of_stems(&chunks),
            words: words.context("no index by words")?,
            hybrid: maker.index(name, &chunks, None)?,
            chunks,
            by_page,
        })
    }

    /// The questions of a part of the set.
    pub fn group(&self, name: &str) -> Vec<&Asked> {
        let asked = self.asked.iter();
        asked.filter(|asked| asked.group == name).collect()
    }

    /// What a section is known by among the right ones.
    pub fn key(&self, chunk: usize, asked: &Asked) -> String {
        let chunk = &self.chunks[chunk];
        if self.by_page && !asked.in_section {
            chunk.page.clone()
        } else {
            chunk.url()
        }
    }
}

/// 100 questions with reference answers; sections of pages that are there as
/// text only.
pub fn claude(maker: &Maker) -> Result<Set> {
    let folder = maker.shared.join("qa/claude-docs-eval");
    let mut chunks = Vec::new();
    for section in lines(&folder.join("chunks.jsonl"))? {
        let link = text(&section, "chunk_link");
        let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
        let heading = text(&section, "chunk_heading");
        let body = text(&section, "text").trim_start();
        let body = body.strip_prefix(heading).unwrap_or(body);
        let paragraphs = body.split("\n\n").map(str::trim);
        let block = |text: &str| Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
        };
        let whole = Chunk::new(
            page.to_owned(),
            anchor.to_owned(),
            page.rsplit('/')
                .next()
                .unwrap_or_default()
                .replace('-', " "),
            vec![heading.to_owned()],
            None,
            paragraphs
                .filter(|text| !text.is_empty())
                .map(block)
                .collect(),
        );
        chunks.extend(chunk::fitted(
            &whole,
            &Counter {
                name: "",
                count: &|text| maker.count(text),
                most: maker.most(),
            },
        ));
    }
    let asked = lines(&folder.join("questions.jsonl"))?;
    let asked = asked.iter().map(|line| Asked {
        question: text(line, "question").to_owned(),
        right: line["correct_chunks"]
            .as_array()
            .map(|all| {
                all.iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default(),
        answer: Some(text(line, "correct_answer").to_owned()),
        ..Asked::default()
    });
    Set::new(maker, "claude", chunks, asked.collect(), false)
}

/// 445 questions, each with the one page that it was made from.
pub fn kubernetes(maker: &Maker) -> Result<Set> {
    let settings = "[book]\ntitle = \"Kubernetes\"\nsrc = \"content\"\n\n\
        [output.html]\nsite-url = \"https://kubernetes.io/docs/\"\n";
    let (site, chunks) = maker.book("k8s-docs", Some(settings))?;
    let pages = site.pages.iter();
    let pages: HashMap<&str, &str> = pages
        .map(|page| (page.source.path.as_str(), page.address.as_str()))
        .collect();
    let questions = maker.shared.join("qa/k8s-docs-questions/questions.jsonl");
    let mut asked = Vec::new();
    for line in lines(&questions)? {
        let path = text(&line, "path").trim_start_matches("content/en/docs/");
        let page = pages
            .get(path)
            .with_context(|| format!("no page `{path}`"))?;
        asked.push(Asked {
            question: text(&line, "question").to_owned(),
            right: vec![(*page).to_owned()],
            group: text(&line, "set").to_owned(),
            ..Asked::default()
        });
    }
    Set::new(maker, "k8s-docs", chunks, asked, true)
}

/// What the pages of `set` call themselves and their sections, as readers type it
/// who know where they want to go: each title, and each third heading that stands
/// in at most three places.
pub fn names(set: &Set) -> [(&'static str, Vec<Asked>); 2] {
    let key = |name: &str| name.to_lowercase();
    let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut headings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for chunk in set.chunks.iter() {
        let title = titles.entry(key(&chunk.title)).or_default();
        title.insert(chunk.page.clone());
        if !chunk.trail.is_empty() {
            let heading = headings.entry(key(chunk.heading())).or_default();
            heading.insert(chunk.url());
        }
    }
    let asked = |in_section: bool| {
        move |(question, right): (String, BTreeSet<String>)| Asked {
            question,
            right: right.into_iter().collect(),
            in_section,
            ..Asked::default()
        }
    };
    let rare = headings.into_iter().filter(|(_, places)| places.len() <= 3);
    [
        ("titles", titles.into_iter().map(asked(false)).collect()),
        ("headings", rare.step_by(3).map(asked(true)).collect()),
    ]
}

/// The Cargo Book as it is, with the questions that its own headings and
/// links ask.
pub fn cargo(maker: &Maker) -> Result<Set> {
    let (_, chunks) = maker.book("cargo-book", None)?;
    let kinds = ["faq", "question-heading", "howto-heading", "howto-title"];
    let mined = lines(&maker.shared.join("qa/mined/cargo-book.jsonl"))?;
    let asked = mined.iter().map(|line| Asked {
        question: text(line, "query").to_owned(),
        group: text(line, "type").to_owned(),
        ..Asked::default()
    });
    let asked = asked.filter(|asked| kinds.contains(&asked.group.as_str()));
    Set::new(maker, "cargo-book", chunks, asked.collect(), true)
}

/// The lines of a file of JSON values.
pub fn lines(file: &Path) -> Result<Vec<Value>> {
    let text = fs_err::read_to_string(file)?;
    let value = |line| serde_json::from_str(line).context("a line that is not JSON");
    text.lines().map(value).collect()
}

/// The text of a field, empty without one.
pub fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}
