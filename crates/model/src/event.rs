//! What happened while a plan was carried out: reporters listen to nothing else.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::InstanceResult;
use crate::digest::Digest;
use crate::ids::{OperationId, StackSetName};
use crate::plan::{Action, OperationKind};

/// Something that happened, when it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Position in the stream, from 1.
    pub seq: u64,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub ts: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. `operation` is the name in the plan, `op-01`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "snake_case")]
pub enum EventKind {
    /// The first event.
    ApplyStart {
        /// The plan's digest.
        digest: Digest,
        /// Operations of the plan.
        operations: u64,
        /// Instances that it touches.
        instances: u64,
        /// Why it goes on in spite of a freeze, in the user's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
    },
    /// A call was sent, or found to have been sent by an earlier run.
    OperationStart {
        /// Which.
        operation: String,
        /// The StackSet's name in the manifest.
        stack_set: String,
        /// What for.
        kind: OperationKind,
        /// Instances that it touches.
        instances: u64,
        /// The id at AWS.
        aws_operation_id: Option<OperationId>,
        /// Whether an earlier run had sent it.
        adopted: bool,
    },
    /// A running operation was looked at.
    OperationProgress {
        /// Which.
        operation: String,
        /// The StackSet's name in the manifest.
        stack_set: String,
        /// Instances that are done, well or not.
        done: u64,
        /// Instances at work.
        running: u64,
        /// Instances that failed.
        failed: u64,
        /// Instances that it touches.
        instances: u64,
    },
    /// An instance came to its end.
    Instance {
        /// Which operation.
        operation: String,
        /// The StackSet's name in the manifest.
        stack_set: String,
        /// Where and how.
        result: InstanceResult,
    },
    /// An operation came to its end.
    OperationEnd {
        /// Which.
        operation: String,
        /// The StackSet's name in the manifest.
        stack_set: String,
        /// What for.
        kind: OperationKind,
        /// How.
        outcome: OperationOutcome,
        /// Instances by how they ended.
        instances: InstanceCounts,
        /// From start to end, in seconds, as AWS tells it.
        seconds: u64,
        /// Why, in AWS's words or ours.
        reason: Option<String>,
    },
    /// Another operation holds the StackSet; ours waits for it.
    Waiting {
        /// The StackSet's name in the manifest.
        stack_set: String,
        /// The operation that holds it, when AWS names it.
        holder: Option<OperationId>,
    },
    /// Something stands between two stages of a rollout, or no longer does.
    Gate {
        /// The stage, by [`crate::plan::Stage::id`]: the one that must be healthy, or that must be approved.
        stage_id: String,
        /// Its name.
        stage: String,
        /// What it is about.
        gate: GateKind,
        /// Where it stands.
        state: GateState,
        /// When a soak is over.
        #[schemars(with = "Option<String>", extend("format" = "date-time"))]
        until: Option<Timestamp>,
        /// Instances that were looked at.
        instances: u64,
        /// Why it stays closed.
        reason: Option<String>,
    },
    /// The last event.
    ApplySummary(Box<ApplySummary>),
}

/// What stands between two stages of a rollout, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateKind {
    /// The time from the end of a stage to the look at its instances.
    Soak,
    /// That the instances of the stages so far are CURRENT.
    Health,
    /// That the stage's alarms are OK.
    Alarms,
    /// That somebody approved the stage that would begin.
    Approval,
}

/// Where a gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateState {
    /// Nothing of the next stage begins yet; an approval is not waited for, the run ends without it.
    Waiting,
    /// Open.
    Passed,
    /// It stays closed.
    Failed,
}

/// How an operation of a plan ended, as far as this run knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationOutcome {
    /// Everything that it says holds.
    Succeeded,
    /// AWS calls it a success, but instances failed within the tolerance.
    Partial,
    /// Over tolerance, or refused.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// Still at work when this run ended.
    Running,
    /// Sent, never answered, and not found yet.
    Unknown,
    /// Never sent.
    NotStarted,
    /// Never sent, since what it is for did not happen: the rollback of a stage that did not fail.
    NotNeeded,
}

