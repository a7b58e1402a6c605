//! P7: a run that ends anywhere is finished by the same calls: planning again after any of the operations gives the rest of the
//! first plan. Ids, reasons and fingerprints may be others; targets and inputs are not.
//!
//! Where that cannot be, the next plan finishes the run all the same, with other calls, and nothing but that is asked:
//!
//! - plans that give some instances values of a parameter that is new: all instances get the parameter first, and when that is
//!   done on some of them nothing in AWS says any more that it was new;
//! - what a stage makes while a later one carries the definition goes with what that one makes; planned again it goes in its own
//!   stage. Of such a StackSet what is done to whom is compared;
//! - whether a unit of a rollout needs a filter depends on accounts that AWS skips and lists all the same once a call has named
//!   the unit. So each call of a rollout has the same instances and inputs, and may name its accounts in other words;
//! - AWS says that an update marks what it did not reach. If it marked nothing where the same content is sent again, tags that go
//!   out in several calls would leave no trace between them. Such plans are left out under that setting of the simulator.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::desired::Desired;
use model::observed::Observed;
use model::plan::{Operation, OperationKind, Plan, PlanResult};
use proptest::prelude::*;
use simulator::world::UpdateMarks;

use super::cases::{any_world, any_world_at_once};
use super::p01_sound::any_knobs;
use super::{always, make};
use crate::testing::aws::{Aws, inputs};
use crate::testing::world::outline;

/// What each StackSet's operations send and touch. Calls of one kind that follow each other commute.
fn calls<'p>(operations: impl Iterator<Item = &'p Operation>) -> BTreeMap<&'p str, Vec<String>> {
    lines(operations, inputs)
}

/// The same without the words for the accounts, which are what is touched.
fn cuts<'p>(operations: impl Iterator<Item = &'p Operation>) -> BTreeMap<&'p str, Vec<String>> {
    lines(operations, |operation| {
        let inputs = inputs(operation);
        let others = inputs
            .split('&')
            .filter(|pair| !pair.starts_with("DeploymentTargets"));
        others.collect::<Vec<_>>().join("&")
    })
}

fn lines<'p>(
    operations: impl Iterator<Item = &'p Operation>,
    inputs: impl Fn(&Operation) -> String,
) -> BTreeMap<&'p str, Vec<String>> {
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

/// StackSets whose definition is carried by another stage than the first one: what that one makes may go along.
fn goes_along<'p>(plan: &'p Plan, desired: &Desired) -> BTreeSet<&'p str> {
    let is_late = |operation: &&Operation| {
        let carries =
            operation.kind == OperationKind::Update && matches!(operation.call, Write::UpdateStackSet(_));
        let rollout = desired
            .stack_sets
            .get(&operation.stack_set)
            .and_then(|set| set.rollout.as_ref());
        let first = rollout.and_then(|rollout| rollout.stages.first());
        let own = operation
            .stage
            .as_deref()
            .and_then(|stage| stage.rsplit('/').next());
        carries && first.is_some_and(|first| own != Some(first.name.value.as_str()))
    };
    always(plan)
        .filter(is_late)
        .map(|operation| operation.stack_set.as_str())
        .collect()
}

/// Whether what instances get goes out in several calls.
fn updates_in_parts(plan: &Plan) -> bool {
    let updates = always(plan).filter(|operation| operation.kind == OperationKind::Update);
    let sets: Vec<&str> = updates.map(|operation| operation.stack_set.as_str()).collect();
    let once: BTreeSet<&str> = sets.iter().copied().collect();
    once.len() < sets.len()
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
        let marks = knobs.update_marks_outdated == UpdateMarks::WhenPresent;
        let mut aws = Aws::with(&world.observed, knobs).sparing(sparing);
        let plan = make(&world.desired, &aws.seen());
        prop_assume!(!gives_new(&plan, &aws.seen()));
        prop_assume!(marks || !updates_in_parts(&plan));
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
        let along = goes_along(&plan, &world.desired);
        let exact = |operation: &&Operation| !along.contains(operation.stack_set.as_str());
        for (number, operation) in always(&plan).enumerate() {
            aws.carry_out_one(operation);
            prop_assume!(!aws.is_spoiled());
            let rest = make(&world.desired, &aws.seen());
            prop_assert_eq!(reached(&plan, number + 1), reached(&rest, 0), "after {} of {:#?}", number + 1, outline(&plan));
            let left = cuts(always(&plan).skip(number + 1).filter(exact));
            prop_assert_eq!(left, cuts(always(&rest).filter(exact)), "after {} of {:#?}", number + 1, outline(&plan));
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
