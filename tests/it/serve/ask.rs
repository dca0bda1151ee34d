//! Questions: their answers as events and as one document, one at a time.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use docent::gaps;
use futures_util::{StreamExt, future};
use serde_json::json;
use tower::ServiceExt;

use super::book::{
    Book, answering, ask, endless, failing, get, panicking, question, quoting, send,
};

const QUESTION: &str = r#"{"question":" why? "}"#;

#[tokio::test]
async fn an_answer_comes_as_events() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let reply = send(&router, question(QUESTION, &[])).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/event-stream");
    // The order of keys is the JSON library's affair.
    let expected = "event: sources\ndata: {\"sources\":[{";
    assert!(reply.text().starts_with(expected), "{}", reply.text());
    assert!(reply.text().contains("\"heading\":\"Fresh fish\""));
    let sentence = "event: sentence\ndata: {\"citations\":[1],\"text\":\"why? Fresh fish\"}\n\n";
    assert!(reply.text().contains(sentence), "{}", reply.text());
    let done = reply
        .text()
        .split("\n\n")
        .filter(|event| !event.is_empty())
        .last()
        .unwrap();
    assert!(
        done.starts_with("event: done\ndata: {\"usage\":{"),
        "{done}"
    );
    assert!(!reply.text().contains("\"type\""));
}

#[tokio::test]
async fn an_answer_comes_as_one_document_when_asked_for() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let answer = ask(&router, QUESTION).await.json();
    assert_eq!(answer["outcome"], "answered");
    assert_eq!(answer["sources"][0]["url"], "how-to/feed.html#fresh-fish");
    assert_eq!(answer["sentences"][0]["text"], "why? Fresh fish");
    assert_eq!(answer["usage"]["sentences"], 1);
}

#[tokio::test]
async fn what_is_no_question_is_told_so() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let long = format!("{{\"question\":\"{}\"}}", "é".repeat(2_001));
    for body in [
        "",
        "null",
        "[]",
        "{",
        "{}",
        "\"why?\"",
        r#"{"question":""}"#,
        r#"{"question":" \n "}"#,
        r#"{"question":7}"#,
        r#"{"question":"a","n":10000}"#,
        r#"{"question":"a","question":"b"}"#,
        r#"{"question":"a","extractive":"yes"}"#,
        r#"{"question":"a","history":"b"}"#,
        r#"{"question":"a","history":["b",7]}"#,
        r#"{"question":"a","history":["b"," "]}"#,
        "{\"question\":\"\\ud800\"}",
        &long,
        &json!({ "question": "a", "history": vec!["b"; 21] }).to_string(),
        &json!({ "question": "a", "history": ["é".repeat(2_001)] }).to_string(),
    ] {
        let reply = send(&router, question(body.to_owned(), &[])).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body:.40}");
        assert_eq!(reply.json()["error"], "bad-request");
    }
    let large = format!("{{\"question\":\"{}\"}}", "e".repeat(70_000));
    let reply = send(&router, question(large, &[])).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(reply.json()["error"], "too-large");
}

#[tokio::test]
async fn a_follow_up_is_answered_as_it_was_understood() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let asked = r#"{"question":"how do I use it?","history":["What is a fresh fish?"]}"#;
    let reply = send(&router, question(asked, &[])).await;
    let understood = "event: understood\ndata: {\"question\":\"how do I use it (fresh fish)?\"}\n\n\
                      event: sources\n";
    assert!(reply.text().starts_with(understood), "{}", reply.text());
    let answer = ask(&router, asked).await.json();
    assert_eq!(answer["question"], "how do I use it?");
    assert_eq!(answer["understood"], "how do I use it (fresh fish)?");
    assert_eq!(answer["sources"][0]["url"], "how-to/feed.html#fresh-fish");
    // Without what it leans on there is no answer, and nothing is kept here.
    let answer = ask(&router, r#"{"question":"how do I use it?"}"#)
        .await
        .json();
    assert_eq!(answer["outcome"], "not-in-docs");
    assert!(answer["understood"].is_null());
}

#[tokio::test]
async fn a_follow_up_about_what_is_nowhere_in_the_book_is_not_answered() {
    let book = Book::new();
    let settings = "[book]\ntitle = \"Herons\"\n[answer]\ncontact = \"https://help.example\"\n";
    book.write("book.toml", settings);
    let router = book.live(answering()).await;
    let asked = r#"{"question":"and a toaster?","history":["How do I use a fresh fish?"]}"#;
    let answer = ask(&router, asked).await.json();
    assert_eq!(answer["outcome"], "not-in-docs");
    assert_eq!(answer["understood"], "and a toaster (fresh fish)?");
    assert_eq!(answer["nearest"][0]["url"], "how-to/feed.html#fresh-fish");
    assert_eq!(answer["contact"], "https://help.example");
}

