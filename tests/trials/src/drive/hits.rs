//! What goes wrong when, and as what it is counted.

use std::time::Duration;

use model::Timestamp;
use model::call::Call;

use super::Stage;
use super::parts::Event;
use crate::meddle;
use crate::seen::Phase;
use crate::trouble::Mishap;

impl Stage<'_, '_> {
    /// When the machine wakes, if it sleeps now and the event is its own.
    pub(super) fn asleep(&self, at: Timestamp, event: &Event) -> Option<Timestamp> {
        let (from, long) = self.trouble.nap?;
        let (from, to) = (
            self.at(from),
            self.at(from) + Duration::from_secs(u64::from(long)),
        );
        let own = matches!(event, Event::Answers(..) | Event::Wakes(..));
        (own && at >= from && at < to).then_some(to)
    }

    /// Counts what is not about one call: another run at work, a clock that is off.
    pub(super) fn beside(&mut self, number: usize, phase: Phase) {
        let mut others = self.processes.iter().skip(1);
        let met = number == 0 && others.any(|other| !other.over && other.calls > 0);
        if let (Some(twin), true) = (self.trouble.twin, met) {
            self.seen.count(if twin.same_plan { 60 } else { 61 }, phase);
        }
        if self.trouble.skew.is_some() {
            self.seen.count(13, phase);
        }
    }

    /// What goes wrong with this call, if anything.
    pub(super) fn mishap(&mut self, call: &Call, at: Timestamp) -> Option<Mishap> {
        if let Some((from, long)) = self.trouble.outage
            && at >= self.at(from)
            && at < self.at(from) + Duration::from_secs(u64::from(long))
        {
            return Some(Mishap::Throttled);
        }
        for (mishap, rate) in self.trouble.rates.clone() {
            let drawn = self.draw.permille(u64::from(rate));
            if drawn && meddle::fits(self.direct, mishap, call) {
                return Some(mishap);
            }
        }
        None
    }

    pub(super) fn phase(&self, number: usize) -> Phase {
        let open = self.processes[number].open.values().next();
        open.map_or(Phase::Wait, Phase::of)
    }
}
