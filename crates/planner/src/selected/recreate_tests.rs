//! `--recreate STACKSET:ACCOUNT/REGION`: exactly the named instances go with their stacks and come again, and nothing else is done.

use std::collections::BTreeSet;

use model::call::Write;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus, Rectangle};
use model::observed::{Observed, ObservedInstance, ObservedStackSet};
use model::plan::{Action, Plan, PlanResult, Reason, RiskLevel, Selection};
use model::preferences::Amount;
use model::targets::{AccountFilter, CallTargets};
use proptest::prelude::*;

use super::tests::{changed, everywhere, select};
use crate::properties::cases::{World, any_world};
use crate::rollout::tests::careful;
use crate::testing::aws::obey;
use crate::testing::world::*;
use crate::{Limits, plan_selected};

fn again(instances: &[(&str, InstanceKey)]) -> Selection {
    let named = instances.iter();
    Selection {
        recreate: named
            .map(|(name, key)| format!("{name}:{}/{}", key.account, key.region))
            .collect(),
        ..Selection::default()
    }
}

/// 1003 cannot be updated any more.
fn inoperable() -> ObservedStackSet {
    let mut live = everywhere("net");
    let stuck = in_state(Some(2), InstanceStatus::Inoperable, DetailedStatus::Inoperable);
    live.instances.insert(key(1003, "us-east-1"), stuck);
    live
}

#[test]
fn an_inoperable_instance_goes_with_its_stack_and_comes_again() {
    let selection = again(&[("net", key(1003, "us-east-1"))]);
    let plan = select(
        vec![stack_set("net"), stack_set("new")],
        vec![inoperable()],
        &selection,
    );
    assert_eq!(
        outline(&plan),
        ["Delete DeleteStackInstances 1", "Create CreateStackInstances 1"]
    );
    let [delete, create] = &plan.operations[..] else {
        panic!()
    };
    let Write::DeleteStackInstances {
        targets,
        retain_stacks,
        ..
    } = &delete.call
    else {
        panic!()
    };
    assert!(!retain_stacks);
    let exact = |targets: &CallTargets| matches!(targets, CallTargets::Units { filter: AccountFilter::Intersection(accounts), .. } if accounts.len() == 1);
    assert!(
        exact(targets),
        "without the account its unit would be unregistered"
    );
    assert!(create.depends_on.contains(&delete.id));
    assert_eq!(acted(&plan, Action::Recreate), ["1003/us-east-1"]);
    let group = plan.stack_sets[0].instances.groups.iter();
    let reasons: Vec<_> = group.filter(|group| group.action == Action::Recreate).collect();
    assert_eq!(reasons[0].reasons, [Reason::Inoperable]);
    assert_eq!((plan.instances(Action::Recreate), plan.deleted_stacks()), (1, 1));
    assert_eq!(plan.risk.level, RiskLevel::High);
    assert!(!plan.complete && plan.applyable);
    assert!(!codes(&plan).contains(&"W0421"), "{:?}", codes(&plan));
}

#[test]
fn one_that_was_deleted_already_only_comes() {
    let mut live = inoperable();
    live.instances.remove(&key(1003, "us-east-1"));
    let selection = again(&[("net", key(1003, "us-east-1"))]);
    let plan = select(vec![stack_set("net")], vec![live], &selection);
    assert_eq!(outline(&plan), ["Create CreateStackInstances 1"]);
    assert_eq!(plan.instances(Action::Create), 1);
}

#[test]
fn one_that_works_is_made_again_because_somebody_asked() {
    let selection = again(&[("net", key(1002, "eu-west-1")), ("net", key(1004, "eu-west-1"))]);
    let plan = select(vec![stack_set("net")], vec![everywhere("net")], &selection);
    assert_eq!(
        outline(&plan),
        ["Delete DeleteStackInstances 2", "Create CreateStackInstances 2"]
    );
    assert_eq!(plan.stack_sets[0].reasons, [Reason::Recreate]);
}

#[test]
fn what_does_not_go_is_not_made_either() {
    let mut set = stack_set("net");
    set.preferences.delete.failure_tolerance = Amount::Count(3);
    set.preferences.create.failure_tolerance = Amount::Count(3);
    let named = [1002, 1003].map(|number| ("net", key(number, "us-east-1")));
    let plan = select(vec![set], vec![everywhere("net")], &again(&named));
    let tolerances = plan.operations.iter().map(|operation| {
        let (Write::DeleteStackInstances { preferences, .. }
        | Write::CreateStackInstances { preferences, .. }) = &operation.call
        else {
            panic!()
        };
        preferences.failure_tolerance
    });
    assert_eq!(
        tolerances.collect::<Vec<_>>(),
        [Amount::Count(0), Amount::Count(3)]
    );
}

