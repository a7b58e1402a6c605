//! A corpus of hostile texts in every field that AWS or a file can fill, and every report held against a parser of its format.
//!
//! Neither the fields nor the values are listed here: both come from the schemas of the types, so a field that comes later is found by
//! itself. A field counts when its type takes a hostile text.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a missing value fails the test"
)]

#[path = "sinks/drift.rs"]
mod drift;
mod fields;
mod oracles;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use fields::Victim;
use fields::corpus::{ATOMS, corpus};
use model::call::InstanceResult;
use model::diagnostic::Diagnostic;
use model::drift::DriftReading;
use model::event::{ApplySummary, Event};
use model::observed::{Observed, OperationSummary};
use model::plan::{Hold, Plan, PlanResult};
use model::target_matrix::StackSetTargets;
use oracles::sinks::around;
use report::plans::{PlanOf, Plans};
use report::status::LastOperation;
use report::text::{Board, EventContext};
use report::{
    OperationList, OperationReport, OperationRow, StatusReport, github, html, json, junit, markdown, sarif,
    text,
};
use values::{changes, live, observed, staged};

/// A plan with everything in it.
fn rich_plan() -> Plan {
    let mut plan = staged::plan();
    plan.stack_sets.extend(changes::plan().stack_sets);
    plan.diagnostics.extend(changes::plan().diagnostics);
    let one = Diagnostic::error("E0101", "message")
        .label(&values::span(1), "label")
        .label(&values::span(2), "other")
        .note("note")
        .help("help")
        .replace("replacement", &values::span(1), "text");
    plan.diagnostics.push(one.clone());
    plan.holds.push(Hold {
        diagnostic: one,
        stack_set: Some("held".to_owned()),
        instances: 3,
    });
    plan.result = PlanResult::Blocked;
    plan.complete = false;
    plan.selection.exclude = vec!["excluded".to_owned()];
    for group in plan
        .stack_sets
        .iter_mut()
        .flat_map(|set| &mut set.instances.groups)
    {
        group.note = Some("note".to_owned());
    }
    plan
}

/// Everything that is written of a plan and an apply, held against what it is read with.
fn hold(plan: &Plan, summary: &ApplySummary, bad: &str) {
    oracles::sinks::plan(plan, &BTreeMap::new(), bad);
    let around = around();
    oracles::terminal(&text::apply_summary(summary, &plan.account_names, 98), bad);
    oracles::markdown(
        &markdown::apply(plan, summary, &around, markdown::STEP_SUMMARY),
        bad,
    );
    oracles::html(&html::apply(plan, summary, &around), bad);
    oracles::json(&json::apply_summary(summary), None, bad);
    oracles::xml(&junit::apply(plan, summary), bad);
    oracles::annotations(&github::annotations(&github::failures(summary), &around), bad);
}

/// What is written of the plans of several manifests, one of which could not be planned.
fn hold_several(plan: &Plan, bad: &str) {
    let around = [around(), around()];
    let each = [Ok(plan), Err(plan.diagnostics.as_slice())].map(|plan| PlanOf {
        manifest: bad,
        project: bad,
        plan,
    });
    let plans = Plans { each: &each };
    oracles::terminal(&text::plan_heading(bad, 1, 2, 98), bad);
    oracles::terminal(&text::together(&plans, 98), bad);
    let comment = markdown::plans(&plans, &around, markdown::STEP_SUMMARY);
    oracles::markdown_of(&comment, 2, bad);
    oracles::html(&html::plans(&plans, &around), bad);
    oracles::json(&json::plans(&plans), None, bad);
    oracles::json(&sarif::plans(&plans, "1.0.0", &around), None, bad);
    oracles::annotations(&github::plans_annotations(&plans, &around), bad);
    let outputs = github::output_file(&github::plans_outputs(&plans), "mark");
    oracles::outputs(&outputs, "mark", bad);
}

/// What is written of one event of an apply.
fn hold_event(event: &Event, bad: &str) {
    let context = EventContext::of(&staged::plan());
    oracles::json(&json::event(event, &context), None, bad);
    hold_told_event(event, bad);
}

