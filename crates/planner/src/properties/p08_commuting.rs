//! P8: StackSets that do not wait for each other commute: each is planned as if there were only what it waits for, and any order
//! that keeps what waits for what ends in the same world.

use std::collections::BTreeSet;

use model::desired::Desired;
use model::observed::Observed;
use model::plan::Plan;
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

/// A StackSet and what it waits for, at any remove: its automatic deployment names them.
fn with_needs(desired: &Desired, name: &str) -> Desired {
    let mut needed = BTreeSet::from([name.to_owned()]);
    let mut found = vec![name.to_owned()];
    while let Some(set) = found.pop().and_then(|name| desired.stack_sets.get(&name)) {
        let needs = set.depends_on.iter().map(|other| other.value.clone());
        found.extend(needs.filter(|other| needed.insert(other.clone())));
    }
    let mut alone = desired.clone();
    alone.stack_sets.retain(|other, _| needed.contains(other));
    alone.removed.retain(|other, _| needed.contains(other));
    alone
}

/// What is sent for a StackSet, in order.
fn sent(plan: &Plan, name: &str) -> Vec<String> {
    let own = always(plan).filter(|operation| operation.stack_set == name);
    own.map(inputs).collect()
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p08_a_stack_set_is_planned_as_if_there_were_only_what_it_waits_for(world in any_world()) {
        let together = make(&world.desired, &world.observed);
        for name in world.desired.stack_sets.keys().chain(world.desired.removed.keys()) {
            let alone = make(&with_needs(&world.desired, name), &world.observed);
            prop_assert_eq!(sent(&alone, name), sent(&together, name));
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
