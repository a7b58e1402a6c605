//! Whatever AWS or a file says, a terminal only ever obeys our own colours.

#![allow(clippy::indexing_slicing, reason = "a missing value fails the test")]

mod values;

use model::definition::ParameterValue;
use model::diagnostic::{Diagnostic, Position, Sources, Span};
use model::event::{Cause, EventKind};
use model::plan::{Hold, Plan, PlanResult};
use model::target_matrix::{
    AccountTargets, CellState, StackSetTargets, TargetCell, TargetEffect, TargetLine, UnitTargets,
};
use proptest::prelude::*;
use report::text::{self, Diff, EventContext, PlanView};
use serde_json::Value;
use values::{live, staged, strip};

/// Texts full of what terminals obey and readers do not see.
fn hostile() -> impl Strategy<Value = String> {
    let nasty = proptest::sample::select(vec![
        "\u{1b}[2J",
        "\u{1b}]0;x\u{7}",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\r",
        "\n",
        "\t",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "支",
        "é",
        "e\u{301}",
        "👩\u{200d}💻",
        " ",
        "  ",
        "m",
        "[",
        "a-word",
        "\\u{1b}",
    ]);
    proptest::collection::vec(nasty, 0..12).prop_map(|parts| parts.concat())
}

/// Panics when a text holds anything that acts or hides beside line breaks and our own SGR sequences.
fn assert_tame(text: &str) {
    let plain = strip(text);
    for (at, c) in plain.char_indices() {
        let hidden = (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
        assert!(!hidden, "{c:?} at {at} of {plain:?}");
    }
    for sequence in text.split("\u{1b}[").skip(1) {
        let (numbers, _) = sequence.split_once('m').unwrap_or(("not SGR", ""));
        assert!(
            numbers.chars().all(|c| c.is_ascii_digit() || c == ';'),
            "{numbers:?}"
        );
    }
}

/// Properties of a plan that hold free text from AWS or from files.
const FREE: [&str; 31] = [
    "project",
    "name",
    "stack_set",
    "unit",
    "note",
    "before",
    "after",
    "source",
    "setting",
    "path",
    "unified_diff",
    "logical_id",
    "type",
    "code",
    "message",
    "text",
    "file",
    "rollout",
    "basis",
    "section",
    "policy",
    "effect",
    "through",
    "stage_id",
    "id",
    "actions",
    "resources",
    "principals",
    "notes",
    "alarms",
    "exclude",
];

/// The plan with everything, each free text of it replaced.
fn hostile_plan(bad: &str, result: PlanResult) -> Plan {
    let mut plan = staged::plan();
    let one = Diagnostic::error("E0101", "x")
        .label(&values::span(1), "x")
        .note(bad)
        .help("x");
    plan.diagnostics.push(one.clone());
    plan.holds.push(Hold {
        diagnostic: one,
        stack_set: Some("x".to_owned()),
        instances: 3,
    });
    plan.complete = false;
    plan.selection.exclude = vec![bad.to_owned()];
    let mut json = serde_json::to_value(&plan).unwrap_or_default();
    poison(&mut json, bad);
    let mut poisoned: Plan = serde_json::from_value(json).unwrap_or(plan);
    assert_eq!(
        poisoned.stack_sets[0].name, bad,
        "the poisoned plan could not be read back"
    );
    poisoned.result = result;
    for name in poisoned.account_names.values_mut() {
        bad.clone_into(name);
    }
    poisoned
}

fn poison(json: &mut Value, bad: &str) {
    match json {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    // A digest is refused where it is read, if it is none.
                    Value::String(text) if text.starts_with("sha256:") => {}
                    Value::String(text) if FREE.contains(&key.as_str()) => bad.clone_into(text),
                    Value::Array(items) if FREE.contains(&key.as_str()) => {
                        for item in items {
                            match item {
                                Value::String(text) => bad.clone_into(text),
                                other => poison(other, bad),
                            }
                        }
                    }
                    // The source of a plan is an object, the source of a parameter a text.
                    other => poison(other, bad),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, bad)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_are_tame_at_every_width(bad in hostile(), width in 0_usize..200) {
        for result in [PlanResult::Changes, PlanResult::NoChanges, PlanResult::Blocked, PlanResult::Error] {
            let plan = hostile_plan(&bad, result);
            let view = PlanView { diff: Diff::Full, width, saved_as: Some(&bad) };
            let text = text::plan(&plan, &view);
            assert_tame(&text);
            assert_tame(&report::json::plan(&plan));
        }
    }

    #[test]
    fn messages_are_tame_whatever_their_spans_say(
        bad in hostile(),
        file in hostile(),
        spans in proptest::collection::vec((0_usize..80, 0_usize..80), 1..4),
        known in any::<bool>(),
    ) {
        let span = |(start, end): (usize, usize)| Span {
            file: bad.clone(),
            start: Position { line: 1, column: 1, offset: start },
            end: Position { line: 1, column: 1, offset: end },
        };
        let mut one = Diagnostic::warning(&bad, bad.clone()).note(bad.clone()).help(bad.clone());
        for pair in spans {
            one = one.label(&span(pair), bad.clone()).replace(bad.clone(), &span(pair), bad.clone());
        }
        let sources: Sources = if known { [(bad.clone(), file)].into() } else { Sources::new() };
        assert_tame(&text::diagnostics(std::slice::from_ref(&one), &sources, report::WIDEST));
        assert_tame(&report::json::diagnostics(&[one]));
    }

    #[test]
    fn targets_are_tame(bad in hostile(), width in 0_usize..200) {
        let span = Span { file: bad.clone(), ..values::span(1) };
        let line = |effect| TargetLine { effect, span: span.clone(), text: bad.clone() };
        let lines = vec![line(TargetEffect::Targets), line(TargetEffect::Skips), line(TargetEffect::Gives)];
        let cell = TargetCell {
            region: values::region("eu-west-1"),
            state: CellState::Wanted,
            lines,
            values: [(bad.clone(), ParameterValue::Plain(bad.clone()))].into(),
        };
        let account = AccountTargets { account: values::id(1), name: bad.clone(), cells: vec![cell] };
        let unit = UnitTargets { unit: bad.clone(), unit_id: values::unit_id(), accounts: vec![account] };
        let set = StackSetTargets {
            stack_set: bad.clone(),
            regions: vec![values::region("eu-west-1")],
            units: vec![unit],
            diagnostics: vec![Diagnostic::error("E0201", bad.clone())],
        };
        assert_tame(&text::targets(std::slice::from_ref(&set), text::TargetsDetail::Full, width));
        assert_tame(&report::json::targets(&[set]));
    }

    #[test]
    fn events_and_summaries_are_tame(bad in hostile()) {
        let plan = hostile_plan(&bad, PlanResult::Changes);
        let context = EventContext::of(&plan);
        let mut board = text::Board::new(&plan);
        for mut event in live::events().into_iter().chain(live::gate_events()) {
            match &mut event.kind {
                EventKind::Gate { stage, reason, .. } => {
                    bad.clone_into(stage);
                    *reason = Some(bad.clone());
                }
                EventKind::OperationStart { operation, stack_set, .. } => {
                    bad.clone_into(operation);
                    bad.clone_into(stack_set);
                }
                EventKind::Instance { result, .. } => result.reason = Some(bad.clone()),
                EventKind::OperationEnd { reason, .. } => *reason = Some(bad.clone()),
                _ => {}
            }
            let line = text::event_line(&event, &context).unwrap_or_default();
            assert_tame(&report::json::event(&event, &context));
            for width in [0, 60, 140] {
                assert_tame(&board.hear(&event, width).concat());
                assert_tame(&board.live(event.ts, (width, usize::MAX)).concat());
            }
            assert_tame(&line);
            prop_assert!(!line.contains('\n'));
        }
        let mut summary = live::unapproved_summary();
        for line in &mut summary.operations {
            bad.clone_into(&mut line.stack_set);
            line.reason = Some(bad.clone());
            line.stage = Some(format!("{bad}/{bad}"));
            line.failures.insert(bad.clone(), vec![live::failed(77, "us-east-1", &bad)]);
        }
        let cause = Cause { stack_set: Some(bad.clone()), code: bad.clone(), message: bad.clone(), help: Some(bad.clone()) };
        summary.causes.push(cause);
        let names = [(values::id(77), bad.clone())].into();
        assert_tame(&text::apply_summary(&summary, &names, report::WIDEST));
        assert_tame(&report::json::apply_summary(&summary));
    }
}

/// Few by default; `STACKFLEET_CASES` raises them.
#[allow(clippy::disallowed_methods, reason = "a test may be told how long to try")]
fn cases() -> u32 {
    let wanted = std::env::var("STACKFLEET_CASES").ok();
    wanted.and_then(|cases| cases.parse().ok()).unwrap_or(48)
}
