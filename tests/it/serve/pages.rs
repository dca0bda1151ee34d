//! Pages and assets come out of the built site and from nowhere else.

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use docent::serve;

use super::book::{Book, get, quoting, request, send};

fn router(book: &Book) -> Router {
    serve::router(book.state(quoting()))
}

#[tokio::test]
async fn pages_are_found_under_the_addresses_people_type() {
    let book = Book::new();
    let router = router(&book);
    for (target, text) in [
        ("/", "Birds that stand still"),
        ("/index.html", "Birds that stand still"),
        ("/?q=heron", "Birds that stand still"),
        ("/how-to/", "Start here"),
        ("/how-to/feed.html", "Herons eat fish"),
        ("/how-to/feed", "Herons eat fish"),
        ("/reference/two%20words.html", "Space"),
    ] {
        let reply = get(&router, target).await;
        assert_eq!(reply.status, StatusCode::OK, "{target}");
        assert!(reply.text().contains(text), "{target}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "no-cache");
    }
}

#[tokio::test]
async fn a_folder_without_its_slash_leads_to_the_folder() {
    let book = Book::new();
    let reply = get(&router(&book), "/how-to?ask=why").await;
    assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(reply.header("location"), "./how-to/?ask=why");
}

#[tokio::test]
async fn a_page_carries_the_live_script_with_the_way_to_the_root() {
    let book = Book::new();
    let router = router(&book);
    let script =
        |root: &str| format!("<head>\n<script src=\"{root}_docent/live.js\" defer></script>\n");
    for (target, root) in [("/", ""), ("/how-to/feed.html", "../")] {
        let reply = get(&router, target).await;
        assert!(reply.text().contains(&script(root)), "{target}");
        assert_eq!(reply.text().matches("live.js").count(), 1);
    }
    let written = fs_err::read_to_string(book.root().join("book/index.html")).unwrap();
    assert!(
        !written.contains("live.js"),
        "the built site stays as it is"
    );
    let live = get(&router, "/_docent/live.js").await;
    assert_eq!(
        live.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert!(live.text().contains("_docent/events"));
}

#[tokio::test]
async fn an_asset_has_its_media_type_and_may_not_be_guessed_at() {
    let book = Book::new();
    let reply = get(&router(&book), "/logo.svg").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "image/svg+xml");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("content-length"), reply.body.len().to_string());
    assert!(reply.text().starts_with("<svg"));
}

#[tokio::test]
async fn the_themes_files_may_be_kept_for_ever() {
    let book = Book::new();
    let router = router(&book);
    let page = get(&router, "/").await;
    let sheet = page
        .text()
        .split('"')
        .find(|part| part.ends_with(".css"))
        .unwrap()
        .to_owned();
    let reply = get(&router, &format!("/{sheet}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        reply.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let book = Book::new();
    let router = router(&book);
    for target in ["/", "/logo.svg", "/_docent/live.js"] {
        let first = get(&router, target).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{target}");
        for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let again = request("GET", target).header("if-none-match", known);
            let again = send(&router, again.body(Body::empty()).unwrap()).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{target}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), tag);
        }
        let other = request("GET", target).header("if-none-match", "\"other\"");
        let other = send(&router, other.body(Body::empty()).unwrap()).await;
        assert_eq!(other.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn head_gives_the_headers_alone() {
    let book = Book::new();
    let router = router(&book);
    for target in ["/", "/logo.svg", "/healthz"] {
        let full = get(&router, target).await;
        let head = request("HEAD", target).body(Body::empty()).unwrap();
        let head = send(&router, head).await;
        assert_eq!(head.status, StatusCode::OK);
        assert!(head.body.is_empty());
        let length = full.body.len().to_string();
        assert_eq!(head.header("content-length"), length, "{target}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_is_the_sites_own_404() {
    let book = Book::new();
    let reply = get(&router(&book), "/how-to/nothing/here.html").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert!(reply.text().contains("<script src=\"/_docent/live.js\""));
}

#[tokio::test]
async fn only_get_and_head_read_pages() {
    let book = Book::new();
    let router = router(&book);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let reply = request(method, "/").body(Body::empty()).unwrap();
        let reply = send(&router, reply).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(reply.header("allow"), "GET,HEAD");
        assert_eq!(reply.json()["error"], "method-not-allowed");
    }
}

#[tokio::test]
async fn no_target_leads_out_of_the_site() {
    let book = Book::new();
    // Things beside the site that must never be seen.
    book.write("secret.txt", "canary");
    book.write("book-secret/index.html", "canary");
    let router = router(&book);
    book.write("book/.docent-manifest", "canary");
    for target in HOSTILE {
        let reply = get(&router, target).await;
        assert!(!reply.text().contains("canary"), "{target}");
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{target}");
        assert_eq!(reply.header("location"), "", "{target}");
    }
}

/// Targets that a router's address can hold; the rest is tried on a socket.
pub const HOSTILE: &[&str] = &[
    "/../secret.txt",
    "/how-to/../../secret.txt",
    "/./secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%2fsecret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..%5csecret.txt",
    "/..%c0%afsecret.txt",
    "/%00",
    "/index.html%00",
    "/index.html%00.css",
    "/%ff%fe",
    "/%",
    "/%2",
    "/%zz",
    "//etc/passwd",
    "///etc/passwd",
    "//evil.example/how-to",
    "/%2fetc%2fpasswd",
    "/etc/passwd",
    "/%5cevil.example",
    "/%0d%0aLocation:%20x",
    "/how-to/feed.html/",
    "/how-to/feed.html/..",
    "/how-to//feed.html",
    "/.docent-manifest",
    "/book.toml",
    "/../book.toml",
    "/content/index.md",
    "/book-secret/",
    "/../book-secret/index.html",
    "/C:/secret.txt",
    "/file:///etc/passwd",
    "/INDEX.HTML",
    "/*",
];
