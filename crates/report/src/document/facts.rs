//! How far a plan reaches, and what was checked.

use model::Timestamp;
use model::plan::{Plan, PlanFreeze, PolicyOutcome};

use super::build::{name, strong, words};
use super::{Block, Text};
use crate::told::head::short_commit;
use crate::told::overview::{by_stage, touched};
use crate::words::{count, exactly, from_to, number};

/// The blast radius, freezes, and what was checked.
pub(super) fn facts(plan: &Plan) -> Block {
    let mut lines = radius(plan);
    lines.extend(plan.freezes.iter().map(|one| freeze(plan, one)));
    lines.push(checks(plan));
    Block::Lines(lines)
}

fn radius(plan: &Plan) -> Vec<Text> {
    let summary = &plan.summary;
    let all: u64 = touched(&summary.instances).map(|(_, n)| n).sum();
    if all == 0 {
        return Vec::new();
    }
    let mut parts = vec![
        format!(
            "{} of {}",
            number(summary.accounts_touched),
            count(summary.accounts_total, "account")
        ),
        count(summary.regions.len() as u64, "Region"),
        count(all, "instance"),
    ];
    if let Some(estimate) = &plan.estimate {
        parts.push(from_to(estimate.low_seconds, estimate.high_seconds));
        let soak = estimate.soak_seconds;
        parts.extend((soak > 0).then(|| format!("{} of waiting", exactly(soak))));
    }
    let mut lines = vec![vec![
        strong("Blast radius"),
        words(format!(" {}", parts.join(" · "))),
    ]];
    lines.extend(by_stage(plan).into_iter().map(|told| Text::from(words(told))));
    lines
}

fn freeze(plan: &Plan, freeze: &PlanFreeze) -> Text {
    let time = |time: Timestamp| time.strftime("%Y-%m-%d %H:%M").to_string();
    let whom = match &freeze.accounts {
        Some(accounts) => count(accounts.len() as u64, "account"),
        None => "every account".to_owned(),
    };
    let on = if freeze.is_on(plan.created_at) {
        "Frozen now"
    } else {
        "Freeze"
    };
    let when = format!(
        " from {} to {} UTC, {whom}",
        time(freeze.from),
        time(freeze.until)
    );
    vec![strong(on), words(" "), name(&freeze.name), words(when)]
}

/// **Checks** ✓ policy (3 rules) · ✓ guards · ⚠ 2 warnings · **Plan** `73382a863fb2` for 3f9c2ab
fn checks(plan: &Plan) -> Text {
    let mut text = vec![strong("Checks"), words(" ")];
    if !plan.policy.is_empty() {
        let denied = plan.policy.iter().any(|one| one.outcome == PolicyOutcome::Deny);
        let sign = if denied { "✗" } else { "✓" };
        let rules = count(plan.policy.len() as u64, "result");
        text.push(words(format!("{sign} policies ({rules}) · ")));
    }
    let sign = if plan.holds.is_empty() { "✓" } else { "✗" };
    text.push(words(format!("{sign} guards")));
    let warnings = plan.diagnostics.iter().filter(|one| !one.is_error()).count() as u64;
    if warnings > 0 {
        text.push(words(format!(" · ⚠ {}", count(warnings, "warning"))));
    }
    text.extend([
        words(" · "),
        strong("Plan"),
        words(" "),
        name(plan.digest.short()),
    ]);
    if let Some(git) = &plan.source.git {
        text.extend([words(" for "), name(short_commit(&git.commit))]);
    }
    text
}
