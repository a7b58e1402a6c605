//! Defects on purpose, to see that the judges find each (reliability §4.6).
//!
//! A defect stands between the state machine and AWS, or between AWS and the planner: what the tool then asks, sends and
//! believes is what it would with the defect inside. It is not inside, behind a feature of the crates that users get, because Cargo joins
//! the features of everything that it builds together: a workspace build would ship the defects. What may be planted here is
//! therefore what is the same from outside: a wrong belief is an answer that says so, a wrong call is another call, a wrong
//! decision of the planner is another plan. Nothing is planted that only a part of the tool would believe.
//!
//! `list` has them all, `calls` is what stands before AWS, `plans` what stands before and behind the planner, `hunt` looks for
//! the seed that finds one: the invariant that breaks must be one that the defect is about, and must hold on the same seed without it.

mod calls;
mod hunt;
mod list;
mod plans;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::call::Reply;
use model::ids::{OperationId, StackSetId, StackSetName};
use model::plan::Plan;

pub use hunt::{Catch, hunt, table};
pub use list::{DEFECTS, Entry};

/// What other tools got wrong, and what a slip of ours would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// A run after a crash has ids of its own.
    FreshIdOnRestart,
    /// A repetition has an id of its own (terraform-provider-aws).
    FreshIdInRetry,
    /// QUEUED is the end (TF#22160).
    QueuedIsOver,
    /// OperationInProgress is a failure (copilot#1637).
    InProgressIsFailure,
    /// The own operation, met again, is somebody else's (TF#28675).
    OwnIsForeign,
    /// The next operation does not wait for the one before (ansible#1790).
    NoWait,
    /// An operation on a StackSet that nobody changed (ansible#103).
    UnchangedIsChanged,
    /// StaleRequest is a failure (jenkins#129).
    StaleRequestIsFailure,
    /// What takes longer than half an hour has failed (terraform-provider-aws).
    HalfAnHour,
    /// All accounts by all Regions (copilot).
    UnionRectangle,
    /// Whoever has the name now.
    NameInsteadOfId,
    /// The second page is never read.
    NoSecondPage,
    /// An empty page is the end.
    EmptyPageIsEnd,
    /// SUCCEEDED with failed instances is a success.
    FailedInstancesAreFine,
    /// Equal definitions mean that nothing is left to do.
    DefinitionIsAll,
    /// A value that reads back as `****` differs from what is wanted.
    MaskIsDifference,
    /// A list that lags behind is believed: what is gone is deleted again.
    StaleIsTrusted,
    /// A page that may not be read is an empty one.
    DeniedIsAbsent,
    /// A quota is tried again.
    QuotaIsRetried,
    /// An answer is waited for without end.
    NoTimeLimit,
    /// An operation of somebody else is stopped to get on.
    ForeignIsStopped,
    /// Ctrl-C is not heard.
    InterruptIsIgnored,
    /// The account is checked at the start alone.
    IdentityOnce,
    /// The next attempt while the last one is at work.
    SecondAttempt,
    /// What was not found after a lost answer counts as done.
    DelayedIsDone,
    /// A plan expires by the machine's clock.
    ExpiresByLocalClock,
    /// The template is sent again with the second stage.
    WaveMarksAgain,
    /// After a crash, stacks are deleted that should stay.
    RetainIsForgotten,
    /// After a crash, a journal says what was sent.
    JournalIsTrusted,
    /// Operations of others between ours are not looked for.
    ForeignUnnoticed,
    /// Nothing waits for anything.
    NoOrder,
    /// An operation is looked at every second.
    TightLoop,
}

/// The moment it is: of the world, and as the process's own clock shows it.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// AWS's.
    pub world: Timestamp,
    /// The machine's.
    pub local: Timestamp,
}

/// What a defect knows of one process.
#[derive(Debug, Default, Clone)]
pub struct Memory {
    began: Option<Timestamp>,
    sent: BTreeSet<OperationId>,
    started: BTreeSet<OperationId>,
    doubted: BTreeSet<OperationId>,
    known: BTreeMap<StackSetName, StackSetId>,
    told: Option<Reply>,
    looks: BTreeMap<OperationId, u32>,
}

impl Memory {
    /// A process that begins now, with this plan.
    pub fn new(plan: &Plan, now: Timestamp) -> Self {
        let bases = plan.preconditions.stack_sets.values();
        Self {
            began: Some(now),
            known: bases
                .filter_map(|base| Some((base.aws_name.clone(), base.id.clone()?)))
                .collect(),
            ..Self::default()
        }
    }

    /// Operations that were sent.
    pub fn sent(&self) -> &BTreeSet<OperationId> {
        &self.sent
    }
}

fn other_id(id: &OperationId, word: &str) -> OperationId {
    OperationId::parse(&format!("{id}-{word}")).expect("a longer id is one")
}
