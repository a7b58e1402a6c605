use std::collections::BTreeSet;

use model::desired::OnLeave;
use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::ObservedStackSet;
use model::organization::AccountState;
use model::plan::{Action, Plan, PlanResult, Reason};

use crate::testing::world::*;

fn complete() -> ObservedStackSet {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live
}

fn with_status(status: InstanceStatus, detailed: DetailedStatus) -> ObservedStackSet {
    let mut live = complete();
    live.instances
        .insert(key(1003, "us-east-1"), in_state(Some(2), status, detailed));
    live
}

fn reasons(plan: &Plan, action: Action) -> Vec<Reason> {
    let groups = plan.stack_sets[0].instances.groups.iter();
    let of_action = groups.filter(|group| group.action == action);
    let reasons: BTreeSet<Reason> = of_action.flat_map(|group| group.reasons.clone()).collect();
    reasons.into_iter().collect()
}

#[test]
fn a_new_stack_set_is_created_with_all_its_instances() {
    let plan = plan_one(stack_set("net"), None);
    assert_eq!(
        outline(&plan),
        ["CreateStackSet CreateStackSet 0", "Create CreateStackInstances 8"]
    );
    assert_eq!(plan.stack_sets[0].action, Action::Create);
    assert_eq!(reasons(&plan, Action::Create), [Reason::New]);
    assert_eq!(
        (plan.summary.accounts_touched, plan.summary.accounts_total),
        (4, 6)
    );
}

#[test]
fn an_instance_that_is_behind_is_updated_for_its_own_reason() {
    let cases = [
        (DetailedStatus::Failed, Reason::OutdatedFailed),
        (DetailedStatus::Cancelled, Reason::OutdatedCancelled),
        (DetailedStatus::Pending, Reason::OutdatedPending),
    ];
    for (detailed, reason) in cases {
        let plan = plan_one(
            stack_set("net"),
            Some(with_status(InstanceStatus::Outdated, detailed)),
        );
        assert_eq!(outline(&plan), ["Update UpdateStackInstances 1"]);
        assert_eq!(reasons(&plan, Action::Update), [reason]);
        assert_eq!(acted(&plan, Action::Update), ["1003/us-east-1"]);
    }
}

#[test]
fn an_instance_at_work_is_waited_for() {
    for detailed in [DetailedStatus::Running, DetailedStatus::Pending] {
        let mut live = with_status(InstanceStatus::Outdated, detailed);
        live.running.push(operation_summary("other"));
        let plan = plan_one(stack_set("net"), Some(live));
        assert_eq!(
            (plan.result, codes(&plan)),
            (PlanResult::NoChanges, vec!["W0702"])
        );
    }
}

#[test]
fn an_inoperable_instance_is_left_alone_with_advice() {
    let mut set = stack_set("net");
    OTHER_TEMPLATE.clone_into(body_of(&mut set));
    let live = with_status(InstanceStatus::Inoperable, DetailedStatus::Inoperable);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        (outline(&plan), codes(&plan)),
        (vec!["Update UpdateStackSet 7".to_owned()], vec!["W0421"])
    );
}

#[test]
fn what_was_skipped_while_its_account_was_suspended_is_brought_up_to_date_when_it_is_active_again() {
    let live = with_status(InstanceStatus::Outdated, DetailedStatus::SkippedSuspendedAccount);
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!(acted(&plan, Action::Update), ["1003/us-east-1"]);
}

#[test]
fn what_is_skipped_while_its_account_is_suspended_is_no_change() {
    let mut live = complete();
    let skipped = in_state(
        Some(2),
        InstanceStatus::Outdated,
        DetailedStatus::SkippedSuspendedAccount,
    );
    live.instances.insert(key(1006, "us-east-1"), skipped);
    assert_eq!(
        plan_one(stack_set("net"), Some(live)).result,
        PlanResult::NoChanges
    );
}

#[test]
fn a_status_that_nobody_knows_stops_the_stack_set() {
    let live = with_status(
        InstanceStatus::Other("PAUSED".to_owned()),
        DetailedStatus::Succeeded,
    );
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!((codes(&plan), plan.result), (vec!["E0420"], PlanResult::Error));
    assert!(plan.operations.is_empty());
}

#[test]
fn a_suspended_account_is_shown_and_not_deployed_to() {
    let plan = plan_one(stack_set("net"), Some(complete()));
    let group = plan.stack_sets[0]
        .instances
        .groups
        .iter()
        .find(|group| group.reasons == [Reason::Suspended]);
    let group = group.unwrap();
    assert_eq!((group.action, group.instances), (Action::None, 2));
    assert_eq!(group.note.as_deref(), Some("suspended, skipped"));
    assert_eq!(plan.instances(Action::None), 8, "only what is there counts");
}

