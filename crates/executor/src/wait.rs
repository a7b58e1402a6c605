//! Before a fresh plan: operations that still run, of whoever, come to their end first.

use std::sync::Arc;
use std::time::Duration;

use aws::Operate;
use model::Timestamp;
use model::call::{Call, CallErrorKind, Reply};
use model::clock::Clock;
use model::ids::{OperationId, StackSetId};

use crate::core::pace;

/// Waits until all of these operations are over, `wait` at most; whether they are.
///
/// Each is a StackSet's name, for people, its id and the operation. One that AWS does not know any more is over. An answer
/// that does not come counts as not over yet.
pub async fn wait_for_running(
    aws: Arc<dyn Operate>,
    clock: Arc<dyn Clock>,
    running: &[(String, StackSetId, OperationId)],
    wait: Duration,
) -> bool {
    let started = clock.now();
    for (_, stack_set, operation) in running {
        let mut looks = 0;
        while !is_over(aws.as_ref(), stack_set, operation).await {
            let Some(left) = left(started, clock.now(), wait) else {
                return false;
            };
            clock.sleep(pace::poll(looks, operation.as_str()).min(left)).await;
            looks += 1;
        }
    }
    true
}

async fn is_over(aws: &dyn Operate, stack_set: &StackSetId, operation: &OperationId) -> bool {
    match aws
        .operate(Call::Operation(stack_set.clone(), operation.clone()))
        .await
    {
        Ok(Reply::Operation(found)) => found.is_none_or(|found| found.status.is_terminal()),
        Ok(_) => false,
        Err(error) => error.kind == CallErrorKind::NotFound,
    }
}

fn left(started: Timestamp, now: Timestamp, wait: Duration) -> Option<Duration> {
    let waited = Duration::try_from(now.duration_since(started)).unwrap_or_default();
    wait.checked_sub(waited).filter(|left| !left.is_zero())
}
