//! Instances by account: overrides, missing pairs, deletion (reference §2.2, §2.5, §2.8).

use super::*;

const SIZE_9: [(&str, &str); 2] = [
    ("ParameterOverrides.member.1.ParameterKey", "Size"),
    ("ParameterOverrides.member.1.ParameterValue", "9"),
];

fn overrides(client: &mut Client, account: &str) -> String {
    let inputs = [
        ("StackSetName", "web"),
        ("StackInstanceAccount", account),
        ("StackInstanceRegion", "eu-west-1"),
    ];
    text(&client.ok("DescribeStackInstance", &inputs), "ParameterOverrides")
}

#[test]
fn an_override_list_is_all_there_is_and_none_leaves_everything() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &SIZE_9));
    client.pass(100);
    let nine = "<member><ParameterKey>Size</ParameterKey><ParameterValue>9</ParameterValue>\
        <UsePreviousValue>false</UsePreviousValue></member>";
    assert_eq!(overrides(&mut client, A), nine);

    client.ok("UpdateStackInstances", &borrowed(&inputs));
    client.pass(100);
    assert_eq!(overrides(&mut client, A), nine);

    let keep = [
        ("ParameterOverrides.member.1.ParameterKey", "Size"),
        ("ParameterOverrides.member.1.UsePreviousValue", "true"),
        ("ParameterOverrides.member.2.ParameterKey", "Secret"),
        ("ParameterOverrides.member.2.ParameterValue", "own"),
    ];
    client.ok("UpdateStackInstances", &with(&inputs, &keep));
    client.pass(100);
    let both = overrides(&mut client, A);
    assert!(
        both.contains(nine) && both.contains("<ParameterValue>****</ParameterValue>"),
        "{both}"
    );

    client.ok(
        "UpdateStackInstances",
        &with(&inputs, &[("ParameterOverrides", "")]),
    );
    client.pass(100);
    assert_eq!(overrides(&mut client, A), "");
}

#[test]
fn overrides_reach_the_stack_and_survive_an_update_of_the_stack_set() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &SIZE_9));
    client.pass(100);
    client.ok(
        "UpdateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", QUEUE)],
    );
    client.pass(100);
    let stack = client
        .world
        .stacks
        .values()
        .next()
        .unwrap()
        .values()
        .next()
        .unwrap();
    assert_eq!(stack.parameters["Size"], "9");
}

#[test]
fn an_override_of_an_unknown_parameter_is_refused() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    let unknown = [
        ("ParameterOverrides.member.1.ParameterKey", "Nope"),
        ("ParameterOverrides.member.1.ParameterValue", "9"),
    ];
    let (_, message) = client.refused("CreateStackInstances", &with(&inputs, &unknown));
    assert_eq!(message, "Parameters: [Nope] do not exist in the template");
}

#[test]
fn one_missing_instance_of_a_rectangle_refuses_the_whole_update() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1", "us-east-1"]);
    client.deploy(&[B], &["eu-west-1"]);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1", "us-east-1"]);
    for (action, more) in [
        ("UpdateStackInstances", vec![]),
        ("UpdateStackSet", vec![("UsePreviousTemplate", "true")]),
    ] {
        let answer = client.call(action, &with(&inputs, &more));
        assert_eq!(
            (answer.status, answer.error.as_deref()),
            (404, Some("StackInstanceNotFoundException"))
        );
    }
    assert!(
        client
            .instances()
            .iter()
            .all(|row| row.ends_with("CURRENT SUCCEEDED"))
    );
}

#[test]
fn a_refused_update_of_the_stack_set_changes_nothing() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.refused(
        "UpdateStackSet",
        &with(
            &inputs,
            &[
                ("TemplateBody", ROLE),
                ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
            ],
        ),
    );
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert!(text(&body, "TemplateBody").contains("AWS::SQS::Queue"));
}

#[test]
fn deleting_what_is_not_there_is_an_operation_that_succeeds() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false"), ("OperationId", "op-1")]),
    );
    client.pass(10);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
    assert!(client.results("op-1").is_empty());
}

#[test]
fn a_failed_delete_is_inoperable_until_the_stack_is_retained() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    client.fail(A, None);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false")]),
    );
    client.pass(100);
    assert_eq!(
        client.instances(),
        [format!("{A}/eu-west-1 INOPERABLE INOPERABLE")]
    );
    client.ok(
        "UpdateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", QUEUE)],
    );
    client.pass(100);
    assert_eq!(
        client.instances(),
        [format!("{A}/eu-west-1 INOPERABLE INOPERABLE")]
    );
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "true")]),
    );
    client.pass(100);
    assert!(client.instances().is_empty());
    assert_eq!(client.world.stacks.len(), 1);
}

#[test]
fn creating_what_is_current_leaves_it_alone() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    let mut more = vec![("OperationId", "op-2")];
    more.extend(SIZE_9);
    client.ok("CreateStackInstances", &with(&inputs, &more));
    client.pass(100);
    assert_eq!(client.results("op-2"), [format!("{B}/eu-west-1 SUCCEEDED")]);
    assert_eq!(overrides(&mut client, A), "");
}

#[test]
fn a_unit_id_among_accounts_is_refused_in_the_words_of_the_service() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[PROD], &["eu-west-1"]);
    let (code, message) = client.refused("CreateStackInstances", &borrowed(&inputs));
    assert_eq!(code, "ValidationError");
    assert!(
        message.starts_with(&format!(
            "1 validation error detected: Value '[{PROD}]' at 'accounts'"
        )),
        "{message}"
    );
}
