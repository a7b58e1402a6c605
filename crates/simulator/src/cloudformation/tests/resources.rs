//! What a stack does with the resources of its template (reference §2.8, §2.10, §6.5, §7).

use serde_json::json;

use super::*;
use crate::operations::change_resource;
use crate::world::{AccountGate, Change, Drift, Stack};

const NAMED_QUEUE: &str = "
Parameters:
  Size: { Type: Number, Default: 1 }
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: { QueueName: jobs, DelaySeconds: !Ref Size, Tags: [{ Key: a, Value: b }] }
";

fn key(account_id: &str, name: &str) -> InstanceKey {
    InstanceKey {
        account: account(account_id),
        region: region(name),
    }
}

/// The only stack of A in eu-west-1.
fn stack(client: &mut Client) -> &mut Stack {
    let stacks = client.world.stacks.get_mut(&key(A, "eu-west-1")).unwrap();
    assert_eq!(stacks.len(), 1);
    stacks.values_mut().next().unwrap()
}

fn delete(client: &mut Client, retain: &str) {
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", retain)]),
    );
    client.pass(100);
}

fn update(client: &mut Client, size: &str) {
    let inputs = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ("Parameters.member.1.ParameterKey", "Size"),
        ("Parameters.member.1.ParameterValue", size),
    ];
    client.ok("UpdateStackSet", &inputs);
    client.pass(100);
}

#[test]
fn the_name_of_a_regional_resource_is_free_in_another_region() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A], &["eu-west-1", "us-east-1"]);
    assert!(
        client
            .instances()
            .iter()
            .all(|row| row.ends_with("CURRENT SUCCEEDED"))
    );
}

#[test]
fn what_a_retained_stack_left_behind_collides_when_it_is_made_again() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    delete(&mut client, "true");
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
}

#[test]
fn a_resource_with_the_deletion_policy_retain_outlives_its_stack() {
    let mut client = Client::new();
    client.self_managed(&NAMED_QUEUE.replace(
        "Type: AWS::SQS::Queue",
        "Type: AWS::SQS::Queue\n    DeletionPolicy: Retain",
    ));
    client.deploy(&[A], &["eu-west-1"]);
    delete(&mut client, "false");
    assert!(client.world.stacks.is_empty());
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
}

#[test]
fn a_protected_stack_makes_its_instance_inoperable_until_it_is_retained_or_unprotected() {
    for way_out in ["true", "false"] {
        let mut client = Client::new();
        client.self_managed(NAMED_QUEUE);
        client.deploy(&[A], &["eu-west-1"]);
        stack(&mut client).termination_protection = true;
        delete(&mut client, "false");
        assert_eq!(
            client.instances(),
            [format!("{A}/eu-west-1 INOPERABLE INOPERABLE")]
        );
        update(&mut client, "2");
        assert_eq!(
            client.instances(),
            [format!("{A}/eu-west-1 INOPERABLE INOPERABLE")]
        );
        assert_eq!(stack(&mut client).parameters["Size"], "1");
        stack(&mut client).termination_protection = way_out == "true";
        delete(&mut client, way_out);
        assert!(client.instances().is_empty());
        assert_eq!(client.world.stacks.is_empty(), way_out == "false");
    }
}

#[test]
fn a_failed_deletion_that_is_cancelled_the_next_time_stays_inoperable() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A, B], &["eu-west-1"]);
    client.world.failures.push(Failure {
        action: Some("DELETE".to_owned()),
        stack_set: None,
        account: None,
        region: None,
        reason: "no".to_owned(),
        times: None,
    });
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    let inputs = with(
        &inputs,
        &[
            ("RetainStacks", "false"),
            ("OperationPreferences.FailureToleranceCount", "1"),
        ],
    );
    client.ok("DeleteStackInstances", &inputs);
    client.pass(100);
    let strict: Vec<_> = inputs
        .into_iter()
        .filter(|(name, _)| !name.contains("Tolerance"))
        .collect();
    client.ok("DeleteStackInstances", &strict);
    client.pass(100);
    let expected = [
        format!("{A}/eu-west-1 INOPERABLE INOPERABLE"),
        format!("{B}/eu-west-1 INOPERABLE CANCELLED"),
    ];
    assert_eq!(client.instances(), expected);
}

