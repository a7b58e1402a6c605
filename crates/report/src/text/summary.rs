//! The end of an apply: what was done, what failed and why, what is left, and the way on.

use model::event::{
    ApplyResult, ApplySummary, Cause, InstanceCounts, OperationOutcome, OperationSummaryLine,
};

mod after;

pub use after::written;
pub(crate) use after::{next, state};

use super::events::counts;
use super::failures::failures;
use crate::layout::{self, Line, Page};
use crate::style::Meaning;
use crate::terms::{Names, apply_result};
use crate::told::lines::{by_reason, named, what, whose};
use crate::words::duration;

/// The summary of an apply for so many columns. `names` are the accounts' names; an id is never shown without its name when it is known.
pub fn apply_summary(summary: &ApplySummary, names: &Names, width: usize) -> String {
    let mut page = Page::new(width);
    title(&mut page, summary);
    page.blank();
    let names_end = tried(summary).map(|line| layout::width(&whose(line)) + 4).max();
    for line in tried(summary) {
        operation(&mut page, line, names_end.unwrap_or(0).min(44) + 3, names);
    }
    not_started(&mut page, summary);
    // The first line and the last one say it already when the user stopped the whole run.
    let told = |cause: &&Cause| summary.result != ApplyResult::Interrupted || cause.stack_set.is_some();
    for cause in summary.causes.iter().filter(told) {
        self::cause(&mut page, cause);
    }
    if !(summary.operations.is_empty() && summary.causes.is_empty()) {
        page.blank();
    }
    after::write(&mut page, summary);
    page.finish()
}

fn title(page: &mut Page, summary: &ApplySummary) {
    let meaning = match summary.result {
        ApplyResult::Succeeded | ApplyResult::NoChanges | ApplyResult::Detached => Meaning::Good,
        ApplyResult::Partial
        | ApplyResult::StillRunning
        | ApplyResult::AwaitingApproval
        | ApplyResult::Interrupted => Meaning::Attention,
        _ => Meaning::Bad,
    };
    let text = format!("Apply {} ", apply_result(summary.result));
    let rest = format!("(exit {}), {}.", summary.exit_code, duration(summary.seconds));
    page.line(&Line::new().put(meaning, &text).text(&rest));
}

fn tried(summary: &ApplySummary) -> impl Iterator<Item = &OperationSummaryLine> {
    summary.operations.iter().filter(|line| {
        !matches!(
            line.outcome,
            OperationOutcome::NotStarted | OperationOutcome::NotNeeded
        )
    })
}

fn symbol(outcome: OperationOutcome) -> (&'static str, Meaning) {
    match outcome {
        OperationOutcome::Succeeded => ("✓", Meaning::Good),
        OperationOutcome::Partial => ("!", Meaning::Attention),
        OperationOutcome::Failed => ("✗", Meaning::Bad),
        OperationOutcome::Stopped => ("■", Meaning::Attention),
        OperationOutcome::Running => ("…", Meaning::Attention),
        OperationOutcome::Unknown => ("?", Meaning::Attention),
        OperationOutcome::NotStarted | OperationOutcome::NotNeeded => ("○", Meaning::Aside),
    }
}

fn operation(page: &mut Page, line: &OperationSummaryLine, column: usize, names: &Names) {
    let (symbol, meaning) = symbol(line.outcome);
    let start = Line::new()
        .text("  ")
        .put(meaning, symbol)
        .text(" ")
        .put(Meaning::Heading, &whose(line))
        .to(column)
        .text(what(line))
        .to(column + 17);
    page.hanging(start, Meaning::Plain, &outcome(line));
    // One reason for the whole operation; the instances' own reasons follow.
    if line.outcome != OperationOutcome::Succeeded
        && let Some(reason) = &line.reason
    {
        page.hanging(Line::new().to(6), Meaning::Plain, reason);
    }
    // Whoever goes on by hand needs the whole id.
    if is_open(line)
        && let Some(id) = &line.aws_operation_id
    {
        page.hanging(
            Line::new().to(6).put(Meaning::Aside, "operation "),
            Meaning::Plain,
            id.as_str(),
        );
    }
    failures(page, &line.failures, names);
}

fn outcome(line: &OperationSummaryLine) -> String {
    let told = counts(line.kind, line.instances);
    // A call that starts no operation is over with its answer.
    let took = if line.seconds > 0 {
        format!(", {}", duration(line.seconds))
    } else {
        String::new()
    };
    match line.outcome {
        OperationOutcome::Running => "still running in AWS".to_owned(),
        OperationOutcome::Unknown => "sent, but AWS did not answer: the next apply finds out".to_owned(),
        OperationOutcome::Partial => format!("{told} (within the tolerance){took}"),
        OperationOutcome::Stopped => format!("stopped by somebody: {told}{took}"),
        OperationOutcome::Failed if line.instances == InstanceCounts::default() => "failed".to_owned(),
        _ => format!("{told}{took}"),
    }
}

/// What was never sent, in the plan's order, with what it waited for.
fn not_started(page: &mut Page, summary: &ApplySummary) {
    let lines = summary
        .operations
        .iter()
        .filter(|line| line.outcome == OperationOutcome::NotStarted);
    for alike in by_reason(lines) {
        waits(page, named(&alike.lines), alike.reason);
    }
}

/// The reason stands behind the last operation, or below all where a line has no room for both.
fn waits(page: &mut Page, mut what: Vec<String>, reason: &str) {
    let start = Line::new()
        .text("  ")
        .put(Meaning::Aside, "○")
        .text(" not started  ");
    let indent = start.width();
    let mut below = (!reason.is_empty()).then(|| format!("({reason})"));
    if let Some(last) = what.last_mut() {
        let room = page.width().saturating_sub(indent + layout::width(last) + 1);
        if let Some(reason) = below.take_if(|reason| layout::width(reason) <= room) {
            *last = format!("{last} {reason}");
        }
    }
    page.items(start, &what);
    if let Some(reason) = below {
        page.hanging(Line::new().to(indent), Meaning::Aside, &reason);
    }
}

fn cause(page: &mut Page, cause: &Cause) {
    let mut start = Line::new()
        .text("  ")
        .put(Meaning::Bad, "!")
        .text(" ")
        .text(&cause.code)
        .text("  ");
    if let Some(name) = &cause.stack_set {
        start = start.put(Meaning::Heading, name).text(": ");
    }
    page.hanging(start, Meaning::Plain, &cause.message);
    for line in cause.help.iter().flat_map(|help| help.lines()) {
        page.hanging(
            Line::new().to(11).put(Meaning::Aside, "help: "),
            Meaning::Plain,
            line,
        );
    }
}

/// Whether it may still do something in AWS.
fn is_open(line: &OperationSummaryLine) -> bool {
    matches!(
        line.outcome,
        OperationOutcome::Running | OperationOutcome::Unknown
    )
}
