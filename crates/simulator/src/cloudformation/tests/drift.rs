//! Drift detection (reference §7).

use serde_json::{Value, json};

use super::*;
use crate::operations::{change_resource, drift_now};
use crate::world::Drift;

const STACK: &str = "
Parameters:
  Size: { Type: Number, Default: 1 }
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: { DelaySeconds: !Ref Size, Tags: [{ Key: a, Value: b }] }
  Other: { Type: 'AWS::SQS::Queue' }
  Hook: { Type: 'Custom::Hook', Properties: { A: 1 } }
";

/// A StackSet in A and B that is in sync.
fn deployed() -> Client {
    let mut client = Client::new();
    client.self_managed(STACK);
    client.deploy(&[A, B], &["eu-west-1"]);
    client
}

fn change(client: &mut Client, resource: &str, path: &str, value: Option<Value>) {
    let key = InstanceKey {
        account: account(A),
        region: region("eu-west-1"),
    };
    change_resource(&mut client.world, &key, "web", resource, path, value).unwrap();
}

fn start(client: &mut Client, id: &str) {
    client.ok(
        "DetectStackSetDrift",
        &[("StackSetName", "web"), ("OperationId", id)],
    );
}

fn drifts(client: &mut Client, operation: &str, more: &[(&str, &str)]) -> Vec<String> {
    let mut inputs = vec![
        ("StackSetName", "web"),
        ("StackInstanceAccount", A),
        ("StackInstanceRegion", "eu-west-1"),
        ("OperationId", operation),
    ];
    inputs.extend(more);
    members(&client.ok("ListStackInstanceResourceDrifts", &inputs))
}

/// `logical id STATUS` of each row.
fn statuses(rows: &[String]) -> Vec<String> {
    let of = |row: &String| {
        format!(
            "{} {}",
            text(row, "LogicalResourceId"),
            text(row, "StackResourceDriftStatus")
        )
    };
    rows.iter().map(of).collect()
}

#[test]
fn every_kind_of_difference_is_found_and_told() {
    let mut client = deployed();
    change(&mut client, "Jobs", "/DelaySeconds", Some(json!("90")));
    change(&mut client, "Jobs", "/Tags/0/Value", None);
    change(&mut client, "Jobs", "/FifoQueue", Some(json!(true)));
    start(&mut client, "op-2");
    client.pass(1000);
    let rows = drifts(&mut client, "op-2", &[]);
    assert_eq!(statuses(&rows), ["Jobs MODIFIED", "Other IN_SYNC"]);
    let list = text(&rows[0], "PropertyDifferences");
    for (path, expected, actual, kind) in [
        ("/DelaySeconds", "1", "90", "NOT_EQUAL"),
        ("/Tags/0/Value", "b", "null", "REMOVE"),
        ("/FifoQueue", "null", "true", "ADD"),
    ] {
        let row = format!(
            "<PropertyPath>{path}</PropertyPath><ExpectedValue>{expected}</ExpectedValue><ActualValue>{actual}</ActualValue>\
             <DifferenceType>{kind}</DifferenceType>"
        );
        assert!(list.contains(&row), "{list}");
    }
    assert!(text(&rows[0], "PhysicalResourceId").starts_with("StackSet-web-"));
    assert!(text(&rows[0], "StackId").starts_with("arn:aws:cloudformation:eu-west-1:"));
}

#[test]
fn the_status_filter_and_pages_narrow_the_rows() {
    let mut client = deployed();
    change(&mut client, "Other", "", None);
    start(&mut client, "op-2");
    client.pass(1000);
    let filter = |status| [("StackInstanceResourceDriftStatuses.member.1", status)];
    assert_eq!(
        statuses(&drifts(&mut client, "op-2", &filter("DELETED"))),
        ["Other DELETED"]
    );
    assert_eq!(
        statuses(&drifts(&mut client, "op-2", &filter("IN_SYNC"))),
        ["Jobs IN_SYNC"]
    );
    assert!(drifts(&mut client, "op-2", &filter("MODIFIED")).is_empty());
    assert_eq!(
        statuses(&drifts(&mut client, "op-2", &[("MaxResults", "1")])),
        ["Jobs IN_SYNC"]
    );
}

