//! What a line of Markdown does to the blocks around it, as far as one can
//! tell without parsing it: its indentation, list markers, fences and HTML.

/// The columns of the white space at the start of `line`, and its bytes.
pub fn indent(line: &str) -> (usize, usize) {
    let mut columns = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return (columns, at),
        }
    }
    (columns, line.len())
}

/// Takes white space of `columns` columns from the start of `line`: what is
/// left, and how many columns of a tab were not used up.
pub fn dedent(line: &str, columns: usize) -> (&str, usize) {
    let mut column = 0;
    for (at, byte) in line.bytes().enumerate() {
        if column >= columns {
            return (&line[at..], column - columns);
        }
        match byte {
            b' ' => column += 1,
            b'\t' => column += 4 - column % 4,
            _ => return (&line[at..], 0),
        }
    }
    ("", column.saturating_sub(columns))
}

/// How far the content of a list item, a definition or a footnote lies behind
/// the start of `line`, which starts with its marker: in columns and in bytes.
pub fn marker(line: &str, definitions: bool) -> Option<(usize, usize)> {
    let bytes = line.as_bytes();
    let length = match bytes.first()? {
        b'-' | b'+' | b'*' => 1,
        b':' if definitions => 1,
        b'[' if bytes.get(1) == Some(&b'^') => {
            let end = line.find("]:")? + 2;
            return Some((end, end));
        }
        b'0'..=b'9' => {
            let digits = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if digits > 9 || !matches!(bytes.get(digits), Some(b'.' | b')')) {
                return None;
            }
            digits + 1
        }
        _ => return None,
    };
    let (columns, skipped) = indent(&line[length..]);
    if length + skipped == line.len() {
        return Some((length + 1, line.len()));
    }
    match columns {
        0 => None,
        1..=4 => Some((length + columns, length + skipped)),
        _ => Some((length + 1, length + 1)),
    }
}

/// Whether `line` is a rule across the page.
pub fn is_rule(line: &str) -> bool {
    let Some(sign) = line.bytes().next().filter(|sign| b"-*_".contains(sign)) else {
        return false;
    };
    let mut count = 0;
    line.bytes().all(|byte| {
        count += usize::from(byte == sign);
        byte == sign || byte.is_ascii_whitespace()
    }) && count >= 3
}

/// A fence around code.
#[derive(Debug, Clone, Copy)]
pub struct Fence {
    sign: u8,
    length: usize,
}

impl Fence {
    /// The fence that `line` opens.
    pub fn open(line: &str) -> Option<Self> {
        let sign = line.bytes().next().filter(|sign| b"`~".contains(sign))?;
        let length = line.bytes().take_while(|byte| *byte == sign).count();
        let is_code = sign == b'`' && line[length..].contains('`');
        (length >= 3 && !is_code).then_some(Self { sign, length })
    }

    /// Whether `line` closes it.
    pub fn closes(self, line: &str) -> bool {
        let length = line.bytes().take_while(|byte| *byte == self.sign).count();
        length >= self.length && line[length..].trim().is_empty()
    }
}

/// What ends a block of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HtmlEnd {
    /// A line that holds this.
    With(&'static str),
    /// An empty line.
    Blank,
}

/// What ends the block of HTML that `line` starts.
pub fn html(line: &str) -> Option<HtmlEnd> {
    let rest = line.strip_prefix('<')?;
    let starts = |name: &str| {
        rest.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && !rest[name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
    };
    let raw = [
        ("pre", "</pre>"),
        ("script", "</script>"),
        ("style", "</style>"),
        ("textarea", "</textarea>"),
    ];
    let raw = raw.into_iter().find(|(name, _)| starts(name));
    let end = match raw.map(|(_, end)| end) {
        Some(end) => HtmlEnd::With(end),
        None if rest.starts_with("!--") => HtmlEnd::With("-->"),
        None if rest.starts_with('?') => HtmlEnd::With("?>"),
        None if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => HtmlEnd::Blank,
        None => return None,
    };
    Some(end)
}

/// The bytes of the attribute `markdown` in the tag that `line` starts, and
/// where the tag ends.
pub fn markdown_attribute(line: &str) -> Option<(std::ops::Range<usize>, usize)> {
    if !line.starts_with('<') || !line[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = line.find('>')?;
    let tag = &line[..end];
    let start = tag.find(" markdown")?;
    let rest = &tag[start + " markdown".len()..];
    let value = match rest.strip_prefix('=') {
        None if rest.is_empty() || rest.starts_with([' ', '/']) => 0,
        None => return None,
        Some(value) => match value.chars().next() {
            Some(quote @ ('"' | '\'')) => 3 + value[1..].find(quote)?,
            _ => 1 + value.find(' ').unwrap_or(value.len()),
        },
    };
    Some((start..start + " markdown".len() + value, end + 1))
}
