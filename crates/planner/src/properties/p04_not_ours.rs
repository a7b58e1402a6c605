//! P4: what is protected, not in the manifest or somebody else's never appears in a plan that may be carried out.

use std::collections::BTreeSet;

use model::ids::{StackSetId, StackSetName};
use model::observed::OtherStackSet;
use model::plan::{Action, OperationKind};
use proptest::prelude::*;

use super::cases::any_world;
use super::{always, make};
use crate::testing::world::{PROJECT, at};

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p04_what_is_somebody_elses_is_never_written_to(world in any_world(), theirs in proptest::collection::vec(any::<bool>(), 4)) {
        let mut observed = world.observed;
        let mut foreign = BTreeSet::new();
        for ((name, set), theirs) in observed.stack_sets.iter_mut().zip(theirs) {
            if theirs {
                set.definition.tags.insert(model::PROJECT_TAG.to_owned(), "somebody".to_owned());
                foreign.insert(name.clone());
            }
        }
        let plan = make(&world.desired, &observed);
        for operation in &plan.operations {
            prop_assert!(!foreign.contains(&operation.aws_name), "{}", operation.id);
        }
        prop_assert_eq!(plan.applyable, foreign.is_empty());
    }

    #[test]
    fn p04_what_the_manifest_does_not_name_is_never_written_to(
        world in any_world(), others in proptest::collection::btree_map("[a-z]{1,8}", proptest::option::of(any::<bool>()), 0..4)
    ) {
        let mut observed = world.observed;
        let mut ours = false;
        for (name, project) in others {
            let name = StackSetName::parse(&format!("other-{name}")).unwrap();
            let project = project.map(|mine| if mine { PROJECT } else { "somebody" }.to_owned());
            ours |= project.as_deref() == Some(PROJECT);
            let id = StackSetId::parse(&format!("{name}:1")).unwrap();
            observed.others.insert(name, OtherStackSet { id, project, instances: None });
        }
        let plan = make(&world.desired, &observed);
        for operation in &plan.operations {
            prop_assert!(!observed.others.contains_key(&operation.aws_name), "{}", operation.id);
        }
        // One of this project that the manifest forgot is asked about.
        prop_assert_eq!(plan.applyable, !ours);
    }

    #[test]
    fn p04_no_plan_that_goes_against_a_protection_may_be_carried_out(
        world in any_world(), delete in 0_usize..4, shrink in 0_usize..4
    ) {
        let mut desired = world.desired;
        desired.protect.delete = vec![at(format!("set-{delete}"))];
        desired.protect.shrink = vec![at(format!("set-{shrink}"))];
        let plan = make(&desired, &world.observed);
        let does = |number: usize, kinds: &[OperationKind]| {
            let mut all = always(&plan).filter(|operation| operation.stack_set == format!("set-{number}"));
            all.any(|it| kinds.contains(&it.kind) && (it.instances > 0 || it.kind == OperationKind::DeleteStackSet))
        };
        // Taking back a registration that nothing stands on loses nothing.
        let deletes = does(delete, &[OperationKind::Delete, OperationKind::DeleteStackSet]);
        let leaves = does(shrink, &[OperationKind::Delete, OperationKind::Detach])
            && plan.stack_sets.iter().any(|set| set.name == format!("set-{shrink}") && loses(set));
        prop_assert!(!plan.applyable || !(deletes || leaves));
    }
}

fn loses(set: &model::plan::StackSetPlan) -> bool {
    let lost = |action| set.instances.counts.get(&action).copied().unwrap_or_default();
    lost(Action::Delete) + lost(Action::Detach) > 0
}
