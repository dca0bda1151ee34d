//! `{#id .class key=val}`: read, held against what is safe, and written.

use std::fmt::Write as _;
use std::ops::Range;

use super::html::attribute;
use crate::diagnostic::Diagnostic;

/// The longest list, in bytes: without an end, a page full of `{` would be
/// read again for each.
const LONGEST: usize = 1000;

/// What an author gives to an element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Its id.
    pub id: Option<String>,
    /// Its classes.
    pub classes: Vec<String>,
    /// Everything else, by name.
    pub others: Vec<(String, String)>,
}

/// A list as it was read.
#[derive(Debug, Default)]
pub struct List {
    /// What may be written.
    pub attributes: Attributes,
    /// The list's bytes, braces included.
    pub length: usize,
    /// A style that became a size or a side, which only pictures and tables
    /// have.
    pub sized: Option<Range<usize>>,
    /// What may not: its name and place in the list.
    pub refused: Vec<(String, Range<usize>)>,
}

/// The list that `text` starts with: `{ ... }` or `{: ... }` on one line.
pub fn read(text: &str) -> Option<List> {
    let inner = text.strip_prefix('{')?;
    let mut list = List::default();
    let explicit = inner.starts_with(':');
    let mut at = 1 + usize::from(explicit);
    // Words alone might be anything; something has to show what is meant.
    let mut meant = explicit;
    loop {
        let rest = text.get(at..)?;
        let bare = rest.trim_start_matches([' ', '\t']);
        at += rest.len() - bare.len();
        if bare.starts_with('}') {
            break;
        }
        let (length, clear) = list.word(bare, at)?;
        meant |= clear;
        at += length;
        if at > LONGEST {
            return None;
        }
    }
    list.length = at + 1;
    let some = list.attributes != Attributes::default() || !list.refused.is_empty();
    (meant && some).then_some(list)
}

impl List {
    /// Reads one word; gives its length, and whether it can be nothing else.
    fn word(&mut self, text: &str, at: usize) -> Option<(usize, bool)> {
        let end = |text: &str| {
            let stop = |c: char| c.is_whitespace() || matches!(c, '}' | '{' | '"' | '\'' | '=');
            text.find(stop).unwrap_or(text.len())
        };
        let first = text.as_bytes().first()?;
        let rest = text.get(1..).unwrap_or_default();
        match first {
            sign @ (b'#' | b'.') => {
                let name = &rest[..end(rest)];
                if name.is_empty() {
                    return None;
                }
                if *sign == b'#' {
                    self.attributes.id = Some(name.to_owned());
                } else {
                    self.attributes.classes.push(name.to_owned());
                }
                Some((1 + name.len(), true))
            }
            first if first.is_ascii_alphabetic() => {
                let name = &text[..end(text)];
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
                if !name.chars().all(plain) {
                    return None;
                }
                let value = match text[name.len()..].strip_prefix('=') {
                    Some(rest) => Some(value(rest)?),
                    None => None,
                };
                let (value, length) = value.map_or((None, 0), |(v, l)| (Some(v), l + 1));
                let whole = at..at + name.len() + length;
                self.add(name, value.unwrap_or(name), whole.clone());
                let clear = value.is_some() || name.starts_with("data-");
                Some((whole.len(), clear))
            }
            _ => None,
        }
    }

    fn add(&mut self, name: &str, value: &str, place: Range<usize>) {
        let name = name.to_ascii_lowercase();
        let list = &mut self.attributes;
        match name.as_str() {
            "id" => list.id = Some(value.to_owned()),
            "class" => list
                .classes
                .extend(value.split_whitespace().map(str::to_owned)),
            // It says how the element is read, which it was.
            "markdown" => {}
            "style" => match plain_style(value) {
                Some(said) => {
                    if said.iter().any(|(name, _)| *name != "class") {
                        self.sized = Some(place);
                    }
                    for (name, value) in said {
                        match name {
                            "class" => list.classes.push(value),
                            name => list.others.push((name.to_owned(), value)),
                        }
                    }
                }
                None => self.refused.push((name, place)),
            },
            _ if is_safe(&name) => list.others.push((name, value.to_owned())),
            _ => self.refused.push((name, place)),
        }
    }
}

/// What a style comes to when attributes and classes can say all of it: the
/// content policy forbids the style itself.
fn plain_style(style: &str) -> Option<Vec<(&'static str, String)>> {
    let declarations = style.split(';').map(str::trim);
    let declarations = declarations.filter(|declaration| !declaration.is_empty());
    let said = declarations.map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        let number = value.strip_suffix('%').or(value.strip_suffix("px"));
        let is_length = number.is_some_and(|number| number.parse::<f32>().is_ok());
        let length = value.strip_suffix("px").unwrap_or(value).to_owned();
        let is_side = matches!(value, "left" | "right");
        Some(match name.as_str() {
            "width" if is_length => ("width", length),
            "height" if is_length => ("height", length),
            "float" if is_side => ("align", value.to_owned()),
            "text-align" if is_side || value == "center" => ("class", format!("align-{value}")),
            _ => return None,
        })
    });
    said.collect()
}

