//! What `status` and `validate` say, and the same as JSON.

mod values;

use model::call::{InstanceResult, ResultStatus};
use model::desired::Desired;
use model::diagnostic::Diagnostic;
use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::{Observed, OperationStatus};
use model::plan::{Action, PlanResult, Reason};
use report::StatusReport;
use report::status::Progress;
use report::text;
use report::text::Listed;
use values::live::failed;
use values::observed::{desired, instances, live, observed, ran};
use values::{plan_of, span, stack_set, strip};

fn report() -> StatusReport {
    let names = [
        "security-baseline",
        "guardduty-members",
        "config-recorder",
        "network-guardrails",
    ];
    let planned = [
        (names[2], Action::Adopt, Reason::Adopt),
        (names[1], Action::Create, Reason::New),
        (names[3], Action::None, Reason::OutdatedPending),
        (names[0], Action::Update, Reason::Template),
        ("legacy-cloudtrail", Action::Detach, Reason::Removed),
    ];
    let planned = planned.map(|(name, action, reason)| stack_set(name, action, &[reason], Vec::new()));
    let plan = plan_of(PlanResult::Changes, planned.to_vec(), Vec::new());
    let mut there = there();
    let drifted = std::collections::BTreeMap::from([("config-recorder", 0), ("security-baseline", 3)]);
    let now = there.taken_at;
    for (name, set) in &mut there.stack_sets {
        set.drift = drifted
            .get(name.as_str())
            .map(|drifted| checked(now, *drifted, 0));
    }
    StatusReport::of(&desired(&names, "legacy-cloudtrail"), &there, &plan)
}

/// A drift detection of seven hours ago.
fn checked(now: model::Timestamp, drifted: u64, failed: u64) -> model::drift::DriftCheck {
    model::drift::DriftCheck {
        status: model::drift::DetectionStatus::PartialSuccess,
        checked_at: Some(now - std::time::Duration::from_hours(7)),
        total: 400,
        drifted,
        in_sync: 400 - drifted - failed,
        failed,
    }
}

#[test]
fn after_an_error_nothing_is_said_to_match() {
    let planned = stack_set("network-guardrails", Action::None, &[], Vec::new());
    let plan = plan_of(PlanResult::Error, vec![planned], Vec::new());
    let status = StatusReport::of(
        &desired(&["network-guardrails"], "legacy-cloudtrail"),
        &there(),
        &plan,
    );
    assert_eq!(status.stack_sets[0].manifest, report::status::Match::Unknown);
}

#[test]
fn while_an_operation_is_at_work_nothing_is_said_to_match() {
    let mut there = there();
    let name = "network-guardrails";
    let set = there
        .stack_sets
        .values_mut()
        .find(|set| set.id.name() == name)
        .unwrap();
    set.running.extend(set.newest_operation.clone());
    let planned = stack_set(name, Action::None, &[], Vec::new());
    let plan = plan_of(PlanResult::NoChanges, vec![planned], Vec::new());
    let status = StatusReport::of(&desired(&[name], "legacy-cloudtrail"), &there, &plan);
    assert_eq!(status.stack_sets[0].manifest, report::status::Match::Unknown);
}

fn there() -> Observed {
    use DetailedStatus::{Failed, Pending, Succeeded};
    use InstanceStatus::{Current, Outdated};
    let mut fleet = instances(1..207, &Current, &Succeeded);
    fleet.extend(instances(207..408, &Outdated, &Pending));
    fleet.extend(instances(408..409, &Outdated, &Failed));
    let set = |name, instances, status, at| live(name, instances, Some(ran(status, at)));
    let well = |last| instances(1..last, &Current, &Succeeded);
    let (failed, running) = (OperationStatus::Failed, OperationStatus::Running);
    observed(
        vec![
            set("security-baseline", fleet, failed, "2026-11-22T09:54:00Z"),
            set("config-recorder", well(332), running, "2026-11-22T09:58:00Z"),
            set(
                "network-guardrails",
                well(400),
                OperationStatus::Succeeded,
                "2026-11-10T10:00:00Z",
            ),
            live("legacy-cloudtrail", well(97), None),
        ],
        &[
            ("SecurityHubBaseline", None),
            ("sso-roles", Some("platform-baseline")),
        ],
    )
}

