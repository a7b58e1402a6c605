//! P7: a run that ends anywhere is finished by the same calls: planning again after any of the operations gives the rest of the
//! first plan. Ids, reasons and fingerprints may be others; targets and inputs are not.
//!
//! Left out are plans that give some instances values of a parameter that is new: all instances get the parameter first, and when
//! that is done on some of them nothing in AWS says any more that it was new. Such a run is finished by the next plan all the
//! same, with other calls. What a stage makes waits for the stage that carries the definition and goes with what that one makes;
//! planned again it goes in its own stage, so of rollouts only what is done to whom is compared.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::observed::Observed;
use model::plan::{Operation, OperationKind, Plan, PlanResult};
use proptest::prelude::*;
use simulator::world::{Knobs, UpdateMarks};

use super::cases::{any_world, any_world_at_once};
use super::p01_sound::any_knobs;
use super::{always, make};
use crate::testing::aws::{Aws, inputs};
use crate::testing::world::outline;

/// What each StackSet's operations send and touch. Calls of one kind that follow each other commute.
fn calls<'p>(operations: impl Iterator<Item = &'p Operation>) -> BTreeMap<&'p str, Vec<String>> {
    let mut calls: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for operation in operations {
        let touches: Vec<String> = operation
            .touches
            .iter()
            .flat_map(model::instance::Rectangle::keys)
            .map(|key| key.to_string())
            .collect();
        let line = format!("{} touches {touches:?}", inputs(operation));
        calls.entry(&operation.stack_set).or_default().push(line);
    }
    for calls in calls.values_mut() {
        calls.sort();
    }
    calls
}

/// What each StackSet's operations are for, in their order.
fn kinds(plan: &Plan, done: usize) -> BTreeMap<&str, Vec<OperationKind>> {
    let mut kinds: BTreeMap<&str, Vec<OperationKind>> = BTreeMap::new();
    for operation in always(plan).skip(done) {
        kinds
            .entry(&operation.stack_set)
            .or_default()
            .push(operation.kind);
    }
    kinds
}

/// What is left to be done to which instances.
fn reached(plan: &Plan, done: usize) -> BTreeSet<(&str, OperationKind, Option<String>, String)> {
    let operations = always(plan).skip(done);
    let reached = operations.flat_map(|it| {
        let list = match &it.call {
            Write::UpdateStackInstances { overrides, .. } | Write::CreateStackInstances { overrides, .. } => {
                overrides
            }
            _ => &None,
        };
        let list = list.as_ref().map(|list| format!("{list:?}"));
        let keys = it.touches.iter().flat_map(model::instance::Rectangle::keys);
        keys.map(move |key| (it.stack_set.as_str(), it.kind, list.clone(), key.to_string()))
    });
    reached.collect()
}

/// Whether instances get values of a parameter that the StackSet does not have yet.
fn gives_new(plan: &Plan, observed: &Observed) -> bool {
    let mut operations = always(plan);
    operations.any(|operation| {
        let set = observed.stack_sets.get(&operation.aws_name);
        let Write::UpdateStackInstances {
            overrides: Some(list),
            ..
        } = &operation.call
        else {
            return false;
        };
        set.is_some_and(|set| {
            list.keys()
                .any(|name| !set.definition.parameters.contains_key(name))
        })
    })
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p07_after_any_operation_the_next_plan_is_the_rest_of_this_one(
        world in any_world_at_once(), knobs in any_knobs(), sparing: bool
    ) {
        // By its documentation AWS marks what is behind. If it did not where nothing in the content differs, a change of tags that
        // takes several calls would leave no trace.
        let knobs = Knobs { update_marks_outdated: UpdateMarks::WhenPresent, ..knobs };
        let mut aws = Aws::with(&world.observed, knobs).sparing(sparing);
        let plan = make(&world.desired, &aws.seen());
        prop_assume!(!gives_new(&plan, &aws.seen()));
        for (number, operation) in always(&plan).enumerate() {
            aws.carry_out_one(operation);
            prop_assume!(!aws.is_spoiled());
            let rest = make(&world.desired, &aws.seen());
            let (left, again) = (calls(always(&plan).skip(number + 1)), calls(always(&rest)));
            prop_assert_eq!(kinds(&plan, number + 1), kinds(&rest, 0), "after {} of {:#?}", number + 1, outline(&plan));
            prop_assert_eq!(left, again, "after {} of {:#?}", number + 1, outline(&plan));
        }
    }

    #[test]
    fn p07_a_rollout_that_ends_anywhere_does_the_rest_to_the_same_instances(world in any_world(), sparing: bool) {
        let mut aws = Aws::of(&world.observed).sparing(sparing);
        let plan = make(&world.desired, &aws.seen());
        prop_assume!(!gives_new(&plan, &aws.seen()));
        for (number, operation) in always(&plan).enumerate() {
            aws.carry_out_one(operation);
            prop_assume!(!aws.is_spoiled());
            let rest = make(&world.desired, &aws.seen());
            prop_assert_eq!(reached(&plan, number + 1), reached(&rest, 0), "after {} of {:#?}", number + 1, outline(&plan));
        }
    }

    #[test]
    fn p07_a_run_that_ends_anywhere_is_finished_by_the_next(world in any_world(), end in 0_usize..8) {
        let mut aws = Aws::of(&world.observed);
        aws.carry_out(&make(&world.desired, &aws.seen()), end);
        let rest = make(&world.desired, &aws.seen());
        aws.carry_out(&rest, usize::MAX);
        prop_assume!(!aws.is_spoiled());
        let last = make(&world.desired, &aws.seen());
        prop_assert_eq!(last.result, PlanResult::NoChanges, "{:#?} then {:#?}", outline(&rest), outline(&last));
    }
}
