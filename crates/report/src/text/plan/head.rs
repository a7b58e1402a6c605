//! The first lines: where, what comes out, and what forbids it.

use std::collections::BTreeSet;

use model::diagnostic::Diagnostic;
use model::plan::{Action, Plan, PlanResult, PlanSource, Scope, Summary};

use super::remarks;
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{meaning, verb};
use crate::told::head::{TOUCHING, selected, short_commit};
use crate::words::{count, number, plural};

/// `platform-baseline @ 3f9c2ab (clean) · org … · admin … · eu-west-1`
pub(crate) fn place(page: &mut Page, source: &PlanSource, scope: &Scope) {
    let mut line = Line::new().put(Meaning::Heading, &source.project);
    if let Some(git) = &source.git {
        let state = if git.dirty { "not committed" } else { "clean" };
        line = line
            .text(" @ ")
            .text(short_commit(&git.commit))
            .text(&format!(" ({state})"));
    }
    let scope = format!(
        "org {} · admin {} · {}",
        scope.organization, scope.admin_account, scope.region
    );
    page.halves(line, " · ", Line::new().text(&scope));
}

/// One line: nothing to do, or nothing before an operation is over.
pub(super) fn no_changes(page: &mut Page, plan: &Plan) {
    if plan.is_busy() {
        let start = Line::new().put(Meaning::Attention, "No changes yet: ");
        let text = "an operation is in progress; what it leaves undone is planned when it is over.";
        return page.hanging(start, Meaning::Plain, text);
    }
    // A group with a remark is left out, so nothing of it can match.
    let groups = || {
        let all = plan.stack_sets.iter().flat_map(|set| &set.instances.groups);
        all.filter(|group| group.note.is_none())
    };
    if !plan.complete {
        let start = Line::new().put(Meaning::Attention, "No changes in this part: ");
        return page.hanging(start, Meaning::Plain, &selected(&plan.selection));
    }
    let accounts: BTreeSet<_> = groups().flat_map(|group| &group.rectangle.accounts).collect();
    let instances: u64 = groups().map(|group| group.instances).sum();
    // What `[removed]` still names is not there any more.
    let there = plan.stack_sets.iter().filter(|set| set.id.is_some());
    let at = plan
        .source
        .git
        .as_ref()
        .map(|git| format!(" @ {}", short_commit(&git.commit)))
        .unwrap_or_default();
    let text = format!(
        "{}, {} in {} match the manifest{at}.",
        count(there.count() as u64, "StackSet"),
        count(instances, "instance"),
        count(accounts.len() as u64, "account"),
    );
    page.hanging(
        Line::new().put(Meaning::Good, "No changes: "),
        Meaning::Plain,
        &text,
    );
}

/// The place, what comes out and the holds.
pub(super) fn write(page: &mut Page, plan: &Plan) {
    place(page, &plan.source, &plan.scope);
    page.blank();
    let changing = plan
        .stack_sets
        .iter()
        .filter(|set| set.action != Action::None)
        .count() as u64;
    let all = plan.stack_sets.len() as u64;
    let verb = if changing == 1 { "changes" } else { "change" };
    let noun = plural(if changing == 0 { 0 } else { all }, "StackSet");
    let share = format!("{} of {} {noun} {verb}.", number(changing), number(all));
    if all == 0 || plan.result == PlanResult::Error {
        page.fitted(outcome(plan));
    } else {
        page.halves(outcome(plan), "    ", Line::new().text(&share));
    }
    if !plan.complete {
        let start = Line::new().put(Meaning::Attention, "! partial: ");
        page.hanging(start, Meaning::Plain, &selected(&plan.selection));
    }
    page.blank();
    holds(page, plan);
}

/// `Plan: 398 to create, …` or what stands against it.
pub(super) fn outcome(plan: &Plan) -> Line {
    let errors = plan.diagnostics.iter().filter(|one| one.is_error()).count() as u64;
    match plan.result {
        PlanResult::NoChanges | PlanResult::Changes => {
            counts(Line::new().put(Meaning::Heading, "Plan: "), &plan.summary).text(".")
        }
        PlanResult::Blocked => {
            let reasons = format!("{}.", count(plan.holds.len() as u64, "reason"));
            let line = Line::new().put(Meaning::Bad, "Plan blocked: ").text(&reasons);
            let they = if plan.holds.len() == 1 {
                "it is"
            } else {
                "they are"
            };
            if TOUCHING.iter().all(|action| plan.instances(*action) == 0) {
                return line;
            }
            counts(line.text("    "), &plan.summary).text(&format!(" if {they} lifted."))
        }
        PlanResult::Error => {
            let errors = format!("{}. ", count(errors, "error"));
            Line::new()
                .put(Meaning::Bad, "Plan failed: ")
                .text(&errors)
                .text("Nothing can be applied.")
        }
    }
}

/// `398 to create, 408 to update`
pub(crate) fn counts(mut line: Line, summary: &Summary) -> Line {
    let mut first = true;
    for action in TOUCHING {
        let n = summary.instances.get(&action).copied().unwrap_or_default();
        if n > 0 {
            let text = format!("{} to {}", number(n), verb(action));
            line = line
                .text(if first { "" } else { ", " })
                .put(meaning(action), &text);
            first = false;
        }
    }
    if first {
        line.text("no instance is touched")
    } else {
        line
    }
}

fn holds(page: &mut Page, plan: &Plan) {
    if plan.holds.is_empty() {
        return;
    }
    let mut rows = Vec::new();
    for hold in &plan.holds {
        let touched = if hold.instances == 0 {
            String::new()
        } else {
            count(hold.instances, "instance")
        };
        rows.push(vec![
            Cell::new(
                Meaning::Attention,
                format!("! {}", hold.stack_set.as_deref().unwrap_or("whole plan")),
            ),
            Cell::text(touched).right(),
            Cell::new(Meaning::Bad, hold.diagnostic.code.clone()),
            Cell::text(told(&hold.diagnostic)),
        ]);
    }
    table(page, 2, &rows);
    for hold in &plan.holds {
        remarks::help(page, &hold.diagnostic);
    }
    page.blank();
}

/// The message with the place in the manifest.
fn told(diagnostic: &Diagnostic) -> String {
    match remarks::place(diagnostic) {
        Some(place) => format!("{}  ({place})", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}
