//! Sorted texts, each as what differs from the one before.

/// The letters that stand for how much is shared.
const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// `text` as one character for how many UTF-16 units it shares with
/// `before`, as scripts count, and the rest.
pub fn push(to: &mut String, before: &str, text: &str) {
    let (mut units, mut bytes) = (0, 0);
    for (one, other) in before.chars().zip(text.chars()) {
        if one != other || units + one.len_utf16() >= DIGITS.len() {
            break;
        }
        units += one.len_utf16();
        bytes += one.len_utf8();
    }
    to.push(digit(units));
    to.push_str(&text[bytes..]);
}

/// The character for a number, at most 61.
pub fn digit(number: usize) -> char {
    char::from(DIGITS[number.min(DIGITS.len() - 1)])
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn only_the_rest_is_written() {
        let mut text = String::new();
        push(&mut text, "configure", "configuration");
        push(&mut text, "", "pod");
        push(&mut text, "🦀a", "🦀b");
        assert_eq!(text, "8ation0pod2b");
        let long = "x".repeat(100);
        let mut text = String::new();
        push(&mut text, &long, &long);
        assert_eq!(text, format!("Z{}", "x".repeat(39)));
    }
}
