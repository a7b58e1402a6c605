//! Operations at AWS, of whoever: a list, and one with its failures.

use std::collections::BTreeSet;

use model::Timestamp;
use model::call::{InstanceResult, ResultStatus};
use model::instance::InstanceKey;
use model::observed::{OperationStatus, OperationSummary};

use super::failures::failures;
use crate::layout::{Cell, Line, Page, table};
use crate::operations::{OperationList, OperationReport, OperationRow, ResultCounts};
use crate::style::Meaning;
use crate::terms::{Names, account, operation_action, operation_status, short_id};
use crate::told::failures::reason_in_words;
use crate::words::{age, count, duration, number};

/// A list of operations for so many columns, the newest first.
pub fn operations(list: &OperationList, width: usize) -> String {
    let mut page = Page::new(width);
    let titles = ["", "StackSet", "What", "Status", "Started", "By", "Operation"];
    let mut rows = vec![titles.map(|title| Cell::new(Meaning::Aside, title)).to_vec()];
    rows.extend(list.operations.iter().map(|one| row(one, list.taken_at)));
    if list.operations.is_empty() {
        page.line(&Line::new().text("No operations: AWS lists none of these StackSets."));
        return page.finish();
    }
    table(&mut page, 0, &rows);
    if list.left_out > 0 {
        let text = format!("  … {} more (--all)", number(list.left_out));
        page.line(&Line::new().put(Meaning::Aside, &text));
    }
    page.finish()
}

fn row(one: &OperationRow, now: Timestamp) -> Vec<Cell> {
    let (symbol, meaning) = symbol(&one.status);
    let status = match one.failed_instances {
        0 => operation_status(&one.status).to_owned(),
        n => format!("{}, {} failed", operation_status(&one.status), number(n)),
    };
    let started = one.created_at.map(|at| format!("{} ago", age(seconds(at, now))));
    vec![
        Cell::text(""),
        Cell::text(one.stack_set.clone()),
        Cell::text(operation_action(&one.action)),
        Cell::new(meaning, format!("{symbol} {status}")),
        Cell::text(started.unwrap_or_else(|| "–".to_owned())),
        Cell::text(by(one)),
        Cell::text(short_id(&one.id)),
    ]
}

fn by(one: &OperationRow) -> &'static str {
    if one.ours { "stackfleet" } else { "not by us" }
}

fn symbol(status: &OperationStatus) -> (&'static str, Meaning) {
    match status {
        OperationStatus::Succeeded => ("✓", Meaning::Good),
        OperationStatus::Failed => ("✗", Meaning::Bad),
        OperationStatus::Stopped => ("■", Meaning::Attention),
        OperationStatus::Queued | OperationStatus::Running | OperationStatus::Stopping => {
            ("…", Meaning::Attention)
        }
        OperationStatus::Other(_) => ("?", Meaning::Attention),
    }
}

/// One operation for so many columns: what it is, how far it is, and why instances failed.
pub fn operation(report: &OperationReport, width: usize) -> String {
    let mut page = Page::new(width);
    let one = &report.operation;
    let (symbol, meaning) = symbol(&one.status);
    let title = Line::new()
        .put(meaning, symbol)
        .text(" ")
        .put(Meaning::Heading, &one.stack_set)
        .text(" ")
        .text(operation_action(&one.action))
        .text(" ")
        .put(meaning, operation_status(&one.status));
    page.line(&title);
    page.blank();
    let label = |text: &str| Line::new().text("  ").put(Meaning::Heading, text).to(14);
    page.hanging(label("Operation"), Meaning::Plain, one.id.as_str());
    page.hanging(label("Started"), Meaning::Plain, &started(one, report.taken_at));
    page.hanging(label("Instances"), Meaning::Plain, &counts(report.instances));
    if let Some(reason) = &one.reason {
        page.hanging(label("Reason"), Meaning::Plain, reason);
    }
    failures(&mut page, &report.reasons, &report.names);
    if !one.status.is_terminal() {
        page.blank();
        let text = format!("Next: stackfleet ops watch {}", one.id);
        page.hanging(Line::new(), Meaning::Heading, &text);
    }
    page.finish()
}

/// `2026-03-02 09:00:12 UTC by stackfleet, took 41 s`
fn started(one: &OperationRow, now: Timestamp) -> String {
    let Some(at) = one.created_at else {
        return format!("not yet, {}", by(one));
    };
    let moment = at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let took = match one.ended_at {
        Some(ended) => format!("took {}", duration(seconds(at, ended))),
        None => format!("{} ago", age(seconds(at, now))),
    };
    format!("{moment}, {}, {took}", by(one))
}

fn counts(counts: ResultCounts) -> String {
    let parts = [
        (counts.succeeded, "done"),
        (counts.failed, "failed"),
        (counts.cancelled, "cancelled by AWS"),
        (counts.skipped, "skipped (suspended)"),
        (counts.running, "running"),
        (counts.pending, "not started"),
        (counts.other, "of unknown status"),
    ];
    let told = parts.iter().filter(|(n, _)| *n > 0);
    let told: Vec<String> = told.map(|(n, word)| format!("{} {word}", number(*n))).collect();
    let all = count(counts.total(), "instance");
    if told.is_empty() {
        all
    } else {
        format!("{all}: {}", told.join(", "))
    }
}

/// What there is to tell of an operation that is watched: how far it is whenever that changed, and each failure once.
#[derive(Debug, Clone)]
pub struct WatchLines {
    row: OperationRow,
    names: Names,
    counts: Option<ResultCounts>,
    told: BTreeSet<InstanceKey>,
}

impl WatchLines {
    /// For an operation that nothing is told of yet.
    pub fn new(row: OperationRow, names: Names) -> Self {
        Self {
            row,
            names,
            counts: None,
            told: BTreeSet::new(),
        }
    }

    /// The lines about a look at it, without line breaks. Times are UTC.
    pub fn hear(
        &mut self,
        now: Timestamp,
        operation: &OperationSummary,
        results: &[InstanceResult],
    ) -> Vec<String> {
        let mut lines = Vec::new();
        for result in results {
            if result.status == ResultStatus::Failed
                && !result.is_skipped()
                && self.told.insert(result.key.clone())
            {
                let account = account(&self.names, &result.key.account);
                let reason = reason_in_words(result.reason.as_deref().unwrap_or_default());
                let text = format!("{account} {}: {reason}", result.key.region);
                lines.push(self.line(now, ("failed", Meaning::Bad), &text));
            }
        }
        let found = ResultCounts::of(results);
        if self.counts.replace(found) != Some(found) || operation.status.is_terminal() {
            let (_, meaning) = symbol(&operation.status);
            let text = format!(
                "{}/{} done, {} running",
                found.over(),
                found.total(),
                found.running
            );
            lines.push(self.line(now, (operation_status(&operation.status), meaning), &text));
        }
        lines
    }

    fn line(&self, now: Timestamp, (verb, meaning): (&str, Meaning), text: &str) -> String {
        let subject = format!("{} {}: ", self.row.stack_set, operation_action(&self.row.action));
        Line::new()
            .put(Meaning::Aside, &now.strftime("%H:%M:%S").to_string())
            .text(" ")
            .put(meaning, verb)
            .to(18)
            .text(&subject)
            .text(text)
            .render()
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    // Clocks differ: what was started in our future was started just now.
    u64::try_from(to.as_second() - from.as_second()).unwrap_or_default()
}
