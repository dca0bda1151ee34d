//! Signs by name: emoji, the few icons that mean something by themselves, and
//! the words on keys.

/// The emoji that GitHub calls `name`.
pub fn emoji(name: &str) -> Option<&'static str> {
    emojis::get_by_shortcode(name).map(emojis::Emoji::as_str)
}

/// The character that stands for an icon of Material's sets. Those that only
/// decorate have none: a page says the same without them.
pub fn icon(name: &str) -> Option<&'static str> {
    let bare = name
        .trim_start_matches("material-")
        .trim_start_matches("octicons-")
        .trim_start_matches("lucide-")
        .trim_start_matches("fontawesome-")
        .trim_start_matches("solid-")
        .trim_start_matches("regular-");
    let bare = bare
        .trim_end_matches("-12")
        .trim_end_matches("-16")
        .trim_end_matches("-24")
        .trim_end_matches("-bold")
        .trim_end_matches("-thick")
        .trim_end_matches("-circle")
        .trim_end_matches("-outline");
    Some(match bare {
        "check" | "check-all" | "checkbox-marked" => "✓",
        "close" | "x" | "xmark" | "cancel" => "✗",
        "plus" => "+",
        "minus" => "−",
        "arrow-right" | "arrow-right-long" => "→",
        "arrow-left" | "arrow-left-long" => "←",
        "arrow-up" => "↑",
        "arrow-down" => "↓",
        "alert" | "warning" | "triangle-exclamation" => "⚠",
        "star" => "★",
        "heart" => "♥",
        "help" | "question" => "?",
        "dots-vertical" => "⋮",
        "dots-horizontal" => "…",
        "menu" => "☰",
        _ => return None,
    })
}

/// What stands on a key.
pub fn key(name: &str) -> String {
    let known = match name.to_ascii_lowercase().as_str() {
        "ctrl" | "control" => "Ctrl",
        "cmd" | "command" => "Cmd",
        "win" | "windows" => "Win",
        "esc" | "escape" => "Esc",
        "del" | "delete" => "Del",
        "ins" | "insert" => "Ins",
        "enter" | "return" => "Enter",
        "backspace" | "bksp" => "Backspace",
        "caps" | "caps-lock" => "Caps Lock",
        "pg-up" | "page-up" | "prior" => "Page Up",
        "pg-dn" | "page-down" | "next" => "Page Down",
        "print-screen" => "Print Screen",
        "num-lock" => "Num Lock",
        "scroll" | "scroll-lock" => "Scroll Lock",
        "up" | "arrow-up" => "↑",
        "down" | "arrow-down" => "↓",
        "left" | "arrow-left" => "←",
        "right" | "arrow-right" => "→",
        "plus" => "+",
        "minus" | "hyphen" => "-",
        "equal" => "=",
        "comma" => ",",
        "period" | "dot" => ".",
        "slash" => "/",
        "backslash" => "\\",
        "semicolon" => ";",
        "colon" => ":",
        "question" => "?",
        "exclam" => "!",
        "space" | "spc" => "Space",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{emoji, icon, key};

    #[test]
    fn signs_are_found_by_name() {
        assert_eq!(emoji("rocket"), Some("🚀"));
        assert_eq!(emoji("no-such-thing"), None);
        assert_eq!(icon("material-check"), Some("✓"));
        assert_eq!(icon("octicons-arrow-right-24"), Some("→"));
        assert_eq!(icon("fontawesome-solid-xmark"), Some("✗"));
        assert_eq!(icon("simple-github"), None);
    }

    #[test]
    fn keys_have_the_words_that_stand_on_them() {
        assert_eq!(key("ctrl"), "Ctrl");
        assert_eq!(key("page-up"), "Page Up");
        assert_eq!(key("c"), "C");
        assert_eq!(key("f12"), "F12");
        assert_eq!(key("left-alt"), "Left Alt");
    }
}
