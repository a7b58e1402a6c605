//! P9: the order of a list never matters, but that of a StackSet's parts, whose Regions are worked in one after another.

use model::plan::Plan;
use proptest::prelude::*;

use super::cases::any_world;
use super::make;

/// The saved plan. Messages follow the file.
fn sealed(mut plan: Plan) -> String {
    plan.diagnostics
        .sort_by(|one, two| (&one.code, &one.message).cmp(&(&two.code, &two.message)));
    model::plan_file::seal(&plan).unwrap()
}

fn shuffle<T>(list: &mut [T], turns: &[usize]) {
    for (place, turn) in turns.iter().enumerate().take(list.len()) {
        let other = turn % list.len();
        list.swap(place, other);
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p09_the_same_input_in_any_order_gives_the_same_bytes(
        world in any_world(), turns in proptest::collection::vec(0_usize..100, 8)
    ) {
        let first = sealed(make(&world.desired, &world.observed));
        let mut desired = world.desired.clone();
        for set in desired.stack_sets.values_mut() {
            set.deploy.iter_mut().for_each(|part| shuffle(&mut part.targets, &turns));
            shuffle(&mut set.skip, &turns);
            shuffle(&mut set.overrides, &turns);
            shuffle(&mut set.depends_on, &turns);
            for stage in set.rollout.iter_mut().flat_map(|rollout| &mut rollout.stages) {
                if let model::desired::StageTargets::Some(targets) = &mut stage.targets {
                    shuffle(targets, &turns);
                }
            }
        }
        let second = sealed(make(&desired, &world.observed));
        prop_assert!(first == second, "{first}\n{second}");
        prop_assert!(first == sealed(make(&world.desired, &world.observed)), "the same input, other bytes");
    }
}
