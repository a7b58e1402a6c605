//! Stacks become instances (reference §2.9).

use super::*;
use crate::world::StoredObject;

const STACK: &str = "
Parameters:
  Size: { Type: Number, Default: 1 }
Resources:
  Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: jobs, DelaySeconds: !Ref Size } }
";
/// The same in other words.
const AS_JSON: &str = r#"{"Parameters": {"Size": {"Type": "Number", "Default": 1}}, "Resources": {"Jobs":
    {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Size"}, "QueueName": "jobs"}}}}"#;

/// A stack `mine` in us-east-1 of an account, with Size 5; its ARN.
#[track_caller]
fn make(client: &mut Client, account_id: &str, template: &str) -> String {
    let inputs = [
        ("StackName", "mine"),
        ("TemplateBody", template),
        ("Parameters.member.1.ParameterKey", "Size"),
        ("Parameters.member.1.ParameterValue", "5"),
    ];
    let caller = std::mem::replace(&mut client.caller, account_id.to_owned());
    let body = client.ok("CreateStack", &inputs);
    client.caller = caller;
    text(&body, "StackId")
}

fn import(id: &str) -> Vec<(&str, &str)> {
    vec![
        ("StackSetName", "web"),
        ("OperationId", "op-1"),
        ("StackIds.member.1", id),
    ]
}

fn overrides(client: &mut Client) -> String {
    let inputs = [
        ("StackSetName", "web"),
        ("StackInstanceAccount", A),
        ("StackInstanceRegion", "us-east-1"),
    ];
    text(&client.ok("DescribeStackInstance", &inputs), "ParameterOverrides")
}

#[test]
fn a_stack_becomes_an_instance_with_all_its_values_as_overrides() {
    let mut client = Client::new();
    let id = make(&mut client, A, AS_JSON);
    client.self_managed(STACK);
    client.ok("ImportStacksToStackSet", &import(&id));
    client.pass(100);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
    assert_eq!(client.instances(), [format!("{A}/us-east-1 CURRENT SUCCEEDED")]);
    assert!(overrides(&mut client).contains("<ParameterValue>5</ParameterValue>"));
    let body = client.ok("ListStackInstances", &[("StackSetName", "web")]);
    assert_eq!(text(&body, "StackId"), id);
    let operation = client.ok("ListStackSetOperations", &[("StackSetName", "web")]);
    assert_eq!(text(&operation, "Action"), "CREATE");
}

#[test]
fn a_retained_stack_moves_to_another_stack_set_and_its_resources_stay() {
    let mut client = Client::new();
    client.self_managed(STACK);
    client.deploy(&[A], &["us-east-1"]);
    let id = text(
        &client.ok("ListStackInstances", &[("StackSetName", "web")]),
        "StackId",
    );
    let inputs = rectangle("Accounts", &[A], &["us-east-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "true")]),
    );
    client.pass(100);
    client.ok("DeleteStackSet", &[("StackSetName", "web")]);
    client.self_managed(STACK);
    client.ok("ImportStacksToStackSet", &import(&id));
    client.pass(100);
    assert_eq!(client.instances(), [format!("{A}/us-east-1 CURRENT SUCCEEDED")]);
    let update = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("Parameters.member.1.ParameterKey", "Size"),
        ("Parameters.member.1.ParameterValue", "9"),
    ];
    client.ok("UpdateStackSet", &update);
    client.pass(100);
    let values = client.world.stacks.values().flat_map(BTreeMap::values);
    let sizes: Vec<&str> = values.map(|stack| stack.parameters["Size"].as_str()).collect();
    assert_eq!(sizes, ["1"], "an override stays");
}

#[test]
fn a_stack_of_another_template_fails_and_can_be_imported_again() {
    let mut client = Client::new();
    let other = STACK.replace("QueueName: jobs", "QueueName: other");
    let id = make(&mut client, A, &other);
    client.self_managed(STACK);
    client.ok("ImportStacksToStackSet", &import(&id));
    client.pass(100);
    assert_eq!(client.status("op-1"), "FAILED");
    assert_eq!(
        client.instances(),
        [format!("{A}/us-east-1 INOPERABLE FAILED_IMPORT")]
    );
    client.ok(
        "UpdateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", other.as_str())],
    );
    client.pass(100);
    assert_eq!(
        client.instances(),
        [format!("{A}/us-east-1 INOPERABLE FAILED_IMPORT")]
    );
    let again = [("StackSetName", "web"), ("StackIds.member.1", id.as_str())];
    client.ok("ImportStacksToStackSet", &again);
    client.pass(100);
    assert_eq!(client.instances(), [format!("{A}/us-east-1 CURRENT SUCCEEDED")]);
}

#[test]
fn a_failed_import_is_taken_out_without_the_stack() {
    let mut client = Client::new();
    let id = make(
        &mut client,
        A,
        &STACK.replace("QueueName: jobs", "QueueName: other"),
    );
    client.self_managed(STACK);
    client.ok("ImportStacksToStackSet", &import(&id));
    client.pass(100);
    let inputs = rectangle("Accounts", &[A], &["us-east-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false")]),
    );
    client.pass(100);
    assert!(client.instances().is_empty());
    assert_eq!(client.world.stacks.len(), 1);
}

