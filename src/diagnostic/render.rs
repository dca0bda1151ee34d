//! One diagnostic as text: code, message, place, the line with a caret, help.
//!
//! Takes a diagnostic and whether to colour it, gives lines without a newline
//! at the end. Only the first line of a place is shown, cut to the width of a
//! page when it is long; what a terminal would obey is replaced.

use std::borrow::Cow;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Place, Severity};

/// The diagnostic as rustc draws its own, with colour when asked.
pub fn text(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code);
    let mut group = match &diagnostic.place {
        Some(place) => title.element(snippet(place)),
        None => Group::with_title(title),
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&[group])
}

fn snippet(place: &Place) -> Snippet<'_, Annotation<'_>> {
    let line = place.line();
    Snippet::source(line.text)
        .line_start(line.number)
        .path(place.path.as_str())
        .annotation(AnnotationKind::Primary.span(line.span.start..line.span.end))
}

/// Help may name files, and a file's name may hold what a terminal obeys; the
/// renderer replaces that everywhere but here.
fn harmless(help: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && c != '\n';
    if help.contains(obeyed) {
        Cow::Owned(help.replace(obeyed, "\u{fffd}"))
    } else {
        Cow::Borrowed(help)
    }
}

#[cfg(test)]
mod tests {
    use snapbox::data::Inline;
    use snapbox::{IntoData, assert_data_eq, str};

    use super::text;
    use crate::diagnostic::{Diagnostic, Place, Span};

    fn at(source: &str, start: usize, end: usize) -> Place {
        Place {
            path: "content/a.md".to_owned(),
            text: source.into(),
            span: Span::new(start, end),
        }
    }

    fn marked(source: &str, part: &str) -> Place {
        let start = source.find(part).expect("the part");
        at(source, start, start + part.len())
    }

    fn check(place: Place, expected: Inline) {
        let diagnostic = Diagnostic::error("link/no-such-page", "no page at `setup.md`")
            .at(place)
            .help("did you mean `set-up.md`?");
        assert_data_eq!(text(&diagnostic, false), expected.raw());
    }

    #[test]
    fn a_problem_is_drawn_as_rustc_draws_its_own() {
        let expected = str![[r"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:2:13
  |
2 | See [setup](setup.md) first.
  |             ^^^^^^^^
  |
  = help: did you mean `set-up.md`?
"]];
        let source = "one\nSee [setup](setup.md) first.\n";
        check(marked(source, "setup.md"), expected.clone());
        check(marked(&source.replace('\n', "\r\n"), "setup.md"), expected);
    }

    #[test]
    fn the_caret_stands_under_its_word_after_tabs_and_wide_letters() {
        check(
            marked("\tSee\t[setup](setup.md)\n", "setup.md"),
            str![[r"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:1:14
  |
1 |     See    [setup](setup.md)
  |                    ^^^^^^^^
  |
  = help: did you mean `set-up.md`?
"]],
        );
        check(
            marked("日本語 [x](セットアップ.md)\n", "セットアップ.md"),
            str![[r"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:1:9
  |
1 | 日本語 [x](セットアップ.md)
  |            ^^^^^^^^^^^^^^^
  |
  = help: did you mean `set-up.md`?
"]],
        );
    }

    #[test]
    fn a_place_at_or_after_the_end_is_shown_there() {
        check(
            at("one\ntwo", 7, 9),
            str![[r"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:2:4
  |
2 | two
  |    ^
  |
  = help: did you mean `set-up.md`?
"]],
        );
        let empty = str![[r"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:1:1
  |
1 |
  | ^
  |
  = help: did you mean `set-up.md`?
"]];
        check(at("", 0, 0), empty.clone());
        check(at("", 5, 9), empty);
    }

    #[test]
    fn a_place_over_many_lines_shows_the_first() {
        check(
            marked("a\n[x\ny](setup.md)\n", "[x\ny](setup.md)"),
            str![[r"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:2:1
  |
2 | [x
  | ^^
  |
  = help: did you mean `set-up.md`?
"]],
        );
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let words = "word ".repeat(200);
        check(
            marked(&format!("{words}[x](setup.md) {words}\n"), "setup.md"),
            str![[r#"
error[link/no-such-page]: no page at `setup.md`
 --> content/a.md:1:1005
  |
1 | ...d word word word word word word word word word word word [x](setup.md) word word word word word word word word word word word word...
  |                                                                 ^^^^^^^^
  |
  = help: did you mean `set-up.md`?
"#]],
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_and_not_sent() {
        let place = marked("\u{1b}[31m [x](setup.md)\n", "setup.md");
        let diagnostic = Diagnostic::error("a/b", "no `\u{1b}[2J`").at(place);
        let shown = text(&diagnostic.help("not `\u{1b}[3m` either"), false);
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }

    #[test]
    fn a_problem_without_a_place_has_its_help_below() {
        let diagnostic = Diagnostic::warning("config/missing", "no `book.toml`");
        assert_data_eq!(
            text(&diagnostic, false),
            str!["warning[config/missing]: no `book.toml`"].raw()
        );
        assert_data_eq!(
            text(&diagnostic.help("name the book's folder"), false),
            str![[r#"
warning[config/missing]: no `book.toml`
 |
 = help: name the book's folder
"#]]
            .raw()
        );
    }

    #[test]
    fn colour_adds_signs_and_changes_no_word() {
        let diagnostic = Diagnostic::error("link/no-such-page", "no page at `setup.md`")
            .at(marked("[x](setup.md)", "setup.md"))
            .help("did you mean `set-up.md`?");
        let coloured = text(&diagnostic, true);
        assert!(coloured.starts_with("\u{1b}[1m\u{1b}[91merror[link/no-such-page]"));
        let mut plain = String::new();
        let mut inside = false;
        for c in coloured.chars() {
            match c {
                '\u{1b}' => inside = true,
                'm' if inside => inside = false,
                c if !inside => plain.push(c),
                _ => {}
            }
        }
        assert_eq!(plain, text(&diagnostic, false));
    }
}
