//! How plans end when AWS does what it does.

use std::collections::BTreeMap;

use executor::{OnFailure, Options};
use model::call::{Call, ResultStatus};
use model::event::{ApplyResult, EventKind, OperationOutcome};
use model::observed::OperationStatus;
use model::plan::Plan;

use crate::cloud::{Cloud, Ending};
use crate::drive::{Ended, Fault, run, run_with};
use crate::plans::{create, delete, name, operation, plan, rectangle, scene, update};

use OperationOutcome::{Failed, NotStarted, Partial, Succeeded};

fn on_failure(on_failure: OnFailure) -> Options {
    Options {
        on_failure,
        ..Options::default()
    }
}

fn run_as(cloud: &mut Cloud, plan: &Plan, options: &Options) -> Ended {
    run_with(cloud, plan, options, |_, _, _| Fault::None)
}

fn end_badly(cloud: &mut Cloud, plan: &Plan, at: usize, status: OperationStatus, reason: &'static str) {
    let operation = &plan.operations[at];
    let key = operation.touches[0].keys().next().unwrap();
    let ending = Ending {
        status,
        failed: BTreeMap::from([(key, (ResultStatus::Failed, reason))]),
    };
    cloud
        .endings
        .insert(operation.operation_id.clone().unwrap(), ending);
}

#[test]
fn everything_is_done_in_order_and_told() {
    let (mut cloud, plan) = scene();
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Succeeded);
    assert_eq!(ended.outcomes(), [Succeeded; 7]);
    assert!(ended.codes().is_empty());
    let summary = ended.summary.as_ref().unwrap();
    assert_eq!((summary.exit_code, summary.instances.succeeded), (0, 9));
    assert_eq!(summary.operations[0].seconds, 60);
    let told = ended
        .events
        .iter()
        .filter(|event| matches!(event, EventKind::Instance { .. }))
        .count();
    assert_eq!(told, 9);
    assert!(!cloud.sets.contains_key(&name("legacy")));
    assert_eq!(cloud.sets[&name("audit")].instances.len(), 2);
}

#[test]
fn stack_sets_run_side_by_side_and_wait_for_what_they_depend_on() {
    let (mut cloud, plan) = scene();
    let ended = run(&mut cloud, &plan);
    let position = |wanted: &str, start: bool| {
        let is = |event: &EventKind| match event {
            EventKind::OperationStart { operation, .. } => start && operation == wanted,
            EventKind::OperationEnd { operation, .. } => !start && operation == wanted,
            _ => false,
        };
        ended.events.iter().position(is).unwrap()
    };
    assert!(position("op-06", true) < position("op-01", false), "side by side");
    for (first, then) in [
        ("op-01", "op-02"),
        ("op-02", "op-03"),
        ("op-02", "op-05"),
        ("op-06", "op-07"),
    ] {
        assert!(
            position(first, false) < position(then, true),
            "{first} before {then}"
        );
    }
}

#[test]
fn no_more_than_the_wanted_number_runs_side_by_side() {
    let (mut cloud, plan) = scene();
    let options = Options {
        parallel: 1,
        ..Options::default()
    };
    let mut most = 0;
    let ended = run_with(&mut cloud, &plan, &options, |_, _, cloud| {
        let held = cloud.sets.keys().filter(|set| cloud.is_held(set)).count();
        most = most.max(held);
        Fault::None
    });
    assert_eq!(ended.result(), ApplyResult::Succeeded);
    assert_eq!(most, 1);
}

#[test]
fn a_success_with_failed_instances_is_partial_and_stops_dependents_elsewhere_only() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 1, OperationStatus::Succeeded, "Role exists");
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Partial);
    assert_eq!(
        ended.outcomes(),
        [
            Succeeded, Partial, Succeeded, Succeeded, NotStarted, Succeeded, Succeeded
        ]
    );
    let summary = ended.summary.as_ref().unwrap();
    assert_eq!(summary.exit_code, 4);
    assert_eq!(summary.operations[1].failures["Role exists"].len(), 1);
    assert!(ended.codes().contains(&"E0717"));
}

