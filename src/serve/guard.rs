//! What every request passes and every response carries.
//!
//! A page in another tab must not read or use this server: its name may
//! resolve to this machine (DNS rebinding), so `Host` is held against a list,
//! and it may send requests blindly, so writes must come from our own pages.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use axum::extract::{self, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;

use super::State;
use super::error::{self, Refusal};
use crate::config;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: https:; media-src 'self' https:; connect-src 'self'; font-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// The host names under which this server is meant to be reached.
pub(super) struct Hosts {
    names: Vec<String>,
    /// Bound to every address of the machine: any address will do as a name,
    /// since nobody else's name can resolve to something that is no name.
    any_address: bool,
}

impl Hosts {
    pub(super) fn new(serve: &config::Serve) -> Self {
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "[::1]"]
            .map(str::to_owned)
            .to_vec();
        let bound = serve.host.parse::<IpAddr>().ok();
        names.push(match bound {
            Some(IpAddr::V6(address)) => format!("[{address}]"),
            _ => serve.host.clone(),
        });
        let allowed = serve.allowed_hosts.iter();
        names.extend(allowed.map(|name| host(name).unwrap_or(name).to_owned()));
        Self {
            names,
            any_address: bound.is_some_and(|address| address.is_unspecified()),
        }
    }

    fn allow(&self, authority: &str) -> bool {
        let Some(host) = host(authority) else {
            return false;
        };
        let named = self
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(host));
        named || (self.any_address && is_address(host))
    }
}

/// The host of `host:port`, brackets kept; nothing when it is neither.
fn host(authority: &str) -> Option<&str> {
    let end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let fits = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (fits && !host.is_empty()).then_some(host)
}

fn is_address(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse::<IpAddr>().is_ok()
}

/// Turns down requests that are not meant for this server or not sent by its
/// own pages, and puts the protecting headers on every response.
pub(super) async fn guard(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let checked = check_host(&state.shared.hosts, &request)
        .and_then(|authority| check_origin(&state.shared.hosts, &request, &authority));
    let path = request.uri().path().to_owned();
    let mut response = match checked {
        Err(refusal) => error::reply(refusal, &path),
        Ok(()) => match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response,
            Err(_) => {
                let refusal = Refusal::internal(&state, "a request handler panicked");
                error::reply(refusal, &path)
            }
        },
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The authority that the request names, when it is one of ours.
fn check_host(hosts: &Hosts, request: &Request) -> Result<String, Refusal> {
    let mut values = request.headers().get_all(header::HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::bad_request("the request needs one `Host` header"));
    };
    let authority = value.to_str().unwrap_or_default();
    let target = request.uri().authority().map(|target| target.as_str());
    if hosts.allow(authority) && target.is_none_or(|target| target.eq_ignore_ascii_case(authority))
    {
        return Ok(authority.to_owned());
    }
    let message = "this server does not answer to that host name; \
        add it to `allowed-hosts` in the table `[serve]` of `book.toml`";
    Err(Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        "wrong-host",
        message,
    ))
}

/// Whether a write comes from our own pages or from no browser at all.
///
/// `Sec-Fetch-Site` cannot be forged by a page. Browsers that do not send it
/// name the page's origin, which must be where the request goes; those that
/// do may reach us under another port, through a proxy.
fn check_origin(hosts: &Hosts, request: &Request, authority: &str) -> Result<(), Refusal> {
    // The Model Context Protocol wants the origin of every request checked.
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && request.uri().path() != "/mcp" {
        return Ok(());
    }
    let headers = request.headers();
    let site = all(headers, "sec-fetch-site").all(|value| matches!(value, "same-origin" | "none"));
    let mode = all(headers, "sec-fetch-mode").all(|value| value != "no-cors");
    let vouched = headers.contains_key("sec-fetch-site");
    let is_ours =
        |origin: &str| origin.eq_ignore_ascii_case(authority) || (vouched && hosts.allow(origin));
    let origin = all(headers, "origin").all(|origin| {
        let rest = origin
            .strip_prefix("http://")
            .or(origin.strip_prefix("https://"));
        rest.is_some_and(is_ours)
    });
    if site && mode && origin {
        return Ok(());
    }
    let message = "another site's page may not do this";
    Err(Refusal::new(StatusCode::FORBIDDEN, "forbidden", message))
}

/// The values of a header; one that is no text is an empty value.
fn all<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::Hosts;
    use crate::config;

    fn check(host: &str, allowed: &[&str], refused: &[&str]) {
        let serve = config::Serve {
            host: host.to_owned(),
            allowed_hosts: vec!["docs.example:8080".to_owned()],
            ..config::Serve::default()
        };
        let hosts = Hosts::new(&serve);
        for name in allowed {
            assert!(hosts.allow(name), "{name} is refused");
        }
        for name in refused {
            assert!(!hosts.allow(name), "{name} is allowed");
        }
    }

    #[test]
    fn only_known_names_are_allowed() {
        let allowed = [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:3000",
            "[::1]:1",
            "docs.example",
            "DOCS.example:9",
        ];
        let refused = [
            "",
            ":3000",
            "evil.example",
            "localhost.evil.example",
            "localhost.",
            "127.0.0.1.nip.io",
            "2130706433",
            "0x7f.1",
            "127.1",
            "[::ffff:127.0.0.1]",
            "[::1",
            "[::1]x",
            "localhost:80:80",
            "localhost:x",
            "user@localhost",
            "192.168.0.7:3000",
        ];
        check("127.0.0.1", &allowed, &refused);
    }

    #[test]
    fn bound_to_every_address_any_address_will_do_but_no_other_name() {
        let allowed = ["192.168.0.7:3000", "[fd00::7]:3000", "localhost"];
        let refused = ["evil.example", "2130706433", "127.1", "0x7f.1"];
        check("0.0.0.0", &allowed, &refused);
        check("::", &allowed, &refused);
    }
}
