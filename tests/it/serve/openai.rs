//! The protocol of OpenAI's server: chats, chunks, models, errors.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::book::{Book, Reply, answering, endless, failing, get, quoting, request, send};

const QUESTION: &str = "How do I use a fresh fish?";

fn post(body: &Value, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = request("POST", "/v1/chat/completions")
        .header("content-type", "application/json")
        .header("authorization", "Bearer nobody reads this");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_string())).unwrap()
}

async fn chat(router: &Router, body: &Value) -> Reply {
    send(router, post(body, &[])).await
}

fn asking(question: &str) -> Value {
    json!({ "model": "docent", "messages": [{ "role": "user", "content": question }] })
}

/// The data of the events, `[DONE]` as a string.
fn chunks(reply: &Reply) -> Vec<Value> {
    let events = reply.text().split("\n\n").filter(|event| !event.is_empty());
    let data = events.map(|event| event.strip_prefix("data: ").expect("data alone"));
    data.map(|data| serde_json::from_str(data).unwrap_or_else(|_| json!(data)))
        .collect()
}

#[tokio::test]
async fn a_completion_is_the_extract_with_links_and_its_sources_beside_it() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let reply = chat(&router, &asking(QUESTION)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let completion = reply.json();
    assert_eq!(completion["object"], "chat.completion");
    assert_eq!(completion["model"], "docent");
    assert!(completion["id"].as_str().unwrap().starts_with("chatcmpl-"));
    assert!(completion["created"].as_u64().unwrap() > 1_700_000_000);
    let choice = &completion["choices"][0];
    assert_eq!(choice["index"], 0);
    assert_eq!(choice["finish_reason"], "stop");
    assert_eq!(choice["message"]["role"], "assistant");
    assert_eq!(choice["message"]["refusal"], Value::Null);
    let text = choice["message"]["content"].as_str().unwrap();
    let link = "(http://127.0.0.1:3000/how-to/feed.html#fresh-fish)";
    assert!(
        text.starts_with(&format!("> Use --fresh for a fish that swims. [1]{link}")),
        "{text}"
    );
    let sources = format!("\n\nSources:\n\n1. [Feed a heron › Fresh fish]{link}");
    assert!(text.contains(&sources), "{text}");
    assert_eq!(completion["docent"]["outcome"], "answered");
    let source = &completion["docent"]["sources"][0];
    assert_eq!(source["url"], "how-to/feed.html#fresh-fish");
    // No language model was asked, so it read and wrote nothing.
    let none = json!({ "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0 });
    assert_eq!(completion["usage"], none);
}

#[tokio::test]
async fn a_streams_chunks_make_the_text_of_the_completion() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let whole = chat(&router, &asking(QUESTION)).await.json();
    let mut body = asking(QUESTION);
    body["stream"] = json!(true);
    let reply = chat(&router, &body).await;
    assert_eq!(reply.header("content-type"), "text/event-stream");
    let mut chunks = chunks(&reply);
    assert_eq!(chunks.pop().unwrap(), "[DONE]");
    let text: String = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(whole["choices"][0]["message"]["content"], text);
    let first = &chunks[0]["choices"][0]["delta"];
    assert_eq!(*first, json!({ "role": "assistant", "content": "" }));
    assert_eq!(chunks[1]["docent"]["sources"], whole["docent"]["sources"]);
    let (last, others) = chunks.split_last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "stop");
    for chunk in &chunks {
        assert_eq!(chunk["object"], "chat.completion.chunk");
        assert_eq!(chunk["id"], chunks[0]["id"]);
        assert!(chunk.get("usage").is_none(), "{chunk}");
    }
    assert!(
        others
            .iter()
            .all(|chunk| chunk["choices"][0]["finish_reason"].is_null())
    );
}

#[tokio::test]
async fn a_follow_up_leans_on_the_user_s_earlier_questions() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let picture = json!([{ "type": "image_url", "image_url": { "url": "data:," } }]);
    let long = "herons ".repeat(500);
    let messages = json!([
        { "role": "system", "content": "Be brief." },
        { "role": "user", "content": "What is a fresh fish?" },
        { "role": "assistant", "content": "> A zebra." },
        { "role": "user", "content": picture },
        { "role": "user", "content": long },
        { "role": "user", "content": "how do I use it?" },
    ]);
    let mut body = json!({ "messages": messages });
    let whole = chat(&router, &body).await.json();
    assert_eq!(
        whole["docent"]["understood"],
        "how do I use it (fresh fish)?"
    );
    let text = whole["choices"][0]["message"]["content"].as_str().unwrap();
    let start = "Understood as: how do I use it (fresh fish)?\n\n> Use --fresh";
    assert!(text.starts_with(start), "{text}");
    body["stream"] = json!(true);
    let chunks = chunks(&chat(&router, &body).await);
    assert_eq!(
        chunks[1]["docent"]["understood"],
        whole["docent"]["understood"]
    );
    assert_eq!(chunks[2]["docent"]["outcome"], "answered");
}

#[tokio::test]
async fn usage_is_the_last_chunk_when_it_is_asked_for() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let mut body = asking(QUESTION);
    body["stream"] = json!(true);
    body["stream_options"] = json!({ "include_usage": true });
    let chunks = chunks(&chat(&router, &body).await);
    let [others @ .., last, done] = chunks.as_slice() else {
        panic!("{chunks:?}")
    };
    assert_eq!(done, "[DONE]");
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["total_tokens"], 0);
    assert!(
        others
            .iter()
            .all(|chunk| chunk["usage"].is_null() && chunk.get("usage").is_some())
    );
}

