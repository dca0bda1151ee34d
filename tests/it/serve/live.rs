//! A save in an editor reaches the open page.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::StatusCode;
use futures_util::StreamExt;
use serde_json::Value;
use tower::ServiceExt;

use super::book::{Book, get, quoting, request};

/// An open page that listens for changes.
pub struct Tab {
    stream: BodyDataStream,
    text: String,
}

impl Tab {
    pub async fn open(router: &Router) -> Self {
        let request = request("GET", "/_docent/events")
            .body(Body::empty())
            .unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        Self {
            stream: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next event of this name; others are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        let wait = async {
            loop {
                while let Some((event, rest)) = self.text.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.text = rest;
                    if let Some(data) = event.strip_prefix(&format!("event: {name}\ndata: ")) {
                        return serde_json::from_str(data).unwrap();
                    }
                }
                let piece = self
                    .stream
                    .next()
                    .await
                    .expect("the stream is open")
                    .unwrap();
                self.text.push_str(std::str::from_utf8(&piece).unwrap());
            }
        };
        let event = tokio::time::timeout(Duration::from_secs(60), wait).await;
        event.unwrap_or_else(|_| panic!("no event `{name}`"))
    }
}

async fn open(book: &Book) -> (Router, Tab) {
    let router = book.live(quoting()).await;
    let mut tab = Tab::open(&router).await;
    assert_eq!(tab.event("hello").await["generation"], 1);
    (router, tab)
}

#[tokio::test]
async fn an_edit_changes_its_page_and_then_the_search() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    book.write(
        "content/how-to/feed.md",
        "# Feed a heron\n\nHerons love quinoa.\n",
    );
    let change = tab.event("changed").await;
    assert_eq!(change["generation"], 2);
    let pages = serde_json::json!(["how-to/feed.html", "print.html"]);
    assert_eq!(change["pages"], pages);
    assert!(
        get(&router, "/how-to/feed.html")
            .await
            .text()
            .contains("quinoa")
    );
    let written = fs_err::read_to_string(book.root().join("book/how-to/feed.html")).unwrap();
    assert!(written.contains("quinoa"), "the output folder follows");
    for _ in 0..1_000 {
        let found = get(&router, "/api/search?q=quinoa").await.json();
        if found["hits"].as_array().unwrap().len() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the search never follows");
}

