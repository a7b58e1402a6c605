//! Each knob acts, in both or all of its settings (reliability §4.3).

use super::*;
use crate::world::{
    CreateOverrides, DeleteAbsent, DescribeDeleted, ErrorCodes, Filters, ListOrder, ManagedConflict,
    OperationHistory, ParallelFailure, QueuedTargets, Retries, StoppingCells, UpdateMarks,
};

pub(super) fn with_knobs(set: impl FnOnce(&mut Knobs)) -> Client {
    let mut client = Client::new();
    set(&mut client.world.knobs);
    client
}

/// Names of the rows of a list, page by page.
pub(super) fn paged(client: &mut Client, action: &str, element: &str, more: &[(&str, &str)]) -> Vec<String> {
    let mut rows = Vec::new();
    let mut token = String::new();
    loop {
        let mut inputs = vec![("StackSetName", "web"), ("MaxResults", "2")];
        inputs.extend(more);
        if !token.is_empty() {
            inputs.push(("NextToken", &token));
        }
        let body = client.ok(action, &inputs);
        rows.extend(
            members(&body)
                .iter()
                .map(|row| format!("{}{}", text(row, element), text(row, "Region"))),
        );
        token = text(&body, "NextToken");
        if token.is_empty() {
            return rows;
        }
    }
}

#[test]
fn lists_are_sorted_or_shuffled_and_whole_either_way() {
    let lists = |order| {
        let mut client = with_knobs(|knobs| knobs.list_order = order);
        client.self_managed(QUEUE);
        client.deploy(&[A, B, C], &["eu-west-1", "us-east-1"]);
        let update = [
            ("StackSetName", "web"),
            ("UsePreviousTemplate", "true"),
            ("OperationId", "last"),
        ];
        for _ in 0..3 {
            client.ok("DetectStackSetDrift", &[("StackSetName", "web")]);
            client.pass(1_000);
        }
        client.ok("UpdateStackSet", &update);
        let instances = paged(&mut client, "ListStackInstances", "Account", &[]);
        let results = paged(
            &mut client,
            "ListStackSetOperationResults",
            "Account",
            &[("OperationId", "last")],
        );
        let operations = paged(&mut client, "ListStackSetOperations", "OperationId", &[]);
        [instances, results, operations]
    };
    let (sorted, shuffled) = (lists(ListOrder::Sorted), lists(ListOrder::Shuffled));
    assert_eq!(sorted[2][0], "last");
    for (mut one, mut other) in sorted.into_iter().zip(shuffled) {
        assert_ne!(one, other);
        one.sort();
        other.sort();
        assert_eq!(one, other);
    }
}

#[test]
fn filters_know_what_an_operation_does_at_once_or_when_it_is_over() {
    for (filters, while_it_runs) in [(Filters::Honoured, 1), (Filters::Lagging, 0)] {
        let mut client = with_knobs(|knobs| knobs.filters = filters);
        client.self_managed(QUEUE);
        let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
        client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
        let filter = [
            ("Filters.member.1.Name", "LAST_OPERATION_ID"),
            ("Filters.member.1.Values", "op-1"),
        ];
        let found = |client: &mut Client| paged(client, "ListStackInstances", "Account", &filter).len();
        assert_eq!(found(&mut client), while_it_runs);
        client.pass(100);
        assert_eq!(found(&mut client), 1);
    }
}

#[test]
fn an_update_with_the_same_parameters_marks_all_instances_or_none() {
    for (marks, status) in [
        (UpdateMarks::WhenPresent, "OUTDATED"),
        (UpdateMarks::WhenDifferent, "CURRENT"),
    ] {
        let mut client = with_knobs(|knobs| knobs.update_marks_outdated = marks);
        client.self_managed(QUEUE);
        client.deploy(&[A, B], &["eu-west-1"]);
        let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
        let same = [("UsePreviousTemplate", "true"), ("TemplateBody", "")];
        client.ok(
            "UpdateStackSet",
            &with(
                &inputs,
                &[
                    same[0],
                    ("Parameters.member.1.ParameterKey", "Size"),
                    ("Parameters.member.1.ParameterValue", "1"),
                ],
            ),
        );
        client.pass(1_000);
        assert!(client.instances()[1].contains(status), "{:?}", client.instances());
    }
}

