//! Where a text ends, decided before the engine knows of it.
//!
//! The engine keeps whatever ends by itself. So the token that would end a
//! text is replaced by a mark without text, until the engine notices that
//! nobody listens; a prompt that is to be kept gets its end at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use mistralrs::Tensor;
use mistralrs::core::CustomLogitsProcessor;

use crate::answer::tokens::Tokens;

/// Watches over the tokens of one request.
pub(super) struct Ending {
    /// The token that ends a text.
    end: u32,
    /// A token without text.
    blank: u32,
    /// How many tokens the text may have; nothing for a prompt that is only
    /// to be read, and kept.
    most: Option<usize>,
    stop: Arc<AtomicBool>,
    written: AtomicUsize,
    ended: AtomicBool,
}

impl Ending {
    /// Ends a text of at most `most` tokens, or once `stop` is set.
    pub(super) fn of_text(tokens: &Tokens, most: usize, stop: Arc<AtomicBool>) -> Self {
        Self {
            end: tokens.end(),
            blank: tokens.blank(),
            most: Some(most),
            stop,
            written: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        }
    }

    /// Ends a prompt as soon as it is read.
    pub(super) fn of_prompt(tokens: &Tokens) -> Self {
        Self {
            most: None,
            ..Self::of_text(tokens, 0, Arc::default())
        }
    }

    /// Whether the text has ended without the engine's knowing: its listener
    /// may leave once it has what was sent so far.
    pub(super) fn is_reached(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// The token that must come now instead of `likeliest`, the engine's own.
    fn instead(&self, likeliest: Option<u32>) -> Option<u32> {
        let written = self.written.fetch_add(1, Ordering::Relaxed);
        let Some(most) = self.most else {
            // The engine asks for one token more than the last one.
            return Some(if written == 0 { self.end } else { self.blank });
        };
        let over = self.ended.load(Ordering::Relaxed)
            || self.stop.load(Ordering::Relaxed)
            || written >= most
            || likeliest == Some(self.end);
        self.ended.fetch_or(over, Ordering::Release);
        over.then_some(self.blank)
    }
}

impl CustomLogitsProcessor for Ending {
    fn apply(&self, logits: &Tensor, _: &[u32]) -> mistralrs::Result<Tensor> {
        let values = logits.flatten_all()?.to_vec1::<f32>()?;
        match self.instead(likeliest(&values)) {
            None => Ok(logits.clone()),
            Some(token) => {
                let mut forced = vec![0.0_f32; values.len()];
                if let Some(logit) = forced.get_mut(token as usize) {
                    *logit = 1.0;
                }
                Tensor::from_vec(forced, logits.shape(), logits.device())
            }
        }
    }
}

/// The place of the highest value, the first of equals.
fn likeliest(values: &[f32]) -> Option<u32> {
    let highest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let place = values.iter().position(|value| *value == highest)?;
    u32::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::{Ending, likeliest};

    const END: u32 = 2;
    const BLANK: u32 = 1;

    fn ending(most: Option<usize>, stop: &Arc<AtomicBool>) -> Ending {
        Ending {
            end: END,
            blank: BLANK,
            most,
            stop: stop.clone(),
            written: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        }
    }

    #[test]
    fn a_text_ends_with_blanks_and_never_with_its_last_token() {
        let never = Arc::default();
        let text = ending(Some(9), &never);
        assert_eq!(text.instead(Some(7)), None);
        assert!(!text.is_reached());
        assert_eq!(text.instead(Some(END)), Some(BLANK));
        assert_eq!(text.instead(Some(7)), Some(BLANK));
        assert!(text.is_reached());
    }

    #[test]
    fn a_text_ends_when_it_is_long_enough_or_unwanted() {
        let stop = Arc::default();
        let long = ending(Some(1), &stop);
        assert_eq!(long.instead(Some(7)), None);
        assert_eq!(long.instead(Some(7)), Some(BLANK));
        let unwanted = ending(Some(9), &stop);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(unwanted.instead(Some(7)), Some(BLANK));
    }

    #[test]
    fn a_prompt_ends_at_once_and_only_once() {
        let never = Arc::default();
        let prompt = ending(None, &never);
        assert_eq!(prompt.instead(Some(7)), Some(END));
        assert_eq!(prompt.instead(Some(7)), Some(BLANK));
        assert!(!prompt.is_reached());
    }

    #[test]
    fn the_first_of_the_highest_is_the_likeliest() {
        assert_eq!(likeliest(&[0.5, 3.0, 3.0, -1.0]), Some(1));
        assert_eq!(likeliest(&[]), None);
    }
}
