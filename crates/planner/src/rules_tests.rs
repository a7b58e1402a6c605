//! Who may do what, and in which order one StackSet is worked on.

use model::PROJECT_TAG;
use model::call::Write;
use model::desired::{Desired, DesiredStackSet, OnLeave, Target};
use model::observed::{Observed, ObservedStackSet, OtherStackSet};
use model::plan::{Action, Plan, PlanResult};
use model::targets::CallTargets;

use crate::testing::world::*;
use crate::{Limits, plan};

fn complete(name: &str) -> ObservedStackSet {
    let mut live = live(name);
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live
}

fn make(desired: &Desired, observed: &Observed) -> Plan {
    plan(desired, observed, &Limits::default())
}

fn with_security() -> ObservedStackSet {
    let mut live = complete("net");
    deployed(&mut live, 1, &[1001], &["us-east-1", "eu-west-1"]);
    live
}

fn changed() -> DesiredStackSet {
    let mut set = stack_set("net");
    OTHER_TEMPLATE.clone_into(body_of(&mut set));
    set
}

#[test]
fn a_stack_set_of_another_project_is_held_and_untouched() {
    let mut live = complete("net");
    live.definition
        .tags
        .insert(PROJECT_TAG.to_owned(), "secops".to_owned());
    let plan = plan_one(changed(), Some(live));
    assert_eq!((codes(&plan), plan.result), (vec!["E0601"], PlanResult::Blocked));
    assert!(plan.operations.is_empty());
}

#[test]
fn a_stack_set_without_a_mark_needs_adopt() {
    let mut live = complete("net");
    live.definition.tags.clear();
    let mut set = changed();
    assert_eq!(codes(&plan_one(set.clone(), Some(live.clone()))), ["E0604"]);
    set.adopt = true;
    assert_eq!(plan_one(set, Some(live)).result, PlanResult::Changes);
}

#[test]
fn adopting_what_is_not_there_creates_it_with_a_warning() {
    let mut set = stack_set("net");
    set.adopt = true;
    let plan = plan_one(set, None);
    assert_eq!((codes(&plan), plan.result), (vec!["W0605"], PlanResult::Changes));
}

#[test]
fn a_stack_set_that_the_manifest_forgot_holds_the_plan() {
    let mut observed = observed();
    let other = |project: &str| OtherStackSet {
        id: live("old").id,
        project: Some(project.to_owned()),
        instances: Some(30),
    };
    observed.others.insert(stack_set("old").aws_name, other(PROJECT));
    observed
        .others
        .insert(stack_set("theirs").aws_name, other("secops"));
    let plan = make(&desired(vec![]), &observed);
    assert_eq!((codes(&plan), plan.result), (vec!["E0501"], PlanResult::Blocked));
    assert!(plan.holds[0].diagnostic.help[0].text.contains("[removed.old]"));
    assert!(
        plan.holds[0]
            .diagnostic
            .message
            .ends_with("; it has 30 instances")
    );
    assert_eq!(plan.holds[0].instances, 30);
}

#[test]
fn the_wrong_account_organization_and_trusted_access_are_told_together() {
    let mut observed = observed();
    observed.identity.account = account(1001);
    observed.trusted_access = false;
    let mut desired = desired(vec![stack_set("net")]);
    desired.aws.organization = Some(at(model::ids::OrganizationId::parse("o-otherorg99").unwrap()));
    let plan = make(&desired, &observed);
    assert_eq!(
        (codes(&plan), plan.result),
        (vec!["E0602", "E0603", "E0606"], PlanResult::Error)
    );
}