/// The value at the start of `text`, and how long it is with its quotes.
fn value(text: &str) -> Option<(&str, usize)> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = &text[1..];
            let end = inner
                .find([quote, '\n'])
                .filter(|end| inner[*end..].starts_with(quote))?;
            Some((&inner[..end], end + 2))
        }
        _ => {
            let end = text.find(|c: char| c.is_whitespace() || c == '}')?;
            Some((&text[..end], end))
        }
    }
}

/// Whether an author's list may set this: nothing that runs, that styles past
/// the content policy, or that leads somewhere unchecked.
pub fn is_safe(name: &str) -> bool {
    const SAFE: &[&str] = &[
        "align",
        "alt",
        "colspan",
        "decoding",
        "dir",
        "download",
        "height",
        "hidden",
        "hreflang",
        "lang",
        "loading",
        "name",
        "open",
        "rel",
        "reversed",
        "role",
        "rowspan",
        "scope",
        "sizes",
        "start",
        "tabindex",
        "target",
        "title",
        "translate",
        "type",
        "value",
        "width",
    ];
    SAFE.contains(&name) || name.starts_with("data-") || name.starts_with("aria-")
}

/// What is said about an attribute that is left out.
pub fn refusal(name: &str) -> Diagnostic {
    let message = format!("the attribute `{name}` is left out");
    let help = if name == "style" {
        "give a class instead, and style that in a file of `additional-css`"
    } else if name.starts_with("on") {
        "let a script of `additional-js` do that"
    } else {
        "no list of attributes may set it"
    };
    Diagnostic::warning("markdown/attribute", message).help(help)
}

impl Attributes {
    /// As HTML, with a space in front of each.
    pub fn written(&self) -> String {
        let mut out = String::new();
        if let Some(id) = &self.id {
            let _ = write!(out, " id=\"{}\"", attribute(id));
        }
        if !self.classes.is_empty() {
            let _ = write!(out, " class=\"{}\"", attribute(&self.classes.join(" ")));
        }
        for (name, value) in &self.others {
            let _ = write!(out, " {name}=\"{}\"", attribute(value));
        }
        let leaves = |(name, _): &(String, String)| name == "target";
        if self.others.iter().any(leaves) && !self.others.iter().any(|(name, _)| name == "rel") {
            out.push_str(" rel=\"noopener\"");
        }
        out
    }

    /// Adds what another list says about the same element.
    pub fn extend(&mut self, more: Self) {
        self.id = more.id.or(self.id.take());
        self.classes.extend(more.classes);
        self.others.extend(more.others);
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn check(text: &str, expected: Option<(&str, usize)>) {
        let list = read(text);
        let found = list
            .as_ref()
            .map(|list| (list.attributes.written(), list.length));
        let found = found
            .as_ref()
            .map(|(html, length)| (html.as_str(), *length));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_list_is_read_up_to_its_brace() {
        check("{#a .b .c} d", Some((" id=\"a\" class=\"b c\"", 10)));
        check("{: .b }", Some((" class=\"b\"", 7)));
        check(
            "{ width=\"3}0\" alt='é' }",
            Some((" width=\"3}0\" alt=\"é\"", 24)),
        );
        check("{ data-x }", Some((" data-x=\"data-x\"", 10)));
        check(
            "{target=_blank}",
            Some((" target=\"_blank\" rel=\"noopener\"", 15)),
        );
        check("{ .a\"b }", None);
        check("{ .a > }", None);
    }

    #[test]
    fn other_braces_are_text() {
        for text in [
            "{}", "{a}", "{a b}", "{{#x}}", "{ .a", "{.}", "{a: b}", "{\n.a}", "{a=\"b}",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_style_is_kept_where_attributes_and_classes_can_say_it() {
        check(
            "{ style=\"width: 50%; height:20.5px\" }",
            Some((" width=\"50%\" height=\"20.5\"", 37)),
        );
        check(
            "{ style=\"float:right;text-align: center;\" }",
            Some((" class=\"align-center\" align=\"right\"", 43)),
        );
        for style in [
            "width: calc(1px)",
            "width: 5em",
            "color: red",
            "width: 5px; color: red",
        ] {
            let list = read(&format!("{{ .a style=\"{style}\" }}")).expect("a list");
            assert_eq!(list.refused[0].0, "style", "{style}");
        }
    }

    #[test]
    fn what_runs_or_styles_is_refused() {
        let list = read("{ .a onclick=x style=\"a: b\" href=y }").expect("a list");
        let names: Vec<_> = list.refused.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["onclick", "style", "href"]);
        assert_eq!(list.attributes.written(), " class=\"a\"");
    }
}
