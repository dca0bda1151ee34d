//! A chunk's blocks as the pieces that an answer can quote.
//!
//! Takes chunks, gives sentences, list items, rows and pieces of code, each
//! word for word as the page has it. Nothing is judged here.

use crate::answer::{sentences, words};
use crate::index::Chunk;
use crate::markdown::{Block, BlockKind};

/// The longest list item that stays whole, and the longest piece of code
/// that does not need to be cut, in words.
const WHOLE: usize = 60;
/// A sentence with fewer words that mean something says nothing by itself.
const SHORTEST: usize = 3;
/// The longest label, in words.
const LABEL: usize = 6;
/// The longest sentence that only points elsewhere, in words.
const POINTER: usize = 25;

/// A piece of a page that can be quoted by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The chunk's number.
    pub chunk: usize,
    /// The block's number in the chunk.
    pub block: usize,
    /// The piece, word for word.
    pub text: String,
    /// What the block is.
    pub kind: BlockKind,
    /// How many words it has.
    pub words: usize,
    /// Whether it begins where code that has no blank line was too long, in
    /// the middle of what it belongs to.
    pub is_rest: bool,
}

impl Unit {
    /// Whether it announces what comes after it, as in "Run:" or as the label
    /// of a tab does.
    pub fn announces(&self) -> bool {
        let may = !matches!(self.kind, BlockKind::Code | BlockKind::Picture);
        may && (self.text.ends_with(':') || self.is_label())
    }

    /// Whether it is a sentence that speaks of what follows it, as in "Add the
    /// following lines to the file."
    pub fn leads(&self) -> bool {
        let text = self.text.to_lowercase();
        let is_prose = !matches!(self.kind, BlockKind::Code | BlockKind::Picture);
        is_prose && LEADS.iter().any(|word| text.contains(word))
    }

    /// Whether it is a name for something rather than a sentence.
    pub fn is_label(&self) -> bool {
        let ends = [
            '.', '!', '?', ';', '\u{2026}', '\u{3002}', '\u{ff01}', '\u{ff1f}',
        ];
        let is_sentence = self
            .text
            .trim_end_matches(['"', '\'', ')', '\u{201d}'])
            .ends_with(ends);
        self.kind == BlockKind::Paragraph && self.words <= LABEL && !is_sentence
    }

    /// Whether it says nothing without the others around it; so many of its words
    /// carry `meaning`.
    pub fn is_empty(&self, meaning: usize) -> bool {
        match self.kind {
            BlockKind::Code => self.text.lines().all(is_comment),
            BlockKind::Picture => true,
            BlockKind::ListItem | BlockKind::Table => self.words < 2,
            _ => meaning < SHORTEST,
        }
    }

    /// Whether it says no more than where else to read, which its page links
    /// and an answer cannot.
    pub fn points_elsewhere(&self) -> bool {
        let lower: String = self
            .text
            .chars()
            .take(32)
            .flat_map(char::to_lowercase)
            .collect();
        self.kind != BlockKind::Code
            && self.words <= POINTER
            && POINTERS.iter().any(|start| lower.starts_with(start))
    }
}

/// What speaks of what follows, in the languages of the built-in theme that
/// have spaces.
const LEADS: &[&str] = &[
    " following ",
    " as follows",
    " like this.",
    " folgende",
    " suivant",
    " siguiente",
    " seguinte",
];

/// How sentences begin that point elsewhere, in the languages of the built-in
/// theme that have spaces.
const POINTERS: &[&str] = &[
    "see ",
    "see also",
    "learn more",
    "read more",
    "read the documentation",
    "read the guide",
    "refer to ",
    "for more details",
    "for more examples",
    "for more info",
    "for more on ",
    "for further ",
    "for details",
    "siehe ",
    "mehr dazu",
    "weitere informationen",
    "voir ",
    "pour en savoir plus",
    "pour plus d",
    "consulta ",
    "consulte ",
    "v\u{e9}ase ",
    "para m\u{e1}s ",
];

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty()
        || ["# ", "//", "<!--"]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// The units of `chunk`, which has the number `number`, in reading order.
pub fn units(number: usize, chunk: &Chunk) -> Vec<Unit> {
    let blocks = chunk.blocks.iter().enumerate();
    let unit = |place: usize, kind: BlockKind, piece: Piece| Unit {
        chunk: number,
        block: place,
        words: words::count(&piece.text),
        text: piece.text,
        kind,
        is_rest: piece.is_rest,
    };
    blocks
        .flat_map(|(place, block)| {
            let pieces = pieces(block).into_iter();
            pieces.map(move |piece| unit(place, block.kind, piece))
        })
        .collect()
}

/// A piece of a block, and whether it is the rest of the one before it.
struct Piece {
    text: String,
    is_rest: bool,
}

