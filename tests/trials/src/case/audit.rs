//! What an apply may have done: exactly its plan, and nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::Timestamp;
use model::ids::{AccountId, OperationId, StackSetId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus, Rectangle};
use model::observed::OperationAction;
use model::plan::{Operation, OperationKind, Plan};
use simulator::world::{
    CellStatus, CreateOverrides, LogEntry, Replay, Retries, StackSet, StackSetOperation, World,
};

/// What ids of operations begin with that others start.
const FOREIGN: &str = "foreign-";

/// Every StackSet that ever was, by id.
fn stack_sets(world: &World) -> impl Iterator<Item = &StackSet> {
    world.stack_sets.values().flat_map(BTreeMap::values)
}

/// No operation is started twice, going by the log. A world that gives the same answer to the same request says so twice when
/// the SDK repeats one whose answer was lost. An id belongs to its StackSet: one that was deleted and made again is another.
pub fn nothing_twice(world: &World) -> Result<(), String> {
    if world.knobs.replay == Replay::SameAnswer {
        return Ok(());
    }
    let mut started: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    let starts = |action: &str| {
        action == "UpdateStackSet"
            || (action.ends_with("StackInstances")
                && !action.starts_with("List")
                && action != "DetectStackSetDrift")
    };
    for entry in &world.log {
        let named = entry.stack_set.as_deref().unwrap_or_default();
        let name = named.split(':').next().unwrap_or_default();
        if entry.status == 200 && entry.action == "DeleteStackSet" {
            started.remove(name);
        }
        let Some(operation) = entry
            .operation_id
            .as_ref()
            .filter(|_| entry.status == 200 && starts(&entry.action))
        else {
            continue;
        };
        if !started.entry(name).or_default().insert(operation) {
            return Err(format!("S5: {} {operation} was started twice", entry.action));
        }
    }
    Ok(())
}

/// No StackSet is made in another account than the case's (S9), but by a call that was on its way when the credentials changed: so
/// long after it nothing could know.
pub fn at_home(
    world: &World,
    began: Timestamp,
    (swapped, unknown): (&[Timestamp], Duration),
) -> Result<(), String> {
    let owner = &world.organization.management_account;
    let known = |at: Timestamp| !swapped.iter().any(|from| *from <= at && at <= *from + unknown);
    let elsewhere = |entry: &&LogEntry| {
        entry.action == "CreateStackSet"
            && entry.status == 200
            && entry.at >= began
            && known(entry.at)
            && entry
                .caller
                .as_ref()
                .is_some_and(|caller| caller != owner && *caller != world.caller)
    };
    match world.log.iter().find(elsewhere) {
        Some(entry) => Err(format!(
            "S9: {:?} is made in account {:?}",
            entry.stack_set, entry.caller
        )),
        None => Ok(()),
    }
}

/// No operation is stopped by the tool (S8).
pub fn stops_nothing(world: &World) -> Result<(), String> {
    let mut log = world.log.iter();
    let stop = |entry: &&LogEntry| entry.action == "StopStackSetOperation" && entry.actor.is_none();
    match log.find(stop) {
        Some(entry) => Err(format!("S8: {:?} was stopped", entry.operation_id)),
        None => Ok(()),
    }
}

/// A StackSet that was made again under its name is another one (S4).
pub fn left_alone(plans: &[&Plan], world: &World, made: Option<&StackSetId>) -> Result<(), String> {
    let planned: BTreeSet<_> = plans
        .iter()
        .flat_map(|plan| &plan.operations)
        .filter_map(|operation| operation.operation_id.as_ref())
        .collect();
    let set = stack_sets(world).find(|set| Some(&set.id) == made);
    let mut touched = set.into_iter().flat_map(|set| &set.operations);
    match touched.find(|operation| planned.contains(&operation.id)) {
        Some(operation) => Err(format!(
            "S4: {} on a StackSet that the plan does not know",
            operation.id
        )),
        None => Ok(()),
    }
}

