//! One operation, of whoever, looked at until it is over. Nothing is decided and nothing written.

use aws::Operate;
use model::call::{Call, CallError, CallErrorKind, InstanceResult, Reply};
use model::clock::Clock;
use model::ids::{OperationId, StackSetId};
use model::observed::OperationSummary;

use crate::core::pace;

/// Repetitions of a look while AWS is unavailable.
const PATIENCE: u32 = 10;

/// An operation as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The operation.
    pub operation: OperationSummary,
    /// What it did to each instance so far.
    pub results: Vec<InstanceResult>,
}

/// Looks at an operation until it is over; `seen` hears of every look, the last one included.
///
/// Ends with an error when AWS does not know the operation, denies it, or stays unavailable.
pub async fn watch(
    aws: &dyn Operate,
    clock: &dyn Clock,
    place: (&StackSetId, &OperationId),
    mut seen: impl FnMut(&Watched) + Send,
) -> Result<Watched, CallError> {
    let mut looks = 0;
    let mut tries = 0;
    loop {
        match look(aws, place).await {
            Ok(found) => {
                tries = 0;
                seen(&found);
                if found.operation.status.is_terminal() {
                    return Ok(found);
                }
                clock.sleep(pace::poll(looks, place.1.as_str())).await;
                looks += 1;
            }
            Err(error) if is_passing(error.kind) && tries < PATIENCE => {
                tries += 1;
                clock.sleep(pace::again(tries)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn look(aws: &dyn Operate, (set, id): (&StackSetId, &OperationId)) -> Result<Watched, CallError> {
    let missing = |message: &str| CallError {
        api: "DescribeStackSetOperation",
        kind: CallErrorKind::NotFound,
        code: None,
        message: message.to_owned(),
    };
    let operation = match aws.operate(Call::Operation(set.clone(), id.clone())).await? {
        Reply::Operation(Some(found)) => *found,
        _ => return Err(missing("the StackSet has no such operation")),
    };
    let results = match aws.operate(Call::Results(set.clone(), id.clone())).await? {
        Reply::Results(results) => results,
        _ => Vec::new(),
    };
    Ok(Watched { operation, results })
}

/// Whether another try may have an answer.
pub(crate) fn is_passing(kind: CallErrorKind) -> bool {
    matches!(
        kind,
        CallErrorKind::Unavailable | CallErrorKind::Unanswered | CallErrorKind::Malformed
    )
}
