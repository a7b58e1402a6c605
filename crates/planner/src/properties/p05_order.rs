//! P5: operations wait for what they stand on.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::Permission;
use model::instance::InstanceKey;
use model::plan::{Operation, OperationKind, Plan};
use proptest::prelude::*;

use super::cases::{any_world, any_world_at_once};
use super::{always, make};

fn of_each(plan: &Plan) -> BTreeMap<&str, Vec<&Operation>> {
    let mut sets: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in always(plan) {
        sets.entry(&operation.stack_set).or_default().push(operation);
    }
    sets
}

fn touched(operation: &Operation) -> impl Iterator<Item = InstanceKey> + '_ {
    operation
        .touches
        .iter()
        .flat_map(model::instance::Rectangle::keys)
}

/// What leaves goes last, but for two calls that would reach it otherwise: one that has no instance to name, and one that
/// leaves no trace of what is missing when a run ends between it and the next.
fn deletes_come_last(plan: &Plan, operations: &[&Operation]) -> bool {
    let leaves = |it: &&&Operation| matches!(it.kind, OperationKind::Delete | OperationKind::Detach);
    let updates = operations.iter().filter(|it| it.kind == OperationKind::Update);
    let all = updates.clone().all(|it| it.instances == 0);
    let changes = plan
        .stack_sets
        .iter()
        .find(|set| set.name == operations[0].stack_set);
    let traceless =
        changes.is_some_and(|set| set.changes.template.is_none() && set.changes.parameters.is_empty());
    let updates_all = operations
        .iter()
        .any(|it| matches!(it.call, Write::UpdateStackSet(_)));
    let traceless = traceless && updates_all;
    // Values of parameters that are new come when everything else is done.
    let gives = |it: &Operation| {
        matches!(
            &it.call,
            Write::UpdateStackInstances {
                overrides: Some(_),
                ..
            }
        )
    };
    let mut after = operations.iter().skip_while(|it| !leaves(it));
    let early =
        |it: &Operation| matches!(it.kind, OperationKind::Update | OperationKind::Create) && !gives(it);
    all || traceless || after.all(|it| !early(it))
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p05_operations_wait_for_what_they_stand_on(world in any_world_at_once()) {
        let plan = make(&world.desired, &world.observed);
        let mut done: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
        for operation in &plan.operations {
            for before in &operation.depends_on {
                let (step, _) = done.get(before.as_str()).copied().expect("comes before");
                prop_assert!(step < operation.step);
            }
            let previous = done.values().filter(|(_, set)| *set == operation.stack_set).count();
            prop_assert!(previous == 0 || operation.depends_on.len() == 1, "one after another");
            if world.desired.removed.contains_key(&operation.stack_set) && previous == 0 {
                let wanted = plan.operations.iter().filter(|other| world.desired.stack_sets.contains_key(&other.stack_set));
                prop_assert!(wanted.map(|other| other.step).max() < Some(operation.step), "removals are last");
            }
            done.insert(&operation.id, (operation.step, &operation.stack_set));
        }
    }

    #[test]
    fn p05_what_a_stack_set_depends_on_is_done_before_it_begins(world in any_world_at_once()) {
        let plan = make(&world.desired, &world.observed);
        let steps = |name: &str| -> Vec<u32> {
            always(&plan).filter(|operation| operation.stack_set == name).map(|operation| operation.step).collect()
        };
        for set in world.desired.stack_sets.values() {
            for before in &set.depends_on {
                if let (Some(last), Some(first)) = (steps(&before.value).iter().max(), steps(&set.name.value).iter().min()) {
                    prop_assert!(last < first, "{} before {}", set.name.value, before.value);
                }
            }
        }
    }

    #[test]
    fn p05_within_a_stack_set_everything_has_its_place(world in any_world_at_once()) {
        let plan = make(&world.desired, &world.observed);
        for (name, operations) in of_each(&plan) {
            let kinds: Vec<OperationKind> = operations.iter().map(|operation| operation.kind).collect();
            let place = |kind| kinds.iter().position(|it| *it == kind);
            let first = |kind| kinds.iter().position(|it| *it != OperationKind::CreateStackSet) == Some(place(kind).unwrap());
            prop_assert!(place(OperationKind::ManagedExecution).is_none() || first(OperationKind::ManagedExecution), "{name} {kinds:?}");
            let off = place(OperationKind::AutoDeploymentOff);
            let instances = [OperationKind::Create, OperationKind::Update, OperationKind::Delete, OperationKind::Detach];
            prop_assert!(off.is_none_or(|off| instances.iter().all(|kind| place(*kind).is_none_or(|it| off < it))), "{name} {kinds:?}");
            let on = place(OperationKind::AutoDeployment);
            prop_assert!(on.is_none_or(|on| on + 1 == kinds.len()), "{name} {kinds:?}");
            let gone = place(OperationKind::DeleteStackSet);
            prop_assert!(gone.is_none_or(|gone| gone + 1 == kinds.len()), "{name} {kinds:?}");
            prop_assert!(deletes_come_last(&plan, &operations), "{name} {kinds:?}");
        }
    }

    #[test]
    fn p05_no_value_comes_before_its_parameter_and_nothing_updated_is_deleted(world in any_world()) {
        let plan = make(&world.desired, &world.observed);
        for (name, operations) in of_each(&plan) {
            let aws_name = &operations[0].aws_name;
            let mut known: BTreeSet<String> = world.observed.stack_sets.get(aws_name)
                .map(|set| set.definition.parameters.keys().cloned().collect()).unwrap_or_default();
            let mut updated = BTreeSet::new();
            for operation in operations {
                match &operation.call {
                    Write::CreateStackSet { definition, .. } => known = definition.parameters.keys().cloned().collect(),
                    Write::UpdateStackSet(update) if update.content => known = update.definition.parameters.keys().cloned().collect(),
                    Write::CreateStackInstances { overrides, .. } | Write::UpdateStackInstances { overrides, .. } => {
                        prop_assert!(overrides.iter().flat_map(|list| list.keys()).all(|it| known.contains(it)), "{name}");
                    }
                    _ => {}
                }
                match operation.kind {
                    OperationKind::Update | OperationKind::Create => updated.extend(touched(operation)),
                    _ => prop_assert!(touched(operation).all(|key| !updated.contains(&key)), "{name} is brought up to date and goes"),
                }
            }
        }
    }

    #[test]
    fn p05_an_update_is_never_sent_with_automatic_deployment_or_managed_execution(world in any_world()) {
        for operation in make(&world.desired, &world.observed).operations {
            let Write::UpdateStackSet(update) = operation.call else { continue };
            prop_assert!(update.managed_execution.is_none() || !update.content);
            prop_assert!(update.auto_deployment.is_none() || update.managed_execution.is_none());
            let service = matches!(update.definition.permission, Permission::ServiceManaged { .. });
            prop_assert!(update.auto_deployment.is_none() || service);
        }
    }
}