/// The operations since `before` are the plans', automatic or somebody else's, and each of the plans' touched what the plan says.
///
/// Instances in accounts that StackSets does not work in are left out, and those in accounts of `moved`, which AWS may see
/// elsewhere than the plan did.
pub fn as_planned(
    plans: &[&Plan],
    before: &World,
    after: &World,
    moved: &BTreeSet<AccountId>,
) -> Result<(), String> {
    let known: BTreeSet<&OperationId> = stack_sets(before)
        .flat_map(|set| &set.operations)
        .map(|operation| &operation.id)
        .collect();
    let operations = plans.iter().flat_map(|plan| &plan.operations);
    let planned: BTreeMap<&OperationId, &Operation> = operations
        .filter_map(|operation| Some((operation.operation_id.as_ref()?, operation)))
        .collect();
    for set in stack_sets(after) {
        for operation in set.operations.iter().filter(|operation| !operation.automatic) {
            let Some(plan) = planned.get(&operation.id) else {
                if known.contains(&operation.id) || operation.id.as_str().starts_with(FOREIGN) {
                    continue;
                }
                return Err(format!(
                    "S2: {} of {} is not in the plan",
                    operation.id,
                    set.name()
                ));
            };
            let kept = stacks(
                plan,
                operation,
                stack_sets(before).find(|old| old.id == set.id),
                after,
            );
            let mut allowed = behind(plans, operation, set);
            allowed.extend(tried_before(plans, operation, set));
            let of = format!("{} of {}", plan.id, set.name());
            kept.map_err(|what| format!("S3: {of} {what}"))?;
            let touched = compare(plan, (operation, set), (after, moved, &allowed));
            touched.map_err(|what| format!("S2: {of} {what}"))?;
        }
    }
    untouched(before, after, moved)
}

/// Instances of another plan's operations that this one was queued behind: with managed execution AWS accepts two writes that were
/// both looked for at the same moment, and nothing prevents that (reliability §7).
fn behind(plans: &[&Plan], operation: &StackSetOperation, set: &StackSet) -> BTreeSet<InstanceKey> {
    let others: Vec<_> = plans
        .iter()
        .filter(|plan| planned(plan, &operation.id).is_none())
        .collect();
    let before = |it: &&StackSetOperation| {
        it.created_at <= operation.created_at && it.ended_at.is_none_or(|end| end >= operation.created_at)
    };
    let queued = set.operations.iter().filter(|_| set.definition.managed_execution);
    let ahead = queued
        .filter(before)
        .filter(|it| others.iter().any(|plan| planned(plan, &it.id).is_some()));
    ahead.flat_map(|it| it.cells.keys().cloned()).collect()
}

fn planned<'p>(plan: &'p Plan, id: &OperationId) -> Option<&'p Operation> {
    plan.operations
        .iter()
        .find(|it| it.operation_id.as_ref() == Some(id))
}

/// Instances that an earlier operation of the same plan failed to bring where it wants them: a unit is registered by creating in it,
/// and that tries again what is not current.
fn tried_before(plans: &[&Plan], operation: &StackSetOperation, set: &StackSet) -> BTreeSet<InstanceKey> {
    let creates =
        |plan: &&&Plan| planned(plan, &operation.id).is_some_and(|it| it.kind == OperationKind::Create);
    let same = plans.iter().find(creates);
    let earlier = set
        .operations
        .iter()
        .filter(|it| it.created_at < operation.created_at);
    let earlier = earlier.filter(|it| same.is_some_and(|plan| planned(plan, &it.id).is_some()));
    let cells = earlier.flat_map(|it| &it.cells);
    let failed = cells.filter(|(_, cell)| matches!(cell.status, CellStatus::Failed | CellStatus::Cancelled));
    failed.map(|(key, _)| key.clone()).collect()
}

/// What an operation did and what the plan says of it, as far as AWS leaves no choice. A rollback touches what is there of what the
/// plan says and can be updated: no update reaches an instance that is INOPERABLE (reference §4.3).
fn compare(
    plan: &Operation,
    (operation, set): (&StackSetOperation, &StackSet),
    (world, moved, allowed): (&World, &BTreeSet<AccountId>, &BTreeSet<InstanceKey>),
) -> Result<(), String> {
    let counts = |key: &InstanceKey| !moved.contains(&key.account) && works(world, &key.account);
    let done: BTreeSet<InstanceKey> = operation
        .cells
        .keys()
        .filter(|key| counts(key))
        .cloned()
        .collect();
    let touches = plan.touches.iter().flat_map(Rectangle::keys);
    let is_operable = |key: &InstanceKey| {
        let instance = set.instances.get(key);
        instance.is_some_and(|it| it.detailed != DetailedStatus::Inoperable)
    };
    let is_due = |key: &InstanceKey| plan.runs_if.is_always() || done.contains(key) || is_operable(key);
    let touches: BTreeSet<InstanceKey> = touches.filter(|key| counts(key) && is_due(key)).collect();
    let retries = world.knobs.new_operation_retries == Retries::All;
    // A unit is registered by creating in it, and such a world visits the instances that are there already.
    let visits =
        world.knobs.create_overrides == CreateOverrides::Applied && plan.kind == OperationKind::Create;
    let more = (retries || visits) && done.is_superset(&touches);
    let queued = done.is_superset(&touches) && done.difference(&touches).all(|key| allowed.contains(key));
    if done == touches || more || queued {
        return Ok(());
    }
    Err(format!(
        "touched {}, the plan says {}",
        list(&done),
        list(&touches)
    ))
}

