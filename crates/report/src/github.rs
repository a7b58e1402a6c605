//! What GitHub Actions shows and hands on: annotations and outputs. The job's summary is [`crate::markdown`].

use model::diagnostic::{Diagnostic, Severity};
use model::event::ApplySummary;
use model::plan::{Action, Plan, PlanResult, RiskLevel, Summary};
use serde::Serialize;
use serde_json::{Value, json};

use crate::document::{Placed, Surroundings, each, within};
use crate::drift::DriftReport;
use crate::escape::{command_data, command_property, escape};
use crate::json::compact;
use crate::plans::Plans;
use crate::words::{count, joined, number};

/// Annotations of a kind that GitHub shows of a step; it drops more without a word.
const MOST: usize = 10;

/// An output of a step: its name and its value.
pub type Output = (&'static str, String);

/// Commands that make annotations, errors first; of too many the last one says how many there are.
pub fn annotations(diagnostics: &[Diagnostic], around: &Surroundings) -> String {
    commands(within(diagnostics, around))
}

/// The same for what the plans of several manifests say. Each has the surroundings of its own manifest.
pub fn plans_annotations(plans: &Plans<'_>, around: &[Surroundings]) -> String {
    commands(each(&plans.messages(), around))
}

fn commands<'a>(diagnostics: impl Iterator<Item = Placed<'a>>) -> String {
    let (errors, warnings): (Vec<_>, Vec<_>) = diagnostics.partition(|(one, _)| one.is_error());
    let mut lines = Vec::new();
    for (all, command) in [(errors, "error"), (warnings, "warning")] {
        let shown = if all.len() > MOST { MOST - 1 } else { all.len() };
        let told = all.iter().take(shown);
        lines.extend(told.map(|(one, around)| annotation(one, around)));
        if all.len() > shown {
            let more = count((all.len() - shown) as u64, &format!("more {command}"));
            lines.push(format!("::{command}::and {more}, see the log"));
        }
    }
    joined(lines.into_iter().map(|line| line + "\n"))
}

fn annotation(one: &Diagnostic, around: &Surroundings) -> String {
    let command = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(label) = one.labels.first() {
        let span = &label.span;
        properties.push(format!("file={}", command_property(&around.path(span))));
        properties.push(format!("line={}", span.start.line));
        properties.push(format!("endLine={}", span.end.line));
        // GitHub takes columns only within one line.
        if span.start.line == span.end.line {
            properties.push(format!("col={}", span.start.column));
            properties.push(format!("endColumn={}", span.end.column));
        }
    }
    properties.push(format!("title={}", command_property(&one.code)));
    let mut text = one.message.clone();
    let notes = one.notes.iter().map(|note| format!("\n{note}"));
    let help = one.help.iter().map(|help| format!("\nhelp: {}", help.text));
    text.extend(notes.chain(help));
    format!("::{command} {}::{}", properties.join(","), command_data(&text))
}

/// A message for each StackSet with drift, for annotations.
pub fn drifts(report: &DriftReport) -> Vec<Diagnostic> {
    let drifted = report.stack_sets.iter().filter(|set| set.instances.drifted > 0);
    drifted
        .map(|set| {
            let n = set.instances;
            let message = format!(
                "{} of {} of {} differ from their own template",
                number(n.drifted),
                count(n.total, "instance"),
                set.name
            );
            Diagnostic::warning("W0330", message).help(format!("stackfleet drift {}", set.name))
        })
        .collect()
}

/// The outputs of a drift report: `result`, and instances by what is known of them.
pub fn drift_outputs(report: &DriftReport) -> Vec<Output> {
    let n = report.instances;
    let result = if report.is_drifted() { "drift" } else { "ok" };
    vec![
        ("result", result.to_owned()),
        ("drifted", n.drifted.to_string()),
        ("in_sync", n.in_sync.to_string()),
        ("not_checked", n.not_checked.to_string()),
    ]
}

/// What went wrong in an apply: why it stopped, and each reason for which AWS did not do an operation.
pub fn failures(summary: &ApplySummary) -> Vec<Diagnostic> {
    let causes = summary.causes.iter().map(|cause| {
        let one = Diagnostic::error(&cause.code, &cause.message);
        match &cause.help {
            Some(help) => one.help(help),
            None => one,
        }
    });
    let failed = summary.operations.iter().flat_map(|line| {
        line.failures.iter().map(|(reason, results)| {
            let instances = count(results.len() as u64, "instance");
            let reason = if reason.is_empty() {
                "AWS gave no reason"
            } else {
                reason
            };
            let message = format!("{}: {instances} not done: {reason}", line.stack_set);
            Diagnostic::error("apply", message)
        })
    });
    causes.chain(failed).collect()
}

/// Outputs of a plan, for the conditions of later steps.
pub fn plan_outputs(plan: &Plan) -> Vec<Output> {
    let changes = plan.stack_sets.iter().any(|set| set.action != Action::None);
    let mut outputs = outcome(plan.result, changes, plan.risk.level);
    outputs.push(("digest", plan.digest.hex().to_owned()));
    outputs.extend(counts(&plan.summary));
    outputs
}

/// Outputs of several plans: the worst and the sums, and each manifest in `plans`, a list that a later job can be made of.
pub fn plans_outputs(plans: &Plans<'_>) -> Vec<Output> {
    let mut outputs = outcome(plans.result(), plans.changes(), plans.risk());
    let each = plans.each.iter().map(|one| {
        json!({
            "manifest": one.manifest,
            "project": one.project,
            "result": one.result(),
            "digest": one.plan.ok().map(|plan| plan.digest.hex()),
        })
    });
    outputs.push(("plans", compact(&each.collect::<Value>())));
    outputs.extend(counts(&plans.summary()));
    outputs
}

fn outcome(result: PlanResult, changes: bool, risk: RiskLevel) -> Vec<Output> {
    vec![
        ("result", word(&result)),
        ("changes", changes.to_string()),
        ("blocked", (result == PlanResult::Blocked).to_string()),
        ("risk", word(&risk)),
    ]
}

fn counts(summary: &Summary) -> impl Iterator<Item = Output> + use<> {
    let instances = |action| {
        let count = summary.instances.get(&action).copied();
        count.unwrap_or_default().to_string()
    };
    [
        ("accounts", summary.accounts_touched.to_string()),
        ("create", instances(Action::Create)),
        ("update", instances(Action::Update)),
        ("delete", instances(Action::Delete)),
        ("detach", instances(Action::Detach)),
        ("recreate", instances(Action::Recreate)),
    ]
    .into_iter()
}

/// A word as documents have it.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Outputs of an apply.
pub fn apply_outputs(summary: &ApplySummary) -> Vec<Output> {
    let counts = summary.instances;
    vec![
        ("result", word(&summary.result)),
        ("exit_code", summary.exit_code.to_string()),
        ("digest", summary.digest.hex().to_owned()),
        ("succeeded", counts.succeeded.to_string()),
        ("failed", counts.failed.to_string()),
        ("cancelled", counts.cancelled.to_string()),
        ("not_started", counts.not_started.to_string()),
    ]
}

/// Outputs as the file wants them that `GITHUB_OUTPUT` names. No value can hold the delimiter, which nobody could have known.
pub fn output_file(outputs: &[Output], delimiter: &str) -> String {
    let one = |(name, value): &Output| format!("{name}<<{delimiter}\n{}\n{delimiter}\n", escape(value));
    joined(outputs.iter().map(one))
}
