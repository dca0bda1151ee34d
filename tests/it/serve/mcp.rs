//! The Model Context Protocol over HTTP.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::book::{Book, Reply, answering, endless, failing, get, request, send};
use crate::support::schema;

fn post(message: &Value, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = request("POST", "/mcp")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(message.to_string())).unwrap()
}

async fn result(router: &Router, method: &str, params: Value) -> Value {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let reply = send(
        router,
        post(&message, &[("mcp-protocol-version", "2025-11-25")]),
    )
    .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "application/json");
    let reply = reply.json();
    assert_eq!(reply["jsonrpc"], "2.0");
    assert_eq!(reply["id"], 7);
    reply
}

async fn call(router: &Router, tool: &str, arguments: Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    result(router, "tools/call", params).await["result"].clone()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

fn assert_fits(schema: &Value, value: &Value) {
    assert_eq!(schema::faults(schema, schema, value), [""; 0], "{value}");
}

#[tokio::test]
async fn a_client_is_told_whose_documentation_it_is() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let told = result(&router, "initialize", params).await["result"].clone();
    assert_eq!(told["serverInfo"]["name"], "docent");
    assert_eq!(told["serverInfo"]["title"], "Herons");
    assert!(told["capabilities"]["tools"].is_object());
    let words = told["instructions"].as_str().unwrap();
    assert!(
        words.contains("\"Herons\"") && words.contains("4 pages"),
        "{words}"
    );
}

#[tokio::test]
async fn the_tools_only_read_and_their_results_fit_their_schemas() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let listed = result(&router, "tools/list", json!({})).await["result"]["tools"].clone();
    let tools = listed.as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["search", "read", "ask"]);
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!(tool["annotations"]["openWorldHint"], false);
        assert_eq!(tool["inputSchema"]["additionalProperties"], false);
        let all = match tool["name"].as_str().unwrap() {
            "search" => vec![json!({ "query": "fish" }), json!({ "query": "zebra" })],
            "read" => vec![json!({ "url": "how-to/feed.html" }), json!({ "url": "" })],
            _ => vec![
                json!({ "question": "How do I use a fresh fish?" }),
                json!({ "question": "Who won the cup in 1987?", "extractive": true }),
            ],
        };
        for arguments in all {
            let schema = &tool["inputSchema"];
            assert_fits(schema, &arguments);
            let result = call(&router, tool["name"].as_str().unwrap(), arguments).await;
            assert_eq!(result["isError"], false, "{result}");
            assert!(!text(&result).is_empty());
            let schema = &tool["outputSchema"];
            assert_fits(schema, &result["structuredContent"]);
        }
    }
}

#[tokio::test]
async fn what_is_found_can_be_read_whole_and_by_section() {
    let book = Book::new();
    book.write(
        "content/how-to/long.md",
        "# Long\n\nSee [feeding](feed.md).\n\n## One\n\nFirst, [words](../reference/two%20words.md).\n\n### Inner\n\nDeep.\n\n## Two\n\nLast.\n",
    );
    let router = book.live(answering()).await;
    let found = call(
        &router,
        "search",
        json!({ "query": "fresh fish", "limit": 1 }),
    )
    .await;
    let hit = &found["structuredContent"]["hits"][0];
    assert_eq!(hit["url"], "how-to/feed.html#fresh-fish");
    let link = "1. [Feed a heron › Fresh fish](http://127.0.0.1:3000/how-to/feed.html#fresh-fish)";
    assert!(text(&found).starts_with(link), "{}", text(&found));
    let read = |url: &'static str| {
        let router = router.clone();
        async move { call(&router, "read", json!({ "url": url })).await["structuredContent"].clone() }
    };
    let section = read("how-to/feed.html#fresh-fish").await;
    let expected = "## Fresh fish\n\nUse `--fresh` for a fish that swims.\n";
    assert_eq!(section["markdown"], expected);
    let whole = read("http://127.0.0.1:3000/how-to/long.html").await;
    assert!(
        whole["markdown"]
            .as_str()
            .unwrap()
            .starts_with("# Long\n\nSee [feeding](how-to/feed.md).")
    );
    let urls: Vec<&str> = whole["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| section["url"].as_str().unwrap())
        .collect();
    assert_eq!(
        urls,
        [
            "how-to/long.html#long",
            "how-to/long.html#one",
            "how-to/long.html#inner",
            "how-to/long.html#two"
        ]
    );
    // With what is below the section, and links that can be read in turn.
    let one = "## One\n\nFirst, [words](reference/two%20words.md).\n\n### Inner\n\nDeep.\n";
    assert_eq!(read("/how-to/long#one").await["markdown"], one);
    assert_eq!(read("reference/two%20words.md").await["title"], "Two words");
    for index in [
        "how-to",
        "how-to/",
        "how-to/index.html",
        "https://docs.example/how-to/?x=1#none",
    ] {
        let params = json!({ "url": index });
        let found = call(&router, "read", params).await;
        assert_eq!(
            found["structuredContent"]["title"], "How-to guides",
            "{index}"
        );
    }
}