#[test]
fn stages_are_kept_and_each_makes_again_what_it_deletes() {
    let mut set = stack_set("net");
    set.rollout = Some(careful());
    let named = [1002, 1003, 1004, 1005].map(|number| ("net", key(number, "us-east-1")));
    let plan = select(vec![set], vec![everywhere("net")], &again(&named));
    let stages: Vec<_> = plan
        .operations
        .iter()
        .map(|it| (it.stage.clone(), it.instances))
        .collect();
    let halves: Vec<_> = stages.chunks(2).collect();
    assert!(halves.len() > 1, "{stages:?}");
    assert!(halves.iter().all(|half| half[0] == half[1]), "{stages:?}");
    let covered = plan.stages.iter().flat_map(|stage| &stage.covers["net"]);
    let keys: BTreeSet<_> = covered.flat_map(Rectangle::keys).collect();
    let expected = named.into_iter().map(|(_, key)| key).collect();
    assert_eq!(keys, expected, "a gate looks at what its stage made again");
}

#[test]
fn it_comes_through_the_unit_that_it_has_while_the_manifest_names_another_one() {
    let mut live = live("net");
    deployed(&mut live, 3, &[1003, 1004], &["us-east-1", "eu-west-1"]);
    let selection = again(&[("net", key(1003, "us-east-1"))]);
    let plan = select(vec![stack_set("net")], vec![live], &selection);
    assert_eq!(plan.result, PlanResult::Changes, "{:?}", codes(&plan));
    let units = plan.operations.iter().map(|operation| {
        let (Write::DeleteStackInstances { targets, .. } | Write::CreateStackInstances { targets, .. }) =
            &operation.call
        else {
            panic!()
        };
        let CallTargets::Units { units, .. } = targets else {
            panic!()
        };
        units.iter().next().unwrap().clone()
    });
    assert_eq!(units.collect::<Vec<_>>(), [unit(3), unit(3)]);
}

#[test]
fn it_counts_as_deleted_for_guards_and_protection() {
    let selection = again(&[("net", key(1003, "us-east-1"))]);
    let mut observed = observed();
    let set = stack_set("net");
    observed.stack_sets.insert(set.aws_name.clone(), inoperable());
    let mut desired = desired(vec![set]);
    desired.protect.delete = vec![at("n*".to_owned())];
    let plan = plan_selected(&desired, &observed, &Limits::default(), &selection);
    let held: Vec<_> = plan.holds.iter().map(|hold| &hold.diagnostic).collect();
    let codes: Vec<_> = held.iter().map(|told| told.code.as_str()).collect();
    assert_eq!(
        (plan.result, codes),
        (PlanResult::Blocked, vec!["E0503", "E0510"])
    );
    assert!(
        held[1].message.contains("deletes 1 instance to make it again"),
        "{}",
        held[1].message
    );
}

#[test]
fn what_could_not_come_again_is_an_error_and_stays() {
    let mut set = stack_set("net");
    set.deploy[0]
        .regions
        .retain(|region| region.value.as_str() == "us-east-1");
    set.on_leave = Some(model::desired::OnLeave::Delete);
    let mut observed = observed();
    observed
        .stack_sets
        .insert(set.aws_name.clone(), everywhere("net"));
    let accounts = &mut observed.organization.accounts;
    accounts.get_mut(&account(1004)).unwrap().state = model::organization::AccountState::Suspended;
    let desired = desired(vec![set]);
    for (number, region, why) in [
        (1003, "eu-west-1", "wants no stack there"),
        (1004, "us-east-1", "does not work in its account"),
    ] {
        let selection = again(&[("net", key(number, region))]);
        let plan = plan_selected(&desired, &observed, &Limits::default(), &selection);
        assert_eq!(plan.result, PlanResult::Error);
        let told = plan.diagnostics.iter().find(|told| told.code == "E0013").unwrap();
        assert!(told.message.contains(why), "{}", told.message);
        assert!(plan.operations.is_empty());
    }
}

/// An instance whose status this version does not know.
fn paused() -> ObservedInstance {
    let status = InstanceStatus::Other("PAUSED".to_owned());
    in_state(Some(2), status, DetailedStatus::Succeeded)
}

#[test]
fn an_instance_whose_status_nobody_knows_stays_and_stops_the_plan() {
    let mut live = everywhere("net");
    live.instances.insert(key(1003, "us-east-1"), paused());
    let selection = again(&[("net", key(1003, "us-east-1"))]);
    let plan = select(vec![stack_set("net")], vec![live], &selection);
    assert_eq!((plan.result, plan.operations.len()), (PlanResult::Error, 0));
    assert!(codes(&plan).contains(&"E0420"), "{:?}", codes(&plan));
}