#[test]
fn a_new_operation_retries_what_it_names_or_all_that_is_outdated() {
    for (retries, status) in [(Retries::Targeted, "OUTDATED"), (Retries::All, "CURRENT")] {
        let mut client = with_knobs(|knobs| knobs.new_operation_retries = retries);
        client.self_managed(QUEUE);
        client.fail(A, Some(1));
        client.deploy(&[A, B], &["eu-west-1"]);
        let inputs = rectangle("Accounts", &[B], &["eu-west-1"]);
        client.ok("UpdateStackInstances", &borrowed(&inputs));
        client.pass(1_000);
        assert!(client.instances()[0].contains(status), "{:?}", client.instances());
    }
}

#[test]
fn a_creation_changes_overrides_of_what_is_there_as_the_knob_says() {
    for (overrides, of_current, of_outdated) in [
        (CreateOverrides::WhenOutdated, false, true),
        (CreateOverrides::Ignored, false, false),
        (CreateOverrides::Applied, true, true),
    ] {
        let mut client = with_knobs(|knobs| knobs.create_overrides = overrides);
        client.self_managed(QUEUE);
        client.fail(B, Some(1));
        client.deploy(&[A, B], &["eu-west-1"]);
        let inputs = rectangle("Accounts", &[A, B, C], &["eu-west-1"]);
        let size = [
            ("ParameterOverrides.member.1.ParameterKey", "Size"),
            ("ParameterOverrides.member.1.ParameterValue", "7"),
        ];
        client.ok("CreateStackInstances", &with(&inputs, &size));
        client.pass(1_000);
        let mut overridden = |account: &str| {
            let named = [
                ("StackSetName", "web"),
                ("StackInstanceAccount", account),
                ("StackInstanceRegion", "eu-west-1"),
            ];
            client
                .ok("DescribeStackInstance", &named)
                .contains("<ParameterValue>7<")
        };
        assert_eq!(
            [A, B, C].map(&mut overridden),
            [of_current, of_outdated, true],
            "{overrides:?}"
        );
    }
}

#[test]
fn a_queued_creation_looks_who_is_below_its_units_when_it_is_asked_for_or_when_it_starts() {
    for (queued, expected) in [
        (QueuedTargets::AtEnqueue, vec![A, B]),
        (QueuedTargets::AtStart, vec![B, C]),
    ] {
        let mut client = with_knobs(|knobs| knobs.queued_targets = queued);
        client.service_managed(QUEUE, "false");
        let managed = [
            ("StackSetName", "web"),
            ("UsePreviousTemplate", "true"),
            ("ManagedExecution.Active", "true"),
        ];
        client.ok("UpdateStackSet", &managed);
        client.pass(100);
        client.ok("DetectStackSetDrift", &[("StackSetName", "web")]);
        let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
        client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
        assert_eq!(client.status("op-1"), "QUEUED");
        client.move_account(A, DEV);
        client.move_account(C, PROD);
        client.pass(1_000);
        assert_eq!(client.status("op-1"), "SUCCEEDED");
        let accounts = paged(&mut client, "ListStackInstances", "Account", &[]);
        let expected: Vec<String> = expected
            .iter()
            .map(|account| format!("{account}eu-west-1"))
            .collect();
        assert_eq!(accounts, expected);
    }
}

#[test]
fn managed_execution_keeps_apart_what_shares_instances_or_everything() {
    for (conflict, status) in [
        (ManagedConflict::SharedCells, "RUNNING"),
        (ManagedConflict::Any, "QUEUED"),
    ] {
        let mut client = with_knobs(|knobs| knobs.managed_conflict = conflict);
        client.world.timing.instance_least = 1_000;
        client.world.timing.instance_most = 1_000;
        client.self_managed(QUEUE);
        let managed = [
            ("StackSetName", "web"),
            ("UsePreviousTemplate", "true"),
            ("ManagedExecution.Active", "true"),
        ];
        client.ok("UpdateStackSet", &managed);
        client.pass(100);
        for (account, id) in [(A, "one"), (B, "two")] {
            let inputs = rectangle("Accounts", &[account], &["eu-west-1"]);
            client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", id)]));
        }
        client.pass(10);
        assert_eq!(client.status("two"), status);
    }
}

