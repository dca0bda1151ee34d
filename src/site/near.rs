//! Pages of other kinds that are about the same thing, by the words of their
//! titles and headings.
//!
//! Takes what each page is about, gives for one page its nearest ones, best
//! first; nothing where no rare words agree. Texts below the headings are never
//! read, and no page is near to one of its own kind.

use std::collections::{BTreeMap, HashMap};

use super::{Page, PageId};
use crate::content::Kind;

/// A word that more pages have, or more than a tenth of a small book, says
/// nothing about what belongs together.
const RARE: usize = 24;
/// So much of what two pages are about must agree, as a cosine.
const LEAST: f64 = 0.33;
/// From here on two pages of one kind say the same, and one of them will do.
const SAME: f64 = 0.7;
/// So many rare words must agree, one of them in both titles …
const SHARED: usize = 2;
/// … or so many, wherever they stand.
const MANY: usize = 4;
/// A word of the title counts so much more than one of a heading.
const TITLE: f64 = 3.0;

/// What a page is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Digest {
    kind: Option<Kind>,
    /// The words, and whether the title has them.
    words: BTreeMap<String, bool>,
}

impl Digest {
    /// Reads the title and the headings.
    pub(super) fn of(page: &Page) -> Self {
        let sections = page.document.sections.iter();
        let headings = sections.map(|section| section.title.as_str());
        Self::new(page.kind(), &page.title, headings)
    }

    fn new<'a>(
        kind: Option<Kind>,
        title: &str,
        headings: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let headings = headings.into_iter().flat_map(words);
        let mut all: BTreeMap<String, bool> = headings.map(|word| (word, false)).collect();
        all.extend(words(title).map(|word| (word, true)));
        Self { kind, words: all }
    }
}

/// The words of three letters and more, in small letters and without the `s`
/// of a plural.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|char: char| !char.is_alphanumeric());
    words.filter(|word| word.chars().count() > 2).map(|word| {
        let mut word = word.to_lowercase();
        if word.ends_with('s') && !word.ends_with("ss") {
            word.pop();
        }
        word
    })
}

/// One word of one page.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// The number of the word, or of the page in a list of pages.
    number: usize,
    /// Its share of what the page is about: the squares add up to 1.
    weight: f64,
    in_title: bool,
}

/// The words that a page has in common with another.
#[derive(Debug, Default)]
struct Shared {
    cosine: f64,
    words: usize,
    in_both_titles: bool,
}

/// What all pages are about.
#[derive(Debug)]
pub(super) struct Near {
    kinds: Vec<Option<Kind>>,
    /// The words of each page, by their numbers.
    pages: Vec<Vec<Word>>,
    /// The pages of each word, in order; none for a word that is not rare.
    lists: Vec<Vec<Word>>,
}

