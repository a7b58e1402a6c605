//! Stack instances, and what an operation did to them.

use std::collections::BTreeMap;

use model::call::{CallError, InstanceResult};
use model::ids::{OperationId, StackSetId};
use model::instance::InstanceKey;
use model::observed::ObservedInstance;

use super::PAGE;
use crate::Aws;
use crate::convert::instances as convert;
use crate::error::call_error;
use crate::paging::{Page, every_page};

const INSTANCES: &str = "ListStackInstances";
const RESULTS: &str = "ListStackSetOperationResults";

/// Every instance. Overrides are not in it.
pub(crate) async fn instances(
    aws: &Aws,
    set: &StackSetId,
) -> Result<BTreeMap<InstanceKey, ObservedInstance>, CallError> {
    tracing::debug!(api = INSTANCES, stack_set = %set);
    let rows = every_page(INSTANCES, |token| async move {
        let call = aws.cloudformation.list_stack_instances();
        let call = call.stack_set_name(set.as_str()).call_as(aws.call_as.clone());
        let answer = call.max_results(PAGE).set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(INSTANCES, &error))?;
        Ok(Page {
            items: answer.summaries.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    rows.await?.into_iter().map(convert::instance).collect()
}

/// Every result of an operation, by account and Region.
pub(crate) async fn results(
    aws: &Aws,
    set: &StackSetId,
    operation: &OperationId,
) -> Result<Vec<InstanceResult>, CallError> {
    tracing::debug!(api = RESULTS, stack_set = %set, operation = %operation);
    let rows = every_page(RESULTS, |token| async move {
        let call = aws.cloudformation.list_stack_set_operation_results();
        let call = call.stack_set_name(set.as_str()).operation_id(operation.as_str());
        let call = call.call_as(aws.call_as.clone()).max_results(PAGE);
        let answer = call.set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(RESULTS, &error))?;
        Ok(Page {
            items: answer.summaries.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    let results = rows.await?.into_iter().map(convert::result);
    // A list that shifts while it is read may name an instance twice; the later row is the newer one.
    let by_key: Result<BTreeMap<_, _>, _> =
        results.map(|result| result.map(|r| (r.key.clone(), r))).collect();
    Ok(by_key?.into_values().collect())
}
