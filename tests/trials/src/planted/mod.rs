//! Defects on purpose, to see that the judges find each (reliability §4.6).
//!
//! A defect stands between the state machine and AWS, or between AWS and the planner: what the tool then asks, sends and
//! believes is what it would with the defect inside. So none of this is in a crate that users get.
//!
//! `calls` is what stands before AWS, `plans` what stands before and behind the planner.

mod calls;
mod plans;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::call::Reply;
use model::ids::{OperationId, StackSetId, StackSetName};
use model::plan::Plan;

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
    /// What may not be read is not there.
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

/// Every defect.
pub const DEFECTS: [Defect; 30] = [
    Defect::FreshIdOnRestart,
    Defect::FreshIdInRetry,
    Defect::QueuedIsOver,
    Defect::InProgressIsFailure,
    Defect::OwnIsForeign,
    Defect::NoWait,
    Defect::UnchangedIsChanged,
    Defect::StaleRequestIsFailure,
    Defect::HalfAnHour,
    Defect::UnionRectangle,
    Defect::NameInsteadOfId,
    Defect::NoSecondPage,
    Defect::EmptyPageIsEnd,
    Defect::FailedInstancesAreFine,
    Defect::DefinitionIsAll,
    Defect::MaskIsDifference,
    Defect::DeniedIsAbsent,
    Defect::QuotaIsRetried,
    Defect::NoTimeLimit,
    Defect::ForeignIsStopped,
    Defect::InterruptIsIgnored,
    Defect::IdentityOnce,
    Defect::SecondAttempt,
    Defect::DelayedIsDone,
    Defect::WaveMarksAgain,
    Defect::RetainIsForgotten,
    Defect::JournalIsTrusted,
    Defect::ForeignUnnoticed,
    Defect::NoOrder,
    Defect::TightLoop,
];

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