#[test]
fn a_failed_instance_that_nothing_waits_for_makes_the_result_partial() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 4, OperationStatus::Succeeded, "Role exists");
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Partial, vec!["E0717"])
    );
}

#[test]
fn a_suspended_account_that_aws_leaves_out_is_no_failure() {
    let (mut cloud, plan) = scene();
    end_badly(
        &mut cloud,
        &plan,
        4,
        OperationStatus::Succeeded,
        "This account is suspended. To remove this instance",
    );
    let set = name("audit");
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, cloud| {
        if let (Call::Instances(_), Some(set)) = (call, cloud.sets.get_mut(&set)) {
            for instance in set.instances.values_mut() {
                instance.detailed = model::instance::DetailedStatus::SkippedSuspendedAccount;
            }
        }
        Fault::None
    });
    assert_eq!(
        (ended.result(), ended.outcomes()[4]),
        (ApplyResult::Succeeded, Succeeded)
    );
}

#[test]
fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 0, OperationStatus::Failed, "boom");
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert_eq!(
        ended.outcomes(),
        [
            Failed, NotStarted, NotStarted, Succeeded, NotStarted, Succeeded, Succeeded
        ]
    );
    assert_eq!(ended.codes(), ["E0715"]);
}

#[test]
fn a_failure_stops_everything_new_if_the_user_wants_that() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 0, OperationStatus::Failed, "boom");
    // The others take longer, so that the failure comes before their ends.
    let ended = run_with(
        &mut cloud,
        &plan,
        &on_failure(OnFailure::StopAll),
        |_, call, cloud| {
            cloud.seconds = match call {
                Call::Write(write) if write.write.api() == "DeleteStackInstances" => 600,
                _ => 60,
            };
            Fault::None
        },
    );
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert_eq!(
        ended.outcomes(),
        [
            Failed, NotStarted, NotStarted, Succeeded, NotStarted, Succeeded, NotStarted
        ]
    );
}

#[test]
fn a_failure_stands_in_nobodys_way_if_the_user_wants_that() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 0, OperationStatus::Failed, "boom");
    let ended = run_as(&mut cloud, &plan, &on_failure(OnFailure::Continue));
    assert_eq!(ended.result(), ApplyResult::Failed);
    let mut expected = [Succeeded; 7];
    expected[0] = Failed;
    assert_eq!(ended.outcomes(), expected);
}

#[test]
fn what_did_not_go_is_never_made_again() {
    for (status, outcome) in [
        (OperationStatus::Failed, Failed),
        (OperationStatus::Succeeded, Partial),
    ] {
        let mut cloud = Cloud::new();
        cloud.add("baseline", "v1", &[1, 2, 3]);
        cloud.add("audit", "v1", &[1]);
        let mut operations = vec![
            operation("op-01", "baseline", delete(&[2]), &[2], Some("v1")),
            operation("op-02", "baseline", create(&[2]), &[2], Some("v1")),
            operation("op-03", "audit", delete(&[1]), &[1], Some("v1")),
            operation("op-04", "audit", create(&[1]), &[1], Some("v1")),
        ];
        operations[1].depends_on.push("op-01".to_owned());
        operations[3].depends_on.push("op-03".to_owned());
        let mut plan = plan(operations, &cloud);
        let stuck = "baseline:000000000002/eu-west-1".to_owned();
        plan.selection.recreate = vec!["audit:000000000001/eu-west-1".to_owned(), stuck.clone()];
        end_badly(&mut cloud, &plan, 0, status, "the bucket is not empty");
        let ended = run_as(&mut cloud, &plan, &on_failure(OnFailure::Continue));
        assert_eq!(ended.outcomes(), [outcome, NotStarted, Succeeded, Succeeded]);
        let summary = ended.summary.unwrap();
        assert_eq!(summary.exit_code, 4);
        assert_eq!(summary.recreate, [stuck], "what came again is not deleted twice");
    }
}

