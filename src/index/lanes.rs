//! The same work for many numbers, on a few threads side by side.
//!
//! What a thread works with may be heavy, so each opens its own, and only the
//! caller's thread is told of results: it may keep them without a lock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};

/// What one thread does for a number.
pub type Lane<'a, T> = Box<dyn FnMut(usize) -> Result<T> + 'a>;

/// Works on every number below `count` and hands each result to `take`, in
/// the order in which they are there. `open` makes what each of the `lanes`
/// threads works with, on that thread; a lane that cannot be opened leaves its
/// share to the others, and the first must not be one.
///
/// # Errors
/// The first of the work or of `take`, which ends it: what is begun is ended,
/// nothing new is begun.
pub fn each<'a, T: Send>(
    count: usize,
    lanes: usize,
    open: &(dyn Fn(usize) -> Option<Lane<'a, T>> + Sync),
    take: &mut dyn FnMut(usize, T) -> Result<()>,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let (done, results) = mpsc::channel();
    thread::scope(|scope| {
        for lane in 0..lanes.max(1) {
            let (done, next) = (done.clone(), &next);
            let work = move || {
                let Some(mut work) = open(lane) else { return };
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more after an error.
                    if number >= count || done.send((number, work(number))).is_err() {
                        return;
                    }
                }
            };
            let thread = thread::Builder::new().name(format!("lane {lane}"));
            thread
                .spawn_scoped(scope, work)
                .context("starting a thread")?;
        }
        drop(done);
        for (number, result) in results {
            take(number, result?)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use anyhow::{Result, bail};

    use super::{Lane, each};

    fn squares<'a>() -> Lane<'a, usize> {
        Box::new(|number| Ok(number * number))
    }

    fn sorted<'a>(
        count: usize,
        lanes: usize,
        open: &(dyn Fn(usize) -> Option<Lane<'a, usize>> + Sync),
    ) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut take = |number, square| -> Result<()> {
            found.push((number, square));
            Ok(())
        };
        each(count, lanes, open, &mut take).unwrap();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_number_is_worked_on_once_however_many_lanes_there_are() {
        let expected: Vec<_> = (0..100).map(|number| (number, number * number)).collect();
        for lanes in [0, 1, 3] {
            assert_eq!(sorted(100, lanes, &|_| Some(squares())), expected);
        }
        assert_eq!(sorted(0, 2, &|_| Some(squares())), []);
    }

    #[test]
    fn a_lane_that_cannot_be_opened_leaves_its_share_to_the_others() {
        let open = |lane| (lane == 0).then(squares);
        assert_eq!(sorted(20, 3, &open).len(), 20);
    }

    #[test]
    fn lanes_work_at_the_same_time() {
        let both = Barrier::new(2);
        let open = |_| {
            let work = |number: usize| {
                both.wait();
                Ok(number)
            };
            Some(Box::new(work) as Lane<'_, usize>)
        };
        assert_eq!(sorted(2, 2, &open), [(0, 0), (1, 1)]);
    }

    #[test]
    fn an_error_ends_it_all() {
        let begun = AtomicUsize::new(0);
        let open = |_| {
            let work = |number: usize| {
                begun.fetch_add(1, Ordering::Relaxed);
                if number == 3 {
                    bail!("three");
                }
                Ok(number)
            };
            Some(Box::new(work) as Lane<'_, usize>)
        };
        let error = each(usize::MAX, 2, &open, &mut |_, _| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "three");
        let error = each(usize::MAX, 2, &open, &mut |_, _| bail!("full")).unwrap_err();
        assert_eq!(error.to_string(), "full");
    }
}
