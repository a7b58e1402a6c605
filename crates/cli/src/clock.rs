//! The one implementation of time: real, scaled, or paused when tokio's clock is.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use model::clock::Clock;

/// Time that runs on tokio's timers, from a given moment, at a given speed.
#[derive(Debug, Clone)]
pub struct TokioClock {
    started: tokio::time::Instant,
    base: Timestamp,
    speed: f64,
}

impl TokioClock {
    /// Time that starts at the machine's own; at speed 1 it is the machine's own.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the machine's clock is read"
    )]
    pub fn from_now(speed: f64) -> Self {
        Self::scaled(Timestamp::now(), speed)
    }

    /// Time that starts at `base` and runs `speed` times as fast; a speed that is not above zero counts as 1.
    pub fn scaled(base: Timestamp, speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 {
            speed
        } else {
            1.0
        };
        Self {
            started: tokio::time::Instant::now(),
            base,
            speed,
        }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let passed = self.started.elapsed().as_secs_f64() * self.speed;
        SignedDuration::try_from_secs_f64(passed)
            .ok()
            .and_then(|passed| self.base.checked_add(passed).ok())
            .unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        // What is left of a wait, divided, may round to nothing: whoever then waits for the rest would wait for ever on a paused clock.
        let least = duration.min(Duration::from_nanos(1));
        Box::pin(tokio::time::sleep(duration.div_f64(self.speed).max(least)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_scaled_clock_sleeps_shorter_and_shows_the_whole_time() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let clock = TokioClock::scaled(start, 60.0);
        let real = tokio::time::Instant::now();
        clock.sleep(Duration::from_mins(2)).await;
        assert!(real.elapsed() < Duration::from_secs(3));
        assert!(clock.now() >= "2026-01-01T00:02:00Z".parse().unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_of_the_shortest_time_comes_to_its_end_on_a_fast_clock() {
        let clock = TokioClock::from_now(600.0);
        let before = clock.now();
        clock.sleep(Duration::from_nanos(1)).await;
        assert!(clock.now() > before);
    }
}