#[test]
fn status_answers_whether_it_matches_and_whether_it_is_well() {
    insta::assert_snapshot!(strip(&text::status(&report(), Listed::Notable, report::WIDEST)));
}

#[test]
fn a_healthy_status_says_that_nothing_is_to_do() {
    let fine = instances(1..5, &InstanceStatus::Current, &DetailedStatus::Succeeded);
    let there = observed(vec![live("network-guardrails", fine, None)], &[]);
    let plan = plan_of(
        PlanResult::NoChanges,
        vec![stack_set("network-guardrails", Action::None, &[], Vec::new())],
        Vec::new(),
    );
    let report = StatusReport::of(&desired(&["network-guardrails"], "gone"), &there, &plan);
    let text = strip(&text::status(&report, Listed::Notable, report::WIDEST));
    assert!(text.contains("✓ matches") && text.contains("4 current"), "{text}");
    assert!(
        text.ends_with("Everything matches the manifest; there is nothing to do.\n"),
        "{text}"
    );
    assert!(!text.contains("gone"), "{text}");
}

#[test]
fn many_stack_sets_that_are_well_are_one_line_until_all_are_asked_for() {
    let names: Vec<String> = (1..9).map(|n| format!("net-{n}")).collect();
    let fine = || instances(1..5, &InstanceStatus::Current, &DetailedStatus::Succeeded);
    let mut sets: Vec<_> = names.iter().map(|name| live(name, fine(), None)).collect();
    let ill = instances(1..5, &InstanceStatus::Outdated, &DetailedStatus::Failed);
    sets[2] = live("net-3", ill, None);
    let there = observed(sets, &[]);
    let planned = names
        .iter()
        .map(|name| stack_set(name, Action::None, &[], Vec::new()));
    let plan = plan_of(PlanResult::NoChanges, planned.collect(), Vec::new());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let report = StatusReport::of(&desired(&names, "gone"), &there, &plan);
    let folded = strip(&text::status(&report, Listed::Notable, report::WIDEST));
    assert!(
        folded.contains("\n  … 7 more match and are current (--all)\n\n"),
        "{folded}"
    );
    assert!(folded.contains("net-3") && !folded.contains("net-4"), "{folded}");
    let all = strip(&text::status(&report, Listed::All, report::WIDEST));
    assert!(
        names.iter().all(|name| all.contains(name)) && !all.contains('…'),
        "{all}"
    );
}

#[test]
fn what_drift_detection_found_last_stands_beside_the_instances() {
    let fine = instances(1..5, &InstanceStatus::Current, &DetailedStatus::Succeeded);
    let mut there = observed(vec![live("network-guardrails", fine, None)], &[]);
    let planned = stack_set("network-guardrails", Action::None, &[], Vec::new());
    let plan = plan_of(PlanResult::NoChanges, vec![planned], Vec::new());
    let desired = desired(&["network-guardrails"], "gone");
    let report = StatusReport::of(&desired, &there, &plan);
    let told = |report: &StatusReport| strip(&text::status(report, Listed::Notable, report::WIDEST));
    assert!(told(&report).contains("4 current  never"), "{}", told(&report));
    let check = checked(there.taken_at, 3, 1);
    for set in there.stack_sets.values_mut() {
        set.drift = Some(check.clone());
    }
    let report = StatusReport::of(&desired, &there, &plan);
    assert!(
        told(&report).contains("3, 1 not checked, 7 h"),
        "{}",
        told(&report)
    );
}