/// Instances by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstanceCounts {
    /// Done.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Never tried by AWS.
    pub cancelled: u64,
    /// Sent, and not over as far as this run knows.
    #[serde(default)]
    pub pending: u64,
    /// Not started by us.
    pub not_started: u64,
}

/// The end of an apply, always written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApplySummary {
    /// The plan's digest.
    pub digest: Digest,
    /// How it ended.
    pub result: ApplyResult,
    /// [`ApplyResult::exit_code`]
    pub exit_code: u8,
    /// Every operation of the plan, in its order.
    pub operations: Vec<OperationSummaryLine>,
    /// All instances of the plan by how they ended.
    pub instances: InstanceCounts,
    /// How long it took, in seconds.
    pub seconds: u64,
    /// For a stop that has a cause of its own: what and why, one line each.
    pub causes: Vec<Cause>,
    /// References of secrets that were sent.
    pub secrets_sent: Vec<String>,
    /// Why it went on in spite of a freeze, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<String>,
    /// The digest of what is left as a plan of its own, when an approval is missing or operations failed, and it could be planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_digest: Option<Digest>,
    /// The instances of that plan by action.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remaining: BTreeMap<Action, u64>,
    /// Instances that were to be made again and whose create was never sent, as a selection names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recreate: Vec<String>,
}

/// Why an apply stopped or did not start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The StackSet's name in the manifest; none for the whole run.
    pub stack_set: Option<String>,
    /// A stable code, `E07xx`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The way on.
    pub help: Option<String>,
}

/// One operation in the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationSummaryLine {
    /// The name in the plan.
    pub operation: String,
    /// The StackSet's name in the manifest.
    pub stack_set: String,
    /// The StackSet's name in AWS.
    pub aws_name: StackSetName,
    /// What for.
    pub kind: OperationKind,
    /// The id at AWS.
    pub aws_operation_id: Option<OperationId>,
    /// How it ended.
    pub outcome: OperationOutcome,
    /// Instances by how they ended.
    pub instances: InstanceCounts,
    /// The stage of the rollout that it belongs to, by [`crate::plan::Stage::id`].
    #[serde(default, rename = "stage_id")]
    pub stage: Option<String>,
    /// Whether it takes a stage back that failed.
    #[serde(default)]
    pub rollback: bool,
    /// Failed and cancelled instances by reason, in AWS's words.
    pub failures: BTreeMap<String, Vec<InstanceResult>>,
    /// Why, in AWS's words or ours.
    pub reason: Option<String>,
    /// How long it took, in seconds.
    pub seconds: u64,
}

/// How an apply ended. The exit code is a claim: 0 only if a strong read after the last operation shows what the plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplyResult {
    /// Everything that the plan says holds.
    Succeeded,
    /// There was nothing to do.
    NoChanges,
    /// Operations were started and left to AWS, as the user wanted; the next run goes on.
    Detached,
    /// An error before any write.
    Error,
    /// A write was made, and something failed.
    Failed,
    /// Operations succeeded within their tolerance, but instances failed.
    Partial,
    /// Something changed since the plan; no write was made.
    Stale,
    /// Something changed midway; writes were made.
    StaleMidway,
    /// Another operation holds a StackSet; no write was made.
    Busy,
    /// An operation of ours is still at work after the wait.
    StillRunning,
    /// A stage of a rollout needs an approval that was not given; everything before it is done.
    AwaitingApproval,
    /// A freeze is on; no write was made.
    Frozen,
    /// A write was refused for lack of rights.
    Denied,
    /// The user stopped it.
    Interrupted,
}

impl ApplyResult {
    /// The process's exit code (docs/exit-codes.md).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Succeeded | Self::NoChanges | Self::Detached => 0,
            Self::Error => 1,
            Self::Frozen => 3,
            Self::Failed | Self::Partial | Self::StaleMidway | Self::StillRunning | Self::Denied => 4,
            Self::Stale | Self::Busy => 5,
            Self::AwaitingApproval => 6,
            Self::Interrupted => 130,
        }
    }
}
