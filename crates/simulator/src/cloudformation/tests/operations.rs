//! How operations spread, stop, queue and are told apart (reference §1.6, §2.7, §3.2).

use model::preferences::RegionConcurrency;

use super::*;
use crate::world::{CellStatus, Replay};

#[test]
fn one_operation_holds_the_stack_set() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("CreateStackInstances", &borrowed(&inputs));
    let answer = client.call("CreateStackInstances", &borrowed(&inputs));
    assert_eq!(answer.status, 409);
    assert_eq!(answer.error.as_deref(), Some("OperationInProgressException"));
    let message = text(&answer.body, "Message");
    assert!(
        message.starts_with("Another Operation on StackSet arn:aws:cloudformation:us-east-1:"),
        "{message}"
    );
    assert_eq!(
        client.refused("DeleteStackSet", &[("StackSetName", "web")]).0,
        "OperationInProgressException"
    );
    client.pass(100);
    client.ok("DetectStackSetDrift", &[("StackSetName", "web")]);
}

#[test]
fn an_operation_id_starts_one_operation_whatever_the_answer() {
    let answers = [
        (
            Replay::AlreadyExists,
            409,
            Some("OperationIdAlreadyExistsException"),
        ),
        (Replay::SameAnswer, 200, None),
        (Replay::InProgress, 409, Some("OperationInProgressException")),
        (Replay::Stale, 409, Some("StaleRequestException")),
    ];
    for (replay, status, error) in answers {
        let mut client = Client::new();
        client.world.knobs.replay = replay;
        client.self_managed(QUEUE);
        let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
        let inputs = with(&inputs, &[("OperationId", "op-1")]);
        client.ok("CreateStackInstances", &inputs);
        let answer = client.call("CreateStackInstances", &inputs);
        assert_eq!((answer.status, answer.error.as_deref()), (status, error));
        assert_eq!(answer.operation_id.as_deref(), Some("op-1"));
        client.pass(100);
        let answer = client.call("CreateStackInstances", &inputs);
        assert_eq!(answer.status == 200, replay == Replay::SameAnswer);
        let body = client.ok("ListStackSetOperations", &[("StackSetName", "web")]);
        assert_eq!(members(&body).len(), 1);
    }
}

#[test]
fn failures_over_the_tolerance_of_a_region_cancel_the_rest() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.fail(A, None);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1", "us-east-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    client.pass(1000);
    assert_eq!(client.status("op-1"), "FAILED");
    let results = [
        format!("{A}/eu-west-1 FAILED"),
        format!("{A}/us-east-1 CANCELLED"),
        format!("{B}/eu-west-1 CANCELLED"),
        format!("{B}/us-east-1 CANCELLED"),
    ];
    assert_eq!(client.results("op-1"), results);
    assert_eq!(client.instances()[2], format!("{B}/eu-west-1 OUTDATED CANCELLED"));
    let body = client.ok(
        "ListStackSetOperationResults",
        &[("StackSetName", "web"), ("OperationId", "op-1")],
    );
    assert!(
        body.contains("<StatusReason>out of luck</StatusReason>"),
        "{body}"
    );
    assert!(
        body.contains("Cancelled since failure tolerance has exceeded"),
        "{body}"
    );
}

#[test]
fn failures_within_the_tolerance_are_a_success_with_a_count() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.fail(A, None);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    let tolerance = ("OperationPreferences.FailureTolerancePercentage", "50");
    client.ok(
        "CreateStackInstances",
        &with(&inputs, &[("OperationId", "op-1"), tolerance]),
    );
    client.pass(1000);
    let body = client.ok(
        "DescribeStackSetOperation",
        &[("StackSetName", "web"), ("OperationId", "op-1")],
    );
    assert_eq!(text(&body, "Status"), "SUCCEEDED");
    assert_eq!(text(&body, "FailedStackInstancesCount"), "1");
    assert_eq!(text(&body, "FailureTolerancePercentage"), "50");
}

/// Instances of `op-1` that run.
fn running(client: &mut Client) -> usize {
    client
        .results("op-1")
        .iter()
        .filter(|row| row.ends_with("RUNNING"))
        .count()
}

#[test]
fn strict_mode_is_as_narrow_as_the_tolerance_and_soft_mode_is_not() {
    for (mode, expected) in [("STRICT_FAILURE_TOLERANCE", 1), ("SOFT_FAILURE_TOLERANCE", 3)] {
        let mut client = Client::new();
        client.self_managed(QUEUE);
        let inputs = rectangle("Accounts", &[A, B, C], &["eu-west-1"]);
        let mode = ("OperationPreferences.ConcurrencyMode", mode);
        let most = ("OperationPreferences.MaxConcurrentCount", "10");
        client.ok(
            "CreateStackInstances",
            &with(&inputs, &[("OperationId", "op-1"), mode, most]),
        );
        client.pass(5);
        assert_eq!(running(&mut client), expected);
    }
}

