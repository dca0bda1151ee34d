//! The description of the interface, held to what the server answers.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use docent::serve;
use serde_json::{Value, json};

use super::book::{Book, Reply, answering, failing, get, quoting, request, send};
use crate::support::schema;

async fn described(router: &Router) -> Value {
    let reply = get(router, "/api/openapi.json").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/json");
    reply.json()
}

/// Fails unless the description has this answer of this route.
fn assert_described(document: &Value, path: &str, method: &str, reply: &Reply) {
    let status = reply.status.as_str();
    let found = &document["paths"][path][method]["responses"][status];
    assert!(!found.is_null(), "{method} {path}: no {status}");
    let kind = reply.header("content-type").split(';').next().unwrap();
    let schema = &found["content"][kind]["schema"];
    assert!(!schema.is_null(), "{method} {path} {status}: no `{kind}`");
    if kind == "application/json" {
        let faults = schema::faults(document, schema, &reply.json());
        assert!(faults.is_empty(), "{method} {path} {status}: {faults:#?}");
    }
}

async fn post(router: &Router, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
    let mut request = request("POST", path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Body::from(body.to_string());
    send(router, request.body(body).unwrap()).await
}

fn chat(question: &str) -> Value {
    json!({ "model": "docent", "messages": [{ "role": "user", "content": question }] })
}

/// A question that leans on the one before.
fn follow_up() -> Value {
    json!({ "question": "how do I use it?", "history": ["What is a fresh fish?"] })
}

const KNOWN: &str = "How do I use a fresh fish?";
const FOREIGN: &str = "Who won the cup in 1987?";

#[tokio::test]
async fn every_route_is_described_and_everything_described_is_there() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let document = described(&router).await;
    assert_eq!(document["openapi"], "3.1.1");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let code = include_str!("../../../src/serve/mod.rs");
    let routes = code.split(".route(").skip(1).map(|rest| {
        let path = rest.trim_start().strip_prefix('"').expect("a literal");
        path.split('"').next().unwrap().to_owned()
    });
    let theirs = |route: &String| !route.starts_with("/_docent/");
    let routes: BTreeSet<String> = routes.filter(theirs).collect();
    let mut listed = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let names = &methods["get"]["parameters"][0]["schema"]["enum"];
        match path.split_once("{model}") {
            Some((front, "")) => {
                let names = names.as_array().expect("all names").iter();
                listed.extend(names.map(|name| format!("{front}{}", name.as_str().unwrap())));
            }
            _ => drop(listed.insert(path.clone())),
        }
    }
    assert_eq!(listed, routes, "left: described, right: routed");
}

#[tokio::test]
async fn answers_are_as_they_are_described() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let document = described(&router).await;
    for path in ["/healthz", "/readyz", "/v1/models"] {
        assert_described(&document, path, "get", &get(&router, path).await);
    }
    let model = get(&router, "/v1/models/docent-extractive").await;
    assert_described(&document, "/v1/models/{model}", "get", &model);
    for query in [
        "q=fish",
        "q=zebra",
        "q=space&kind=reference&limit=1",
        "",
        "q=a&limit=0",
    ] {
        let reply = get(&router, &format!("/api/search?{query}")).await;
        assert_described(&document, "/api/search", "get", &reply);
    }
    let json = [("accept", "application/json")];
    let reply = post(&router, "/api/ask", &follow_up(), &json).await;
    assert!(reply.json()["understood"].is_string());
    assert_described(&document, "/api/ask", "post", &reply);
    for question in [KNOWN, FOREIGN, ""] {
        let reply = post(&router, "/api/ask", &json!({ "question": question }), &json).await;
        assert_described(&document, "/api/ask", "post", &reply);
        let reply = post(&router, "/v1/chat/completions", &chat(question), &[]).await;
        assert_described(&document, "/v1/chat/completions", "post", &reply);
    }
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let both = [("accept", "application/json, text/event-stream")];
    let reply = post(&router, "/mcp", &ping, &both).await;
    assert_described(&document, "/mcp", "post", &reply);
}

