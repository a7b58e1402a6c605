//! Surprises of reference §11 about units, accounts and Regions.

use std::collections::BTreeSet;

use model::call::Write;
use model::desired::{DesiredStackSet, OnLeave, Target};
use model::observed::{Observed, ObservedStackSet};
use model::plan::{Action, Plan, PlanResult, Reason};
use model::targets::{AccountFilter, CallTargets};

use crate::Limits;
use crate::testing::aws::obey;
use crate::testing::world::*;

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

fn everywhere() -> ObservedStackSet {
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1003, 1004, 1005], &REGIONS);
    live
}

fn on(targets: Vec<Target>) -> DesiredStackSet {
    let mut set = stack_set("net");
    set.deploy[0].targets = targets.into_iter().map(at).collect();
    set
}

fn targets_of(plan: &Plan) -> Vec<&CallTargets> {
    let calls = plan
        .operations
        .iter()
        .filter_map(|operation| match &operation.call {
            Write::CreateStackInstances { targets, .. }
            | Write::UpdateStackInstances { targets, .. }
            | Write::DeleteStackInstances { targets, .. } => Some(targets),
            _ => None,
        });
    calls.collect()
}

fn reasons(plan: &Plan, action: Action) -> Vec<Reason> {
    let groups = plan.stack_sets.iter().flat_map(|set| &set.instances.groups);
    let found: BTreeSet<Reason> = groups
        .filter(|group| group.action == action)
        .flat_map(|group| group.reasons.clone())
        .collect();
    found.into_iter().collect()
}

fn world(live: ObservedStackSet) -> Observed {
    let mut observed = observed();
    observed.stack_sets.insert(stack_set("net").aws_name, live);
    observed
}

#[test]
fn row_04_a_new_unit_comes_by_creating_its_instances() {
    let plan = plan_one(on(vec![below(1), below(2)]), Some(everywhere()));
    assert_eq!(outline(&plan), ["Create CreateStackInstances 2"]);
}

#[test]
fn row_05_and_22_a_target_that_is_taken_out_takes_its_instances_along() {
    let mut live = everywhere();
    deployed(&mut live, 1, &[1001], &REGIONS);
    let plan = plan_one(on(vec![below(2)]), Some(live));
    assert_eq!(outline(&plan), ["Delete DeleteStackInstances 2"]);
    assert_eq!(acted(&plan, Action::Delete), ["1001/eu-west-1", "1001/us-east-1"]);
    let mut silent = on(vec![below(1)]);
    silent.on_leave = None;
    assert_eq!(codes(&plan_one(silent, Some(everywhere()))), ["E0502"]);
}

#[test]
fn row_06_one_more_account_touches_nobody_else() {
    let mut live = live("net");
    deployed(&mut live, 3, &[1003], &REGIONS);
    let accounts = [1003, 1004].map(|number| Target::Account(account(number)));
    let plan = plan_one(on(accounts.into()), Some(live));
    assert_eq!(acted(&plan, Action::Create), ["1004/eu-west-1", "1004/us-east-1"]);
    assert_eq!(plan.operations.len(), 1);
}

#[test]
fn row_07_and_12_a_service_managed_call_names_units_and_filters_accounts() {
    let accounts = [1003, 1005].map(|number| Target::Account(account(number)));
    let plan = plan_one(on(accounts.into()), Some(everywhere()));
    assert!(plan.instances(Action::Delete) > 0);
    for targets in targets_of(&plan) {
        assert!(matches!(targets, CallTargets::Units { .. }), "{targets:?}");
    }
}

#[test]
fn row_13_no_call_unites_units_and_accounts() {
    let mut targets = vec![below(3)];
    targets.push(Target::Account(account(1001)));
    let plan = plan_one(on(targets), None);
    for targets in targets_of(&plan) {
        let CallTargets::Units { filter, .. } = targets else {
            panic!("{targets:?}");
        };
        // There is no form for the union: the account comes through the unit that it stands in.
        assert!(matches!(
            filter,
            AccountFilter::None | AccountFilter::Intersection(_)
        ));
    }
    assert_eq!(plan.instances(Action::Create), 6);
}

