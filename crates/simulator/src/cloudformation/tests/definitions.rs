//! What a StackSet says: creation, read-back, update (reference §1.4, §2.3, §2.4).

use super::*;

fn described(client: &mut Client) -> String {
    client.ok("DescribeStackSet", &[("StackSetName", "web")])
}

#[test]
fn defaults_are_filled_in_and_secrets_are_masked_when_read_back() {
    let mut client = Client::new();
    client.ok(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", QUEUE)],
    );
    let body = described(&mut client);
    assert!(
        body.contains("<ParameterKey>Size</ParameterKey><ParameterValue>1</ParameterValue>"),
        "{body}"
    );
    assert!(
        body.contains("<ParameterKey>Secret</ParameterKey><ParameterValue>****</ParameterValue>"),
        "{body}"
    );
    assert!(!body.contains("<ParameterValue>hush"), "{body}");
    assert_eq!(
        text(&body, "ExecutionRoleName"),
        "AWSCloudFormationStackSetExecutionRole"
    );
    assert!(
        text(&body, "AdministrationRoleARN").ends_with("role/AWSCloudFormationStackSetAdministrationRole")
    );
    assert_eq!(text(&body, "ManagedExecution"), "<Active>false</Active>");
    assert!(!body.contains("<AutoDeployment>"));
}

#[test]
fn a_service_managed_stack_set_reads_back_roles_that_nobody_may_send() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let body = described(&mut client);
    assert!(text(&body, "ExecutionRoleName").starts_with("stacksets-exec-"));
    assert!(text(&body, "AdministrationRoleARN").contains("aws-service-role/stacksets.cloudformation"));
    assert_eq!(text(&body, "AutoDeployment"), "<Enabled>false</Enabled>");
    let update = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("ExecutionRoleName", "stacksets-exec-1"),
    ];
    assert_eq!(client.refused("UpdateStackSet", &update).0, "ValidationError");
}

#[test]
fn a_name_is_given_once_unless_it_is_the_same_creation_again() {
    let mut client = Client::new();
    let inputs = [
        ("StackSetName", "web"),
        ("TemplateBody", QUEUE),
        ("ClientRequestToken", "t-1"),
    ];
    let first = text(&client.ok("CreateStackSet", &inputs), "StackSetId");
    assert_eq!(text(&client.ok("CreateStackSet", &inputs), "StackSetId"), first);
    let other = [
        ("StackSetName", "web"),
        ("TemplateBody", QUEUE),
        ("ClientRequestToken", "t-2"),
    ];
    assert_eq!(
        client.refused("CreateStackSet", &other).0,
        "NameAlreadyExistsException"
    );
    client.ok(
        "UpdateStackSet",
        &[("StackSetName", "web"), ("UsePreviousTemplate", "true")],
    );
    assert_eq!(
        client.refused("CreateStackSet", &inputs).0,
        "CreatedButModifiedException"
    );
}

#[test]
fn unknown_and_missing_parameters_are_refused_by_name() {
    let mut client = Client::new();
    let unknown = [
        ("StackSetName", "web"),
        ("TemplateBody", QUEUE),
        ("Parameters.member.1.ParameterKey", "Nope"),
        ("Parameters.member.1.ParameterValue", "1"),
    ];
    let (code, message) = client.refused("CreateStackSet", &unknown);
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "ValidationError",
            "Parameters: [Nope] do not exist in the template"
        )
    );
    let template =
        "{\"Parameters\":{\"P\":{\"Type\":\"String\"}},\"Resources\":{\"T\":{\"Type\":\"AWS::SNS::Topic\"}}}";
    let (_, message) = client.refused(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", template)],
    );
    assert_eq!(message, "Parameters: [P] must have values");
}

#[test]
fn a_capability_must_be_acknowledged() {
    let mut client = Client::new();
    let inputs = [
        ("StackSetName", "web"),
        ("TemplateBody", ROLE),
        ("Capabilities.member.1", "CAPABILITY_IAM"),
    ];
    let (code, message) = client.refused("CreateStackSet", &inputs);
    assert_eq!(code, "InsufficientCapabilitiesException");
    assert_eq!(message, "Requires capabilities : [CAPABILITY_NAMED_IAM]");
}

#[test]
fn an_update_needs_exactly_one_template() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    assert_eq!(
        client.refused("UpdateStackSet", &[("StackSetName", "web")]).0,
        "ValidationError"
    );
    let both = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("TemplateBody", QUEUE),
    ];
    assert_eq!(client.refused("UpdateStackSet", &both).0, "ValidationError");
}