#[tokio::test]
async fn events_are_as_they_are_described() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let document = described(&router).await;
    let schemas = &document["components"]["schemas"];
    let mut seen = BTreeSet::new();
    for asked in [
        json!({ "question": KNOWN }),
        json!({ "question": FOREIGN }),
        follow_up(),
    ] {
        let reply = post(&router, "/api/ask", &asked, &[]).await;
        assert_described(&document, "/api/ask", "post", &reply);
        for event in reply.text().split("\n\n").filter(|event| !event.is_empty()) {
            let (name, data) = event.split_once('\n').unwrap();
            let name = name.strip_prefix("event: ").unwrap();
            let (first, rest) = name.split_at(1);
            let schema = &schemas[format!("Event{}{rest}", first.to_uppercase())];
            let data = data.strip_prefix("data: ").unwrap();
            let data: Value = serde_json::from_str(data).unwrap();
            assert_eq!(schema::faults(&document, schema, &data), [""; 0], "{name}");
            seen.insert(name.to_owned());
        }
        let earlier = asked["history"].as_array().into_iter().flatten();
        let questions = earlier.chain([&asked["question"]]);
        let messages = questions.map(|text| json!({ "role": "user", "content": text }));
        let mut body = json!({ "messages": messages.collect::<Vec<_>>() });
        body["stream"] = json!(true);
        body["stream_options"] = json!({ "include_usage": true });
        let reply = post(&router, "/v1/chat/completions", &body, &[]).await;
        assert_described(&document, "/v1/chat/completions", "post", &reply);
        let chunks = reply
            .text()
            .split("\n\n")
            .filter_map(|event| event.strip_prefix("data: "));
        for chunk in chunks.filter(|chunk| *chunk != "[DONE]") {
            let chunk: Value = serde_json::from_str(chunk).unwrap();
            let faults = schema::faults(&document, &schemas["CompletionChunk"], &chunk);
            assert_eq!(faults, [""; 0], "{chunk}");
        }
    }
    let names = ["abstain", "done", "quote", "sources", "understood"].map(str::to_owned);
    assert_eq!(seen, names.into());
}

#[tokio::test]
async fn errors_are_as_they_are_described() {
    let book = Book::new();
    // Nothing indexes this one.
    let router = serve::router(book.state(failing()));
    let document = described(&router).await;
    let ready = get(&router, "/readyz").await;
    assert_described(&document, "/readyz", "get", &ready);
    let search = get(&router, "/api/search?q=fish").await;
    assert_eq!(search.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_described(&document, "/api/search", "get", &search);
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let asked = [
        (
            "/api/ask",
            json!({ "question": KNOWN }),
            json!({ "question": "a".repeat(70_000) }),
        ),
        (
            "/v1/chat/completions",
            chat(KNOWN),
            chat(&"a".repeat(600_000)),
        ),
        ("/mcp", ping, json!({ "jsonrpc": "a".repeat(70_000) })),
    ];
    for (path, body, long) in &asked {
        let foreign = [("origin", "http://evil.example")];
        let reply = post(&router, path, body, &foreign).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_described(&document, path, "post", &reply);
        let reply = post(&router, path, long, &[]).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_described(&document, path, "post", &reply);
        let plain = request("POST", path).body(Body::from("why?")).unwrap();
        let reply = send(&router, plain).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_described(&document, path, "post", &reply);
        if *path != "/mcp" {
            let reply = post(&router, path, body, &[]).await;
            assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_described(&document, path, "post", &reply);
        }
    }
    let mut other = chat(KNOWN);
    other["model"] = json!("gpt-x");
    let reply = post(&router, "/v1/chat/completions", &other, &[]).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_described(&document, "/v1/chat/completions", "post", &reply);
    for (path, methods) in document["paths"].as_object().unwrap() {
        let method = methods.as_object().unwrap().keys().next().unwrap();
        let target = path.replace("{model}", "docent");
        let mut wrong = request(&method.to_uppercase(), &target);
        wrong
            .headers_mut()
            .unwrap()
            .insert("host", "evil.example".parse().unwrap());
        let reply = send(&router, wrong.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST);
        assert_described(&document, path, method, &reply);
    }
}
