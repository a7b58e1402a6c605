//! What stands around the plans of several manifests: a heading above each, and what they come to below all of them.

use model::plan::PlanResult;

use super::plan::counts;
use crate::layout::{Line, Page};
use crate::plans::Plans;
use crate::style::Meaning;
use crate::terms::plan_result;
use crate::words::{count, number};

/// Columns of a heading that are no name.
const AROUND: usize = 30;

/// `── prod.toml (1 of 2) ─────`: which manifest the next plan is of.
pub fn plan_heading(manifest: &str, at: usize, of: usize, width: usize) -> String {
    let mut page = Page::new(width);
    if at > 1 {
        page.blank();
    }
    let room = page.width().saturating_sub(AROUND);
    let line = Line::new()
        .put(Meaning::Aside, "── ")
        .join(Line::new().put(Meaning::Heading, manifest).cut(room))
        .put(Meaning::Aside, &format!(" ({at} of {of}) "));
    let rest = page.width().saturating_sub(line.width());
    page.line(&line.put(Meaning::Aside, &"─".repeat(rest)));
    page.finish()
}

/// What stands in place of a plan; why has been said with the other messages.
pub fn no_plan(errors: u64, width: usize) -> String {
    let mut page = Page::new(width);
    let start = Line::new().put(Meaning::Bad, "No plan: ");
    page.hanging(start, Meaning::Plain, &format!("{}.", count(errors, "error")));
    page.finish()
}

/// The last lines: what all plans come to, and how many manifests came to what.
pub fn together(plans: &Plans<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    page.blank();
    page.rule();
    let start = Line::new().put(Meaning::Heading, "Together: ");
    let line = match plans.result() {
        PlanResult::NoChanges => start.put(Meaning::Good, "no changes"),
        _ if plans.made().next().is_none() => start.put(Meaning::Bad, "no plan"),
        _ => counts(start, &plans.summary()),
    };
    let results = plans.results().into_iter();
    let told: Vec<String> = results
        .map(|(result, count)| format!("{} {}", number(count), how(result)))
        .collect();
    let manifests = count(plans.each.len() as u64, "manifest");
    let share = format!("{manifests}: {}.", told.join(", "));
    page.halves(line.text("."), "    ", Line::new().text(&share));
    page.finish()
}

/// Behind a number of manifests.
fn how(result: PlanResult) -> &'static str {
    match result {
        PlanResult::Changes => "with changes",
        PlanResult::NoChanges => "without changes",
        bad => plan_result(bad),
    }
}