/// What people read of it.
fn hold_told_event(event: &Event, bad: &str) {
    let plan = staged::plan();
    let context = EventContext::of(&plan);
    oracles::terminal(&text::event_line(event, &context).unwrap_or_default(), bad);
    let mut board = Board::new(&plan);
    oracles::terminal(&board.hear(event, 98).join("\n"), bad);
    oracles::terminal(&board.live(event.ts, (98, usize::MAX)).join("\n"), bad);
}

/// What `status` knows of what AWS has.
fn status(found: &Observed) -> StatusReport {
    StatusReport::of(
        &observed::desired(&["text", "missing"], "gone"),
        found,
        &staged::plan(),
    )
}

/// What it says.
fn hold_observed(found: &Observed, bad: &str) {
    let status = status(found);
    oracles::terminal(&text::status(&status, text::Listed::All, 98), bad);
    oracles::json(&json::status(&status), None, bad);
}

/// What `ops` says of an operation and of what it did.
fn hold_operation(operation: &OperationSummary, result: &InstanceResult, bad: &str) {
    let at = values::time("2026-11-22T10:00:00Z");
    let name = model::ids::StackSetName::parse("text").unwrap();
    let at_work = text::operation_at_work(&LastOperation::of(operation, at));
    oracles::terminal(&at_work, bad);
    let row = OperationRow::of("text", &name, operation.clone());
    let list = OperationList::new(vec![row.clone()], 10, at);
    oracles::terminal(&text::operations(&list, 98), bad);
    oracles::json(&json::operations(&list), None, bad);
    let names = BTreeMap::from([(result.key.account.clone(), bad.to_owned())]);
    let report = OperationReport::new(row, std::slice::from_ref(result), names, at);
    oracles::terminal(&text::operation(&report, 98), bad);
    oracles::json(&json::operation(&report), None, bad);
}

/// Everything that is shown, as examples of its types.
struct Victims {
    plan: Victim<Plan>,
    summary: Victim<ApplySummary>,
    event: Victim<Event>,
    observed: Victim<Observed>,
    drift: Victim<DriftReading>,
    targets: Victim<StackSetTargets>,
    operation: Victim<OperationSummary>,
    result: Victim<InstanceResult>,
}

impl Victims {
    fn new() -> Self {
        Self {
            plan: Victim::new(&[rich_plan()]),
            summary: Victim::new(&[live::failed_summary()]),
            event: Victim::new(&[]),
            observed: Victim::new(&[]),
            drift: Victim::new(&[]),
            targets: Victim::new(&[]),
            operation: Victim::new(&[]),
            result: Victim::new(&[]),
        }
    }

    /// A text in all fields of the examples of a number.
    fn hold_all(&self, number: usize, bad: &str) {
        let plan = self.plan.all(number, bad);
        hold(&plan, &self.summary.all(number, bad), bad);
        hold_several(&plan, bad);
        hold_event(&self.event.all(number, bad), bad);
        hold_observed(&self.observed.all(number, bad), bad);
        drift::hold(&self.drift.all(number, bad), bad);
        oracles::sinks::targets(&[self.targets.all(number, bad)], bad);
        hold_operation(
            &self.operation.all(number, bad),
            &self.result.all(number, bad),
            bad,
        );
    }
}

#[test]
fn no_report_lets_a_hostile_text_through_in_all_fields_at_once() {
    let corpus = corpus();
    assert!(corpus.len() >= 200, "{}", corpus.len());
    let victims = Victims::new();
    for (number, bad) in corpus.iter().enumerate() {
        victims.hold_all(number, bad);
    }
}

#[test]
fn no_report_lets_a_hostile_text_through_in_any_field_alone() {
    let victims = Victims::new();
    let bad = &ATOMS.join("\n");
    let (plan, summary) = (rich_plan(), live::failed_summary());
    victims.plan.each(bad, |plan, _| hold(&plan, &summary, bad));
    victims.summary.each(bad, |summary, _| hold(&plan, &summary, bad));
    victims.event.each(bad, |event, _| hold_event(&event, bad));
    victims.observed.each(bad, |found, _| hold_observed(&found, bad));
    victims.drift.each(bad, |found, _| drift::hold(&found, bad));
    victims
        .targets
        .each(bad, |targets, _| oracles::sinks::targets(&[targets], bad));
    let (operation, result) = (victims.operation.plain(0), victims.result.plain(0));
    victims
        .operation
        .each(bad, |operation, _| hold_operation(&operation, &result, bad));
    victims
        .result
        .each(bad, |result, _| hold_operation(&operation, &result, bad));
}

