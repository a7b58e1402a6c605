//! Somebody stops an operation: what has not started never will, what is at work runs to its end (reference §1.3).

use model::observed::OperationStatus;

use super::{OperationPlace, operation_of, schedule};
use crate::world::World;

/// Stops an operation; false when there is none, or when it is over.
pub fn stop(world: &mut World, place: &OperationPlace) -> bool {
    let Some(operation) = operation_of(world, place) else {
        return false;
    };
    if operation.status.is_terminal() {
        return false;
    }
    operation.status = OperationStatus::Stopping;
    schedule::cancel_waiting(operation, "Cancelled since the operation was stopped");
    schedule::go_on(world, place);
    true
}
