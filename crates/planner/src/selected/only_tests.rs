//! `--only failed|outdated`: what an operation left behind is done again, and nothing else is done.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::Definition;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Observed, ObservedStackSet};
use model::plan::{Action, Only, Plan, PlanResult, Reason, Selection};
use proptest::prelude::*;

use super::tests::{changed, everywhere, select};
use crate::properties::cases::{World, any_world};
use crate::testing::aws::obey;
use crate::testing::world::*;
use crate::{Limits, plan_selected};

fn only(only: Only) -> Selection {
    Selection {
        only: Some(only),
        ..Selection::default()
    }
}

/// One instance failed, one was cancelled, one is pending; all are there and stay.
fn behind(name: &str) -> ObservedStackSet {
    let mut live = everywhere(name);
    for (account, detailed) in [
        (1002, DetailedStatus::Failed),
        (1003, DetailedStatus::Cancelled),
        (1005, DetailedStatus::Pending),
    ] {
        let outdated = in_state(Some(2), InstanceStatus::Outdated, detailed);
        live.instances.insert(key(account, "us-east-1"), outdated);
    }
    live
}

fn touched(plan: &Plan) -> BTreeSet<InstanceKey> {
    let parts = plan.operations.iter().flat_map(|operation| &operation.touches);
    parts.flat_map(model::instance::Rectangle::keys).collect()
}

#[test]
fn what_failed_or_was_cancelled_is_done_again_and_what_is_pending_only_with_outdated() {
    let tried = BTreeSet::from([key(1002, "us-east-1"), key(1003, "us-east-1")]);
    let plan = select(vec![stack_set("net")], vec![behind("net")], &only(Only::Failed));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 2"]);
    assert_eq!(touched(&plan), tried);
    assert!(!plan.complete && plan.applyable);
    assert!(plan.diagnostics[0].message.contains("leaves out 1 instance that"));
    let plan = select(vec![stack_set("net")], vec![behind("net")], &only(Only::Outdated));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 3"]);
    let all = tried.into_iter().chain([key(1005, "us-east-1")]).collect();
    assert_eq!(touched(&plan), all);
}

#[test]
fn nothing_is_made_deleted_registered_or_set_besides() {
    let mut set = stack_set("net");
    set.deploy[0].targets = vec![at(below(1)), at(below(3)), at(below(4))];
    set.managed_execution = true;
    let mut live = behind("net");
    live.instances.remove(&key(1004, "eu-west-1"));
    let sets = || vec![set.clone(), stack_set("new")];
    let whole = select(sets(), vec![live.clone()], &Selection::default());
    assert!(whole.operations.len() > 3, "{:?}", outline(&whole));
    let plan = select(sets(), vec![live], &only(Only::Failed));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 1"]);
    // The account 1002 failed as well, and leaves.
    assert_eq!(touched(&plan), BTreeSet::from([key(1003, "us-east-1")]));
    let changes = &plan.stack_sets[0].changes;
    assert!(changes.targets_added.is_empty() && changes.targets_removed.is_empty());
    assert!(changes.settings.is_empty());
    assert_eq!(plan.stack_sets[1].action, Action::None);
}

#[test]
fn automatic_deployment_that_should_be_off_stays_on_for_the_whole_plan() {
    let mut set = stack_set("net");
    set.permission = service_managed(false);
    let mut live = behind("net");
    live.definition.permission = service_managed(true);
    let whole = select(vec![set.clone()], vec![live.clone()], &Selection::default());
    assert!(
        outline(&whole)[0].starts_with("AutoDeploymentOff"),
        "{:?}",
        outline(&whole)
    );
    let plan = select(vec![set], vec![live], &only(Only::Failed));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 2"]);
}

#[test]
fn a_stack_set_that_goes_stays_for_the_whole_plan() {
    let mut observed = observed();
    let live = behind("old");
    let removal = removal("old", model::desired::OnLeave::Retain);
    observed.stack_sets.insert(removal.aws_name.clone(), live);
    let mut desired = desired(Vec::new());
    desired.removed.insert("old".to_owned(), removal);
    let plan = plan_selected(&desired, &observed, &Limits::default(), &only(Only::Failed));
    assert_eq!((plan.result, plan.operations.len()), (PlanResult::NoChanges, 0));
}

