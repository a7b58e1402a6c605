//! Values of parameters that differ: the StackSet's, and those of some instances alone.

use std::collections::BTreeSet;

use model::ids::Region;
use model::plan::{Action, Plan, StackSetPlan};

use super::{Diff, PlanView};
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{Names, marked, meaning};
use crate::told::parameters::{
    Own, SECRET, Stays, Told, before_after, everywhere, people, remarks, secret, source, told, values,
};
use crate::words::count;

/// Values of instances alone that are shown of one parameter, where not everything is.
const SHOWN: usize = 3;

/// The section of one StackSet: a line for each parameter, and below it those of instances with values of their own.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    let told = told(plan, set);
    if told.is_empty() {
        return;
    }
    let start = Line::new().text("  ").put(Meaning::Heading, "Parameters");
    page.line(&start);
    let everywhere = everywhere(set);
    let mut rows = Vec::new();
    for (name, told) in &told {
        rows.push(row(name, told));
        let shown = match view.diff {
            Diff::Full => told.own.len(),
            _ => SHOWN,
        };
        for own in told.own.iter().take(shown) {
            rows.push(own_row(own, &everywhere, &plan.account_names));
        }
        rows.extend(rest(told.own.get(shown..).unwrap_or_default()));
        for stays in told.stays.iter().take(shown) {
            rows.push(stays_row(stays, &everywhere, &plan.account_names));
        }
    }
    table(page, 4, &rows);
}

fn row(name: &str, told: &Told<'_>) -> Vec<Cell> {
    let action = told.shared.map_or(Action::Update, |shared| shared.action);
    let secret = told
        .secret
        .map(|reference| (SECRET.to_owned(), secret(reference)));
    let shared = told.shared.map(|change| (values(change), source(&change.source)));
    let (values, remark) = shared.or(secret).unwrap_or_default();
    vec![
        Cell::new(meaning(action), marked(action, name)),
        Cell::text(values),
        Cell::new(Meaning::Aside, remark),
    ]
}

/// `  in payments-prod  365 → 2555  eu-west-1 only, override "payments: PCI"`
fn own_row(own: &Own<'_>, everywhere: &BTreeSet<&Region>, names: &Names) -> Vec<Cell> {
    vec![
        Cell::text(format!("  in {}", people(&own.accounts, names))),
        Cell::text(values(own.change)),
        Cell::new(Meaning::Aside, remarks(own, everywhere)),
    ]
}

/// `  in Root/Workloads/Prod  stays 365  override, as before`
fn stays_row(stays: &Stays<'_>, everywhere: &BTreeSet<&Region>, names: &Names) -> Vec<Cell> {
    vec![
        Cell::text(format!("  in {}", stays.whose(names))),
        Cell::text(before_after(
            stays.value().or(Some(SECRET)),
            stays.value().or(Some(SECRET)),
        )),
        Cell::new(Meaning::Aside, stays.remark(everywhere)),
    ]
}

/// `and 55 more accounts: --diff full`
fn rest(left: &[Own<'_>]) -> Option<Vec<Cell>> {
    let accounts: BTreeSet<_> = left.iter().flat_map(|own| &own.accounts).collect();
    (!left.is_empty()).then(|| {
        let more = count(accounts.len() as u64, "more account");
        let text = format!("  and {more}: --diff full");
        vec![Cell::across(Meaning::Aside, text)]
    })
}
