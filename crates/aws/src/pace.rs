//! No faster than AWS answers: APIs that are called once for each unit or account have published rates, and being throttled
//! costs more time than waiting for one's turn.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::Timestamp;
use model::clock::Clock;

/// The pace of each such API. Other servers than AWS set none.
#[derive(Debug)]
pub(crate) struct Paces {
    /// `ListOrganizationalUnitsForParent`
    pub(crate) units: Pace,
    /// `ListAccountsForParent`
    pub(crate) accounts: Pace,
    /// `ListTagsForResource` of Organizations
    pub(crate) tags: Pace,
    /// `ListRegions` of Account Management
    pub(crate) regions: Pace,
}

impl Paces {
    /// AWS's own: reference §8.2, and <https://docs.aws.amazon.com/accounts/latest/reference/quotas.html> for Regions. The rate
    /// for tags is not published; its neighbours' is taken.
    pub(crate) fn of_aws() -> Self {
        Self {
            units: Pace::new(5, 8),
            accounts: Pace::new(5, 8),
            tags: Pace::new(5, 8),
            regions: Pace::new(5, 5),
        }
    }

    /// As fast as it goes.
    pub(crate) fn none() -> Self {
        let free = || Pace::new(0, 0);
        Self {
            units: free(),
            accounts: free(),
            tags: free(),
            regions: free(),
        }
    }
}

/// A bucket of calls that fills at a rate.
#[derive(Debug)]
pub(crate) struct Pace {
    /// Between two calls in the long run; zero when there is no limit.
    interval: Duration,
    /// How much earlier than in the long run a call may come.
    ahead: Duration,
    /// When the next call is due in the long run.
    due: Mutex<Timestamp>,
}

impl Pace {
    /// So many calls a second, and so many at once after a rest; zero for no limit.
    fn new(a_second: u32, at_once: u32) -> Self {
        let interval = Duration::from_secs(1).checked_div(a_second).unwrap_or_default();
        Self {
            interval,
            ahead: interval * at_once.saturating_sub(1),
            due: Mutex::new(Timestamp::UNIX_EPOCH),
        }
    }

    /// Waits for one's turn.
    pub(crate) async fn turn(&self, clock: &dyn Clock) {
        let wait = self.take(clock.now());
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
    }

    /// Takes the next turn; how long it is until then.
    fn take(&self, now: Timestamp) -> Duration {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = (*due).max(now);
        // Past the end of time there is nothing to wait for.
        *due = mine.checked_add(self.interval).unwrap_or(mine);
        let early = Duration::try_from(mine.duration_since(now)).unwrap_or_default();
        early.saturating_sub(self.ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pace: &Pace, now: Timestamp, calls: usize) -> Vec<u128> {
        (0..calls).map(|_| pace.take(now).as_millis()).collect()
    }

    #[test]
    fn a_burst_goes_at_once_and_then_every_call_waits_for_its_turn() {
        let pace = Pace::new(5, 3);
        let start = Timestamp::UNIX_EPOCH + Duration::from_secs(100);
        assert_eq!(waits(&pace, start, 5), [0, 0, 0, 200, 400]);
        let rested = start + Duration::from_mins(1);
        assert_eq!(waits(&pace, rested, 4), [0, 0, 0, 200]);
    }

    #[test]
    fn where_there_is_no_limit_nobody_waits() {
        assert_eq!(
            waits(&Paces::none().tags, Timestamp::UNIX_EPOCH, 1000),
            vec![0; 1000]
        );
    }
}
