//! Whether a server that failed is asked again now.
//!
//! Pure: the time is handed in, as what passed since any fixed moment. After
//! [`FAILURES`] in a row nothing is let through for a while, then a single
//! trial; each trial that fails makes the next while twice as long.

use std::time::Duration;

/// So many failures in a row open the breaker.
pub const FAILURES: u32 = 3;
/// How long it is open at first, and at most.
pub const FIRST: Duration = Duration::from_secs(10);
/// The longest that it is open.
pub const LONGEST: Duration = Duration::from_secs(300);
/// How long a trial may take before another one is let through.
pub const TRIAL: Duration = Duration::from_secs(90);

/// A circuit breaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    state: State,
    /// How long it was open last.
    pause: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Everything goes through.
    Closed { failures: u32 },
    /// Nothing goes through.
    Open { until: Duration },
    /// One call is on its way, the others wait for its end.
    Trying { until: Duration },
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            state: State::Closed { failures: 0 },
            pause: FIRST,
        }
    }
}

impl Breaker {
    /// Lets a call through at the time `now`, or says how long none will be.
    /// Whoever is let through reports how it went.
    ///
    /// # Errors
    /// The time to wait, never zero.
    pub fn admit(&mut self, now: Duration) -> Result<(), Duration> {
        match self.state {
            State::Closed { .. } => Ok(()),
            State::Open { until } | State::Trying { until } if now < until => Err(until - now),
            State::Open { .. } | State::Trying { .. } => {
                self.state = State::Trying { until: now + TRIAL };
                Ok(())
            }
        }
    }

    /// A call came to a good end.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call failed at the time `now`.
    pub fn failed(&mut self, now: Duration) {
        match self.state {
            State::Closed { failures } if failures + 1 < FAILURES => {
                self.state = State::Closed {
                    failures: failures + 1,
                };
            }
            State::Closed { .. } => self.open(now, FIRST),
            State::Trying { .. } => self.open(now, (self.pause * 2).min(LONGEST)),
            // A call from before it opened.
            State::Open { .. } => {}
        }
    }

    /// A call was given up at the time `now` before it could be judged.
    pub fn abandoned(&mut self, now: Duration) {
        if matches!(self.state, State::Trying { .. }) {
            self.state = State::Open { until: now };
        }
    }

    /// Whether it is closed, as it is at the start.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed { .. })
    }

    fn open(&mut self, now: Duration, pause: Duration) {
        self.pause = pause;
        self.state = State::Open { until: now + pause };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Breaker, FAILURES, FIRST, LONGEST, TRIAL};

    const SECOND: Duration = Duration::from_secs(1);

    fn opened(now: Duration) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert_eq!(breaker.admit(now), Ok(()));
            breaker.failed(now);
        }
        breaker
    }

    #[test]
    fn a_success_between_failures_keeps_it_closed() {
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            for _ in 1..FAILURES {
                breaker.failed(SECOND);
            }
            breaker.succeeded();
        }
        assert!(breaker.is_closed());
    }

    #[test]
    fn one_trial_is_let_through_when_the_pause_is_over() {
        let mut breaker = opened(SECOND);
        assert_eq!(breaker.admit(SECOND * 2), Err(FIRST - SECOND));
        assert_eq!(breaker.admit(SECOND + FIRST), Ok(()));
        assert_eq!(breaker.admit(SECOND + FIRST), Err(TRIAL));
        breaker.succeeded();
        assert!(breaker.is_closed());
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_start_anew_after_a_success() {
        let mut now = Duration::ZERO;
        let mut breaker = opened(now);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let pause = breaker.admit(now).unwrap_err();
            pauses.push(pause.as_secs());
            now += pause;
            assert_eq!(breaker.admit(now), Ok(()));
            breaker.failed(now);
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300]);
        breaker.succeeded();
        for _ in 0..FAILURES {
            breaker.failed(now);
        }
        assert_eq!(breaker.admit(now), Err(FIRST));
    }

    #[test]
    fn a_trial_that_is_given_up_or_lost_does_not_keep_it_open() {
        let mut breaker = opened(Duration::ZERO);
        assert_eq!(breaker.admit(FIRST), Ok(()));
        breaker.abandoned(FIRST + SECOND);
        assert_eq!(breaker.admit(FIRST + SECOND), Ok(()));
        assert_eq!(breaker.admit(FIRST + SECOND + TRIAL), Ok(()));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Wait(u64),
        Admit,
        Succeed,
        Fail,
        Abandon,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_u64..400_000).prop_map(Step::Wait),
            Just(Step::Admit),
            Just(Step::Succeed),
            Just(Step::Fail),
            Just(Step::Abandon),
        ]
    }

    proptest! {
        /// Whatever happens: what it says to wait is never zero, nothing goes
        /// through before, something does afterwards, and a success closes it.
        #[test]
        fn it_keeps_its_word_and_always_recovers(steps in prop::collection::vec(step(), 0..60)) {
            let mut breaker = Breaker::default();
            let mut now = Duration::ZERO;
            for step in steps {
                match step {
                    Step::Wait(ms) => now += Duration::from_millis(ms),
                    Step::Succeed => breaker.succeeded(),
                    Step::Fail => breaker.failed(now),
                    Step::Abandon => breaker.abandoned(now),
                    Step::Admit => {
                        if let Err(wait) = breaker.admit(now) {
                            prop_assert!(wait > Duration::ZERO && wait <= LONGEST);
                            let nearly = now + wait - Duration::from_nanos(1);
                            prop_assert!(breaker.clone().admit(nearly).is_err());
                            prop_assert!(breaker.clone().admit(now + wait).is_ok());
                        }
                    }
                }
            }
            prop_assert!(breaker.admit(now + LONGEST).is_ok());
            breaker.succeeded();
            prop_assert!(breaker.is_closed());
        }
    }
}