#[test]
fn instances_in_suspended_accounts_are_skipped_and_make_no_mixed_fleet() {
    let mut all = instances(1..5, &InstanceStatus::Current, &DetailedStatus::Succeeded);
    let skipped = DetailedStatus::SkippedSuspendedAccount;
    all.extend(instances(5..7, &InstanceStatus::Outdated, &skipped));
    let there = observed(vec![live("network-guardrails", all, None)], &[]);
    let plan = plan_of(
        PlanResult::NoChanges,
        vec![stack_set("network-guardrails", Action::None, &[], Vec::new())],
        Vec::new(),
    );
    let report = StatusReport::of(&desired(&["network-guardrails"], "gone"), &there, &plan);
    let text = strip(&text::status(&report, Listed::Notable, report::WIDEST));
    assert!(text.contains("4 current, 2 skipped (suspended)"), "{text}");
    assert!(text.ends_with("there is nothing to do.\n"), "{text}");
}

#[test]
fn the_same_status_is_data() {
    let json: serde_json::Value = serde_json::from_str(&report::json::status(&report())).unwrap();
    assert_eq!(json["format"], "stackfleet.status");
    let baseline = &json["stack_sets"][3];
    assert_eq!(baseline["manifest"], "differs");
    assert_eq!(baseline["instances"]["outdated"], 201);
    assert_eq!(baseline["last_operation"]["age_seconds"], 360);
    assert_eq!(json["not_in_manifest"][1]["ours"], true);
}

#[test]
fn validation_counts_what_was_read() {
    let desired = desired(&["a", "b", "c"], "d");
    let validation = |all: &[(&Desired, usize)]| strip(&text::validation(all.iter().copied()));
    let counts = "ok: 3 StackSets, 1 removed, 0 parameter values";
    assert_eq!(validation(&[(&desired, 0)]), format!("{counts}\n"));
    let name = &desired.manifest;
    assert_eq!(
        validation(&[(&desired, 1), (&desired, 0)]),
        format!("{name}: {counts}, 1 warning\n{name}: {counts}\n")
    );
}

#[test]
fn diagnostics_as_data_have_place_help_and_edit() {
    let one = Diagnostic::error("E0101", "unknown key `regoins`")
        .label(&span(4), "not a StackSet key")
        .replace("rename it", &span(4), "regions");
    let json: serde_json::Value = serde_json::from_str(&report::json::diagnostics(&[one])).unwrap();
    assert_eq!(json["diagnostics"][0]["file"], "stackfleet.toml");
    assert_eq!(json["diagnostics"][0]["start"]["line"], 4);
    assert_eq!(json["diagnostics"][0]["help"][0], "rename it");
    assert_eq!(json["diagnostics"][0]["replacement"]["text"], "regions");
}

#[test]
fn a_plan_as_data_reads_back_as_the_same_plan() {
    let plan = values::changes::plan();
    let back: model::plan::Plan = serde_json::from_str(&report::json::plan(&plan)).unwrap();
    assert_eq!(back, plan);
}

#[test]
fn how_far_an_operation_has_come_stands_beside_it_while_it_runs() {
    let results = [
        ResultStatus::Succeeded,
        ResultStatus::Failed,
        ResultStatus::Cancelled,
        ResultStatus::Running,
        ResultStatus::Pending,
    ]
    .map(|status| InstanceResult {
        status,
        ..failed(42, "us-east-1", "")
    });
    let come = Progress::of(&results).unwrap();
    assert_eq!((come.done, come.total), (3, 5));
    assert_eq!(Progress::of(&[]), None);

    let report = report();
    let running = report.stack_sets.iter().flat_map(|set| &set.running);
    let progress = running.map(|one| (one.id.clone(), come)).collect();
    let text = strip(&text::status(
        &report.with_progress(&progress),
        Listed::Notable,
        report::WIDEST,
    ));
    assert!(text.contains("update running, 3/5\n"), "{text}");
    assert!(
        text.contains("config-recorder update running for 2 min, 3 of 5 instances done, by"),
        "{text}"
    );
}