#[tokio::test]
async fn what_the_book_does_not_cover_is_a_completion_that_says_so() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let completion = chat(&router, &asking("Who won the cup in 1987?")).await;
    assert_eq!(completion.status, StatusCode::OK);
    let completion = completion.json();
    let text = &completion["choices"][0]["message"]["content"];
    let text = text.as_str().unwrap();
    assert!(
        text.starts_with("These docs do not cover this question."),
        "{text}"
    );
    assert_eq!(completion["choices"][0]["finish_reason"], "stop");
    assert_eq!(completion["docent"]["outcome"], "not-in-docs");
}

#[tokio::test]
async fn the_last_message_of_the_user_is_the_question() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let body = json!({
        "model": "docent-extractive",
        "messages": [
            { "role": "system", "content": "You are a pirate." },
            { "role": "user", "content": "first" },
            { "role": "assistant", "content": null, "tool_calls": [] },
            { "role": "user", "content": [
                { "type": "text", "text": "and " }, { "type": "text", "text": "last" },
            ] },
            { "role": "assistant", "content": "Well" },
        ],
        "temperature": 0.3, "n": 4, "max_tokens": 3, "tools": [], "user": "me", "future": {},
    });
    let completion = chat(&router, &body).await.json();
    assert_eq!(completion["model"], "docent-extractive");
    assert_eq!(completion["docent"]["question"], "and \nlast");
    assert_eq!(completion["choices"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_models_are_listed_and_found_by_their_names() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let list = get(&router, "/v1/models").await.json();
    assert_eq!(list["object"], "list");
    for model in list["data"].as_array().unwrap() {
        assert_eq!(model["object"], "model");
        assert_eq!(model["owned_by"], "docent");
        let path = format!("/v1/models/{}", model["id"].as_str().unwrap());
        assert_eq!(get(&router, &path).await.json(), *model);
    }
}

#[tokio::test]
async fn errors_have_the_shape_that_clients_of_the_protocol_read() {
    let book = Book::new();
    let router = book.live(failing()).await;
    let check = |reply: &Reply, status: StatusCode, kind: &str, code: &str, param: Value| {
        assert_eq!(reply.status, status, "{}", reply.text());
        let error = &reply.json()["error"];
        assert_eq!(error["type"], kind);
        assert_eq!(error["code"], code);
        assert_eq!(error["param"], param);
        assert!(!error["message"].as_str().unwrap().is_empty());
        assert!(!reply.text().contains("secret"));
    };
    let (invalid, bad) = ("invalid_request_error", StatusCode::BAD_REQUEST);
    for body in [
        json!({}),
        json!({ "messages": [] }),
        json!({ "messages": [{ "role": "system", "content": "a" }] }),
        json!({ "messages": [{ "role": "user", "content": 7 }] }),
        json!({ "messages": [{ "role": "user", "content": [{ "type": "image_url", "image_url": {} }] }] }),
    ] {
        let reply = chat(&router, &body).await;
        check(&reply, bad, invalid, "bad-request", json!("messages"));
    }
    for question in ["", " \n", &"é".repeat(2_001)] {
        let reply = chat(&router, &asking(question)).await;
        check(&reply, bad, invalid, "bad-request", Value::Null);
    }
    let mut other = asking(QUESTION);
    other["model"] = json!("gpt-4o");
    let reply = chat(&router, &other).await;
    let (missing, code) = (StatusCode::NOT_FOUND, "model_not_found");
    check(&reply, missing, invalid, code, json!("model"));
    let reply = get(&router, "/v1/chat/completions").await;
    let status = StatusCode::METHOD_NOT_ALLOWED;
    check(&reply, status, invalid, "method-not-allowed", Value::Null);
    let reply = chat(&router, &asking(QUESTION)).await;
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    check(&reply, status, "server_error", "internal", Value::Null);
    let foreign = post(&asking(QUESTION), &[("origin", "http://evil.example")]);
    let reply = send(&router, foreign).await;
    let status = StatusCode::FORBIDDEN;
    check(&reply, status, "permission_error", "forbidden", Value::Null);
    let mut wrong = post(&asking(QUESTION), &[]);
    let host = "evil.example".parse().unwrap();
    wrong.headers_mut().insert("host", host);
    let reply = send(&router, wrong).await;
    let status = StatusCode::MISDIRECTED_REQUEST;
    check(&reply, status, invalid, "wrong-host", Value::Null);
}

#[tokio::test]
async fn a_full_queue_turns_chats_away_with_a_time_to_come_back() {
    let book = Book::new();
    let router = book.live(endless()).await;
    let mut body = asking(QUESTION);
    body["stream"] = json!(true);
    let begin = || {
        let router = router.clone();
        let request = post(&body, &[]);
        async move { tower::ServiceExt::oneshot(router, request).await.unwrap() }
    };
    let first = begin().await;
    assert_eq!(first.status(), StatusCode::OK);
    let second = begin();
    tokio::pin!(second);
    assert!(
        futures_util::future::poll_immediate(&mut second)
            .await
            .is_none()
    );
    let third = chat(&router, &body).await;
    assert_eq!(third.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(third.json()["error"]["code"], "busy");
    assert!(third.header("retry-after").parse::<u32>().unwrap() > 0);
    drop(first);
    assert_eq!(second.await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_book_may_have_pages_below_v1() {
    let book = Book::new();
    book.write("content/v1/index.md", "# Version one\n");
    book.write("content/v1/models/other.md", "# Other\n");
    let router = book.live(quoting()).await;
    for page in ["/v1/", "/v1/models/other.html", "/v1/models/other"] {
        assert_eq!(get(&router, page).await.status, StatusCode::OK, "{page}");
    }
    let missing = get(&router, "/v1/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text().contains("<html"));
}
