//! Pages of other sites can neither read nor use the server.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docent::serve;

use super::book::{Book, get, question, quoting, request, send};

const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/nothing"),
    ("GET", "/logo.svg"),
    ("GET", "/api/search?q=heron"),
    ("POST", "/api/ask"),
    ("POST", "/api/feedback"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/_docent/events"),
    ("GET", "/_docent/live.js"),
];

#[tokio::test]
async fn every_route_refuses_a_host_that_is_not_ours() {
    let book = Book::new();
    let router = serve::router(book.state(quoting()));
    for (method, target) in ROUTES {
        for host in [
            "evil.example",
            "localhost.evil.example:3000",
            "2130706433",
            "",
        ] {
            let request = Request::builder().method(*method).uri(*target);
            let request = request.header("host", host).body(Body::empty()).unwrap();
            let reply = send(&router, request).await;
            assert_eq!(
                reply.status,
                StatusCode::MISDIRECTED_REQUEST,
                "{target} {host}"
            );
            assert_eq!(reply.json()["error"], "wrong-host");
            assert!(reply.text().contains("allowed-hosts"));
        }
        let none = Request::builder().method(*method).uri(*target);
        let none = send(&router, none.body(Body::empty()).unwrap()).await;
        assert_eq!(none.status, StatusCode::BAD_REQUEST);
        let two = request(method, target).header("host", "localhost");
        let two = send(&router, two.body(Body::empty()).unwrap()).await;
        assert_eq!(two.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn the_target_must_name_the_same_host() {
    let book = Book::new();
    let router = serve::router(book.state(quoting()));
    let reply = get(&router, "http://evil.example/").await;
    assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST);
    let reply = get(&router, "http://127.0.0.1:3000/").await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn a_host_of_the_configuration_is_ours() {
    let book = Book::new();
    book.write("book.toml", "[serve]\nallowed-hosts = [\"docs.example\"]\n");
    let router = serve::router(book.state(quoting()));
    let request = Request::builder()
        .uri("/")
        .header("host", "docs.example:8443");
    let reply = send(&router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn only_our_own_pages_and_programs_may_ask() {
    let book = Book::new();
    let router = book.live(quoting()).await;
    let body = r#"{"question":"what?"}"#;
    let ours = "http://127.0.0.1:3000";
    for headers in [
        vec![],
        vec![("origin", ours)],
        vec![("origin", ours), ("sec-fetch-site", "same-origin")],
        vec![("sec-fetch-site", "none")],
        // Through a proxy that keeps the port to itself.
        vec![
            ("origin", "https://localhost:8443"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        let reply = send(&router, question(body, &headers)).await;
        assert_eq!(reply.status, StatusCode::OK, "{headers:?}");
    }
    for headers in [
        vec![("origin", "null")],
        vec![("origin", "")],
        vec![("origin", "http://evil.example")],
        vec![("origin", "http://127.0.0.1:8000")],
        vec![("origin", "http://127.0.0.1:3000.evil.example")],
        vec![("origin", "file://")],
        vec![("origin", ours), ("origin", "http://evil.example")],
        vec![("origin", ours), ("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", ours), ("sec-fetch-mode", "no-cors")],
        vec![
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        let reply = send(&router, question(body, &headers)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert_eq!(reply.json()["error"], "forbidden");
    }
}

#[tokio::test]
async fn every_response_carries_the_protecting_headers() {
    let book = Book::new();
    let router = serve::router(book.state(quoting()));
    let targets = [
        "/",
        "/nothing",
        "/logo.svg",
        "/how-to",
        "/api/search",
        "/healthz",
        "/readyz",
    ];
    for target in targets {
        let reply = get(&router, target).await;
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{target}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("access-control-allow-origin"), "");
        assert_eq!(reply.header("server"), "");
    }
    let refused = Request::builder().uri("/").header("host", "evil.example");
    let refused = send(&router, refused.body(Body::empty()).unwrap()).await;
    assert_eq!(refused.header("referrer-policy"), "no-referrer");
}