#[test]
fn a_failed_operation_of_an_earlier_run_is_not_tried_again() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 0, OperationStatus::Failed, "boom");
    run(&mut cloud, &plan);
    let before = cloud.written.len();
    let again = run(&mut cloud, &plan);
    assert_eq!(
        (again.result(), again.outcomes()[0]),
        (ApplyResult::Failed, Failed)
    );
    assert_eq!(cloud.written.len(), before);
}

#[test]
fn somebody_who_stops_our_operation_is_believed() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    for operation in &mut plan.operations {
        operation.depends_on.clear();
    }
    end_badly(&mut cloud, &plan, 0, OperationStatus::Stopped, "stopped");
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        ended.outcomes(),
        [OperationOutcome::Stopped, NotStarted, NotStarted]
    );
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Failed, vec!["E0716"])
    );
}

#[test]
fn a_success_that_the_instances_do_not_show_is_not_claimed() {
    let (mut cloud, plan) = scene();
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, cloud| {
        if let (Call::Instances(_), Some(set)) = (call, cloud.sets.get_mut(&name("audit"))) {
            set.instances.remove(&rectangle(&[1]).keys().next().unwrap());
        }
        Fault::None
    });
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Partial, vec!["E0718"])
    );
}

#[test]
fn an_operation_of_an_hour_is_described_at_most_130_times() {
    let (mut cloud, plan) = scene();
    cloud.seconds = 3600;
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Succeeded);
    let wanted = plan.operations[0].operation_id.as_ref();
    let looks = ended
        .calls
        .iter()
        .filter(|(_, call)| matches!(call, Call::Operation(_, id) if Some(id) == wanted));
    assert!(looks.count() <= 130);
    assert!(
        ended
            .events
            .iter()
            .any(|event| matches!(event, EventKind::OperationProgress { .. }))
    );
}

#[test]
fn people_read_names_of_stack_sets_and_not_of_operations() {
    let (mut cloud, plan) = scene();
    end_badly(&mut cloud, &plan, 1, OperationStatus::Failed, "Role exists");
    let summary = run(&mut cloud, &plan).summary.unwrap();
    let reasons = summary.operations.iter().filter_map(|line| line.reason.as_ref());
    let causes = summary.causes.iter().map(|cause| &cause.message);
    let told: Vec<&String> = reasons.chain(causes).collect();
    assert!(
        told.iter().any(|text| text.starts_with("waits for baseline")),
        "{told:?}"
    );
    assert!(!told.iter().any(|text| text.contains("op-0")), "{told:?}");
}

#[test]
fn an_update_of_the_definition_alone_is_done_though_aws_tries_accounts_out_of_its_reach() {
    let mut cloud = Cloud::new();
    cloud.add("baseline", "v1", &[1]);
    let mut update = operation("op-01", "baseline", update("v2", &[1]), &[], Some("v2"));
    update.touches.clear();
    let plan = plan(vec![update], &cloud);
    let key = rectangle(&[1]).keys().next().unwrap();
    let ending = Ending {
        status: OperationStatus::Failed,
        failed: [(key, (ResultStatus::Failed, "the account is closed"))].into(),
    };
    let id = plan.operations[0].operation_id.clone().unwrap();
    cloud.endings.insert(id, ending);
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Succeeded, "{:?}", ended.summary);
    assert_eq!(ended.summary.unwrap().instances.failed, 0);
}

#[test]
fn an_operation_that_does_not_get_on_is_left_at_work_and_named() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(1);
    cloud.seconds = 1_000_000;
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::StillRunning, vec!["E0734"])
    );
    let hours = ended.finished.duration_since(crate::plans::start()).as_hours();
    assert!((20..=30).contains(&hours), "{hours} h");
}
