//! One answer at a time; a few wait; the rest are turned away at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest wait for a turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// The place to answer in and the places to wait in.
pub(super) struct Slots {
    running: Arc<Semaphore>,
    waiting: Semaphore,
}

/// The right to answer one question; the next one's turn comes when it is
/// dropped.
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Slots {
    /// One place to answer in and `queue` places to wait in.
    pub(super) fn new(queue: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(1)),
            waiting: Semaphore::new(queue.min(Semaphore::MAX_PERMITS)),
        }
    }

    /// A turn, if nobody else has it or waits for it.
    pub(super) fn free(&self) -> Option<Turn> {
        let permit = self.running.clone().try_acquire_owned().ok()?;
        Some(Turn { _permit: permit })
    }

    /// A turn, in the order of arrival; nothing when the queue is full or the
    /// wait too long. Who stops waiting, by dropping the future, leaves the
    /// queue.
    pub(super) async fn turn(&self) -> Option<Turn> {
        if let Some(turn) = self.free() {
            return Some(turn);
        }
        let _place = self.waiting.try_acquire().ok()?;
        let turn = tokio::time::timeout(PATIENCE, self.running.clone().acquire_owned());
        let permit = turn.await.ok()?.ok()?;
        Some(Turn { _permit: permit })
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[tokio::test]
    async fn one_runs_one_waits_and_the_third_is_turned_away() {
        let slots = Slots::new(1);
        let first = slots.turn().await.expect("free");
        let waiting = slots.turn();
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        assert!(slots.turn().await.is_none());
        drop(first);
        assert!(waiting.await.is_some());
    }

    #[tokio::test]
    async fn who_leaves_the_queue_frees_the_place() {
        let slots = Slots::new(1);
        let _first = slots.turn().await.expect("free");
        for _ in 0..3 {
            let waiting = Box::pin(slots.turn());
            assert!(futures_util::poll!(waiting).is_pending());
        }
    }
}
