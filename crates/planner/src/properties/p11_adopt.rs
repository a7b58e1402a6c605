//! P11: a StackSet that is taken over as it is needs nothing; the mark is written with its next real update.

use model::plan::{Action, PlanResult};
use proptest::prelude::*;

use super::cases::any_world;
use super::make;
use crate::testing::aws::Aws;
use crate::testing::world::{codes, outline};

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p11_what_is_taken_over_as_it_is_needs_nothing(world in any_world()) {
        let mut aws = Aws::of(&world.observed);
        let plan = make(&world.desired, &aws.seen());
        aws.carry_out(&plan, usize::MAX);
        prop_assume!(!aws.is_spoiled());
        for set in world.desired.stack_sets.values() {
            aws.change(&set.aws_name, |there| {
                there.definition.tags.remove(model::PROJECT_TAG);
            });
        }
        let next = make(&world.desired, &aws.seen());
        prop_assert_eq!(next.result, PlanResult::NoChanges, "{:#?}", outline(&next));
        prop_assert!(next.stack_sets.iter().all(|set| set.action == Action::None));
        let mut strict = world.desired.clone();
        for set in strict.stack_sets.values_mut() {
            set.adopt = false;
        }
        let refused = make(&strict, &aws.seen());
        let held = codes(&refused).iter().filter(|code| **code == "E0604").count();
        prop_assert_eq!(held, strict.stack_sets.len());
        prop_assert!(refused.operations.is_empty());
    }
}
