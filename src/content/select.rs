//! Which lines of a file an include asks for: numbers or a named part.

use std::ops::Range;

/// The byte ranges of the lines that `selection` means, anchor lines left
/// out; nothing when it names an anchor that is not there.
pub fn select(text: &str, selection: &str) -> Option<Vec<Range<usize>>> {
    let numbers: Vec<&str> = selection.splitn(2, ':').collect();
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let is_lines = numbers
        .iter()
        .all(|part| part.trim().is_empty() || number(part).is_some());
    if is_lines {
        let from = numbers
            .first()
            .and_then(|part| number(part))
            .unwrap_or(1)
            .max(1);
        let to = match numbers.get(1) {
            Some(part) => number(part).unwrap_or(usize::MAX),
            None if selection.trim().is_empty() => usize::MAX,
            None => from,
        };
        return Some(lines(text, |index, _| index + 1 >= from && index < to));
    }
    let mut inside = false;
    let mut found = false;
    let ranges = lines(text, |_, line| {
        match anchor_of(line) {
            Some((name, true)) if name == selection => {
                inside = true;
                found = true;
            }
            Some((name, false)) if name == selection => inside = false,
            _ => return inside,
        }
        false
    });
    found.then_some(ranges)
}

fn lines(text: &str, mut keep: impl FnMut(usize, &str) -> bool) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let range = at..at + line.len();
        at = range.end;
        if !keep(index, line) || is_anchor_line(line) {
            continue;
        }
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    ranges
}

/// mdBook leaves the newline of the last line to the including file.
pub fn without_last_newline(text: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut ranges = ranges.to_vec();
    if let Some(last) = ranges.last_mut() {
        let trimmed = text[last.clone()].trim_end_matches(['\n', '\r']).len();
        last.end = last.start + trimmed;
    }
    ranges
}

/// Whether a line only marks where a part begins or ends.
pub fn is_anchor_line(line: &str) -> bool {
    anchor_of(line).is_some()
}

/// The anchor that a line opens (`true`) or closes.
fn anchor_of(line: &str) -> Option<(&str, bool)> {
    let (rest, opens) = match (line.find("ANCHOR_END:"), line.find("ANCHOR:")) {
        (Some(at), _) => (&line[at + "ANCHOR_END:".len()..], false),
        (None, Some(at)) => (&line[at + "ANCHOR:".len()..], true),
        (None, None) => return None,
    };
    let name = rest.split_whitespace().next()?;
    name.chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        .then_some((name, opens))
}

#[cfg(test)]
mod tests {
    use super::select;

    fn check(text: &str, selection: &str, expected: Option<&str>) {
        let lines = select(text, selection);
        let joined = lines.map(|ranges| ranges.into_iter().map(|r| &text[r]).collect::<String>());
        assert_eq!(joined.as_deref(), expected, "{selection}");
    }

    #[test]
    fn lines_are_chosen_by_number_or_anchor() {
        let text = "a\nb // ANCHOR: x\nc\nd // ANCHOR_END: x\ne\n";
        check("a\nb\nc\n", "2", Some("b\n"));
        check("a\nb\nc\n", "2:", Some("b\nc\n"));
        check("a\nb\nc\n", ":2", Some("a\nb\n"));
        check("a\nb\nc\n", "1:2", Some("a\nb\n"));
        check(text, "x", Some("c\n"));
        check(text, "", Some("a\nc\ne\n"));
        check(text, "y", None);
    }
}
