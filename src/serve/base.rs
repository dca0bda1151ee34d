//! The address of the site, as the one who asks has to write it.

use axum::http::{HeaderMap, header};

/// The root of the site that answers a request with these headers, a `/` at
/// its end. The guard has held `Host` against its list; a proxy that speaks
/// TLS says so in `X-Forwarded-Proto`.
pub(super) fn of(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST.as_str()).unwrap_or("localhost");
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    format!("{scheme}://{host}/")
}