#[test]
fn deletions_over_the_guard_hold_the_plan_and_detached_stacks_do_not_count() {
    let mut observed = observed();
    observed
        .stack_sets
        .insert(stack_set("net").aws_name, with_security());
    let mut desired = desired(vec![stack_set("net")]);
    let plan = make(&desired, &observed);
    assert_eq!((codes(&plan), plan.result), (vec!["E0510"], PlanResult::Blocked));
    assert_eq!(plan.holds[0].instances, 2);
    desired.guard.max_deleted_instances = Some(at(2));
    assert_eq!(make(&desired, &observed).result, PlanResult::Changes);
    desired.guard.max_deleted_instances = None;
    desired.stack_sets.get_mut("net").unwrap().on_leave = Some(OnLeave::Retain);
    assert_eq!(make(&desired, &observed).result, PlanResult::Changes);
}

#[test]
fn an_update_does_not_reach_what_leaves() {
    let plan = plan_one(changed(), Some(with_security()));
    assert_eq!(
        outline(&plan),
        ["Update UpdateStackSet 8", "Delete DeleteStackInstances 2"]
    );
    let Write::UpdateStackSet(update) = &plan.operations[0].call else {
        panic!()
    };
    let CallTargets::Units { units, .. } = &update.targets else {
        panic!()
    };
    assert!(!units.contains(&unit(1)));
}

#[test]
fn staying_instances_that_are_no_rectangle_are_updated_in_further_calls() {
    let mut live = with_security();
    live.instances.remove(&key(1005, "eu-west-1"));
    let plan = plan_one(changed(), Some(live));
    assert_eq!(
        outline(&plan),
        [
            "Update UpdateStackSet 6",
            "Update UpdateStackInstances 1",
            "Create CreateStackInstances 1",
            "Delete DeleteStackInstances 2",
        ]
    );
}

#[test]
fn an_update_of_what_is_left_orders_no_region_that_all_instances_left_before() {
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1003, 1004, 1005], &["eu-west-2"]);
    let plan = plan_one(changed(), Some(live));
    assert_eq!(
        outline(&plan),
        [
            "Delete DeleteStackInstances 4",
            "Update UpdateStackSet 0",
            "Create CreateStackInstances 8",
        ]
    );
    let Write::UpdateStackSet(update) = &plan.operations[1].call else {
        panic!()
    };
    assert_eq!(update.preferences.region_order, []);
}

#[test]
fn a_tag_reaches_all_in_one_call_after_the_deletes_when_the_rest_is_no_rectangle() {
    let mut live = with_security();
    live.instances.remove(&key(1005, "eu-west-1"));
    let mut set = stack_set("net");
    set.tags.insert("owner".to_owned(), "us".to_owned());
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        [
            "Delete DeleteStackInstances 2",
            "Update UpdateStackSet 7",
            "Create CreateStackInstances 1"
        ]
    );
}

#[test]
fn automatic_deployment_is_off_while_targets_shrink() {
    let mut set = changed();
    set.permission = service_managed(true);
    let mut live = with_security();
    live.definition.permission = service_managed(true);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        [
            "AutoDeploymentOff UpdateStackSet 0",
            "Update UpdateStackSet 8",
            "Delete DeleteStackInstances 2",
            "AutoDeployment UpdateStackSet 0",
        ]
    );
}

#[test]
fn automatic_deployment_goes_on_last_and_off_first() {
    let mut set = changed();
    set.permission = service_managed(true);
    let kinds = |plan: &Plan| {
        plan.operations
            .iter()
            .map(|o| format!("{:?}", o.kind))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&plan_one(set, Some(complete("net")))),
        ["Update", "AutoDeployment"]
    );
    let mut live = complete("net");
    live.definition.permission = service_managed(true);
    assert_eq!(
        kinds(&plan_one(changed(), Some(live))),
        ["AutoDeploymentOff", "Update"]
    );
}

#[test]
fn automatic_deployment_with_a_part_of_a_unit_is_warned_about() {
    let mut set = stack_set("net");
    set.permission = service_managed(true);
    set.deploy[0].targets = vec![at(Target::AccountName("shop-prod".to_owned()))];
    let plan = plan_one(set.clone(), None);
    assert_eq!(codes(&plan), ["W0302"]);
    assert_eq!(
        plan.diagnostics[0].notes,
        ["an account that joins `Root/Workloads/Prod` gets the stack"]
    );
    set.allow.insert("W0302".to_owned());
    assert!(codes(&plan_one(set, None)).is_empty());
}

