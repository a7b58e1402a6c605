//! The operations in the order in which they run.

use std::collections::BTreeSet;

use model::call::Write;
use model::ids::Region;
use model::plan::{Operation, Plan};
use model::preferences::{OperationPreferences, RegionConcurrency};

use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{kind, kind_meaning};
use crate::words::{count, number, short_list};

/// Names in an "after …".
const NAMED: usize = 3;

/// The section, when there is anything to run.
pub(super) fn write(page: &mut Page, plan: &Plan) {
    if plan.operations.is_empty() {
        return;
    }
    let steps: BTreeSet<u32> = plan.operations.iter().map(|operation| operation.step).collect();
    let text = format!(
        "{} in {}",
        count(plan.operations.len() as u64, "operation"),
        count(steps.len() as u64, "step")
    );
    page.line(
        &Line::new()
            .put(Meaning::Heading, "Schedule")
            .text("  ")
            .text(&text),
    );
    page.blank();
    let digits = plan
        .operations
        .iter()
        .map(|one| number(one.instances).len())
        .max()
        .unwrap_or(1);
    let mut rows = Vec::new();
    let mut before = None;
    for operation in &plan.operations {
        let step = if before == Some(operation.step) {
            String::new()
        } else {
            operation.step.to_string()
        };
        before = Some(operation.step);
        rows.push(row(plan, operation, step, digits));
    }
    table(page, 2, &rows);
    page.blank();
}

fn row(plan: &Plan, operation: &Operation, step: String, digits: usize) -> Vec<Cell> {
    vec![
        Cell::text(step).right(),
        Cell::text(operation.stack_set.clone()),
        Cell::new(kind_meaning(operation.kind), kind(operation.kind)),
        Cell::text(product(operation, digits)).right(),
        Cell::text(how(plan, operation)),
    ]
}

/// `136 × 2 − 1 = 271`: accounts × Regions, less what the full product has too much.
fn product(operation: &Operation, digits: usize) -> String {
    let (accounts, regions) = sides(operation);
    if operation.instances == 0 {
        return String::new();
    }
    let all = accounts * regions;
    let less = match all.checked_sub(operation.instances) {
        Some(0) | None => String::new(),
        Some(n) => format!(" − {}", number(n)),
    };
    let total = number(operation.instances);
    format!(
        "{} × {}{less} = {total:>digits$}",
        number(accounts),
        number(regions)
    )
}

/// Distinct accounts and distinct Regions that an operation touches.
pub(crate) fn sides(operation: &Operation) -> (u64, u64) {
    let accounts: BTreeSet<_> = operation.touches.iter().flat_map(|one| &one.accounts).collect();
    let regions: BTreeSet<_> = operation.touches.iter().flat_map(|one| &one.regions).collect();
    (accounts.len() as u64, regions.len() as u64)
}

fn how(plan: &Plan, operation: &Operation) -> String {
    let mut parts = Vec::new();
    if operation.instances > 0
        && let Some(preferences) = preferences(&operation.call)
    {
        let (accounts, regions) = sides(operation);
        let n = operation.effective_concurrency;
        parts.push(format!("{} at a time", number(n)));
        parts.push(tolerance(preferences.tolerance(accounts)));
        if regions > 1 && preferences.region_concurrency == RegionConcurrency::Parallel {
            parts.push("Regions side by side".to_owned());
        }
    }
    let after = after(plan, operation);
    if !after.is_empty() {
        parts.push(format!("after {}", short_list(&after, NAMED)));
    }
    parts.join(", ")
}

fn tolerance(failures: u64) -> String {
    match failures {
        0 => "stop at the 1st failure".to_owned(),
        n => format!("{} per Region", count(n, "failure")),
    }
}

/// Other StackSets whose operations must have succeeded first.
fn after<'a>(plan: &'a Plan, operation: &'a Operation) -> Vec<&'a str> {
    let awaited = plan
        .operations
        .iter()
        .filter(|other| operation.depends_on.contains(&other.id));
    let names: BTreeSet<&str> = awaited
        .map(|other| other.stack_set.as_str())
        .filter(|name| *name != operation.stack_set)
        .collect();
    names.into_iter().collect()
}

/// How a call spreads over accounts, when it starts an operation.
fn preferences(call: &Write) -> Option<&OperationPreferences> {
    match call {
        Write::UpdateStackSet(update) => Some(&update.preferences),
        Write::CreateStackInstances { preferences, .. }
        | Write::UpdateStackInstances { preferences, .. }
        | Write::DeleteStackInstances { preferences, .. } => Some(preferences),
        Write::CreateStackSet { .. } | Write::DeleteStackSet => None,
    }
}

/// The Regions of a call in the order in which it goes through them.
pub(super) fn regions(call: &Write) -> Vec<&Region> {
    let targets = match call {
        Write::UpdateStackSet(update) => update.targets.regions(),
        Write::CreateStackInstances { targets, .. }
        | Write::UpdateStackInstances { targets, .. }
        | Write::DeleteStackInstances { targets, .. } => targets.regions(),
        Write::CreateStackSet { .. } | Write::DeleteStackSet => &[],
    };
    let order = preferences(call).map_or(&[][..], |preferences| &preferences.region_order);
    order.iter().chain(targets).collect()
}
