//! What goes wrong during one apply, drawn from the seed: each seed has a part of the faults, at rates of its own.

use serde::{Deserialize, Serialize};

use crate::draw::Draw;

/// What happens to one call. The number is the fault's in the reliability reference, §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mishap {
    /// F14: throttled until the SDK gave up.
    Throttled,
    /// F15: the service failed before it acted.
    FailedBefore,
    /// F16: the service failed after it acted.
    FailedAfter,
    /// F17: the request was lost.
    LostRequest,
    /// F17: the answer was lost.
    LostAnswer,
    /// F18: a change arrives so many seconds later.
    Delayed(u16),
    /// F21: the server accepted and never answered.
    Silent,
    /// F22: the answer cannot be read.
    Malformed,
    /// F23: a status that this version does not know.
    UnknownStatus,
    /// F25: a quota.
    Quota,
    /// F26: a list lags behind, so many seconds.
    StaleList(u16),
    /// F27: what was just made is not there yet.
    NotYet,
    /// F29: the credentials are expired.
    Expired,
    /// F33, F34: not permitted.
    Denied,
    /// F17: the SDK's first try was done, its second one was refused.
    RefusedAfter,
    /// F36: somebody else's drift detection gets the slot just before the write arrives; with managed execution the write is
    /// queued behind it (F42).
    Overtaken,
}

/// The kinds of mishaps that are drawn one by one; [`Mishap::Overtaken`] has a stream of its own.
pub const MISHAPS: [Mishap; 15] = [
    Mishap::Throttled,
    Mishap::FailedBefore,
    Mishap::FailedAfter,
    Mishap::LostRequest,
    Mishap::LostAnswer,
    Mishap::Delayed(90),
    Mishap::Silent,
    Mishap::Malformed,
    Mishap::UnknownStatus,
    Mishap::Quota,
    Mishap::StaleList(120),
    Mishap::NotYet,
    Mishap::Expired,
    Mishap::Denied,
    Mishap::RefusedAfter,
];

impl Mishap {
    /// Its number in the fault table.
    pub fn fault(self) -> u8 {
        match self {
            Self::Throttled => 14,
            Self::FailedBefore => 15,
            Self::FailedAfter => 16,
            Self::LostRequest | Self::LostAnswer | Self::RefusedAfter => 17,
            Self::Delayed(_) => 18,
            Self::Silent => 21,
            Self::Malformed => 22,
            Self::UnknownStatus => 23,
            Self::Quota => 25,
            Self::StaleList(_) => 26,
            Self::NotYet => 27,
            Self::Expired => 29,
            Self::Denied => 33,
            Self::Overtaken => 36,
        }
    }
}

impl Mishap {
    /// Faults on the wire that it stands for. The SDK sends what is unavailable or unanswered five times (`aws::retry`) before anybody
    /// hears of it; four attempts without an answer fill its time.
    pub fn on_the_wire(self) -> u64 {
        match self {
            Self::Throttled
            | Self::FailedBefore
            | Self::FailedAfter
            | Self::LostRequest
            | Self::LostAnswer => 5,
            Self::Silent | Self::Delayed(_) => 4,
            Self::RefusedAfter => 2,
            Self::Malformed
            | Self::UnknownStatus
            | Self::Quota
            | Self::StaleList(_)
            | Self::NotYet
            | Self::Expired
            | Self::Denied
            | Self::Overtaken => 1,
        }
    }
}

/// Where a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// F01: before the call is sent.
    Before,
    /// F02: after AWS acted.
    AfterAct,
    /// F03: after the answer, before anything is made of it.
    AfterAnswer,
}

/// A process that dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    /// At the how manieth call.
    pub call: u16,
    /// When.
    pub when: When,
    /// Seconds until somebody runs it again.
    pub pause: u16,
}

/// Another run beside the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// Seconds after the first one's start.
    pub after: u16,
    /// Whether it has the same plan (F60) or one made from other settings (F61, F65).
    pub same_plan: bool,
}

