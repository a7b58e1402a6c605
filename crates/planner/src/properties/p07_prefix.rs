//! P7: a run that ends anywhere is finished by the same calls: planning again after any of the operations gives the rest of the
//! first plan. Ids, reasons and fingerprints may be others; targets and inputs are not.

use std::collections::BTreeMap;

use model::plan::{Operation, OperationKind, Plan, PlanResult};
use proptest::prelude::*;
use simulator::world::Knobs;

use super::cases::{World, any_world, any_world_at_once};
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

/// After each operation the next plan is the rest of the first one.
fn goes_on(world: &World, knobs: Knobs, sparing: bool) -> Result<(), TestCaseError> {
    let mut aws = Aws::with(&world.observed, knobs).sparing(sparing);
    let plan = make(&world.desired, &aws.seen());
    for (number, operation) in always(&plan).enumerate() {
        aws.carry_out_one(operation);
        prop_assume!(!aws.is_spoiled());
        let rest = make(&world.desired, &aws.seen());
        let (left, again) = (calls(always(&plan).skip(number + 1)), calls(always(&rest)));
        let after = format!("after {} of {:#?}", number + 1, outline(&plan));
        prop_assert_eq!(kinds(&plan, number + 1), kinds(&rest, 0), "{}", &after);
        prop_assert_eq!(left, again, "{}", &after);
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p07_after_any_operation_the_next_plan_is_the_rest_of_this_one(
        world in any_world_at_once(), knobs in any_knobs(), sparing: bool
    ) {
        goes_on(&world, knobs, sparing)?;
    }

    #[test]
    fn p07_after_any_operation_of_a_rollout_the_next_plan_is_the_rest_of_this_one(
        world in any_world(), knobs in any_knobs(), sparing: bool
    ) {
        goes_on(&world, knobs, sparing)?;
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
