//! How large the pictures of a site are, so that pages keep room for them.

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::path::Path;

use rayon::prelude::*;

use super::{Site, Target};

/// Width and height in CSS pixels.
pub type Size = (usize, usize);

/// Sizes by the path of the picture.
pub type Sizes = HashMap<String, Size>;

/// How much of an SVG file is read: its first tag stands there.
const HEAD: u64 = 4096;

/// The size of each picture among the files of the site, by its path. Each is
/// opened once, and only its head is read; those that cannot be read, which is
/// for others to report, have none.
pub fn sizes(site: &Site) -> Sizes {
    let assets = site.assets.par_iter();
    let measured = assets.filter_map(|(path, asset)| Some((path.clone(), size(&asset.file)?)));
    measured.collect()
}

/// The size of the picture `file`, by its ending.
pub fn size(file: &Path) -> Option<Size> {
    let extension = file.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "svg" => svg_file(file),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp" | "ico" | "jxl" => pixels(file),
        _ => None,
    }
}

/// How large the picture is that a link of `page` shows.
pub fn of(sizes: &Sizes, target: &Target) -> Option<Size> {
    let Target::Asset(to) = target else {
        return None;
    };
    let end = to.find(['?', '#']).unwrap_or(to.len());
    sizes.get(&to[..end]).copied()
}

fn pixels(file: &Path) -> Option<Size> {
    let file = fs_err::File::open(file).ok()?;
    let size = imagesize::reader_size(BufReader::with_capacity(1024, file)).ok()?;
    Some((size.width, size.height)).filter(|(width, height)| *width > 0 && *height > 0)
}

fn svg_file(file: &Path) -> Option<Size> {
    let mut head = Vec::new();
    let file = fs_err::File::open(file).ok()?;
    file.take(HEAD).read_to_end(&mut head).ok()?;
    svg(&String::from_utf8_lossy(&head))
}

/// The size that the first tag of an SVG file names, else that of its
/// `viewBox`.
fn svg(head: &str) -> Option<Size> {
    let start = head.find("<svg")?;
    let tag = &head[start..];
    let tag = &tag[..tag.find('>')?];
    let named = (|| {
        Some((
            length(attribute(tag, "width")?)?,
            length(attribute(tag, "height")?)?,
        ))
    })();
    let size = named.or_else(|| {
        let mut numbers = attribute(tag, "viewBox")?
            .split([' ', ',', '\n', '\t'])
            .filter(|number| !number.is_empty())
            .skip(2);
        Some((length(numbers.next()?)?, length(numbers.next()?)?))
    })?;
    Some((size.0.round() as usize, size.1.round() as usize))
        .filter(|(width, height)| *width > 0 && *height > 0)
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let is_own = |at: &usize| tag[..*at].ends_with(char::is_whitespace);
    let (at, _) = tag.match_indices(name).find(|(at, _)| is_own(at))?;
    let value = tag[at + name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// A length in pixels; those in other units say nothing for sure.
fn length(text: &str) -> Option<f64> {
    let number = text.trim().trim_end_matches("px").parse().ok()?;
    (1.0..100_000.0).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn the_size_of_a_drawing_is_in_its_first_tag() {
        assert_eq!(
            svg("<?xml?>\n<svg width=\"10px\" height='20.4' viewBox=\"0 0 1 1\">"),
            Some((10, 20))
        );
        assert_eq!(
            svg("<svg viewBox=\"0 0 30 40\" stroke-width=\"2\">"),
            Some((30, 40))
        );
        assert_eq!(
            svg("<svg width=\"100%\" height=\"100%\" viewBox=\"0,0,3,4\">"),
            Some((3, 4))
        );
        assert_eq!(svg("<svg width=\"2em\" height=\"1em\">"), None);
        assert_eq!(svg("<svg viewBox=\"0 0 0 40\">"), None);
        assert_eq!(svg("nonsense"), None);
    }
}
