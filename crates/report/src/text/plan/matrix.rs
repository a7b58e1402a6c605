//! What happens to instances, as a matrix.

use model::plan::{Plan, StackSetPlan};

use super::{Diff, PlanView};
use crate::layout::Page;
use crate::text::grid::{self, Beside};
use crate::told::matrix::{regions, rows, stages_of_accounts};

/// The section of one StackSet.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    let stages = stages_of_accounts(plan, set);
    let rows = rows(set, &stages);
    if rows.is_empty() {
        return;
    }
    let names = &plan.account_names;
    let beside = Beside {
        title: "Instances",
        stages: &stages,
        names,
    };
    grid::write(page, &regions(plan, set), &rows, &beside);
    if view.diff == Diff::Full {
        grid::every_account(page, &rows, names);
    }
}