#[test]
fn instances_and_stack_set_say_what_was_found() {
    let mut client = deployed();
    let before = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(text(&before, "DriftStatus"), "NOT_CHECKED");
    change(&mut client, "Jobs", "DelaySeconds", Some(json!(2)));
    start(&mut client, "op-2");
    client.pass(1000);
    let set = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    let counts = |body: &str| {
        ["Total", "Drifted", "InSync", "InProgress", "Failed"]
            .map(|name| text(body, &format!("{name}StackInstancesCount")))
    };
    assert_eq!(text(&set, "DriftStatus"), "DRIFTED");
    assert_eq!(text(&set, "DriftDetectionStatus"), "COMPLETED");
    assert_eq!(counts(&set), ["2", "1", "1", "0", "0"]);
    let drifted = [
        ("StackSetName", "web"),
        ("Filters.member.1.Name", "DRIFT_STATUS"),
        ("Filters.member.1.Values", "DRIFTED"),
    ];
    let rows = members(&client.ok("ListStackInstances", &drifted));
    assert_eq!(rows.len(), 1);
    assert_eq!(text(&rows[0], "Account"), A);
    assert_eq!(text(&rows[0], "Status"), "CURRENT");
    assert_eq!(text(&rows[0], "LastOperationId"), "op-2");
    change(&mut client, "Jobs", "DelaySeconds", Some(json!("1")));
    start(&mut client, "op-3");
    client.pass(1000);
    let set = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(text(&set, "DriftStatus"), "IN_SYNC");
}

#[test]
fn progress_is_seen_while_it_runs_and_the_stack_set_waits_for_the_end() {
    let mut client = deployed();
    start(&mut client, "op-2");
    client.pass(15);
    let operation = [("StackSetName", "web"), ("OperationId", "op-2")];
    let body = client.ok("DescribeStackSetOperation", &operation);
    assert_eq!(text(&body, "DriftDetectionStatus"), "IN_PROGRESS");
    assert_eq!(text(&body, "InSyncStackInstancesCount"), "1");
    assert_eq!(text(&body, "InProgressStackInstancesCount"), "1");
    let set = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(text(&set, "DriftStatus"), "NOT_CHECKED");
    client.ok("StopStackSetOperation", &operation);
    client.pass(100);
    let body = client.ok("DescribeStackSetOperation", &operation);
    assert_eq!(text(&body, "DriftDetectionStatus"), "STOPPED");
}

#[test]
fn an_instance_that_cannot_be_checked_is_a_partial_success_within_the_tolerance() {
    let mut client = deployed();
    client.fail(A, None);
    let tolerant = [
        ("StackSetName", "web"),
        ("OperationId", "op-2"),
        ("OperationPreferences.FailureToleranceCount", "1"),
    ];
    client.ok("DetectStackSetDrift", &tolerant);
    client.pass(1000);
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(text(&body, "DriftDetectionStatus"), "PARTIAL_SUCCESS");
    assert_eq!(text(&body, "FailedStackInstancesCount"), "1");
    assert!(drifts(&mut client, "op-2", &[]).is_empty());
    assert_eq!(client.instances()[0], format!("{A}/eu-west-1 CURRENT SUCCEEDED"));
}

#[test]
fn an_update_past_the_stack_set_is_no_drift_and_neither_is_an_override() {
    let mut client = deployed();
    for stack in client.world.stacks.values_mut().flat_map(BTreeMap::values_mut) {
        stack.parameters.insert("Size".to_owned(), "7".to_owned());
    }
    start(&mut client, "op-2");
    client.pass(1000);
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(text(&body, "DriftStatus"), "IN_SYNC");
}

