//! Searches, and whether the server is ready for them.

use axum::body::Body;
use axum::http::StatusCode;
use docent::serve;

use super::book::{Book, ask, get, quoting, request, send};

#[tokio::test]
async fn a_search_finds_sections_with_their_addresses_and_marked_words() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let found = get(&router, "/api/search?q=fresh+fish&limit=3").await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.header("cache-control"), "no-store");
    let found = found.json();
    assert_eq!(found["query"], "fresh fish");
    assert!(found["took_ms"].is_u64());
    let hit = &found["hits"][0];
    assert_eq!(hit["title"], "Feed a heron");
    assert_eq!(hit["kind"], "how-to");
    assert!(hit["url"].as_str().unwrap().starts_with("how-to/feed.html"));
    assert!(hit["score"].is_number());
    assert!(hit["trail"].is_array());
    assert!(hit["heading"].is_string());
    let runs = hit["excerpt"].as_array().unwrap();
    let marked = |run: &serde_json::Value| run["mark"] == true;
    assert!(runs.iter().any(marked), "{runs:?}");
}

#[tokio::test]
async fn a_kind_narrows_and_a_limit_ends_the_list() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let other = get(&router, "/api/search?q=fish&kind=reference")
        .await
        .json();
    assert_eq!(other["hits"].as_array().unwrap().len(), 0);
    let one = get(&router, "/api/search?q=heron&limit=1").await.json();
    assert_eq!(one["hits"].as_array().unwrap().len(), 1);
    let empty = get(&router, "/api/search?q=").await.json();
    assert_eq!(empty["hits"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_told_so() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    for target in [
        "/api/search",
        "/api/search?query=x",
        "/api/search?q=a&q=b",
        "/api/search?q=a&limit=0",
        "/api/search?q=a&limit=51",
        "/api/search?q=a&limit=-1",
        "/api/search?q=a&limit=99999999999999999999999",
        "/api/search?q=a&limit=x",
        "/api/search?q=a&kind=poem",
        "/api/search?q=a&kind=%22",
    ] {
        let reply = get(&router, target).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{target}");
        assert_eq!(reply.json()["error"], "bad-request");
        assert!(reply.json()["message"].as_str().unwrap().len() > 10);
    }
    let post = request("POST", "/api/search?q=a")
        .body(Body::empty())
        .unwrap();
    let post = send(&router, post).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(post.header("allow"), "GET,HEAD");
    assert_eq!(post.json()["error"], "method-not-allowed");
}

#[tokio::test]
async fn hostile_queries_find_little_and_break_nothing() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let long = "w ".repeat(20_000).replace(' ', "+");
    let brackets = "(".repeat(20_000);
    let quotes = "%22".repeat(5_000);
    let queries = [
        long.as_str(),
        &brackets,
        &quotes,
        "%00",
        "%ff%fe",
        "%",
        "title:(a^",
        "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
        "%F0%9F%A6%80",
        "..%2F..%2Fetc%2Fpasswd",
        "%E2%80%AE",
    ];
    for query in queries {
        let reply = get(&router, &format!("/api/search?q={query}")).await;
        assert_eq!(
            reply.status,
            StatusCode::OK,
            "{}",
            &query[..query.len().min(40)]
        );
        assert_eq!(reply.header("content-type"), "application/json");
    }
    assert_eq!(get(&router, "/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_an_index_the_server_is_up_but_not_ready() {
    let book = Book::new();
    let router = serve::router(book.state(quoting()));
    assert_eq!(get(&router, "/healthz").await.json()["status"], "ok");
    let ready = get(&router, "/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["missing"][0], "index");
    assert_eq!(ready.json()["ready"], false);
    let search = get(&router, "/api/search?q=heron").await;
    let asked = ask(&router, r#"{"question":"what?"}"#).await;
    for reply in [ready, search, asked] {
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(reply.header("retry-after").parse::<u32>().unwrap() > 0);
    }
    assert_eq!(get(&router, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn with_an_index_the_server_is_ready() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let ready = get(&router, "/readyz").await.json();
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["generation"], 1);
    assert_eq!(ready["index"]["embeddings"], false);
    assert!(ready["index"]["chunks"].as_u64().unwrap() > 3);
}
