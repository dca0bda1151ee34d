//! What a language model wrote before, for the same question and evidence.
//!
//! Only the writing is remembered, which takes seconds; search, extract and
//! checks are done anew each time and take milliseconds. So a remembered answer
//! has today's sources and passed today's checks, and a new page that answers
//! better is found. What is remembered is bounded and never leaves the process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::answer::AnswerError;
use crate::answer::generator::{Draft, Generator, Status};
use crate::answer::prompt::{Prompt, PromptKey};

/// How many drafts are remembered at most.
const DRAFTS: usize = 256;
/// How many bytes they have at most.
const BYTES: usize = 1024 * 1024;
/// What a piece takes beside its text.
const PIECE: usize = size_of::<String>();

/// A generator that remembers what it wrote.
pub struct Remembering {
    model: Arc<dyn Generator>,
    memory: Arc<Mutex<Memory>>,
}

/// What makes two drafts the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    model: String,
    prompt: PromptKey,
    max_tokens: usize,
}

/// What a model wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The pieces, as they came.
    pub pieces: Vec<String>,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Whether the model came to its end; otherwise it was stopped because the
    /// answer was complete.
    pub ended: bool,
}

impl Written {
    fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len() + PIECE).sum()
    }
}

/// The drafts, those used last at the end.
#[derive(Default)]
struct Memory {
    drafts: VecDeque<(Key, Arc<Written>)>,
    bytes: usize,
}

impl Memory {
    fn get(&mut self, key: &Key) -> Option<Arc<Written>> {
        let place = self.drafts.iter().position(|(known, _)| known == key)?;
        let draft = self.drafts.remove(place)?;
        let written = draft.1.clone();
        self.drafts.push_back(draft);
        Some(written)
    }

    fn put(&mut self, key: Key, written: Written) {
        self.forget(&key);
        self.bytes += written.bytes();
        self.drafts.push_back((key, Arc::new(written)));
        while self.drafts.len() > DRAFTS || self.bytes > BYTES {
            let oldest = self.drafts.front().map(|(key, _)| key.clone());
            oldest.iter().for_each(|key| self.forget(key));
        }
    }

    fn forget(&mut self, key: &Key) {
        if let Some(place) = self.drafts.iter().position(|(known, _)| known == key)
            && let Some((_, written)) = self.drafts.remove(place)
        {
            self.bytes -= written.bytes();
        }
    }
}

impl Remembering {
    /// `model` with an empty memory.
    pub fn new(model: Arc<dyn Generator>) -> Self {
        Self {
            model,
            memory: Arc::default(),
        }
    }

    fn key(&self, prompt: &Prompt, max_tokens: usize) -> Key {
        Key {
            model: self.model.name().to_owned(),
            prompt: prompt.key,
            max_tokens,
        }
    }
}

fn lock(memory: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Generator for Remembering {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn status(&self) -> Status {
        self.model.status()
    }

    fn warm(&self) {
        self.model.warm();
    }

    fn count(&self, text: &str) -> usize {
        self.model.count(text)
    }

    fn remembers(&self, prompt: &Prompt, max_tokens: usize) -> bool {
        let key = self.key(prompt, max_tokens);
        lock(&self.memory).get(&key).is_some()
    }

    fn start(&self, prompt: &Prompt, max_tokens: usize) -> Result<Draft, AnswerError> {
        let key = self.key(prompt, max_tokens);
        let known = lock(&self.memory).get(&key);
        let draft = match known {
            Some(written) => {
                let (model, prompt) = (self.model.clone(), prompt.clone());
                Draft::remembered(&written, move || model.start(&prompt, max_tokens))
            }
            None => self.model.start(prompt, max_tokens)?,
        };
        let memory = self.memory.clone();
        Ok(draft.kept_by(move |written| lock(&memory).put(key, written)))
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, DRAFTS, Key, Memory, Written};

    fn key(model: &str) -> Key {
        Key {
            model: model.to_owned(),
            prompt: [0; 32],
            max_tokens: 1,
        }
    }

    fn written(text: &str) -> Written {
        Written {
            pieces: vec![text.to_owned()],
            ..Written::default()
        }
    }

    #[test]
    fn what_was_used_last_stays_when_there_are_too_many() {
        let mut memory = Memory::default();
        for number in 0..DRAFTS {
            memory.put(key(&number.to_string()), written("a"));
        }
        assert!(memory.get(&key("0")).is_some());
        memory.put(key("one more"), written("a"));
        assert!(memory.get(&key("0")).is_some(), "used");
        assert!(memory.get(&key("1")).is_none(), "the oldest");
        assert_eq!(memory.drafts.len(), DRAFTS);
    }

    #[test]
    fn bytes_are_bounded_and_counted_right() {
        let mut memory = Memory::default();
        for number in 0..20 {
            memory.put(key(&number.to_string()), written(&"a".repeat(BYTES / 10)));
            memory.put(key("same"), written("b"));
            let sum: usize = memory.drafts.iter().map(|(_, one)| one.bytes()).sum();
            assert_eq!(memory.bytes, sum);
            assert!(sum <= BYTES);
        }
        assert!(memory.drafts.len() > 5);
        memory.put(key("huge"), written(&"a".repeat(BYTES)));
        assert_eq!((memory.drafts.len(), memory.bytes), (0, 0));
    }
}
