//! Stacks in accounts: roles they need, names they hold (reference §4.4, §6.5, §9).

use super::*;

fn reason(client: &mut Client) -> String {
    text(
        &client.ok("ListStackInstances", &[("StackSetName", "web")]),
        "StatusReason",
    )
}

#[test]
fn an_account_without_the_execution_role_fails_and_says_so() {
    let mut client = Client::new();
    client.ok(
        "CreateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", QUEUE)],
    );
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
    let expected = format!(
        "Account {A} should have 'AWSCloudFormationStackSetExecutionRole' role with trust relationship to Role \
         'AWSCloudFormationStackSetAdministrationRole'."
    );
    assert_eq!(
        quick_xml::escape::unescape(&reason(&mut client)).unwrap(),
        expected
    );
}

#[test]
fn a_role_that_a_stack_made_is_an_execution_role_for_the_next_stack_set() {
    let mut client = Client::new();
    let template = ROLE.replace("audit", "AWSCloudFormationStackSetExecutionRole");
    client.self_managed(&template);
    client.deploy(&[A], &["eu-west-1"]);
    client.ok(
        "CreateStackSet",
        &[("StackSetName", "next"), ("TemplateBody", QUEUE)],
    );
    let inputs = [
        ("StackSetName", "next"),
        ("Accounts.member.1", A),
        ("Regions.member.1", "eu-west-1"),
    ];
    client.ok("CreateStackInstances", &inputs);
    client.pass(100);
    let body = client.ok("ListStackInstances", &[("StackSetName", "next")]);
    assert_eq!(text(&body, "Status"), "CURRENT");
}

#[test]
fn a_name_of_the_account_is_taken_by_its_first_region() {
    let mut client = Client::new();
    client.self_managed(ROLE);
    client.deploy(&[A, B], &["eu-west-1"]);
    assert!(
        client
            .instances()
            .iter()
            .all(|row| row.ends_with("CURRENT SUCCEEDED"))
    );
    client.deploy(&[A], &["us-east-1"]);
    assert_eq!(client.instances()[1], format!("{A}/us-east-1 OUTDATED FAILED"));
    let reason = reason(&mut client);
    assert!(
        reason.contains("ResourceLogicalId:Role") && reason.contains("already exists"),
        "{reason}"
    );
}

#[test]
fn a_name_with_the_region_in_it_or_a_condition_on_it_is_no_collision() {
    let named = ROLE.replace("audit", "!Sub 'audit-${AWS::Region}'");
    let condition = "Conditions: { Home: !Equals [!Ref 'AWS::Region', eu-west-1] }";
    let conditioned = format!(
        "{condition}{}",
        ROLE.replace("Type: AWS", "Condition: Home\n    Type: AWS")
    );
    for template in [named, conditioned] {
        let mut client = Client::new();
        client.self_managed(&template);
        client.deploy(&[A], &["eu-west-1", "us-east-1"]);
        assert!(
            client
                .instances()
                .iter()
                .all(|row| row.ends_with("CURRENT SUCCEEDED")),
            "{template}"
        );
    }
}

#[test]
fn a_retained_stack_keeps_its_names() {
    let mut client = Client::new();
    client.self_managed(ROLE);
    client.deploy(&[A], &["eu-west-1"]);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "true")]),
    );
    client.pass(100);
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(client.instances(), [format!("{A}/eu-west-1 OUTDATED FAILED")]);
}

#[test]
fn a_deleted_stack_sets_its_names_free() {
    let mut client = Client::new();
    client.self_managed(ROLE);
    client.deploy(&[A], &["eu-west-1"]);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false")]),
    );
    client.pass(100);
    client.deploy(&[A], &["us-east-1"]);
    assert_eq!(client.instances(), [format!("{A}/us-east-1 CURRENT SUCCEEDED")]);
}

#[test]
fn a_bucket_name_is_taken_everywhere() {
    let mut client = Client::new();
    client.self_managed("Resources:\n  B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: logs } }\n");
    client.deploy(&[A, B], &["eu-west-1"]);
    client.deploy(&[B], &["eu-west-1"]);
    let rows = client.instances();
    assert_eq!(
        rows,
        [
            format!("{A}/eu-west-1 CURRENT SUCCEEDED"),
            format!("{B}/eu-west-1 OUTDATED FAILED")
        ]
    );
}
