//! Why an apply is not done: reasons of instances, and what held whole operations back. What several have in common is said once.

use model::call::{InstanceResult, ResultStatus};
use model::event::{ApplySummary, OperationOutcome, OperationSummaryLine};
use model::plan::Plan;

use super::build::{line_break, listed, strong, words};
use super::stack_set::NAMED as ALL;
use super::{Block, Row, Section, Table, Text, Weight};
use crate::style::Meaning;
use crate::terms::Names;
use crate::told::failures::{self, Failure, NAMED, reason_in_words};
use crate::told::lines::{self, Alike};
use crate::words::{count, number};

/// The failures of instances, the causes first, then what is said of whole operations.
pub(super) fn sections(plan: &Plan, summary: &ApplySummary) -> Vec<Block> {
    let found = instances(plan, &summary.operations).into_iter();
    found.chain(operations(&summary.operations)).collect()
}

/// Reasons of instances, and whom they hit.
fn instances(plan: &Plan, operations: &[OperationSummaryLine]) -> Option<Block> {
    let names = &plan.account_names;
    let failures = failures::of_all(operations);
    let rows: Vec<Row> = failures.iter().map(|one| row(one, names)).collect();
    if rows.is_empty() {
        return None;
    }
    let titles = ["Reason", ">Instances", "Operation", "Where"];
    let table = Table::of(Weight::Kept, "Failures", &titles, rows);
    let blocks = [Some(Block::Table(table)), every_account(&failures, names)];
    Some(Block::Section(Section {
        title: vec![strong("Failures"), words(format!(": {}", how_many(&failures)))],
        weight: Weight::Kept,
        blocks: blocks.into_iter().flatten().collect(),
    }))
}

/// `6 instances failed, 44 cancelled`
fn how_many(failures: &[Failure<'_>]) -> String {
    let results = || failures.iter().flat_map(|one| &one.results);
    let never = |result: &&&InstanceResult| result.status == ResultStatus::Cancelled;
    let all = results().count() as u64;
    let cancelled = results().filter(never).count() as u64;
    match (all - cancelled, cancelled) {
        (failed, 0) => format!("{} failed", count(failed, "instance")),
        (0, cancelled) => format!("{} cancelled", count(cancelled, "instance")),
        (failed, cancelled) => format!(
            "{} failed, {} cancelled",
            count(failed, "instance"),
            number(cancelled)
        ),
    }
}

fn row(failure: &Failure<'_>, names: &Names) -> Row {
    let operations = lines::named(&failure.operations);
    Row {
        kept: !failure.is_cancelled(),
        ..Row::of(vec![
            reason(failure),
            words(number(failure.results.len() as u64)).into(),
            listed(&failures::named(&operations)),
            place(failure, names),
        ])
    }
}

fn reason(failure: &Failure<'_>) -> Text {
    let told = words(reason_in_words(failure.reason));
    if failure.is_cancelled() {
        let start = words("cancelled: ").meaning(Meaning::Aside);
        vec![start, told.meaning(Meaning::Aside)]
    } else {
        told.meaning(Meaning::Bad).into()
    }
}

/// `2 accounts, us-east-1: maps-dev 111100000081 · search-dev 111100000077`, a line for each set of Regions.
fn place(failure: &Failure<'_>, names: &Names) -> Text {
    let hits = failure.hits(names);
    let mut told = Text::new();
    for hit in hits.iter().take(NAMED) {
        told.extend((!told.is_empty()).then(line_break));
        told.push(words(hit.start()));
        told.extend(listed(&hit.named()));
    }
    let rest = hits.iter().skip(NAMED).map(|hit| hit.accounts.len() as u64);
    let rest: u64 = rest.sum();
    if rest > 0 {
        let more = words(format!("and {}", count(rest, "more account")));
        told.extend([line_break(), more]);
    }
    told
}

/// Every account of every reason by its name, where there is room for that and the table has not all of them.
fn every_account(failures: &[Failure<'_>], names: &Names) -> Option<Block> {
    let mut cut = false;
    let mut items = Vec::new();
    for failure in failures {
        let hits = failure.hits(names);
        cut |= hits.len() > NAMED || hits.iter().any(|hit| hit.accounts.len() > NAMED);
        for hit in &hits {
            let mut item = reason(failure);
            item.push(words(format!(" – {}", hit.start())));
            let (shown, rest) = hit.accounts.split_at(hit.accounts.len().min(ALL));
            item.extend(listed(shown));
            let more = rest.len() as u64;
            item.extend((more > 0).then(|| words(format!(" and {}", count(more, "more account")))));
            items.push(item);
        }
    }
    cut.then(|| {
        Block::Section(Section {
            title: words("every account").into(),
            weight: Weight::Page,
            blocks: vec![Block::List(items)],
        })
    })
}

/// What is said of whole operations: of those that were tried first, the others only follow from them.
fn operations(operations: &[OperationSummaryLine]) -> Option<Block> {
    let told = operations
        .iter()
        .filter(|line| line.outcome != OperationOutcome::Succeeded && line.reason.is_some());
    let (waiting, tried): (Vec<_>, Vec<_>) = told.partition(|line| is_waiting(line));
    let alike = [tried, waiting].map(|lines| lines::by_reason(lines.into_iter()));
    let rows: Vec<Row> = alike.iter().flatten().map(held).collect();
    let titles = ["Reason", ">Operations", "Which"];
    (!rows.is_empty()).then(|| {
        let n: usize = alike.iter().flatten().map(|one| one.lines.len()).sum();
        let n = count(n as u64, "operation");
        Block::Section(Section {
            title: vec![strong("Not done"), words(format!(": why {n} did not succeed"))],
            weight: Weight::Kept,
            blocks: vec![Block::Table(Table::of(
                Weight::Kept,
                "Operations that are not done",
                &titles,
                rows,
            ))],
        })
    })
}

fn is_waiting(line: &OperationSummaryLine) -> bool {
    matches!(
        line.outcome,
        OperationOutcome::NotStarted | OperationOutcome::NotNeeded
    )
}

fn held(alike: &Alike<'_>) -> Row {
    let tried = alike.lines.iter().any(|line| !is_waiting(line));
    let failed = alike
        .lines
        .iter()
        .any(|line| line.outcome == OperationOutcome::Failed);
    let meaning = match (failed, tried) {
        (true, _) => Meaning::Bad,
        (false, true) => Meaning::Attention,
        (false, false) => Meaning::Aside,
    };
    let which = lines::named(&alike.lines);
    Row {
        kept: tried,
        ..Row::of(vec![
            words(alike.reason).meaning(meaning).into(),
            words(number(alike.lines.len() as u64)).into(),
            listed(&failures::named(&which)),
        ])
    }
}