impl Near {
    /// Weighs the words of the pages, which come in their order.
    pub(super) fn of(digests: &[Digest]) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut counts: Vec<u32> = Vec::new();
        let number = |(word, in_title): (&'_ String, &bool), of: &HashMap<&str, usize>| Word {
            number: of[word.as_str()],
            weight: if *in_title { TITLE } else { 1.0 },
            in_title: *in_title,
        };
        for word in digests.iter().flat_map(|digest| digest.words.keys()) {
            let next = numbers.len();
            let number = *numbers.entry(word).or_insert(next);
            counts.resize(numbers.len(), 0);
            counts[number] += 1;
        }
        let all = f64::from(u32::try_from(digests.len()).unwrap_or(u32::MAX));
        let rare = RARE.min(digests.len() / 10).max(2);
        let mut lists: Vec<Vec<Word>> = vec![Vec::new(); counts.len()];
        let mut pages = Vec::new();
        for (page, digest) in digests.iter().enumerate() {
            let words = digest.words.iter();
            let mut words: Vec<Word> = words.map(|word| number(word, &numbers)).collect();
            for word in &mut words {
                word.weight *= (all / f64::from(counts[word.number])).ln();
            }
            let squares: f64 = words.iter().map(|word| word.weight.powi(2)).sum();
            for word in &mut words {
                word.weight /= squares.sqrt().max(f64::MIN_POSITIVE);
                if counts[word.number] as usize <= rare {
                    let number = page;
                    lists[word.number].push(Word { number, ..*word });
                }
            }
            words.sort_unstable_by_key(|word| word.number);
            pages.push(words);
        }
        Self {
            kinds: digests.iter().map(|digest| digest.kind).collect(),
            pages,
            lists,
        }
    }

    /// The nearest pages of other kinds, at most `most` and best first; none
    /// that is `known`, nor one that says the same as those `taken` already.
    pub(super) fn to(
        &self,
        page: PageId,
        taken: &[PageId],
        known: &dyn Fn(PageId) -> bool,
        most: usize,
    ) -> Vec<PageId> {
        let mut shared: BTreeMap<usize, Shared> = BTreeMap::new();
        for word in &self.pages[page.0] {
            for other in &self.lists[word.number] {
                let shared = shared.entry(other.number).or_default();
                shared.cosine += word.weight * other.weight;
                shared.words += 1;
                shared.in_both_titles |= word.in_title && other.in_title;
            }
        }
        let kind = self.kinds[page.0];
        let mut found: Vec<(f64, PageId)> = shared
            .into_iter()
            .filter(|(other, shared)| {
                let enough = if shared.in_both_titles { SHARED } else { MANY };
                let theirs = self.kinds[*other];
                kind.is_some()
                    && theirs.is_some()
                    && kind != theirs
                    && shared.words >= enough
                    && shared.cosine >= LEAST
                    && !known(PageId(*other))
            })
            .map(|(other, shared)| (shared.cosine, PageId(other)))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut new: Vec<PageId> = Vec::new();
        for (_, other) in found {
            let said = taken.iter().chain(&new);
            let said = said.into_iter().any(|one| self.say_the_same(*one, other));
            if new.len() < most && !said {
                new.push(other);
            }
        }
        new
    }

    fn say_the_same(&self, one: PageId, other: PageId) -> bool {
        let mut theirs = self.pages[other.0].iter().peekable();
        let mut cosine = 0.0;
        for word in &self.pages[one.0] {
            while theirs.next_if(|their| their.number < word.number).is_some() {}
            if let Some(their) = theirs.next_if(|their| their.number == word.number) {
                cosine += word.weight * their.weight;
            }
        }
        self.kinds[one.0] == self.kinds[other.0] && cosine >= SAME
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, Near};
    use crate::content::Kind;
    use crate::site::PageId;

    /// Pages as `kind: title / heading / heading`; the kind is a letter.
    fn near(pages: &[&str]) -> Near {
        let digest = |page: &&str| {
            let (kind, page) = page.split_once(": ").unwrap_or_default();
            let kind = match kind {
                "how" => Some(Kind::HowTo),
                "ref" => Some(Kind::Reference),
                "why" => Some(Kind::Explanation),
                _ => None,
            };
            let mut parts = page.split(" / ");
            Digest::new(kind, parts.next().unwrap_or_default(), parts)
        };
        let digests: Vec<Digest> = pages.iter().map(digest).collect();
        Near::of(&digests)
    }

    /// What is near to the first page, by the numbers of the pages, among 60
    /// pages on other things.
    fn check(pages: &[&str], expected: &[usize]) {
        let others: Vec<String> = (100..160).map(|number| format!("ref: {number}")).collect();
        let mut all = pages.to_vec();
        all.extend(others.iter().map(String::as_str));
        let found = near(&all).to(PageId(0), &[], &|_| false, 3);
        let found: Vec<usize> = found.into_iter().map(|page| page.0).collect();
        assert_eq!(found, expected, "{pages:?}");
    }

    #[test]
    fn two_rare_words_one_of_them_in_both_titles_bring_pages_together() {
        check(&["how: Rotate signing keys", "ref: Signing keys"], &[1]);
        check(
            &["how: Rotate a key / Signing", "ref: Keys for signing"],
            &[1],
        );
        check(&["how: Rotate keys", "ref: Keys"], &[]);
        check(&["how: Rotate / Signing / Keys", "ref: Signing keys"], &[]);
        check(
            &[
                "how: Rotate / Signing keys of one server",
                "ref: Keys / Signing with one server",
            ],
            &[1],
        );
    }

    #[test]
    fn a_page_without_a_kind_or_of_the_same_kind_is_never_near() {
        check(&["how: Rotate signing keys", "how: Signing keys"], &[]);
        check(&["how: Rotate signing keys", "none: Signing keys"], &[]);
        check(&["none: Rotate signing keys", "ref: Signing keys"], &[]);
    }

    #[test]
    fn words_that_many_pages_have_bring_nothing_together() {
        let mut pages = vec!["how: Rotate signing keys", "ref: Signing keys"];
        check(&pages, &[1]);
        pages.extend(["how: Signing keys"; 6]);
        check(&pages, &[]);
    }

    #[test]
    fn the_nearest_comes_first_and_what_says_the_same_is_left_out() {
        let mut pages = vec![
            "how: Rotate signing keys / Trust anchors",
            "ref: Trust anchors for signing",
            "ref: Signing keys",
        ];
        check(&pages, &[2, 1]);
        pages.push("ref: Keys for signing");
        check(&pages, &[2, 1]);
        pages.push("why: Keys for signing");
        check(&pages, &[2, 4, 1]);
    }

    #[test]
    fn what_is_linked_or_said_already_is_not_said_again() {
        let near = near(&[
            "how: Rotate keys",
            "ref: Rotate keys",
            "ref: Colours",
            "ref: 100",
        ]);
        let page = PageId(1);
        assert_eq!(near.to(PageId(0), &[], &|_| false, 3), [page]);
        assert_eq!(near.to(PageId(0), &[], &|other| other == page, 3), []);
        assert_eq!(near.to(PageId(0), &[page], &|_| false, 3), []);
        assert_eq!(near.to(PageId(0), &[], &|_| false, 0), []);
    }
}
