//! From the bytes of a stream of chat completions to the text that was
//! written.
//!
//! Pure. Server-sent events, cut anywhere (WHATWG HTML, "Server-sent
//! events"); the chunks of OpenAI's protocol in them; and the thoughts of a
//! model that thinks aloud, left out.

use serde_json::Value;

/// The longest line of a stream, in bytes.
pub const LONGEST_LINE: usize = 256 * 1024;

/// Cuts a stream of server-sent events into the data of its events.
#[derive(Debug, Default)]
pub struct Events {
    line: Vec<u8>,
    data: Option<String>,
    after_return: bool,
}

/// A line that never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Events {
    /// Takes the next bytes and gives the data of the events that they end.
    ///
    /// # Errors
    /// When a line is longer than [`LONGEST_LINE`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut ended = Vec::new();
        for &byte in bytes {
            let second_half = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if second_half {
                continue;
            }
            if byte == b'\n' || byte == b'\r' {
                ended.extend(self.end_line());
            } else if self.line.len() < LONGEST_LINE {
                self.line.push(byte);
            } else {
                return Err(TooLong);
            }
        }
        Ok(ended)
    }

    /// The data of an event that the end of the stream cut short; some
    /// servers leave out the last empty line.
    pub fn finish(mut self) -> Option<String> {
        self.end_line().or(self.data)
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.data.take();
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.strip_prefix('\u{feff}').unwrap_or(&line);
        // A line that begins with a colon is a comment: a field without name.
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                none => *none = Some(value.to_owned()),
            }
        }
        None
    }
}

/// What one event says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// What was written, perhaps nothing.
    pub text: String,
    /// Whether nothing more will be.
    pub last: bool,
}

/// Reads the data of an event of `chat/completions`.
///
/// # Errors
/// The message of an error that the server reports, or what is wrong with
/// the data.
pub fn delta(data: &str) -> Result<Delta, String> {
    if data.trim() == "[DONE]" {
        return Ok(Delta {
            text: String::new(),
            last: true,
        });
    }
    let chunk: Value =
        serde_json::from_str(data).map_err(|_| "it sent something that is no JSON".to_owned())?;
    if let Some(message) = error_message(&chunk) {
        return Err(format!("it reports: {message}"));
    }
    let choice = &chunk["choices"][0];
    let text = choice["delta"]["content"].as_str().unwrap_or_default();
    Ok(Delta {
        text: text.to_owned(),
        last: !choice["finish_reason"].is_null(),
    })
}

/// The message of the error that `body` is, on one line and not long.
pub fn error_message(body: &Value) -> Option<String> {
    let error = body.get("error").filter(|error| !error.is_null())?;
    let message = error.as_str().or_else(|| error["message"].as_str());
    Some(one_line(message.unwrap_or("an error without a message")))
}

