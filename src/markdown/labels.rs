//! What blocks are called: by their type, their language or their first line.

/// The first word with a capital, as every tool has it.
pub fn made_title(classes: &str) -> String {
    let word = classes.split_whitespace().next().unwrap_or("note");
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

/// The title of a block of code: `[npm]` or `title="npm"`, else its language.
pub fn code_label(info: &str) -> &str {
    if let Some((_, rest)) = info.split_once("title=\"")
        && let Some((title, _)) = rest.split_once('"')
    {
        return title;
    }
    if let Some((_, rest)) = info.split_once('[')
        && let Some((title, _)) = rest.split_once(']')
    {
        return title;
    }
    let end = info.find([' ', ',', '{', '\t']).unwrap_or(info.len());
    &info[..end]
}

/// The marker at the start of an alert.
pub struct Marker {
    /// The type, in lower case.
    pub name: String,
    /// Whether it folds, and is open at first.
    pub fold: Option<bool>,
    /// From the quote's own mark to the title.
    pub length: usize,
}

/// `[!NOTE] Title`, `[!tip]- Title`: the five names that GitHub knows, alone on
/// their line, never come here.
pub fn alert(quote: &str) -> Option<Marker> {
    let line = quote.lines().next()?;
    let rest = line.strip_prefix('>')?;
    let (name, rest) = rest.trim_start().strip_prefix("[!")?.split_once(']')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    let fold = match rest.chars().next() {
        Some('-') => Some(false),
        Some('+') => Some(true),
        _ => None,
    };
    let rest = if fold.is_some() { &rest[1..] } else { rest };
    if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let title = rest.trim_start();
    Some(Marker {
        name: name.to_ascii_lowercase(),
        fold,
        length: line.len() - title.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::{alert, code_label, made_title};

    #[test]
    fn a_title_is_made_from_the_first_class() {
        assert_eq!(made_title("note inline end"), "Note");
        assert_eq!(made_title(""), "Note");
    }

    #[test]
    fn a_block_of_code_is_called_as_each_tool_has_it() {
        assert_eq!(code_label("sh [npm]"), "npm");
        assert_eq!(code_label("py title=\"a b.py\" linenums=\"1\""), "a b.py");
        assert_eq!(code_label("rust,no_run"), "rust");
        assert_eq!(code_label(""), "");
    }

    #[test]
    fn an_alert_has_its_marker_alone_or_before_a_title() {
        let read = |line| alert(line).map(|found| (found.name, found.fold, found.length));
        let name = |name: &str| name.to_owned();
        assert_eq!(read("> [!Note] T"), Some((name("note"), None, 10)));
        assert_eq!(read(">[!faq]-"), Some((name("faq"), Some(false), 8)));
        assert_eq!(read("> [!x]+ T"), Some((name("x"), Some(true), 8)));
        assert_eq!(read("> [!x](y)"), None);
        assert_eq!(read("> [x] T"), None);
    }
}
