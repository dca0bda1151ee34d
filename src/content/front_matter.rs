//! The YAML block at the top of a page; the only file that names serde_yaml.
//!
//! The block is split off here and not by the Markdown parser, whose own
//! option also swallows `---` blocks in the middle of a page.

use super::alias;
use super::meta::{FrontMatter, KEYS};
use crate::diagnostic::{Diagnostic, Span, suggest};

/// The longest block that is read, in bytes. Beyond it YAML's worst inputs
/// take seconds and gigabytes.
pub const LIMIT: usize = 16 * 1024;

/// Keys of other tools that change how a page looks or where it ranks, and
/// what they do there.
const LOOKS: &[(&str, &str)] = &[
    (
        "icon",
        "in Material for MkDocs an icon stands beside the title in the navigation; docent bundles no sets of icons",
    ),
    (
        "search.boost",
        "in Material for MkDocs the page ranks higher in the search; docent ranks by words and meaning",
    ),
    (
        "comments",
        "in Material for MkDocs a script of the theme shows comments",
    ),
    (
        "social",
        "in Material for MkDocs it changes the picture for link previews",
    ),
];

/// The front matter of one page.
#[derive(Debug, Default)]
pub struct Split {
    /// Where the Markdown starts, in bytes.
    pub body: usize,
    /// The values.
    pub meta: FrontMatter,
    /// What is wrong, with where in the file.
    pub problems: Vec<(Diagnostic, Span)>,
}

/// Splits `text` into its front matter and the rest.
///
/// A block starts with a line `---` at the very top, after a byte-order mark
/// at most, and ends with the next line `---` or `...`. Two thematic breaks
/// with text between them are none: a block that begins with an empty line
/// must go on with a key.
pub fn split(text: &str) -> Split {
    let bom = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let Some(open) = fence_length(&text[bom..], &["---"]) else {
        return Split {
            body: bom,
            ..Split::default()
        };
    };
    let start = bom + open;
    match closing_fence(&text[start..]) {
        Some((length, _)) if is_prose(&text[start..start + length]) => Split {
            body: bom,
            ..Split::default()
        },
        Some((length, after)) => {
            let block = &text[start..start + length];
            let (meta, problems) = read(block, start);
            Split {
                body: start + after,
                meta,
                problems,
            }
        }
        // A page may begin with a thematic break: only a block that looks like
        // YAML is one that was left open.
        None if looks_like_yaml(&text[start..]) => Split {
            body: start,
            meta: FrontMatter::default(),
            problems: vec![(
                Diagnostic::error("front-matter/unclosed", "the front matter is not closed")
                    .help("end it with a line `---`"),
                Span::new(bom, bom + 3),
            )],
        },
        None => Split {
            body: bom,
            ..Split::default()
        },
    }
}

fn fence_length(text: &str, fences: &[&str]) -> Option<usize> {
    let line = text.split_inclusive('\n').next()?;
    fences.contains(&line.trim_end()).then_some(line.len())
}

/// The length of the block and the offset after its closing fence.
fn closing_fence(text: &str) -> Option<(usize, usize)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if fence_length(line, &["---", "..."]).is_some() {
            return Some((offset, offset + line.len()));
        }
        offset += line.len();
    }
    None
}

/// Whether what stands between two `---` is text of the page.
fn is_prose(block: &str) -> bool {
    let starts_empty = block.starts_with(['\n', '\r']);
    starts_empty && !block.trim().is_empty() && !looks_like_yaml(block.trim_start())
}

fn looks_like_yaml(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
    })
}

