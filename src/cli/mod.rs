//! The command line: arguments, printing, the environment, exit codes.
//!
//! Each command reads its arguments, calls the library and prints. No rule of
//! the domain lives here, and nothing outside prints.

mod args;
mod ask;
mod build;
mod cpu;
mod done;
mod engine;
mod eval;
mod format;
mod gaps;
mod hits;
mod hush;
mod init;
mod keys;
mod loading;
mod models;
mod progress;
mod query;
mod report;
mod serve;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

pub use args::{Args, Command};
use report::Terminal;

/// How a run ended; the numbers are documented and stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Fine = 0,
    /// The content has errors.
    Content = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// The machine failed: disk, port, model.
    Environment = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Runs the program on the process's own arguments.
pub fn run() -> ExitCode {
    let missing = cpu::missing();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Clap prints help and version to stdout, mistakes to stderr; a
            // closed pipe is not worth a message.
            let _ = error.print();
            let asked = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            return if asked {
                Exit::Fine.into()
            } else {
                Exit::Usage.into()
            };
        }
    };
    let terminal = Terminal::new(args.color);
    if !missing.is_empty() {
        terminal.error(
            &format!(
                "this processor lacks {}, which this docent was compiled for",
                missing.join(", ")
            ),
            Some("build docent from source without the flags in `.cargo/config.toml`"),
        );
        return Exit::Environment.into();
    }
    // Before anything else runs: these may load ONNX Runtime.
    let loads = match &args.command {
        Command::Build(args) => args.embeds(),
        command => matches!(
            command,
            Command::Serve(_)
                | Command::Search(_)
                | Command::Ask(_)
                | Command::Eval(_)
                | Command::Gaps(_)
                | Command::Mcp(_)
        ),
    };
    if loads && let Err(error) = hush::hush() {
        terminal.failure(&error);
        return Exit::Environment.into();
    }
    let result = match args.command {
        Command::Init(args) => init::run(&terminal, &args),
        Command::Build(args) => build::build(&terminal, &args),
        Command::Check(args) => build::check(&terminal, &args),
        Command::Serve(args) => serve::run(&terminal, &args),
        Command::Search(args) => query::search(&terminal, &args),
        Command::Ask(args) => ask::ask(&terminal, &args),
        Command::Eval(args) => eval::run(&terminal, &args),
        Command::Gaps(args) => gaps::run(&terminal, &args),
        Command::Mcp(args) => serve::mcp(&terminal, &args),
        Command::Models(args) => models::run(&terminal, &args),
        Command::Doctor(args) => models::doctor(&terminal, &args),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.failure(&error);
            Exit::Environment.into()
        }
    }
}
