//! Operations of a StackSet.

use std::cmp::Reverse;

use model::call::{CallError, CallErrorKind};
use model::ids::{OperationId, StackSetId};
use model::observed::{OperationAction, OperationSummary};

use super::PAGE;
use crate::Aws;
use crate::convert::operations as convert;
use crate::error::{call_error, malformed};
use crate::paging::{Page, pages_while};

const LIST: &str = "ListStackSetOperations";
const DESCRIBE: &str = "DescribeStackSetOperation";

/// The newest operations first: the first page, and as many more as are full of operations that are not over.
pub(crate) async fn operations(aws: &Aws, set: &StackSetId) -> Result<Vec<OperationSummary>, CallError> {
    list(aws, set, |operations| {
        operations.iter().all(|operation| !operation.status.is_terminal())
    })
    .await
}

/// Drift detections, the newest first: those of the first page, and of as many more as it takes to find one that is over where there
/// must be one.
pub(crate) async fn detections(
    aws: &Aws,
    set: &StackSetId,
    one_is_over: bool,
) -> Result<Vec<OperationSummary>, CallError> {
    let is_over = |one: &OperationSummary| is_detection(one) && one.status.is_terminal();
    let mut operations = list(aws, set, |found| one_is_over && !found.iter().any(is_over)).await?;
    operations.retain(is_detection);
    Ok(operations)
}

fn is_detection(operation: &OperationSummary) -> bool {
    operation.action == OperationAction::DetectDrift
}

async fn list(
    aws: &Aws,
    set: &StackSetId,
    more: impl Fn(&[OperationSummary]) -> bool,
) -> Result<Vec<OperationSummary>, CallError> {
    tracing::debug!(api = LIST, stack_set = %set);
    let page = |token| async move {
        let call = aws.cloudformation.list_stack_set_operations();
        let call = call.stack_set_name(set.as_str()).call_as(aws.call_as.clone());
        let answer = call.max_results(PAGE).set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(LIST, &error))?;
        let rows = answer.summaries.unwrap_or_default().into_iter();
        let items = rows.map(convert::listed).collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            next: answer.next_token,
        })
    };
    let mut operations = pages_while(LIST, None, page, more).await?.items;
    // Newest first is what AWS does and does not promise. One that has not begun has no time yet, so it is the newest.
    operations.sort_by_key(|operation| (operation.created_at.is_some(), Reverse(operation.created_at)));
    Ok(operations)
}

/// One operation, strongly consistent; none when the StackSet has no such operation.
pub(crate) async fn operation(
    aws: &Aws,
    set: &StackSetId,
    operation: &OperationId,
) -> Result<Option<OperationSummary>, CallError> {
    tracing::debug!(api = DESCRIBE, stack_set = %set, operation = %operation);
    let call = aws.cloudformation.describe_stack_set_operation();
    let call = call.stack_set_name(set.as_str()).operation_id(operation.as_str());
    match call.call_as(aws.call_as.clone()).send().await {
        Ok(answer) => {
            let found = answer.stack_set_operation;
            let found = found.ok_or_else(|| malformed(DESCRIBE, "the answer has no StackSetOperation"))?;
            convert::described(found).map(Some)
        }
        Err(error) => match call_error(DESCRIBE, &error) {
            error if is_unknown_operation(&error) => Ok(None),
            error => Err(error),
        },
    }
}

/// A missing StackSet is not found either, but it is not an answer to this question.
fn is_unknown_operation(error: &CallError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.kind == CallErrorKind::NotFound && code.starts_with("OperationNotFound")
}
