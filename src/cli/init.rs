//! `docent init`: a small book in the four kinds that builds without a
//! warning.

use fs_err as fs;

use super::args::{Init, Tool};
use super::report::Terminal;
use super::{Exit, build};
use crate::config::mkdocs::{self, convert};
use crate::diagnostic::Diagnostic;

const FILES: [(&str, &str); 6] = [
    ("book.toml", include_str!("init/book.toml")),
    ("content/index.md", include_str!("init/index.md")),
    (
        "content/tutorials/first-steps.md",
        include_str!("init/first-steps.md"),
    ),
    (
        "content/how-to/add-a-page.md",
        include_str!("init/add-a-page.md"),
    ),
    (
        "content/reference/configuration.md",
        include_str!("init/configuration.md"),
    ),
    (
        "content/explanation/four-kinds.md",
        include_str!("init/four-kinds.md"),
    ),
];

/// Writes the book; a file that is there already is left alone.
pub fn run(terminal: &Terminal, args: &Init) -> anyhow::Result<Exit> {
    if args.from == Some(Tool::Mkdocs) {
        return from_mkdocs(terminal, args);
    }
    if args.dir.join("book.toml").exists() {
        let message = format!("there is a book in `{}` already", args.dir.display());
        let help = format!(
            "build and serve it with `docent serve {}`, or give `docent init` another folder",
            build::quoted(&args.dir)
        );
        terminal.error(&message, Some(&help));
        return Ok(Exit::Usage);
    }
    for (path, text) in FILES {
        let file = args.dir.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        if file.exists() {
            terminal.note(&format!("left `{}` as it is", file.display()));
        } else {
            fs::write(&file, text)?;
            terminal.step("Created", &file.display().to_string());
        }
    }
    let folder = build::quoted(&args.dir);
    terminal.line(&format!("\nSee it: docent serve {folder} --open"));
    Ok(Exit::Fine)
}

/// Writes the `book.toml` that says what `mkdocs.yml` says, and shows what it
/// cannot say.
fn from_mkdocs(terminal: &Terminal, args: &Init) -> anyhow::Result<Exit> {
    let root = build::root(&args.dir)?;
    let Some(name) = mkdocs::find(&root) else {
        let message = format!("there is no `mkdocs.yml` in `{}`", args.dir.display());
        terminal.error(&message, Some("name the folder that holds it"));
        return Ok(Exit::Usage);
    };
    let file = args.dir.join("book.toml");
    if file.exists() {
        let message = format!("`{}` is there already", file.display());
        terminal.error(
            &message,
            Some("docent overwrites nothing: move it away first"),
        );
        return Ok(Exit::Usage);
    }
    let (config, problems) = match build::read(&root) {
        Ok(read) => read,
        Err(problems) => {
            terminal.diagnostics(&problems);
            terminal.count(&problems);
            return Ok(Exit::Content);
        }
    };
    fs::write(&file, convert::book_toml(&config))?;
    terminal.diagnostics(&problems);
    terminal.step("Created", &file.display().to_string());
    let lost = problems
        .iter()
        .filter(|problem: &&Diagnostic| problem.code.starts_with("mkdocs/"));
    terminal.line(&format!(
        "\n`{name}` is not read any more; {} of its settings have no equal, as shown above",
        lost.count()
    ));
    let folder = build::quoted(&args.dir);
    terminal.line(&format!("See it: docent serve {folder} --open"));
    Ok(Exit::Fine)
}
