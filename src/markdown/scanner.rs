//! The walk over a page's lines that finds its blocks.

use super::containers::{Container, Scanned};
use super::frames::{Block, Frames};
use super::line::{self, Fence, HtmlEnd};
use super::opener::{self, Opener, Title};
use crate::config::Dialect;
use crate::diagnostic::Span;

/// Blocks within blocks, at most; deeper ones are text.
const DEPTH: usize = 24;

/// List markers on one line, at most, behind which a block may start.
const MARKERS: usize = 8;

/// What makes running text of a comment.
const HIDDEN: &str = "&#8203;";

/// Whether the next line is Markdown.
#[derive(Debug, Clone, Copy)]
enum Inside {
    Text,
    Code(Fence),
    Html(HtmlEnd),
}

struct Scanner<'t> {
    dialect: Dialect,
    /// The lines below the one being read.
    below: &'t str,
    out: Scanned<'t>,
    around: Frames,
    inside: Inside,
    /// The frames around the code or HTML.
    depth: usize,
    /// Whether a tag with the attribute `markdown` was seen.
    html_markdown: bool,
    after_blank: bool,
    /// Whether an empty line has to come before the next one, so that neither
    /// a paragraph nor a quote runs on.
    separate: bool,
}

/// Reads the lines of `text`, which starts at `offset`, into `out`.
pub fn read<'t>(text: &'t str, offset: usize, dialect: Dialect, out: Scanned<'t>) -> Scanned<'t> {
    let mut scanner = Scanner {
        dialect,
        below: text,
        out,
        around: Frames::default(),
        inside: Inside::Text,
        depth: 0,
        html_markdown: false,
        after_blank: true,
        separate: false,
    };
    let mut at = offset;
    for line in text.split_inclusive('\n') {
        scanner.below = &scanner.below[line.len()..];
        scanner.line(at, line);
        at += line.len();
    }
    while scanner.around.len() > 0 {
        scanner.pop();
    }
    scanner.out
}

impl<'t> Scanner<'t> {
    fn line(&mut self, at: usize, line: &'t str) {
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare.trim().is_empty() {
            if matches!(self.inside, Inside::Html(HtmlEnd::Blank)) {
                self.inside = Inside::Text;
            }
            self.blank(at);
            let rest = line::dedent(bare, self.around.column).0;
            self.out
                .text
                .copy(at + bare.len() - rest.len()..at + line.len());
            self.after_blank = true;
            return;
        }
        let (indent, bytes) = line::indent(bare);
        self.leave(indent);
        match self.inside {
            Inside::Code(fence) => {
                if indent < self.around.content() + 4 && fence.closes(&bare[bytes..]) {
                    self.inside = Inside::Text;
                }
            }
            Inside::Html(HtmlEnd::With(end)) => {
                if bare.contains(end) {
                    self.inside = Inside::Text;
                }
            }
            Inside::Html(HtmlEnd::Blank) => {
                let rest = &bare[bytes..];
                let closes = opener::closes(rest).is_some_and(|colons| self.around.close(colons))
                    || (self.html_markdown && rest.starts_with("</"));
                if closes {
                    self.inside = Inside::Text;
                    self.depth = 0;
                    return self.text(at, line, bare);
                }
            }
            Inside::Text => return self.text(at, line, bare),
        }
        self.plain(at, line);
        self.after_blank = false;
    }

    /// Closes what a line of this indentation does not belong to.
    fn leave(&mut self, indent: usize) {
        while !self.around.hold(indent) {
            self.pop();
        }
        if self.around.len() < self.depth {
            self.inside = Inside::Text;
            self.depth = 0;
        }
    }

    fn pop(&mut self) {
        let Some(block) = self.around.pop() else {
            return;
        };
        if block.colons.is_some() {
            self.out.unclosed.push(block.opened);
        }
        self.separate = true;
    }

    /// Writes the marks of an empty line.
    fn blank(&mut self, at: usize) {
        let marks = self.around.prefix.trim_end();
        self.out.text.make(marks, at);
        self.separate = false;
        self.after_blank = true;
    }

    fn empty_line(&mut self, at: usize) {
        self.blank(at);
        self.out.text.make("\n", at);
    }

    /// Starts a line with the marks of the open blocks.
    fn begin(&mut self, at: usize) {
        if self.separate {
            self.empty_line(at);
        }
        self.out.text.make(&self.around.prefix, at);
    }

