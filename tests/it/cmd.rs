//! Sessions at the terminal, kept as pages that a reader can follow.
//!
//! Each `tests/cmd/NAME.md` is run in a copy of `tests/cmd/NAME.in/`; the
//! page with what really came out must equal the page. `SNAPSHOTS=overwrite`
//! writes what came out.

use std::path::Path;
use std::process::{Command, Stdio};

use snapbox::{Data, Redactions, assert_data_eq};

#[test]
fn sessions_go_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let mut pages: Vec<_> = fs_err::read_dir(&folder)
        .expect("sessions")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    assert!(!pages.is_empty());
    for page in pages {
        let session = fs_err::read_to_string(&page).expect("a session");
        let book = tempfile::tempdir().expect("a folder");
        copy(&page.with_extension("in"), book.path());
        let played = play(&session, book.path());
        let expected = Data::read_from(&page, None);
        assert_data_eq!(redact(&played, book.path()), expected);
    }
}

/// The session with the output of each command in place of what is written.
fn play(session: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut in_block = false;
    for line in session.lines() {
        let fence = line.starts_with("```");
        if !in_block || fence {
            out.push_str(line);
            out.push('\n');
            in_block = fence && line == "```console";
        } else if let Some(command) = line.strip_prefix("$ docent ") {
            out.push_str(line);
            out.push('\n');
            out.push_str(&run(command, folder));
        }
    }
    out
}

/// What `docent` prints, stderr first, and its exit code when it is not 0.
///
/// ` < FILE` at the end gives it a file as its standard input.
fn run(arguments: &str, folder: &Path) -> String {
    let (arguments, input) = arguments.split_once(" < ").unwrap_or((arguments, ""));
    let input = Some(input).filter(|input| !input.is_empty());
    let input = input.map(|input| fs_err::File::open(folder.join(input)).expect("a file"));
    let output = Command::new(env!("CARGO_BIN_EXE_docent"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .stdin(input.map_or(Stdio::null(), |file| Stdio::from(file.into_file())))
        .env("DOCENT_MODELS", folder.join("no-models"))
        .output()
        .expect("docent");
    let mut text = match output.status.code() {
        Some(0) => String::new(),
        code => format!(
            "? {}\n",
            code.map_or("killed".to_owned(), |code| code.to_string())
        ),
    };
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text.push_str(&String::from_utf8_lossy(&output.stdout));
    text
}

/// Times and the folder's place differ from run to run.
fn redact(text: &str, folder: &Path) -> String {
    let mut redactions = Redactions::new();
    redactions
        .insert("[BOOK]", folder.to_path_buf())
        .expect("a name");
    let mut out = String::new();
    let text = redactions.redact(text);
    let lines: Vec<String> = text.split_inclusive('\n').map(without_times).collect();
    for word in lines.concat().split_inclusive([' ', '\n']) {
        let number = word.trim_end();
        let seconds =
            number.len() == 4 && number.as_bytes()[1] == b'.' && number.parse::<f32>().is_ok();
        out.push_str(&if seconds {
            word.replace(number, "[TIME]")
        } else {
            word.to_owned()
        });
    }
    out
}

/// A line of measured times without them.
fn without_times(line: &str) -> String {
    let is_time = line.starts_with("search-p") || line.starts_with("answer-p");
    match line.split_once(' ') {
        Some((name, _)) if is_time => format!("{} [TIMES]\n", name.trim_end_matches(',')),
        _ => line.to_owned(),
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("an entry");
        let to = to.join(entry.path().strip_prefix(from).expect("inside"));
        if entry.file_type().is_dir() {
            fs_err::create_dir_all(&to).expect("a folder");
        } else {
            fs_err::copy(entry.path(), &to).expect("a copy");
        }
    }
}
