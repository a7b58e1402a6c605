//! Stages of rollouts: their names, and what stands between them.

use model::plan::{Plan, Stage};

use crate::words::{count, exactly, list};

/// The name of a stage; of one that the plan does not list, the last part of its id.
pub(crate) fn name<'a>(plan: &'a Plan, id: &'a str) -> &'a str {
    match find(plan, id) {
        Some(stage) => &stage.name,
        None => id.rsplit_once('/').map_or(id, |(_, name)| name),
    }
}

/// A stage of the plan.
pub(crate) fn find<'a>(plan: &'a Plan, id: &str) -> Option<&'a Stage> {
    plan.stages.iter().find(|stage| stage.id == id)
}

/// The rollout that a StackSet goes through.
pub(crate) fn rollout<'a>(plan: &'a Plan, stack_set: &str) -> Option<&'a str> {
    let covers = |stage: &&Stage| stage.covers.contains_key(stack_set);
    plan.stages
        .iter()
        .find(covers)
        .map(|stage| stage.rollout.as_str())
}

/// What must hold before anything of a stage begins, one line each.
pub(crate) fn gates(plan: &Plan, stage: &Stage) -> Vec<String> {
    let mut gates = Vec::new();
    if let Some(before) = stage.after.as_deref().and_then(|id| find(plan, id)) {
        gates.push(check(before));
    }
    if stage.approval {
        gates.push(format!("approval of {}: apply stops here", stage.name));
    }
    gates
}

/// `wait 15 min, go on if nothing failed and 2 alarms are OK`
pub(crate) fn check(stage: &Stage) -> String {
    let alarms = stage.alarms.len() as u64;
    let mut wanted = vec!["nothing failed".to_owned()];
    if alarms > 0 {
        let are = if alarms == 1 { "is" } else { "are" };
        wanted.push(format!("{} {are} OK", count(alarms, "alarm")));
    }
    let wanted = list(&wanted);
    let since = match stage.ended_at {
        // A rollout that was stopped goes on: nothing of this stage is to be done any more.
        Some(ended) => format!(
            " from {} UTC, when {} ended",
            ended.strftime("%Y-%m-%d %H:%M"),
            stage.name
        ),
        None => String::new(),
    };
    match stage.soak_seconds {
        0 => format!("go on if {wanted}"),
        n => format!("wait {}{since}, go on if {wanted}", exactly(n)),
    }
}

/// The rollout, with its level where it has several: `careful`, `careful/2`.
pub(crate) fn prefix(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(before, _)| before)
}

/// Whether both stages are of one rollout and of one level, so that the one is waited for because the other is.
pub(crate) fn same_rollout(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| prefix(one) == prefix(other))
}