/// What a plan brought up to date stays so to its end: none of its later operations marks it again (S2). Only where nobody else acts.
pub fn stays_current(plan: &Plan, world: &World) -> Result<(), String> {
    let planned: BTreeSet<&OperationId> = plan
        .operations
        .iter()
        .filter_map(|operation| operation.operation_id.as_ref())
        .collect();
    for set in stack_sets(world).filter(|set| !set.deleted) {
        let operations = set.operations.iter();
        let ours = operations.filter(|operation| planned.contains(&operation.id));
        let done = ours.flat_map(|operation| &operation.cells);
        let mut done = done.filter(|(_, cell)| cell.status == CellStatus::Succeeded);
        let again = |key: &InstanceKey| {
            let instance = set.instances.get(key);
            instance.is_some_and(|it| it.status == InstanceStatus::Outdated) && works(world, &key.account)
        };
        if let Some((key, _)) = done.find(|(key, _)| again(key)) {
            return Err(format!("S2: {key} of {} is outdated again", set.name()));
        }
    }
    Ok(())
}

/// What is deleted is gone with its stack; what is detached or forgotten leaves its stack where it is.
fn stacks(
    plan: &Operation,
    operation: &StackSetOperation,
    old: Option<&StackSet>,
    after: &World,
) -> Result<(), String> {
    if operation.action != OperationAction::Delete {
        return Ok(());
    }
    let stays = plan.kind != OperationKind::Delete;
    for (key, cell) in &operation.cells {
        let stack = old
            .and_then(|old| old.instances.get(key))
            .and_then(|it| it.stack_id.as_ref());
        let Some(stack) = stack.filter(|_| cell.status == CellStatus::Succeeded) else {
            continue;
        };
        let name = stack.split('/').nth(1).unwrap_or_default();
        let there = after
            .stacks
            .get(key)
            .is_some_and(|stacks| stacks.contains_key(name));
        if there != stays && works(after, &key.account) {
            return Err(format!("left {key} with its stack there: {there}"));
        }
    }
    Ok(())
}

/// Whether AWS works in an account.
pub fn works(world: &World, account: &AccountId) -> bool {
    let member = world.organization.accounts.get(account);
    member.is_none_or(|member| member.state.is_active())
}

/// An instance that no operation since has in its cells is as it was, but for having become outdated.
fn untouched(before: &World, after: &World, moved: &BTreeSet<AccountId>) -> Result<(), String> {
    for set in stack_sets(after) {
        let old = stack_sets(before).find(|old| old.id == set.id);
        // Not by their number: a history may be shorter than the way (knob `operation_history`).
        let known: BTreeSet<&OperationId> = old
            .into_iter()
            .flat_map(|old| old.operations.iter().map(|operation| &operation.id))
            .collect();
        let reached: BTreeSet<&InstanceKey> = set
            .operations
            .iter()
            .filter(|operation| !known.contains(&operation.id))
            .flat_map(|operation| operation.cells.keys())
            .collect();
        let Some(old) = old else { continue };
        let running = |operation: &&StackSetOperation| !operation.status.is_terminal();
        let was_running: BTreeSet<&InstanceKey> = old
            .operations
            .iter()
            .filter(running)
            .flat_map(|operation| operation.cells.keys())
            .collect();
        for key in old.instances.keys().chain(set.instances.keys()) {
            let counts = !moved.contains(&key.account) && works(after, &key.account);
            if reached.contains(key) || was_running.contains(key) || !counts {
                continue;
            }
            let (one, two) = (old.instances.get(key), set.instances.get(key));
            if one.map(|it| &it.last_operation) != two.map(|it| &it.last_operation) {
                return Err(format!(
                    "S2: {key} of {} changed without an operation",
                    set.name()
                ));
            }
        }
    }
    Ok(())
}

fn list(keys: &BTreeSet<InstanceKey>) -> String {
    let texts: Vec<_> = keys.iter().map(ToString::to_string).collect();
    format!("{} [{}]", texts.len(), texts.join(" "))
}