#[tokio::test]
async fn only_json_is_a_question() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "application/jsonx",
    ] {
        let mut request = question(QUESTION, &[]);
        request
            .headers_mut()
            .insert("content-type", kind.parse().unwrap());
        let reply = send(&router, request).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let mut request = question(QUESTION, &[]);
    let kind = "application/json; charset=utf-8".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    assert_eq!(send(&router, request).await.status, StatusCode::OK);
    let get = get(&router, "/api/ask").await;
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(get.header("allow"), "POST");
}

#[tokio::test]
async fn a_failure_is_logged_and_not_told_to_the_client() {
    let book = Book::new();
    let router = book.live(failing()).await;
    let reply = ask(&router, QUESTION).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(reply.json()["error"], "internal");
    assert!(!reply.text().contains("secret"));
    let notices = book.notices.lock().unwrap().join("\n");
    assert!(
        notices.contains("the secret /etc/model is bad"),
        "{notices}"
    );
}

#[tokio::test]
async fn a_panic_fails_one_question_and_no_more() {
    let book = Book::new();
    let router = book.live(panicking()).await;
    for _ in 0..3 {
        let reply = ask(&router, QUESTION).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    }
    assert_eq!(get(&router, "/healthz").await.status, StatusCode::OK);
}

/// An answer that has begun: its response is there, its end is not.
async fn begin(router: &Router) -> Response<Body> {
    router
        .clone()
        .oneshot(question(QUESTION, &[]))
        .await
        .unwrap()
}

#[tokio::test]
async fn one_answer_runs_one_waits_and_the_third_is_turned_away() {
    let book = Book::new();
    let router = book.live(endless()).await;
    let first = begin(&router).await;
    assert_eq!(first.status(), StatusCode::OK);
    let second = begin(&router);
    tokio::pin!(second);
    assert!(future::poll_immediate(&mut second).await.is_none());
    // The queue has one place, and it is taken.
    let third = ask(&router, QUESTION).await;
    assert_eq!(third.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(third.json()["error"], "busy");
    assert!(third.header("retry-after").parse::<u32>().unwrap() > 0);
    // Pages and searches do not wait for answers.
    assert_eq!(get(&router, "/").await.status, StatusCode::OK);
    assert_eq!(
        get(&router, "/api/search?q=heron").await.status,
        StatusCode::OK
    );
    drop(first);
    let second = tokio::time::timeout(Duration::from_secs(5), second).await;
    assert_eq!(second.expect("its turn has come").status(), StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_leaves_frees_the_place() {
    let book = Book::new();
    let router = book.live(endless()).await;
    for _ in 0..20 {
        let answer = tokio::time::timeout(Duration::from_secs(5), begin(&router)).await;
        let answer = answer.expect("the one before has stopped");
        assert_eq!(answer.status(), StatusCode::OK);
        let mut body = answer.into_body().into_data_stream();
        let event = body.next().await.unwrap().unwrap();
        assert!(event.starts_with(b"event: sources"));
    }
}

#[tokio::test]
async fn a_question_without_an_answer_is_kept_only_when_the_book_allows_it() {
    let book = Book::new();
    let foreign = r#"{"question":"Who won\n the cup in 1987?"}"#;
    let router = book.live(answering()).await;
    assert_eq!(ask(&router, foreign).await.json()["outcome"], "not-in-docs");
    let cache = book.root().join(".docent");
    assert!(gaps::log::read(&cache).unwrap().is_empty());

    let settings = fs_err::read_to_string(book.root().join("book.toml")).unwrap();
    let settings = format!("{settings}\n[answer]\nkeep-questions = true\n");
    let book = Book::new();
    book.write("book.toml", &settings);
    let router = book.live(answering()).await;
    assert_eq!(ask(&router, foreign).await.json()["outcome"], "not-in-docs");
    let cache = book.root().join(".docent");
    assert_eq!(
        gaps::log::read(&cache).unwrap(),
        ["Who won the cup in 1987?"]
    );
    let router = book.live(quoting()).await;
    assert_eq!(ask(&router, QUESTION).await.json()["outcome"], "answered");
    assert_eq!(gaps::log::read(&cache).unwrap().len(), 1);
    // Of a follow-up, what was understood: alone it would say nothing.
    let router = book.live(answering()).await;
    let asked = r#"{"question":"and why?","history":["Who won the cup in 1987?"]}"#;
    assert_eq!(ask(&router, asked).await.json()["outcome"], "not-in-docs");
    let kept = gaps::log::read(&cache).unwrap();
    assert_eq!(kept[1], "and why (won the cup in 1987)?");
}
