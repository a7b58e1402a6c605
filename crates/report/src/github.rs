//! What GitHub Actions shows and hands on: annotations and outputs. The job's summary is [`crate::markdown`].

use model::diagnostic::{Diagnostic, Severity};
use model::event::ApplySummary;
use model::plan::{Action, Plan, PlanResult, RiskLevel};

use crate::document::Surroundings;
use crate::escape::{command_data, command_property, escape};
use crate::words::{count, joined};

/// Annotations of a kind that GitHub shows of a step; it drops more without a word.
const MOST: usize = 10;

/// An output of a step: its name and its value.
pub type Output = (&'static str, String);

/// Commands that make annotations, errors first; of too many the last one says how many there are.
pub fn annotations(diagnostics: &[Diagnostic], around: &Surroundings) -> String {
    let (errors, warnings): (Vec<_>, Vec<_>) = diagnostics.iter().partition(|one| one.is_error());
    let mut lines = Vec::new();
    for (all, command) in [(errors, "error"), (warnings, "warning")] {
        let shown = if all.len() > MOST { MOST - 1 } else { all.len() };
        lines.extend(all.iter().take(shown).map(|one| annotation(one, around)));
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
        let file = format!("{}{}", around.folder, span.file);
        properties.push(format!("file={}", command_property(&file)));
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
    let result = match plan.result {
        PlanResult::NoChanges => "no_changes",
        PlanResult::Changes => "changes",
        PlanResult::Blocked => "blocked",
        PlanResult::Error => "error",
    };
    let risk = match plan.risk.level {
        RiskLevel::None => "none",
        RiskLevel::Low => "low",
        RiskLevel::Medium => "medium",
        RiskLevel::High => "high",
    };
    let changes = plan.stack_sets.iter().any(|set| set.action != Action::None);
    let mut outputs = vec![
        ("result", result.to_owned()),
        ("changes", changes.to_string()),
        ("blocked", (plan.result == PlanResult::Blocked).to_string()),
        ("digest", plan.digest.hex().to_owned()),
        ("risk", risk.to_owned()),
        ("accounts", plan.summary.accounts_touched.to_string()),
    ];
    let counts = [
        ("create", Action::Create),
        ("update", Action::Update),
        ("delete", Action::Delete),
        ("detach", Action::Detach),
    ];
    outputs.extend(counts.map(|(name, action)| (name, plan.instances(action).to_string())));
    outputs
}

/// Outputs of an apply.
pub fn apply_outputs(summary: &ApplySummary) -> Vec<Output> {
    let result = serde_json::to_value(summary.result).unwrap_or_default();
    let counts = summary.instances;
    vec![
        ("result", result.as_str().unwrap_or("error").to_owned()),
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