#[test]
fn instances_in_suspended_accounts_do_not_narrow_an_update() {
    let mut live = complete("net");
    live.instances.insert(key(1006, "us-east-1"), current(Some(2)));
    let plan = plan_one(changed(), Some(live));
    assert_eq!(outline(&plan), ["Update UpdateStackSet 8"]);
    let Write::UpdateStackSet(update) = &plan.operations[0].call else {
        panic!()
    };
    assert_eq!(update.targets, CallTargets::Everything);
}

fn update_of(plan: &Plan) -> &model::call::UpdateStackSet {
    let Write::UpdateStackSet(update) = &plan.operations[0].call else {
        panic!()
    };
    update
}

/// A self-managed StackSet in a suspended account, where AWS would try and fail.
fn in_a_suspended_account() -> (DesiredStackSet, ObservedStackSet) {
    let mut live = complete("net");
    for instance in live.instances.values_mut() {
        instance.unit = None;
    }
    live.registered.clear();
    live.definition.permission = self_managed();
    live.instances.insert(key(1006, "us-east-1"), current(None));
    let mut set = changed();
    set.permission = self_managed();
    (set, live)
}

#[test]
fn a_self_managed_update_spares_suspended_accounts() {
    let (set, live) = in_a_suspended_account();
    let plan = plan_one(set, Some(live));
    assert_eq!(outline(&plan), ["Update UpdateStackSet 8"]);
    let CallTargets::Accounts { accounts, .. } = &update_of(&plan).targets else {
        panic!()
    };
    assert!(!accounts.contains(&account(1006)));
}

#[test]
fn a_tag_that_goes_out_in_several_calls_marks_what_is_still_to_come() {
    let (_, mut live) = in_a_suspended_account();
    live.instances.remove(&key(1005, "eu-west-1"));
    let mut set = stack_set("net");
    set.permission = self_managed();
    set.tags.insert("owner".to_owned(), "us".to_owned());
    // Otherwise what is out of reach would go first, since a second call may try it.
    set.on_leave = None;
    let plan = plan_one(set, Some(live));
    assert!(update_of(&plan).content, "only content marks instances outdated");
    assert_ne!(update_of(&plan).targets, CallTargets::Everything);
}

#[test]
fn a_removed_stack_set_is_taken_apart_and_one_that_is_gone_needs_nothing() {
    let mut observed = observed();
    let mut live = complete("net");
    live.definition.permission = service_managed(true);
    observed.stack_sets.insert(stack_set("net").aws_name, live);
    let mut desired = desired(vec![]);
    desired.guard.max_deleted_instances = Some(at(8));
    desired
        .removed
        .insert("net".to_owned(), removal("net", OnLeave::Delete));
    desired
        .removed
        .insert("gone".to_owned(), removal("gone", OnLeave::Delete));
    let plan = make(&desired, &observed);
    assert_eq!(
        outline(&plan),
        [
            "AutoDeploymentOff UpdateStackSet 0",
            "Delete DeleteStackInstances 8",
            "DeleteStackSet DeleteStackSet 0",
        ]
    );
    assert_eq!(
        plan.stack_sets.iter().map(|set| set.action).collect::<Vec<_>>(),
        [Action::None, Action::Delete]
    );
}

#[test]
fn a_running_operation_is_warned_about_and_the_plan_made_all_the_same() {
    let mut live = complete("net");
    live.running.push(operation_summary("theirs"));
    let plan = plan_one(changed(), Some(live));
    assert_eq!(
        (codes(&plan), outline(&plan)),
        (vec!["W0702"], vec!["Update UpdateStackSet 8".to_owned()])
    );
}