#[test]
fn instances_in_a_suspended_account_stay_and_are_told_until_somebody_accepts_it() {
    let mut live = complete();
    deployed(&mut live, 2, &[1006], &["us-east-1", "eu-west-1"]);
    let mut set = stack_set("net");
    let plan = plan_one(set.clone(), Some(live.clone()));
    assert_eq!(
        (codes(&plan), plan.result),
        (vec!["W0422"], PlanResult::NoChanges)
    );
    assert_eq!(
        plan.diagnostics[0].notes,
        ["old-dev (000000001006) is suspended: 2 instances left as before"]
    );
    set.allow.insert("W0422".to_owned());
    assert!(codes(&plan_one(set.clone(), Some(live.clone()))).is_empty());
    set.allow.clear();
    let skipped = in_state(
        Some(2),
        InstanceStatus::Outdated,
        DetailedStatus::SkippedSuspendedAccount,
    );
    for name in ["us-east-1", "eu-west-1"] {
        live.instances.insert(key(1006, name), skipped.clone());
    }
    let plan = plan_one(set, Some(live));
    assert!(
        codes(&plan).is_empty(),
        "an operation has skipped them, and that is known"
    );
}

#[test]
fn a_self_managed_instance_that_failed_in_a_closed_account_is_forgotten_so_that_it_fails_nothing_more() {
    let mut live = live("net");
    for number in [1002, 1003, 1004, 1005] {
        live.instances.insert(key(number, "us-east-1"), current(None));
        live.instances.insert(key(number, "eu-west-1"), current(None));
    }
    live.definition.permission = self_managed();
    let failed = in_state(None, InstanceStatus::Outdated, DetailedStatus::Failed);
    live.instances.insert(key(1006, "us-east-1"), failed);
    let mut set = stack_set("net");
    set.permission = self_managed();
    let plan = plan_one(set.clone(), Some(live.clone()));
    assert_eq!(outline(&plan), ["Forget DeleteStackInstances 1"]);
    set.on_leave = None;
    let plan = plan_one(set, Some(live));
    assert_eq!(
        (codes(&plan), plan.result),
        (vec!["W0422"], PlanResult::NoChanges)
    );
}

#[test]
fn missing_instances_say_whether_unit_region_or_account_is_new() {
    let mut set = stack_set("net");
    set.deploy[0]
        .targets
        .push(at(model::desired::Target::Unit(unit(1))));
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1003, 1004], &["us-east-1"]);
    let plan = plan_one(set, Some(live));
    let mut found = reasons(&plan, Action::Create);
    found.sort();
    found.dedup();
    assert_eq!(found, [Reason::Targets, Reason::Regions, Reason::JoinedUnit]);
}

#[test]
fn an_instance_that_is_gone_beside_others_of_its_account_is_missing() {
    let mut live = complete();
    live.instances.remove(&key(1003, "eu-west-1"));
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!(reasons(&plan, Action::Create), [Reason::Missing]);
}

#[test]
fn leaving_instances_without_on_leave_hold_the_plan() {
    let mut set = stack_set("net");
    set.on_leave = None;
    let mut live = complete();
    deployed(&mut live, 1, &[1001], &["us-east-1"]);
    let plan = plan_one(set, Some(live));
    assert_eq!((codes(&plan), plan.result), (vec!["E0502"], PlanResult::Blocked));
    assert_eq!((plan.holds[0].instances, plan.operations.len()), (1, 0));
    assert_eq!(plan.stack_sets[0].blocked_by[0].code, "E0502");
}

#[test]
fn leaving_instances_are_deleted_or_detached_as_the_manifest_says() {
    let mut live = complete();
    deployed(&mut live, 1, &[1001], &["us-east-1"]);
    let mut set = stack_set("net");
    assert_eq!(
        outline(&plan_one(set.clone(), Some(live.clone()))),
        ["Delete DeleteStackInstances 1"]
    );
    set.on_leave = Some(OnLeave::Retain);
    let plan = plan_one(set, Some(live));
    assert_eq!(outline(&plan), ["Detach DeleteStackInstances 1"]);
    assert_eq!(reasons(&plan, Action::Detach), [Reason::Targets]);
}

#[test]
fn an_account_that_moved_away_left_its_unit() {
    let mut live = complete();
    live.instances.insert(key(1001, "us-east-1"), current(Some(2)));
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!(reasons(&plan, Action::Delete), [Reason::LeftUnit]);
}

#[test]
fn instances_out_of_aws_reach_are_forgotten_and_their_stacks_stay() {
    let mut live = complete();
    live.instances.insert(key(1001, "us-east-1"), current(Some(2)));
    live.instances.insert(key(4711, "us-east-1"), current(Some(2)));
    let mut observed = observed();
    observed
        .organization
        .accounts
        .get_mut(&account(1001))
        .unwrap()
        .state = AccountState::Closed;
    let set = stack_set("net");
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let plan = crate::plan(&desired(vec![set]), &observed, &crate::Limits::default());
    assert_eq!(outline(&plan), ["Forget DeleteStackInstances 2"]);
    assert_eq!(
        plan.instances(Action::Detach),
        2,
        "and the guard of deletions does not count them"
    );
    assert_eq!(plan.result, PlanResult::Changes);
}

#[test]
fn what_leaves_and_is_out_of_reach_goes_before_an_update_that_could_try_it_again() {
    let mut live = complete();
    let failed = in_state(Some(2), InstanceStatus::Outdated, DetailedStatus::Failed);
    live.instances.insert(key(1002, "us-east-1"), failed.clone());
    live.instances.insert(key(4711, "us-east-1"), failed);
    let mut set = stack_set("net");
    set.on_leave = Some(OnLeave::Retain);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        ["Forget DeleteStackInstances 1", "Update UpdateStackInstances 1"]
    );
}