#[tokio::test]
async fn a_synonym_in_the_configuration_is_found_after_the_save() {
    let book = Book::new();
    let (router, _tab) = open(&book).await;
    let hits = async || {
        let found = get(&router, "/api/search?q=ardea%20").await.json();
        found["hits"].as_array().unwrap().len()
    };
    assert_eq!(hits().await, 0);
    for (synonyms, any) in [("[[\"ardea\", \"heron\"]]", true), ("[]", false)] {
        let text = format!("[book]\ntitle = \"Herons\"\n[search]\nsynonyms = {synonyms}\n");
        book.write("book.toml", &text);
        let mut tries = 1_000;
        while (hits().await > 0) != any {
            assert!(tries > 0, "the search never follows {synonyms}");
            tries -= 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn a_save_by_renaming_is_one_change() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    book.write("content/index.md~", "# Herons\n\nRenamed into place.\n");
    let from = book.root().join("content/index.md~");
    fs_err::rename(from, book.root().join("content/index.md")).unwrap();
    assert_eq!(tab.event("changed").await["generation"], 2);
    assert!(
        get(&router, "/")
            .await
            .text()
            .contains("Renamed into place")
    );
    book.write("content/index.md", "# Herons\n\nOnce more.\n");
    assert_eq!(
        tab.event("changed").await["generation"],
        3,
        "not one more in between"
    );
}

/// Replaces a page by a text.
type Save = fn(&Path, &str);

/// How editors save: each replaces the page by `text` in a way of its own.
fn saves() -> [(&'static str, Save); 5] {
    [
        ("in place", |page, text| fs_err::write(page, text).unwrap()),
        ("a backup aside, then anew, as vim does", |page, text| {
            let probe = page.with_file_name("4913");
            fs_err::write(&probe, "").unwrap();
            fs_err::remove_file(&probe).unwrap();
            let backup = page.with_extension("md~");
            fs_err::rename(page, &backup).unwrap();
            fs_err::write(page, text).unwrap();
            fs_err::remove_file(&backup).unwrap();
        }),
        (
            "beside and renamed, as sed and JetBrains do",
            |page, text| {
                let beside = page.with_file_name("sedA1b2C3");
                fs_err::write(&beside, text).unwrap();
                fs_err::rename(&beside, page).unwrap();
            },
        ),
        ("with a lock and a copy, as emacs does", |page, text| {
            let lock = page.with_file_name(".#index.md");
            fs_err::write(&lock, "").unwrap();
            fs_err::copy(page, page.with_extension("md~")).unwrap();
            fs_err::write(page, text).unwrap();
            fs_err::remove_file(&lock).unwrap();
            fs_err::remove_file(page.with_extension("md~")).unwrap();
        }),
        (
            "cut to nothing, then in pieces, as VS Code may",
            |page, text| {
                use std::io::Write;
                let mut file = fs_err::File::create(page).unwrap();
                for piece in text.as_bytes().chunks(8) {
                    file.write_all(piece).unwrap();
                }
            },
        ),
    ]
}

#[tokio::test]
async fn a_save_is_one_change_whatever_the_editor_does() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    let page = book.root().join("content/index.md");
    for (number, (how, save)) in saves().into_iter().enumerate() {
        let text = format!("# Herons\n\nSaved {number} times over.\n");
        save(&page, &text);
        let change = tab.event("changed").await;
        assert_eq!(change["generation"], number + 2, "{how}");
        assert_eq!(
            change["pages"],
            serde_json::json!(["index.html", "print.html"]),
            "{how}"
        );
        let shown = get(&router, "/").await;
        assert!(
            shown.text().contains(&format!("Saved {number} times")),
            "{how}"
        );
    }
}

#[tokio::test]
async fn a_checkout_of_many_files_ends_in_few_builds_and_the_right_site() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    for number in 0..4_000 {
        let text = format!("# Page {number}\n\nOut of another branch.\n");
        book.write(&format!("content/many/page-{number}.md"), &text);
    }
    let mut generation = 1;
    while !get(&router, "/many/page-3999.html")
        .await
        .text()
        .contains("branch")
    {
        generation = tab.event("changed").await["generation"].as_u64().unwrap();
    }
    assert!(generation <= 4, "{generation}");
    for number in [0, 700, 3_999] {
        let page = get(&router, &format!("/many/page-{number}.html")).await;
        assert!(page.text().contains(&format!("Page {number}")));
    }
}

#[tokio::test]
async fn a_save_that_changes_nothing_disturbs_nobody() {
    let book = Book::new();
    let (_, mut tab) = open(&book).await;
    book.write("content/index.md", "# Herons\n\nBirds that stand still.\n");
    book.write("content/.index.md.swp", "an editor's own");
    tokio::time::sleep(Duration::from_millis(500)).await;
    book.write("content/index.md", "# Herons\n\nSomething else.\n");
    assert_eq!(tab.event("changed").await["generation"], 2);
}

#[tokio::test]
async fn new_folders_and_removed_pages_are_noticed() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    book.write("content/reference/deep/er/new.md", "# New\n\nBrand new.\n");
    tab.event("changed").await;
    assert_eq!(
        get(&router, "/reference/deep/er/new.html").await.status,
        StatusCode::OK
    );
    book.write(
        "content/reference/deep/er/new.md",
        "# New\n\nNewer still.\n",
    );
    tab.event("changed").await;
    assert!(
        get(&router, "/reference/deep/er/new")
            .await
            .text()
            .contains("Newer still")
    );
    book.remove("content/reference/deep/er/new.md");
    tab.event("changed").await;
    assert_eq!(
        get(&router, "/reference/deep/er/new.html").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_changed_image_concerns_every_page() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    book.write(
        "content/logo.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>",
    );
    let change = tab.event("changed").await;
    assert_eq!(change["pages"], Value::Null);
    assert!(get(&router, "/logo.svg").await.text().contains("<path/>"));
}

#[tokio::test]
async fn a_broken_configuration_keeps_the_last_good_book() {
    let book = Book::new();
    let (router, mut tab) = open(&book).await;
    book.write("book.toml", "[book\ntitle = 3\n");
    let problems = tab.event("problems").await;
    assert_eq!(problems["errors"], 1);
    let text = problems["text"][0].as_str().unwrap();
    assert!(
        text.contains("book.toml") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert_eq!(
        get(&router, "/how-to/feed.html").await.status,
        StatusCode::OK
    );
    // A page that is opened now is told, too.
    assert_eq!(
        Tab::open(&router).await.event("problems").await["errors"],
        1
    );
    book.write("book.toml", "[book]\ntitle = \"Egrets\"\n");
    let problems = tab.event("problems").await;
    assert_eq!(problems["errors"], 0);
    assert_eq!(problems["text"], serde_json::json!([]));
    assert_eq!(get(&router, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_is_watching_does_not_hold_up_others() {
    let book = Book::new();
    let (router, _tab) = open(&book).await;
    let mut tabs = Vec::new();
    for _ in 0..63 {
        tabs.push(Tab::open(&router).await);
    }
    let one_more = get(&router, "/_docent/events").await;
    assert_eq!(one_more.status, StatusCode::SERVICE_UNAVAILABLE);
    drop(tabs);
    Tab::open(&router).await.event("hello").await;
}

#[tokio::test]
async fn a_problem_in_the_browser_opens_in_the_editor_that_the_book_names() {
    let book = Book::new();
    let settings = fs_err::read_to_string(book.root().join("book.toml")).unwrap();
    book.write("book.toml", &format!("{settings}editor = \"vscode\"\n"));
    let (_, mut tab) = open(&book).await;
    book.write("content/index.md", "# Herons\n\nSee [a map](map.md).\n");
    let problems = tab.event("problems").await;
    let file = book.root().join("content/index.md");
    let link = format!("vscode://file{}:3:13", file.display());
    assert_eq!(
        problems["places"],
        serde_json::json!([["content/index.md:3:13", link]])
    );
}
