//! With networking taken away, everything works and nothing tries to reach
//! out: the promise to people whose documents may not leave their network.

use std::path::Path;
use std::process::Command;

use docent::gaps;

use crate::support::{left_out, models_are_here};

/// Runs docent in a network namespace of its own, without so much as a
/// loopback device, under a tracer of sockets. Gives its stdout and every
/// socket it opened.
fn run_alone(book: &Path, args: &[&str]) -> (String, String) {
    let trace = book.join("trace.txt");
    let output = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--net",
            "strace",
            "--follow-forks",
        ])
        .args(["--trace=socket,connect,open,openat", "--output"])
        .env_remove("ORT_DISABLE_TELEMETRY")
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_docent"))
        .args(args)
        .current_dir(book)
        .output()
        .expect("unshare");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {stdout}{stderr}");
    (stdout, fs_err::read_to_string(&trace).expect("the trace"))
}

fn can_run_alone() -> bool {
    let works = |program: &str, args: &[&str]| {
        Command::new(program)
            .args(args)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    works("strace", &["--version"])
        && works("unshare", &["--user", "--map-root-user", "--net", "true"])
}

#[test]
fn build_search_and_ask_open_no_internet_socket() {
    if !can_run_alone() {
        return left_out("the test without a network needs `strace` and `unshare`");
    }
    if !models_are_here() {
        return left_out("the test without a network needs the models: `docent models pull`");
    }
    let book = tempfile::tempdir().expect("a folder");
    fs_err::create_dir(book.path().join("content")).expect("a folder");
    fs_err::write(book.path().join("book.toml"), "[book]\ntitle = \"Tea\"\n").expect("a file");
    let page =
        "# Brewing\n\nTo brew green tea, heat the water to 80 degrees and wait two minutes.\n";
    fs_err::write(book.path().join("content/brewing.md"), page).expect("a file");
    let questions = "- {question: How hot is the water?, expect: brewing.md}\n";
    fs_err::write(book.path().join("questions.yaml"), questions).expect("a file");
    let kept = book.path().join(".docent");
    gaps::log::keep(&kept, "Which train goes to Vienna?").expect("a kept question");
    let sessions: [(&[&str], &str); 5] = [
        (&["build"], ""),
        (&["search", "green", "tea"], "brewing.html"),
        (
            &["ask", "How hot should the water for green tea be?"],
            "80 degrees",
        ),
        (
            &["eval", "questions.yaml", "--mode", "hybrid", "--ask"],
            "hit@1",
        ),
        (&["gaps"], "Which train goes to Vienna?"),
    ];
    for (args, expected) in sessions {
        let (stdout, trace) = run_alone(book.path(), args);
        assert!(stdout.contains(expected), "{args:?}: {stdout}");
        let reached: Vec<&str> = trace
            .lines()
            .filter(|line| line.contains("AF_INET"))
            .collect();
        assert!(reached.is_empty(), "{args:?} opened {reached:#?}");
        // Where ONNX Runtime keeps what it would send, some seconds later.
        let events = trace.lines().find(|line| line.contains("onnxruntime.db"));
        assert_eq!(events, None, "{args:?}");
    }
}
