//! JUnit's XML, which every CI draws: of an apply a suite for each operation, of drift one for each StackSet; a case for each account
//! and Region.

use std::collections::BTreeMap;

use model::call::{InstanceResult, ResultStatus};
use model::diagnostic::Diagnostic;
use model::event::{ApplySummary, Cause, OperationOutcome, OperationSummaryLine};
use model::instance::{InstanceKey, Rectangle};
use model::plan::{Operation, Plan};

use crate::escape::{clipped, markup};
use crate::terms::{account, kind};
use crate::words::joined;

mod drift;

pub use drift::drift;

/// Characters of a text.
const TEXT: usize = 4000;

/// How a case ended, and why.
enum Case {
    Passed,
    Failed(String),
    Skipped(String),
}

/// A suite under construction.
struct Suite {
    name: String,
    seconds: u64,
    cases: Vec<(String, Case)>,
}

/// The whole apply.
pub fn apply(plan: &Plan, summary: &ApplySummary) -> String {
    let mut suites: Vec<Suite> = Vec::new();
    if !summary.causes.is_empty() {
        suites.push(causes(&summary.causes));
    }
    for line in &summary.operations {
        // What runs only when a stage fails is no test of a plan that went well.
        if line.outcome == OperationOutcome::NotNeeded {
            continue;
        }
        let operation = plan.operations.iter().find(|one| one.id == line.operation);
        suites.push(suite(plan, line, operation));
    }
    document("stackfleet apply", &suites, summary.seconds)
}

fn document(command: &str, suites: &[Suite], seconds: u64) -> String {
    let [tests, failures, _] = totals(suites.iter().flat_map(|suite| &suite.cases));
    let suites = joined(suites.iter().map(write));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"{command}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{seconds}\">\n\
         {suites}</testsuites>\n"
    )
}

/// A command that came to nothing, by its name.
pub fn messages(command: &str, diagnostics: &[Diagnostic]) -> String {
    let case = |one: &Diagnostic| (one.code.clone(), Case::Failed(one.message.clone()));
    let errors = diagnostics.iter().filter(|one| one.is_error());
    let suite = Suite {
        name: command.to_owned(),
        seconds: 0,
        cases: errors.map(case).collect(),
    };
    document(&format!("stackfleet {}", text(command)), &[suite], 0)
}

/// Why the whole apply stopped or did not start.
fn causes(causes: &[Cause]) -> Suite {
    let case = |cause: &Cause| {
        let name = format!(
            "{} {}",
            cause.code,
            cause.stack_set.as_deref().unwrap_or("the whole plan")
        );
        let help = cause.help.as_deref().unwrap_or_default();
        (
            name,
            Case::Failed(format!("{}\n{help}", cause.message).trim().to_owned()),
        )
    };
    Suite {
        name: "apply".to_owned(),
        seconds: 0,
        cases: causes.iter().map(case).collect(),
    }
}

fn suite(plan: &Plan, line: &OperationSummaryLine, operation: Option<&Operation>) -> Suite {
    let stage = line
        .stage
        .as_deref()
        .map(|stage| format!(" {stage}"))
        .unwrap_or_default();
    let back = if line.rollback { " (rollback)" } else { "" };
    let name = format!("{}: {}{stage}{back}", line.stack_set, kind(line.kind));
    let mut cases: BTreeMap<InstanceKey, Case> = BTreeMap::new();
    let touched = operation
        .iter()
        .flat_map(|one| &one.touches)
        .flat_map(Rectangle::keys);
    cases.extend(touched.map(|key| (key, of_operation(line))));
    for (reason, results) in &line.failures {
        cases.extend(
            results
                .iter()
                .map(|one| (one.key.clone(), of_result(reason, one))),
        );
    }
    let named = |(key, case): (InstanceKey, Case)| {
        let who = account(&plan.account_names, &key.account);
        (format!("{who} {}", key.region), case)
    };
    let mut cases: Vec<(String, Case)> = cases.into_iter().map(named).collect();
    if cases.is_empty() {
        cases.push((kind(line.kind).to_owned(), of_operation(line)));
    }
    Suite {
        name,
        seconds: line.seconds,
        cases,
    }
}

/// An instance of which nothing is told by itself ended as its operation did.
fn of_operation(line: &OperationSummaryLine) -> Case {
    let reason = || line.reason.clone().unwrap_or_default();
    match line.outcome {
        // Of a failed operation the failed instances are told by themselves; without any, it never began.
        OperationOutcome::Failed if line.failures.is_empty() => Case::Failed(reason()),
        OperationOutcome::Succeeded
        | OperationOutcome::Partial
        | OperationOutcome::NotNeeded
        | OperationOutcome::Failed => Case::Passed,
        OperationOutcome::Stopped => Case::Skipped(format!("stopped by somebody {}", reason())),
        OperationOutcome::Running => Case::Skipped("still running in AWS".to_owned()),
        OperationOutcome::Unknown => Case::Skipped("sent, but AWS did not answer".to_owned()),
        OperationOutcome::NotStarted => Case::Skipped(format!("not started {}", reason())),
    }
}

fn of_result(reason: &str, result: &InstanceResult) -> Case {
    let reason = if reason.is_empty() {
        "AWS gave no reason"
    } else {
        reason
    };
    match result.status {
        ResultStatus::Succeeded => Case::Passed,
        ResultStatus::Cancelled => Case::Skipped(format!("cancelled: {reason}")),
        ResultStatus::Pending | ResultStatus::Running => Case::Skipped("not over".to_owned()),
        ResultStatus::Failed | ResultStatus::Other(_) => Case::Failed(reason.to_owned()),
    }
}

fn totals<'a>(cases: impl Iterator<Item = &'a (String, Case)>) -> [u64; 3] {
    let mut totals = [0; 3];
    let [tests, failures, skipped] = &mut totals;
    for (_, case) in cases {
        *tests += 1;
        match case {
            Case::Passed => {}
            Case::Failed(_) => *failures += 1,
            Case::Skipped(_) => *skipped += 1,
        }
    }
    totals
}

fn text(text: &str) -> String {
    markup(&clipped(text, TEXT))
}

fn write(suite: &Suite) -> String {
    let [tests, failures, skipped] = totals(suite.cases.iter());
    let (name, seconds) = (text(&suite.name), suite.seconds);
    let cases = joined(suite.cases.iter().map(|(case, ended)| {
        let start = format!("    <testcase classname=\"{name}\" name=\"{}\"", text(case));
        match ended {
            Case::Passed => format!("{start}/>\n"),
            Case::Failed(why) => {
                let why = text(why);
                format!("{start}><failure message=\"{why}\">{why}</failure></testcase>\n")
            }
            Case::Skipped(why) => {
                let why = text(why.trim());
                format!("{start}><skipped message=\"{why}\"/></testcase>\n")
            }
        }
    }));
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" \
         time=\"{seconds}\">\n{cases}  </testsuite>\n"
    )
}