#[test]
fn another_definition_is_held_where_an_instance_would_get_the_old_one() {
    let plan = select(vec![changed("net")], vec![behind("net")], &only(Only::Failed));
    assert_eq!(plan.result, PlanResult::Blocked);
    assert!(plan.operations.is_empty());
    let hold = &plan.holds[0];
    assert_eq!((hold.diagnostic.code.as_str(), hold.instances), ("E0408", 2));
    assert!(plan.stack_sets[0].changes.template.is_some(), "it is shown");
    let plan = select(vec![changed("net")], vec![everywhere("net")], &only(Only::Failed));
    assert_eq!(
        plan.result,
        PlanResult::NoChanges,
        "nothing failed, so nothing is asked of it"
    );
}

#[test]
fn nothing_is_left_to_do_again_where_nothing_failed() {
    let plan = select(
        vec![stack_set("net")],
        vec![everywhere("net")],
        &only(Only::Outdated),
    );
    assert_eq!(plan.result, PlanResult::NoChanges);
    assert!(!plan.complete);
}

fn definitions(observed: &Observed) -> BTreeMap<String, (Definition, BTreeSet<InstanceKey>)> {
    let sets = observed.stack_sets.iter();
    sets.map(|(name, set)| {
        let keys = set.instances.keys().cloned().collect();
        (name.to_string(), (set.definition.clone(), keys))
    })
    .collect()
}

/// Instances that the whole plan updates and an operation left behind in the chosen way, where the definition stays.
fn expected(whole: &Plan, only: Only) -> BTreeSet<(String, InstanceKey)> {
    let mut reasons = vec![Reason::OutdatedFailed, Reason::OutdatedCancelled];
    if only == Only::Outdated {
        reasons.push(Reason::OutdatedPending);
    }
    let stays = |set: &&model::plan::StackSetPlan| {
        let changes = &set.changes;
        let unseen = [Reason::AutoDeployment, Reason::ManagedExecution];
        let mut settings = changes.settings.iter();
        changes.template.is_none()
            && changes.parameters.is_empty()
            && settings.all(|change| unseen.contains(&change.reason))
    };
    let mut expected = BTreeSet::new();
    for set in whole.stack_sets.iter().filter(stays) {
        for group in &set.instances.groups {
            if group.action == Action::Update && group.reasons.iter().any(|reason| reasons.contains(reason)) {
                expected.extend(group.rectangle.keys().map(|key| (set.name.clone(), key)));
            }
        }
    }
    expected
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn what_is_done_again_is_exactly_what_was_left_behind(
        world in any_world(),
        outdated in any::<bool>(),
    ) {
        let World { desired, mut observed, .. } = world;
        let which = if outdated { Only::Outdated } else { Only::Failed };
        let whole = crate::plan(&desired, &observed, &Limits::default());
        let plan = plan_selected(&desired, &observed, &Limits::default(), &only(which));
        let mut found = BTreeSet::new();
        for operation in &plan.operations {
            let again = matches!(operation.call, Write::UpdateStackInstances { .. });
            prop_assert!(again, "{:?}", outline(&plan));
            let keys = operation.touches.iter().flat_map(model::instance::Rectangle::keys);
            found.extend(keys.map(|key| (operation.stack_set.clone(), key)));
        }
        prop_assert_eq!(found, expected(&whole, which));
        prop_assert!(plan.holds.iter().all(|hold| hold.diagnostic.code == "E0408"), "{:?}", plan.holds);
        let before = definitions(&observed);
        if plan.applyable {
            prop_assume!(obey(&plan, &mut observed, usize::MAX));
            prop_assert_eq!(definitions(&observed), before);
            let again = plan_selected(&desired, &observed, &Limits::default(), &only(which));
            prop_assert!(again.operations.is_empty(), "{:?}", outline(&again));
        }
    }
}
