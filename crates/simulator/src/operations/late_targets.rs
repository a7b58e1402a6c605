//! A creation that waited in the queue finds out who is below its units now, in worlds where it does so when it starts
//! (reference §2.7).

use std::collections::BTreeMap;

use model::ids::{AccountId, UnitId};
use model::instance::InstanceKey;
use model::observed::OperationAction;

use super::auto_deployment::chain;
use super::{OperationPlace, operation_of, stack_set_of};
use crate::world::{OperationCell, OperationTargets, QueuedTargets, StackInstance, World};

/// Takes accounts off the operation that left its units since it was accepted, and adds those that came.
pub(super) fn look_again(world: &mut World, place: &OperationPlace) {
    if world.knobs.queued_targets == QueuedTargets::AtEnqueue {
        return;
    }
    let Some(operation) = operation_of(world, place) else {
        return;
    };
    let targets = operation
        .targets
        .clone()
        .filter(|targets| !targets.units.is_empty());
    let Some(targets) = targets.filter(|_| operation.action == OperationAction::Create) else {
        return;
    };
    let regions = operation.regions.clone();
    let waiting: Vec<InstanceKey> = operation.cells.keys().cloned().collect();
    let below = below(world, &targets);
    for key in waiting.iter().filter(|key| !below.contains_key(&key.account)) {
        leave(world, place, key);
    }
    for (account, unit) in &below {
        for region in &regions {
            let key = InstanceKey {
                account: account.clone(),
                region: region.clone(),
            };
            join(world, place, key, unit);
        }
    }
}

/// The active accounts below the units that the filter takes, each with the nearest of the units.
fn below(world: &World, targets: &OperationTargets) -> BTreeMap<AccountId, UnitId> {
    let organization = &world.organization;
    let filtered = |account: &AccountId| match targets.filter.as_deref() {
        Some("INTERSECTION") => targets.accounts.contains(account),
        Some("DIFFERENCE") => !targets.accounts.contains(account),
        _ => true,
    };
    let members = organization.accounts.iter().filter(|(id, member)| {
        **id != organization.management_account && member.state.is_active() && filtered(id)
    });
    members
        .filter_map(|(id, member)| {
            let chain = chain(world, &member.parent);
            let unit = chain.into_iter().find(|unit| targets.units.contains(unit))?;
            Some((id.clone(), unit))
        })
        .collect()
}

fn leave(world: &mut World, place: &OperationPlace, key: &InstanceKey) {
    let Some(operation) = operation_of(world, place) else {
        return;
    };
    operation.cells.remove(key);
    if let Some(progress) = operation.progress.get_mut(&key.region) {
        progress.accounts = progress.accounts.saturating_sub(1);
        progress.waiting.retain(|account| *account != key.account);
    }
    let Some(set) = stack_set_of(world, place) else {
        return;
    };
    let only_asked_for = set.instances.get(key).is_some_and(|instance| {
        instance.stack_id.is_none() && instance.last_operation.as_ref() == Some(&place.operation)
    });
    if only_asked_for {
        set.remove_instance(key);
    }
}

fn join(world: &mut World, place: &OperationPlace, key: InstanceKey, unit: &UnitId) {
    let Some(set) = stack_set_of(world, place) else {
        return;
    };
    if set.instances.contains_key(&key) {
        return;
    }
    let mut instance = StackInstance::pending(Some(unit.clone()));
    instance.last_operation = Some(place.operation.clone());
    set.put_instance(key.clone(), instance);
    let Some(operation) = set.operation_mut(&place.operation) else {
        return;
    };
    let progress = operation.progress.entry(key.region.clone()).or_default();
    progress.accounts += 1;
    progress.waiting.push_back(key.account.clone());
    operation
        .cells
        .insert(key, OperationCell::pending(Some(unit.clone())));
}
