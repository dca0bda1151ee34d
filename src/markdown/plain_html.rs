//! HTML as almost everybody writes it, read without a tokenizer.
//!
//! Takes a piece of a document, gives its tags and texts. What is not plain,
//! such as a value without quotes, a script or a mistake, is not for this: then
//! the whole piece is to be read by the rules of HTML, which takes ten times
//! as long.

/// Something in a piece of HTML, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'h> {
    /// A tag that opens something begins.
    Open(&'h str),
    /// The name of an attribute, and where it stands.
    Attribute(&'h str, usize),
    /// The value of the attribute.
    Value(&'h str),
    /// The tag ends.
    Close,
    /// A tag that closes something.
    End(&'h str),
    /// Text, with character references decoded.
    Text(&'h str),
    /// Anything else.
    Other,
}

/// Elements in which tags are none, or some are.
const STRANGE: [&str; 10] = [
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
];

/// The references to characters that are known here.
const KNOWN: [(&str, &str); 5] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&nbsp;", "\u{a0}"),
];

/// Hands over what stands in `html`, piece by piece; false when it is not
/// plain, and what was handed over worth nothing.
pub fn read<'h>(html: &'h str, take: &mut dyn FnMut(Piece<'h>)) -> bool {
    let mut reader = Reader { html, at: 0 };
    while reader.at < html.len() {
        if reader.next(take).is_none() {
            return false;
        }
    }
    true
}

struct Reader<'h> {
    html: &'h str,
    at: usize,
}

impl<'h> Reader<'h> {
    /// Reads a text, a reference or a tag; nothing when it is not plain.
    fn next(&mut self, take: &mut dyn FnMut(Piece<'h>)) -> Option<()> {
        let text = self.until(|byte| matches!(byte, b'<' | b'&' | 0));
        if !text.is_empty() {
            take(Piece::Text(text));
            return Some(());
        }
        let rest = &self.html[self.at..];
        if let Some((written, meant)) = KNOWN.iter().find(|(known, _)| rest.starts_with(known)) {
            self.at += written.len();
            take(Piece::Text(meant));
            return Some(());
        }
        self.eat(b'<')?;
        if self.is(b'!') {
            return self.comment();
        }
        if self.is(b'/') {
            self.at += 1;
            take(Piece::End(self.name(&[])?));
            self.until(|byte| !is_space(byte));
            return self.eat(b'>');
        }
        let name = self.name(&[])?;
        if STRANGE.contains(&name) {
            return None;
        }
        take(Piece::Open(name));
        while !self.is(b'>') {
            let space = self.until(|byte| !is_space(byte));
            if self.is(b'/') {
                self.at += 1;
                break;
            }
            if self.is(b'>') {
                break;
            }
            if space.is_empty() {
                return None;
            }
            self.attribute(take)?;
        }
        take(Piece::Close);
        self.eat(b'>')
    }

    fn attribute(&mut self, take: &mut dyn FnMut(Piece<'h>)) -> Option<()> {
        let start = self.at;
        let name = self.name(b"_:.@")?;
        take(Piece::Attribute(name, start));
        if !self.is(b'=') {
            return Some(());
        }
        self.at += 1;
        let quote = *self.html.as_bytes().get(self.at)?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        self.at += 1;
        let value = self.until(|byte| byte == quote || matches!(byte, b'&' | b'\r' | 0));
        take(Piece::Value(value));
        self.eat(quote)
    }

    /// A comment, of which nothing is handed over.
    fn comment(&mut self) -> Option<()> {
        let text = self.html[self.at..].strip_prefix("!--")?;
        let end = text.find("-->")?;
        let inside = &text[..end];
        let strange = text.starts_with(['>', '-']) || inside.contains("--") || inside.contains('<');
        self.at += end + "!---->".len();
        (!strange).then_some(())
    }

    /// A name of small letters, digits and `-`, or `others`.
    fn name(&mut self, others: &[u8]) -> Option<&'h str> {
        let first = self.html.as_bytes().get(self.at)?;
        let name = self.until(|byte| {
            let usual = byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !usual && !others.contains(&byte)
        });
        first.is_ascii_lowercase().then_some(name)
    }

    /// What stands before the next byte that is an `end`, which is one of
    /// ASCII.
    fn until(&mut self, end: impl Fn(u8) -> bool) -> &'h str {
        let rest = &self.html[self.at..];
        let length = rest.bytes().position(|byte| byte.is_ascii() && end(byte));
        let found = &rest[..length.unwrap_or(rest.len())];
        self.at += found.len();
        found
    }

    fn is(&self, byte: u8) -> bool {
        self.html.as_bytes().get(self.at) == Some(&byte)
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        let is = self.is(byte);
        self.at += usize::from(is);
        is.then_some(())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::{Piece, read};

    #[test]
    fn plain_html_is_read_and_anything_else_is_not() {
        let mut pieces = Vec::new();
        let html = "<a class='b' href=\"c\" download>d &amp;\n<br/></a><!-- e -->";
        assert!(read(html, &mut |piece| pieces.push(piece)));
        let expected = [
            Piece::Open("a"),
            Piece::Attribute("class", 3),
            Piece::Value("b"),
            Piece::Attribute("href", 13),
            Piece::Value("c"),
            Piece::Attribute("download", 22),
            Piece::Close,
            Piece::Text("d "),
            Piece::Text("&"),
            Piece::Text("\n"),
            Piece::Open("br"),
            Piece::Close,
            Piece::End("a"),
        ];
        assert_eq!(pieces, expected);
        for html in [
            "<a href=b>",
            "<A>",
            "<a href='b'id='c'>",
            "<a href = 'b'>",
            "<a href='b&amp;c'>",
            "<a",
            "<a b='",
            "<script>",
            "a < b",
            "&copy;",
            "<!doctype html>",
            "<!-- a -- b -->",
            "<!-->",
        ] {
            assert!(!read(html, &mut |_| {}), "{html}");
        }
    }
}
