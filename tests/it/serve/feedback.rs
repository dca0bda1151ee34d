//! What readers say of answers: kept where the book allows it, within bounds.

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use docent::gaps::feedback;
use serde_json::{Value, json};

use super::book::{Book, Reply, answering, get, request, send};

/// A book that keeps what its readers say.
fn keeping() -> Book {
    let book = Book::new();
    let settings = fs_err::read_to_string(book.root().join("book.toml")).unwrap();
    let settings = format!("{settings}\n[answer]\nkeep-questions = true\n");
    book.write("book.toml", &settings);
    book
}

async fn tell(router: &Router, body: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = request("POST", "/api/feedback").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(Body::from(body.to_owned())).unwrap()).await
}

const TOLD: &str = r#"{"question":"Why?","helpful":false,"reason":"old"}"#;

#[tokio::test]
async fn without_the_key_nothing_is_kept() {
    let book = Book::new();
    let router = book.live(answering()).await;
    assert_eq!(get(&router, "/readyz").await.json()["feedback"], false);
    let reply = tell(&router, TOLD, &[]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert_eq!(reply.json()["error"], "not-kept");
    let cache = book.root().join(".docent");
    assert!(feedback::read(&cache).unwrap().is_empty());
}

#[tokio::test]
async fn what_is_kept_is_a_question_a_verdict_and_a_reason() {
    let book = keeping();
    let router = book.live(answering()).await;
    assert_eq!(get(&router, "/readyz").await.json()["feedback"], true);
    let document = get(&router, "/api/openapi.json").await.json();
    let described = &document["paths"]["/api/feedback"]["post"]["responses"];
    let long = |key: &str, count: usize| {
        let mut body: Value = serde_json::from_str(TOLD).unwrap();
        body[key] = json!("é".repeat(count));
        body.to_string()
    };
    let foreign = [("origin", "http://evil.example")].as_slice();
    for (body, headers, status) in [
        (TOLD.to_owned(), [].as_slice(), 200),
        (r#"{"question":"Why?","helpful":true}"#.to_owned(), &[], 200),
        (r#"{"question":" ","helpful":true}"#.to_owned(), &[], 400),
        (r#"{"question":"Why?"}"#.to_owned(), &[], 400),
        (
            r#"{"question":"Why?","helpful":true,"who":"me"}"#.to_owned(),
            &[],
            400,
        ),
        (long("question", 2_001), &[], 400),
        (long("reason", 301), &[], 400),
        (long("reason", 9_000), &[], 413),
        (TOLD.to_owned(), foreign, 403),
    ] {
        let reply = tell(&router, &body, headers).await;
        assert_eq!(reply.status.as_u16(), status, "{body:.60}");
        assert!(described[status.to_string()].is_object(), "{status}");
    }
    let kept = feedback::read(&book.root().join(".docent")).unwrap();
    let kept: Vec<Value> = kept.iter().map(|one| json!(one)).collect();
    let expected = [
        json!({ "question": "Why?", "helpful": false, "reason": "old" }),
        json!({ "question": "Why?", "helpful": true }),
    ];
    assert_eq!(kept, expected);
}

#[tokio::test]
async fn a_flood_of_feedback_is_turned_away() {
    let book = keeping();
    let router = book.live(answering()).await;
    let mut turned_away = 0;
    for _ in 0..40 {
        let reply = tell(&router, TOLD, &[]).await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            turned_away += 1;
            assert_eq!(reply.header("retry-after"), "60");
        }
    }
    assert_eq!(turned_away, 10);
    let kept = feedback::read(&book.root().join(".docent")).unwrap();
    assert_eq!(kept.len(), 30);
}
