//! What was seen on the way: faults by the phase of the state machine that they hit, and sums.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::AddAssign;

use model::call::{Call, Write as Change};
use model::ids::OperationId;

/// What the state machine is about, going by what it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Who are we.
    Guard,
    /// Who stands below the units.
    Units,
    /// Is everything as planned: strong reads of the StackSet, the list of its operations.
    Look,
    /// A StackSet is made or taken away.
    Call,
    /// An operation is started.
    Send,
    /// How is the operation: looked for, held by, polled.
    Watch,
    /// What did it do.
    Collect,
    /// Is the result as planned.
    Settle,
    /// Nothing is outstanding but time: a soak, an interval.
    Wait,
}

/// Every phase, in the order of an apply.
pub const PHASES: [Phase; 9] = [
    Phase::Guard,
    Phase::Units,
    Phase::Look,
    Phase::Call,
    Phase::Send,
    Phase::Watch,
    Phase::Collect,
    Phase::Settle,
    Phase::Wait,
];

impl Phase {
    /// The phase of a call.
    pub fn of(call: &Call) -> Self {
        match call {
            Call::Identity => Self::Guard,
            Call::Organization => Self::Units,
            Call::Definition(_) | Call::Operations(_) => Self::Look,
            Call::Operation(..) => Self::Watch,
            Call::Results(..) => Self::Collect,
            Call::Instances(_) | Call::Alarms(_) => Self::Settle,
            Call::DetectDrift(_) => Self::Send,
            Call::Write(write) => match write.write {
                Change::CreateStackSet { .. } | Change::DeleteStackSet => Self::Call,
                _ => Self::Send,
            },
        }
    }
}

/// Faults that are not about one call: naps, clocks that are off, other runs.
const BESIDE: [u8; 4] = [12, 13, 60, 61];

/// Describes of one operation.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Looks {
    /// Those of the process that looked most often.
    pub all: u64,
    /// Those of its own that something went wrong with.
    pub hit: u64,
    /// Those of all processes that nothing went wrong with.
    pub went_well: u64,
}

/// Sums over seeds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How often each fault hit each phase.
    pub hits: BTreeMap<(u8, Phase), u64>,
    /// Seeds.
    pub seeds: u64,
    /// Manifests that were applied.
    pub steps: u64,
    /// Applies.
    pub applies: u64,
    /// Operations at AWS.
    pub operations: u64,
    /// Calls of the state machine.
    pub calls: u64,
    /// Seconds of world time.
    pub seconds: u64,
    /// Rounds that convergence took at most.
    pub rounds: u64,
    /// Applies by how they ended.
    pub results: BTreeMap<String, u64>,
    /// How often each operation of a seed was described since they were taken out.
    pub describes: BTreeMap<String, Looks>,
    /// Whether everything that happens is folded into one number.
    pub traced: bool,
    /// Whether a trail is kept.
    pub keep: bool,
    /// What happened, a line each.
    pub trail: Vec<String>,
    /// Everything that happened, as one number.
    pub trace: u64,
}

impl Seen {
    /// A fault hit.
    pub fn count(&mut self, fault: u8, phase: Phase) {
        *self.hits.entry((fault, phase)).or_default() += 1;
    }

    /// How often a process described an operation.
    pub fn described(&mut self, id: &OperationId, looks: Looks) {
        let seen = self.describes.entry(id.as_str().to_owned()).or_default();
        seen.all = seen.all.max(looks.all);
        seen.went_well += looks.all - looks.hit;
    }

    /// Faults that hit anything. What goes on beside many calls (a nap, a clock that is off, another run) stands in the matrix with each
    /// of them and is left out of this sum.
    pub fn faults(&self) -> u64 {
        let struck = self.hits.iter().filter(|((fault, _), _)| !BESIDE.contains(fault));
        struck.map(|(_, times)| times).sum()
    }

    /// Fault × phase, a line each.
    pub fn matrix(&self) -> String {
        let mut text = String::from("fault");
        for phase in PHASES {
            let _ = write!(text, " {:>8}", format!("{phase:?}").to_lowercase());
        }
        let faults: std::collections::BTreeSet<u8> = self.hits.keys().map(|(fault, _)| *fault).collect();
        for fault in faults {
            let _ = write!(text, "\nF{fault:02}  ");
            for phase in PHASES {
                let hits = self.hits.get(&(fault, phase)).copied().unwrap_or_default();
                let _ = write!(text, " {hits:>8}");
            }
        }
        text
    }
}

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        for (cell, hits) in other.hits {
            *self.hits.entry(cell).or_default() += hits;
        }
        for (result, times) in other.results {
            *self.results.entry(result).or_default() += times;
        }
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.applies += other.applies;
        self.operations += other.operations;
        self.calls += other.calls;
        self.seconds += other.seconds;
        self.rounds = self.rounds.max(other.rounds);
    }
}
