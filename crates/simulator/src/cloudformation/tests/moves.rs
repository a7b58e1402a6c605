//! Accounts join, leave and move (reference §2.6).

use super::*;

fn covering(units: &[&str], retain: bool) -> Client {
    let mut client = Client::new();
    client.service_managed(QUEUE, "true");
    client.deploy_units(units, &["eu-west-1"]);
    if retain {
        let set = client
            .world
            .stack_sets
            .values_mut()
            .next()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        set.definition.retain_on_removal = true;
    }
    client
}

fn actions(client: &mut Client) -> Vec<String> {
    let body = client.ok("ListStackSetOperations", &[("StackSetName", "web")]);
    members(&body)
        .iter()
        .map(|row| format!("{} {}", text(row, "Action"), text(row, "Status")))
        .collect()
}

#[test]
fn an_account_that_joins_a_unit_gets_its_instances_after_a_while() {
    let mut client = covering(&[PROD], false);
    client.move_account(C, CORE);
    client.pass(99);
    assert_eq!(client.instances().len(), 2);
    client.pass(1);
    assert_eq!(actions(&mut client)[0], "CREATE QUEUED");
    client.pass(100);
    assert_eq!(actions(&mut client)[0], "CREATE SUCCEEDED");
    assert!(
        client
            .instances()
            .contains(&format!("{C}/eu-west-1 CURRENT SUCCEEDED"))
    );
}

#[test]
fn an_account_that_leaves_loses_its_stacks_unless_they_are_retained() {
    for (retain, stacks) in [(false, 1), (true, 2)] {
        let mut client = covering(&[PROD], retain);
        client.move_account(B, DEV);
        client.pass(500);
        assert_eq!(client.instances(), [format!("{A}/eu-west-1 CURRENT SUCCEEDED")]);
        assert_eq!(client.world.stacks.len(), stacks);
    }
}

#[test]
fn a_move_between_two_targets_deletes_and_creates() {
    let mut client = covering(&[PROD, DEV], false);
    let before = client.world.stacks.clone();
    client.move_account(A, DEV);
    client.pass(102);
    assert_eq!(actions(&mut client)[..2], ["CREATE QUEUED", "DELETE RUNNING"]);
    client.pass(500);
    assert_eq!(
        actions(&mut client)[..2],
        ["CREATE SUCCEEDED", "DELETE SUCCEEDED"]
    );
    assert_eq!(client.instances()[0], format!("{A}/eu-west-1 CURRENT SUCCEEDED"));
    assert_ne!(client.world.stacks, before);
    let body = client.ok(
        "ListStackInstances",
        &[("StackSetName", "web"), ("StackInstanceAccount", A)],
    );
    assert_eq!(text(&body, "OrganizationalUnitId"), DEV);
}

#[test]
fn a_move_inside_one_target_does_nothing() {
    let mut client = covering(&[PROD], false);
    client.move_account(A, CORE);
    client.pass(500);
    assert_eq!(actions(&mut client), ["CREATE SUCCEEDED"]);
}

#[test]
fn a_new_account_below_the_root_gets_the_instances_of_the_root() {
    let mut client = covering(&[ROOT], false);
    let new = account("666666666666");
    let member = client.world.organization.accounts[&account(A)].clone();
    client.world.organization.accounts.insert(
        new.clone(),
        MemberAccount {
            parent: unit(ROOT),
            ..member
        },
    );
    organization_changed(&mut client.world, &new, None, Some(&unit(ROOT)));
    client.pass(500);
    assert!(
        client
            .instances()
            .contains(&"666666666666/eu-west-1 CURRENT SUCCEEDED".to_owned())
    );
    organization_changed(&mut client.world, &new, Some(&unit(ROOT)), None);
    client.world.organization.accounts.remove(&new);
    client.pass(500);
    assert!(!client.instances().iter().any(|row| row.starts_with("6666")));
}

#[test]
fn without_automatic_deployment_a_move_does_nothing() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    client.move_account(C, PROD);
    client.pass(500);
    assert_eq!(client.instances().len(), 2);
}

#[test]
fn a_call_meets_the_operation_that_automatic_deployment_started() {
    let mut client = covering(&[PROD], false);
    client.move_account(C, PROD);
    client.pass(100);
    let update = [("StackSetName", "web"), ("UsePreviousTemplate", "true")];
    assert_eq!(
        client.refused("UpdateStackSet", &update).0,
        "OperationInProgressException"
    );
}

#[test]
fn a_stack_set_waits_for_the_ones_it_depends_on_and_never_in_a_circle() {
    let mut client = covering(&[PROD], false);
    let arn = text(
        &client.ok("DescribeStackSet", &[("StackSetName", "web")]),
        "StackSetARN",
    );
    let dependent = [
        ("StackSetName", "after"),
        ("TemplateBody", QUEUE),
        ("PermissionModel", "SERVICE_MANAGED"),
        ("AutoDeployment.Enabled", "true"),
        ("AutoDeployment.DependsOn.member.1", &arn),
    ];
    client.ok("CreateStackSet", &dependent);
    let mut inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    "after".clone_into(&mut inputs[0].1);
    client.ok("CreateStackInstances", &borrowed(&inputs));
    client.pass(100);
    client.move_account(C, PROD);
    client.pass(105);
    assert_eq!(actions(&mut client)[0], "CREATE RUNNING");
    let after = client.ok("ListStackSetOperations", &[("StackSetName", "after")]);
    assert_eq!(text(&after, "Status"), "QUEUED");
    client.pass(100);
    let after = client.ok("ListStackSetOperations", &[("StackSetName", "after")]);
    assert_eq!(text(&after, "Status"), "SUCCEEDED");

    let arn = text(
        &client.ok("DescribeStackSet", &[("StackSetName", "after")]),
        "StackSetARN",
    );
    let circle = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("AutoDeployment.Enabled", "true"),
        ("AutoDeployment.DependsOn.member.1", &arn),
    ];
    assert_eq!(client.refused("UpdateStackSet", &circle).0, "ValidationError");
}

#[test]
fn quick_moves_to_and_fro_end_where_the_account_stands() {
    for pause in [0, 1, 3, 50, 105, 400] {
        let mut client = covering(&[PROD, DEV], false);
        client.move_account(A, DEV);
        client.pass(pause);
        client.move_account(A, PROD);
        client.pass(2000);
        let body = client.ok(
            "ListStackInstances",
            &[("StackSetName", "web"), ("StackInstanceAccount", A)],
        );
        assert_eq!(text(&body, "Status"), "CURRENT", "after {pause} s");
        assert_eq!(text(&body, "OrganizationalUnitId"), PROD, "after {pause} s");
        assert!(
            actions(&mut client).iter().all(|row| row.ends_with("SUCCEEDED")),
            "after {pause} s"
        );
    }
}

#[test]
fn an_account_that_only_passes_through_a_target_keeps_nothing() {
    for pause in [0, 1, 3, 50, 105, 400] {
        let mut client = covering(&[PROD], false);
        client.move_account(C, PROD);
        client.pass(pause);
        client.move_account(C, DEV);
        client.pass(2000);
        assert_eq!(client.instances().len(), 2, "after {pause} s");
        assert!(
            actions(&mut client).iter().all(|row| row.ends_with("SUCCEEDED")),
            "after {pause} s"
        );
    }
}
