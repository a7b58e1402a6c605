//! P8: StackSets that do not wait for each other commute: each is planned as if it were alone, and any order that keeps what
//! waits for what ends in the same world.

use model::observed::Observed;
use model::plan::Operation;
use proptest::prelude::*;
use proptest::sample::Index;

use super::cases::any_world;
use super::{always, make};
use crate::testing::aws::{Aws, inputs};

/// What is there, without ids and times.
fn state(mut observed: Observed) -> Observed {
    observed.taken_at = model::Timestamp::UNIX_EPOCH;
    for set in observed.stack_sets.values_mut() {
        (set.newest_operation, set.history) = (None, Vec::new());
        set.id = model::ids::StackSetId::parse(&format!("{}:any", set.id.name())).unwrap();
        for instance in set.instances.values_mut() {
            instance.last_operation = None;
        }
    }
    observed
}

/// What an operation sends, but for the StackSets that automatic deployment waits for: alone, it has none to wait for.
fn lone_inputs(operation: &Operation) -> String {
    let inputs = inputs(operation);
    let pairs = inputs.split('&');
    let own: Vec<&str> = pairs
        .filter(|pair| !pair.starts_with("AutoDeployment.DependsOn"))
        .collect();
    own.join("&")
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p08_a_stack_set_is_planned_as_if_it_were_alone(world in any_world()) {
        let together = make(&world.desired, &world.observed);
        for name in world.desired.stack_sets.keys().chain(world.desired.removed.keys()) {
            let mut alone = world.desired.clone();
            alone.stack_sets.retain(|other, _| other == name);
            alone.removed.retain(|other, _| other == name);
            let alone = make(&alone, &world.observed);
            let one: Vec<String> = always(&alone).map(lone_inputs).collect();
            let of_all = always(&together).filter(|operation| operation.stack_set == *name);
            prop_assert_eq!(one, of_all.map(lone_inputs).collect::<Vec<_>>());
        }
    }

    #[test]
    fn p08_any_order_that_keeps_what_waits_for_what_ends_in_the_same_world(
        world in any_world(), turns in proptest::collection::vec(any::<Index>(), 40)
    ) {
        let aws = Aws::of(&world.observed);
        let plan = make(&world.desired, &aws.seen());
        let mut in_order = aws.clone();
        in_order.carry_out(&plan, usize::MAX);
        let mut in_turns = aws;
        let mut left: Vec<_> = always(&plan).collect();
        for turn in turns.iter().cycle() {
            let waits = |name: &String| left.iter().any(|other| other.id == *name);
            let ready: Vec<usize> = (0..left.len()).filter(|place| !left[*place].depends_on.iter().any(waits)).collect();
            if ready.is_empty() {
                break;
            }
            in_turns.carry_out_one(left.remove(*turn.get(&ready)));
        }
        prop_assert_eq!(left.len(), 0);
        prop_assert_eq!(state(in_order.seen()), state(in_turns.seen()));
    }
}
