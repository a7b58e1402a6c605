//! Operations at AWS, of whoever, as data: a list of them, and one with what it did to each instance.

use std::collections::BTreeMap;

use model::Timestamp;
use model::call::{InstanceResult, ResultStatus, by_reason};
use model::ids::{AccountId, OperationId, Region, StackSetName};
use model::observed::{OperationAction, OperationStatus, OperationSummary};
use serde::Serialize;

use crate::terms::Names;

/// `format` of the JSON form of a list.
pub const LIST_FORMAT: &str = "stackfleet.operations";
/// `format` of the JSON form of one operation.
pub const FORMAT: &str = "stackfleet.operation";
/// `format_version` of both: a minor version only adds.
pub const FORMAT_VERSION: &str = "1.0";

/// Operations, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationList {
    /// Always [`LIST_FORMAT`].
    pub format: &'static str,
    /// [`FORMAT_VERSION`]
    pub format_version: &'static str,
    /// When AWS was read; ages count from here.
    pub taken_at: Timestamp,
    /// The operations.
    pub operations: Vec<OperationRow>,
    /// Operations that AWS lists and that are not shown.
    pub left_out: u64,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationRow {
    /// The StackSet's name in the manifest.
    pub stack_set: String,
    /// Its name in AWS.
    pub aws_name: StackSetName,
    /// The operation's id.
    pub id: OperationId,
    /// Whether this tool started it.
    pub ours: bool,
    /// What it does.
    pub action: OperationAction,
    /// Where it stands.
    pub status: OperationStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// When it was started.
    pub created_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Failed instances, as AWS counts them.
    pub failed_instances: u64,
}

impl OperationRow {
    /// An operation of a StackSet, by its name in the manifest and in AWS.
    pub fn of(stack_set: &str, aws_name: &StackSetName, operation: OperationSummary) -> Self {
        Self {
            stack_set: stack_set.to_owned(),
            aws_name: aws_name.clone(),
            ours: operation.id.is_ours(),
            id: operation.id,
            action: operation.action,
            status: operation.status,
            reason: operation.reason,
            created_at: operation.created_at,
            ended_at: operation.ended_at,
            failed_instances: operation.failed_instances,
        }
    }
}

impl OperationList {
    /// The newest `most` of these; those that run are always among them.
    pub fn new(mut operations: Vec<OperationRow>, most: usize, taken_at: Timestamp) -> Self {
        // One that has not begun has no time yet, so it is the newest.
        operations.sort_by_key(|row| (row.created_at.is_some(), std::cmp::Reverse(row.created_at)));
        let all = operations.len();
        let mut room = most;
        operations.retain(|row| {
            let kept = room > 0 || !row.status.is_terminal();
            room = room.saturating_sub(1);
            kept
        });
        Self {
            format: LIST_FORMAT,
            format_version: FORMAT_VERSION,
            taken_at,
            left_out: (all - operations.len()) as u64,
            operations,
        }
    }
}

/// One operation with what it did to each instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationReport {
    /// Always [`FORMAT`].
    pub format: &'static str,
    /// [`FORMAT_VERSION`]
    pub format_version: &'static str,
    /// When AWS was read; ages count from here.
    pub taken_at: Timestamp,
    /// The operation.
    pub operation: OperationRow,
    /// Instances by how they stand.
    pub instances: ResultCounts,
    /// Failed and cancelled instances by reason; the causes first, what only follows from them last.
    pub failures: Vec<FailureGroup>,
    /// Every instance.
    pub results: Vec<ResultRow>,
    /// Failed and cancelled instances by reason, for the text.
    #[serde(skip)]
    pub(crate) reasons: BTreeMap<String, Vec<InstanceResult>>,
    /// Names of accounts, for the text.
    #[serde(skip)]
    pub(crate) names: Names,
}

/// Instances of an operation by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ResultCounts {
    /// Not started.
    pub pending: u64,
    /// At work.
    pub running: u64,
    /// Done.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Never tried.
    pub cancelled: u64,
    /// Left out by AWS because their account is suspended.
    pub skipped: u64,
    /// Of a status that this version does not know.
    pub other: u64,
}

impl ResultCounts {
    /// All of them.
    pub fn total(self) -> u64 {
        self.over() + self.pending + self.running + self.other
    }

    /// Those that nothing more happens to.
    pub fn over(self) -> u64 {
        self.succeeded + self.failed + self.cancelled + self.skipped
    }

    pub(crate) fn of(results: &[InstanceResult]) -> Self {
        let mut counts = Self::default();
        for result in results {
            let place = match result.status {
                _ if result.is_skipped() => &mut counts.skipped,
                ResultStatus::Pending => &mut counts.pending,
                ResultStatus::Running => &mut counts.running,
                ResultStatus::Succeeded => &mut counts.succeeded,
                ResultStatus::Failed => &mut counts.failed,
                ResultStatus::Cancelled => &mut counts.cancelled,
                ResultStatus::Other(_) => &mut counts.other,
            };
            *place += 1;
        }
        counts
    }
}

/// Instances that failed, or were never tried, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureGroup {
    /// In AWS's words.
    pub reason: String,
    /// Whether they were never tried: a consequence of other failures and never the cause.
    pub cancelled: bool,
    /// Whether the reason passes by itself.
    pub retryable: bool,
    /// How many.
    pub instances: u64,
}

/// What an operation did to one instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultRow {
    /// The account.
    pub account: AccountId,
    /// Its name, when it is known.
    pub account_name: Option<String>,
    /// The Region.
    pub region: Region,
    /// How it went.
    pub status: ResultStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
}

impl OperationReport {
    /// An operation with its results.
    pub fn new(
        operation: OperationRow,
        results: &[InstanceResult],
        names: Names,
        taken_at: Timestamp,
    ) -> Self {
        let reasons = by_reason(results);
        let mut failures: Vec<FailureGroup> =
            reasons.iter().map(|(reason, all)| group(reason, all)).collect();
        failures.sort_by_key(|group| (group.cancelled, std::cmp::Reverse(group.instances)));
        let row = |result: &InstanceResult| ResultRow {
            account: result.key.account.clone(),
            account_name: names.get(&result.key.account).cloned(),
            region: result.key.region.clone(),
            status: result.status.clone(),
            reason: result.reason.clone(),
        };
        Self {
            format: FORMAT,
            format_version: FORMAT_VERSION,
            taken_at,
            operation,
            instances: ResultCounts::of(results),
            failures,
            results: results.iter().map(row).collect(),
            reasons,
            names,
        }
    }
}

fn group(reason: &str, all: &[InstanceResult]) -> FailureGroup {
    FailureGroup {
        reason: reason.to_owned(),
        cancelled: all.iter().all(|result| result.status == ResultStatus::Cancelled),
        retryable: all.iter().any(InstanceResult::is_transient),
        instances: all.len() as u64,
    }
}
