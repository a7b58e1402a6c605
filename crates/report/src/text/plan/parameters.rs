//! Values of parameters that differ: the StackSet's, and those of some instances alone.

use std::collections::BTreeSet;

use model::ids::Region;
use model::plan::{Action, ParameterChange, Plan, StackSetPlan};

use super::{Diff, PlanView};
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{Names, marked, meaning};
use crate::told::parameters::{Own, everywhere, people, remarks, source, told, values};
use crate::words::count;

/// Values of instances alone that are shown of one parameter, where not everything is.
const SHOWN: usize = 3;

/// The section of one StackSet: a line for each parameter, and below it those of instances with values of their own.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    let told = told(set);
    if told.is_empty() {
        return;
    }
    let start = Line::new().text("  ").put(Meaning::Heading, "Parameters");
    page.line(&start);
    let everywhere = everywhere(set);
    let mut rows = Vec::new();
    for (name, told) in &told {
        let action = told.shared.map_or(Action::Update, |shared| shared.action);
        rows.push(row(marked(action, name), meaning(action), told.shared));
        let shown = match view.diff {
            Diff::Full => told.own.len(),
            _ => SHOWN,
        };
        for own in told.own.iter().take(shown) {
            rows.push(own_row(own, &everywhere, &plan.account_names));
        }
        rows.extend(rest(told.own.get(shown..).unwrap_or_default()));
    }
    table(page, 4, &rows);
}

fn row(name: String, meaning: Meaning, change: Option<&ParameterChange>) -> Vec<Cell> {
    vec![
        Cell::new(meaning, name),
        Cell::text(change.map(values).unwrap_or_default()),
        Cell::new(
            Meaning::Aside,
            change.map(|change| source(&change.source)).unwrap_or_default(),
        ),
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

/// `and 55 more accounts: --diff full`
fn rest(left: &[Own<'_>]) -> Option<Vec<Cell>> {
    let accounts: BTreeSet<_> = left.iter().flat_map(|own| &own.accounts).collect();
    (!left.is_empty()).then(|| {
        let more = count(accounts.len() as u64, "more account");
        let text = format!("  and {more}: --diff full");
        vec![Cell::across(Meaning::Aside, text)]
    })
}