fn read(block: &str, offset: usize) -> (FrontMatter, Vec<(Diagnostic, Span)>) {
    let whole = Span::new(offset, offset + block.len());
    if block.len() > LIMIT {
        let message = format!(
            "the front matter is {} bytes long, over {LIMIT}",
            block.len()
        );
        let diagnostic = Diagnostic::error("front-matter/too-long", message)
            .help("move what is not about the page into the page");
        return (
            FrontMatter::default(),
            vec![(diagnostic, Span::new(offset, offset + 1))],
        );
    }
    if block.trim().is_empty() {
        return (FrontMatter::default(), Vec::new());
    }
    if let Some(span) = alias::find(block) {
        let diagnostic = Diagnostic::error(
            "front-matter/alias",
            "anchors and aliases are not allowed in front matter",
        )
        .help("write the value out, or put it in quotes if the `&` or `*` is meant");
        let span = Span::new(offset + span.start, offset + span.end);
        return (FrontMatter::default(), vec![(diagnostic, span)]);
    }
    match serde_yaml::from_str::<FrontMatter>(block) {
        Ok(meta) => (meta, Vec::new()),
        // A block of comments only has nothing to read.
        Err(_) if block.lines().all(is_blank) => (FrontMatter::default(), Vec::new()),
        Err(error) => {
            // A slip elsewhere in the block must not publish a draft.
            let meta = FrontMatter {
                draft: says_draft(block).then_some(true),
                ..FrontMatter::default()
            };
            (meta, vec![yaml_error(&error, block, whole)])
        }
    }
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn says_draft(block: &str) -> bool {
    block.lines().any(|line| {
        line.strip_prefix("draft")
            .and_then(|rest| rest.trim_start().strip_prefix(':'))
            .is_some_and(|value| value.trim() != "false")
    })
}

fn yaml_error(error: &serde_yaml::Error, block: &str, whole: Span) -> (Diagnostic, Span) {
    let text = error.to_string();
    let message = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    let message = message.replace("expected a boolean", "expected `true` or `false`");
    let span = match error.location() {
        Some(location) => {
            // A place after the last line is shown at its end.
            let end = block.trim_end().len();
            let at = block.floor_char_boundary(location.index().min(end));
            let start = whole.start + at;
            Span::new(start, start + token_length(&block[at..]))
        }
        None => Span::new(whole.start, whole.start),
    };
    let mut diagnostic = Diagnostic::error("front-matter/invalid", message.as_str());
    if message.contains("mapping values are not allowed") {
        diagnostic = diagnostic.help("put a value that has a colon in it in quotes");
    }
    (diagnostic, span)
}

fn token_length(text: &str) -> usize {
    let length = text.find(['\n', ',', ']', '}']).unwrap_or(text.len());
    length.max(usize::from(!text.is_empty()))
}

/// The warning for a key that means nothing, said once for the whole book.
pub fn unknown_key(key: &str, pages: usize) -> Diagnostic {
    let count = if pages == 1 {
        "1 page".to_owned()
    } else {
        format!("{pages} pages")
    };
    let message = format!("the front matter key `{key}` has no effect, in {count}");
    if key == "template" {
        return Diagnostic::warning("front-matter/no-effect", message)
            .help("in MkDocs a template of Jinja makes the page; docent's own is `page.html`");
    }
    if let Some((_, help)) = LOOKS.iter().find(|(known, _)| *known == key) {
        return Diagnostic::note("front-matter/no-effect", message).help(*help);
    }
    let message = format!("the front matter key `{key}` means nothing to docent, in {count}");
    let diagnostic = Diagnostic::warning("front-matter/unknown-key", message);
    match suggest::nearest(key, KEYS.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("known keys: {}", KEYS.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    fn check(text: &str, code: &str, at: &str) {
        let split = split(text);
        let (diagnostic, span) = &split.problems[0];
        assert_eq!(diagnostic.code, code);
        assert!(
            text[span.start..].starts_with(at),
            "{:?}",
            &text[span.start..]
        );
    }

    #[test]
    fn a_page_without_front_matter_starts_at_its_first_byte() {
        assert_eq!(split("# Hello\n\n---\n").body, 0);
        assert_eq!(split("---\n\n# A break, not a block\n").body, 0);
    }

    #[test]
    fn a_block_may_be_empty_and_may_follow_a_byte_order_mark() {
        assert_eq!(split("---\n---\nx").body, 8);
        let marked = split("\u{feff}---\ntitle: A\n---\nx");
        assert_eq!(marked.meta.title.as_deref(), Some("A"));
    }

    #[test]
    fn a_wrong_value_is_shown_where_it_stands() {
        check(
            "---\ntitle: A\nweight: heavy\n---\n",
            "front-matter/invalid",
            "heavy",
        );
        check("---\nkind: blog\n---\n", "front-matter/invalid", "blog");
        check("---\ntitle: a: b\n---\n", "front-matter/invalid", "");
        check("---\ntitle: A\n", "front-matter/unclosed", "---");
    }

    #[test]
    fn two_breaks_with_text_between_them_are_no_front_matter() {
        let split = split("---\n\nSome text.\n\n---\n\nMore.\n");
        assert_eq!(split.body, 0);
        assert!(split.problems.is_empty());
    }

    #[test]
    fn a_block_of_comments_says_nothing() {
        let split = split("---\n# later\n\n---\nx");
        assert!(split.problems.is_empty());
        assert_eq!(split.body, 17);
    }

    #[test]
    fn letters_of_two_bytes_do_not_shift_the_place() {
        check(
            "---\ntitle: Größe und Maß, für alle\nweight: schwer\n---\n",
            "front-matter/invalid",
            "schwer",
        );
        check(
            "---\ntitle: 日本語 日本語 日本語\nweight: 重い\n---\n",
            "front-matter/invalid",
            "重い",
        );
    }

    #[test]
    fn a_weight_may_have_a_zero_in_front() {
        assert_eq!(split("---\nweight: 09\n---\n").meta.weight, Some(9));
        assert_eq!(split("---\nweight: -1\n---\n").meta.weight, Some(-1));
        check("---\nweight: 1.5\n---\n", "front-matter/invalid", "1.5");
    }

    #[test]
    fn a_key_may_be_given_once() {
        check(
            "---\ntitle: A\nweight: 1\ntitle: B\n---\n",
            "front-matter/invalid",
            "",
        );
    }

    #[test]
    fn a_slip_does_not_publish_a_draft() {
        let draft = |text: &str| split(text).meta.draft;
        assert_eq!(draft("---\ndraft: true\nweight: heavy\n---\n"), Some(true));
        assert_eq!(draft("---\ndraft: false\nweight: heavy\n---\n"), None);
    }

    #[test]
    fn anchors_and_aliases_are_refused() {
        check("---\ntitle: &a x\n---\n", "front-matter/alias", "&a");
    }
}
