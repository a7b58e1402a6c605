//! What drift detection found, from AWS.

use aws_sdk_cloudformation::types::{
    PropertyDifference as FoundDifference, StackInstanceResourceDriftsSummary, StackInstanceSummary,
    StackResourceDriftStatus, StackSetDriftDetectionDetails, StackSetDriftDetectionStatus,
};
use model::Timestamp;
use model::call::CallError;
use model::drift::{DetectionStatus, DriftCheck, PropertyDifference, ResourceDrift};
use model::ids::{AccountId, Region};
use model::instance::InstanceKey;

use super::{id, timestamp};
use crate::error::malformed;
use crate::normalise::text;

const LIST: &str = "ListStackInstances";
const DRIFTS: &str = "ListStackInstanceResourceDrifts";
/// How AWS writes a value that is not there.
const ABSENT: &str = "null";

/// The last detection; none when there was never one, which AWS says by giving no time (reference §7).
pub(crate) fn check(found: &StackSetDriftDetectionDetails) -> Option<DriftCheck> {
    let checked_at = timestamp(found.last_drift_check_timestamp())?;
    let number = |count: Option<i32>| {
        count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default()
    };
    Some(DriftCheck {
        status: status(found.drift_detection_status()),
        checked_at: Some(checked_at),
        total: number(found.total_stack_instances_count()),
        drifted: number(found.drifted_stack_instances_count()),
        in_sync: number(found.in_sync_stack_instances_count()),
        failed: number(found.failed_stack_instances_count()),
    })
}

fn status(status: Option<&StackSetDriftDetectionStatus>) -> DetectionStatus {
    match status {
        Some(StackSetDriftDetectionStatus::Completed) => DetectionStatus::Completed,
        Some(StackSetDriftDetectionStatus::PartialSuccess) => DetectionStatus::PartialSuccess,
        Some(StackSetDriftDetectionStatus::Failed) => DetectionStatus::Failed,
        Some(StackSetDriftDetectionStatus::Stopped) => DetectionStatus::Stopped,
        Some(StackSetDriftDetectionStatus::InProgress) => DetectionStatus::InProgress,
        Some(other) => DetectionStatus::Other(other.to_string()),
        None => DetectionStatus::Other("absent".to_owned()),
    }
}

/// Which instance a row is of, and when it was checked.
pub(crate) fn checked(found: &StackInstanceSummary) -> Result<(InstanceKey, Option<Timestamp>), CallError> {
    let key = InstanceKey {
        account: id(LIST, AccountId::parse, found.account())?,
        region: id(LIST, Region::parse, found.region())?,
    };
    Ok((key, timestamp(found.last_drift_check_timestamp())))
}

/// A resource that differs; none for one that does not, whatever was asked for.
pub(crate) fn resource(
    found: StackInstanceResourceDriftsSummary,
) -> Result<Option<ResourceDrift>, CallError> {
    let deleted = match found.stack_resource_drift_status() {
        Some(StackResourceDriftStatus::Deleted) => true,
        Some(StackResourceDriftStatus::Modified) => false,
        _ => return Ok(None),
    };
    let named = |value: Option<String>, what: &str| {
        text(value).ok_or_else(|| malformed(DRIFTS, format!("a resource has no {what}")))
    };
    let differences = found.property_differences.unwrap_or_default();
    let differences = differences
        .into_iter()
        .map(difference)
        .collect::<Result<_, _>>()?;
    Ok(Some(ResourceDrift {
        logical_id: named(found.logical_resource_id, "LogicalResourceId")?,
        physical_id: text(found.physical_resource_id),
        resource_type: named(found.resource_type, "ResourceType")?,
        deleted,
        differences,
    }))
}

fn difference(found: FoundDifference) -> Result<PropertyDifference, CallError> {
    let value = |value: Option<String>| value.filter(|value| value != ABSENT);
    Ok(PropertyDifference {
        path: text(found.property_path)
            .ok_or_else(|| malformed(DRIFTS, "a difference has no PropertyPath"))?,
        expected: value(found.expected_value),
        found: value(found.actual_value),
    })
}
