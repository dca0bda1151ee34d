//! The lines that open a block which CommonMark does not know: `!!!`, `???`,
//! `===` and `:::`.

use std::ops::Range;

use crate::config::Dialect;

/// What a line opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener {
    /// The block.
    pub kind: Kind,
    /// Its title.
    pub title: Title,
    /// The colons of a `:::` block, which as many close; nothing for a block
    /// whose lines are indented.
    pub colons: Option<usize>,
}

/// A block with a title and any content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A note, a warning and the like; its classes.
    Admonition(String),
    /// The same, folded away or open.
    Details {
        /// Its classes.
        classes: String,
        /// Whether it is open at first.
        open: bool,
    },
    /// One of several tabs.
    Tab {
        /// Whether it starts a set of its own.
        first: bool,
        /// Whether it is shown at first.
        selected: bool,
    },
    /// Blocks of code as tabs.
    CodeGroup,
}

/// The title of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// It has none.
    None,
    /// It is made from the block's type.
    Made,
    /// It stands in these bytes of the line.
    Written(Range<usize>),
}

/// What `line`, without its indentation and line end, opens.
pub fn read(line: &str, dialect: Dialect) -> Option<Opener> {
    match line.as_bytes().first()? {
        b'!' if dialect.admonitions => admonition(line),
        b'?' if dialect.admonitions => details(line),
        b'=' if dialect.tabs => tab(line),
        b':' if dialect.directives => directive(line),
        _ => None,
    }
}

/// How many colons `line` is made of, when it can close a `:::` block.
pub fn closes(line: &str) -> Option<usize> {
    let bare = line.trim_end();
    let only = bare.len() >= 3 && bare.bytes().all(|byte| byte == b':');
    only.then_some(bare.len())
}

fn admonition(line: &str) -> Option<Opener> {
    let (classes, title) = typed(line, line.strip_prefix("!!!")?)?;
    if classes.is_empty() {
        return None;
    }
    Some(indented(Kind::Admonition(classes), title))
}

fn details(line: &str) -> Option<Opener> {
    let rest = line.strip_prefix("???")?;
    let open = rest.starts_with('+');
    let (classes, title) = typed(line, rest.strip_prefix('+').unwrap_or(rest))?;
    let title = match title {
        // There has to be something to click at.
        Title::None => Title::Made,
        title => title,
    };
    if classes.is_empty() && title == Title::Made {
        return None;
    }
    Some(indented(Kind::Details { classes, open }, title))
}

fn tab(line: &str) -> Option<Opener> {
    let rest = line.strip_prefix("===")?;
    let length = rest.find(|c| !matches!(c, '!' | '+')).unwrap_or(0);
    let (flags, rest) = rest.split_at(length);
    if flags.len() > 2 || !rest.starts_with(' ') {
        return None;
    }
    let title = match quoted(line, rest.trim())? {
        Title::None => return None,
        title => title,
    };
    let kind = Kind::Tab {
        first: flags.contains('!'),
        selected: flags.contains('+'),
    };
    Some(indented(kind, title))
}

fn indented(kind: Kind, title: Title) -> Opener {
    Opener {
        kind,
        title,
        colons: None,
    }
}

/// Words, and perhaps a title in quotes.
fn typed(line: &str, rest: &str) -> Option<(String, Title)> {
    let (words, title) = match rest.split_once('"') {
        Some((words, _)) => (words, quoted(line, rest[words.len()..].trim_end())?),
        None => (rest, Title::Made),
    };
    let plain = |word: &str| {
        word.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    if !words.iter().all(|word| plain(word)) {
        return None;
    }
    Some((words.join(" ").to_lowercase(), title))
}

/// The title in `text`, a part of `line` that should be in quotes.
fn quoted(line: &str, text: &str) -> Option<Title> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.trim().is_empty() {
        return Some(Title::None);
    }
    Some(Title::Written(range_in(line, inner.trim())))
}

