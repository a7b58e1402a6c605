//! Units, filters, registered targets, suspended accounts (reference §2.1, §2.2, §2.8).

use super::*;

fn targets(client: &mut Client) -> Vec<String> {
    let body = client.ok("ListStackSetAutoDeploymentTargets", &[("StackSetName", "web")]);
    let rows = members(&body);
    rows.iter()
        .map(|row| format!("{} {}", text(row, "OrganizationalUnitId"), text(row, "Regions")))
        .collect()
}

fn filtered<'a>(inputs: &'a [(String, String)], kind: &'a str, account: &'a str) -> Vec<(&'a str, &'a str)> {
    with(
        inputs,
        &[
            ("DeploymentTargets.AccountFilterType", kind),
            ("DeploymentTargets.Accounts.member.1", account),
        ],
    )
}

#[test]
fn a_unit_reaches_everything_below_it_but_the_management_account() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    let both = [
        format!("{A}/eu-west-1 CURRENT SUCCEEDED"),
        format!("{B}/eu-west-1 CURRENT SUCCEEDED"),
    ];
    assert_eq!(client.instances(), both);
    let body = client.ok("ListStackInstances", &[("StackSetName", "web")]);
    assert!(
        members(&body)
            .iter()
            .all(|row| text(row, "OrganizationalUnitId") == PROD)
    );
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(
        text(&body, "OrganizationalUnitIds"),
        format!("<member>{PROD}</member>")
    );
}

#[test]
fn filters_take_a_part_of_a_unit_and_register_all_of_it() {
    for (kind, expected) in [("INTERSECTION", B), ("DIFFERENCE", A)] {
        let mut client = Client::new();
        client.service_managed(QUEUE, "false");
        let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
        client.ok("CreateStackInstances", &filtered(&inputs, kind, B));
        client.pass(100);
        assert_eq!(
            client.instances(),
            [format!("{expected}/eu-west-1 CURRENT SUCCEEDED")]
        );
        assert_eq!(
            targets(&mut client),
            [format!("{PROD} <member>eu-west-1</member>")]
        );
    }
}

#[test]
fn accounts_need_a_filter_and_a_union_is_refused_at_creation() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    let accounts = with(&inputs, &[("DeploymentTargets.Accounts.member.1", C)]);
    assert_eq!(
        client.refused("CreateStackInstances", &accounts).0,
        "ValidationError"
    );
    assert_eq!(
        client
            .refused("CreateStackInstances", &filtered(&inputs, "UNION", C))
            .0,
        "ValidationError"
    );
}

#[test]
fn accounts_alone_are_no_targets_when_service_managed_and_units_none_when_self_managed() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    let (_, message) = client.refused("CreateStackInstances", &borrowed(&inputs));
    assert_eq!(
        message,
        "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target"
    );
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    assert_eq!(
        client.refused("CreateStackInstances", &borrowed(&inputs)).0,
        "ValidationError"
    );
}

#[test]
fn a_suspended_account_is_skipped_and_counts_as_no_failure() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[DEV], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    client.pass(100);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
    assert_eq!(
        client.instances()[1],
        format!("{S}/eu-west-1 OUTDATED SKIPPED_SUSPENDED_ACCOUNT")
    );
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[DEV], &["eu-west-1"]);
    let mut delete = filtered(&inputs, "INTERSECTION", S);
    delete.push(("RetainStacks", "true"));
    client.ok("DeleteStackInstances", &delete);
    client.pass(100);
    assert_eq!(client.instances(), [format!("{C}/eu-west-1 CURRENT SUCCEEDED")]);
}

#[test]
fn an_empty_unit_is_registered_all_the_same() {
    let mut client = Client::new();
    client.world.organization.accounts.remove(&account(B));
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[CORE], &["eu-west-1"]);
    assert!(client.instances().is_empty());
    assert_eq!(
        targets(&mut client),
        [format!("{CORE} <member>eu-west-1</member>")]
    );
    client.ok("DeleteStackSet", &[("StackSetName", "web")]);
}

