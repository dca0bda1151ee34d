//! A book for assistants and editors, by the Model Context Protocol:
//! <https://modelcontextprotocol.io/specification>.
//!
//! Three tools, `search`, `read` and `ask`, over stdin and stdout or over HTTP.
//! The only place that knows the protocol's library. Nothing can be changed
//! from here, and nothing is remembered from one call to the next.

mod calls;
mod handler;
mod read;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::Body;
use axum::extract::{self, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use tower::ServiceExt as _;

use crate::serve::error::Refusal;
use crate::serve::{State, base, body, live};
use handler::Handler;

/// The longest message, in bytes.
const BODY: usize = 64 * 1024;
/// How long threads that are at work may take once the client has left.
const GRACE: Duration = Duration::from_millis(500);

/// `/mcp`: one message, one answer. The guard has looked at host and origin.
pub(super) async fn http(
    extract::State(state): extract::State<State>,
    request: Request,
) -> Result<Response, Refusal> {
    let handler = Handler::new(&state, &base::of(request.headers()))
        .map_err(|error| Refusal::internal(&state, format!("{error:#}")))?;
    let mut config = StreamableHttpServerConfig::default()
        .disable_allowed_hosts()
        .with_max_request_body_bytes(BODY);
    // Each message stands for itself: there is no session that could be kept,
    // guessed or lost.
    config.legacy_session_mode = false;
    config.json_response = true;
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
    let request = if *request.method() == Method::POST {
        arrived(request).await?
    } else {
        request
    };
    match service.oneshot(request).await {
        Ok(response) => Ok(response.map(Body::new).into_response()),
        Err(never) => match never {},
    }
}

/// The request with its whole body, which arrived in time.
async fn arrived(request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    let head = Request::from_parts(parts.clone(), body);
    let body = body::json(head, BODY).await?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Speaks over stdin and stdout until the client closes them; watches and
/// indexes the book meanwhile. `base` is where the site is published, a `/` at
/// its end, or empty.
///
/// # Errors
/// When a thread cannot be had or the protocol is broken.
pub fn stdio(state: &State, base: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the server's threads")?;
    let handler = Handler::new(state, base)?;
    live::start(state)?;
    let served = runtime.block_on(async {
        match handler.serve(rmcp::transport::stdio()).await {
            Ok(running) => running.waiting().await.map(drop).context("serving"),
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(error).context("greeting the client"),
        }
    });
    state.close();
    runtime.shutdown_timeout(GRACE);
    served
}
