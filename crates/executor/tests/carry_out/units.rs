//! Calls that name units without exact accounts, while accounts come and go.

use std::collections::BTreeSet;

use executor::Options;
use model::call::{Call, Write};
use model::event::ApplyResult;
use model::ids::UnitId;
use model::plan::Plan;
use model::preferences::OperationPreferences;
use model::targets::{AccountFilter, CallTargets};

use crate::cloud::Cloud;
use crate::drive::{Ended, Fault, run, run_with};
use crate::plans::{account, operation, plan, rectangle, region, update};

fn root() -> UnitId {
    UnitId::parse("r-aaaa").unwrap()
}

fn everyone() -> CallTargets {
    CallTargets::Units {
        units: BTreeSet::from([root()]),
        filter: AccountFilter::None,
        regions: vec![region()],
    }
}

fn updates() -> Write {
    Write::UpdateStackInstances {
        targets: everyone(),
        overrides: None,
        preferences: OperationPreferences::default(),
    }
}

fn deletes() -> Write {
    Write::DeleteStackInstances {
        targets: everyone(),
        retain_stacks: false,
        preferences: OperationPreferences::default(),
    }
}

/// An update of some minutes, then a call on the whole root.
fn scene(second: Write) -> (Cloud, Plan) {
    let mut cloud = Cloud::new();
    cloud.seconds = 180;
    cloud.add("baseline", "v1", &[1, 2, 3, 4, 5]);
    let all = [1, 2, 3, 4, 5];
    let mut operations = vec![
        operation("op-01", "baseline", update("v2", &[1]), &[1], Some("v2")),
        operation("op-02", "baseline", second, &all, Some("v2")),
    ];
    operations[1].depends_on.push("op-01".to_owned());
    let mut plan = plan(operations, &cloud);
    let planned = all.map(account).into_iter().collect();
    plan.preconditions.units.insert(root(), planned);
    (cloud, plan)
}

/// Runs it; the organization changes when the first write is sent.
fn run_while(second: Write, change: impl Fn(&mut Cloud)) -> (Ended, Cloud) {
    let (mut cloud, plan) = scene(second);
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, cloud| {
        if matches!(call, Call::Write(_)) && cloud.written.is_empty() {
            change(cloud);
        }
        Fault::None
    });
    (ended, cloud)
}

fn join(cloud: &mut Cloud) {
    let accounts = &mut cloud.organization.accounts;
    let mut newcomer = accounts[&account(1)].clone();
    newcomer.name = "newcomer".to_owned();
    accounts.insert(account(6), newcomer);
}

fn leave(cloud: &mut Cloud) {
    cloud.organization.accounts.remove(&account(5));
}

#[test]
fn an_account_that_joins_midway_is_told_and_the_work_goes_on() {
    let (ended, _) = run_while(updates(), join);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Succeeded, vec!["W0725"])
    );
    let message = &ended.summary.unwrap().causes[0].message;
    assert!(message.contains("newcomer joined"), "{message}");
}

#[test]
fn nothing_is_deleted_in_a_unit_that_somebody_joined() {
    let (ended, cloud) = run_while(deletes(), join);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::StaleMidway, vec!["E0701"])
    );
    assert_eq!(cloud.written.len(), 1);
}

#[test]
fn an_account_that_leaves_midway_makes_the_plan_stale() {
    let (ended, cloud) = run_while(updates(), leave);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::StaleMidway, vec!["E0701"])
    );
    assert_eq!(cloud.written.len(), 1);
}

#[test]
fn an_account_that_joins_after_the_last_look_is_told_by_what_was_done() {
    let (mut cloud, mut plan) = scene(updates());
    cloud.organization.accounts.remove(&account(5));
    plan.operations.remove(0);
    let only = &mut plan.operations[0];
    only.depends_on.clear();
    only.definition_after = plan.preconditions.stack_sets["baseline"].definition.clone();
    only.touches = vec![rectangle(&[1, 2, 3, 4])];
    only.instances = 4;
    let planned = [1, 2, 3, 4].map(account).into_iter().collect();
    plan.preconditions.units.insert(root(), planned);
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Succeeded, vec!["W0725"])
    );
}

#[test]
fn units_that_were_looked_at_a_moment_ago_are_not_read_again() {
    let (mut cloud, mut plan) = scene(updates());
    plan.operations.remove(0);
    plan.operations[0].depends_on.clear();
    plan.operations[0].definition_after = plan.preconditions.stack_sets["baseline"].definition.clone();
    let ended = run(&mut cloud, &plan);
    let reads = ended.calls.iter().filter(|(_, call)| *call == Call::Organization);
    assert_eq!((ended.result(), reads.count()), (ApplyResult::Succeeded, 1));
}
