//! What is told of the operations of a plan.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::ids::Region;
use model::plan::{Operation, Plan, RunsIf};
use model::preferences::RegionConcurrency;

use super::stages;
use crate::words::{count, exactly, from_to, list, number, short_list};

/// Names in an "after …".
const NAMED: usize = 3;

pub(crate) fn course(plan: &Plan) -> impl Iterator<Item = &Operation> {
    plan.operations
        .iter()
        .filter(|operation| operation.runs_if.is_always())
}

/// `9 operations in 5 steps, 75–130 min of AWS time (from …), 15 min of waiting between stages`
pub(crate) fn title(plan: &Plan) -> String {
    let steps: BTreeSet<u32> = course(plan).map(|operation| operation.step).collect();
    let mut parts = vec![format!(
        "{} in {}",
        count(course(plan).count() as u64, "operation"),
        count(steps.len() as u64, "step")
    )];
    if let Some(estimate) = &plan.estimate {
        let time = from_to(estimate.low_seconds, estimate.high_seconds);
        parts.push(format!("{time} of AWS time (from {})", estimate.basis));
        if estimate.soak_seconds > 0 {
            let soaks = exactly(estimate.soak_seconds);
            parts.push(format!("{soaks} of waiting between stages"));
        }
    }
    parts.join(", ")
}

/// Whether a stage has something to be looked at and no stage behind it that would say so.
fn is_checked_last(plan: &Plan, id: &str) -> bool {
    let follows = plan.stages.iter().any(|stage| stage.after.as_deref() == Some(id));
    let checked = |stage: &model::plan::Stage| stage.soak_seconds > 0 || !stage.alarms.is_empty();
    !follows && stages::find(plan, id).is_some_and(checked)
}

/// `136 × 2 − 1 = 271`: accounts × Regions, less what the full product has too much.
pub(crate) fn product(operation: &Operation) -> String {
    match factors(operation) {
        Some(factors) => format!("{factors} = {}", number(operation.instances)),
        None => String::new(),
    }
}

/// `136 × 2 − 1`, when it touches instances.
pub(crate) fn factors(operation: &Operation) -> Option<String> {
    let (accounts, regions) = sides(operation);
    if operation.instances == 0 {
        return None;
    }
    let less = match (accounts * regions).checked_sub(operation.instances) {
        Some(0) | None => String::new(),
        Some(n) => format!(" − {}", number(n)),
    };
    Some(format!("{} × {}{less}", number(accounts), number(regions)))
}

/// Distinct accounts and distinct Regions that an operation touches.
pub(crate) fn sides(operation: &Operation) -> (u64, u64) {
    let accounts: BTreeSet<_> = operation.touches.iter().flat_map(|one| &one.accounts).collect();
    let regions: BTreeSet<_> = operation.touches.iter().flat_map(|one| &one.regions).collect();
    (accounts.len() as u64, regions.len() as u64)
}

fn how(plan: &Plan, operation: &Operation) -> String {
    let mut parts = pace(operation);
    let after = after(plan, operation);
    let others = course(plan).map(|other| other.stack_set.as_str());
    let others: BTreeSet<&str> = others.filter(|name| *name != operation.stack_set).collect();
    if after.len() > 1 && after.len() == others.len() {
        parts.push("after everything else".to_owned());
    } else if !after.is_empty() {
        parts.push(format!("after {}", short_list(&after, NAMED)));
    }
    parts.join(", ")
}

/// What AWS will really do, not what is configured.
fn pace(operation: &Operation) -> Vec<String> {
    let mut parts = Vec::new();
    if operation.instances > 0
        && let Some(preferences) = operation.call.preferences()
    {
        let (accounts, regions) = sides(operation);
        let n = operation.effective_concurrency;
        parts.push(format!("{} at a time", number(n)));
        parts.push(tolerance(preferences.tolerance(accounts)));
        if regions > 1 && preferences.region_concurrency == RegionConcurrency::Parallel {
            parts.push("Regions side by side".to_owned());
        }
    }
    parts
}

/// Failures that each Region of an operation may have; none where AWS takes no preferences.
pub(crate) fn tolerated(operation: &Operation) -> Option<u64> {
    let (accounts, _) = sides(operation);
    let preferences = operation.call.preferences().filter(|_| operation.instances > 0)?;
    Some(preferences.tolerance(accounts))
}

