//! What happens to instances, as a matrix.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::Region;
use model::plan::{Action, InstanceGroup, Plan, StackSetPlan};

use super::{Diff, PlanView, stages};
use crate::layout::Page;
use crate::terms::{mark, meaning, reason, reasons};
use crate::text::grid::{self, Accounts, Beside, Mark, Row, Tallies, unit_rows};

/// The section of one StackSet.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    let rows = rows(set);
    if rows.is_empty() {
        return;
    }
    let names = &plan.account_names;
    let beside = Beside {
        title: "Instances",
        stages: &stages_of_accounts(plan, set),
        names,
    };
    grid::write(page, &regions(plan, set), &rows, &beside);
    if view.diff == Diff::Full {
        grid::every_account(page, &rows, names);
    }
}

/// The stage that reaches each account, in the order of the stages.
fn stages_of_accounts<'a>(plan: &'a Plan, set: &'a StackSetPlan) -> Tallies<'a> {
    let mut tallies = Tallies::new();
    for group in &set.instances.groups {
        let Some(id) = group.stage.as_deref() else {
            continue;
        };
        let at = plan.stages.iter().position(|stage| stage.id == id);
        for account in &group.rectangle.accounts {
            let stage = (at.unwrap_or(usize::MAX), stages::name(plan, id));
            tallies.entry(account).or_default().insert(stage);
        }
    }
    tallies
}

fn rows(set: &StackSetPlan) -> Vec<Row<'_>> {
    let mut units: Vec<(&str, Accounts<'_>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for group in &set.instances.groups {
        let place = *places.entry(&group.unit).or_insert(units.len());
        if place == units.len() {
            units.push((&group.unit, BTreeMap::new()));
        }
        if let Some((_, accounts)) = units.get_mut(place) {
            treat(accounts, group);
        }
    }
    let because = reasons(set);
    for treatment in units.iter_mut().flat_map(|(_, accounts)| accounts.values_mut()) {
        leave_out(&because, &mut treatment.why);
    }
    units
        .into_iter()
        .flat_map(|(unit, accounts)| unit_rows(unit, accounts))
        .collect()
}

/// What the StackSet's own line has said is not said again in every row.
fn leave_out(because: &[&str], why: &mut Vec<String>) {
    if because.iter().all(|word| why.iter().any(|said| said == word)) {
        why.retain(|said| !because.contains(&said.as_str()));
    }
}

fn treat<'a>(accounts: &mut Accounts<'a>, group: &'a InstanceGroup) {
    let action = group.action;
    for id in &group.rectangle.accounts {
        let treatment = accounts.entry(id).or_default();
        // What is left out with a remark is not the same as what is there and stays: it has no number.
        if action != Action::None || group.note.is_none() {
            let regions = group.rectangle.regions.iter();
            let mark = Mark::Number(mark(action), meaning(action));
            treatment.cells.extend(regions.map(|region| (region, mark)));
        }
        match &group.note {
            Some(note) => treatment.say(note.clone()),
            None => {
                for one in &group.reasons {
                    treatment.say(reason(*one, action).to_owned());
                }
            }
        }
    }
}

/// In the order of the rollout where an operation gives one.
fn regions<'a>(plan: &'a Plan, set: &'a StackSetPlan) -> Vec<&'a Region> {
    let all: BTreeSet<&Region> = set
        .instances
        .groups
        .iter()
        .flat_map(|group| &group.rectangle.regions)
        .collect();
    let operations = plan
        .operations
        .iter()
        .filter(|operation| operation.stack_set == set.name);
    let mut ordered: Vec<&Region> = Vec::new();
    for region in operations.flat_map(|operation| super::schedule::regions(&operation.call)) {
        if all.contains(region) && !ordered.contains(&region) {
            ordered.push(region);
        }
    }
    let rest: Vec<&Region> = all
        .into_iter()
        .filter(|region| !ordered.contains(region))
        .collect();
    ordered.extend(rest);
    ordered
}
