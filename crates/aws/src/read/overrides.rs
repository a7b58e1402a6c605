//! Overrides of single instances: no list tells them (reference §1.4).

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::call::{CallError, CallErrorKind};
use model::definition::ParameterValue;
use model::ids::StackSetId;
use model::instance::InstanceKey;

use crate::Aws;
use crate::error::{call_error, malformed};
use crate::normalise;
use crate::paging::twice;

const API: &str = "DescribeStackInstance";
/// Instances that are asked about side by side; AWS publishes no rate (reference §5.3).
const AT_ONCE: usize = 8;

/// Overrides by parameter.
pub(crate) type Overrides = BTreeMap<String, ParameterValue>;

/// The overrides of some instances, one call each. An instance that is gone by now is left out.
pub(crate) async fn of_instances(
    aws: &Aws,
    set: &StackSetId,
    keys: Vec<InstanceKey>,
) -> Result<Vec<(InstanceKey, Overrides)>, CallError> {
    let reads = stream::iter(keys)
        .map(|key| async move {
            let overrides = twice(|| of_instance(aws, set, &key)).await?;
            Ok::<_, CallError>(overrides.map(|overrides| (key, overrides)))
        })
        .buffer_unordered(AT_ONCE);
    let found: Vec<Option<_>> = reads.try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn of_instance(aws: &Aws, set: &StackSetId, key: &InstanceKey) -> Result<Option<Overrides>, CallError> {
    tracing::debug!(api = API, stack_set = %set, instance = %key);
    let call = aws.cloudformation.describe_stack_instance();
    let call = call
        .stack_set_name(set.as_str())
        .stack_instance_account(key.account.as_str())
        .stack_instance_region(key.region.as_str());
    match call.call_as(aws.call_as.clone()).send().await {
        Ok(answer) => {
            let found = answer
                .stack_instance
                .ok_or_else(|| malformed(API, "the answer has no StackInstance"))?;
            normalise::parameters(found.parameter_overrides.unwrap_or_default()).map(Some)
        }
        Err(error) => match call_error(API, &error) {
            error if error.kind == CallErrorKind::NotFound => Ok(None),
            error => Err(error),
        },
    }
}