#[test]
fn the_fields_are_those_of_the_types() {
    let victims = Victims::new();
    let counts = [
        victims.plan.fields.len(),
        victims.summary.fields.len(),
        victims.event.fields.len(),
        victims.observed.fields.len(),
        victims.targets.fields.len(),
        victims.operation.fields.len(),
        victims.result.fields.len(),
        victims.drift.fields.len(),
    ];
    let least = [100, 8, 10, 20, 8, 3, 2, 6];
    assert!(
        counts.iter().zip(least).all(|(is, least)| *is >= least),
        "{counts:?}"
    );
    let named =
        |fields: &BTreeSet<String>, field: &str| assert!(fields.contains(field), "{field}: {fields:#?}");
    named(
        &victims.plan.fields,
        ".stack_sets[].changes.template.unified_diff",
    );
    named(&victims.observed.fields, ".stack_sets.*.instances.*.reason");
    named(&victims.observed.fields, ".organization.accounts.*.name");
    named(&victims.summary.fields, ".operations[].failures{}");
    named(
        &victims.drift.fields,
        ".drifted.*.resources[].differences[].found",
    );
}

/// Fields that have such a text at once: a report takes its time for each.
const FEW: usize = 12;

/// What has such a text in a build for tests, which takes minutes for all fields: as it is built for users, it takes them all.
const LONG_FIELDS: [&str; 5] = [
    ".stack_sets[].name",
    ".diagnostics[].message",
    ".stack_sets[].changes.template.unified_diff",
    ".operations[].reason",
    ".drifted.*.resources[].differences[].found",
];

fn is_long(field: &str) -> bool {
    !cfg!(debug_assertions) || LONG_FIELDS.contains(&field)
}

/// It acts everywhere. Programs get it whole.
fn long() -> String {
    let one = format!("{}\n", ATOMS.concat());
    let bad = one.repeat(10_000_000 / one.len() + 1);
    assert!(bad.len() >= 10_000_000);
    bad
}

/// Bytes of a page with such texts in some of its fields.
const LARGEST: usize = 6_000_000;

/// What people read of a plan with texts in its fields that nobody can read.
fn hold_long_plan(plan: &Plan, fields: &str) {
    let comment = markdown::plan(plan, &around(), markdown::COMMENT);
    assert!(comment.len() <= markdown::COMMENT, "{fields}: {}", comment.len());
    oracles::markdown(&comment, fields);
    let page = html::plan(plan, &around());
    assert!(page.len() < LARGEST, "{fields}: {}", page.len());
    oracles::html(&page, fields);
    oracles::annotations(&github::annotations(&plan.diagnostics, &around()), fields);
    oracles::terminal(&text::plan(plan, &text::PlanView::default()), fields);
}

/// The same of an apply.
fn hold_long_summary(plan: &Plan, summary: &ApplySummary, fields: &str) {
    let comment = markdown::apply(plan, summary, &around(), markdown::COMMENT);
    assert!(comment.len() <= markdown::COMMENT, "{fields}: {}", comment.len());
    oracles::markdown(&comment, fields);
    oracles::xml(&junit::apply(plan, summary), fields);
    oracles::annotations(
        &github::annotations(&github::failures(summary), &around()),
        fields,
    );
    oracles::terminal(&text::apply_summary(summary, &plan.account_names, 98), fields);
}

#[test]
fn ten_megabytes_in_a_field_are_cut_where_people_read() {
    let victims = Victims::new();
    let bad = &long();
    let plan = rich_plan();
    victims
        .plan
        .each_few((FEW, is_long), bad, |plan, fields| hold_long_plan(&plan, fields));
    victims.summary.each_few((FEW, is_long), bad, |summary, field| {
        hold_long_summary(&plan, &summary, field);
    });
    victims.observed.each_few((FEW, is_long), bad, |found, fields| {
        oracles::terminal(&text::status(&status(&found), text::Listed::All, 98), fields);
    });
    victims.drift.each_few((FEW, is_long), bad, |found, fields| {
        drift::hold_long(&found, fields);
    });
    victims.event.each_few((FEW, is_long), bad, |event, fields| {
        hold_told_event(&event, fields);
    });
}
