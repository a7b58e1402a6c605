//! Time for tests that must not depend on how fast the machine is.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use model::clock::Clock;

/// Time that passes by being asked for: every look at the clock is one step later than the last one.
///
/// The simulator looks once a call, so a client that polls sees the same states on any machine.
#[derive(Debug)]
pub struct SteppingClock {
    base: Timestamp,
    step: Duration,
    looks: AtomicU32,
    stands: AtomicBool,
}

impl SteppingClock {
    /// A clock that shows `base` first.
    pub fn new(base: Timestamp, step: Duration) -> Self {
        Self {
            base,
            step,
            looks: AtomicU32::new(0),
            stands: AtomicBool::new(false),
        }
    }

    /// From now on a look is no step; time passes with [`SteppingClock::tick`].
    pub fn stand(&self) {
        self.stands.store(true, Ordering::SeqCst);
    }

    /// One step.
    pub fn tick(&self) {
        self.looks.fetch_add(1, Ordering::SeqCst);
    }

    /// One look: how many there were before.
    fn look(&self) -> u32 {
        if self.stands.load(Ordering::SeqCst) {
            return self.looks.load(Ordering::SeqCst);
        }
        self.looks.fetch_add(1, Ordering::SeqCst)
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let passed = self.step.saturating_mul(self.look());
        self.base.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// Nothing that is served here sleeps, so a sleep is one more look.
    fn sleep(&self, _duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.look();
        Box::pin(std::future::ready(()))
    }
}
