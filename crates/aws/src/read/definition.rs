//! What does a StackSet say.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::{StackSet, StackSetStatus};
use model::call::{CallError, CallErrorKind, Described};
use model::drift::DriftCheck;
use model::ids::{Region, StackSetId, StackSetName};

use crate::Aws;
use crate::convert::{drifts, id};
use crate::error::call_error;
use crate::normalise;

const API: &str = "DescribeStackSet";

/// Id and definition of a StackSet by name or id, strongly consistent; none when it is not there or deleted.
pub(crate) async fn definition(aws: &Aws, stack_set: &str) -> Result<Option<Described>, CallError> {
    let set = describe(aws, stack_set).await?;
    set.map(normalise::described).transpose()
}

/// The Regions that a StackSet has instances in; none when it is gone.
pub(crate) async fn regions(aws: &Aws, set: &StackSetId) -> Result<BTreeSet<Region>, CallError> {
    let set = describe(aws, set.as_str()).await?;
    let regions = set.and_then(|set| set.regions).unwrap_or_default();
    let regions = regions.iter().map(|region| id(API, Region::parse, Some(region)));
    regions.collect()
}

/// The ARN of a StackSet; none when it is not there or deleted.
pub(crate) async fn arn(aws: &Aws, name: &StackSetName) -> Result<Option<String>, CallError> {
    let set = describe(aws, name.as_str()).await?;
    Ok(set.and_then(|set| set.stack_set_arn))
}

/// The last drift detection of a StackSet that came to an end; none when there was never one, or the StackSet is gone.
pub(crate) async fn drift_check(aws: &Aws, set: &StackSetId) -> Result<Option<DriftCheck>, CallError> {
    let set = describe(aws, set.as_str()).await?;
    let details = set.and_then(|set| set.stack_set_drift_detection_details);
    Ok(details.as_ref().and_then(drifts::check))
}

async fn describe(aws: &Aws, stack_set: &str) -> Result<Option<StackSet>, CallError> {
    tracing::debug!(api = API, stack_set);
    let call = aws.cloudformation.describe_stack_set();
    let answer = call
        .stack_set_name(stack_set)
        .call_as(aws.call_as.clone())
        .send()
        .await;
    let set = match answer {
        Ok(answer) => answer.stack_set,
        Err(error) => match call_error(API, &error) {
            error if error.kind == CallErrorKind::NotFound => return Ok(None),
            error => return Err(error),
        },
    };
    let set = set.ok_or_else(|| crate::error::malformed(API, "the answer has no StackSet"))?;
    // By id, a deleted StackSet is still described (reference §1.3).
    Ok((set.status() != Some(&StackSetStatus::Deleted)).then_some(set))
}
