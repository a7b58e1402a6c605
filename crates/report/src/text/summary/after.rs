//! What holds when an apply is over, and the way on.

use model::event::{ApplyResult, ApplySummary, InstanceCounts, OperationOutcome, OperationSummaryLine};
use model::plan::Action;

use super::{is_open, tried};
use crate::layout::{Line, Page};
use crate::style::Meaning;
use crate::words::{count, list, number};

/// StackSets that are told by themselves when they are done in part.
const MIXED: usize = 5;

/// The files that reports were written to, as the last line of a summary; nothing where there are none.
pub fn written(files: &[String], width: usize) -> String {
    let mut page = Page::new(width);
    if !files.is_empty() {
        page.items(label("Reports"), files);
    }
    page.finish()
}

fn label(text: &str) -> Line {
    Line::new().text("  ").put(Meaning::Heading, text).to(14)
}

/// The state, the next step and the secrets that were sent.
pub(super) fn write(page: &mut Page, summary: &ApplySummary) {
    page.hanging(label("State now"), Meaning::Plain, &state(summary));
    for mixed in mixed(summary) {
        page.hanging(label(""), Meaning::Plain, &mixed);
    }
    if let Some(next) = next(summary) {
        page.hanging(label("Next"), Meaning::Plain, &next);
    }
    if let Some(reason) = &summary.break_glass {
        page.hanging(label("Freeze"), Meaning::Attention, &format!("broken: {reason}"));
    }
    if !summary.secrets_sent.is_empty() {
        page.hanging(
            label("Secrets"),
            Meaning::Plain,
            &format!("sent: {}", summary.secrets_sent.join(", ")),
        );
    }
}

/// One sentence or two.
pub(crate) fn state(summary: &ApplySummary) -> String {
    let counts = summary.instances;
    let all = counts.succeeded + counts.failed + counts.cancelled + counts.pending + counts.not_started;
    let left = left(counts);
    match summary.result {
        ApplyResult::NoChanges => "AWS is as the manifest says.".to_owned(),
        ApplyResult::Succeeded => format!("everything that the plan says holds: {}.", count(all, "instance")),
        ApplyResult::Detached => format!(
            "{} at work in AWS; {} as the plan says so far.",
            is_are(summary.operations.iter().filter(|line| is_open(line)).count() as u64),
            count(counts.succeeded, "instance"),
        ),
        _ if summary.operations.iter().any(is_open) => format!(
            "{} as the plan says so far, {} failed, {} cancelled; what is still at work is not counted. {}",
            count(counts.succeeded, "instance"),
            number(counts.failed),
            number(counts.cancelled),
            rolled_back(summary)
        ),
        ApplyResult::AwaitingApproval => format!(
            "{} of {} as the plan says, {left}.",
            number(counts.succeeded),
            count(all, "instance"),
        ),
        _ if summary.exit_code == 4 || summary.result == ApplyResult::Interrupted => format!(
            "{} of {} as the plan says, {left}. {}",
            number(counts.succeeded),
            count(all, "instance"),
            rolled_back(summary)
        ),
        _ => "nothing was changed.".to_owned(),
    }
}

/// `1 operation is`
fn is_are(operations: u64) -> String {
    let verb = if operations == 1 { "is" } else { "are" };
    format!("{} {verb}", count(operations, "operation"))
}

/// `3 failed, 279 not started`: what is not as the plan says.
fn left(counts: InstanceCounts) -> String {
    let parts = [
        (counts.failed, "failed"),
        (counts.cancelled, "cancelled"),
        (counts.pending, "at work"),
        (counts.not_started, "not started"),
    ];
    let told = parts.iter().filter(|(n, _)| *n > 0);
    let told: Vec<String> = told.map(|(n, word)| format!("{} {word}", number(*n))).collect();
    if told.is_empty() {
        "none is left".to_owned()
    } else {
        told.join(", ")
    }
}

/// What became of a rollback.
fn rolled_back(summary: &ApplySummary) -> &'static str {
    let back: Vec<_> = tried(summary).filter(|line| line.rollback).collect();
    let done = |line: &&OperationSummaryLine| line.outcome == OperationOutcome::Succeeded;
    match (back.is_empty(), back.iter().all(done)) {
        (true, _) => "Nothing was rolled back.",
        (false, true) => "The definition from before the rollout is back.",
        (false, false) => "The rollback did not succeed.",
    }
}

