//! A language model behind a URL: any server with OpenAI's protocol.
//!
//! Takes prompts, gives drafts, as the local model does, and what it writes
//! goes through the same checks. Nothing is sent to another machine, and no
//! key to any, unless the user named the host; the book alone cannot.

mod address;
pub mod breaker;
mod client;
mod server;
pub mod stream;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::json;

pub use address::Address;

use self::server::{Server, Writing};
use crate::answer::AnswerError;
use crate::answer::generator::{Draft, Generator, Status};
use crate::answer::prompt::{LEAD, Prompt, SYSTEM};
use crate::config;
use crate::index::estimate::estimate;

/// What a server is allowed.
#[derive(Debug, Clone)]
pub struct Limits {
    /// To be found and connected to.
    pub connect: Duration,
    /// To say nothing: before its first token and between any two.
    pub silence: Duration,
    /// For one attempt in all.
    pub overall: Duration,
    /// The pauses before further attempts, when it cannot be reached or is
    /// busy and wrote nothing yet.
    pub pauses: Vec<Duration>,
    /// The longest pause that it may ask for.
    pub patience: Duration,
    /// The most bytes of an answer, all marks of the protocol included.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(30),
            overall: Duration::from_secs(60),
            pauses: [300, 1_200].map(Duration::from_millis).to_vec(),
            patience: Duration::from_secs(5),
            bytes: 2 * 1024 * 1024,
        }
    }
}

/// What the user of this machine says of models elsewhere.
pub struct Access<'a> {
    /// The hosts that questions and passages may be sent to, each with its
    /// port or without.
    pub allowed: &'a [String],
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

/// Why a model behind a URL is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {fix}")]
pub struct Refusal {
    /// What is the matter: a lower-case phrase.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// A language model behind a URL.
pub struct RemoteModel {
    name: String,
    server: Arc<Server>,
}

impl RemoteModel {
    /// The model that `config` names at `base_url`. Sends nothing yet.
    ///
    /// # Errors
    /// When the address makes no sense, the user has not allowed what would
    /// be sent there, or the key is not to be had.
    pub fn open(
        base_url: &str,
        config: &config::Answer,
        access: &Access<'_>,
        limits: Limits,
    ) -> Result<Self, Refusal> {
        let address = Address::read(base_url).map_err(|what| Refusal {
            what,
            fix: "write it as in `http://gpu-box:8000/v1`".to_owned(),
        })?;
        let variable = config.api_key_env.as_deref();
        let place = address.place();
        let allowed = access.allowed.iter().any(|host| address.is(host));
        if !allowed && (!address.is_here() || variable.is_some()) {
            let what = match variable.filter(|_| address.is_here()) {
                Some(name) => format!("the book wants the key `{name}` sent to `{place}`"),
                None => format!(
                    "the book's language model is on another machine: questions and passages would go to `{place}`"
                ),
            };
            let fix = format!(
                "allow it with `--allow-remote-model {place}` or `DOCENT_ALLOW_REMOTE_MODEL={place}`"
            );
            return Err(Refusal { what, fix });
        }
        let key = match variable {
            None => None,
            Some(name) => Some(key(name, access)?),
        };
        Ok(Self {
            name: config.model.clone(),
            server: Arc::new(Server::new(address, key, limits)),
        })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.server.address
    }

    /// Asks the server for its models; gives the names, and whether this
    /// model is one of them.
    ///
    /// # Errors
    /// Why it cannot be asked: a lower-case phrase.
    pub fn look(&self) -> Result<(Vec<String>, bool), String> {
        let Server {
            address,
            key,
            limits,
            ..
        } = &*self.server;
        let agent = client::agent(limits);
        let url = address.at("models");
        let names = client::models(&agent, limits, &url, key.as_deref());
        let names = names.map_err(|trouble| trouble.what)?;
        // Ollama lists `llama3.2:latest` and knows `llama3.2`, too.
        let tagged = format!("{}:", self.name);
        let is = |name: &String| *name == self.name || name.starts_with(&tagged);
        let known = names.iter().any(is);
        Ok((names, known))
    }
}

/// The key in the variable `name`.
fn key(name: &str, access: &Access<'_>) -> Result<String, Refusal> {
    if !name.starts_with(config::remote::KEY_PREFIX) {
        return Err(Refusal {
            what: format!("`{name}` may be another secret of yours"),
            fix: format!(
                "name a variable that starts with `{}`",
                config::remote::KEY_PREFIX
            ),
        });
    }
    let value = (access.variable)(name).unwrap_or_default();
    let value = value.trim();
    if value.is_empty() || !value.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Refusal {
            what: format!("`{name}`, the key of the book's language model, is not set or no key"),
            fix: "set it, or take `api-key-env` out of `book.toml`".to_owned(),
        });
    }
    Ok(value.to_owned())
}

impl Generator for RemoteModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> Status {
        self.server.status()
    }

    /// Does nothing: what is not asked for is not sent.
    fn warm(&self) {}

    fn count(&self, text: &str) -> usize {
        estimate(text)
    }

    fn start(&self, prompt: &Prompt, max_tokens: usize) -> Result<Draft, AnswerError> {
        let server = self.server.clone();
        server.admit().map_err(AnswerError::Generation)?;
        let body = json!({
            "model": self.name,
            "messages": [
                { "role": "system", "content": SYSTEM },
                { "role": "user", "content": format!("{LEAD}{}", prompt.body) },
            ],
            "temperature": 0,
            "max_tokens": max_tokens,
            "stream": true,
        });
        let tokens = [SYSTEM, LEAD, &prompt.body].map(estimate).iter().sum();
        let (pieces, receiver) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let agent = client::agent(&server.limits);
        let writing = Writing {
            agent: agent.clone(),
            body,
            pieces,
            stop: stop.clone(),
        };
        let thread = std::thread::Builder::new().name("remote-model".to_owned());
        let spawned = thread.spawn(move || server.write(&writing));
        spawned.map_err(|error| AnswerError::Generation(format!("starting a thread: {error}")))?;
        // The thread may be waiting for a token when the reader leaves.
        let draft = Draft::new(receiver, stop, tokens);
        Ok(draft.ended_by(move || agent.shutdown()))
    }
}
