//! What an author reads in the terminal while a server runs.

use crate::support::book::Book;
use crate::support::server::Server;

#[test]
fn a_mistake_is_told_once_however_often_the_book_is_saved() {
    let book = Book::of(&[
        ("content/index.md", "# Home\n"),
        ("content/other.md", "# Other\n"),
    ]);
    let server = Server::start(&book).unwrap();
    server.wait_for("Indexed");
    let save = |page: &str, text: &str| {
        book.write(page, text);
        server.wait_for("Rebuilt")
    };
    let told = |lines: &[String]| lines.iter().filter(|line| line.contains("map.md")).count();
    let first = save("content/index.md", "# Home\n\n[A map](map.md)\n");
    assert!(told(&first) > 0, "{first:#?}");
    assert!(first.last().unwrap().contains("1 error"), "{first:#?}");
    // Another page, a line above it, more text below it.
    for (page, text) in [
        ("content/other.md", "# Other\n\nWords.\n"),
        ("content/index.md", "# Home\n\nA line.\n\n[A map](map.md)\n"),
        ("content/index.md", "# Home\n\n[A map](map.md)\n\nMore.\n"),
    ] {
        let again = save(page, text);
        assert_eq!(told(&again), 0, "{again:#?}");
        assert!(again.last().unwrap().contains("1 error"), "{again:#?}");
    }
    let mended = save("content/index.md", "# Home\n\nMended.\n");
    assert!(
        mended.last().unwrap().contains("no problems"),
        "{mended:#?}"
    );
    let anew = save("content/index.md", "# Home\n\n[A map](map.md)\n");
    assert!(told(&anew) > 0, "it is new again: {anew:#?}");
}

#[test]
fn piped_lines_are_plain_and_one_save_is_one_line() {
    let book = Book::of(&[("content/index.md", "# Home\n")]);
    let server = Server::start(&book).unwrap();
    let mut lines = server.first.clone();
    lines.extend(server.wait_for("Indexed"));
    assert!(
        lines.iter().all(|line| !line.contains(['\u{1b}', '\r'])),
        "{lines:#?}"
    );
    for round in 0..3 {
        book.write("content/index.md", format!("# Home\n\nRound {round}.\n"));
        let mut said = server.wait_for("Rebuilt");
        // On a busy machine the index may be worth a line.
        said.retain(|line| !line.contains("Indexed"));
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(said[0].starts_with("  Rebuilt index.html in "), "{said:#?}");
        assert!(said[0].ends_with(" ms, no problems"), "{said:#?}");
    }
}
