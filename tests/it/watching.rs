//! A server on a system that does not tell of every change.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::support::book::Book;
use crate::support::say_left_out;
use crate::support::server::Server;

/// Runs what follows with no more than so many watched folders, as the user
/// namespaces of Linux can be told.
fn few_watches(folders: u32) -> Option<Command> {
    let set = format!("echo {folders} > /proc/sys/user/max_inotify_watches");
    let within = |rest: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c"]);
        command.arg(format!("{set} && {rest}"));
        command
    };
    let works = within("true").output();
    if works.is_ok_and(|output| output.status.success()) {
        // What follows the script are its `$0` and `$@`.
        return Some(within("exec \"$0\" \"$@\""));
    }
    say_left_out("no user namespaces whose watches can be limited");
    None
}

#[test]
fn a_book_with_more_folders_than_can_be_watched_is_looked_at_every_second() {
    let Some(command) = few_watches(4) else {
        return;
    };
    let book = Book::of(&[("content/index.md", "# Home\n")]);
    for folder in 0..8 {
        book.write(&format!("content/folder-{folder}/page.md"), "# Page\n");
    }
    let server = Server::through(&book, command).unwrap();
    let said = server.wait_for("every second").pop().unwrap();
    assert!(said.starts_with("note: "), "{said}");
    assert!(said.contains("fs.inotify.max_user_watches"), "{said}");
    sleep(Duration::from_millis(1_200));
    for round in ["First", "Second"] {
        let text = format!("# Page\n\n{round} words.\n");
        book.write("content/folder-7/page.md", &text);
        server.wait_until_page_says("folder-7/page.html", &format!("{round} words."));
    }
    book.write("content/folder-8/page.md", "# New\n\nIn a new folder.\n");
    server.wait_until_page_says("folder-7/page.html", "New");
    server.wait_until_page_says("folder-8/page.html", "In a new folder.");
    let again = server.said();
    let again = again.iter().filter(|line| line.contains("every second"));
    assert_eq!(again.count(), 0, "said once");
}