#[test]
fn what_is_at_work_when_an_operation_is_stopped_ends_or_is_cancelled() {
    for (stopping, status, result) in [
        (StoppingCells::Finish, "STOPPING", "SUCCEEDED"),
        (StoppingCells::Cancel, "STOPPED", "CANCELLED"),
    ] {
        let mut client = with_knobs(|knobs| knobs.stopping_cells = stopping);
        client.self_managed(QUEUE);
        let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
        client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
        client.pass(5);
        client.ok(
            "StopStackSetOperation",
            &[("StackSetName", "web"), ("OperationId", "op-1")],
        );
        assert_eq!(client.status("op-1"), status);
        client.pass(100);
        assert_eq!(client.status("op-1"), "STOPPED");
        assert_eq!(
            client.results("op-1"),
            [
                format!("{A}/eu-west-1 {result}"),
                format!("{B}/eu-west-1 CANCELLED")
            ]
        );
    }
}

#[test]
fn a_region_over_its_tolerance_stops_the_others_at_work_or_not() {
    for (failure, elsewhere) in [
        (ParallelFailure::CancelsOthers, "CANCELLED"),
        (ParallelFailure::GoesOn, "SUCCEEDED"),
    ] {
        let mut client = with_knobs(|knobs| knobs.parallel_failure = failure);
        client.self_managed(QUEUE);
        client.world.failures.push(Failure {
            stack_set: None,
            account: Some(account(A)),
            region: Some(region("eu-west-1")),
            action: None,
            reason: "out of luck".to_owned(),
            times: None,
        });
        let inputs = rectangle("Accounts", &[A, B], &["eu-west-1", "us-east-1"]);
        let parallel = [
            ("OperationId", "op-1"),
            ("OperationPreferences.RegionConcurrencyType", "PARALLEL"),
        ];
        client.ok("CreateStackInstances", &with(&inputs, &parallel));
        client.pass(1_000);
        assert_eq!(client.status("op-1"), "FAILED");
        let results = client.results("op-1");
        assert_eq!(results[2], format!("{B}/eu-west-1 CANCELLED"));
        assert_eq!(results[3], format!("{B}/us-east-1 {elsewhere}"));
    }
}

#[test]
fn error_codes_have_their_suffix_or_not() {
    for (codes, code) in [
        (ErrorCodes::WithException, "StackSetNotFoundException"),
        (ErrorCodes::Without, "StackSetNotFound"),
    ] {
        let mut client = with_knobs(|knobs| knobs.error_codes = codes);
        let answer = client.call("DescribeStackSet", &[("StackSetName", "web")]);
        assert_eq!(text(&answer.body, "Code"), code);
        assert_eq!(answer.error.as_deref(), Some(code));
    }
}

#[test]
fn deleting_what_is_not_there_succeeds_or_is_refused() {
    for (absent, status) in [(DeleteAbsent::Succeeds, 200), (DeleteAbsent::NotFound, 404)] {
        let mut client = with_knobs(|knobs| knobs.delete_absent = absent);
        client.self_managed(QUEUE);
        client.deploy(&[A], &["eu-west-1"]);
        let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
        let answer = client.call(
            "DeleteStackInstances",
            &with(&inputs, &[("RetainStacks", "false")]),
        );
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[test]
fn a_deleted_stack_set_is_found_by_name_or_not() {
    for (deleted, status) in [(DescribeDeleted::NotFound, 404), (DescribeDeleted::Deleted, 200)] {
        let mut client = with_knobs(|knobs| knobs.describe_deleted = deleted);
        client.self_managed(QUEUE);
        client.ok("DeleteStackSet", &[("StackSetName", "web")]);
        let answer = client.call("DescribeStackSet", &[("StackSetName", "web")]);
        assert_eq!(answer.status, status, "{}", answer.body);
        client.self_managed(QUEUE);
        let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
        assert_eq!(text(&body, "Status"), "ACTIVE");
    }
}

#[test]
fn operations_are_known_for_ever_or_for_a_while() {
    let known = |history, passing| {
        let mut client = with_knobs(|knobs| knobs.operation_history = history);
        client.self_managed(QUEUE);
        for _ in 0..120 {
            client.ok("DetectStackSetDrift", &[("StackSetName", "web")]);
            client.pass(passing);
        }
        paged(&mut client, "ListStackSetOperations", "OperationId", &[]).len()
    };
    let hours = 60 * 60;
    assert_eq!(known(OperationHistory::Kept, hours), 120);
    assert_eq!(known(OperationHistory::Hundred, 10), 100);
    assert_eq!(known(OperationHistory::Week, 10), 120);
    let in_a_week = known(OperationHistory::Week, 2 * hours);
    assert!((84..=85).contains(&in_a_week), "{in_a_week}");
}
