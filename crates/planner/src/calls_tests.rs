use std::collections::BTreeSet;

use model::call::Write;
use model::desired::Target;
use model::ids::{AccountId, UnitId};
use model::plan::{Operation, Plan};
use model::targets::{AccountFilter, CallTargets};

use crate::testing::world::*;

fn targets(operation: &Operation) -> &CallTargets {
    match &operation.call {
        Write::CreateStackInstances { targets, .. }
        | Write::UpdateStackInstances { targets, .. }
        | Write::DeleteStackInstances { targets, .. } => targets,
        Write::UpdateStackSet(update) => &update.targets,
        other => panic!("{other:?} has no targets"),
    }
}

fn short<'t>(ids: impl Iterator<Item = &'t str>) -> String {
    let short: Vec<_> = ids
        .map(|id| id.trim_start_matches("ou-root-").trim_start_matches('0'))
        .collect();
    short.join("+")
}

fn form(targets: &CallTargets) -> String {
    let regions = short(targets.regions().iter().map(model::ids::Region::as_str));
    let units = |units: &BTreeSet<UnitId>| short(units.iter().map(UnitId::as_str));
    let accounts = |accounts: &BTreeSet<AccountId>| short(accounts.iter().map(AccountId::as_str));
    match targets {
        CallTargets::Everything => "everything".to_owned(),
        CallTargets::Accounts { accounts: named, .. } => format!("{} in {regions}", accounts(named)),
        CallTargets::Units {
            units: named, filter, ..
        } => match filter {
            AccountFilter::None => format!("{} in {regions}", units(named)),
            AccountFilter::Intersection(some) => {
                format!("{} & {} in {regions}", units(named), accounts(some))
            }
            AccountFilter::Difference(_) => panic!("never by difference"),
        },
    }
}

/// `units & accounts in regions` of each call.
fn forms(plan: &Plan) -> Vec<String> {
    let calls = plan
        .operations
        .iter()
        .filter(|operation| operation.call.starts_operation());
    calls.map(|operation| form(targets(operation))).collect()
}

fn on(units: &[u32]) -> model::desired::DesiredStackSet {
    let mut set = stack_set("net");
    set.deploy[0].targets = units
        .iter()
        .map(|number| at(Target::Unit(unit(*number))))
        .collect();
    set
}

#[test]
fn a_new_unit_goes_without_a_filter_and_regions_in_the_manifests_order() {
    assert_eq!(forms(&plan_one(on(&[2]), None)), ["2 in us-east-1+eu-west-1"]);
}

#[test]
fn whole_units_share_one_call_also_with_an_empty_one() {
    assert_eq!(
        forms(&plan_one(on(&[1, 3, 5]), None)),
        ["1+3+5 in us-east-1+eu-west-1"]
    );
}

#[test]
fn a_unit_below_another_target_is_covered_by_it() {
    assert_eq!(
        forms(&plan_one(on(&[2, 3, 4]), None)),
        ["2 in us-east-1+eu-west-1"]
    );
}

#[test]
fn an_account_goes_through_its_own_unit_with_an_intersection() {
    let mut set = on(&[]);
    set.deploy[0].targets = vec![at(Target::AccountName("shop-prod".to_owned()))];
    assert_eq!(forms(&plan_one(set, None)), ["3 & 1003 in us-east-1+eu-west-1"]);
}

#[test]
fn an_account_alone_in_its_unit_does_not_stand_for_the_unit() {
    let mut set = on(&[]);
    set.deploy[0].targets = vec![at(Target::AccountName("audit".to_owned()))];
    assert_eq!(forms(&plan_one(set, None)), ["1 & 1001 in us-east-1+eu-west-1"]);
}

#[test]
fn an_account_that_joined_is_the_only_one_named() {
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1003, 1004], &["us-east-1", "eu-west-1"]);
    let plan = plan_one(on(&[2]), Some(live));
    assert_eq!(forms(&plan), ["2 & 1005 in us-east-1+eu-west-1"]);
}