#[test]
fn an_account_gate_that_says_no_is_a_failure_and_one_that_is_not_there_is_skipped() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.world.account_gates.push(AccountGate {
        account: Some(account(A)),
        region: None,
        passes: false,
        reason: Some("frozen".to_owned()),
    });
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    let tolerant = [
        ("OperationId", "op-1"),
        ("OperationPreferences.FailureToleranceCount", "1"),
    ];
    client.ok("CreateStackInstances", &with(&inputs, &tolerant));
    client.pass(100);
    let body = client.ok(
        "ListStackSetOperationResults",
        &[("StackSetName", "web"), ("OperationId", "op-1")],
    );
    let rows = members(&body);
    let gates: Vec<String> = rows
        .iter()
        .map(|row| text(&text(row, "AccountGateResult"), "Status"))
        .collect();
    assert_eq!(gates, ["FAILED", "SKIPPED"]);
    assert!(
        rows[0].contains("<StatusReason>AccountGate check failed</StatusReason>"),
        "{}",
        rows[0]
    );
    assert!(
        rows[0].contains("<StatusReason>frozen</StatusReason>"),
        "{}",
        rows[0]
    );
}

#[test]
fn an_update_brings_back_only_the_property_that_it_changes() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    let change = |client: &mut Client, path, value| {
        change_resource(
            &mut client.world,
            &key(A, "eu-west-1"),
            "web",
            "Jobs",
            path,
            Some(value),
        )
        .unwrap();
    };
    change(&mut client, "/DelaySeconds", json!("90"));
    change(&mut client, "Tags/0/Value", json!("c"));
    update(&mut client, "1");
    let both = [
        ("/DelaySeconds".to_owned(), Some(json!("90"))),
        ("/Tags/0/Value".to_owned(), Some(json!("c"))),
    ];
    assert_eq!(
        stack(&mut client).changes["Jobs"],
        Change::Properties(both.clone().into())
    );
    update(&mut client, "2");
    let [_, tag] = both;
    assert_eq!(
        stack(&mut client).changes["Jobs"],
        Change::Properties([tag].into())
    );
    change(&mut client, "/Tags/0/Value", json!("b"));
    assert!(stack(&mut client).changes.is_empty());
}

#[test]
fn a_resource_that_is_gone_cannot_be_updated() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    change_resource(&mut client.world, &key(A, "eu-west-1"), "web", "Jobs", "", None).unwrap();
    update(&mut client, "1");
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 CURRENT SUCCEEDED")]);
    update(&mut client, "2");
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
}

#[test]
fn what_is_not_there_cannot_be_changed() {
    let mut client = Client::new();
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    let mut change = |region, stack, resource, path, value: Option<&str>| {
        let value = value.map(|value| json!(value));
        change_resource(&mut client.world, &key(A, region), stack, resource, path, value).unwrap_err()
    };
    assert!(change("eu-west-2", "web", "Jobs", "/A", None).contains("no stack"));
    assert!(change("eu-west-1", "other", "Jobs", "/A", None).contains("no stack"));
    assert!(change("eu-west-1", "web", "Other", "/A", None).contains("Jobs"));
    assert!(change("eu-west-1", "web", "Jobs", "", Some("x")).contains("needs a property"));
}

#[test]
fn a_drift_that_waits_is_made_in_every_new_stack_that_it_fits() {
    let mut client = Client::new();
    client.world.drifts.push(Drift {
        stack_set: Some("web".to_owned()),
        account: Some(account(A)),
        region: None,
        resource: "Jobs".to_owned(),
        property: "DelaySeconds".to_owned(),
        value: Some(json!(5)),
    });
    client.self_managed(NAMED_QUEUE);
    client.deploy(&[A, B], &["eu-west-1"]);
    assert!(stack(&mut client).changes.contains_key("Jobs"));
    let other = &client.world.stacks[&key(B, "eu-west-1")];
    assert!(other.values().all(|stack| stack.changes.is_empty()));
}
