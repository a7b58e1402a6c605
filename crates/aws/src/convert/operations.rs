//! Operations, from AWS.

use aws_sdk_cloudformation::types::{
    StackSetOperation, StackSetOperationAction, StackSetOperationStatus, StackSetOperationStatusDetails,
    StackSetOperationSummary,
};
use model::call::CallError;
use model::ids::OperationId;
use model::observed::{OperationAction, OperationStatus, OperationSummary};

use super::preferences::given;
use super::{id, timestamp};
use crate::error::malformed;
use crate::normalise::text;

const LIST: &str = "ListStackSetOperations";
const DESCRIBE: &str = "DescribeStackSetOperation";

/// An operation as listed.
pub(crate) fn listed(found: StackSetOperationSummary) -> Result<OperationSummary, CallError> {
    Ok(OperationSummary {
        id: id(LIST, OperationId::parse, found.operation_id())?,
        action: action(found.action()),
        status: status(LIST, found.status())?,
        created_at: timestamp(found.creation_timestamp()),
        ended_at: timestamp(found.end_timestamp()),
        failed_instances: failed_instances(found.status_details()),
        preferences: found.operation_preferences().map(given),
        reason: text(found.status_reason),
    })
}

/// An operation as described.
pub(crate) fn described(found: StackSetOperation) -> Result<OperationSummary, CallError> {
    Ok(OperationSummary {
        id: id(DESCRIBE, OperationId::parse, found.operation_id())?,
        action: action(found.action()),
        status: status(DESCRIBE, found.status())?,
        created_at: timestamp(found.creation_timestamp()),
        ended_at: timestamp(found.end_timestamp()),
        failed_instances: failed_instances(found.status_details()),
        preferences: found.operation_preferences().map(given),
        reason: text(found.status_reason),
    })
}

fn action(action: Option<&StackSetOperationAction>) -> OperationAction {
    match action {
        Some(StackSetOperationAction::Create) => OperationAction::Create,
        Some(StackSetOperationAction::Update) => OperationAction::Update,
        Some(StackSetOperationAction::Delete) => OperationAction::Delete,
        Some(StackSetOperationAction::DetectDrift) => OperationAction::DetectDrift,
        Some(other) => OperationAction::Other(other.to_string()),
        None => OperationAction::Other("absent".to_owned()),
    }
}

fn status(api: &'static str, status: Option<&StackSetOperationStatus>) -> Result<OperationStatus, CallError> {
    Ok(match status {
        Some(StackSetOperationStatus::Queued) => OperationStatus::Queued,
        Some(StackSetOperationStatus::Running) => OperationStatus::Running,
        Some(StackSetOperationStatus::Stopping) => OperationStatus::Stopping,
        Some(StackSetOperationStatus::Succeeded) => OperationStatus::Succeeded,
        Some(StackSetOperationStatus::Failed) => OperationStatus::Failed,
        Some(StackSetOperationStatus::Stopped) => OperationStatus::Stopped,
        Some(other) => OperationStatus::Other(other.to_string()),
        None => return Err(malformed(api, "an operation has no Status")),
    })
}

fn failed_instances(details: Option<&StackSetOperationStatusDetails>) -> u64 {
    let failed = details.and_then(StackSetOperationStatusDetails::failed_stack_instances_count);
    failed
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or_default()
}