/// What others do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// F35, F36: drift detection takes the slot.
    Drift,
    /// F47: the definition is changed.
    Change,
    /// F46: the StackSet is deleted, if it can be.
    Delete,
    /// F38: running operations are stopped.
    Stop,
    /// F37: running operations never end by themselves.
    Hang,
    /// F49: an account moves to a unit.
    Move(u8, u8),
    /// F52: an account is suspended.
    Suspend(u8),
    /// F49: an account leaves.
    Leave(u8),
    /// F49: an account joins a unit.
    Join(u8),
    /// F53: trusted access is switched off for a while.
    Distrust,
}

/// Somebody else, some time after the apply began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// Seconds after the start.
    pub after: u16,
    /// About which StackSet.
    pub stack_set: u8,
    /// What.
    pub does: Deed,
}

/// Everything that goes wrong during one apply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Mishaps with their share of a thousand calls.
    pub rates: Vec<(Mishap, u16)>,
    /// F14: nothing but throttling, from a second on, for so many seconds.
    pub outage: Option<(u16, u16)>,
    /// Deaths, one after the other; the same plan is run again after each.
    pub crashes: Vec<Crash>,
    /// After the last death, whether a fresh plan is made instead.
    pub fresh_plan: bool,
    /// F06: the user stops it after so many seconds.
    pub interrupt: Option<u16>,
    /// Another run.
    pub twin: Option<Twin>,
    /// Others.
    pub others: Vec<Other>,
    /// F12: at a second the machine sleeps for so many seconds.
    pub nap: Option<(u16, u16)>,
    /// F13: the machine's clock is off by so many seconds, and from a second on by another number.
    pub skew: Option<(i32, u16, i32)>,
    /// F31, F32: from a second on the credentials are another account's.
    pub swap: Option<u16>,
    /// The longest time that a call takes, in milliseconds.
    pub latency: u16,
    /// F46: before the apply, this StackSet was deleted and made again under its name.
    pub recreated: Option<u8>,
    /// Whether an approval that a stage needs is given.
    pub approved: bool,
}

impl Trouble {
    /// Nothing goes wrong, and whoever is asked agrees.
    pub fn none() -> Self {
        Self {
            approved: true,
            latency: 50,
            ..Self::default()
        }
    }

    /// What one seed has in store for one of its applies.
    pub fn draw(seed: u64, apply: usize) -> Self {
        let mut draw = Draw::new(seed, &format!("trouble {apply}"));
        let mut trouble = Self {
            latency: *draw.pick(&[50, 400, 4_000]),
            approved: draw.permille(700),
            ..Self::default()
        };
        // One of eight goes without any, so that what is drawn beside it is judged strictly.
        if draw.permille(125) {
            return trouble;
        }
        trouble.calls(&mut draw);
        trouble.process(&mut draw);
        trouble.people(&mut draw);
        // From a stream of its own: what was drawn above stays what it was.
        let mut draw = Draw::new(seed, &format!("meetings {apply}"));
        match draw.below(10) {
            // Calls go well, so that what is drawn beside them must be survived (L3, L4).
            0 | 1 => {
                trouble.rates.clear();
                trouble.outage = None;
            }
            2 => trouble
                .rates
                .push((Mishap::Overtaken, *draw.pick(&[50, 200, 500]))),
            _ => {}
        }
        trouble
    }

    fn calls(&mut self, draw: &mut Draw) {
        for mishap in MISHAPS {
            let mishap = match mishap {
                Mishap::Delayed(_) => Mishap::Delayed(seconds(draw, 900)),
                Mishap::StaleList(_) => Mishap::StaleList(seconds(draw, 600)),
                other => other,
            };
            if draw.permille(220) {
                let rate = *draw.pick(&[10, 50, 200]);
                let rate = match mishap {
                    // These end a run at once, so that a higher rate would hide everything else.
                    Mishap::Denied | Mishap::Quota | Mishap::Expired => rate / 5,
                    _ => rate,
                };
                self.rates.push((mishap, rate));
            }
        }
        if draw.permille(60) {
            self.outage = Some((seconds(draw, 300), seconds(draw, 3_600)));
        }
    }

