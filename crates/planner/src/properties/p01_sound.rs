//! P1: a plan that is carried out makes AWS what the manifest says, and nothing else.

use model::instance::Rectangle;
use model::plan::{OperationKind, PlanResult};
use proptest::prelude::*;
use simulator::world::{CreateOverrides, InstanceUnit, Knobs, UpdateMarks};

use super::cases::any_world;
use super::{always, make, naive};
use crate::testing::aws::Aws;
use crate::testing::world::outline;

/// What AWS does not say about these, it does one way or the other (reference §12.2).
pub(super) fn any_knobs() -> impl Strategy<Value = Knobs> {
    let settings = (0_usize..2, 0_usize..2, 0_usize..2);
    settings.prop_map(|(marks, overrides, unit)| Knobs {
        update_marks_outdated: UpdateMarks::ALL[marks],
        create_overrides: [CreateOverrides::WhenOutdated, CreateOverrides::Ignored][overrides],
        instance_unit: InstanceUnit::ALL[unit],
        ..Knobs::default()
    })
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p01_a_plan_that_is_carried_out_makes_aws_what_the_manifest_says(
        world in any_world(), knobs in any_knobs(), sparing: bool
    ) {
        let mut aws = Aws::with(&world.observed, knobs).sparing(sparing);
        let before = aws.seen();
        let plan = make(&world.desired, &before);
        prop_assert!(plan.applyable, "{:?} {:?}", plan.diagnostics, plan.holds);
        aws.carry_out(&plan, usize::MAX);
        prop_assume!(!aws.is_spoiled());
        let wrong = naive::wrong(&world.desired, &aws.clone().sparing(false).seen(), &before);
        prop_assert!(wrong.is_empty(), "{wrong:#?}\n{:#?}", outline(&plan));
        let next = make(&world.desired, &aws.seen());
        prop_assert_eq!(next.result, PlanResult::NoChanges, "{:#?} then {:#?}", outline(&plan), outline(&next));
    }

    #[test]
    fn p01_stacks_go_with_what_is_deleted_and_stay_with_what_is_detached(world in any_world()) {
        let mut aws = Aws::of(&world.observed);
        let plan = make(&world.desired, &aws.seen());
        aws.carry_out(&plan, usize::MAX);
        for operation in always(&plan) {
            let stays = match operation.kind {
                OperationKind::Delete => false,
                OperationKind::Detach | OperationKind::Forget => true,
                _ => continue,
            };
            for key in operation.touches.iter().flat_map(Rectangle::keys) {
                prop_assert_eq!(aws.has_stack(&operation.stack_set, &key), stays, "{} {}", operation.id, key);
            }
        }
    }
}