/// `::: note Title`, `:::note[Title]`, `::: details`, `::: code-group`.
fn directive(line: &str) -> Option<Opener> {
    let rest = line.trim_start_matches(':');
    let colons = line.len() - rest.len();
    let rest = rest.trim();
    let length = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
        .unwrap_or(rest.len());
    let (name, rest) = rest.split_at(length);
    if colons < 3 || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    // Docusaurus has the title in brackets, right behind the name.
    let (rest, open) = options(rest);
    let title = match rest
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(inner) => inner.trim(),
        None if rest.is_empty() || rest.starts_with(char::is_whitespace) => rest.trim(),
        None => return None,
    };
    let title = if title.is_empty() {
        Title::Made
    } else {
        Title::Written(range_in(line, title))
    };
    let classes = name.to_lowercase();
    let kind = match classes.as_str() {
        "details" => Kind::Details { classes, open },
        "code-group" => Kind::CodeGroup,
        _ => Kind::Admonition(classes),
    };
    Some(Opener {
        kind,
        title,
        colons: Some(colons),
    })
}

/// What follows a directive's name without the `{open}` at its end, and
/// whether that was there.
fn options(rest: &str) -> (&str, bool) {
    let Some((front, inner)) = rest
        .strip_suffix('}')
        .and_then(|rest| rest.rsplit_once('{'))
    else {
        return (rest, false);
    };
    (
        front.trim_end(),
        inner.split_whitespace().any(|word| word == "open"),
    )
}

fn range_in(line: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(line.as_ptr().addr());
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Title, read};
    use crate::config::Dialect;

    fn check(line: &str, expected: Option<(&Kind, Option<&str>)>) {
        let found = read(line, Dialect::default()).map(|opener| {
            let title = match opener.title {
                Title::None => Some(""),
                Title::Made => None,
                Title::Written(range) => Some(&line[range]),
            };
            (opener.kind, title)
        });
        let found = found.as_ref().map(|(kind, title)| (kind, *title));
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn admonitions_are_read_in_the_spellings_of_three_tools() {
        let note = |classes: &str| Kind::Admonition(classes.to_owned());
        let details = |classes: &str, open| {
            let classes = classes.to_owned();
            Kind::Details { classes, open }
        };
        check("!!! note", Some((&note("note"), None)));
        check(
            "!!! Note inline end  \"A *b*\" ",
            Some((&note("note inline end"), Some("A *b*"))),
        );
        check("!!!tip \"\"", Some((&note("tip"), Some(""))));
        check(
            "!!! note \"a \"b\" c\"",
            Some((&note("note"), Some("a \"b\" c"))),
        );
        check("??? note", Some((&details("note", false), None)));
        check("???+ \"Title\"", Some((&details("", true), Some("Title"))));
        check(":::warning", Some((&note("warning"), None)));
        check("::: tip A title", Some((&note("tip"), Some("A title"))));
        check(":::tip[A title]", Some((&note("tip"), Some("A title"))));
        check(
            "::: details More {open}",
            Some((&details("details", true), Some("More"))),
        );
        check("::: code-group", Some((&Kind::CodeGroup, None)));
    }

    #[test]
    fn tabs_have_a_title_in_quotes() {
        let tab = |first, selected| Kind::Tab { first, selected };
        check("=== \"C\"", Some((&tab(false, false), Some("C"))));
        check("===! \"C\"", Some((&tab(true, false), Some("C"))));
        check("===+ \"C\"", Some((&tab(false, true), Some("C"))));
    }

    #[test]
    fn other_lines_open_nothing() {
        for line in [
            "!!!",
            "!!",
            "!!! a.b",
            "!!! note \"a",
            "???",
            "??? \"\"",
            "===",
            "=== C",
            "====",
            "=== \"\"",
            ":::",
            "::: {.a}",
            "::: -",
            ":: note",
            "::: a.b",
            "!!! note \"a\" b",
        ] {
            check(line, None);
        }
    }
}
