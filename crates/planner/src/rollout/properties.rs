//! What holds for every plan with rollouts.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::desired::{Desired, OnFailure, Rollout};
use model::instance::InstanceKey;
use model::observed::Observed;
use model::plan::{Action, Operation, OperationKind, Plan, PlanResult};
use proptest::prelude::*;

use super::tests::{named, rest, stage};
use crate::properties::cases::any_world;
use crate::properties::make;
use crate::testing::aws::obey;
use crate::testing::cases;
use crate::testing::world::*;

#[derive(Debug, Clone)]
struct RolloutCase {
    stages: Vec<(BTreeSet<u64>, bool, bool)>,
    back: bool,
}

fn any_rollout() -> impl Strategy<Value = Option<RolloutCase>> {
    let accounts = proptest::collection::btree_set(1001_u64..1009, 1..4);
    let stages = proptest::collection::vec((accounts, any::<bool>(), any::<bool>()), 0..3);
    let case = (stages, any::<bool>()).prop_map(|(stages, back)| RolloutCase { stages, back });
    proptest::option::weighted(0.8, case)
}

fn rollout(name: &str, case: &RolloutCase) -> Rollout {
    let mut stages = Vec::new();
    for (number, (accounts, approval, soak)) in case.stages.iter().enumerate() {
        let accounts: Vec<u64> = accounts.iter().copied().collect();
        let mut found = stage(&format!("stage-{number}"), named(&accounts));
        found.approval = *approval;
        found.soak_seconds = if *soak { 600 } else { 0 };
        stages.push(found);
    }
    stages.push(stage("rest", rest()));
    Rollout {
        name: at(name.to_owned()),
        stages,
        on_failure: if case.back {
            OnFailure::Rollback
        } else {
            OnFailure::Stop
        },
    }
}

/// Worlds in which StackSets share two rollouts, or have none.
fn any_staged_world() -> impl Strategy<Value = (Desired, Observed)> {
    let rollouts = [any_rollout(), any_rollout()];
    let chosen = proptest::collection::vec(0_usize..3, 4);
    (any_world(), rollouts, chosen).prop_map(|(world, rollouts, chosen)| {
        let (mut desired, mut observed) = (world.desired, world.observed);
        // Whoever is named is in the organization, so that every stage means somebody.
        for number in 1001..1009 {
            let accounts = &mut observed.organization.accounts;
            accounts
                .entry(account(number))
                .or_insert_with(|| member(&format!("account-{number}"), 0));
        }
        for (set, chosen) in desired.stack_sets.values_mut().zip(chosen) {
            let case = rollouts.get(chosen).and_then(Option::as_ref);
            set.rollout = case.map(|case| rollout(&format!("rollout-{chosen}"), case));
        }
        (desired, observed)
    })
}

fn always(plan: &Plan) -> Vec<&Operation> {
    plan.operations
        .iter()
        .filter(|operation| operation.runs_if.is_always())
        .collect()
}

fn touched(operation: &Operation) -> impl Iterator<Item = InstanceKey> + '_ {
    operation
        .touches
        .iter()
        .flat_map(model::instance::Rectangle::keys)
}

fn sends_values(operation: &Operation) -> bool {
    matches!(
        &operation.call,
        Write::UpdateStackInstances {
            overrides: Some(_),
            ..
        }
    )
}