/// `3 tolerated per Region`: beside failures, so that nobody has to look up whether an operation goes on.
pub(crate) fn tolerated_in_words(failures: u64, regions: u64) -> String {
    match (failures, regions) {
        (0, _) => "none tolerated".to_owned(),
        (n, 1) => format!("{} tolerated", number(n)),
        (n, _) => format!("{} tolerated per Region", number(n)),
    }
}

fn tolerance(failures: u64) -> String {
    match failures {
        0 => "stop at the 1st failure".to_owned(),
        n => format!("{} per Region", count(n, "failure")),
    }
}

/// Other StackSets whose operations must have succeeded first. What only stands in the stage before is told by the stages.
pub(crate) fn after<'a>(plan: &'a Plan, operation: &'a Operation) -> Vec<&'a str> {
    let awaited = plan
        .operations
        .iter()
        .filter(|other| operation.depends_on.contains(&other.id))
        .filter(|other| !stages::same_rollout(operation.stage.as_deref(), other.stage.as_deref()));
    let names: BTreeSet<&str> = awaited
        .map(|other| other.stack_set.as_str())
        .filter(|name| *name != operation.stack_set)
        .collect();
    names.into_iter().collect()
}

/// The Regions of a call in the order in which it goes through them.
pub(crate) fn regions(call: &Write) -> Vec<&Region> {
    let targets = match call {
        Write::UpdateStackSet(update) => update.targets.regions(),
        Write::CreateStackInstances { targets, .. }
        | Write::UpdateStackInstances { targets, .. }
        | Write::DeleteStackInstances { targets, .. } => targets.regions(),
        Write::CreateStackSet { .. } | Write::DeleteStackSet => &[],
    };
    let order = call
        .preferences()
        .map_or(&[][..], |preferences| &preferences.region_order);
    order.iter().chain(targets).collect()
}

/// A line of a schedule.
pub(crate) enum Row<'a> {
    /// An operation: where it stands, only where that differs from the line before, and how it goes.
    Operation(String, &'a Operation, String),
    /// What stands between operations.
    Between(String),
    /// An operation that only runs when a stage fails, and how it goes.
    Back(&'a Operation, String),
}

/// The normal course, then what would be rolled back.
pub(crate) fn rows(plan: &Plan) -> Vec<Row<'_>> {
    let mut rows = normal_course(plan);
    rows.extend(ways_back(plan));
    rows
}

fn normal_course(plan: &Plan) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut before: Option<&Operation> = None;
    let mut begun: BTreeSet<&str> = BTreeSet::new();
    for operation in course(plan) {
        let stage = operation.stage.as_deref();
        if let Some(stage) = stage.and_then(|id| stages::find(plan, id))
            && begun.insert(&stage.id)
        {
            rows.extend(stages::gates(plan, stage).into_iter().map(Row::Between));
        }
        let same_step = before.is_some_and(|before| before.step == operation.step);
        let same_stage = before.is_some_and(|before| before.stage == operation.stage);
        let step = match (same_step, same_stage) {
            (true, true) => String::new(),
            (_, _) => step(plan, operation),
        };
        rows.push(Row::Operation(step, operation, how(plan, operation)));
        before = Some(operation);
    }
    let last = plan
        .stages
        .iter()
        .filter(|stage| is_checked_last(plan, &stage.id));
    rows.extend(last.map(|stage| Row::Between(format!("{}: {}", stage.name, stages::check(stage)))));
    rows
}

/// `2 nonprod`
fn step(plan: &Plan, operation: &Operation) -> String {
    match operation.stage.as_deref() {
        Some(stage) => format!("{} {}", operation.step, stages::name(plan, stage)),
        None => operation.step.to_string(),
    }
}

/// Rollbacks: a line for each StackSet and what would be rolled back.
fn ways_back(plan: &Plan) -> Vec<Row<'_>> {
    let mut alike: BTreeMap<(&str, String), (&Operation, Vec<&str>)> = BTreeMap::new();
    for operation in &plan.operations {
        if let RunsIf::StageFailed(stage) = &operation.runs_if {
            let key = (operation.stack_set.as_str(), product(operation));
            let (_, stages) = alike.entry(key).or_insert((operation, Vec::new()));
            stages.push(stages::name(plan, stage));
        }
    }
    let mut rows = Vec::new();
    if !alike.is_empty() {
        rows.push(Row::Between("only when a stage fails:".to_owned()));
    }
    for (operation, stages) in alike.into_values() {
        let when = list(&stages).replace(" and ", " or ");
        let how = format!("if {when} fails, {}", pace(operation).join(", "));
        rows.push(Row::Back(operation, how));
    }
    rows
}
