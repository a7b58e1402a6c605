//! The world as it was a while ago. AWS promises nothing about how old lists are (reference §1.7).

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::operations;
use crate::world::{FaultKind, World};

/// Copies of the world, oldest first: one for each change that a list may still have to show the time before.
///
/// Nothing is copied while no fault of the world makes lists lag. Copies are not kept with the world: after a restart
/// lists are as old as the process at most.
#[derive(Debug, Default)]
pub(crate) struct Past {
    copies: VecDeque<World>,
}

impl Past {
    /// Keeps the world as it is now.
    pub(crate) fn keep(&mut self, world: &mut World) {
        let Some(lag) = longest_lag(world) else {
            self.copies.clear();
            return;
        };
        // The log is most of a world and answers no list.
        let log = std::mem::take(&mut world.log);
        self.copies.push_back(world.clone());
        world.log = log;
        let oldest = before(world.now, lag);
        while self.copies.get(1).is_some_and(|next| next.now <= oldest) {
            self.copies.pop_front();
        }
    }

    /// The world as it was so many seconds ago, or as it was at the start when that is later; none when nothing was kept.
    pub(crate) fn seen(&self, world: &World, seconds: u64) -> Option<World> {
        let moment = before(world.now, seconds);
        let last = self.copies.iter().rev().find(|copy| copy.now <= moment);
        let mut seen = last.or(self.copies.front())?.clone();
        operations::advance(&mut seen, moment);
        Some(seen)
    }
}

fn longest_lag(world: &World) -> Option<u64> {
    let lags = world.faults.iter().filter_map(|fault| match fault.kind {
        FaultKind::StaleList { seconds } if fault.times != Some(0) => Some(seconds),
        _ => None,
    });
    lags.max()
}

fn before(now: Timestamp, seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    now.saturating_sub(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MIN)
}
