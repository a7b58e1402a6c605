//! What an apply may cost, and whether what it says is true.

use std::collections::BTreeSet;

use model::event::{ApplyResult, ApplySummary, OperationOutcome};
use model::ids::StackSetName;
use model::observed::OperationStatus;
use model::plan::{OperationKind, Plan};
use simulator::world::{CellStatus, StackSetOperation, World};

use crate::case::audit;
use crate::direct::Direct;
use crate::drive::{Ended, Setting, drive};
use crate::seen::Seen;
use crate::trouble::Trouble;
use executor::Options;

/// Describes of one operation in an hour (L5).
const DESCRIBES: u64 = 130;
/// In seconds.
const AN_HOUR: u64 = 3_600;

/// The operations of every StackSet.
fn operations(world: &World) -> impl Iterator<Item = &StackSetOperation> {
    let sets = world.stack_sets.values().flat_map(|sets| sets.values());
    sets.flat_map(|set| &set.operations)
}

/// No operation is looked at more than so often an hour. Takes what was counted since the last time.
pub fn few_describes(seen: &mut Seen, world: &World) -> Result<(), String> {
    let described = std::mem::take(&mut seen.describes);
    let mut described = described.iter();
    described.try_for_each(|(id, looks)| {
        // Whoever looks: runs that died, and those side by side. What went wrong is asked again, which the calls are judged by.
        is_seldom_described(world, id, looks.went_well)?;
        is_seldom_described(world, id, looks.all)
    })
}

/// Whether an operation was looked at seldom enough for how long it took; a shorter one counts as one of an hour.
pub fn is_seldom_described(world: &World, id: &str, times: u64) -> Result<(), String> {
    let found = operations(world).find(|operation| operation.id.as_str() == id);
    let long = found.map_or(0, |it| {
        let end = it.ended_at.unwrap_or(world.now);
        end.duration_since(it.created_at).as_secs()
    });
    let seconds = u64::try_from(long).unwrap_or_default().max(AN_HOUR);
    if times * AN_HOUR > DESCRIBES * seconds {
        return Err(format!(
            "L5: {id} was described {times} times in {seconds} seconds"
        ));
    }
    Ok(())
}

/// What is said to have succeeded did (S11); `quiet` when nobody else changed anything meanwhile.
pub fn truthful(plan: &Plan, summary: &ApplySummary, world: &World, quiet: bool) -> Result<(), String> {
    let lines = summary.operations.iter();
    for line in lines.filter(|line| line.outcome == OperationOutcome::Succeeded) {
        let planned = plan.operations.iter().find(|it| it.id == line.operation);
        let Some(id) = planned.and_then(|it| it.operation_id.as_ref()) else {
            continue;
        };
        let found = operations(world).find(|operation| operation.id == *id);
        // A definition alone may fail on instances that nobody planned; a forgotten history is no lie.
        let bad = |it: &StackSetOperation| {
            let mut cells = it.cells.iter().filter(|_| quiet);
            it.status != OperationStatus::Succeeded
                || cells
                    .any(|(key, cell)| cell.status == CellStatus::Failed && audit::works(world, &key.account))
        };
        let alone = planned.is_some_and(|it| it.instances == 0);
        if !alone && found.is_some_and(bad) {
            return Err(format!("S11: {id} is called a success and was none"));
        }
        let gone =
            planned.is_some_and(|it| is_to_go(plan, &it.aws_name) && is_gone(world, it.aws_name.as_str()));
        if found.is_none() && !gone && !is_deleted(world, id.as_str()) {
            return Err(format!("S11: {id} is called a success and never was"));
        }
    }
    Ok(())
}

/// Whether a plan deletes a StackSet.
fn is_to_go(plan: &Plan, name: &StackSetName) -> bool {
    let mut operations = plan.operations.iter();
    operations.any(|it| it.aws_name == *name && it.kind == OperationKind::DeleteStackSet)
}

/// A StackSet that is to go and is gone is done with, whoever did it.
fn is_gone(world: &World, name: &str) -> bool {
    let mut sets = world.stack_sets.values().flat_map(|sets| sets.values());
    let owner = &world.organization.management_account;
    !sets.any(|set| !set.deleted && set.admin_account == *owner && set.name() == name)
}

/// Histories may be shorter than an apply (knob `operation_history`).
fn is_deleted(world: &World, id: &str) -> bool {
    let mut log = world.log.iter();
    log.any(|entry| entry.operation_id.as_deref() == Some(id) && entry.status == 200)
}

/// Seconds that a plan's operations took together; at least one.
fn at_work(plan: &Plan, world: &World) -> u64 {
    let ids: BTreeSet<_> = plan
        .operations
        .iter()
        .map(|it| it.operation_id.as_ref())
        .collect();
    let own = operations(world).filter(|it| ids.contains(&Some(&it.id)));
    let seconds = own.map(|it| {
        it.ended_at
            .unwrap_or(world.now)
            .duration_since(it.created_at)
            .as_secs()
    });
    u64::try_from(seconds.sum::<i64>()).unwrap_or_default().max(1)
}

/// Whether automatic deployment did something meanwhile: a process that came late for the rest of its plan finds it stale, and is right.
fn is_overtaken(before: &World, after: &World) -> bool {
    let known: BTreeSet<_> = operations(before).map(|it| &it.id).collect();
    operations(after).any(|it| it.automatic && !known.contains(&it.id))
}

fn is_stale(summary: &ApplySummary) -> bool {
    matches!(summary.result, ApplyResult::Stale | ApplyResult::StaleMidway)
}

/// What can be seen beside an apply without trouble: at most 1.2 times its calls and 2 for each fault (L5), and the same end
/// where nothing but deaths, meetings and sleep were in the way (L3, L4).
pub fn beside_calm(
    mut calm: Direct,
    plan: &Plan,
    options: &Options,
    (world, trouble, ended, seed): (&World, &Trouble, &Ended, u64),
) -> Result<(), String> {
    let result = ended.summary.as_ref().map(|summary| summary.result);
    let of_calls = trouble.is_of_calls() && result == Some(ApplyResult::Succeeded);
    if !of_calls && !trouble.is_survived() {
        return Ok(());
    }
    let quiet = Trouble {
        latency: trouble.latency,
        ..Trouble::default()
    };
    let setting = Setting {
        // The same ways to AWS, so that the same calls are made at the same moments.
        seed,
        options,
        trouble: &quiet,
        crash: None,
        defect: None,
        resumed: None,
    };
    let overtaken = is_overtaken(&calm.world(), world);
    let ideal = drive(&mut calm, &[plan], &setting, &mut Seen::default());
    let succeeds = |summary: &ApplySummary| summary.result == ApplyResult::Succeeded;
    let ends_well = |summary: &ApplySummary| succeeds(summary) || overtaken && is_stale(summary);
    let all = ended.summary.iter().chain(&ended.others).all(ends_well) && ended.summary.is_some();
    if trouble.is_survived() && ideal.summary.as_ref().is_some_and(succeeds) && !all {
        return Err("L3: it is not carried out in the end".to_owned());
    }
    if !of_calls {
        return Ok(());
    }
    // A call that arrives later is given other times to work by the simulator, which says nothing about who watches it.
    let (took, ideally) = (at_work(plan, world), at_work(plan, &calm.world()));
    let faults = ended.struck + u64::from(trouble.skew.is_some());
    let most = ideal.calls * 12 * took.max(ideally) / (10 * ideally) + 2 * faults;
    if ended.calls > most {
        return Err(format!(
            "L5: {} calls; {} without trouble, {} hit",
            ended.calls, ideal.calls, ended.struck
        ));
    }
    Ok(())
}
