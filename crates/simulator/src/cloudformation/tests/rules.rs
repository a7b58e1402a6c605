//! Rules that are easily forgotten (reference §1.6, §2.6, §2.7, §2.8, §5.2).

use model::observed::{OperationAction, OperationStatus};

use super::*;
use crate::world::{AccountGate, OmittedDependencies, StackSet};

fn set(client: &mut Client) -> &mut StackSet {
    let sets = client
        .world
        .stack_sets
        .values_mut()
        .flat_map(BTreeMap::values_mut);
    sets.into_iter().find(|set| set.name() == "web").unwrap()
}

#[test]
fn a_stop_may_be_repeated_until_the_operation_is_over() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    client.pass(5);
    let stop = [("StackSetName", "web"), ("OperationId", "op-1")];
    client.ok("StopStackSetOperation", &stop);
    client.ok("StopStackSetOperation", &stop);
    client.pass(100);
    assert_eq!(client.status("op-1"), "STOPPED");
    assert_eq!(
        client.refused("StopStackSetOperation", &stop).0,
        "InvalidOperationException"
    );
}

#[test]
fn a_queued_operation_can_be_stopped_before_it_starts() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    set(&mut client).definition.managed_execution = true;
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    let update = [
        ("StackSetName", "web"),
        ("UsePreviousTemplate", "true"),
        ("OperationId", "op-2"),
    ];
    client.ok("UpdateStackSet", &update);
    client.ok(
        "StopStackSetOperation",
        &[("StackSetName", "web"), ("OperationId", "op-2")],
    );
    assert_eq!(client.status("op-2"), "STOPPED");
    client.pass(100);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
}

#[test]
fn a_queue_of_ten_thousand_is_full() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok("CreateStackInstances", &borrowed(&inputs));
    let set = set(&mut client);
    set.definition.managed_execution = true;
    let mut queued = set.operations[0].clone();
    queued.status = OperationStatus::Queued;
    set.operations.extend((1..9_999).map(|_| queued.clone()));
    let other = rectangle("Accounts", &[B], &["eu-west-1"]);
    client.ok("CreateStackInstances", &borrowed(&other));
    assert_eq!(
        client.refused("CreateStackInstances", &borrowed(&other)).0,
        "LimitExceededException"
    );
}

/// A service-managed StackSet with automatic deployment; its ARN.
#[track_caller]
fn automatic(client: &mut Client, name: &str, depends_on: &[&str]) -> String {
    let mut inputs = vec![
        ("StackSetName".to_owned(), name.to_owned()),
        ("TemplateBody".to_owned(), QUEUE.to_owned()),
        ("PermissionModel".to_owned(), "SERVICE_MANAGED".to_owned()),
        ("AutoDeployment.Enabled".to_owned(), "true".to_owned()),
    ];
    let members = depends_on.iter().enumerate();
    inputs
        .extend(members.map(|(n, arn)| (format!("AutoDeployment.DependsOn.member.{n}"), (*arn).to_owned())));
    client.ok("CreateStackSet", &borrowed(&inputs));
    text(
        &client.ok("DescribeStackSet", &[("StackSetName", name)]),
        "StackSetARN",
    )
}