    fn process(&mut self, draw: &mut Draw) {
        let deaths = *draw.pick(&[0, 0, 1, 1, 2, 3]);
        for _ in 0..deaths {
            self.crashes.push(Crash {
                call: u16::try_from(draw.below(70)).unwrap_or_default(),
                when: *draw.pick(&[When::Before, When::AfterAct, When::AfterAnswer]),
                pause: *draw.pick(&[0, 0, 5, 60, 600]),
            });
        }
        self.fresh_plan = deaths > 0 && draw.permille(300);
        if draw.permille(120) {
            self.interrupt = Some(seconds(draw, 400));
        }
        if draw.permille(80) {
            self.nap = Some((seconds(draw, 300), *draw.pick(&[600, 7_200, 40_000])));
        }
        if draw.permille(150) {
            let off = |draw: &mut Draw| *draw.pick(&[-86_400, -900, -30, 0, 30, 900, 86_400]);
            self.skew = Some((off(draw), seconds(draw, 300), off(draw)));
        }
        if draw.permille(50) {
            self.swap = Some(seconds(draw, 300));
        }
        if draw.permille(200) {
            self.twin = Some(Twin {
                after: *draw.pick(&[0, 0, 1, 7, 60, 200]),
                same_plan: draw.permille(600),
            });
        }
    }

    fn people(&mut self, draw: &mut Draw) {
        if !draw.permille(350) {
            return;
        }
        let byte = |draw: &mut Draw| u8::try_from(draw.below(256)).unwrap_or_default();
        if draw.permille(150) {
            self.recreated = Some(byte(draw));
        }
        for _ in 0..=draw.below(2) {
            let does = match draw.below(14) {
                0..=2 => Deed::Drift,
                3 | 4 => Deed::Change,
                5 => Deed::Delete,
                6 => Deed::Stop,
                7 => Deed::Hang,
                8 | 9 => Deed::Move(byte(draw), byte(draw)),
                10 => Deed::Suspend(byte(draw)),
                11 => Deed::Leave(byte(draw)),
                12 => Deed::Join(byte(draw)),
                _ => Deed::Distrust,
            };
            self.others.push(Other {
                after: seconds(draw, 500),
                stack_set: byte(draw),
                does,
            });
        }
    }

    /// Whether only calls go wrong, so that the work done must be the work of an apply without any trouble.
    pub fn is_of_calls(&self) -> bool {
        let overtaken = |(mishap, _): &(Mishap, u16)| *mishap == Mishap::Overtaken;
        self.crashes.is_empty()
            && self.interrupt.is_none()
            && self.twin.is_none()
            && self.others.is_empty()
            && !self.rates.iter().any(overtaken)
            && self.recreated.is_none()
            && self.swap.is_none()
            && self.nap.is_none()
    }

    /// Whether the plan must be carried out all the same: runs die, meet each other and sleep, and that is all.
    pub fn is_survived(&self) -> bool {
        let same = self.twin.is_none_or(|twin| twin.same_plan);
        same && self.rates.is_empty()
            && self.outage.is_none()
            && self.interrupt.is_none()
            && self.others.is_empty()
            && self.recreated.is_none()
            && self.swap.is_none()
            && !self.fresh_plan
    }
}

/// Seconds below a bound, short ones as often as long ones.
fn seconds(draw: &mut Draw, bound: u64) -> u16 {
    let bound = *draw.pick(&[bound / 50 + 1, bound / 7 + 1, bound]);
    u16::try_from(draw.below(bound)).unwrap_or(u16::MAX)
}
