//! Two questions: does it match what we want, and is it well.

use model::observed::OperationStatus;

use super::plan::place;
use crate::escape::{shown, tame};
use crate::layout::{Cell, Line, Page, table};
use crate::status::{InstanceStates, LastOperation, Match, Progress, StackSetStatus, StatusReport, Stranger};
use crate::style::Meaning;
use crate::terms::{operation_action, operation_status};
use crate::words::{age, count, number};

/// Strangers that are named.
const NAMED: usize = 5;

/// StackSets about which there is nothing to say that are listed all the same: more of them are counted in one line.
const QUIET: usize = 5;

/// Which StackSets are listed one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those about which there is something to say; the others where they are few.
    Notable,
    /// All of them.
    All,
}

/// The report as text for so many columns; its last line is one sentence with what needs attention and the next command.
pub fn status(report: &StatusReport, listed: Listed, width: usize) -> String {
    let mut page = Page::new(width);
    place(&mut page, &report.source, &report.scope);
    page.blank();
    let mut rows = vec![
        ["", "StackSet", "Manifest", "Instances", "Drift", "Last operation"]
            .map(|title| Cell::new(Meaning::Aside, title))
            .to_vec(),
    ];
    let quiet = report.stack_sets.iter().filter(|set| is_quiet(set)).count();
    let folded = listed == Listed::Notable && quiet > QUIET;
    let shown = report.stack_sets.iter().filter(|set| !folded || !is_quiet(set));
    rows.extend(shown.map(row));
    if rows.len() > 1 {
        table(&mut page, 0, &rows);
    }
    if folded {
        page.hanging(
            Line::new().text("  "),
            Meaning::Aside,
            &the_others(quiet, rows.len() > 1),
        );
    }
    if rows.len() > 1 || folded {
        page.blank();
    }
    strangers(&mut page, &report.not_in_manifest);
    running(&mut page, report);
    page.hanging(Line::new(), Meaning::Heading, &sentence(report));
    page.finish()
}

/// Whether it matches, all of its instances are current, and nothing failed, drifted or runs.
fn is_quiet(set: &StackSetStatus) -> bool {
    let last = set.last_operation.as_ref();
    let drift = set.drift.as_ref();
    set.manifest == Match::Matches
        && set.held_by.is_empty()
        && set.instances.current == set.instances.total
        && set.running.is_empty()
        && last.is_none_or(|last| last.status == OperationStatus::Succeeded)
        && drift.is_none_or(|check| check.drifted == 0 && check.failed == 0)
}

/// `… 6 more match and are current (--all)`
fn the_others(quiet: usize, more: bool) -> String {
    let more = if more { "more " } else { "" };
    format!("… {quiet} {more}match and are current (--all)")
}

fn row(set: &StackSetStatus) -> Vec<Cell> {
    let (meaning, symbol, word) = match set.manifest {
        Match::Matches => (Meaning::Good, "✓", "matches"),
        Match::Differs => (Meaning::Update, "~", "differs"),
        Match::Missing => (Meaning::Create, "+", "missing"),
        Match::Leaving => (Meaning::Detach, ".", "leaving"),
        Match::Unknown => (Meaning::Attention, "?", "unknown"),
    };
    let held = if set.held_by.is_empty() {
        String::new()
    } else {
        format!(", held: {}", set.held_by.join(" "))
    };
    let last = set.running.first().or(set.last_operation.as_ref());
    let last = last.map(|last| match last.progress {
        Some(come) => {
            let (action, status) = (operation_action(&last.action), operation_status(&last.status));
            format!("{action} {status}, {}/{}", number(come.done), number(come.total))
        }
        None => operation(last),
    });
    vec![
        Cell::text(""),
        Cell::text(set.name.clone()),
        Cell::new(meaning, format!("{symbol} {word}{held}")),
        Cell::text(instances(set.instances)),
        Cell::text(drift(set)),
        Cell::text(last.unwrap_or_else(|| "–".to_owned())),
    ]
}

/// `3, 7 h`: so many instances had drifted when somebody looked, so long ago.
fn drift(set: &StackSetStatus) -> String {
    let Some(check) = &set.drift else {
        let word = if set.manifest == Match::Missing {
            "–"
        } else {
            "never"
        };
        return word.to_owned();
    };
    let failed = match check.failed {
        0 => String::new(),
        failed => format!(", {} not checked", number(failed)),
    };
    let ago = check.age_seconds.map(age);
    let ago = ago.map(|age| format!(", {age}")).unwrap_or_default();
    format!("{}{failed}{ago}", number(check.drifted))
}