/// Without the StackSets that are held: a way back that would lose a secret.
fn applyable(plan: &Plan) -> bool {
    plan.diagnostics.iter().all(|said| !said.is_error())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn after_a_rollout_is_carried_out_the_next_plan_is_empty((desired, mut observed) in any_staged_world()) {
        let first = make(&desired, &observed);
        prop_assert!(applyable(&first), "{:?}", first.diagnostics);
        prop_assume!(obey(&first, &mut observed, usize::MAX));
        let second = make(&desired, &observed);
        prop_assert_eq!(second.operations.len(), 0, "{:?} then {:?}", outline(&first), second.operations);
    }

    #[test]
    fn a_rollout_that_is_stopped_anywhere_goes_on_in_the_same_stages(
        (desired, mut observed) in any_staged_world(), end in 0_usize..8
    ) {
        let first = make(&desired, &observed);
        prop_assume!(obey(&first, &mut observed, end));
        let rest = make(&desired, &observed);
        // The stage in which an instance is done with.
        let stage_of = |plan: &Plan| -> BTreeMap<(String, InstanceKey), Option<String>> {
            let updates = always(plan).into_iter().filter(|operation| operation.kind == OperationKind::Update);
            updates.flat_map(|operation| {
                let stage = operation.stage.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
                touched(operation).map(move |key| ((operation.stack_set.clone(), key), stage.clone()))
            }).collect()
        };
        let (before, after) = (stage_of(&first), stage_of(&rest));
        for (key, stage) in &after {
            if let Some(first) = before.get(key) {
                prop_assert_eq!(first, stage, "{:?}", key);
            }
        }
        prop_assume!(obey(&rest, &mut observed, usize::MAX));
        let last = make(&desired, &observed);
        prop_assert_eq!(last.operations.len(), 0, "{:?} then {:?}", outline(&rest), outline(&last));
    }

    #[test]
    fn every_update_is_in_exactly_one_stage_and_the_plan_shows_which((desired, observed) in any_staged_world()) {
        let plan = make(&desired, &observed);
        for set in &plan.stack_sets {
            let mut stages = BTreeMap::new();
            for operation in always(&plan).into_iter().filter(|operation| operation.stack_set == set.name) {
                for key in touched(operation) {
                    // Values for a parameter that the plan adds come in a call of their own, after all stages.
                    let again = stages.contains_key(&key) && sends_values(operation);
                    prop_assert!(again || stages.insert(key, operation.stage.clone()).is_none(), "twice");
                }
            }
            let staged = desired.stack_sets.get(&set.name).is_some_and(|set| set.rollout.is_some());
            for group in &set.instances.groups {
                if !matches!(group.action, Action::Update | Action::Create) {
                    continue;
                }
                for key in group.rectangle.keys() {
                    let Some(stage) = stages.get(&key) else { continue };
                    prop_assert_eq!(stage, &group.stage);
                    prop_assert_eq!(stage.is_some(), staged);
                }
            }
        }
    }

    #[test]
    fn no_operation_of_a_stage_precedes_its_gate((desired, observed) in any_staged_world()) {
        let plan = make(&desired, &observed);
        let ids: BTreeSet<&str> = plan.stages.iter().map(|stage| stage.id.as_str()).collect();
        prop_assert_eq!(ids.len(), plan.stages.len());
        for stage in &plan.stages {
            let Some(after) = &stage.after else { continue };
            prop_assert!(ids.contains(after.as_str()));
            let steps = |id: &str| -> Vec<u32> {
                let own = always(&plan).into_iter().filter(|operation| operation.stage.as_deref() == Some(id));
                own.map(|operation| operation.step).collect()
            };
            let (before, own) = (steps(after), steps(&stage.id));
            if let (Some(last), Some(first)) = (before.iter().max(), own.iter().min()) {
                prop_assert!(last < first, "{} before {after}", stage.id);
            }
        }
        let staged = plan.operations.iter().filter_map(|operation| operation.stage.as_deref());
        for id in staged {
            prop_assert!(ids.contains(id), "{id} is no stage of the plan");
        }
        let count = always(&plan).len();
        let numbered: BTreeSet<_> = plan.operations.iter().map(|operation| &operation.id).collect();
        prop_assert_eq!(numbered.len(), plan.operations.len());
        prop_assert!(plan.operations.iter().skip(count).all(|operation| !operation.runs_if.is_always()));
    }

    #[test]
    fn another_gate_is_another_digest((mut desired, observed) in any_staged_world()) {
        let first = make(&desired, &observed);
        prop_assume!(!first.stages.iter().all(|stage| stage.ended_at.is_some()));
        for set in desired.stack_sets.values_mut() {
            for stage in set.rollout.iter_mut().flat_map(|rollout| &mut rollout.stages) {
                stage.approval = !stage.approval;
            }
        }
        prop_assert_ne!(make(&desired, &observed).digest, first.digest);
    }

    #[test]
    fn no_plan_that_goes_against_a_guard_is_applyable(
        (mut desired, observed) in any_staged_world(), deleted in 0_u64..4, changed in 0_u64..12, accounts in 0_u32..6
    ) {
        use model::preferences::Amount;
        desired.guard.max_deleted_instances = Some(at(deleted));
        desired.guard.max_changed_instances = Some(at(changed));
        desired.guard.max_changed_accounts = Some(at(Amount::Count(accounts)));
        let plan = make(&desired, &observed);
        let operations = always(&plan);
        let all: BTreeSet<_> = operations
            .iter()
            .flat_map(|operation| touched(operation).map(|key| (&operation.stack_set, key)))
            .collect();
        let gone = operations.iter().filter(|operation| operation.kind == OperationKind::Delete);
        let gone: u64 = gone.map(|operation| operation.instances).sum();
        let reached: BTreeSet<_> = operations.iter().flat_map(|operation| touched(operation)).map(|key| key.account).collect();
        let against = gone > deleted || all.len() as u64 > changed || reached.len() as u64 > u64::from(accounts);
        if against {
            prop_assert!(!plan.applyable);
            prop_assert_eq!(plan.result, PlanResult::Blocked);
        }
    }
}
