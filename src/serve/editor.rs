//! The way from a problem in the browser to its line in the author's editor.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::site::url;

/// Editors with the addresses that they answer to.
const EDITORS: &[(&str, &str)] = &[
    ("cursor", "cursor://file{path}:{line}:{column}"),
    (
        "idea",
        "idea://open?file={path}&line={line}&column={column}",
    ),
    (
        "sublime",
        "subl://open?url=file://{path}&line={line}&column={column}",
    ),
    (
        "textmate",
        "txmt://open?url=file://{path}&line={line}&column={column}",
    ),
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("windsurf", "windsurf://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
];

/// The address that opens the place of `problem` in `editor`, the name of one
/// or an address with `{path}`, `{line}` and `{column}` in it; `root` is the
/// book's folder. Nothing without an editor or a place.
pub(super) fn link(editor: &str, root: &Path, problem: &Diagnostic) -> Option<String> {
    let known = EDITORS.iter().find(|(name, _)| *name == editor);
    let pattern = known.map_or(editor, |(_, pattern)| pattern);
    // A script is no editor.
    let scheme = pattern.split_once(':')?.0;
    let runs = ["javascript", "data", "vbscript"];
    if runs.contains(&scheme.to_ascii_lowercase().as_str()) {
        return None;
    }
    let place = problem.place.as_ref()?;
    let (line, column) = place.line_column();
    let path = root.join(&place.path).to_string_lossy().replace('\\', "/");
    let path = url::encode(&path);
    let path = if path.starts_with('/') {
        path
    } else {
        format!("/{path}")
    };
    Some(
        pattern
            .replace("{path}", &path)
            .replace("{line}", &line.to_string())
            .replace("{column}", &column.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::link;
    use crate::diagnostic::{Diagnostic, Place, Span};

    #[test]
    fn a_problem_leads_to_its_line_in_the_editor() {
        let place = Place {
            path: "content/my page.md".to_owned(),
            text: "# A\n\nb [c](d.md)\n".into(),
            span: Span::new(7, 12),
        };
        let problem = Diagnostic::error("link/no-such-page", "no page").at(place);
        let open = |editor: &str| link(editor, Path::new("/book"), &problem);
        assert_eq!(
            open("vscode").as_deref(),
            Some("vscode://file/book/content/my%20page.md:3:3")
        );
        assert_eq!(
            open("x-ed://{path}#{line}").as_deref(),
            Some("x-ed:///book/content/my%20page.md#3")
        );
        assert_eq!(open(""), None);
        assert_eq!(open("unknown"), None);
        assert_eq!(open("javascript:alert('{path}')"), None);
        let nowhere = Diagnostic::error("a/b", "c");
        assert_eq!(link("vscode", Path::new("/book"), &nowhere), None);
    }
}
