//! What the properties found, each by the name of what was wrong.

use std::collections::BTreeMap;

use model::call::Write;
use model::definition::ParameterValue;
use model::desired::{OnLeave, Skip, Source};
use model::instance::{DetailedStatus, InstanceStatus};
use model::plan::{Operation, Plan};
use model::preferences::OperationPreferences;
use model::targets::{AccountFilter, CallTargets};

use crate::testing::world::*;

#[test]
fn a_call_without_targets_names_the_regions_of_what_is_there_by_then() {
    let mut set = stack_set("net");
    set.on_leave = Some(OnLeave::Delete);
    set.preferences.update = OperationPreferences::default();
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    // Suspended, and in a Region that nobody else is in: it is forgotten before the update.
    let lost = in_state(
        Some(4),
        InstanceStatus::Outdated,
        DetailedStatus::SkippedSuspendedAccount,
    );
    live.instances.insert(key(1006, "ap-south-1"), lost);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        ["Forget DeleteStackInstances 1", "Update UpdateStackSet 8"]
    );
    let Write::UpdateStackSet(update) = &plan.operations[1].call else {
        panic!("it is an update");
    };
    assert_eq!(
        update.preferences.region_order,
        [region("us-east-1"), region("eu-west-1")]
    );
}

fn filter(operation: &Operation) -> &AccountFilter {
    let targets = match &operation.call {
        Write::CreateStackInstances { targets, .. } | Write::UpdateStackInstances { targets, .. } => targets,
        Write::UpdateStackSet(update) => &update.targets,
        other => panic!("{other:?}"),
    };
    match targets {
        CallTargets::Units { filter, .. } => filter,
        other => panic!("{other:?}"),
    }
}

/// 1006 is suspended, and the manifest leaves it out.
fn without_suspended() -> Plan {
    let mut set = stack_set("net");
    set.skip = vec![Skip {
        targets: vec![at(model::desired::Target::Account(account(1006)))],
        regions: Vec::new(),
        reason: at("closed soon".to_owned()),
        span: span(),
    }];
    plan_one(set, Some(live("net")))
}

#[test]
fn a_skipped_account_that_is_suspended_is_not_reached_through_its_unit() {
    let plan = without_suspended();
    let AccountFilter::Intersection(accounts) = filter(&plan.operations[0]) else {
        panic!("the whole unit would list the account as skipped, and the next plan would take it away");
    };
    assert!(!accounts.contains(&account(1006)));
    assert_eq!(accounts.len(), 4);
}

#[test]
fn what_was_forgotten_before_does_not_keep_a_unit_from_being_named_as_a_whole() {
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    // Suspended, and in a Region that is no target: forgotten first, so that the update finds the unit whole.
    set.deploy[0].regions.truncate(1);
    set.on_leave = Some(OnLeave::Delete);
    let lost = in_state(Some(2), InstanceStatus::Current, DetailedStatus::Succeeded);
    live.instances.insert(key(1006, "eu-west-1"), lost);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan)[..2],
        ["Forget DeleteStackInstances 1", "Update UpdateStackSet 4"]
    );
    assert_eq!(filter(&plan.operations[1]), &AccountFilter::None);
}

#[test]
fn what_leaves_goes_after_what_is_made_when_no_definition_is_sent() {
    let mut set = stack_set("net");
    set.on_leave = Some(OnLeave::Delete);
    let mut live = live("net");
    deployed(&mut live, 1, &[1001], &["us-east-1", "eu-west-1"]);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        ["Create CreateStackInstances 8", "Delete DeleteStackInstances 2"]
    );
}

#[test]
fn a_run_that_ends_before_values_are_taken_back_says_by_its_ids_that_there_are_some() {
    let mut set = stack_set("net");
    *body_of(&mut set) = WITH_PARAMETERS.replace("DisplayName", "TopicName");
    let mut live = live("net");
    live.definition.template = WITH_PARAMETERS.to_owned();
    live.definition.parameters = BTreeMap::from([
        ("Days".to_owned(), plain("30")),
        ("Token".to_owned(), ParameterValue::Masked),
    ]);
    set.parameters.insert("Token".to_owned(), parameter(Source::Keep));
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    for instance in live.instances.values_mut() {
        instance.overrides = Some(BTreeMap::new());
    }
    let one = live.instances.get_mut(&key(1003, "us-east-1")).unwrap();
    one.overrides = Some(BTreeMap::from([("Days".to_owned(), plain("31"))]));
    let plan = plan_one(set, Some(live));
    let marks: Vec<bool> = plan
        .operations
        .iter()
        .map(|it| it.operation_id.as_ref().unwrap().leaves_own_values())
        .collect();
    assert_eq!(
        outline(&plan),
        [
            "Update UpdateStackSet 6",
            "Update UpdateStackInstances 1",
            "Update UpdateStackInstances 1"
        ]
    );
    assert_eq!(marks, [true, true, false]);
}

#[test]
fn what_leaves_goes_first_when_its_names_are_taken_again_in_the_same_account() {
    let mut set = stack_set("net");
    set.on_leave = Some(OnLeave::Delete);
    let role = "Resources:\n  Audit:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: audit\n      AssumeRolePolicyDocument: {}\n";
    *body_of(&mut set) = role.to_owned();
    set.capabilities = model::desired::Capabilities::Auto(span());
    set.deploy[0].regions.truncate(1);
    let mut live = live("net");
    live.definition.template = role.to_owned();
    live.definition
        .capabilities
        .insert(model::definition::Capability::NamedIam);
    deployed(&mut live, 2, &[1002, 1003, 1004, 1005], &["eu-west-1"]);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        ["Delete DeleteStackInstances 4", "Create CreateStackInstances 4"]
    );
    let gap: Vec<_> = plan.diagnostics.iter().filter(|it| it.code == "W0317").collect();
    assert_eq!(gap.len(), 1);
    assert_eq!(
        gap[0].message,
        "`net` is deleted before it is created again in 4 accounts"
    );
}
