//! The whole line: a StackSet from its creation to its end.

use super::*;

#[test]
fn a_stack_set_lives_from_its_creation_to_its_end() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    let started = client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    assert_eq!(text(&started, "OperationId"), "op-1");
    assert_eq!(client.status("op-1"), "RUNNING");
    client.pass(5);
    assert_eq!(
        client.results("op-1"),
        [format!("{A}/eu-west-1 RUNNING"), format!("{B}/eu-west-1 PENDING")]
    );
    assert_eq!(client.instances()[0], format!("{A}/eu-west-1 OUTDATED RUNNING"));
    client.pass(100);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
    assert_eq!(client.instances()[1], format!("{B}/eu-west-1 CURRENT SUCCEEDED"));
    assert_eq!(client.world.stacks.len(), 2);

    let update = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("OperationId", "op-2"),
    ];
    client.ok("UpdateStackSet", &update);
    client.pass(100);
    assert_eq!(client.status("op-2"), "SUCCEEDED");

    let (code, _) = client.refused("DeleteStackSet", &[("StackSetName", "web")]);
    assert_eq!(code, "StackSetNotEmptyException");
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false"), ("OperationId", "op-3")]),
    );
    client.pass(100);
    assert_eq!(client.status("op-3"), "SUCCEEDED");
    assert_eq!(client.instances(), Vec::<String>::new());
    assert!(client.world.stacks.is_empty());
    client.ok("DeleteStackSet", &[("StackSetName", "web")]);
    let (code, _) = client.refused("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(code, "StackSetNotFoundException");
}

#[test]
fn a_deleted_stack_set_is_described_by_id_and_its_name_is_free() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let first = text(
        &client.ok("DescribeStackSet", &[("StackSetName", "web")]),
        "StackSetId",
    );
    client.ok("DeleteStackSet", &[("StackSetName", "web")]);
    let body = client.ok("DescribeStackSet", &[("StackSetName", &first)]);
    assert_eq!(text(&body, "Status"), "DELETED");
    client.self_managed(QUEUE);
    let second = text(
        &client.ok("DescribeStackSet", &[("StackSetName", "web")]),
        "StackSetId",
    );
    assert_ne!(first, second);
}

#[test]
fn a_world_with_everything_in_it_is_the_same_after_json() {
    let mut client = Client::new();
    client.service_managed(ROLE, "true");
    client.deploy_units(&[ROOT], &["eu-west-1"]);
    client.move_account(C, PROD);
    client.ok("DetectStackSetDrift", &[("StackSetName", "web")]);
    client.pass(2);
    let json = serde_json::to_string(&client.world).unwrap();
    let back: World = serde_json::from_str(&json).unwrap();
    assert_eq!(back, client.world);
}

#[test]
fn a_list_has_pages_and_the_pages_have_everything_once() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A, B, C], &["eu-west-1", "us-east-1"]);
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let mut inputs = vec![("StackSetName", "web"), ("MaxResults", "4")];
        if !token.is_empty() {
            inputs.push(("NextToken", &token));
        }
        let body = client.ok("ListStackInstances", &inputs);
        seen.extend(members(&body).iter().map(|row| text(row, "StackId")));
        token = text(&body, "NextToken");
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 6);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

#[test]
fn a_list_is_narrowed_by_account_region_and_status() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A, B], &["eu-west-1", "us-east-1"]);
    let mut count = |inputs: &[(&str, &str)]| {
        let mut all = vec![("StackSetName", "web")];
        all.extend(inputs);
        members(&client.ok("ListStackInstances", &all)).len()
    };
    assert_eq!(count(&[("StackInstanceAccount", B)]), 2);
    assert_eq!(count(&[("StackInstanceRegion", "us-east-1")]), 2);
    let status = [
        ("Filters.member.1.Name", "DETAILED_STATUS"),
        ("Filters.member.1.Values", "FAILED"),
    ];
    assert_eq!(count(&status), 0);
    let status = [
        ("Filters.member.1.Name", "DETAILED_STATUS"),
        ("Filters.member.1.Values", "SUCCEEDED"),
    ];
    assert_eq!(count(&status), 4);
}

#[test]
fn operations_are_listed_newest_first() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    for id in ["op-1", "op-2", "op-3"] {
        client.ok(
            "DetectStackSetDrift",
            &[("StackSetName", "web"), ("OperationId", id)],
        );
        client.pass(100);
    }
    let body = client.ok(
        "ListStackSetOperations",
        &[("StackSetName", "web"), ("MaxResults", "2")],
    );
    let ids: Vec<_> = members(&body)
        .iter()
        .map(|row| text(row, "OperationId"))
        .collect();
    assert_eq!(ids, ["op-3", "op-2"]);
    let token = text(&body, "NextToken");
    let body = client.ok(
        "ListStackSetOperations",
        &[("StackSetName", "web"), ("NextToken", &token)],
    );
    assert_eq!(text(&body, "OperationId"), "op-1");
    assert_eq!(text(&body, "NextToken"), "");
}
