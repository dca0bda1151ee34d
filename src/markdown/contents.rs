//! The list of a page's headings that `[TOC]` asks for.

use super::Section;
use super::html::attribute;

/// The headings as lists within lists.
pub fn list(sections: &[Section]) -> String {
    let mut html = String::from("<div class=\"toc\">\n");
    let mut open: Vec<u8> = Vec::new();
    for section in sections.iter().filter(|section| section.level > 0) {
        while open.len() > 1 && open.last().is_some_and(|level| *level > section.level) {
            open.pop();
            html.push_str("</li>\n</ul>\n");
        }
        if open.last().is_some_and(|level| *level >= section.level) {
            html.push_str("</li>\n");
        } else {
            html.push_str("<ul>\n");
            open.push(section.level);
        }
        let (id, title) = (attribute(&section.anchor), attribute(&section.title));
        html.push_str(&format!("<li><a href=\"#{id}\">{title}</a>"));
    }
    for _ in open {
        html.push_str("</li>\n</ul>\n");
    }
    html.push_str("</div>\n");
    html
}

#[cfg(test)]
mod tests {
    use super::list;
    use crate::config::Dialect;
    use crate::markdown::parse;

    #[test]
    fn lower_headings_are_lists_within() {
        let document = parse("## A\n### B\n# C\n", 0, Dialect::default());
        let expected = "<div class=\"toc\">\n<ul>\n<li><a href=\"#a\">A</a><ul>\n\
            <li><a href=\"#b\">B</a></li>\n</ul>\n</li>\n<li><a href=\"#c\">C</a></li>\n\
            </ul>\n</div>\n";
        assert_eq!(list(&document.sections), expected);
    }
}
