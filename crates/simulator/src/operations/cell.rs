//! An instance's part in an operation starts and ends.

use std::collections::BTreeMap;

use model::ids::UnitId;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::OperationAction;

use super::change;
use super::outcome::{self, Effect};
use super::request::{new_overrides, skip};
use super::{OperationPlace, operation_of, plan, stack_set_of};
use crate::world::{
    CellStatus, CreateOverrides, DueStep, InstanceDrift, ResourceDrift, Stack, StackInstance, StackSet, World,
};

/// Starts an instance; its end is put on the agenda.
pub(super) fn start(world: &mut World, place: &OperationPlace, key: &InstanceKey) {
    let (least, most) = (world.timing.instance_least, world.timing.instance_most);
    let seconds = world.draw_between(least, most);
    let step = DueStep::CellEnds {
        home: place.home.clone(),
        stack_set: place.stack_set.clone(),
        operation: place.operation.clone(),
        key: key.clone(),
    };
    let ends_at = plan(world, seconds, step);
    let now = world.now;
    let ignores = world.knobs.create_overrides == CreateOverrides::Ignored;
    let Some(operation) = operation_of(world, place) else {
        return;
    };
    let Some(cell) = operation.cells.get_mut(key) else {
        return;
    };
    cell.status = CellStatus::Running;
    cell.started_at = Some(now);
    cell.ends_at = Some(ends_at);
    let part = (operation.action.clone(), cell.unit.clone());
    // A new instance has had its overrides since it was asked for.
    let overrides = if part.0 == OperationAction::Create && ignores {
        None
    } else {
        operation.overrides.clone()
    };
    let Some(set) = stack_set_of(world, place) else {
        return;
    };
    begin(set, place, key, part, overrides.as_ref());
    let administrator = set.admin_account.clone();
    world.work_starts(&administrator, &key.region);
}

/// The instance is at work, with its new overrides.
fn begin(
    set: &mut StackSet,
    place: &OperationPlace,
    key: &InstanceKey,
    (action, unit): (OperationAction, Option<UnitId>),
    overrides: Option<&BTreeMap<String, Option<String>>>,
) {
    // An account that moves between two registered units is deleted from one, then created in the other.
    if action == OperationAction::Create && !set.instances.contains_key(key) {
        let mut instance = StackInstance::pending(unit);
        instance.last_operation = Some(place.operation.clone());
        set.put_instance(key.clone(), instance);
    }
    let Some(instance) = set.instances.get_mut(key) else {
        return;
    };
    if action == OperationAction::DetectDrift {
        return;
    }
    if action != OperationAction::Delete {
        instance.overrides = new_overrides(overrides, &instance.overrides);
    }
    instance.detailed = DetailedStatus::Running;
}

/// Ends an instance, well or not; whether others waited for that.
pub(super) fn end(world: &mut World, place: &OperationPlace, key: &InstanceKey) -> bool {
    let outcome = outcome::decide(world, place, key);
    let administrator = stack_set_of(world, place).map(|set| set.admin_account.clone());
    let waited_for = administrator.is_some_and(|account| world.work_ends(&account, &key.region));
    let Some(operation) = operation_of(world, place) else {
        return waited_for;
    };
    let action = operation.action.clone();
    let failed = outcome.as_ref().err().cloned();
    let import = operation.cells.get(key).is_some_and(|cell| cell.import.is_some());
    if let Some(cell) = operation.cells.get_mut(key) {
        cell.status = if failed.is_some() {
            CellStatus::Failed
        } else {
            CellStatus::Succeeded
        };
        cell.reason.clone_from(&failed);
    }
    if let Some(progress) = operation.progress.get_mut(&key.region) {
        progress.running = progress.running.saturating_sub(1);
        progress.failed += u64::from(failed.is_some());
    }
    match outcome {
        Ok(effect) => apply(world, place, key, effect),
        Err(reason) => fail(world, place, key, (&action, import), reason),
    }
    waited_for
}

fn apply(world: &mut World, place: &OperationPlace, key: &InstanceKey, effect: Effect) {
    match effect {
        Effect::Stack { name, stack } => deployed(world, place, key, (&name, *stack)),
        Effect::Imported { overrides } => {
            if let Some(instance) = stack_set_of(world, place).and_then(|set| set.instances.get_mut(key)) {
                instance.status = InstanceStatus::Current;
                instance.detailed = DetailedStatus::Succeeded;
                instance.overrides = overrides;
            }
        }
        Effect::Gone { stack } => {
            if let Some(name) = stack {
                world.remove_stack(key, &name);
            }
            if let Some(set) = stack_set_of(world, place) {
                set.remove_instance(key);
            }
        }
        Effect::Skipped => skipped(world, place, key),
        Effect::Checked(resources) => checked(world, place, key, resources),
    }
}

fn deployed(world: &mut World, place: &OperationPlace, key: &InstanceKey, (name, stack): (&str, Stack)) {
    let id = stack.id.clone();
    let before = world.stack(key, &id);
    let (new, same) = (before.is_none(), before == Some(&stack));
    if same && let Some(cell) = operation_of(world, place).and_then(|found| found.cells.get_mut(key)) {
        cell.reason = Some("No updates are to be performed.".to_owned());
    }
    world.put_stack(key, name, stack);
    if new {
        change::befall(world, key, place.stack_set.name(), name);
    }
    let Some(instance) = stack_set_of(world, place).and_then(|set| set.instances.get_mut(key)) else {
        return;
    };
    instance.status = InstanceStatus::Current;
    instance.detailed = DetailedStatus::Succeeded;
    instance.reason = None;
    instance.stack_id = Some(id);
}

fn skipped(world: &mut World, place: &OperationPlace, key: &InstanceKey) {
    let Some(operation) = operation_of(world, place) else {
        return;
    };
    let (action, id) = (operation.action.clone(), operation.id.clone());
    if let Some(set) = stack_set_of(world, place) {
        skip(set, (&action, &id), key.clone(), None);
    }
}

fn checked(
    world: &mut World,
    place: &OperationPlace,
    key: &InstanceKey,
    resources: BTreeMap<String, ResourceDrift>,
) {
    let at = world.now;
    if let Some(cell) = operation_of(world, place).and_then(|operation| operation.cells.get_mut(key)) {
        cell.drifted = !resources.is_empty();
    }
    if let Some(instance) = stack_set_of(world, place).and_then(|set| set.instances.get_mut(key)) {
        instance.drift = Some(InstanceDrift {
            at,
            operation: place.operation.clone(),
            resources,
        });
    }
}

fn fail(
    world: &mut World,
    place: &OperationPlace,
    key: &InstanceKey,
    (action, import): (&OperationAction, bool),
    reason: String,
) {
    let Some(instance) = stack_set_of(world, place).and_then(|set| set.instances.get_mut(key)) else {
        return;
    };
    match action {
        OperationAction::DetectDrift => return,
        OperationAction::Delete => {
            instance.status = InstanceStatus::Inoperable;
            instance.detailed = DetailedStatus::Inoperable;
        }
        _ if import => instance.import_failed(),
        _ => {
            instance.status = InstanceStatus::Outdated;
            instance.detailed = DetailedStatus::Failed;
        }
    }
    instance.reason = Some(reason);
}
