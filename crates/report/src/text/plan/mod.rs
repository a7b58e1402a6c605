//! A plan for a reviewer: what and how bad first, the details after, the last lines repeating the first.

mod details;
mod head;
mod matrix;
mod overview;
mod parameters;
pub(super) mod remarks;
mod schedule;
mod template;

pub(super) use head::{counts, place};

use model::plan::{Action, Plan, PlanResult};

use crate::layout::{Line, Page};
use crate::style::Meaning;

/// How much of templates is shown (`--diff`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Diff {
    /// How many lines differ.
    None,
    /// One line for each resource's property.
    Summary,
    /// The same and the first 40 lines of each text difference.
    #[default]
    Auto,
    /// The same and whole text differences, new resources, and every account of every row.
    Full,
}

/// How a plan is shown.
#[derive(Debug, Clone, Copy)]
pub struct PlanView<'a> {
    /// How much of templates is shown.
    pub diff: Diff,
    /// Columns of the terminal; 60 to 98 are used.
    pub width: usize,
    /// The file that the plan was saved as, for the closing line.
    pub saved_as: Option<&'a str>,
}

impl Default for PlanView<'_> {
    fn default() -> Self {
        Self {
            diff: Diff::Auto,
            width: crate::layout::WIDEST,
            saved_as: None,
        }
    }
}

/// The whole plan as text.
pub fn plan(plan: &Plan, view: &PlanView<'_>) -> String {
    let mut page = Page::new(view.width);
    if plan.result == PlanResult::NoChanges {
        head::no_changes(&mut page, plan);
        remarks::write(&mut page, plan);
        return page.finish();
    }
    head::write(&mut page, plan);
    overview::write(&mut page, plan, view);
    let changing: Vec<_> = plan
        .stack_sets
        .iter()
        .filter(|set| set.action != Action::None)
        .collect();
    if !changing.is_empty() {
        page.rule();
        for set in changing {
            details::write(&mut page, plan, set, view);
        }
        page.rule();
    }
    schedule::write(&mut page, plan);
    remarks::write(&mut page, plan);
    close(&mut page, plan, view);
    page.finish()
}

fn close(page: &mut Page, plan: &Plan, view: &PlanView<'_>) {
    let digest = format!("digest {}", plan.digest.short());
    page.halves(
        head::outcome(plan),
        "    ",
        Line::new().put(Meaning::Aside, &digest),
    );
    let Some(file) = view.saved_as else { return };
    let start = Line::new().text("Saved as ").text(file).text(". ");
    if plan.applyable {
        page.line(
            &start
                .text("Apply exactly this with:  stackfleet apply ")
                .text(file),
        );
    } else {
        page.line(&start.text("It may be shown, but not applied: see the reasons above."));
    }
}