#[test]
fn row_16_automatic_deployment_that_reaches_more_than_the_targets_is_said() {
    let mut set = on(vec![Target::Account(account(1003))]);
    set.permission = service_managed(true);
    assert!(codes(&plan_one(set, None)).contains(&"W0302"));
}

#[test]
fn row_17_and_23_an_account_without_its_instances_gets_them() {
    let mut live = everywhere();
    live.instances.retain(|key, _| key.account != account(1005));
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!(acted(&plan, Action::Create), ["1005/eu-west-1", "1005/us-east-1"]);
    assert_eq!(reasons(&plan, Action::Create), [Reason::JoinedUnit]);
}

#[test]
fn row_18_an_account_that_moves_between_targets_keeps_its_stacks() {
    let mut live = live("net");
    deployed(&mut live, 3, &[1003, 1004], &REGIONS);
    deployed(&mut live, 4, &[1005], &REGIONS);
    let mut observed = world(live);
    let moved = observed.organization.accounts.get_mut(&account(1004));
    moved.expect("it is a member").parent = unit(4);
    let plan = crate::plan(
        &desired(vec![on(vec![below(3), below(4)])]),
        &observed,
        &Limits::default(),
    );
    assert_eq!(plan.instances(Action::Delete) + plan.instances(Action::Create), 0);
    assert!(plan.operations.is_empty(), "{:?}", outline(&plan));
}

#[test]
fn row_19_suspended_accounts_are_in_nobodys_way() {
    let plan = plan_one(stack_set("net"), Some(everywhere()));
    assert_eq!(plan.result, PlanResult::NoChanges);
    let mut live = everywhere();
    deployed(&mut live, 2, &[1006], &REGIONS);
    let mut gone = on(vec![below(1)]);
    gone.on_leave = Some(OnLeave::Delete);
    let plan = plan_one(gone, Some(live));
    assert_eq!(
        outline(&plan)[0],
        "Forget DeleteStackInstances 2",
        "no delete is tried there"
    );
}

#[test]
fn row_27_the_management_account_is_no_target() {
    let explicit = plan_one(on(vec![Target::Account(account(1000))]), None);
    assert_eq!(
        (explicit.result, codes(&explicit)),
        (PlanResult::Error, vec!["E0221"])
    );
    let root = plan_one(on(vec![below(0)]), None);
    assert!(
        !acted(&root, Action::Create)
            .iter()
            .any(|key| key.starts_with("1000/"))
    );
}

#[test]
fn row_29_a_unit_is_everything_below_it() {
    let plan = plan_one(on(vec![below(2)]), None);
    let accounts: BTreeSet<String> = acted(&plan, Action::Create)
        .iter()
        .filter_map(|key| key.split('/').next().map(str::to_owned))
        .collect();
    assert_eq!(
        accounts.into_iter().collect::<Vec<_>>(),
        ["1002", "1003", "1004", "1005"]
    );
}

#[test]
fn row_31_an_empty_unit_is_registered_once_and_stays() {
    let mut observed = observed();
    let wanted = desired(vec![on(vec![below(5)])]);
    let first = crate::plan(&wanted, &observed, &Limits::default());
    assert_eq!(
        outline(&first),
        ["CreateStackSet CreateStackSet 0", "Create CreateStackInstances 0"]
    );
    assert!(obey(&first, &mut observed, usize::MAX));
    let second = crate::plan(&wanted, &observed, &Limits::default());
    assert_eq!(second.result, PlanResult::NoChanges);
}

#[test]
fn row_35_a_call_names_at_most_fifty_units() {
    assert_eq!(Limits::default().units_per_call, 50);
}