#[test]
fn a_registration_that_is_missing_is_made_though_every_instance_is_there() {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live.registered
        .get_mut(&unit(2))
        .unwrap()
        .remove(&region("eu-west-1"));
    let plan = plan_one(on(&[2]), Some(live));
    assert_eq!(forms(&plan), ["2 in eu-west-1"]);
    assert_eq!(outline(&plan), ["Create CreateStackInstances 0"]);
}

#[test]
fn more_than_fifty_units_take_more_than_one_call() {
    let mut observed = observed();
    let mut set = on(&[]);
    for number in 100..160 {
        let name = format!("team-{number}");
        observed.organization.units.insert(
            unit(number),
            model::organization::Unit {
                name,
                parent: unit(2),
            },
        );
        observed
            .organization
            .accounts
            .insert(account(2000 + u64::from(number)), member("a", number));
        set.deploy[0].targets.push(at(Target::Unit(unit(number))));
    }
    let plan = crate::plan(&desired(vec![set]), &observed, &crate::Limits::default());
    let sizes = plan
        .operations
        .iter()
        .skip(1)
        .map(|operation| match targets(operation) {
            CallTargets::Units { units, .. } => units.len(),
            _ => 0,
        });
    assert_eq!(sizes.collect::<Vec<_>>(), [50, 10]);
}

#[test]
fn a_unit_that_leaves_as_a_whole_is_deleted_without_a_filter() {
    let mut live = live("net");
    deployed(&mut live, 1, &[1001], &["us-east-1", "eu-west-1"]);
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    assert_eq!(
        forms(&plan_one(on(&[2]), Some(live))),
        ["1 in us-east-1+eu-west-1"]
    );
}

#[test]
fn a_region_that_leaves_is_deleted_without_a_filter() {
    let mut live = live("net");
    deployed(&mut live, 1, &[1001], &["us-east-1", "eu-west-1", "ap-south-1"]);
    assert_eq!(forms(&plan_one(on(&[1]), Some(live))), ["1 in ap-south-1"]);
}

#[test]
fn a_unit_below_which_something_stays_is_deleted_by_exact_accounts_and_keeps_its_registration() {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    deployed(&mut live, 3, &[], &["us-east-1", "eu-west-1"]);
    let plan = plan_one(on(&[3]), Some(live));
    assert_eq!(forms(&plan), ["2 & 1002+1005 in us-east-1+eu-west-1"]);
    assert!(plan.stack_sets[0].changes.targets_removed.is_empty());
}

#[test]
fn an_empty_unit_that_leaves_is_unregistered() {
    let mut live = live("net");
    deployed(&mut live, 1, &[1001], &["us-east-1", "eu-west-1"]);
    deployed(&mut live, 5, &[], &["us-east-1"]);
    let plan = plan_one(on(&[1]), Some(live));
    assert_eq!(forms(&plan), ["5 in us-east-1"]);
    assert_eq!(plan.stack_sets[0].changes.targets_removed.len(), 1);
}

#[test]
fn self_managed_calls_name_accounts() {
    let mut set = on(&[3]);
    set.permission = self_managed();
    assert_eq!(forms(&plan_one(set, None)), ["1003+1004 in us-east-1+eu-west-1"]);
}

#[test]
fn a_unit_that_a_call_names_whole_is_a_precondition() {
    let plan = plan_one(on(&[3]), None);
    let units: Vec<_> = plan.preconditions.units.into_iter().collect();
    assert_eq!(units, [(unit(3), BTreeSet::from([account(1003), account(1004)]))]);
}

#[test]
fn the_region_order_of_a_call_is_the_manifests_and_none_when_side_by_side() {
    let order = |plan: &Plan| match &plan.operations[1].call {
        Write::CreateStackInstances { preferences, .. } => preferences.region_order.len(),
        _ => 99,
    };
    let mut set = on(&[3]);
    assert_eq!(order(&plan_one(set.clone(), None)), 2);
    set.preferences.create.region_concurrency = model::preferences::RegionConcurrency::Parallel;
    assert_eq!(order(&plan_one(set, None)), 0);
}
