//! Enums as they are written on the wire (reference §4.1).

use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::{OperationAction, OperationStatus};

use crate::world::{CellStatus, StackSet};

/// `StackInstance.Status`
pub(super) fn instance_status(status: &InstanceStatus) -> &str {
    match status {
        InstanceStatus::Current => "CURRENT",
        InstanceStatus::Outdated => "OUTDATED",
        InstanceStatus::Inoperable => "INOPERABLE",
        InstanceStatus::Other(other) => other,
    }
}

/// `StackInstanceStatus.DetailedStatus`
pub(super) fn detailed_status(status: &DetailedStatus) -> &str {
    match status {
        DetailedStatus::Pending => "PENDING",
        DetailedStatus::Running => "RUNNING",
        DetailedStatus::Succeeded => "SUCCEEDED",
        DetailedStatus::Failed => "FAILED",
        DetailedStatus::Cancelled => "CANCELLED",
        DetailedStatus::Inoperable => "INOPERABLE",
        DetailedStatus::SkippedSuspendedAccount => "SKIPPED_SUSPENDED_ACCOUNT",
        DetailedStatus::FailedImport => "FAILED_IMPORT",
        DetailedStatus::Other(other) => other,
    }
}

/// `StackSetOperation.Action`
pub(super) fn action(action: &OperationAction) -> &str {
    match action {
        OperationAction::Create => "CREATE",
        OperationAction::Update => "UPDATE",
        OperationAction::Delete => "DELETE",
        OperationAction::DetectDrift => "DETECT_DRIFT",
        OperationAction::Other(other) => other,
    }
}

/// `StackSetOperation.Status`
pub(super) fn operation_status(status: &OperationStatus) -> &str {
    match status {
        OperationStatus::Queued => "QUEUED",
        OperationStatus::Running => "RUNNING",
        OperationStatus::Stopping => "STOPPING",
        OperationStatus::Succeeded => "SUCCEEDED",
        OperationStatus::Failed => "FAILED",
        OperationStatus::Stopped => "STOPPED",
        OperationStatus::Other(other) => other,
    }
}

/// `StackSetOperationResultSummary.Status`
pub(super) fn cell_status(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Pending => "PENDING",
        CellStatus::Running => "RUNNING",
        CellStatus::Succeeded => "SUCCEEDED",
        CellStatus::Failed => "FAILED",
        CellStatus::Cancelled => "CANCELLED",
    }
}

/// `StackSet.PermissionModel`
pub(super) fn permission_model(set: &StackSet) -> &'static str {
    if set.definition.service_managed {
        "SERVICE_MANAGED"
    } else {
        "SELF_MANAGED"
    }
}

/// `StackSet.Status`
pub(super) fn stack_set_status(set: &StackSet) -> &'static str {
    if set.deleted { "DELETED" } else { "ACTIVE" }
}

/// `DriftStatus` of something that was or was not checked; nothing drifts yet.
pub(super) fn drift_status(checked: bool) -> &'static str {
    if checked { "IN_SYNC" } else { "NOT_CHECKED" }
}
