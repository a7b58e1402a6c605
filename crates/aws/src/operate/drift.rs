//! Drift detection: an operation that changes nothing and excludes every other one while it runs (reference §7).

use model::call::{CallError, DetectDrift, Reply};

use super::started;
use crate::Aws;
use crate::convert::preferences::preferences;
use crate::error::call_error;

const DETECT: &str = "DetectStackSetDrift";

/// Starts a detection over the whole StackSet: AWS takes no part of one.
pub(super) async fn detect(aws: &Aws, wanted: &DetectDrift) -> Result<Reply, CallError> {
    tracing::info!(api = DETECT, stack_set = %wanted.stack_set, operation = %wanted.operation_id);
    let call = aws.cloudformation.detect_stack_set_drift();
    let call = call
        .stack_set_name(wanted.stack_set.as_str())
        .operation_preferences(preferences(&wanted.preferences))
        .operation_id(wanted.operation_id.as_str());
    let answer = call.call_as(aws.call_as.clone()).send().await;
    let answer = answer.map_err(|error| call_error(DETECT, &error))?;
    started(DETECT, answer.operation_id())
}