#[test]
fn a_stack_set_depends_on_stack_sets_that_are_there() {
    let mut client = Client::new();
    let base = automatic(&mut client, "base", &[]);
    let web = automatic(&mut client, "web", &[&base]);
    let on = |arn: &str| {
        let inputs = [
            ("StackSetName", "base"),
            ("UsePreviousTemplate", "true"),
            ("AutoDeployment.Enabled", "true"),
            ("AutoDeployment.DependsOn.member.1", arn),
        ];
        inputs.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let unknown = web.replace("web:", "webs:");
    for wrong in [web.as_str(), unknown.as_str(), "web"] {
        assert_eq!(
            client.refused("UpdateStackSet", &borrowed(&on(wrong))).0,
            "ValidationError",
            "{wrong}"
        );
    }
    let many: Vec<String> = (1..=11)
        .map(|n| format!("AutoDeployment.DependsOn.member.{n}"))
        .collect();
    let mut inputs = vec![("StackSetName", "more"), ("TemplateBody", QUEUE)];
    inputs.extend([
        ("PermissionModel", "SERVICE_MANAGED"),
        ("AutoDeployment.Enabled", "true"),
    ]);
    inputs.extend(many.iter().map(|name| (name.as_str(), base.as_str())));
    assert_eq!(
        client.refused("CreateStackSet", &inputs).0,
        "LimitExceededException"
    );
}

#[test]
fn automatic_deployment_without_dependencies_keeps_or_clears_them() {
    for (knob, left) in [(OmittedDependencies::Cleared, 0), (OmittedDependencies::Kept, 1)] {
        let mut client = knobs::with_knobs(|knobs| knobs.omitted_dependencies = knob);
        let base = automatic(&mut client, "base", &[]);
        automatic(&mut client, "web", &[&base]);
        let again = [
            ("StackSetName", "web"),
            ("UsePreviousTemplate", "true"),
            ("AutoDeployment.Enabled", "true"),
        ];
        client.ok("UpdateStackSet", &again);
        assert_eq!(set(&mut client).definition.depends_on.len(), left, "{knob:?}");
        client.pass(60);
        let mut cleared = again.to_vec();
        cleared.push(("AutoDeployment.DependsOn", ""));
        client.ok("UpdateStackSet", &cleared);
        assert!(set(&mut client).definition.depends_on.is_empty(), "{knob:?}");
    }
}

#[test]
fn dependencies_go_with_what_they_point_to_and_with_trusted_access() {
    let mut client = Client::new();
    let base = automatic(&mut client, "base", &[]);
    let other = automatic(&mut client, "other", &[]);
    automatic(&mut client, "web", &[&base, &other]);
    client.ok("DeleteStackSet", &[("StackSetName", "base")]);
    assert_eq!(set(&mut client).definition.depends_on, [other]);
    client.ok("DeactivateOrganizationsAccess", &[]);
    assert!(set(&mut client).definition.depends_on.is_empty());
}

#[test]
fn an_account_that_comes_back_before_its_instance_is_gone_gets_it_again() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "true");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    client.move_account(A, DEV);
    client.pass(3);
    client.move_account(A, PROD);
    client.pass(1000);
    assert!(
        client
            .instances()
            .contains(&format!("{A}/eu-west-1 CURRENT SUCCEEDED"))
    );
    let actions: Vec<OperationAction> = set(&mut client)
        .operations
        .iter()
        .map(|found| found.action.clone())
        .collect();
    assert_eq!(
        actions,
        [
            OperationAction::Create,
            OperationAction::Delete,
            OperationAction::Create
        ]
    );
}

#[test]
fn a_deletion_of_what_an_earlier_one_took_away_is_a_success() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    set(&mut client).definition.managed_execution = true;
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    for id in ["op-2", "op-3"] {
        let more = [("RetainStacks", "false"), ("OperationId", id)];
        client.ok("DeleteStackInstances", &with(&inputs, &more));
    }
    client.pass(1000);
    assert_eq!([client.status("op-2"), client.status("op-3")], ["SUCCEEDED"; 2]);
    assert!(client.instances().is_empty());
}

#[test]
fn an_account_suspended_while_the_operation_runs_is_skipped_too() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[PROD], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    let member = client.world.organization.accounts.get_mut(&account(B)).unwrap();
    member.state = AccountState::Suspended;
    client.pass(1000);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
    assert!(
        client
            .instances()
            .contains(&format!("{B}/eu-west-1 OUTDATED SKIPPED_SUSPENDED_ACCOUNT"))
    );
}