fn instances(states: InstanceStates) -> String {
    let told: Vec<String> = [
        (states.current, "current"),
        (states.outdated, "outdated"),
        (states.failed, "failed"),
        (states.inoperable, "inoperable"),
        (states.skipped, "skipped (suspended)"),
        (states.other, "of unknown status"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{} {word}", number(*n)))
    .collect();
    if told.is_empty() {
        "–".to_owned()
    } else {
        told.join(", ")
    }
}

/// `update running for 2 min, 18 of 58 instances done`: an operation that somebody waits for.
pub fn operation_at_work(at_work: &LastOperation) -> String {
    let told = match at_work.progress {
        Some(Progress { done, total }) => {
            let total = count(total, "instance");
            format!("{}, {} of {total} done", operation(at_work), number(done))
        }
        None => operation(at_work),
    };
    tame(shown(&told).into_owned())
}

/// `update 6 min ago, failed`, `update running for 2 min`
fn operation(operation: &LastOperation) -> String {
    let action = operation_action(&operation.action);
    let status = operation_status(&operation.status);
    let age = operation.age_seconds.map(age);
    match operation.status {
        OperationStatus::Running | OperationStatus::Queued | OperationStatus::Stopping => {
            let long = age.map(|age| format!(" for {age}")).unwrap_or_default();
            format!("{action} {status}{long}")
        }
        _ => {
            let ago = age.map(|age| format!(" {age} ago")).unwrap_or_default();
            format!("{action}{ago}, {status}")
        }
    }
}

fn strangers(page: &mut Page, strangers: &[Stranger]) {
    if strangers.is_empty() {
        return;
    }
    // Ours first: their block is gone from the manifest, so somebody has to say what should happen.
    let (ours, others): (Vec<_>, Vec<_>) = strangers.iter().partition(|one| one.ours);
    let told: Vec<String> = ours
        .into_iter()
        .chain(others)
        .map(|one| match (&one.project, one.ours) {
            (_, true) => match one.instances {
                Some(n) => format!("{}: ours, {}", one.aws_name, count(n, "instance")),
                None => format!("{}: ours", one.aws_name),
            },
            (Some(project), false) => format!("{}: project {project}", one.aws_name),
            (None, false) => format!("{}: no project's", one.aws_name),
        })
        .collect();
    let start = Line::new()
        .text("  ")
        .put(Meaning::Heading, "Not in the manifest")
        .to(24);
    page.items(start, &shortened(told));
    page.blank();
}

fn shortened(mut items: Vec<String>) -> Vec<String> {
    if items.len() > NAMED {
        let more = items.len() - NAMED;
        items.truncate(NAMED);
        items.push(format!("{more} more"));
    }
    items
}

fn running(page: &mut Page, report: &StatusReport) {
    let mut any = false;
    for set in &report.stack_sets {
        for one in &set.running {
            let whose = if one.ours {
                "by stackfleet"
            } else {
                "not by stackfleet"
            };
            let text = format!("{} {}, {whose}, id {}", set.name, operation_at_work(one), one.id);
            let start = Line::new()
                .text("  ")
                .put(Meaning::Heading, if any { "" } else { "Running now" })
                .to(24);
            page.hanging(start, Meaning::Plain, &text);
            any = true;
        }
    }
    if any {
        page.blank();
    }
}

/// The most urgent thing, and the next command.
fn sentence(report: &StatusReport) -> String {
    if report.errors > 0 {
        let errors = count(report.errors, "error");
        return format!("The comparison is unfinished: {errors}. Next: stackfleet plan");
    }
    unwell(report)
        .or_else(|| unlike(report))
        .unwrap_or_else(|| "Everything matches the manifest; there is nothing to do.".to_owned())
}

/// Instances and operations that are not well. What is at work is not judged before it is done.
fn unwell(report: &StatusReport) -> Option<String> {
    let find = |is: fn(&StackSetStatus) -> bool| report.stack_sets.iter().find(|set| is(set));
    if let Some(set) = find(|set| set.instances.inoperable > 0) {
        let n = count(set.instances.inoperable, "inoperable instance");
        return Some(format!(
            "{} has {n}: no update reaches them. Next: stackfleet plan",
            set.name
        ));
    }
    if let Some(set) = find(|set| set.running.is_empty() && set.instances.failed > 0) {
        let n = count(set.instances.failed, "failed instance");
        return Some(format!("{} has {n}. Next: stackfleet plan", set.name));
    }
    if let Some(set) = find(|set| set.running.is_empty() && is_mixed(set.instances)) {
        let (new, old) = (number(set.instances.current), number(set.instances.outdated));
        return Some(format!(
            "{} is a mixed fleet ({new} new, {old} old). Next: stackfleet plan",
            set.name
        ));
    }
    let set = find(|set| !set.running.is_empty())?;
    Some(format!(
        "{} is at work. Next: stackfleet status, when it is over",
        set.name
    ))
}

/// StackSets that are not as the manifest says.
fn unlike(report: &StatusReport) -> Option<String> {
    let differing = report
        .stack_sets
        .iter()
        .filter(|set| set.manifest != Match::Matches)
        .count() as u64;
    if differing > 0 {
        let verb = if differing == 1 { "differs" } else { "differ" };
        let sets = count(differing, "StackSet");
        return Some(format!("{sets} {verb} from the manifest. Next: stackfleet plan"));
    }
    let one = report.not_in_manifest.iter().find(|one| one.ours)?;
    Some(format!(
        "{} is ours and not in the manifest. Next: list it, or write [removed.NAME]",
        one.aws_name
    ))
}

fn is_mixed(states: InstanceStates) -> bool {
    states.current > 0 && states.outdated > 0
}
