//! P15: a manifest that is empty or shrinks past a limit is refused.

use model::ids::StackSetId;
use model::instance::InstanceKey;
use model::observed::OtherStackSet;
use model::plan::{OperationKind, PlanResult};
use model::preferences::Amount;
use proptest::prelude::*;
use std::collections::BTreeSet;

use super::cases::any_world;
use super::{always, make};
use crate::testing::world::{at, below, codes};

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p15_a_manifest_that_shrinks_past_a_limit_is_refused(
        world in any_world(), deleted in 0_u64..6, changed in 0_u64..20, accounts in 0_u32..6, emptied: bool, fewer: bool
    ) {
        let mut desired = world.desired;
        desired.guard.max_deleted_instances = (deleted > 0).then(|| at(deleted));
        desired.guard.max_changed_instances = Some(at(changed));
        desired.guard.max_changed_accounts = Some(at(Amount::Count(accounts)));
        for set in desired.stack_sets.values_mut() {
            set.deploy.truncate(1);
            if emptied {
                set.deploy[0].targets = vec![at(below(5))];
            }
            if fewer {
                set.deploy[0].regions.truncate(1);
            }
        }
        let plan = make(&desired, &world.observed);
        let touched = |operation: &model::plan::Operation| -> Vec<(String, InstanceKey)> {
            let keys = operation.touches.iter().flat_map(model::instance::Rectangle::keys);
            keys.map(|key| (operation.stack_set.clone(), key)).collect()
        };
        let all: BTreeSet<_> = always(&plan).flat_map(touched).collect();
        let gone = always(&plan).filter(|operation| operation.kind == OperationKind::Delete);
        let gone: u64 = gone.map(|operation| operation.instances).sum();
        let reached: BTreeSet<_> = all.iter().map(|(_, key)| &key.account).collect();
        let limits = [
            ("E0510", gone > deleted),
            ("E0513", all.len() as u64 > changed),
            ("E0514", reached.len() as u64 > u64::from(accounts)),
        ];
        for (code, over) in limits {
            prop_assert_eq!(codes(&plan).contains(&code), over, "{} {} {} {}", code, gone, all.len(), reached.len());
        }
        let over = limits.iter().any(|(_, over)| *over);
        prop_assert_eq!(plan.applyable, !over);
        prop_assert!(!over || plan.result == PlanResult::Blocked);
    }

    #[test]
    fn p15_an_empty_manifest_is_refused_as_long_as_anything_is_ours(world in any_world()) {
        let mut desired = world.desired;
        desired.stack_sets.clear();
        desired.removed.clear();
        let mut observed = world.observed;
        // What a manifest does not name is only listed, with its mark.
        let there = std::mem::take(&mut observed.stack_sets);
        for (name, set) in &there {
            let project = set.definition.tags.get(model::PROJECT_TAG).cloned();
            let id = StackSetId::parse(set.id.as_str()).unwrap();
            observed.others.insert(name.clone(), OtherStackSet { id, project, instances: None });
        }
        let ours = observed.others.values().any(|other| other.project.is_some());
        let plan = make(&desired, &observed);
        prop_assert_eq!(plan.applyable, !ours);
        prop_assert!(plan.operations.is_empty());
    }
}
