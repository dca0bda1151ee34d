//! The words by which a question leans on what was said before.
//!
//! Pure lists. English is read word by word; of the other languages of the
//! built-in theme, what a follow-up begins with or consists of.

/// What a follow-up begins with, in lower case, longer ones first.
const OPENERS: &str = "and what about, and how about, but what about, what about, how about, and, but, \
     or, also, und was ist mit, was ist mit, und, aber, oder, y qué hay de, \
     qué hay de, qué pasa con, y, pero, et qu'en est-il de, qu'en est-il de, et, \
     mais, 那么, 那, では, じゃあ, それでは, وماذا عن, ماذا عن";

/// What is a follow-up by itself, without the marks around it.
const BARE: &str = "warum, wieso, weshalb, wie, wann, wo, zum beispiel, por qué, porqué, cómo, \
     cuándo, dónde, por ejemplo, pourquoi, comment, quand, où, par exemple, なぜ, \
     なぜですか, どうして, どうやって, 例えば, 为什么, 为何, 怎么做, 如何, 例如, لماذا, كيف, متى, أين, مثلا";

/// What people say before a question without asking.
const FILLER: &str =
    "ok, okay, yes, thanks, thank you, great, hm, hmm, well, sorry, please, so, then";

/// Words that speak of the answer or its kind, not of a topic.
pub const META: &str = "again alternative alternatives another better default defaults detail detailed \
    details difference easier elaborate else exactly example examples faster give \
    happen happens instead long many mean means much now often okay please possible \
    really reason shorter show simpler still take takes thing things too ways yes";

/// Small words with which a topic may begin.
pub const LEADING: &str = "after before having let with without";

/// What stands for something that was named.
pub const PRONOUNS: &str = "it that them these they this those";

/// What makes the next word a thing rather than a verb.
pub const BOUND: &str = "a an any between by each every for from in multiple my no of on our some the their two \
    with within without your";

/// What "it is … to" speaks of.
pub const ADJECTIVES: &str = "allowed bad best better common easy enough fine good hard important necessary needed \
    normal ok okay possible recommended required safe worth";

/// What may follow a "that" which stands for something.
pub const PARTICLES: &str = "again as at automatically away by down for from in instead off on only out per to too \
    under up using when while with without";

/// What a piece of a sentence begins with.
pub const PREPOSITIONS: &str = "as at for from in inside on under using via with without";

/// What makes a whole question.
pub const AUXILIARIES: &str = "am are can could did do does had has have how is may must should was were what when \
    where which who why will would";

/// What the reader is looking at.
pub const PAGE: &str =
    "article book document documentation guide manual page section site tutorial";

/// What begins a clause, whose pronoun means what the one before named.
pub const JOINING: &str = "after and because before but if or so until when while";

/// What a "that" behind it picks from.
pub const ANY: &str = "all any anything everything one ones something those so such";

/// What may stand between "it" and what it is.
pub const BETWEEN: &str = "a an be been is not s still t the was";

/// Whether `word` is one of the words of `list`.
pub fn among(list: &str, word: &str) -> bool {
    list.split(' ').any(|other| other == word)
}

/// Whether a character ends a sentence.
pub fn is_end(character: char) -> bool {
    "?!.…？！。؟".contains(character) || character.is_whitespace()
}

/// Whether `text` in lower case is a follow-up by itself, in a language that
/// is not read word by word.
pub fn is_bare(text: &str) -> bool {
    let text = text.trim_start_matches(['¿', '¡']).trim_end_matches(is_end);
    BARE.split(", ").any(|bare| bare == text)
}

/// `text` without what asks nothing.
pub fn without_filler(text: &str) -> &str {
    let mut text = text.trim_start_matches(['¿', '¡']);
    while let Some(filler) = FILLER.split(", ").find(|filler| begins(text, filler)) {
        text = text[filler.len()..].trim_start_matches([' ', ',', '.', '!', '¿']);
    }
    text
}

/// What `text` in lower case begins with, if that makes it a follow-up.
pub fn opener(text: &str) -> Option<&str> {
    let opener = OPENERS.split(", ").find(|opener| begins(text, opener))?;
    text.get(..opener.len())
}

/// Whether `word` is the first of `text`; where there are no spaces, whatever
/// follows.
fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        let letters = word.chars().next_back().is_some_and(char::is_lowercase);
        !letters || rest.starts_with([' ', ',', '?'])
    })
}
