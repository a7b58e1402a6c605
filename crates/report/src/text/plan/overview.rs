//! What changes, in one table, and how bad that is.

use model::Timestamp;
use model::plan::{Action, Plan, PolicyOutcome, RiskLevel, StackSetPlan};

use super::{Diff, PlanView};
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{marked, meaning};
use crate::told::{
    overview::{by_stage, instances, level, touched, what_changes},
    stages,
};
use crate::words::{count, number};

const LABEL: usize = 16;
/// Reasons of a risk that are shown, where not everything is.
const REASONS: usize = 8;

/// The table, the blast radius, the risks, freezes and policies.
pub(super) fn write(page: &mut Page, plan: &Plan, view: &PlanView<'_>) {
    let changing: Vec<&StackSetPlan> = plan
        .stack_sets
        .iter()
        .filter(|set| set.action != Action::None)
        .collect();
    if !changing.is_empty() {
        let staged = !plan.stages.is_empty();
        let mut rows = vec![header(staged)];
        rows.extend(changing.into_iter().map(|set| row(plan, set, staged)));
        table(page, 2, &rows);
        page.blank();
    }
    let told = [
        radius(page, plan),
        risk(page, plan, view.diff),
        freezes(page, plan),
        policies(page, plan),
    ];
    if told.contains(&true) {
        page.blank();
    }
}

fn label(text: &str) -> Line {
    Line::new().text("  ").put(Meaning::Heading, text).to(LABEL)
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
    page.hanging(label("Blast radius"), Meaning::Plain, &radius);
    for staged in by_stage(plan) {
        page.hanging(Line::new().to(LABEL), Meaning::Plain, &staged);
    }
    true
}

fn header(staged: bool) -> Vec<Cell> {
    let titles = ["  StackSet", "What changes", "Instances", "Rollout"];
    let titles = titles.iter().take(if staged { 4 } else { 3 });
    titles.map(|title| Cell::new(Meaning::Aside, *title)).collect()
}

fn row(plan: &Plan, set: &StackSetPlan, staged: bool) -> Vec<Cell> {
    let mut cells = vec![
        Cell::new(meaning(set.action), marked(set.action, &set.name)),
        Cell::text(what_changes(set)),
        Cell::text(instances(set)),
    ];
    if staged {
        let removed = matches!(set.action, Action::Delete | Action::Detach);
        let rollout = match stages::rollout(plan, &set.name) {
            Some(rollout) => rollout,
            None if removed || touched(&set.instances.counts).next().is_none() => "–",
            None => "all-at-once",
        };
        cells.push(Cell::text(rollout));
    }
    cells
}

/// The level, and its reasons from the worst to the least.
fn risk(page: &mut Page, plan: &Plan, diff: Diff) -> bool {
    let risk = &plan.risk;
    let (word, meaning) = level(risk.level);
    if risk.level == RiskLevel::None {
        return false;
    }
    let mut start = Line::new()
        .text("  ")
        .put(Meaning::Heading, "Risk ")
        .put(meaning, word)
        .to(LABEL);
    let shown = match diff {
        Diff::Full => risk.reasons.len(),
        _ => REASONS,
    };
    for reason in risk.reasons.iter().take(shown) {
        let (_, meaning) = level(reason.level);
        let symbol = match reason.level {
            RiskLevel::High => "! ",
            _ => "· ",
        };
        page.hanging(start.put(meaning, symbol), Meaning::Plain, &reason.message);
        start = Line::new().to(LABEL);
    }
    match risk.reasons.len().checked_sub(shown) {
        None | Some(0) if risk.reasons.is_empty() => page.line(&start),
        None | Some(0) => {}
        Some(more) => {
            let text = format!("and {}: --diff full", count(more as u64, "more reason"));
            page.line(&start.put(Meaning::Aside, &text));
        }
    }
    true
}

/// When nothing may be changed, and for whom.
fn freezes(page: &mut Page, plan: &Plan) -> bool {
    for freeze in &plan.freezes {
        let on = freeze.is_on(plan.created_at);
        let time = |time: Timestamp| time.strftime("%Y-%m-%d %H:%M").to_string();
        let whom = match &freeze.accounts {
            Some(accounts) => count(accounts.len() as u64, "account"),
            None => "every account".to_owned(),
        };
        let (start, when) = if on {
            ("Frozen now", format!("until {}", time(freeze.until)))
        } else {
            (
                "Freeze",
                format!("{} to {}", time(freeze.from), time(freeze.until)),
            )
        };
        let meaning = if on { Meaning::Bad } else { Meaning::Plain };
        page.hanging(
            label(start),
            meaning,
            &format!("{}: {when} UTC, {whom}", freeze.name),
        );
    }
    !plan.freezes.is_empty()
}

/// `policy/plan.rego passes`; what others say stands with the holds and the warnings.
fn policies(page: &mut Page, plan: &Plan) -> bool {
    let mut said: Vec<String> = Vec::new();
    for result in &plan.policy {
        let word = match result.outcome {
            PolicyOutcome::Pass => "passes",
            PolicyOutcome::Warn => "warns",
            PolicyOutcome::Deny => "denies",
        };
        let text = format!("{} {word}", result.source);
        if !said.contains(&text) {
            said.push(text);
        }
    }
    if said.is_empty() {
        return false;
    }
    page.items(label("Policies"), &said);
    true
}
