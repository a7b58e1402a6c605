//! An operation ends; the next of the queue starts (reference §2.7).

use model::ids::Region;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{OperationAction, OperationStatus};

use super::request::start_later;
use super::{OperationPlace, late_targets, operation_of, schedule, stack_set_of};
use crate::world::{CellStatus, ManagedConflict, StackSet, StackSetOperation, World};

/// Ends an operation of which no instance is at work or waits.
pub(super) fn finish(world: &mut World, place: &OperationPlace) {
    let now = world.now;
    let Some(operation) = operation_of(world, place) else {
        return;
    };
    let over = schedule::is_over_tolerance(operation);
    operation.status = match operation.status {
        OperationStatus::Stopping => OperationStatus::Stopped,
        _ if over => OperationStatus::Failed,
        _ => OperationStatus::Succeeded,
    };
    operation.ended_at = Some(now);
    operation.reason = reason(operation);
    let succeeded = operation.status == OperationStatus::Succeeded;
    let unregisters = std::mem::take(&mut operation.unregisters);
    let drift = (operation.action == OperationAction::DetectDrift).then(|| operation.drift_check());
    let Some(set) = stack_set_of(world, place) else {
        return;
    };
    if succeeded {
        for (unit, regions) in &unregisters {
            unregister(set, unit, regions);
        }
    }
    set.drift = drift.or(set.drift);
    mark_cancelled(set, place);
    wake_queue(world, place);
}

/// Why an operation ended badly. AWS does not say what it says here; the words are the simulator's own.
fn reason(operation: &StackSetOperation) -> Option<String> {
    match operation.status {
        OperationStatus::Stopped => Some("The operation was stopped".to_owned()),
        OperationStatus::Failed => {
            let over = schedule::over_tolerance(operation);
            let regions: Vec<&str> = over.map(Region::as_str).collect();
            Some(format!(
                "The failure tolerance was exceeded in {}",
                regions.join(", ")
            ))
        }
        _ => None,
    }
}

fn unregister(set: &mut StackSet, unit: &model::ids::UnitId, regions: &std::collections::BTreeSet<Region>) {
    if let Some(registered) = set.registered.get_mut(unit) {
        registered.retain(|region| !regions.contains(region));
        if registered.is_empty() {
            set.registered.remove(unit);
        }
    }
}

/// The instances that were never tried say so.
fn mark_cancelled(set: &mut StackSet, place: &OperationPlace) {
    let StackSet {
        operations,
        instances,
        ..
    } = set;
    let Some(operation) = operations.iter().rev().find(|found| found.id == place.operation) else {
        return;
    };
    if operation.action == OperationAction::DetectDrift || operation.status == OperationStatus::Succeeded {
        return;
    }
    let cancelled = operation
        .cells
        .iter()
        .filter(|(_, cell)| cell.status == CellStatus::Cancelled);
    for (key, cell) in cancelled {
        let Some(instance) = instances.get_mut::<InstanceKey>(key) else {
            continue;
        };
        if instance.last_operation.as_ref() == Some(&operation.id) {
            if instance.status != InstanceStatus::Inoperable {
                instance.status = InstanceStatus::Outdated;
            }
            instance.detailed = DetailedStatus::Cancelled;
            if cell.import.is_some() {
                instance.import_failed();
            }
            instance.reason.clone_from(&cell.reason);
        }
    }
}

/// Lets a queued operation start when nothing before it is in its way.
pub(super) fn leave_queue(world: &mut World, place: &OperationPlace) {
    let queued = operation_of(world, place).is_some_and(|found| found.status == OperationStatus::Queued);
    if !queued || !is_free(world, place) {
        return;
    }
    if let Some(operation) = operation_of(world, place) {
        operation.status = OperationStatus::Running;
    }
    late_targets::look_again(world, place);
}

/// Gives every waiting operation that the end of this one may have set free another try: those of the same StackSet, and
/// automatic ones of StackSets that depend on it.
fn wake_queue(world: &mut World, place: &OperationPlace) {
    let mut waiting = Vec::new();
    for (id, set) in world.stack_sets.get(&place.home).into_iter().flatten() {
        if *id != place.stack_set && set.definition.depends_on.is_empty() {
            continue;
        }
        let queued = set
            .operations
            .iter()
            .filter(|operation| operation.status == OperationStatus::Queued);
        waiting.extend(queued.map(|operation| OperationPlace {
            home: place.home.clone(),
            stack_set: id.clone(),
            operation: operation.id.clone(),
        }));
    }
    let delay = world.timing.operation_start;
    for place in waiting {
        start_later(world, &place, delay);
    }
}

fn is_free(world: &World, place: &OperationPlace) -> bool {
    let Some(sets) = world.stack_sets.get(&place.home) else {
        return false;
    };
    let Some(set) = sets.get(&place.stack_set) else {
        return false;
    };
    let Some(operation) = set.operation(&place.operation) else {
        return false;
    };
    let before = set
        .active_operations()
        .take_while(|other| other.id != operation.id);
    let one_by_one =
        !set.definition.managed_execution || world.knobs.managed_conflict == ManagedConflict::Any;
    let mut in_the_way = before.filter(|other| one_by_one || conflict(operation, other));
    if in_the_way.next().is_some() {
        return false;
    }
    let depends = &set.definition.depends_on;
    let automatic = |set: &StackSet| set.active_operations().any(|other| other.automatic);
    !operation.automatic
        || !sets.iter().any(|(id, other)| {
            depends.iter().any(|arn| arn.ends_with(&format!("stackset/{id}"))) && automatic(other)
        })
}

/// AWS does not say what a conflict is; here it is a shared instance, or anything that is about the whole StackSet.
fn conflict(one: &StackSetOperation, other: &StackSetOperation) -> bool {
    let (few, many) = if one.cells.len() < other.cells.len() {
        (one, other)
    } else {
        (other, one)
    };
    one.exclusive || other.exclusive || few.cells.keys().any(|key| many.cells.contains_key(key))
}
