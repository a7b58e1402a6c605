//! Somebody stops an operation: what has not started never will, what is at work runs to its end (reference §1.3).

use std::collections::BTreeSet;

use model::instance::InstanceKey;
use model::observed::OperationStatus;

use super::{OperationPlace, operation_of, schedule, stack_set_of};
use crate::world::{CellStatus, Due, DueStep, StackSetOperation, StoppingCells, World};

const STOPPED: &str = "Cancelled since the operation was stopped";

/// Stops an operation; false when there is none, or when it is over.
pub fn stop(world: &mut World, place: &OperationPlace) -> bool {
    let Some(operation) = operation_of(world, place) else {
        return false;
    };
    if operation.status.is_terminal() {
        return false;
    }
    operation.status = OperationStatus::Stopping;
    schedule::cancel_waiting(operation, STOPPED);
    cancel_running(world, place);
    schedule::go_on(world, place);
    true
}

/// Instances at work end too when the world's knob says so, and when nothing else would end them.
fn cancel_running(world: &mut World, place: &OperationPlace) {
    if world.knobs.stopping_cells == StoppingCells::Cancel {
        world.agenda.retain(|due| ending(due, place).is_none());
    }
    let ends = world.agenda.iter().filter_map(|due| ending(due, place));
    let ends: BTreeSet<InstanceKey> = ends.cloned().collect();
    let Some(StackSetOperation { cells, progress, .. }) = operation_of(world, place) else {
        return;
    };
    let mut cancelled = Vec::new();
    for (key, cell) in cells.iter_mut() {
        if cell.status == CellStatus::Running && !ends.contains(key) {
            cell.status = CellStatus::Cancelled;
            cell.reason = Some(STOPPED.to_owned());
            if let Some(progress) = progress.get_mut(&key.region) {
                progress.running = progress.running.saturating_sub(1);
            }
            cancelled.push(key.region.clone());
        }
    }
    let administrator = stack_set_of(world, place).map(|set| set.admin_account.clone());
    for (region, account) in cancelled.iter().zip(administrator.iter().cycle()) {
        if world.work_ends(account, region) {
            schedule::others_go_on(world, place, region);
        }
    }
}

/// The instance of the operation that something due will end.
fn ending<'d>(due: &'d Due, place: &OperationPlace) -> Option<&'d InstanceKey> {
    match &due.step {
        DueStep::CellEnds {
            stack_set,
            operation,
            key,
            ..
        } if *stack_set == place.stack_set && *operation == place.operation => Some(key),
        _ => None,
    }
}
