//! A block of code as HTML: its frame, its lines and its colours.

use std::fmt::Write;

use pulldown_cmark::{Event, TagEnd};

use super::code::{CodeBlock, Line, Mark, note_id};
use super::highlight::{Token, highlight};
use super::html::{self, attribute};
use super::{Attributes, Words};

/// The whole block; `attributes` are the author's for its `<pre>`.
fn write(block: &CodeBlock, attributes: &str, words: Words<'_>) -> String {
    let tokens = highlight(&block.fence.language, &block.text);
    let mut html = String::with_capacity(block.text.len() + tokens.len() * 24 + 64);
    let fence = &block.fence;
    let framed = fence.title.is_some() || fence.id.is_some() || !fence.copy;
    if framed {
        html.push_str(if fence.copy {
            "<div class=\"code\""
        } else {
            "<div class=\"code no-copy\""
        });
        if let Some(id) = &fence.id {
            push(&mut html, format_args!(" id=\"{}\"", attribute(id)));
        }
        html.push('>');
    }
    if let Some(title) = &fence.title {
        html.push_str("<div class=\"code-title\">");
        escape(&mut html, title);
        html.push_str("</div>");
    }
    html.push_str("<pre");
    html.push_str(attributes);
    if !attributes.contains(" class=")
        && block
            .lines
            .iter()
            .any(|line| line.mark == Some(Mark::Focus))
    {
        html.push_str(" class=\"focused\"");
    }
    html.push_str("><code");
    classes(&mut html, block);
    html.push('>');
    lines(&mut html, block, &tokens, words);
    html.push_str("</code></pre>");
    html.push_str(if framed { "</div>\n" } else { "\n" });
    html
}

fn classes(html: &mut String, block: &CodeBlock) {
    let fence = &block.fence;
    let language = Some(&fence.language).filter(|language| !language.is_empty());
    if language.is_none() && fence.classes.is_empty() {
        return;
    }
    html.push_str(" class=\"");
    if let Some(language) = language {
        html.push_str("language-");
        html.push_str(&attribute(language));
    }
    for (at, class) in fence.classes.iter().enumerate() {
        if at > 0 || language.is_some() {
            html.push(' ');
        }
        html.push_str(&attribute(class));
    }
    html.push('"');
}

fn lines(html: &mut String, block: &CodeBlock, tokens: &[Token], words: Words<'_>) {
    let mut writer = Writer {
        html,
        text: &block.text,
        tokens,
        at: 0,
        words,
    };
    let one_by_one =
        block.fence.numbers.is_some() || block.lines.iter().any(|line| line.mark.is_some());
    let mut hidden = false;
    for (index, line) in block.lines.iter().enumerate() {
        if line.hidden != hidden {
            hidden = line.hidden;
            // mdBook's name for what is hidden, which its books' styles know.
            writer.html.push_str(if hidden {
                "<span class=\"boring\">"
            } else {
                "</span>"
            });
        }
        if one_by_one {
            open_line(writer.html, block, index, line);
        }
        writer.line(block, line);
        if one_by_one {
            writer.html.push_str("</span>");
        }
    }
    if hidden {
        writer.html.push_str("</span>");
    }
}

fn open_line(html: &mut String, block: &CodeBlock, index: usize, line: &Line) {
    html.push_str("<span class=\"line");
    if let Some(mark) = line.mark {
        html.push(' ');
        html.push_str(mark.name());
    }
    html.push('"');
    if let Some(first) = block.fence.numbers {
        push(
            html,
            format_args!(" data-n=\"{}\"", first.saturating_add(index)),
        );
    }
    html.push('>');
}

/// Code within a line, coloured as far as the language is known.
pub fn inline(language: &str, code: &str) -> String {
    let tokens = highlight(language, code);
    let mut html = "<code class=\"hl\">".to_owned();
    let mut writer = Writer {
        html: &mut html,
        text: code,
        tokens: &tokens,
        at: 0,
        words: Words::default(),
    };
    writer.upto(code.len());
    html.push_str("</code>");
    html
}

/// Writes a text from its start to its end, with its tokens.
struct Writer<'a> {
    html: &'a mut String,
    text: &'a str,
    /// Those that do not end before the place.
    tokens: &'a [Token],
    at: usize,
    words: Words<'a>,
}

impl Writer<'_> {
    /// A line, with its note behind what it says.
    fn line(&mut self, block: &CodeBlock, line: &Line) {
        let note = line.note.and_then(|note| Some((block.notes?.1, note)));
        let Some((number, note)) = note else {
            return self.upto(line.end);
        };
        let ending = usize::from(self.text[self.at..line.end].ends_with('\n'));
        self.upto(line.end - ending);
        let id = note_id(number, note);
        let label = attribute(&self.words.note(note));
        push(
            self.html,
            format_args!(
                " <a class=\"note-mark\" href=\"#{id}\" aria-label=\"{label}\">{note}</a>"
            ),
        );
        self.upto(line.end);
    }

    /// The text as far as `end`; a token that goes on is cut in two.
    fn upto(&mut self, end: usize) {
        while self.at < end {
            let Some(token) = self.tokens.first().filter(|token| token.start < end) else {
                return self.plain(end);
            };
            self.plain(token.start.max(self.at));
            let stop = token.end.min(end);
            push(
                self.html,
                format_args!("<span class=\"{}\">", token.class.name()),
            );
            self.plain(stop);
            self.html.push_str("</span>");
            if token.end <= end {
                self.tokens = &self.tokens[1..];
            }
        }
    }

    fn plain(&mut self, end: usize) {
        escape(self.html, self.text.get(self.at..end).unwrap_or_default());
        self.at = self.at.max(end);
    }
}