#[tokio::test]
async fn a_question_may_lean_on_those_before_it() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let earlier = json!(["What is a fresh fish?"]);
    let asked = json!({ "question": "how do I use it?", "history": earlier });
    let answer = call(&router, "ask", asked).await;
    let told = &answer["structuredContent"];
    assert_eq!(told["understood"], "how do I use it (fresh fish)?");
    assert_eq!(told["outcome"], "answered");
    let start = "Understood as: how do I use it (fresh fish)?\n\n> Use --fresh";
    assert!(text(&answer).starts_with(start), "{}", text(&answer));
    let asked = json!({ "question": "and a toaster?", "history": earlier });
    let answer = call(&router, "ask", asked).await;
    assert_eq!(answer["structuredContent"]["outcome"], "not-in-docs");
    assert!(
        text(&answer).contains("Nearest sections:"),
        "{}",
        text(&answer)
    );
}

#[tokio::test]
async fn a_call_that_makes_no_sense_is_told_to_the_assistant() {
    let book = Book::new();
    book.write("secret.md", "# canary\n");
    let router = book.live(failing()).await;
    for (tool, arguments) in [
        ("search", json!({})),
        ("search", json!({ "query": "a", "limit": 51 })),
        ("search", json!({ "query": "a", "kind": "poem" })),
        ("read", json!({})),
        ("read", json!({ "url": "nowhere.html" })),
        ("read", json!({ "url": "../secret.md" })),
        ("read", json!({ "url": "%2e%2e/secret.md" })),
        ("ask", json!({ "question": "" })),
        ("ask", json!({ "question": "a".repeat(2_001) })),
        ("ask", json!({ "question": "a", "model": "x" })),
        ("ask", json!({ "question": "a", "history": vec!["b"; 21] })),
        ("ask", json!({ "question": "a", "history": [""] })),
        ("ask", json!({ "question": "Does it fail?" })),
    ] {
        let result = call(&router, tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}: {result}");
        assert!(!text(&result).contains("canary") && !text(&result).contains("/etc/model"));
        assert!(result.get("structuredContent").is_none());
    }
    let unknown = result(&router, "tools/call", json!({ "name": "delete" })).await;
    assert_eq!(unknown["error"]["code"], -32602);
}

#[tokio::test]
async fn pages_of_other_sites_and_other_hosts_are_refused() {
    let book = Book::new();
    let router = book.live(answering()).await;
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let status = |reply: &Reply| reply.status;
    assert_eq!(
        status(&send(&router, post(&ping, &[])).await),
        StatusCode::OK
    );
    let own = post(&ping, &[("origin", "http://127.0.0.1:3000")]);
    assert_eq!(status(&send(&router, own).await), StatusCode::OK);
    for origin in [
        "http://evil.example",
        "null",
        "http://127.0.0.1:3000.evil.example",
    ] {
        let foreign = post(&ping, &[("origin", origin)]);
        assert_eq!(
            status(&send(&router, foreign).await),
            StatusCode::FORBIDDEN,
            "{origin}"
        );
        let listening = request("GET", "/mcp").header("origin", origin);
        let listening = listening.body(Body::empty()).unwrap();
        assert_eq!(
            status(&send(&router, listening).await),
            StatusCode::FORBIDDEN
        );
    }
    let mut wrong = post(&ping, &[]);
    wrong
        .headers_mut()
        .insert("host", "evil.example".parse().unwrap());
    assert_eq!(
        status(&send(&router, wrong).await),
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test]
async fn only_short_json_messages_are_taken() {
    let book = Book::new();
    let router = book.live(answering()).await;
    assert_eq!(
        get(&router, "/mcp").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let long = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "params": { "a": "b".repeat(70_000) } });
    let reply = send(&router, post(&long, &[])).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut plain = post(&json!({}), &[]);
    plain
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(
        send(&router, plain).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[tokio::test]
async fn a_caller_that_leaves_ends_its_answer() {
    let book = Book::new();
    let router = book.live(endless()).await;
    let ask = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "ask", "arguments": { "question": "How long?" } },
    });
    for _ in 0..5 {
        let sent = send(&router, post(&ask, &[]));
        let left = tokio::time::timeout(std::time::Duration::from_millis(100), sent).await;
        assert!(left.is_err(), "an endless answer has ended");
    }
    // The queue has one place: it would be full if they were still there.
    let question = json!({ "question": "why?" }).to_string();
    let next = request("POST", "/api/ask").header("content-type", "application/json");
    let next = next.body(Body::from(question)).unwrap();
    let next = tower::ServiceExt::oneshot(router, next);
    let next = tokio::time::timeout(std::time::Duration::from_secs(5), next).await;
    assert_eq!(next.expect("a turn").unwrap().status(), StatusCode::OK);
}