fn pieces(block: &Block) -> Vec<Piece> {
    let texts = match block.kind {
        BlockKind::Code => return code(&block.text),
        BlockKind::Heading => Vec::new(),
        BlockKind::Picture => vec![block.text.clone()],
        BlockKind::Table => lines(&block.text),
        BlockKind::ListItem if words::count(&block.text) <= WHOLE => vec![block.text.clone()],
        BlockKind::ListItem | BlockKind::Paragraph | BlockKind::Quote => {
            sentences::split(&block.text)
        }
    };
    let whole = |text| Piece {
        text,
        is_rest: false,
    };
    texts.into_iter().map(whole).collect()
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(str::to_owned).collect()
}

/// Code as a whole when it is short, else in the parts between its blank
/// lines, and those in as many lines as are not too long. What stands deeper
/// than the beginning of a part belongs to it in spite of a blank line, as
/// the default of a flag does.
fn code(text: &str) -> Vec<Piece> {
    if words::count(text) <= WHOLE {
        let text = text.to_owned();
        let is_rest = false;
        return vec![Piece { text, is_rest }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut piece = String::new();
    let mut is_rest = false;
    let mut close = |piece: &mut String, is_rest: bool| {
        if !piece.trim().is_empty() {
            let text = piece.trim_end().to_owned();
            pieces.push(Piece { text, is_rest });
        }
        piece.clear();
    };
    let mut after_blank = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            after_blank = true;
            continue;
        }
        let full = words::count(&piece) + words::count(line) > WHOLE;
        if full || after_blank && indent(line) <= indent(&piece) {
            let was_begun = !piece.is_empty();
            close(&mut piece, is_rest);
            is_rest = was_begun && !after_blank && indent(line) > 0;
        } else if after_blank {
            piece.push('\n');
        }
        piece.push_str(line);
        piece.push('\n');
        after_blank = false;
    }
    close(&mut piece, is_rest);
    pieces
}

/// How far the first line of `text` is indented, in bytes.
fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Unit, units};
    use crate::index::Chunk;
    use crate::markdown::{Block, BlockKind};

    /// A chunk of a page `a.html` with these blocks.
    pub fn chunk(blocks: &[(BlockKind, &str)]) -> Chunk {
        let block = |(kind, text): &(BlockKind, &str)| Block {
            kind: *kind,
            text: (*text).to_owned(),
        };
        let blocks = blocks.iter().map(block).collect();
        Chunk::new(
            "a.html".to_owned(),
            String::new(),
            "A".to_owned(),
            Vec::new(),
            None,
            blocks,
        )
    }

    #[test]
    fn prose_falls_into_sentences_and_lists_into_items() {
        let chunk = chunk(&[
            (BlockKind::Heading, "Title"),
            (BlockKind::Paragraph, "One. Run this:"),
            (BlockKind::ListItem, "First. Still first."),
            (BlockKind::Table, "a | b\n1 | 2"),
        ]);
        let units = units(7, &chunk);
        let texts: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
        assert_eq!(
            texts,
            ["One.", "Run this:", "First. Still first.", "a | b", "1 | 2"]
        );
        assert!(units[1].announces() && !units[0].announces());
        assert!(units.iter().all(|unit| unit.chunk == 7));
    }

    #[test]
    fn sentences_that_only_point_elsewhere_are_known() {
        let chunk = chunk(&[
            (
                BlockKind::Paragraph,
                "See the guide on herons to get started.",
            ),
            (BlockKind::Paragraph, "Siehe auch die Reiher."),
            (BlockKind::Paragraph, "Seen from above, they are grey."),
            (BlockKind::Code, "see herons"),
        ]);
        let units = units(0, &chunk);
        let points: Vec<bool> = units.iter().map(Unit::points_elsewhere).collect();
        assert_eq!(points, [true, true, false, false]);
    }

    #[test]
    fn the_default_of_a_flag_stays_with_it() {
        let flag = "  -p, --port <PORT>\n          The port to listen on, and words that make \
                    this long\n\n          [default: 3000]";
        let text = [flag; 5].join("\n\n");
        let chunk = chunk(&[(BlockKind::Code, &text)]);
        let units = units(0, &chunk);
        assert_eq!(units.len(), 5);
        assert!(units.iter().all(|unit| unit.text == flag), "{units:#?}");
    }

    #[test]
    fn the_rest_of_code_that_was_cut_between_blank_lines_is_known() {
        let job = format!("jobs:\n{}", "  - run: one two three four\n".repeat(20));
        let text = format!("{job}\n\non: push\nname: flock");
        let units = units(0, &chunk(&[(BlockKind::Code, &text)]));
        let rests: Vec<bool> = units.iter().map(|unit| unit.is_rest).collect();
        assert_eq!(rests, [false, true, true, false], "{units:#?}");
    }

    #[test]
    fn long_code_is_cut_at_blank_lines_and_never_within_a_line() {
        let line = "let value = compute(1, 2);";
        let text = format!("{}\n\n{}", [line; 8].join("\n"), [line; 20].join("\n"));
        let chunk = chunk(&[(BlockKind::Code, &text)]);
        let units = units(0, &chunk);
        assert!(units.len() > 2);
        assert!(
            units
                .iter()
                .all(|unit| unit.text.lines().all(|found| found == line))
        );
        let lines: usize = units.iter().map(|unit| unit.text.lines().count()).sum();
        assert_eq!(lines, 28);
    }
}
