//! Files of the Hugging Face hub, or of a mirror with its addresses.
//!
//! Takes a repository, a commit and a path, fills a part file, resuming
//! where an earlier attempt broke off. What comes is not trusted: its size
//! is bounded here and its hash is checked before it is used.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::models::part::Part;

/// How to reach the hub.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address in front of `/OWNER/NAME/resolve/...` (`HF_ENDPOINT`).
    pub endpoint: String,
    /// Never ask the hub (`HF_HUB_OFFLINE`).
    pub offline: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            endpoint: "https://huggingface.co".to_owned(),
            offline: false,
        }
    }
}

/// A broken download is taken up again so many times, as long as each
/// attempt brought something.
const ATTEMPTS: usize = 5;

/// The hub, for the time of one `pull`.
pub(super) struct Hub {
    options: Options,
    agent: Agent,
    /// Why the hub could not be reached; it is not asked again for the
    /// next file.
    down: RefCell<Option<String>>,
}

impl Hub {
    pub(super) fn new(options: Options) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .accept_encoding("identity")
            .user_agent(concat!("docent/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_per_read(Some(Duration::from_secs(60)))
            .build();
        Self {
            options,
            agent: config.into(),
            down: RefCell::new(None),
        }
    }

    /// The name of the hub in messages.
    pub(super) fn describe(&self, repo: &str) -> String {
        format!("`{}/{repo}`", self.options.endpoint.trim_end_matches('/'))
    }

    /// Why there is no use in asking: switched off, or found out of reach.
    pub(super) fn unavailable(&self) -> Option<String> {
        if self.options.offline {
            return Some("the hub is switched off by `HF_HUB_OFFLINE`".to_owned());
        }
        self.down.borrow().clone()
    }

    /// Fills `part` with a file.
    pub(super) fn fetch(
        &self,
        repo: &str,
        revision: &str,
        path: &str,
        part: &Part<'_>,
    ) -> Result<()> {
        let endpoint = self.options.endpoint.trim_end_matches('/');
        let url = format!("{endpoint}/{repo}/resolve/{revision}/{path}");
        let mut attempt = 1;
        loop {
            let before = part.len();
            match self.fetch_once(&url, part) {
                Err(_) if attempt < ATTEMPTS && part.len() > before => attempt += 1,
                result => return result,
            }
        }
    }

    fn fetch_once(&self, url: &str, part: &Part<'_>) -> Result<()> {
        let have = part.len();
        if have == part.total() {
            return Ok(());
        }
        let response = self.get(url, have)?;
        match response.status().as_u16() {
            200 => {
                check_length(&response, part.total())?;
                part.fill(response.into_body().into_reader(), 0)
            }
            206 if starts_at(&response, have) => {
                part.fill(response.into_body().into_reader(), have)
            }
            // The server has another idea of the range: begin again.
            206 | 416 if have > 0 => {
                let response = self.get(url, 0)?;
                if response.status().as_u16() != 200 {
                    bail!("it answered with status {}", response.status().as_u16());
                }
                part.fill(response.into_body().into_reader(), 0)
            }
            401 | 403 => bail!(
                "it does not let us have the file (status {})",
                response.status().as_u16()
            ),
            404 => bail!("it does not have the file (status 404)"),
            status => bail!("it answered with status {status}"),
        }
    }

    fn get(&self, url: &str, from: u64) -> Result<Response<Body>> {
        let mut request = self.agent.get(url);
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
        }
        request.call().map_err(|error| {
            let why = format!("it cannot be reached: {error}");
            *self.down.borrow_mut() = Some(why.clone());
            anyhow!(why)
        })
    }
}

/// Refuses an answer of another size before it is read.
fn check_length(response: &Response<Body>, total: u64) -> Result<()> {
    match response.body().content_length() {
        Some(length) if length != total => {
            bail!("its file has {length} bytes instead of {total}")
        }
        _ => Ok(()),
    }
}

fn starts_at(response: &Response<Body>, from: u64) -> bool {
    let range = response
        .headers()
        .get("content-range")
        .and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {from}-")))
}