#[test]
fn only_a_delete_of_a_whole_unit_unregisters_it() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1", "us-east-1"]);
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    let mut part = filtered(&inputs, "INTERSECTION", A);
    part.push(("RetainStacks", "false"));
    client.ok("DeleteStackInstances", &part);
    client.pass(100);
    assert_eq!(client.instances().len(), 3);
    assert_eq!(
        targets(&mut client),
        [format!(
            "{PROD} <member>eu-west-1</member><member>us-east-1</member>"
        )]
    );
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false")]),
    );
    assert_eq!(targets(&mut client).len(), 1);
    client.pass(100);
    assert_eq!(client.instances().len(), 2);
    assert_eq!(
        targets(&mut client),
        [format!("{PROD} <member>us-east-1</member>")]
    );
}

#[test]
fn an_update_of_a_unit_that_was_never_a_target_is_refused() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[DEV], &["eu-west-1"]);
    let (_, message) = client.refused(
        "UpdateStackSet",
        &with(&inputs, &[("UsePreviousTemplate", "true")]),
    );
    assert_eq!(
        message,
        format!("Organizational unit {DEV} not found in StackSet")
    );
}

#[test]
fn an_update_of_a_unit_leaves_out_accounts_without_an_instance() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    client.ok("CreateStackInstances", &filtered(&inputs, "INTERSECTION", A));
    client.pass(100);
    client.ok("UpdateStackInstances", &with(&inputs, &[("OperationId", "op-2")]));
    client.pass(100);
    assert_eq!(client.results("op-2"), [format!("{A}/eu-west-1 SUCCEEDED")]);
}

#[test]
fn automatic_deployment_is_set_without_targets() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    let both = with(
        &inputs,
        &[
            ("UsePreviousTemplate", "true"),
            ("AutoDeployment.Enabled", "true"),
        ],
    );
    assert_eq!(client.refused("UpdateStackSet", &both).0, "ValidationError");
    let alone = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("AutoDeployment.Enabled", "true"),
    ];
    client.ok("UpdateStackSet", &alone);
}

#[test]
fn transforms_and_nested_stacks_are_for_self_managed_stack_sets() {
    let macros = "Transform: AWS::LanguageExtensions\nResources:\n  T: { Type: 'AWS::SNS::Topic' }\n";
    let nested = "Resources:\n  N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: x } }\n";
    for template in [macros, nested] {
        let mut client = Client::new();
        let inputs = [
            ("StackSetName", "web"),
            ("TemplateBody", template),
            ("Capabilities.member.1", "CAPABILITY_AUTO_EXPAND"),
            ("PermissionModel", "SERVICE_MANAGED"),
            ("AutoDeployment.Enabled", "false"),
        ];
        assert_eq!(client.refused("CreateStackSet", &inputs).0, "ValidationError");
        client.ok("CreateStackSet", &inputs[..3]);
    }
}

#[test]
fn without_trusted_access_there_is_no_service_managed_stack_set() {
    let mut client = Client::new();
    client.world.organizations_access = false;
    let inputs = [
        ("StackSetName", "web"),
        ("TemplateBody", QUEUE),
        ("PermissionModel", "SERVICE_MANAGED"),
        ("AutoDeployment.Enabled", "false"),
    ];
    let (_, message) = client.refused("CreateStackSet", &inputs);
    assert_eq!(
        message,
        "You must enable organizations access to operate a service managed stack set"
    );
    assert_eq!(
        text(&client.ok("DescribeOrganizationsAccess", &[]), "Status"),
        "DISABLED"
    );
    client.ok("ActivateOrganizationsAccess", &[]);
    client.ok("CreateStackSet", &inputs);
    assert_eq!(
        text(&client.ok("DescribeOrganizationsAccess", &[]), "Status"),
        "ENABLED"
    );
}
