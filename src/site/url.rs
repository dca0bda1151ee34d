//! From the path of a source to its address, and from page to page.
//!
//! Addresses are relative to the site's root, without a leading `/` and not
//! percent-encoded; [`encode`] makes them fit for an attribute.

use crate::config::UrlStyle;

/// The file of the page made from `path`: `a/b.md` is at `a/b.html` or, with
/// directory addresses, at `a/b/index.html`; `README.md`, `index.md` and
/// mdBook's or Hugo's like are at their folder's `index.html`.
pub fn of_source(path: &str, style: UrlStyle) -> String {
    let (folder, name) = split(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stands_for_folder = match style {
        UrlStyle::File => is_index(stem),
        UrlStyle::MkdocsFile | UrlStyle::Directory => matches!(stem, "index" | "README"),
    };
    match style {
        _ if stands_for_folder => join(folder, "index.html"),
        UrlStyle::Directory => join(folder, &format!("{stem}/index.html")),
        UrlStyle::File | UrlStyle::MkdocsFile => join(folder, &format!("{stem}.html")),
    }
}

/// The address that links to the file `url` carry: with directory addresses
/// that of the folder, which is `./` for the first page.
pub fn address(url: &str, style: UrlStyle) -> String {
    match url.strip_suffix("index.html") {
        Some("") if style == UrlStyle::Directory => "./".to_owned(),
        Some(folder) if style == UrlStyle::Directory && folder.ends_with('/') => folder.to_owned(),
        _ => url.to_owned(),
    }
}

/// The way from the page at `from` to the page at `to`, both files of the
/// site, as links of this style are written; a fragment of `to` stays.
pub fn way(from: &str, to: &str, style: UrlStyle) -> String {
    let way = relative(from, to);
    if style != UrlStyle::Directory {
        return way;
    }
    let end = way.find('#').unwrap_or(way.len());
    let (path, fragment) = way.split_at(end);
    if path.is_empty() {
        return way;
    }
    format!("{}{fragment}", address(path, style))
}

/// Whether a page of this stem stands for its folder.
pub fn is_index(stem: &str) -> bool {
    ["readme", "index", "_index"]
        .iter()
        .any(|name| stem.eq_ignore_ascii_case(name))
}

/// The folder and the name of a path; the folder is empty at the root.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `folder/name`, or `name` in the root.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// The way from a page to the site's root: `../` for each folder, so that a
/// site works in any sub-folder and from a disk.
pub fn root(from: &str) -> String {
    "../".repeat(from.matches('/').count())
}

/// The way from the page at `from` to the address `to`, percent-encoded; a
/// fragment of `to` stays.
pub fn relative(from: &str, to: &str) -> String {
    let (path, fragment) = match to.split_once('#') {
        Some((path, fragment)) => (path, format!("#{}", encode(fragment))),
        None => (to, String::new()),
    };
    if path == from && !fragment.is_empty() {
        return fragment;
    }
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = path.split('/').collect();
    let folders = from.len().min(to.len()) - 1;
    let shared = (0..folders).take_while(|&at| from[at] == to[at]).count();
    let up = "../".repeat(from.len() - 1 - shared);
    // `a:b.html` alone would be an address of the scheme `a` (RFC 3986, 4.2).
    let here = if up.is_empty() && to[shared].contains(':') {
        "./"
    } else {
        ""
    };
    format!("{up}{here}{}{fragment}", encode(&to[shared..].join("/")))
}

/// What `dest`, written on the page at `from`, is on a page at the root: a
/// relative path gets the folder in front.
pub fn at_root(from: &str, dest: &str) -> String {
    let (folder, _) = split(from);
    let stays =
        dest.starts_with(['/', '#', '?']) || dest.contains("://") || dest.contains("mailto:");
    if folder.is_empty() || stays {
        dest.to_owned()
    } else {
        format!("{}/{dest}", encode(folder))
    }
}

/// `path` joined to `folder` with `.` and `..` resolved; nothing when it
/// leads out of the root.
pub fn normal(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.retain(|part| !part.is_empty());
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join("/"))
}

/// Percent-encodes what may not stand in a path or fragment as it is
/// (RFC 3986, section 3.3); letters beyond ASCII stay readable, as browsers
/// show them (RFC 3987).
pub fn encode(text: &str) -> String {
    if text.bytes().all(|byte| PLAIN[usize::from(byte)]) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^' | '%' | '#' | '?' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Which bytes of ASCII stay as they are; almost all addresses have no others.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ' + 1;
    while byte < 0x7f {
        plain[byte as usize] = !matches!(
            byte,
            b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'%' | b'#' | b'?'
        );
        byte += 1;
    }
    plain
};

/// Decodes `%20` and its like; what is not valid stays as it is.
pub fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{at_root, decode, encode, normal, of_source, relative, way};
    use crate::config::UrlStyle;

    #[test]
    fn a_page_lies_where_its_file_does() {
        let file = |path| of_source(path, UrlStyle::File);
        assert_eq!(file("a/b.md"), "a/b.html");
        assert_eq!(file("a/README.md"), "a/index.html");
        assert_eq!(file("_index.md"), "index.html");
        assert_eq!(file("v1.2.md"), "v1.2.html");
    }

    #[test]
    fn a_page_may_have_a_folder_of_its_own() {
        let folder = |path| of_source(path, UrlStyle::Directory);
        assert_eq!(folder("a/b.md"), "a/b/index.html");
        assert_eq!(folder("a/README.md"), "a/index.html");
        assert_eq!(folder("a/readme.md"), "a/readme/index.html");
        let way = |from, to| way(from, to, UrlStyle::Directory);
        assert_eq!(way("a/b/index.html", "a/c/index.html#x"), "../c/#x");
        assert_eq!(way("a/b/index.html", "index.html"), "../../");
        assert_eq!(way("index.html", "index.html"), "./");
        assert_eq!(way("a/index.html", "a/index.html#x"), "#x");
        assert_eq!(way("a/index.html", "a/b.png"), "b.png");
    }

    #[test]
    fn the_way_between_pages_is_relative() {
        assert_eq!(relative("a/b.html", "a/c.html"), "c.html");
        assert_eq!(relative("a/b.html", "d/e.html#x"), "../d/e.html#x");
        assert_eq!(relative("index.html", "a/b c.html"), "a/b%20c.html");
        assert_eq!(relative("a/b.html", "a/b.html#x"), "#x");
        assert_eq!(relative("a/b/c.html", "a/d.html"), "../d.html");
        assert_eq!(relative("a/b.html", "a/x:y.html"), "./x:y.html");
    }

    #[test]
    fn an_address_can_be_moved_to_the_root() {
        assert_eq!(at_root("a/b.html", "../../c.html"), "a/../../c.html");
        assert_eq!(at_root("b.html", "../c.html"), "../c.html");
        assert_eq!(at_root("a/b.html", "/c.html"), "/c.html");
    }

    #[test]
    fn no_path_leads_out_of_the_root() {
        assert_eq!(normal("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(normal("a", "/c.md").as_deref(), Some("c.md"));
        assert_eq!(normal("a", "../../c.md"), None);
        assert_eq!(normal("", "./c.md").as_deref(), Some("c.md"));
    }

    #[test]
    fn encoding_and_decoding_agree() {
        assert_eq!(decode(&encode("a b%é#?")), "a b%é#?");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%+1%zz%e"), "%+1%zz%e");
    }
}
