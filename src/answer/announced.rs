//! What is quoted together: a sentence and the code that it announces, a label
//! and what it names, a row and the head of its table.

use crate::answer::extract::Candidate;
use crate::markdown::BlockKind;

/// How many units announce each other at most: "On Windows", "Run:".
const CHAIN: usize = 3;

/// The unit at `place` with those that announce it, and what it announces. A
/// row of a table comes with the first, which says what is in its cells.
pub fn with_announcement(candidates: &[Candidate], place: usize) -> Vec<usize> {
    let passage = candidates[place].passage;
    let near = |other: &usize| {
        let candidate = candidates.get(*other);
        candidate.is_some_and(|candidate| candidate.passage == passage)
    };
    let block = |place: usize| {
        let unit = &candidates[place].unit;
        (unit.chunk, unit.block)
    };
    let announces = |place: &usize| {
        let unit = &candidates[*place].unit;
        let is_led_to = |next: &Candidate| {
            let is_apart = block(place + 1) != block(*place);
            let is_block = matches!(
                next.unit.kind,
                BlockKind::Code | BlockKind::ListItem | BlockKind::Table
            );
            is_apart && (is_block || next.unit.is_label())
        };
        let next = candidates.get(place + 1);
        unit.announces() || unit.leads() && next.is_some_and(is_led_to)
    };
    let before = (0..place).rev().take_while(near);
    let mut together: Vec<usize> = before.clone().take_while(announces).take(CHAIN).collect();
    if candidates[place].unit.kind == BlockKind::Table {
        let rows = before.take_while(|other| block(*other) == block(place));
        together.extend(rows.last().filter(|head| !together.contains(head)));
    }
    let mut last = place;
    together.push(place);
    let is_shown = |place: usize| candidates[place].unit.kind != BlockKind::Picture;
    while together.len() <= CHAIN && announces(&last) && near(&(last + 1)) && is_shown(last + 1) {
        last += 1;
        together.push(last);
    }
    together
}

#[cfg(test)]
mod tests {
    use crate::answer::extract::tests::quotes;
    use crate::answer::units::tests::chunk;
    use crate::markdown::BlockKind;

    #[test]
    fn an_announcement_brings_the_code_that_it_announces() {
        let filler = "Other words fill this paragraph so that there is no room. ".repeat(9);
        let chunk = chunk(&[
            (BlockKind::Paragraph, &filler),
            (BlockKind::Paragraph, "To add a git dependency, write:"),
            (
                BlockKind::Code,
                "[dependencies]\nregex = { git = \"https://example.org/regex\" }",
            ),
        ]);
        let quotes = quotes("How do I add a git dependency?", &[chunk]);
        let code = quotes
            .iter()
            .position(|(_, text)| text.starts_with("[dependencies]"));
        let lead = quotes.iter().position(|(_, text)| text.ends_with("write:"));
        assert_eq!(code, lead.map(|lead| lead + 1), "{quotes:?}");
    }

    #[test]
    fn a_label_comes_with_what_it_names_or_not_at_all() {
        let chunk = chunk(&[
            (BlockKind::Paragraph, "To install the heron, run:"),
            (BlockKind::Paragraph, "On Windows"),
            (BlockKind::Code, "winget install heron"),
            (BlockKind::Paragraph, "Nothing else is needed today."),
            (BlockKind::Paragraph, "Heron 11.8"),
        ]);
        let texts: Vec<String> = quotes("install the heron on windows", &[chunk])
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let together = [
            "To install the heron, run:",
            "On Windows",
            "winget install heron",
        ];
        assert_eq!(texts[..3], together);
        assert!(!texts.contains(&"Heron 11.8".to_owned()), "{texts:?}");
    }

    #[test]
    fn a_sentence_that_speaks_of_what_follows_brings_it() {
        let chunk = chunk(&[
            (
                BlockKind::Paragraph,
                "Herons are counted by default. To stop it, add the following lines to your file.",
            ),
            (BlockKind::Paragraph, "book.toml"),
            (BlockKind::Code, "count = false"),
            (BlockKind::Paragraph, "Nothing else follows here today."),
        ]);
        let texts: Vec<String> = quotes("How do I stop counting herons?", &[chunk])
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts[1..3], ["book.toml", "count = false"], "{texts:?}");
    }

    #[test]
    fn pictures_are_not_quoted_nor_the_labels_above_them() {
        let chunk = chunk(&[
            (BlockKind::Paragraph, "Herons are shown with this flag:"),
            (BlockKind::Code, "herons = true"),
            (BlockKind::Paragraph, "With herons"),
            (BlockKind::Picture, "Herons are shown"),
            (BlockKind::Paragraph, "Without herons"),
            (BlockKind::Picture, "Herons are not shown"),
        ]);
        let texts: Vec<String> = quotes("How are herons shown?", &[chunk])
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts, ["Herons are shown with this flag:", "herons = true"]);
    }

    #[test]
    fn a_row_of_a_table_comes_with_the_names_of_its_columns() {
        let rows: Vec<String> = (0..40)
            .map(|row| format!("flag-{row} | does number {row} | {row}"))
            .collect();
        let table = format!(
            "Flag | Meaning | Default\n{}\nherons | counts them all | 7",
            rows.join("\n")
        );
        let quotes = quotes(
            "What is the default of herons?",
            &[chunk(&[(BlockKind::Table, &table)])],
        );
        let text = quotes
            .iter()
            .map(|(_, text)| text.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        assert!(text.starts_with("Flag | Meaning | Default\n"), "{text}");
        assert!(text.contains("herons | counts them all | 7"), "{text}");
    }
}