#[test]
fn an_instance_that_is_not_named_stops_no_plan() {
    let mut live = everywhere("net");
    live.instances.insert(key(1004, "us-east-1"), paused());
    let named = again(&[("net", key(1003, "us-east-1"))]);
    let plan = select(vec![stack_set("net")], vec![live.clone()], &named);
    assert!(!codes(&plan).contains(&"E0420"), "{:?}", codes(&plan));
    let touched = plan.operations.iter().flat_map(|it| &it.touches);
    let keys: BTreeSet<_> = touched.flat_map(Rectangle::keys).collect();
    assert_eq!(keys, [key(1003, "us-east-1")].into());
    // A new definition is for everybody, also where it is brought to some alone.
    let by_account = Selection {
        accounts: vec![account(1003).to_string()],
        ..Selection::default()
    };
    let plan = select(vec![changed("net")], vec![live], &by_account);
    assert!(codes(&plan).contains(&"E0420"), "{:?}", codes(&plan));
}

#[test]
fn an_account_that_nothing_here_has_is_an_error() {
    let selection = again(&[("net", key(999_999_999_999, "us-east-1"))]);
    let plan = select(vec![stack_set("net")], vec![inoperable()], &selection);
    assert_eq!((plan.result, plan.operations.len()), (PlanResult::Error, 0));
    assert!(codes(&plan).contains(&"E0013"), "{:?}", codes(&plan));
}

#[test]
fn another_definition_is_held() {
    let selection = again(&[("net", key(1003, "us-east-1"))]);
    let plan = select(vec![changed("net")], vec![inoperable()], &selection);
    assert_eq!((plan.result, plan.operations.len()), (PlanResult::Blocked, 0));
    let told = &plan.holds[0].diagnostic;
    assert_eq!(told.code, "E0408");
    assert!(
        told.message.contains("`--recreate` makes instances again"),
        "{}",
        told.message
    );
}

/// What is there of every StackSet, without how it is.
fn there(observed: &Observed) -> BTreeSet<(String, InstanceKey)> {
    let sets = observed.stack_sets.iter();
    sets.flat_map(|(name, set)| set.instances.keys().map(|key| (name.to_string(), key.clone())))
        .collect()
}

fn touched(plan: &Plan, kind: fn(&Write) -> bool) -> BTreeSet<(String, InstanceKey)> {
    let operations = plan.operations.iter().filter(|operation| kind(&operation.call));
    let keys = operations.flat_map(|operation| {
        let keys = operation.touches.iter().flat_map(Rectangle::keys);
        keys.map(|key| (operation.aws_name.to_string(), key))
    });
    keys.collect()
}

fn deletes(call: &Write) -> bool {
    matches!(
        call,
        Write::DeleteStackInstances {
            retain_stacks: false,
            ..
        }
    )
}

fn creates(call: &Write) -> bool {
    matches!(call, Write::CreateStackInstances { .. })
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn whatever_is_named_goes_and_comes_and_nothing_else_is_touched(
        world in any_world(),
        chosen in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
        operations in 0..3_usize,
    ) {
        let World { mut desired, mut observed, .. } = world;
        desired.guard.max_deleted_instances = Some(at(1000));
        desired.guard.max_changed_accounts = None;
        let whole = crate::plan(&desired, &observed, &Limits::default());
        prop_assume!(whole.applyable && obey(&whole, &mut observed, usize::MAX));
        let all: Vec<_> = there(&observed).into_iter().collect();
        prop_assume!(!all.is_empty());
        let named: BTreeSet<_> = chosen.iter().map(|index| index.get(&all).clone()).collect();
        let by_manifest = |name: &str| desired.stack_sets.values().find(|set| set.aws_name.as_str() == name);
        let pairs: Vec<_> = named
            .iter()
            .filter_map(|(name, key)| Some((by_manifest(name)?.name.value.as_str(), key.clone())))
            .collect();
        prop_assume!(!pairs.is_empty());
        let selection = again(&pairs);
        let plan = plan_selected(&desired, &observed, &Limits::default(), &selection);
        let (gone, come) = (touched(&plan, deletes), touched(&plan, creates));
        prop_assert!(plan.operations.iter().all(|it| deletes(&it.call) || creates(&it.call)), "{:?}", outline(&plan));
        prop_assert!(gone.is_subset(&named));
        prop_assert_eq!(&gone, &come);
        if !plan.applyable || plan.operations.is_empty() {
            return Ok(());
        }
        prop_assert_eq!(plan.deleted_stacks(), gone.len() as u64);
        let before = observed.clone();
        // Whoever is stopped in between says the same again, and gets what is left.
        prop_assume!(obey(&plan, &mut observed, operations));
        let rest = plan_selected(&desired, &observed, &Limits::default(), &selection);
        prop_assume!(rest.applyable);
        prop_assume!(obey(&rest, &mut observed, usize::MAX));
        prop_assert_eq!(there(&observed), there(&before));
        for (name, key) in &come {
            let set = observed.stack_sets.iter().find(|(one, _)| one.as_str() == name).unwrap().1;
            prop_assert_eq!(&set.instances[key].status, &InstanceStatus::Current);
            prop_assert_eq!(&set.definition, &before.stack_sets.iter().find(|(one, _)| one.as_str() == name).unwrap().1.definition);
        }
    }
}