#[test]
fn what_cannot_be_imported_is_refused_before_anything_starts() {
    let mut client = Client::new();
    let id = make(&mut client, A, STACK);
    client.self_managed(STACK);
    let unknown = id.replace("mine", "yours");
    for wrong in [unknown.as_str(), "mine", "arn:aws:s3:::bucket"] {
        let refused = client.refused("ImportStacksToStackSet", &import(wrong));
        assert_eq!(refused.0, "StackNotFoundException", "{wrong}");
    }
    let many: Vec<(String, &str)> = (1..=11)
        .map(|n| (format!("StackIds.member.{n}"), id.as_str()))
        .collect();
    let mut inputs = vec![("StackSetName", "web")];
    inputs.extend(many.iter().map(|(name, id)| (name.as_str(), *id)));
    assert_eq!(
        client.refused("ImportStacksToStackSet", &inputs).0,
        "LimitExceededException"
    );
    let neither = [("StackSetName", "web")];
    assert_eq!(
        client.refused("ImportStacksToStackSet", &neither).0,
        "ValidationError"
    );
    client.ok("ImportStacksToStackSet", &import(&id));
    client.pass(100);
    let again = [("StackSetName", "web"), ("StackIds.member.1", id.as_str())];
    let (code, message) = client.refused("ImportStacksToStackSet", &again);
    assert_eq!(code, "InvalidOperationException");
    assert!(message.contains("already in StackSet arn:aws:"), "{message}");
}

#[test]
fn a_template_with_a_secret_takes_no_stacks() {
    let mut client = Client::new();
    let id = make(&mut client, A, STACK);
    client.self_managed(QUEUE);
    let (code, message) = client.refused("ImportStacksToStackSet", &import(&id));
    assert_eq!(code, "InvalidOperationException");
    assert!(message.contains("NoEcho"), "{message}");
}

#[test]
fn stacks_of_a_service_managed_stack_set_are_mapped_to_units() {
    let mut client = Client::new();
    let id = make(&mut client, A, STACK);
    client.service_managed(STACK, "false");
    let mut below = import(&id);
    below.push(("OrganizationalUnitIds.member.1", DEV));
    assert_eq!(
        client.refused("ImportStacksToStackSet", &below).0,
        "InvalidOperationException"
    );
    below.pop();
    below.push(("OrganizationalUnitIds.member.1", PROD));
    client.ok("ImportStacksToStackSet", &below);
    client.pass(100);
    assert_eq!(client.instances(), [format!("{A}/us-east-1 CURRENT SUCCEEDED")]);
    let body = client.ok("ListStackSetAutoDeploymentTargets", &[("StackSetName", "web")]);
    assert!(body.contains(PROD) && body.contains("us-east-1"), "{body}");
}

#[test]
fn ids_come_from_a_file_too() {
    let mut client = Client::new();
    let ids = [make(&mut client, A, STACK), make(&mut client, B, STACK)];
    client.self_managed(STACK);
    client
        .world
        .objects
        .insert("bucket/ids.txt".to_owned(), StoredObject::new(ids.join("\n")));
    let inputs = [("StackSetName", "web"), ("StackIdsUrl", "s3://bucket/ids.txt")];
    client.ok("ImportStacksToStackSet", &inputs);
    client.pass(100);
    assert_eq!(client.instances().len(), 2);
    client.world.objects.insert(
        "bucket/ids.txt".to_owned(),
        StoredObject::new(format!("{},", ids[0]).repeat(201)),
    );
    assert_eq!(
        client.refused("ImportStacksToStackSet", &inputs).0,
        "LimitExceededException"
    );
}

#[test]
fn a_stack_set_is_made_of_a_stacks_template_and_values() {
    let mut client = Client::new();
    let id = make(&mut client, A, STACK);
    client.ok("CreateStackSet", &[("StackSetName", "web"), ("StackId", &id)]);
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert!(text(&body, "TemplateBody").contains("QueueName: jobs"), "{body}");
    assert!(body.contains("<ParameterValue>5</ParameterValue>"), "{body}");
    let both = [
        ("StackSetName", "two"),
        ("StackId", id.as_str()),
        ("TemplateBody", STACK),
    ];
    assert_eq!(client.refused("CreateStackSet", &both).0, "ValidationError");
    let missing = [
        ("StackSetName", "two"),
        ("StackId", "arn:aws:cloudformation:us-east-1:1:stack/x/y"),
    ];
    assert_eq!(client.refused("CreateStackSet", &missing).0, "ValidationError");
}

#[test]
fn a_protected_stack_is_set_free_in_its_account() {
    let mut client = Client::new();
    let id = make(&mut client, A, STACK);
    client.caller = A.to_owned();
    let protect = |on| [("StackName", id.as_str()), ("EnableTerminationProtection", on)];
    client.ok("UpdateTerminationProtection", &protect("true"));
    assert_eq!(
        client.refused("DeleteStack", &[("StackName", "mine")]).0,
        "ValidationError"
    );
    client.ok("UpdateTerminationProtection", &protect("false"));
    client.ok("DeleteStack", &[("StackName", "mine")]);
    assert!(client.world.stacks.is_empty() && client.world.taken_names.is_empty());
}
