//! What holds for every plan (reference: reliability §4.7).

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::Permission;
use model::desired::Desired;
use model::instance::{InstanceKey, Rectangle};
use model::observed::Observed;
use model::plan::{Action, Operation, Plan, PlanResult};
use proptest::prelude::*;

use crate::testing::obey::obey;
use crate::testing::world::*;
use crate::{Limits, plan};

pub(crate) mod cases;

use cases::any_world;

pub(crate) fn make(desired: &Desired, observed: &Observed) -> Plan {
    plan(desired, observed, &Limits::default())
}

/// The definition has to reach an instance before its values do where a parameter is new, or where no other instance stays
/// that the call could name.
fn twice_for_a_reason(operations: &[&Operation]) -> bool {
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

fn cells(rectangles: &[Rectangle]) -> Vec<InstanceKey> {
    rectangles.iter().flat_map(Rectangle::keys).collect()
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn after_a_plan_is_carried_out_the_next_one_is_empty((desired, mut observed) in any_world()) {
        let first = make(&desired, &observed);
        prop_assert!(first.applyable, "{:?} {:?}", first.diagnostics, first.holds);
        obey(&first, &mut observed, usize::MAX);
        let second = make(&desired, &observed);
        prop_assert_eq!(second.result, PlanResult::NoChanges, "{:?} then {:?}", outline(&first), second.operations);
        prop_assert!(second.stack_sets.iter().all(|set| set.action == Action::None));
    }

    #[test]
    fn a_run_that_ends_anywhere_is_finished_by_the_next((desired, mut observed) in any_world(), end in 0_usize..8) {
        obey(&make(&desired, &observed), &mut observed, end);
        let rest = make(&desired, &observed);
        obey(&rest, &mut observed, usize::MAX);
        let last = make(&desired, &observed);
        prop_assert_eq!(last.result, PlanResult::NoChanges, "{:?} then {:?}", outline(&rest), outline(&last));
    }

    #[test]
    fn operations_touch_exactly_the_instances_that_are_shown((desired, observed) in any_world()) {
        let plan = make(&desired, &observed);
        for set in &plan.stack_sets {
            let mut shown = BTreeSet::new();
            for group in set.instances.groups.iter().filter(|group| group.action != Action::None) {
                for key in group.rectangle.keys() {
                    prop_assert!(shown.insert((group.action, key.clone())), "twice: {key}");
                }
            }
            let mut touched: BTreeMap<InstanceKey, Vec<&Operation>> = BTreeMap::new();
            for operation in plan.operations.iter().filter(|operation| operation.stack_set == set.name) {
                for key in cells(&operation.touches) {
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

    #[test]
    fn the_same_input_gives_the_same_bytes_in_any_order((mut desired, observed) in any_world()) {
        // Messages follow the file.
        let sealed = |mut plan: Plan| {
            plan.diagnostics.sort_by(|one, two| (&one.code, &one.message).cmp(&(&two.code, &two.message)));
            model::plan_file::seal(&plan).unwrap()
        };
        let first = sealed(make(&desired, &observed));
        for set in desired.stack_sets.values_mut() {
            set.deploy[0].targets.reverse();
            set.skip.reverse();
            set.overrides.reverse();
            set.depends_on.reverse();
        }
        let second = sealed(make(&desired, &observed));
        prop_assert!(first == second);
        prop_assert!(model::plan_file::open(&first).is_ok());
    }

    #[test]
    fn operations_wait_for_what_they_stand_on((desired, observed) in any_world()) {
        let plan = make(&desired, &observed);
        let mut done: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
        for operation in &plan.operations {
            for before in &operation.depends_on {
                let (step, _) = done.get(before.as_str()).copied().expect("comes before");
                prop_assert!(step < operation.step);
            }
            let previous = done.values().filter(|(_, set)| *set == operation.stack_set).count();
            prop_assert!(previous == 0 || operation.depends_on.len() == 1, "one after another");
            if desired.removed.contains_key(&operation.stack_set) && previous == 0 {
                let wanted = plan.operations.iter().filter(|other| desired.stack_sets.contains_key(&other.stack_set));
                prop_assert!(wanted.map(|other| other.step).max() < Some(operation.step), "removals are last");
            }
            done.insert(&operation.id, (operation.step, &operation.stack_set));
        }
    }

    #[test]
    fn what_is_not_ours_is_never_written_to((desired, mut observed) in any_world()) {
        for set in observed.stack_sets.values_mut() {
            set.definition.tags.insert(model::PROJECT_TAG.to_owned(), "somebody".to_owned());
        }
        let plan = make(&desired, &observed);
        for operation in &plan.operations {
            prop_assert!(!observed.stack_sets.contains_key(&operation.aws_name));
        }
        prop_assert_eq!(plan.applyable, observed.stack_sets.is_empty());
    }

    #[test]
    fn an_update_is_never_sent_with_automatic_deployment_or_managed_execution((desired, observed) in any_world()) {
        for operation in make(&desired, &observed).operations {
            let Write::UpdateStackSet(update) = operation.call else { continue };
            prop_assert!(update.managed_execution.is_none() || !update.content);
            prop_assert!(update.auto_deployment.is_none() || update.managed_execution.is_none());
            let service = matches!(update.definition.permission, Permission::ServiceManaged { .. });
            prop_assert!(update.auto_deployment.is_none() || service);
        }
    }
}
