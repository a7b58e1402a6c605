//! What an apply says while it runs and at its end.

mod values;

use model::event::{ApplyResult, Cause, OperationOutcome};
use model::plan::OperationKind;
use report::WIDEST;
use report::json;
use report::text::{EventContext, apply_summary, event_line};
use values::live::{events, failed_summary, gate_events, line, summary, unapproved_summary};
use values::{changes, names, staged, strip};

#[test]
fn events_are_one_plain_line_each() {
    let context = EventContext::of(&changes::plan());
    let lines: Vec<String> = events()
        .iter()
        .filter_map(|event| event_line(event, &context))
        .map(|line| strip(&line))
        .collect();
    assert!(lines.iter().all(|line| !line.contains('\n')));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn operations_name_their_stage_and_gates_say_what_they_wait_for() {
    let context = EventContext::of(&staged::plan());
    let lines: Vec<String> = gate_events()
        .iter()
        .filter_map(|event| event_line(event, &context))
        .map(|line| strip(&line))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_stop_for_an_approval_says_what_is_done_and_how_to_go_on() {
    insta::assert_snapshot!(strip(&apply_summary(&unapproved_summary(), &names(), WIDEST)));
}

#[test]
fn a_failed_apply_says_what_was_done_what_failed_where_and_what_is_next() {
    insta::assert_snapshot!(strip(&apply_summary(&failed_summary(), &names(), WIDEST)));
}

#[test]
fn a_complete_apply_is_short() {
    let lines = vec![
        line(
            "config-recorder",
            OperationKind::Create,
            OperationOutcome::Succeeded,
            [69, 0, 0, 0],
        ),
        line(
            "security-baseline",
            OperationKind::Update,
            OperationOutcome::Succeeded,
            [408, 0, 0, 0],
        ),
    ];
    insta::assert_snapshot!(strip(&apply_summary(
        &summary(ApplyResult::Succeeded, lines),
        &names(),
        WIDEST
    )));
}

#[test]
fn an_interrupted_apply_names_the_operations_that_go_on() {
    let lines = vec![line(
        "security-baseline",
        OperationKind::Update,
        OperationOutcome::Running,
        [0, 0, 0, 408],
    )];
    insta::assert_snapshot!(strip(&apply_summary(
        &summary(ApplyResult::Interrupted, lines),
        &names(),
        WIDEST
    )));
}

#[test]
fn a_stale_plan_says_why_and_that_nothing_was_changed() {
    let mut stale = summary(ApplyResult::Stale, Vec::new());
    stale.seconds = 3;
    stale.causes = vec![Cause {
        stack_set: Some("config-recorder".to_owned()),
        code: "E0701".to_owned(),
        message: "its template changed after the plan was made".to_owned(),
        help: Some("plan again and have it reviewed".to_owned()),
    }];
    insta::assert_snapshot!(strip(&apply_summary(&stale, &names(), WIDEST)));
}

#[test]
fn an_apply_that_left_something_at_work_does_not_count_it() {
    let mut running = failed_summary();
    running.result = ApplyResult::Interrupted;
    running.operations[0].outcome = OperationOutcome::Running;
    let text = strip(&apply_summary(&running, &names(), WIDEST));
    assert!(text.contains(" as the plan says so far, "), "{text}");
}

#[test]
fn secrets_are_named_and_apart_from_their_label() {
    let mut sent = failed_summary();
    sent.secrets_sent = vec!["env:TOKEN".to_owned()];
    let text = strip(&apply_summary(&sent, &names(), WIDEST));
    assert!(text.contains("  Secrets     sent: env:TOKEN"), "{text}");
}

#[test]
fn what_was_never_tried_is_told_after_what_failed() {
    let mut failed = failed_summary();
    for line in &mut failed.operations {
        let cancelled = line
            .failures
            .keys()
            .find(|reason| reason.contains("tolerance"))
            .cloned();
        if let Some(results) = cancelled.and_then(|reason| line.failures.remove(&reason)) {
            line.failures
                .insert("A reason that sorts first".to_owned(), results);
        }
    }
    let text = strip(&apply_summary(&failed, &names(), WIDEST));
    let at = |words: &str| text.find(words).unwrap();
    assert!(
        at("Rate exceeded") < at("cancelled: A reason that sorts first"),
        "{text}"
    );
}

#[test]
fn the_json_of_an_apply_is_read_back_as_it_was() {
    let kept = failed_summary();
    let text = json::apply_summary(&kept);
    assert_eq!(json::read_apply_summary(&text).unwrap(), kept);
    let later = text.replacen("\"format_version\": \"1.0\"", "\"format_version\": \"1.7\"", 1);
    assert_eq!(json::read_apply_summary(&later).unwrap(), kept);
}

#[test]
fn a_file_that_is_no_report_of_an_apply_says_why() {
    let why = |text: &str| json::read_apply_summary(text).unwrap_err().to_string();
    let good = json::apply_summary(&failed_summary());
    let another = why(&json::plan(&changes::plan()));
    assert!(another.contains("`stackfleet.plan`"), "{another}");
    let newer = why(&good.replacen("\"1.0\"", "\"2.0\"", 1));
    assert!(newer.contains("`stackfleet.apply` 2.0"), "{newer}");
    let mut many = failed_summary();
    many.instances.failed = u64::MAX;
    assert!(why(&json::apply_summary(&many)).contains("more instances than there can be"));
    for broken in [
        "",
        "[]",
        "{\"format\": \"stackfleet.apply\", \"format_version\": \"1.0\"}",
    ] {
        assert!(!why(broken).is_empty());
    }
}
