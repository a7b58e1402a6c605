//! Stack instances, from AWS.

use aws_sdk_cloudformation::types::{
    StackInstanceDetailedStatus, StackInstanceStatus, StackInstanceSummary, StackSetOperationResultStatus,
    StackSetOperationResultSummary,
};
use model::call::{CallError, InstanceResult, ResultStatus};
use model::ids::{AccountId, OperationId, Region, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::ObservedInstance;

use super::{id, optional_id};
use crate::error::malformed;
use crate::normalise::text;

const LIST: &str = "ListStackInstances";
const RESULTS: &str = "ListStackSetOperationResults";

/// An instance as listed; lists do not tell its overrides (reference §1.4).
pub(crate) fn instance(found: StackInstanceSummary) -> Result<(InstanceKey, ObservedInstance), CallError> {
    let key = InstanceKey {
        account: id(LIST, AccountId::parse, found.account())?,
        region: id(LIST, Region::parse, found.region())?,
    };
    let status = found
        .status()
        .ok_or_else(|| malformed(LIST, format!("stack instance {key} has no Status")))?;
    let detailed = found
        .stack_instance_status()
        .and_then(|status| status.detailed_status());
    let instance = ObservedInstance {
        status: instance_status(status),
        detailed: detailed_status(detailed),
        unit: optional_id(LIST, UnitId::parse, found.organizational_unit_id())?,
        last_operation: optional_id(LIST, OperationId::parse, found.last_operation_id())?,
        reason: text(found.status_reason),
        overrides: None,
    };
    Ok((key, instance))
}

/// What an operation did to an instance.
pub(crate) fn result(found: StackSetOperationResultSummary) -> Result<InstanceResult, CallError> {
    let key = InstanceKey {
        account: id(RESULTS, AccountId::parse, found.account())?,
        region: id(RESULTS, Region::parse, found.region())?,
    };
    let status = found
        .status()
        .ok_or_else(|| malformed(RESULTS, format!("the result of {key} has no Status")))?;
    Ok(InstanceResult {
        status: result_status(status),
        reason: text(found.status_reason),
        key,
    })
}

fn instance_status(status: &StackInstanceStatus) -> InstanceStatus {
    match status {
        StackInstanceStatus::Current => InstanceStatus::Current,
        StackInstanceStatus::Outdated => InstanceStatus::Outdated,
        StackInstanceStatus::Inoperable => InstanceStatus::Inoperable,
        other => InstanceStatus::Other(other.to_string()),
    }
}

fn detailed_status(status: Option<&StackInstanceDetailedStatus>) -> DetailedStatus {
    match status {
        Some(StackInstanceDetailedStatus::Pending) => DetailedStatus::Pending,
        Some(StackInstanceDetailedStatus::Running) => DetailedStatus::Running,
        Some(StackInstanceDetailedStatus::Succeeded) => DetailedStatus::Succeeded,
        Some(StackInstanceDetailedStatus::Failed) => DetailedStatus::Failed,
        Some(StackInstanceDetailedStatus::Cancelled) => DetailedStatus::Cancelled,
        Some(StackInstanceDetailedStatus::Inoperable) => DetailedStatus::Inoperable,
        Some(StackInstanceDetailedStatus::SkippedSuspendedAccount) => DetailedStatus::SkippedSuspendedAccount,
        Some(StackInstanceDetailedStatus::FailedImport) => DetailedStatus::FailedImport,
        Some(other) => DetailedStatus::Other(other.to_string()),
        None => DetailedStatus::Other("absent".to_owned()),
    }
}

fn result_status(status: &StackSetOperationResultStatus) -> ResultStatus {
    match status {
        StackSetOperationResultStatus::Pending => ResultStatus::Pending,
        StackSetOperationResultStatus::Running => ResultStatus::Running,
        StackSetOperationResultStatus::Succeeded => ResultStatus::Succeeded,
        StackSetOperationResultStatus::Failed => ResultStatus::Failed,
        StackSetOperationResultStatus::Cancelled => ResultStatus::Cancelled,
        other => ResultStatus::Other(other.to_string()),
    }
}
