//! The words in the raw HTML of a page.

use html5gum::Span;
use html5gum::emitters::callback::CallbackEvent;

use super::plain_html::{self, Piece};
use super::raw_html::read;

/// The words of `html`, tags, comments, scripts and styles left out.
pub fn words(html: &str) -> String {
    let mut words = Words::default();
    if !plain_html::read(html, &mut |piece| words.take(piece)) {
        words = Words::default();
        read(html, |event, _: Span<()>| words.event(&event));
    }
    words.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a piece of HTML, as far as it is read.
#[derive(Default)]
struct Words {
    text: String,
    /// Whether it is that of a script or a style sheet.
    hidden: bool,
}

impl Words {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.take(Piece::Open(&String::from_utf8_lossy(name)));
            }
            CallbackEvent::EndTag { name } => {
                self.take(Piece::End(&String::from_utf8_lossy(name)));
            }
            CallbackEvent::String { value } => {
                self.take(Piece::Text(&String::from_utf8_lossy(value)));
            }
            _ => {}
        }
    }

    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(name) | Piece::End(name) => {
                if is_hidden(name) {
                    self.hidden = matches!(piece, Piece::Open(_));
                }
                if !is_inline(name) {
                    self.text.push(' ');
                }
            }
            Piece::Text(text) if !self.hidden => self.text.push_str(text),
            _ => {}
        }
    }
}

fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style")
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "code"
            | "em"
            | "i"
            | "kbd"
            | "mark"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
            | "var"
    )
}

#[cfg(test)]
mod tests {
    use html5gum::Span;
    use proptest::prelude::*;

    use super::{Words, plain_html, read, words};

    #[test]
    fn words_lose_their_tags() {
        assert_eq!(
            words("<p>one <b>two</b></p><script>a<b && x</script><p>three"),
            "one two three"
        );
        let inline = "<em>H</em><sub>2</sub><b>O</b>, 10<sup>3</sup><br>";
        assert_eq!(words(inline), "H2O, 103");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// What is read as plain HTML is what the tokenizer reads.
        #[test]
        fn words_of_plain_html_are_those_by_the_rules(
            html in "(<a|<td|</td|</a|<br|<!--|--|>|/>| href=\"x\"| id='y'| class=\"&\"| id| |\n|/|=|'|é|word|&amp;|&lt;|&|&nbsp;|;|<|<b>|</b>|<style>|</style>){0,16}",
        ) {
            let (mut plain, mut ruled) = (Words::default(), Words::default());
            if plain_html::read(&html, &mut |piece| plain.take(piece)) {
                read(&html, |event, _: Span<()>| ruled.event(&event));
                prop_assert_eq!(plain.text, ruled.text);
            }
        }
    }
}
