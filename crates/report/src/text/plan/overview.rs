//! What changes, in one table, and how bad that is.

use model::plan::{Action, Plan, StackSetPlan};

use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{marked, meaning, reasons, verb};
use crate::words::{count, number};

const LABEL: usize = 16;

/// The table, the blast radius and the risks.
pub(super) fn write(page: &mut Page, plan: &Plan) {
    let mut rows = vec![header()];
    rows.extend(
        plan.stack_sets
            .iter()
            .filter(|set| set.action != Action::None)
            .map(row),
    );
    if rows.len() > 1 {
        table(page, 2, &rows);
        page.blank();
    }
    let told = radius(page, plan);
    if risks(page, plan) || told {
        page.blank();
    }
}

fn radius(page: &mut Page, plan: &Plan) -> bool {
    let summary = &plan.summary;
    let touched: u64 = touched(&summary.instances).map(|(_, n)| n).sum();
    if touched == 0 {
        return false;
    }
    let radius = format!(
        "{} of {} · {} · {}",
        number(summary.accounts_touched),
        count(summary.accounts_total, "account"),
        count(summary.regions.len() as u64, "Region"),
        count(touched, "stack instance"),
    );
    let label = Line::new()
        .text("  ")
        .put(Meaning::Heading, "Blast radius")
        .to(LABEL);
    page.hanging(label, Meaning::Plain, &radius);
    true
}

fn header() -> Vec<Cell> {
    ["  StackSet", "What changes", "Instances"]
        .map(|title| Cell::new(Meaning::Aside, title))
        .to_vec()
}

fn row(set: &StackSetPlan) -> Vec<Cell> {
    vec![
        Cell::new(meaning(set.action), marked(set.action, &set.name)),
        Cell::text(what_changes(set)),
        Cell::text(instances(set)),
    ]
}

fn touched(counts: &std::collections::BTreeMap<Action, u64>) -> impl Iterator<Item = (Action, u64)> + '_ {
    counts
        .iter()
        .filter(|(action, n)| !matches!(action, Action::None | Action::Adopt) && **n > 0)
        .map(|(action, n)| (*action, *n))
}

/// `408 update`, `127 create, 8 delete`
fn instances(set: &StackSetPlan) -> String {
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
fn what_changes(set: &StackSetPlan) -> String {
    match set.action {
        Action::Create => return "new".to_owned(),
        Action::Delete => return "removed with its stacks".to_owned(),
        Action::Detach => return "removed, its stacks stay".to_owned(),
        Action::Update | Action::Adopt | Action::None => {}
    }
    let mut parts = Vec::new();
    if set.action == Action::Adopt {
        parts.push("adopted".to_owned());
    }
    let changes = &set.changes;
    if changes.template.is_some() {
        parts.push("template".to_owned());
    }
    for (n, noun) in [
        (changes.parameters.len(), "parameter"),
        (changes.settings.len(), "setting"),
    ] {
        if n > 0 {
            parts.push(count(n as u64, noun));
        }
    }
    for (sign, n) in [
        ("+", changes.targets_added.len()),
        ("−", changes.targets_removed.len()),
    ] {
        if n > 0 {
            parts.push(format!("{sign}{}", count(n as u64, "target")));
        }
    }
    if parts.is_empty() {
        parts.extend(reasons(set).into_iter().map(str::to_owned));
    }
    if parts.is_empty() {
        parts.push("–".to_owned());
    }
    parts.join(", ")
}

fn risks(page: &mut Page, plan: &Plan) -> bool {
    let mut rows = Vec::new();
    for set in &plan.stack_sets {
        let count_of = |action| set.instances.counts.get(&action).copied().unwrap_or_default();
        if count_of(Action::Delete) > 0 {
            let what = format!("{} deleted", count_are(count_of(Action::Delete), "stack"));
            rows.push((what, set.name.clone()));
        }
        let updated = count_of(Action::Update);
        let resources = set
            .changes
            .template
            .iter()
            .flat_map(|template| &template.resources);
        for gone in resources.filter(|resource| resource.action == Action::Delete && updated > 0) {
            let what = format!("a resource is deleted in {}", count(updated, "stack"));
            let which = format!("{}: {} ({})", set.name, gone.logical_id, gone.resource_type);
            rows.push((what, which));
        }
    }
    if rows.is_empty() {
        return false;
    }
    page.line(&Line::new().text("  ").put(Meaning::Heading, "Risk"));
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(what, which)| {
            vec![
                Cell::new(Meaning::Attention, format!("! {what}")),
                Cell::text(which),
            ]
        })
        .collect();
    table(page, 4, &rows);
    true
}

fn count_are(n: u64, noun: &str) -> String {
    format!("{} {}", count(n, noun), if n == 1 { "is" } else { "are" })
}