/// `text` as it can be shown on a terminal: at most 200 characters, on one
/// line, without control characters.
pub fn one_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().take(200).map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Leaves out what a text begins with between `<think>` and `</think>`.
#[derive(Debug, Default)]
pub struct Thoughts {
    held: String,
    state: Thinking,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Thinking {
    /// Nothing was written yet, or the start of the mark.
    #[default]
    Unknown,
    Yes,
    No,
}

impl Thoughts {
    /// Takes the next piece, gives what is sure to be no thought.
    pub fn push(&mut self, piece: &str) -> String {
        if self.state == Thinking::No {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.state == Thinking::Unknown {
            let start = self.held.trim_start();
            if OPEN.starts_with(start) && start.len() < OPEN.len() {
                return String::new();
            }
            if !start.starts_with(OPEN) {
                self.state = Thinking::No;
                return std::mem::take(&mut self.held);
            }
            self.state = Thinking::Yes;
        }
        if let Some(end) = self.held.find(CLOSE) {
            self.state = Thinking::No;
            return std::mem::take(&mut self.held).split_off(end + CLOSE.len());
        }
        let kept = self.held.len().saturating_sub(CLOSE.len());
        self.held = self.held.split_off(self.held.floor_char_boundary(kept));
        String::new()
    }

    /// What was held back at the end and is no thought.
    pub fn finish(self) -> String {
        if self.state == Thinking::Unknown {
            self.held
        } else {
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Delta, Events, LONGEST_LINE, Thoughts, TooLong, delta, one_line};

    fn whole(stream: &[u8]) -> Vec<String> {
        in_pieces(&[stream])
    }

    fn in_pieces(pieces: &[&[u8]]) -> Vec<String> {
        let mut events = Events::default();
        let mut found = Vec::new();
        for piece in pieces {
            found.extend(events.push(piece).unwrap());
        }
        found.extend(events.finish());
        found
    }

    #[test]
    fn events_end_at_empty_lines_however_lines_end() {
        let cases: &[(&str, &[&str])] = &[
            ("data: a\n\ndata: b\n\n", &["a", "b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]),
            ("data: a\r\rdata: b\r\r", &["a", "b"]),
            ("data:a\n\n", &["a"]),
            ("data:  a\n\n", &[" a"]),
            ("data: a\ndata: b\n\n", &["a\nb"]),
            ("data\n\n", &[""]),
            (": alive\n\ndata: a\n\n: alive\n\n", &["a"]),
            ("event: x\nid: 1\nretry: 5\ndata: a\n\n", &["a"]),
            ("\n\n\n", &[]),
            ("\u{feff}data: a\n\n", &["a"]),
            ("database: a\n\n", &[]),
            ("data: [DONE]", &["[DONE]"]),
            ("data: a\n", &["a"]),
        ];
        for (stream, expected) in cases {
            assert_eq!(whole(stream.as_bytes()), *expected, "{stream:?}");
        }
        assert_eq!(whole(b"data: \xff\n\n"), ["\u{fffd}"]);
    }

    #[test]
    fn a_line_that_never_ends_is_refused() {
        let mut events = Events::default();
        assert_eq!(events.push(&vec![b'a'; LONGEST_LINE]), Ok(Vec::new()));
        assert_eq!(events.push(b"a"), Err(TooLong));
    }

    #[test]
    fn a_chunk_is_text_an_end_or_an_error() {
        let text = |text: &str| Ok((text.to_owned(), false));
        let last = |text: &str| Ok((text.to_owned(), true));
        let wrong = |message: &str| Err(message.to_owned());
        let cases = [
            ("[DONE]", last("")),
            (r#"{"choices":[{"delta":{"content":"a"}}]}"#, text("a")),
            (
                r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#,
                text(""),
            ),
            (
                r#"{"choices":[{"delta":{"reasoning_content":"hm"},"finish_reason":null}]}"#,
                text(""),
            ),
            (
                r#"{"choices":[{"delta":{"content":"z"},"finish_reason":"stop"}]}"#,
                last("z"),
            ),
            (r#"{"choices":[],"usage":{"prompt_tokens":3}}"#, text("")),
            ("[]", text("")),
            (
                r#"{"error":{"message":"out of\nmemory"}}"#,
                wrong("it reports: out of memory"),
            ),
            (r#"{"error":"no"}"#, wrong("it reports: no")),
            (
                r#"{"error":{}}"#,
                wrong("it reports: an error without a message"),
            ),
            ("{\"choices\":", wrong("it sent something that is no JSON")),
            ("", wrong("it sent something that is no JSON")),
        ];
        for (data, expected) in cases {
            let found = delta(data).map(|Delta { text, last }| (text, last));
            assert_eq!(found, expected, "{data}");
        }
    }

    #[test]
    fn a_message_of_the_server_cannot_move_the_cursor() {
        assert_eq!(one_line("a\u{1b}[2J\r\nb"), "a [2J b");
        assert_eq!(one_line(&"ä".repeat(900)).chars().count(), 200);
    }

    #[test]
    fn thoughts_at_the_start_are_left_out_and_others_are_text() {
        let cases = [
            ("<think>hm, <b></think>\nYes.", "\nYes."),
            ("\n <think></think>Yes.", "Yes."),
            ("Use <think> for it.", "Use <think> for it."),
            ("<thin", "<thin"),
            ("<thinks>", "<thinks>"),
            ("<think>never done", ""),
            ("", ""),
        ];
        for (text, expected) in cases {
            let mut thoughts = Thoughts::default();
            let mut found: String = text
                .chars()
                .map(|c| thoughts.push(&c.to_string()))
                .collect();
            found.push_str(&thoughts.finish());
            assert_eq!(found, expected, "{text:?}");
            let mut thoughts = Thoughts::default();
            let found = thoughts.push(text) + &thoughts.finish();
            assert_eq!(found, expected, "{text:?} at once");
        }
    }

    proptest! {
        /// Wherever a stream is cut, the same events come out.
        #[test]
        fn a_stream_can_be_cut_anywhere(
            lines in prop::collection::vec("(data: ?|: ?|event: )?[a-z{}\"ä€ ]{0,6}(\r\n|\n|\r)", 0..20),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let stream = lines.concat().into_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]).collect();
            prop_assert_eq!(in_pieces(&pieces), whole(&stream));
        }

        /// Nothing that a server sends is more than an error.
        #[test]
        fn no_bytes_and_no_data_are_fatal(bytes in prop::collection::vec(any::<u8>(), 0..200), data in ".{0,80}") {
            let _ = whole(&bytes);
            let _ = delta(&data);
            let mut thoughts = Thoughts::default();
            let _ = thoughts.push(&data);
            let _ = thoughts.finish();
        }
    }
}
