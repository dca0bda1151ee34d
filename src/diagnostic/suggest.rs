//! The nearest of a set of names, for "did you mean" help.

/// How many letters two names may have that the other lacks. This turns most
/// names away at the cost of one instruction.
const STRANGE: u32 = 5;

/// The name in `names` most like `wanted`, or nothing when none is close.
///
/// Closeness is the Jaro-Winkler similarity of the lower-cased names, at
/// least 0.8; ties go to the name that sorts first.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let wanted_letters = letters(&wanted);
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        // A name cut short lacks letters and is meant all the same.
        if are_strange(wanted_letters, letters(name)) && !name.starts_with(&wanted) {
            continue;
        }
        let score = strsim::jaro_winkler(&wanted, &name.to_lowercase());
        let better = match best {
            None => score >= 0.8,
            Some((top, current)) => score > top || (score == top && name < current),
        };
        if better {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Whether two names differ in so many letters that neither is a slip of the
/// other.
pub fn are_strange(one: u64, other: u64) -> bool {
    (one ^ other).count_ones() > STRANGE
}

/// A bit for each letter and digit that `name` holds, whatever their case.
pub fn letters(name: &str) -> u64 {
    let bit = |c: char| match c.to_ascii_lowercase() {
        c @ 'a'..='z' => 1 << (c as u64 - 'a' as u64),
        c @ '0'..='9' => 1 << (c as u64 - '0' as u64 + 26),
        '-' | '_' | ' ' | '.' => 0,
        c => 1 << (36 + c as u64 % 28),
    };
    name.chars().map(bit).fold(0, |all, bit| all | bit)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_finds_its_neighbour() {
        assert_eq!(
            nearest("setup.md", ["set-up.md", "serve.md"]),
            Some("set-up.md")
        );
    }

    #[test]
    fn a_name_unlike_all_others_finds_nothing() {
        assert_eq!(nearest("zebra", ["install", "build"]), None);
    }
}