/// The list of notes about a block of code.
pub struct Notes<'a> {
    block: &'a CodeBlock,
    number: usize,
    /// The lists that are open inside it.
    inner: usize,
    item: usize,
}

impl<'a> html::Writer<'a> {
    /// The block of code that the event `index` opens.
    pub(super) fn code_block(&mut self, index: usize) -> String {
        let document = self.document;
        let events = document.events[index..].iter();
        let inside =
            events.take_while(|(event, _)| !matches!(event, Event::End(TagEnd::CodeBlock)));
        self.at = index + inside.count() + 1;
        let Some(block) = document.code.get(self.code) else {
            return String::new();
        };
        self.code += 1;
        let attributes = document.attributes.get(&index);
        match document.made.get(&index) {
            Some(math) if block.fence.language == "math" => {
                return format!("<p class=\"math\">{math}</p>\n");
            }
            Some(svg) => return diagram(block, svg, self.words),
            None => {}
        }
        write(
            block,
            &attributes.map(Attributes::written).unwrap_or_default(),
            self.words,
        )
    }

    /// The start of a list, which may be one of notes.
    pub(super) fn list(&mut self, index: usize, event: &Event<'a>) -> Event<'a> {
        if let Some(notes) = &mut self.noted {
            notes.inner += 1;
            return event.clone();
        }
        let last = self
            .code
            .checked_sub(1)
            .and_then(|last| self.document.code.get(last));
        match last.and_then(|block| Some((block, block.notes?))) {
            Some((block, (list, number))) if list == index => {
                self.noted = Some(Notes {
                    block,
                    number,
                    inner: 0,
                    item: 0,
                });
                Event::Html("<ol class=\"notes\">\n".into())
            }
            _ => event.clone(),
        }
    }

    pub(super) fn end_list(&mut self) {
        match &mut self.noted {
            Some(notes) if notes.inner > 0 => notes.inner -= 1,
            _ => self.noted = None,
        }
    }

    /// The start of an item; a note has an id.
    pub(super) fn item(&mut self, event: &Event<'a>) -> Event<'a> {
        let Some(notes) = self.noted.as_mut().filter(|notes| notes.inner == 0) else {
            return event.clone();
        };
        notes.item += 1;
        let item = Some(notes.item);
        if !notes.block.lines.iter().any(|line| line.note == item) {
            return event.clone();
        }
        Event::Html(format!("<li id=\"{}\">", note_id(notes.number, notes.item)).into())
    }
}

/// A diagram with its source, for those who cannot see it.
fn diagram(block: &CodeBlock, svg: &str, words: Words<'_>) -> String {
    let source = write(block, "", words);
    let label = attribute(words.diagram());
    format!(
        "<figure class=\"diagram\"><div class=\"diagram-scroll\">{svg}</div>\
         <details><summary>{label}</summary>\n{source}</details></figure>\n"
    )
}

fn push(html: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = html.write_fmt(what);
}

/// `text` between tags.
pub fn escape(html: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => continue,
        };
        html.push_str(&text[from..at]);
        html.push_str(entity);
        from = at + 1;
    }
    html.push_str(&text[from..]);
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::markdown::{Words, code, fence};

    fn check(info: &str, code: &str, expected: &str) {
        assert_eq!(
            write(
                &code::read(fence::parse(info), code, false),
                "",
                Words::default()
            )
            .trim_end(),
            expected
        );
    }

    #[test]
    fn plain_code_stays_plain() {
        check("", "a < b\n", "<pre><code>a &lt; b\n</code></pre>");
        check(
            "nonesuch,ignore",
            "a\n",
            "<pre><code class=\"language-nonesuch ignore\">a\n</code></pre>",
        );
    }

    #[test]
    fn a_token_over_several_lines_is_closed_on_each() {
        check(
            "js linenums=\"9\" hl_lines=\"2\"",
            "/*\n*/ 1\n",
            "<pre><code class=\"language-js\"><span class=\"line\" data-n=\"9\"><span class=\"hc\">/*\n</span></span>\
             <span class=\"line mark\" data-n=\"10\"><span class=\"hc\">*/</span> <span class=\"hn\">1</span>\n</span></code></pre>",
        );
    }

    #[test]
    fn hidden_lines_are_in_one_piece() {
        check(
            "rust",
            "# use a;\n# fn b() {}\nc\n",
            "<pre><code class=\"language-rust\"><span class=\"boring\"><span class=\"hk\">use</span> a;\n\
             <span class=\"hk\">fn</span> <span class=\"hf\">b</span>() {}\n</span>c\n</code></pre>",
        );
    }

    #[test]
    fn a_title_stands_above_the_code() {
        check(
            "{ .text title=\"<a>\" .no-copy #b }",
            "c",
            "<div class=\"code no-copy\" id=\"b\"><div class=\"code-title\">&lt;a&gt;</div>\
             <pre><code class=\"language-text\">c</code></pre></div>",
        );
    }
}