#[test]
fn regions_go_in_their_order_or_side_by_side() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1", "us-east-1"]);
    let order = [
        ("OperationId", "op-1"),
        ("OperationPreferences.RegionOrder.member.1", "us-east-1"),
        ("OperationPreferences.RegionOrder.member.2", "eu-west-1"),
    ];
    client.ok("CreateStackInstances", &with(&inputs, &order));
    client.pass(5);
    assert_eq!(
        client.results("op-1"),
        [format!("{A}/eu-west-1 PENDING"), format!("{A}/us-east-1 RUNNING")]
    );

    let mut client = Client::new();
    client.self_managed(QUEUE);
    let parallel = ("OperationPreferences.RegionConcurrencyType", "PARALLEL");
    client.ok(
        "CreateStackInstances",
        &with(&inputs, &[("OperationId", "op-1"), parallel]),
    );
    client.pass(5);
    assert_eq!(running(&mut client), 2);
    let set = client
        .world
        .stack_sets
        .values()
        .next()
        .unwrap()
        .values()
        .next()
        .unwrap();
    assert_eq!(
        set.operations[0].preferences.region_concurrency,
        RegionConcurrency::Parallel
    );
}

#[test]
fn a_stopped_operation_finishes_what_it_has_begun() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    client.pass(5);
    let stop = [("StackSetName", "web"), ("OperationId", "op-1")];
    client.ok("StopStackSetOperation", &stop);
    assert_eq!(client.status("op-1"), "STOPPING");
    client.pass(100);
    assert_eq!(client.status("op-1"), "STOPPED");
    assert_eq!(
        client.results("op-1"),
        [
            format!("{A}/eu-west-1 SUCCEEDED"),
            format!("{B}/eu-west-1 CANCELLED")
        ]
    );
    assert_eq!(
        client.refused("StopStackSetOperation", &stop).0,
        "InvalidOperationException"
    );
    let unknown = [("StackSetName", "web"), ("OperationId", "op-9")];
    assert_eq!(
        client.refused("StopStackSetOperation", &unknown).0,
        "OperationNotFoundException"
    );
}

#[test]
fn managed_execution_queues_what_conflicts_and_runs_what_does_not() {
    let mut client = Client::new();
    client.ok(
        "CreateStackSet",
        &[
            ("StackSetName", "web"),
            ("TemplateBody", QUEUE),
            ("ExecutionRoleName", "OrganizationAccountAccessRole"),
            ("ManagedExecution.Active", "true"),
        ],
    );
    let one = rectangle("Accounts", &[A], &["eu-west-1"]);
    let other = rectangle("Accounts", &[B], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&one, &[("OperationId", "op-1")]));
    client.ok("CreateStackInstances", &with(&one, &[("OperationId", "op-2")]));
    client.ok("CreateStackInstances", &with(&other, &[("OperationId", "op-3")]));
    assert_eq!(
        ["op-1", "op-2", "op-3"].map(|id| client.status(id)),
        ["RUNNING", "QUEUED", "QUEUED"]
    );
    client.pass(5);
    assert_eq!(
        ["op-1", "op-2", "op-3"].map(|id| client.status(id)),
        ["RUNNING", "QUEUED", "RUNNING"]
    );
    client.pass(200);
    assert_eq!(
        ["op-1", "op-2", "op-3"].map(|id| client.status(id)),
        ["SUCCEEDED"; 3].map(str::to_owned)
    );
}

#[test]
fn a_named_failure_happens_as_often_as_it_says() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.fail(A, Some(1));
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 CURRENT SUCCEEDED")]);
}

#[test]
fn drift_detection_takes_the_slot_and_finds_everything_in_sync() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    client.ok(
        "DetectStackSetDrift",
        &[("StackSetName", "web"), ("OperationId", "op-2")],
    );
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    assert_eq!(
        client.refused("UpdateStackInstances", &borrowed(&inputs)).0,
        "OperationInProgressException"
    );
    client.pass(100);
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(text(&body, "DriftStatus"), "IN_SYNC");
    assert_eq!(text(&body, "InSyncStackInstancesCount"), "1");
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 CURRENT SUCCEEDED")]);
}

#[test]
fn preferences_out_of_bounds_are_refused() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    for wrong in [
        vec![("OperationPreferences.FailureTolerancePercentage", "101")],
        vec![("OperationPreferences.MaxConcurrentCount", "0")],
        vec![
            ("OperationPreferences.FailureToleranceCount", "1"),
            ("OperationPreferences.FailureTolerancePercentage", "1"),
        ],
        vec![("OperationPreferences.RegionOrder.member.1", "us-west-2")],
    ] {
        assert_eq!(
            client.refused("CreateStackInstances", &with(&inputs, &wrong)).0,
            "ValidationError",
            "{wrong:?}"
        );
    }
    assert!(client.instances().is_empty());
}

#[test]
fn many_instances_are_workable() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let role = BTreeSet::from(["OrganizationAccountAccessRole".to_owned()]);
    let accounts: Vec<String> = (0..2_000).map(|n| format!("9{n:011}")).collect();
    let roles = accounts.iter().map(|id| (account(id), role.clone()));
    client.world.roles.extend(roles);
    let ids: Vec<&str> = accounts.iter().map(String::as_str).collect();
    let regions = ["eu-west-1", "eu-west-2", "us-east-1", "us-east-2"];
    let inputs = rectangle("Accounts", &ids, &regions);
    let wide = [
        ("OperationPreferences.MaxConcurrentPercentage", "100"),
        ("OperationPreferences.FailureTolerancePercentage", "100"),
    ];
    client.ok("CreateStackInstances", &with(&inputs, &wide));
    client.pass(1_000);
    let set = client
        .world
        .stack_sets
        .values()
        .next()
        .unwrap()
        .values()
        .next()
        .unwrap();
    assert!(
        set.operations[0]
            .cells
            .values()
            .all(|cell| cell.status == CellStatus::Succeeded)
    );
    assert_eq!(set.operations[0].cells.len(), 8_000);
    assert!(client.world.agenda.is_empty());
}
