//! How a model's chat is written: the marks around system text, question and
//! answer.
//!
//! Pure. A format is told by its marks: a model that was trained on it has
//! each of them as a token of its own.

/// A part of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A token of this name, which no text can give.
    Mark(&'static str),
    /// Plain text.
    Text(&'static str),
    /// What the model is told once and for all.
    System,
    /// Evidence and question.
    User,
}

use Part::{Mark, System, Text, User};

/// A chat format, up to where the answer begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// Its name.
    pub name: &'static str,
    /// What is written, in order.
    pub parts: &'static [Part],
    /// The mark that ends an answer.
    pub end: &'static str,
}

/// The formats that are known, as the model cards of their makers have them.
pub const FORMATS: [Format; 4] = [
    Format {
        name: "ChatML",
        parts: &[
            Mark("<|im_start|>"),
            Text("system\n"),
            System,
            Mark("<|im_end|>"),
            Text("\n"),
            Mark("<|im_start|>"),
            Text("user\n"),
            User,
            Mark("<|im_end|>"),
            Text("\n"),
            Mark("<|im_start|>"),
            Text("assistant\n"),
        ],
        end: "<|im_end|>",
    },
    Format {
        name: "Llama 3",
        parts: &[
            Mark("<|begin_of_text|>"),
            Mark("<|start_header_id|>"),
            Text("system"),
            Mark("<|end_header_id|>"),
            Text("\n\n"),
            System,
            Mark("<|eot_id|>"),
            Mark("<|start_header_id|>"),
            Text("user"),
            Mark("<|end_header_id|>"),
            Text("\n\n"),
            User,
            Mark("<|eot_id|>"),
            Mark("<|start_header_id|>"),
            Text("assistant"),
            Mark("<|end_header_id|>"),
            Text("\n\n"),
        ],
        end: "<|eot_id|>",
    },
    // Phi 3 has line breaks behind its marks, which its tokenizer swallows;
    // Phi 4 has none.
    Format {
        name: "Phi",
        parts: &[
            Mark("<|system|>"),
            System,
            Mark("<|end|>"),
            Mark("<|user|>"),
            User,
            Mark("<|end|>"),
            Mark("<|assistant|>"),
        ],
        end: "<|end|>",
    },
    // Mistral has no place for a system text but the question's.
    Format {
        name: "Mistral",
        parts: &[
            Mark("<s>"),
            Mark("[INST]"),
            System,
            Text("\n\n"),
            User,
            Mark("[/INST]"),
        ],
        end: "</s>",
    },
];

impl Format {
    /// The format of a model that `knows` which marks are tokens.
    pub fn of(knows: &dyn Fn(&str) -> bool) -> Option<&'static Self> {
        FORMATS.iter().find(|format| {
            let mut marks = format.parts.iter().filter_map(|part| match part {
                Mark(mark) => Some(*mark),
                _ => None,
            });
            marks.all(knows) && knows(format.end)
        })
    }

    /// The parts before the evidence and those behind the question.
    pub fn around(&self) -> (&'static [Part], &'static [Part]) {
        let place = self.parts.iter().position(|part| *part == User);
        let (before, rest) = self.parts.split_at(place.unwrap_or(self.parts.len()));
        (before, rest.get(1..).unwrap_or_default())
    }

    /// A mark, as a token without text.
    pub fn blank(&self) -> &'static str {
        match self.parts.first() {
            Some(Mark(mark)) => mark,
            _ => self.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, Format, Part};

    fn written(format: &Format) -> String {
        let parts = format.parts.iter().map(|part| match part {
            Part::Mark(text) | Part::Text(text) => *text,
            Part::System => "Be brief.",
            Part::User => "Why?",
        });
        parts.collect()
    }

    #[test]
    fn chats_are_written_as_their_models_were_trained() {
        let [chatml, llama, phi, mistral] = &FORMATS;
        snapbox::assert_data_eq!(
            written(chatml),
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n\
             <|im_start|>assistant\n"
        );
        snapbox::assert_data_eq!(
            written(llama),
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>\
             <|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>\
             <|start_header_id|>assistant<|end_header_id|>\n\n"
        );
        let expected = "<|system|>Be brief.<|end|><|user|>Why?<|end|><|assistant|>";
        assert_eq!(written(phi), expected);
        assert_eq!(written(mistral), "<s>[INST]Be brief.\n\nWhy?[/INST]");
    }

    #[test]
    fn a_format_is_told_by_its_marks() {
        let name = |known: &[&str]| Format::of(&|mark| known.contains(&mark)).map(|of| of.name);
        assert_eq!(name(&["<|im_start|>", "<|im_end|>", "<s>"]), Some("ChatML"));
        assert_eq!(name(&["<s>", "</s>", "[INST]", "[/INST]"]), Some("Mistral"));
        let phi = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"];
        assert_eq!(name(&phi), Some("Phi"));
        assert_eq!(name(&["<s>", "</s>"]), None);
    }

    #[test]
    fn evidence_and_question_stand_where_the_user_speaks() {
        for format in &FORMATS {
            let (before, after) = format.around();
            assert!(before.contains(&Part::System), "{}", format.name);
            assert_eq!(before.len() + 1 + after.len(), format.parts.len());
            assert!(before.contains(&Part::Mark(format.blank())));
        }
    }
}