/// StackSets of which a part is as the plan says and a part is not: `security-baseline: 206 of 408 instances, 1 failed`.
fn mixed(summary: &ApplySummary) -> Vec<String> {
    let mut sets: Vec<(&str, InstanceCounts)> = Vec::new();
    for line in summary.operations.iter().filter(|line| !line.rollback) {
        let one = line.instances;
        match sets.iter_mut().find(|(name, _)| *name == line.stack_set) {
            Some((_, sum)) => {
                sum.succeeded += one.succeeded;
                sum.failed += one.failed;
                sum.cancelled += one.cancelled;
                sum.pending += one.pending;
                sum.not_started += one.not_started;
            }
            None => sets.push((&line.stack_set, one)),
        }
    }
    if sets.len() < 2 {
        return Vec::new();
    }
    let told = |(name, sum): &(&str, InstanceCounts)| {
        let rest = sum.failed + sum.cancelled + sum.pending + sum.not_started;
        let done = number(sum.succeeded);
        let all = count(sum.succeeded + rest, "instance");
        (sum.succeeded > 0 && rest > 0).then(|| format!("{name}: {done} of {all}, {}.", left(*sum)))
    };
    sets.iter().filter_map(told).take(MIXED).collect()
}

/// The first stages that did not begin, one of each rollout.
fn waiting(summary: &ApplySummary) -> Vec<&str> {
    let mut stages: Vec<(&str, &str)> = Vec::new();
    let lines = summary.operations.iter();
    for line in lines.filter(|line| line.outcome == OperationOutcome::NotStarted) {
        let stage = line.stage.as_deref().and_then(|id| id.rsplit_once('/'));
        if let Some((rollout, stage)) = stage
            && stages.iter().all(|(known, _)| *known != rollout)
        {
            stages.push((rollout, stage));
        }
    }
    stages.into_iter().map(|(_, stage)| stage).collect()
}

fn approval(summary: &ApplySummary) -> String {
    let stages = waiting(summary);
    let flags: Vec<String> = stages
        .iter()
        .map(|stage| format!("--approve-stage {stage}"))
        .collect();
    if stages.is_empty() {
        return "have the next stage approved, then run the same apply with --approve-stage.".to_owned();
    }
    let by_name = format!("run the same apply with: {}", flags.join(" "));
    let way = match &summary.remaining_digest {
        Some(rest) => format!(
            "stackfleet apply --approved {} (what is left, as a plan of its own), or {by_name}",
            rest.short()
        ),
        None => by_name,
    };
    format!(
        "have {} approved, then {way}. What is done is not done again.",
        list(&stages)
    )
}

/// An inoperable instance that did not go is left alone by a plan that does not name it.
fn failed_again(recreate: &[String]) -> String {
    let flags: Vec<String> = recreate.iter().map(|one| format!("--recreate {one}")).collect();
    format!(
        "clear the causes, then again: stackfleet plan {} --out plan.json. Without it an inoperable instance is left alone.",
        flags.join(" ")
    )
}

/// With numbers, where what is left could be planned.
fn failed(summary: &ApplySummary) -> String {
    if !summary.recreate.is_empty() {
        return failed_again(&summary.recreate);
    }
    let words = [
        (Action::Create, "to create"),
        (Action::Update, "to update"),
        (Action::Delete, "to delete"),
        (Action::Detach, "to detach"),
        (Action::Recreate, "to recreate"),
    ];
    let counts = words.iter().filter_map(|(action, word)| {
        let n = summary.remaining.get(action).copied().filter(|n| *n > 0)?;
        Some(format!("{} {word}", number(n)))
    });
    let counts: Vec<String> = counts.collect();
    let rest = if counts.is_empty() {
        String::new()
    } else {
        format!(": {}", counts.join(", "))
    };
    format!(
        "clear the causes, then: stackfleet plan. Only what is left is planned, failed instances too{rest}."
    )
}

pub(crate) fn next(summary: &ApplySummary) -> Option<String> {
    let next = match summary.result {
        ApplyResult::Succeeded | ApplyResult::NoChanges => return None,
        ApplyResult::AwaitingApproval => return Some(approval(summary)),
        ApplyResult::Failed | ApplyResult::Partial | ApplyResult::Denied => return Some(failed(summary)),
        ApplyResult::Stale | ApplyResult::StaleMidway => {
            "plan again and have it reviewed: stackfleet plan --out plan.json"
        }
        ApplyResult::Busy => "run the same apply again when the other operation is over: stackfleet status",
        ApplyResult::StillRunning | ApplyResult::Interrupted => {
            "operations that were started go on in AWS. Run the same apply again: it takes them up and starts none twice."
        }
        ApplyResult::Detached => {
            "watch it: stackfleet ops watch. Then run the same apply again: it takes up what runs and goes on from there."
        }
        ApplyResult::Frozen => "run the same apply again when the freeze is over.",
        ApplyResult::Error => "clear the causes and run the same command again.",
    };
    Some(next.to_owned())
}