#[test]
fn a_check_for_drift_skips_a_suspended_account_and_leaves_its_instance_current() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    let member = client.world.organization.accounts.get_mut(&account(B)).unwrap();
    member.state = AccountState::Suspended;
    client.ok(
        "DetectStackSetDrift",
        &[("StackSetName", "web"), ("OperationId", "op-2")],
    );
    client.pass(1000);
    assert_eq!(client.results("op-2"), [format!("{A}/eu-west-1 SUCCEEDED")]);
    assert_eq!(
        client.instances()[1],
        format!("{B}/eu-west-1 CURRENT SKIPPED_SUSPENDED_ACCOUNT")
    );
}

#[test]
fn an_inoperable_instance_of_a_suspended_account_stays_inoperable() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.deploy_units(&[PROD], &["eu-west-1"]);
    client.fail(B, Some(1));
    let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[CORE], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "false")]),
    );
    client.pass(1000);
    let member = client.world.organization.accounts.get_mut(&account(B)).unwrap();
    member.state = AccountState::Suspended;
    client.ok(
        "UpdateStackSet",
        &[("StackSetName", "web"), ("TemplateBody", QUEUE)],
    );
    client.pass(1000);
    assert_eq!(
        client.instances()[1],
        format!("{B}/eu-west-1 INOPERABLE INOPERABLE")
    );
}

#[test]
fn an_account_gate_is_not_asked_when_the_stack_stays() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    client.world.account_gates.push(AccountGate {
        account: None,
        region: None,
        passes: false,
        reason: None,
    });
    let inputs = rectangle("Accounts", &[A], &["eu-west-1"]);
    client.ok(
        "DeleteStackInstances",
        &with(&inputs, &[("RetainStacks", "true")]),
    );
    client.pass(100);
    assert!(client.instances().is_empty());
}

#[test]
fn an_update_without_a_change_succeeds_and_says_that_there_was_none() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    client.ok(
        "UpdateStackSet",
        &[
            ("StackSetName", "web"),
            ("TemplateBody", QUEUE),
            ("OperationId", "op-2"),
        ],
    );
    client.pass(100);
    let inputs = [("StackSetName", "web"), ("OperationId", "op-2")];
    let body = client.ok("ListStackSetOperationResults", &inputs);
    assert_eq!(text(&body, "Status"), "SUCCEEDED");
    assert_eq!(text(&body, "StatusReason"), "No updates are to be performed.");
}

#[test]
fn instances_are_listed_by_the_operation_that_touched_them_last() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A, B], &["eu-west-1"]);
    let inputs = rectangle("Accounts", &[B], &["eu-west-1"]);
    client.ok("UpdateStackInstances", &with(&inputs, &[("OperationId", "op-2")]));
    client.pass(100);
    let filter = [
        ("StackSetName", "web"),
        ("Filters.member.1.Name", "LAST_OPERATION_ID"),
        ("Filters.member.1.Values", "op-2"),
    ];
    let rows = members(&client.ok("ListStackInstances", &filter));
    assert_eq!(
        rows.iter().map(|row| text(row, "Account")).collect::<Vec<_>>(),
        [B]
    );
}

#[test]
fn units_are_told_of_service_managed_stack_sets_only() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert!(!body.contains("OrganizationalUnitIds"), "{body}");
}

#[test]
fn a_value_has_four_thousand_and_ninety_six_bytes_at_most() {
    let mut client = Client::new();
    let template = "Parameters:\n  Text: { Type: String }\nResources:\n  Q: { Type: 'AWS::SQS::Queue' }\n";
    for (length, fits) in [(4_096, true), (4_097, false)] {
        let value = "v".repeat(length);
        let name = format!("web-{length}");
        let inputs = [
            ("StackSetName", name.as_str()),
            ("TemplateBody", template),
            ("Parameters.member.1.ParameterKey", "Text"),
            ("Parameters.member.1.ParameterValue", &value),
        ];
        let answer = client.call("CreateStackSet", &inputs);
        assert_eq!(answer.status == 200, fits, "{}", answer.body);
    }
}
