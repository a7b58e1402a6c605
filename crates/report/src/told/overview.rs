//! What is told of a plan at a glance.

use std::collections::BTreeSet;

use model::plan::{Action, Changes, Plan, RegisteredTarget, RiskLevel, StackSetPlan};

use super::stages;
use crate::style::Meaning;
use crate::terms::{reasons, verb};
use crate::words::{count, number};

/// `careful: canary 2 accounts, nonprod 67, prod 71 after an approval`, a line for each rollout.
pub(crate) fn by_stage(plan: &Plan) -> Vec<String> {
    let groups = || plan.stack_sets.iter().flat_map(|set| &set.instances.groups);
    let mut rollouts: Vec<(&str, Vec<String>)> = Vec::new();
    for stage in &plan.stages {
        let here = groups().filter(|group| group.stage.as_deref() == Some(&stage.id));
        let accounts: BTreeSet<_> = here.flat_map(|group| &group.rectangle.accounts).collect();
        if accounts.is_empty() {
            continue;
        }
        let n = accounts.len() as u64;
        let approval = if stage.approval { " after an approval" } else { "" };
        let level = stages::prefix(&stage.id);
        if let Some((_, all)) = rollouts.iter_mut().find(|(known, _)| *known == level) {
            all.push(format!("{} {}{approval}", stage.name, number(n)));
        } else {
            let first = format!("{} {}{approval}", stage.name, count(n, "account"));
            rollouts.push((level, vec![first]));
        }
    }
    let told = |(level, all): (&str, Vec<String>)| format!("{level}: {}", all.join(", "));
    rollouts.into_iter().map(told).collect()
}

pub(crate) fn touched(
    counts: &std::collections::BTreeMap<Action, u64>,
) -> impl Iterator<Item = (Action, u64)> + '_ {
    counts
        .iter()
        .filter(|(action, n)| !matches!(action, Action::None | Action::Adopt) && **n > 0)
        .map(|(action, n)| (*action, *n))
}

/// `408 update`, `127 create, 8 delete`
pub(crate) fn instances(set: &StackSetPlan) -> String {
    let parts: Vec<String> = touched(&set.instances.counts)
        .map(|(action, n)| format!("{} {}", number(n), verb(action)))
        .collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `template, 3 parameters, +1 target`; the reasons alone where the definition stays.
pub(crate) fn what_changes(set: &StackSetPlan) -> String {
    match set.action {
        Action::Create => return "new".to_owned(),
        Action::Delete => return "removed with its stacks".to_owned(),
        Action::Detach => return "removed, its stacks stay".to_owned(),
        Action::Update | Action::Recreate | Action::Adopt | Action::None => {}
    }
    let mut parts = Vec::new();
    if set.action == Action::Adopt {
        parts.push("adopted".to_owned());
    }
    parts.extend(differences(&set.changes));
    if parts.is_empty() {
        parts.extend(reasons(set).into_iter().map(str::to_owned));
    }
    if parts.is_empty() {
        parts.push("–".to_owned());
    }
    parts.join(", ")
}

/// What of a definition differs: `template`, `3 parameters`, `+2 targets`.
pub(crate) fn differences(changes: &Changes) -> Vec<String> {
    let mut parts = Vec::new();
    if changes.template.is_some() {
        parts.push("template".to_owned());
    }
    for (n, noun) in [
        (changes.parameters.len(), "parameter"),
        (changes.overrides.len(), "override"),
        (changes.settings.len(), "setting"),
    ] {
        if n > 0 {
            parts.push(count(n as u64, noun));
        }
    }
    parts.extend(targets(&changes.targets_added).map(|told| format!("+{told}")));
    parts.extend(targets(&changes.targets_removed).map(|told| format!("−{told}")));
    parts
}

/// `1 unit × 2 Regions`, where the pairs are that.
fn targets(pairs: &[RegisteredTarget]) -> Option<String> {
    let units: BTreeSet<_> = pairs.iter().map(|pair| &pair.unit_id).collect();
    let regions: BTreeSet<_> = pairs.iter().map(|pair| &pair.region).collect();
    let whole = pairs.len() == units.len() * regions.len();
    match pairs.len() as u64 {
        0 => None,
        n if n == 1 || !whole => Some(count(n, "target")),
        _ => Some(format!(
            "{} × {}",
            count(units.len() as u64, "unit"),
            count(regions.len() as u64, "Region")
        )),
    }
}

pub(crate) fn level(level: RiskLevel) -> (&'static str, Meaning) {
    match level {
        RiskLevel::None => ("none", Meaning::Good),
        RiskLevel::Low => ("low", Meaning::Good),
        RiskLevel::Medium => ("medium", Meaning::Attention),
        RiskLevel::High => ("high", Meaning::Bad),
    }
}