#[test]
fn resource_drifts_are_asked_for_by_the_id_of_a_drift_detection() {
    let mut client = deployed();
    let mut refused = |operation: &str, account: &str| {
        let inputs = [
            ("StackSetName", "web"),
            ("StackInstanceAccount", account),
            ("StackInstanceRegion", "eu-west-1"),
            ("OperationId", operation),
        ];
        client.refused("ListStackInstanceResourceDrifts", &inputs).0
    };
    assert_eq!(refused("op-9", A), "OperationNotFoundException");
    assert_eq!(refused("op-9", C), "StackInstanceNotFoundException");
}

#[test]
fn an_instance_without_a_stack_is_left_out() {
    let mut client = Client::new();
    client.self_managed(STACK);
    client.fail(A, Some(1));
    client.deploy(&[A], &["eu-west-1"]);
    start(&mut client, "op-2");
    client.pass(1000);
    assert_eq!(client.status("op-2"), "SUCCEEDED");
    assert!(client.results("op-2").is_empty());
}

#[test]
fn a_change_is_made_at_once_in_every_stack_that_it_fits() {
    let mut client = deployed();
    let mut drift = Drift {
        stack_set: Some("web".to_owned()),
        account: None,
        region: None,
        resource: "Jobs".to_owned(),
        property: "DelaySeconds".to_owned(),
        value: Some(json!(7)),
    };
    drift_now(&mut client.world, &drift).unwrap();
    let stacks = client.world.stacks.values().flat_map(BTreeMap::values);
    assert_eq!(
        stacks.filter(|stack| stack.changes.contains_key("Jobs")).count(),
        2
    );
    drift.resource = "None".to_owned();
    assert!(
        drift_now(&mut client.world, &drift)
            .unwrap_err()
            .contains("no resource `None`")
    );
}

#[test]
fn a_number_and_the_same_number_as_a_text_are_no_difference() {
    let mut client = deployed();
    change(&mut client, "Jobs", "DelaySeconds", Some(json!(2)));
    change(&mut client, "Jobs", "DelaySeconds", Some(json!(1)));
    assert!(
        client
            .world
            .stacks
            .values()
            .flat_map(BTreeMap::values)
            .all(|stack| stack.changes.is_empty())
    );
}

#[test]
fn an_update_to_what_was_changed_by_hand_ends_the_drift() {
    let mut client = deployed();
    change(&mut client, "Jobs", "DelaySeconds", Some(json!("7")));
    let update = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("Parameters.member.1.ParameterKey", "Size"),
        ("Parameters.member.1.ParameterValue", "7"),
    ];
    client.ok("UpdateStackSet", &update);
    client.pass(1000);
    start(&mut client, "op-3");
    client.pass(1000);
    assert_eq!(
        statuses(&drifts(&mut client, "op-3", &[])),
        ["Jobs IN_SYNC", "Other IN_SYNC"]
    );
}

#[test]
fn what_comes_of_a_secret_is_not_told() {
    const TOPIC: &str = "
Parameters:
  Token: { Type: String, NoEcho: true, Default: hush }
Resources:
  Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: !Sub 'x-${Token}', FifoTopic: false } }
";
    let mut client = Client::new();
    client.self_managed(TOPIC);
    client.deploy(&[A], &["eu-west-1"]);
    change(&mut client, "Topic", "DisplayName", Some(json!("by hand")));
    change(&mut client, "Topic", "FifoTopic", Some(json!(true)));
    start(&mut client, "op-2");
    client.pass(1000);
    let rows = drifts(&mut client, "op-2", &[]).concat();
    assert!(!rows.contains("hush") && !rows.contains("by hand"), "{rows}");
    assert!(
        rows.contains("<ExpectedValue>****</ExpectedValue><ActualValue>****</ActualValue>"),
        "{rows}"
    );
    assert!(
        rows.contains("<ExpectedValue>false</ExpectedValue><ActualValue>true</ActualValue>"),
        "{rows}"
    );
}
