//! Enums as they are written on the wire (reference §4.1).

use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::{OperationAction, OperationStatus};

use crate::world::{CellStatus, DriftCheck, DriftDetection, PropertyDifference, StackInstance, StackSet};

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

/// `DriftStatus` of a StackSet, or of a drift detection of it.
pub(super) fn drift_status(check: Option<&DriftCheck>) -> &'static str {
    match check {
        Some(check) if check.drifted > 0 => "DRIFTED",
        Some(check) if check.in_sync > 0 || check.total == 0 => "IN_SYNC",
        Some(_) | None => "NOT_CHECKED",
    }
}

/// `DriftStatus` of an instance.
pub(super) fn instance_drift(instance: &StackInstance) -> &'static str {
    match &instance.drift {
        None => "NOT_CHECKED",
        Some(drift) if drift.resources.is_empty() => "IN_SYNC",
        Some(_) => "DRIFTED",
    }
}

/// `DriftDetectionStatus`
pub(super) fn drift_detection(detection: DriftDetection) -> &'static str {
    match detection {
        DriftDetection::InProgress => "IN_PROGRESS",
        DriftDetection::Completed => "COMPLETED",
        DriftDetection::PartialSuccess => "PARTIAL_SUCCESS",
        DriftDetection::Failed => "FAILED",
        DriftDetection::Stopped => "STOPPED",
    }
}

/// `DifferenceType`
pub(super) fn difference_type(difference: &PropertyDifference) -> &'static str {
    match (&difference.expected, &difference.actual) {
        (None, _) => "ADD",
        (Some(_), None) => "REMOVE",
        (Some(_), Some(_)) => "NOT_EQUAL",
    }
}