    /// Starts a line; gives what follows the marks in it.
    fn marks<'l>(&mut self, at: usize, line: &'l str) -> &'l str {
        self.begin(at);
        let (rest, left) = line::dedent(line, self.around.column);
        if left > 0 {
            self.out.text.make(&"    "[..left.min(3)], at);
        }
        rest
    }

    /// Writes a line that opens and closes nothing.
    fn plain(&mut self, at: usize, line: &str) {
        let rest = self.marks(at, line);
        let end = at + line.len();
        self.out.text.copy(end - rest.len()..end);
    }

    /// A line of Markdown.
    fn text(&mut self, at: usize, line: &'t str, bare: &'t str) {
        let (mut column, mut start) = line::indent(bare);
        // What stands behind list markers on the same line counts as well.
        for _ in 0..MARKERS {
            let rest = &bare[start..];
            if column >= self.around.content() + 4 {
                break;
            }
            if self.block(at, line, bare, column, start) {
                return;
            }
            let marker = line::marker(rest, self.dialect.definition_lists);
            let Some((columns, bytes)) = marker.filter(|_| !line::is_rule(rest)) else {
                break;
            };
            let content = if rest.starts_with('[') {
                self.around.content() + 4
            } else {
                column + columns
            };
            self.around.push_item(content);
            let (more, skipped) = line::indent(&rest[bytes..]);
            start += bytes + skipped;
            column += columns + more;
            if start == bare.len() {
                break;
            }
        }
        self.plain(at, line);
        self.after_blank = false;
    }

    /// Whether the rest of the line is more than text: it was written then.
    fn block(
        &mut self,
        at: usize,
        line: &'t str,
        bare: &'t str,
        column: usize,
        start: usize,
    ) -> bool {
        let rest = &bare[start..];
        if let Some(colons) = opener::closes(rest).filter(|_| self.dialect.directives)
            && self.around.close(colons)
        {
            self.separate = true;
            self.after_blank = false;
            return true;
        }
        if let Some(opener) = opener::read(rest, self.dialect)
            && self.around.blocks() < DEPTH
        {
            self.open(at, &bare[..start], rest, column, opener);
            return true;
        }
        if self.dialect.abbreviations && self.abbreviation(rest) {
            self.empty_line(at);
            return true;
        }
        if self.dialect.markdown_in_html && self.html_with_markdown(at, line, bare, start) {
            return true;
        }
        // To pulldown-cmark a colon makes a definition even without the space
        // that Python-Markdown asks for, and a paragraph may start with an icon.
        let icon = rest.strip_prefix(':').filter(|_| self.dialect.icons);
        let is_icon = icon.is_some_and(|name| name.starts_with(char::is_alphanumeric));
        if is_icon || self.is_hidden_term(rest) {
            let behind = self.marks(at, bare).len();
            let start = at + start;
            self.out.text.copy(at + bare.len() - behind..start);
            self.out
                .text
                .make(if is_icon { "\\" } else { HIDDEN }, start);
            self.out.text.copy(start..at + line.len());
            self.after_blank = false;
            return true;
        }
        if let Some(fence) = Fence::open(rest) {
            self.inside = Inside::Code(fence);
            self.depth = self.around.len();
        } else if let Some(end) = line::html(rest) {
            let closed = matches!(end, HtmlEnd::With(end) if rest.contains(end));
            // A tag in the middle of a paragraph starts no block.
            if !closed && (end != HtmlEnd::Blank || self.after_blank) {
                self.inside = Inside::Html(end);
                self.depth = self.around.len();
            }
        }
        false
    }

    /// A comment that a definition follows: Python-Markdown takes it for the
    /// term.
    fn is_hidden_term(&self, rest: &str) -> bool {
        let bare = rest.trim_end();
        if !self.dialect.definition_lists
            || !self.dialect.slugs.is_python()
            || !bare.starts_with("<!--")
            || bare.find("-->") != Some(bare.len() - 3)
        {
            return false;
        }
        let mut lines = self.below.lines().map(str::trim_start);
        let next = lines.find(|line| !line.is_empty());
        next.is_some_and(|line| line.starts_with(": "))
    }

    /// Starts a quote behind `front`, with the title as a heading.
    fn open(&mut self, at: usize, front: &str, rest: &str, column: usize, opener: Opener) {
        let start = at + front.len();
        if front.trim().is_empty() {
            self.separate |= !self.after_blank;
            self.begin(at);
            let spaces = column.saturating_sub(self.around.column);
            self.out.text.make(&" ".repeat(spaces), at);
        } else {
            let behind = self.marks(at, front).len();
            self.out.text.copy(start - behind..start);
        }
        let quote = self.out.text.text.len();
        self.out.text.make(">", start);
        let titled = matches!(opener.title, Title::Written(_));
        if let Title::Written(range) = &opener.title {
            self.out.text.make(" ###### ", start);
            self.out.text.copy(start + range.start..start + range.end);
            self.out.text.make(" #", start + range.end);
        }
        self.out.text.make("\n", start + rest.len());
        let body = column + if opener.colons.is_none() { 4 } else { 0 };
        self.out.containers.push(Container {
            at: quote,
            kind: opener.kind,
            titled,
            made_title: opener.title == Title::Made,
        });
        self.around.push_block(Block {
            at: column,
            body,
            colons: opener.colons,
            opened: Span::new(start, start + rest.len()),
        });
        self.after_blank = true;
    }

    /// `*[HTML]: Hypertext Markup Language`
    fn abbreviation(&mut self, rest: &'t str) -> bool {
        let Some((name, meaning)) = rest
            .strip_prefix("*[")
            .and_then(|rest| rest.split_once("]:"))
        else {
            return false;
        };
        let (name, meaning) = (name.trim(), meaning.trim());
        if name.is_empty() || meaning.is_empty() || name.contains(']') {
            return false;
        }
        self.out.abbreviations.push((name, meaning));
        true
    }

    /// A tag with the attribute `markdown`, or one that ends such an element:
    /// empty lines around it make CommonMark read what is between.
    fn html_with_markdown(&mut self, at: usize, line: &str, bare: &str, start: usize) -> bool {
        let rest = &bare[start..];
        if self.html_markdown && rest.starts_with("</") {
            if !self.after_blank {
                self.separate = true;
            }
            self.plain(at, line);
            self.separate = true;
            self.after_blank = false;
            return true;
        }
        let Some((attribute, end)) = line::markdown_attribute(rest) else {
            return false;
        };
        self.html_markdown = true;
        let behind = self.marks(at, bare);
        let from = at + bare.len() - behind.len();
        let start = at + start;
        self.out.text.copy(from..start + attribute.start);
        if rest[end..].trim().is_empty() {
            self.out.text.copy(start + attribute.end..at + line.len());
            self.separate = true;
        } else {
            self.out.text.copy(start + attribute.end..start + end);
            self.out.text.make("\n", start + end);
            self.empty_line(start + end);
            self.out.text.make(&self.around.prefix, start + end);
            self.out.text.copy(start + end..at + line.len());
        }
        self.after_blank = false;
        true
    }
}
