//! One StackSet of a plan: what differs in it, and what happens to its instances.

use std::collections::{BTreeMap, BTreeSet};

use model::plan::{Action, Changes, Plan, RegisteredTarget, StackSetPlan};

use super::{Diff, PlanView, matrix, parameters, template};
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{mark, marked, meaning, reasons};
use crate::told::failures;
use crate::told::parameters::before_after;
use crate::words::{count, list};

/// Column at which the text after a label starts.
const LABEL: usize = 13;
/// Reasons of failures that are shown at first.
const REASONS: usize = 3;

/// The whole section.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    title(page, set);
    page.blank();
    why(page, set);
    last_time(page, set, view.diff);
    if let Some(change) = &set.changes.template {
        template::write(page, change, view.diff);
    }
    parameters::write(page, plan, set, view);
    acknowledged(page, &set.changes);
    settings(page, &set.changes);
    targets(page, &set.changes);
    matrix::write(page, plan, set, view);
    page.blank();
}

fn title(page: &mut Page, set: &StackSetPlan) {
    let mut line = Line::new()
        .put(meaning(set.action), mark(set.action))
        .text(" ")
        .put(Meaning::Heading, &set.name);
    if set.name != set.aws_name.as_str() {
        line = line.text(&format!("  ({} in AWS)", set.aws_name));
    }
    if let Some(span) = &set.span {
        let place = Line::new().put(Meaning::Aside, &format!("{}:{}", span.file, span.start.line));
        let at = page.width().saturating_sub(place.width());
        if line.width() < at {
            line = line.to(at).join(place);
        }
    }
    page.line(&line);
}

fn label(text: &str) -> Line {
    Line::new().text("  ").put(Meaning::Heading, text).to(LABEL)
}

/// Whether taking it over changes what its stacks are made from.
fn adopted(set: &StackSetPlan) -> String {
    let changes = &set.changes;
    let parts = [
        ("template", changes.template.is_some()),
        ("parameters", !changes.parameters.is_empty()),
        ("settings", !changes.settings.is_empty()),
    ];
    let differs: Vec<&str> = parts
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(word, _)| *word)
        .collect();
    let there = "exists in AWS and no project keeps it";
    if differs.is_empty() {
        format!("{there}; template, parameters and settings match already")
    } else {
        format!("{there}; not yet as the manifest says: {}", list(&differs))
    }
}

fn why(page: &mut Page, set: &StackSetPlan) {
    let stacks = |action, one, many| {
        let n = set.instances.counts.get(&action).copied().unwrap_or_default();
        let verb = if n == 1 { one } else { many };
        let accounts = count(accounts(set, action), "account");
        format!("{} in {accounts} {verb}", count(n, "stack"))
    };
    let stay = || stacks(Action::Detach, "stays, unmanaged", "stay, unmanaged");
    match set.action {
        Action::Adopt => page.hanging(label("Adopt"), Meaning::Plain, &adopted(set)),
        Action::Detach => {
            let text = format!("{}; the StackSet goes", stay());
            page.hanging(label("Removed"), Meaning::Detach, &text);
        }
        Action::Delete => {
            let deleted = stacks(Action::Delete, "is deleted", "are deleted");
            let text = format!("{deleted}; the StackSet goes");
            page.hanging(label("Removed"), Meaning::Delete, &text);
            if set.instances.counts.contains_key(&Action::Detach) {
                page.hanging(label(""), Meaning::Detach, &stay());
            }
        }
        Action::Create => {}
        Action::Update | Action::Recreate | Action::None => {
            let words = reasons(set);
            if !words.is_empty() {
                page.hanging(label("Because"), Meaning::Plain, &words.join(", "));
            }
        }
    }
    if let Some(reason) = failures::removal(set) {
        page.hanging(label("Reason"), Meaning::Plain, &reason);
    }
    if !set.blocked_by.is_empty() {
        let codes: Vec<&str> = set.blocked_by.iter().map(|hold| hold.code.as_str()).collect();
        page.hanging(label("Held"), Meaning::Bad, &list(&codes));
    }
}

/// Why instances that are done again failed, in AWS's words.
fn last_time(page: &mut Page, set: &StackSetPlan, diff: Diff) {
    let most = if diff == Diff::Full { usize::MAX } else { REASONS };
    for (at, reason) in failures::last_time(set, most).iter().enumerate() {
        let start = label(if at == 0 { "Failed" } else { "" });
        page.hanging(start, Meaning::Plain, reason);
    }
}

fn accounts(set: &StackSetPlan, action: Action) -> u64 {
    let groups = set.instances.groups.iter();
    let touched = groups.filter(|group| group.action == action);
    let accounts: BTreeSet<_> = touched.flat_map(|group| &group.rectangle.accounts).collect();
    accounts.len() as u64
}

/// What nobody wrote down and the calls say all the same.
fn acknowledged(page: &mut Page, changes: &Changes) {
    if !changes.acknowledged.is_empty() {
        let keys: Vec<&str> = changes.acknowledged.iter().map(|one| one.key()).collect();
        let text = format!("{} (capabilities = \"auto\")", list(&keys));
        page.hanging(label("Allows"), Meaning::Plain, &text);
    }
}

fn settings(page: &mut Page, changes: &Changes) {
    if changes.settings.is_empty() {
        return;
    }
    page.line(&label("Settings"));
    let rows: Vec<Vec<Cell>> = changes
        .settings
        .iter()
        .map(|change| {
            let action = match (&change.before, &change.after) {
                (None, Some(_)) => Action::Create,
                (Some(_), None) => Action::Delete,
                _ => Action::Update,
            };
            let values = before_after(change.before.as_deref(), change.after.as_deref());
            vec![
                Cell::new(meaning(action), marked(action, &change.setting)),
                Cell::text(values),
            ]
        })
        .collect();
    table(page, 4, &rows);
}

/// Registered units with their Regions: what automatic deployment will follow.
fn targets(page: &mut Page, changes: &Changes) {
    let mut rows = target_rows(Action::Create, &changes.targets_added);
    rows.extend(target_rows(Action::Delete, &changes.targets_removed));
    if !rows.is_empty() {
        page.line(&label("Targets"));
        table(page, 4, &rows);
    }
}

fn target_rows(action: Action, targets: &[RegisteredTarget]) -> Vec<Vec<Cell>> {
    let mut units: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for target in targets {
        units
            .entry(&target.unit)
            .or_default()
            .push(target.region.as_str());
    }
    let row = |(unit, regions): (&str, Vec<&str>)| {
        vec![
            Cell::new(meaning(action), marked(action, unit)),
            Cell::text(regions.join(", ")),
        ]
    };
    units.into_iter().map(row).collect()
}
