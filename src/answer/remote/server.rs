//! The server as all questions see it: attempts, and what they say of its
//! health.
//!
//! Takes a chat, hands on the text as it comes. Blocks a thread of its own
//! for as long as somebody waits for the answer.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

use super::breaker::Breaker;
use super::client::{self, Trouble};
use super::stream::{self, Events, Thoughts};
use super::{Address, Limits};
use crate::answer::AnswerError;
use crate::answer::generator::Status;

/// How often a pause looks whether anyone still waits.
const TICK: Duration = Duration::from_millis(20);

/// What the threads of all questions share.
pub(super) struct Server {
    pub(super) address: Address,
    pub(super) key: Option<String>,
    pub(super) limits: Limits,
    started: Instant,
    health: Mutex<Health>,
}

#[derive(Default)]
struct Health {
    breaker: Breaker,
    /// Why the last question failed.
    failure: Option<String>,
    /// Whether one ever went well.
    answered: bool,
}

/// One question on its way.
pub(super) struct Writing {
    pub(super) agent: Agent,
    pub(super) body: Value,
    pub(super) pieces: Sender<Result<String, AnswerError>>,
    pub(super) stop: Arc<AtomicBool>,
}

impl Writing {
    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits, as long as anyone waits for the answer.
    fn pause(&self, pause: Duration) {
        let started = Instant::now();
        while started.elapsed() < pause && !self.is_over() {
            std::thread::sleep(TICK.min(pause));
        }
    }
}

impl Server {
    pub(super) fn new(address: Address, key: Option<String>, limits: Limits) -> Self {
        Self {
            address,
            key,
            limits,
            started: Instant::now(),
            health: Mutex::default(),
        }
    }

    pub(super) fn status(&self) -> Status {
        let health = self.health();
        match &health.failure {
            Some(failure) if !health.breaker.is_closed() => Status::Failed(failure.clone()),
            _ if health.answered => Status::Ready,
            _ => Status::Waiting,
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the server may be asked now.
    pub(super) fn admit(&self) -> Result<(), String> {
        let mut health = self.health();
        let now = self.started.elapsed();
        health.breaker.admit(now).map_err(|wait| {
            let failure = health.failure.as_deref().unwrap_or("it failed");
            let seconds = wait.as_secs_f64().ceil();
            format!("{failure}; it failed so often that it is not asked for {seconds} s")
        })
    }

    /// Writes one draft and keeps in mind how that went.
    pub(super) fn write(&self, writing: &Writing) {
        let outcome = self.attempts(writing);
        let now = self.started.elapsed();
        let mut health = self.health();
        match outcome {
            // Who stops it has read enough, or has left.
            Ok(true) => {
                health.breaker.succeeded();
                health.answered = true;
            }
            Ok(false) => health.breaker.abandoned(now),
            Err(trouble) => {
                let failure = format!("`{}`: {}", self.address.place(), trouble.what);
                health.breaker.failed(now);
                health.failure = Some(failure.clone());
                drop(health);
                // The reader may have left.
                let _ = writing.pieces.send(Err(AnswerError::Generation(failure)));
            }
        }
    }

    /// Tries until something was written. Says whether the server wrote.
    fn attempts(&self, writing: &Writing) -> Result<bool, Trouble> {
        let mut pauses = self.limits.pauses.iter();
        loop {
            let mut wrote = false;
            let outcome = self.attempt(writing, &mut wrote);
            if outcome.is_ok() || writing.is_over() {
                return Ok(wrote);
            }
            let trouble = match outcome {
                Err(trouble) if !wrote => trouble,
                other => return other.map(|()| wrote),
            };
            let wanted = trouble.again.filter(|wait| *wait <= self.limits.patience);
            let (Some(wanted), Some(pause)) = (wanted, pauses.next()) else {
                return Err(trouble);
            };
            writing.pause(wanted.max(*pause));
        }
    }

    /// Asks once and hands on what is written.
    fn attempt(&self, writing: &Writing, wrote: &mut bool) -> Result<(), Trouble> {
        let (limits, url) = (&self.limits, self.address.at("chat/completions"));
        let key = self.key.as_deref();
        let mut reply = client::chat(&writing.agent, limits, &url, key, &writing.body)?;
        let mut events = Events::default();
        let mut thoughts = Thoughts::default();
        let mut bytes = [0; 8 * 1024];
        let mut total = 0;
        let mut say = |text: String| {
            // A reader who left is noticed before the next read.
            if !text.is_empty() {
                *wrote = true;
                let _ = writing.pieces.send(Ok(text));
            }
        };
        while !writing.is_over() {
            let count = reply.read(&mut bytes);
            let count = count.map_err(|error| client::broken(error, limits))?;
            total += count;
            if total > limits.bytes {
                return Err(Trouble::lasting("it writes without end"));
            }
            let found = events.push(&bytes[..count]);
            let mut found = found.map_err(|_| Trouble::lasting("it writes a line without end"))?;
            if count == 0 {
                found.extend(std::mem::take(&mut events).finish());
            }
            for data in found {
                let delta = stream::delta(&data).map_err(Trouble::lasting)?;
                say(thoughts.push(&delta.text));
                if delta.last {
                    say(thoughts.finish());
                    return Ok(());
                }
            }
            if count == 0 {
                return Err(Trouble {
                    what: "it broke off".to_owned(),
                    again: Some(Duration::ZERO),
                });
            }
        }
        Ok(())
    }
}
