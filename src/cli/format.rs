//! Problems for programs: JSON, GitHub's workflow commands, SARIF.

use std::path::Path;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Place, Severity, Span};

/// One JSON document with every problem and the counts.
pub fn json(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| {
        let same = diagnostics.iter().filter(|one| one.severity == severity);
        same.count()
    };
    let all: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            json!({
                "severity": level(diagnostic),
                "code": diagnostic.code,
                "message": diagnostic.message,
                "help": diagnostic.help,
                "place": diagnostic.place.as_ref().map(place),
            })
        })
        .collect();
    let document = json!({
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
        "diagnostics": all,
    });
    format!("{document:#}\n")
}

fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn place(place: &Place) -> Value {
    let (line, column) = place.line_column();
    let (end_line, end_column) = end(place);
    json!({
        "path": place.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    })
}

fn end(place: &Place) -> (usize, usize) {
    let span = Span::new(place.span.end, place.span.end);
    Place {
        span,
        ..place.clone()
    }
    .line_column()
}

/// The same problems with paths from the repository's root on, as code hosts
/// know their files, when the book in `root` lies in a repository.
pub fn in_repository(root: &Path, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_repository = |folder: &&Path| folder.join(".git").exists();
    let Some(repository) = root.ancestors().find(is_repository) else {
        return diagnostics;
    };
    let parts = root.strip_prefix(repository).unwrap_or(Path::new(""));
    let folder: String = parts
        .iter()
        .map(|part| format!("{}/", part.to_string_lossy()))
        .collect();
    for place in diagnostics.iter_mut().filter_map(|one| one.place.as_mut()) {
        place.path.insert_str(0, &folder);
    }
    diagnostics
}

/// A workflow command for each problem, which GitHub shows beside the line:
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
pub fn github(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let mut properties = Vec::new();
        if let Some(place) = &diagnostic.place {
            let (line, column) = place.line_column();
            properties.push(format!("file={}", property(&place.path)));
            properties.push(format!("line={line}"));
            properties.push(format!("col={column}"));
        }
        properties.push(format!("title={}", property(diagnostic.code)));
        let help = diagnostic
            .help
            .as_ref()
            .map(|help| format!("\nhelp: {help}"))
            .unwrap_or_default();
        let message = data(&format!("{}{help}", diagnostic.message));
        out.push_str(&format!(
            "::{} {}::{message}\n",
            match diagnostic.severity {
                Severity::Note => "notice",
                _ => level(diagnostic),
            },
            properties.join(",")
        ));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A SARIF 2.1.0 log (OASIS standard) with one run.
pub fn sarif(diagnostics: &[Diagnostic]) -> String {
    let mut codes: Vec<&str> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> = diagnostics.iter().map(result).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "docent",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn result(diagnostic: &Diagnostic) -> Value {
    let help = diagnostic
        .help
        .as_ref()
        .map(|help| format!("; {help}"))
        .unwrap_or_default();
    let mut result = json!({
        "ruleId": diagnostic.code,
        "level": level(diagnostic),
        "message": { "text": format!("{}{help}", diagnostic.message) },
    });
    if let Some(place) = &diagnostic.place {
        let (line, column) = place.line_column();
        let (end_line, end_column) = end(place);
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": crate::site::url::encode(&place.path) },
            "region": {
                "startLine": line,
                "startColumn": column,
                "endLine": end_line,
                "endColumn": end_column,
            },
        }}]);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{github, in_repository, json, sarif};
    use crate::diagnostic::{Diagnostic, Place, Span};

    fn sample() -> Vec<Diagnostic> {
        let place = Place {
            path: "a,b.md".to_owned(),
            text: "x\n[é](y)\n".into(),
            span: Span::new(2, 9),
        };
        vec![
            Diagnostic::error("link/no-such-page", "50% gone")
                .at(place)
                .help("mend it"),
        ]
    }

    #[test]
    fn github_gets_the_place_and_escaped_text() {
        assert_eq!(
            github(&sample()),
            "::error file=a%2Cb.md,line=2,col=1,title=link/no-such-page::50%25 gone%0Ahelp: mend it\n"
        );
    }

    #[test]
    fn paths_count_from_the_top_of_the_repository() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = folder.path().join("docs/guide");
        fs_err::create_dir_all(&book).expect("a book");
        let path = |problems: Vec<Diagnostic>| problems[0].place.clone().map(|place| place.path);
        let alone = in_repository(&book, sample());
        assert_eq!(path(alone).as_deref(), Some("a,b.md"));
        fs_err::create_dir(folder.path().join(".git")).expect("a repository");
        let within = in_repository(&book, sample());
        assert_eq!(path(within).as_deref(), Some("docs/guide/a,b.md"));
    }

    #[test]
    fn json_and_sarif_are_documents_with_places() {
        let json: serde_json::Value = serde_json::from_str(&json(&sample())).expect("JSON");
        assert_eq!(json["errors"], 1);
        assert_eq!(json["diagnostics"][0]["place"]["end_column"], 7);
        let sarif: serde_json::Value = serde_json::from_str(&sarif(&sample())).expect("JSON");
        assert_eq!(
            sarif["runs"][0]["results"][0]["ruleId"],
            "link/no-such-page"
        );
    }
}
