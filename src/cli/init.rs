//! `docent init`: a small book in the four kinds that builds without a
//! warning.

use fs_err as fs;

use super::args::Init;
use super::report::Terminal;
use super::{Exit, build};

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
