//! P3: what is as it should be is not touched.

use proptest::prelude::*;

use super::cases::any_world;
use super::{always, make, naive};

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p03_what_is_as_it_should_be_is_not_touched(world in any_world()) {
        let plan = make(&world.desired, &world.observed);
        for set in world.desired.stack_sets.values() {
            let Some(there) = world.observed.stack_sets.get(&set.aws_name) else { continue };
            let should = naive::should(set, &world.observed);
            if !should.says(&there.definition) {
                continue;
            }
            for operation in always(&plan).filter(|operation| operation.stack_set == set.name.value) {
                for key in operation.touches.iter().flat_map(model::instance::Rectangle::keys) {
                    let Some(found) = there.instances.get(&key) else { continue };
                    // What was not read is set again where something is wanted.
                    let unread = found.overrides.is_none() && !should.cells.get(&key).is_none_or(std::collections::BTreeMap::is_empty);
                    prop_assert!(unread || !should.is_right(&key, found), "{} touches {key}", operation.id);
                }
            }
        }
    }

    #[test]
    fn p03_operations_touch_exactly_the_instances_that_are_shown(world in any_world()) {
        use std::collections::{BTreeMap, BTreeSet};
        use model::plan::{Action, Operation};
        let plan = make(&world.desired, &world.observed);
        for set in &plan.stack_sets {
            let mut shown = BTreeSet::new();
            for group in set.instances.groups.iter().filter(|group| group.action != Action::None) {
                for key in group.rectangle.keys() {
                    prop_assert!(shown.insert((group.action, key.clone())), "twice: {key}");
                }
            }
            let mut touched: BTreeMap<_, Vec<&Operation>> = BTreeMap::new();
            for operation in always(&plan).filter(|operation| operation.stack_set == set.name) {
                for key in operation.touches.iter().flat_map(model::instance::Rectangle::keys) {
                    touched.entry(key).or_default().push(operation);
                }
            }
            for (key, operations) in &touched {
                prop_assert!(operations.len() == 1 || twice_for_a_reason(operations), "{key} is touched twice");
            }
            let shown: BTreeSet<_> = shown.into_iter().map(|(_, key)| key).collect();
            prop_assert_eq!(touched.into_keys().collect::<BTreeSet<_>>(), shown);
        }
    }
}

/// The definition has to reach an instance before its values do where a parameter is new, or where no other instance stays
/// that the call could name.
fn twice_for_a_reason(operations: &[&model::plan::Operation]) -> bool {
    use model::call::Write;
    let [first, second] = operations else { return false };
    let gives = matches!(
        &second.call,
        Write::UpdateStackInstances {
            overrides: Some(_),
            ..
        }
    );
    let keeps = match &first.call {
        Write::UpdateStackSet(_) => true,
        Write::UpdateStackInstances { overrides, .. } => overrides.is_none(),
        _ => false,
    };
    gives && keeps
}
