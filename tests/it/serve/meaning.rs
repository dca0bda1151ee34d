//! While embeddings are made in the background, pages and words are new
//! already, and what is found and answered is of one book.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};

use super::book::{Book, answering, ask, get};
use super::live::Tab;
use crate::support::embedders::Gated;

/// The reply at `target`, as soon as it is so.
async fn until(router: &Router, target: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let mut reply = Value::Null;
    for _ in 0..1_000 {
        reply = get(router, target).await.json();
        if is_so(&reply) {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{target}: never so: {reply:#}");
}

fn urls(found: &Value) -> Vec<&str> {
    let hits = found["hits"].as_array().expect("hits");
    hits.iter()
        .map(|hit| hit["url"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_new_book_is_searched_by_its_words_while_its_embeddings_are_made() {
    let book = Book::new();
    let embedder = Arc::new(Gated::default());
    let router = book.live_with(answering(), Some(embedder.clone())).await;
    let mut tab = Tab::open(&router).await;
    let told = tab.event("embedding").await;
    let total = told["total"].as_u64().unwrap();
    assert_eq!(told, json!({ "done": 0, "total": total }));
    let ready = get(&router, "/readyz").await.json();
    assert_eq!(ready["index"]["embeddings"], false);
    assert_eq!(ready["index"]["waiting"], total);
    let found = get(&router, "/api/search?q=fresh+fish").await.json();
    assert_eq!(found["waiting"], total);
    assert_eq!(urls(&found)[0], "how-to/feed.html#fresh-fish");
    let answer = ask(&router, r#"{"question": "How do I get a fresh fish?"}"#).await;
    assert_eq!(answer.json()["outcome"], "answered", "{}", answer.text());

    embedder.let_through(usize::MAX);
    while tab.event("embedding").await["total"] != 0 {}
    let ready = get(&router, "/readyz").await.json();
    assert_eq!(ready["index"]["embeddings"], true);
    assert_eq!(ready["index"]["waiting"], 0);
    let found = get(&router, "/api/search?q=fresh+fish").await.json();
    assert_eq!(found["waiting"], 0);
}

#[tokio::test]
async fn an_edit_is_found_by_its_words_before_its_meaning_is_there() {
    let book = Book::new();
    let embedder = Arc::new(Gated::default());
    embedder.let_through(usize::MAX);
    let router = book.live_with(answering(), Some(embedder.clone())).await;
    let whole = |ready: &Value| ready["index"]["embeddings"] == true;
    until(&router, "/readyz", whole).await;
    embedder.hold();
    book.write(
        "content/how-to/feed.md",
        "# Feed a heron\n\nHerons love quinoa.\n",
    );
    let is_new = |found: &Value| !urls(found).is_empty();
    let found = until(&router, "/api/search?q=quinoa", is_new).await;
    assert_eq!(found["waiting"], 1, "the other pages keep their meaning");
    assert_eq!(urls(&found)[0], "how-to/feed.html");
    let answer = ask(&router, r#"{"question": "Do herons love quinoa?"}"#).await;
    assert!(answer.text().contains("love quinoa"), "{}", answer.text());

    // The next edit does not wait for the embeddings of the one before.
    book.write(
        "content/how-to/feed.md",
        "# Feed a heron\n\nHerons love millet.\n",
    );
    until(&router, "/readyz", |ready| ready["generation"] == 3).await;
    embedder.let_through(1);
    let found = until(&router, "/api/search?q=millet", is_new).await;
    assert_eq!(found["waiting"], 1);
    embedder.let_through(usize::MAX);
    until(&router, "/readyz", whole).await;
}

#[tokio::test]
async fn answers_amid_edits_are_each_of_one_book() {
    let book = Book::new();
    let embedder = Arc::new(Gated::default());
    embedder.let_through(usize::MAX);
    let round = |number: u32| {
        let text = format!("The tide of round {number} comes at noon.\n");
        book.write("content/tide.txt", &text);
    };
    round(0);
    for page in ["one", "two", "three"] {
        let text = format!("# Tide {page}\n\nThe {page} tide:\n\n{{{{#include tide.txt}}}}\n");
        book.write(&format!("content/{page}.md"), &text);
    }
    let router = book.live_with(answering(), Some(embedder)).await;
    let mut seen = BTreeSet::new();
    for number in 1..30 {
        round(number);
        tokio::time::sleep(Duration::from_millis(u64::from(number) * 3)).await;
        let answer = ask(&router, r#"{"question": "When does the tide come?"}"#).await;
        let said = answer.text().split("tide of round ").skip(1);
        let rounds: BTreeSet<&str> = said.filter_map(|rest| rest.split(' ').next()).collect();
        // A build may have found the file cut short, and no tide in it.
        assert!(rounds.len() <= 1, "{}", answer.text());
        seen.extend(rounds.into_iter().map(str::to_owned));
    }
    assert!(seen.len() > 3, "only {seen:?}");
}
