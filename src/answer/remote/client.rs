//! The HTTP side of a model behind a URL.
//!
//! One request at a time, each on a connection of its own. No redirect is
//! followed and no proxy of the environment asked: what is sent goes to the
//! address that was judged, and nowhere else. What comes back is bounded.

use std::error::Error as _;
use std::io::{ErrorKind, Read};
use std::time::Duration;

use serde_json::Value;
use ureq::http::{Response, Uri, header};
use ureq::{Agent, Body, Error, Timeout};

use super::Limits;
use super::stream::{error_message, one_line};

/// The most bytes that are read of a reply that is no stream.
const REPLY: u64 = 1024 * 1024;

/// Why a request failed.
#[derive(Debug)]
pub(super) struct Trouble {
    /// What happened: a lower-case phrase.
    pub(super) what: String,
    /// Whether the same may go well in a moment, and how long the server
    /// wants to be left alone.
    pub(super) again: Option<Duration>,
}

impl Trouble {
    pub(super) fn lasting(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            again: None,
        }
    }
}

/// What requests are made with. Shutting it down ends them.
pub(super) fn agent(limits: &Limits) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .accept_encoding("identity")
        .user_agent(concat!("docent/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_per_read(Some(limits.silence))
        .timeout_per_write(Some(limits.silence))
        .timeout_global(Some(limits.overall))
        .build()
        .into()
}

/// Sends a chat, gives the stream of its completion.
pub(super) fn chat(
    agent: &Agent,
    limits: &Limits,
    url: &str,
    key: Option<&str>,
    body: &Value,
) -> Result<impl Read + use<>, Trouble> {
    let request = agent.post(uri(url)?);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::ACCEPT, "text/event-stream");
    let request = match key {
        Some(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
        None => request,
    };
    let sent = request.send(body.to_string());
    let mut response = sent.map_err(|error| trouble(error, limits))?;
    refused(&mut response, key)?;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/event-stream") {
        let kind = one_line(kind);
        let what = format!("it answered with `{kind}`, not with a stream of events");
        return Err(Trouble::lasting(what));
    }
    Ok(response.into_body().into_reader())
}

/// The names of the models that the server at `url` lists.
pub(super) fn models(
    agent: &Agent,
    limits: &Limits,
    url: &str,
    key: Option<&str>,
) -> Result<Vec<String>, Trouble> {
    let request = agent.get(uri(url)?);
    let request = match key {
        Some(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
        None => request,
    };
    let mut response = request.call().map_err(|error| trouble(error, limits))?;
    refused(&mut response, key)?;
    let list = json(&mut response).unwrap_or_default();
    let models = list["data"].as_array();
    let models = models.ok_or_else(|| Trouble::lasting("it does not list its models"))?;
    let names = models.iter().filter_map(|model| model["id"].as_str());
    Ok(names.map(one_line).collect())
}

fn uri(url: &str) -> Result<Uri, Trouble> {
    url.parse()
        .map_err(|_| Trouble::lasting(format!("`{url}` is no address")))
}

/// A failure while a reply is read.
pub(super) fn broken(error: std::io::Error, limits: &Limits) -> Trouble {
    trouble(error.into(), limits)
}

/// Turns down what is no success.
fn refused(response: &mut Response<Body>, key: Option<&str>) -> Result<(), Trouble> {
    let status = response.status().as_u16();
    if status == 200 {
        return Ok(());
    }
    let after = response.headers().get(header::RETRY_AFTER);
    let after = after.and_then(|after| after.to_str().ok()?.trim().parse().ok());
    let after = Duration::from_secs(after.unwrap_or(0));
    let mut what = match status {
        300..=399 => "it points to another address, which is not followed".to_owned(),
        401 | 403 => "it does not accept the key".to_owned(),
        404 => "it knows no such model or address".to_owned(),
        429 | 503 => "it is busy".to_owned(),
        _ => "it refused".to_owned(),
    };
    what.push_str(&format!(" (status {status})"));
    let message = json(response).as_ref().and_then(error_message);
    if let Some(mut message) = message {
        // Some servers say the key again that they do not know.
        if let Some(key) = key {
            message = message.replace(key, "…");
        }
        what.push_str(&format!(": {message}"));
    }
    Err(Trouble {
        what,
        again: matches!(status, 429 | 503).then_some(after),
    })
}

fn json(response: &mut Response<Body>) -> Option<Value> {
    let mut bytes = Vec::new();
    let body = response.body_mut().as_reader();
    body.take(REPLY).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn trouble(error: Error, limits: &Limits) -> Trouble {
    let seconds = |time: Duration| format!("{} s", time.as_secs_f64());
    let soon = Some(Duration::ZERO);
    let (what, again) = match error {
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            let what = format!("no connection within {}", seconds(limits.connect));
            (what, soon)
        }
        Error::Timeout(Timeout::PerRead | Timeout::PerWrite) => (
            format!("it said nothing for {}", seconds(limits.silence)),
            None,
        ),
        Error::Timeout(_) => (format!("it took over {}", seconds(limits.overall)), None),
        Error::HostNotFound => ("no machine has its name".to_owned(), None),
        Error::ConnectionFailed => ("no connection".to_owned(), soon),
        Error::Io(error) => {
            // TLS reports a certificate that it does not trust as bad data.
            let lasting = matches!(
                error.kind(),
                ErrorKind::InvalidData | ErrorKind::InvalidInput
            );
            (one_line(&error.to_string()), soon.filter(|_| !lasting))
        }
        error => {
            let cause = error.source().map(ToString::to_string);
            let text = error.to_string();
            let whole = match cause.filter(|cause| !text.contains(cause.as_str())) {
                Some(cause) => format!("{text}: {cause}"),
                None => text,
            };
            (one_line(&whole), None)
        }
    };
    Trouble { what, again }
}