#[test]
fn content_makes_all_instances_outdated_and_targets_alone_become_current() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A, B], &["eu-west-1"]);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("UpdateStackSet", &with(&inputs, &[("TemplateBody", QUEUE)]));
    client.pass(100);
    let after = [
        format!("{A}/eu-west-1 CURRENT SUCCEEDED"),
        format!("{B}/eu-west-1 OUTDATED PENDING"),
    ];
    assert_eq!(client.instances(), after);
    let inputs = rectangle("Accounts", &[B], &["eu-west-1"]);
    client.ok(
        "UpdateStackSet",
        &with(&inputs, &[("UsePreviousTemplate", "true")]),
    );
    client.pass(100);
    assert!(
        client
            .instances()
            .iter()
            .all(|row| row.ends_with("CURRENT SUCCEEDED")),
        "{:?}",
        client.instances()
    );
}

#[test]
fn the_definition_stays_written_when_the_operation_fails() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    client.fail(A, None);
    let inputs = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("Parameters.member.1.ParameterKey", "Size"),
        ("Parameters.member.1.ParameterValue", "9"),
        ("OperationId", "op-2"),
    ];
    client.ok("UpdateStackSet", &inputs);
    client.pass(100);
    assert_eq!(client.status("op-2"), "FAILED");
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
    assert!(described(&mut client).contains("<ParameterValue>9</ParameterValue>"));
}

#[test]
fn absent_tags_and_parameters_stay_and_empty_ones_go() {
    let mut client = Client::new();
    let inputs = [
        ("StackSetName", "web"),
        ("TemplateBody", QUEUE),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "core"),
        ("Parameters.member.1.ParameterKey", "Size"),
        ("Parameters.member.1.ParameterValue", "9"),
    ];
    client.ok("CreateStackSet", &inputs);
    client.ok(
        "UpdateStackSet",
        &[("StackSetName", "web"), ("UsePreviousTemplate", "true")],
    );
    client.pass(100);
    let body = described(&mut client);
    assert!(
        body.contains("<Key>team</Key>") && body.contains("<ParameterValue>9</ParameterValue>"),
        "{body}"
    );
    let empty = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("Tags", ""),
        ("Parameters", ""),
    ];
    client.ok("UpdateStackSet", &empty);
    let body = described(&mut client);
    assert!(
        !body.contains("<Key>team</Key>") && body.contains("<ParameterValue>1</ParameterValue>"),
        "{body}"
    );
}

#[test]
fn a_custom_administration_role_must_be_sent_again() {
    let mut client = Client::new();
    let role = ("AdministrationRoleARN", "arn:aws:iam::111111111111:role/custom");
    client.ok(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", QUEUE), role],
    );
    let update = [("StackSetName", "web"), ("UsePreviousTemplate", "true")];
    assert_eq!(client.refused("UpdateStackSet", &update).0, "ValidationError");
    client.ok("UpdateStackSet", &[update[0], update[1], role]);
}

#[test]
fn managed_execution_changes_alone() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let mixed = [
        ("StackSetName", "web"),
        ("TemplateBody", QUEUE),
        ("ManagedExecution.Active", "true"),
    ];
    let (_, message) = client.refused("UpdateStackSet", &mixed);
    assert_eq!(
        message,
        "Cannot update ManagedExecution while updating StackSet Template or Parameters"
    );
}

#[test]
fn texts_come_back_byte_for_byte() {
    let mut client = Client::new();
    let template = "# <&> \"quoted\"\r\nResources:\r\n  T: { Type: 'AWS::SNS::Topic' }\r\n";
    client.ok(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", template)],
    );
    let body = described(&mut client);
    let escaped = text(&body, "TemplateBody");
    assert_eq!(quick_xml::escape::unescape(&escaped).unwrap(), template);
}

#[test]
fn a_template_that_is_none_is_refused() {
    let mut client = Client::new();
    let (code, message) = client.refused(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", "a: [")],
    );
    assert_eq!(code, "ValidationError");
    assert!(message.starts_with("Template format error"), "{message}");
    let long = format!("{QUEUE}#{}", "x".repeat(51_200));
    let (code, _) = client.refused(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", &long)],
    );
    assert_eq!(code, "ValidationError");
}
