//! Targets as instances: units to accounts, filters, Regions (reference §2.2).

use std::collections::BTreeMap;

use model::ids::{AccountId, Region, UnitId};
use model::instance::{InstanceKey, InstanceStatus};

use super::refusal::Refusal;
use super::targets::{Filter, Targets};
use crate::world::{
    CreateOverrides, DeleteAbsent, InstanceUnit, OrganizationState, Retries, StackSet, World,
};

/// Instances, with the unit that each is reached through.
pub(super) type Cells = BTreeMap<InstanceKey, Option<UnitId>>;

/// Instances that a StackSet has at most (reference §5.2).
const MOST_INSTANCES: usize = 100_000;

/// The instances that a creation makes: those that are not there, and those that are there but not up to date.
pub(super) fn to_create(world: &World, set: &StackSet, targets: &Targets) -> Result<Cells, Refusal> {
    check_units(world, &targets.units)?;
    let mut cells = rectangle(&accounts(world, targets), targets);
    let current_too = world.knobs.create_overrides == CreateOverrides::Applied;
    cells.retain(|key, _| {
        let found = set.instances.get(key);
        current_too || found.is_none_or(|found| found.status != InstanceStatus::Current)
    });
    let new = cells
        .keys()
        .filter(|key| !set.instances.contains_key(*key))
        .count();
    if set.instances.len() + new > MOST_INSTANCES {
        return Err(Refusal::limit(format!(
            "A StackSet has {MOST_INSTANCES} stack instances at most"
        )));
    }
    Ok(cells)
}

/// Refuses units that the organization does not have.
pub(super) fn check_units(world: &World, units: &[UnitId]) -> Result<(), Refusal> {
    let organization = &world.organization;
    let known = |unit: &UnitId| *unit == organization.root || organization.units.contains_key(unit);
    match units.iter().find(|unit| !known(unit)) {
        Some(unit) => Err(Refusal::validation(format!(
            "OrganizationalUnit {unit} does not exist in the organization"
        ))),
        None => Ok(()),
    }
}

/// The instances that an update brings up to date. Accounts by number must all have theirs; of units, those that are there.
pub(super) fn to_update(world: &World, set: &StackSet, targets: &Targets) -> Result<Cells, Refusal> {
    for unit in &targets.units {
        let known = set.registered.contains_key(unit)
            || set
                .instances
                .values()
                .any(|instance| instance.unit.as_ref() == Some(unit));
        if !known {
            return Err(Refusal::validation(format!(
                "Organizational unit {unit} not found in StackSet"
            )));
        }
    }
    let cells = known(world, set, targets);
    let missing = cells.keys().find(|key| !set.instances.contains_key(*key));
    match missing {
        Some(key) if targets.units.is_empty() => Err(Refusal::no_instance(
            key.account.as_str(),
            key.region.as_str(),
            set.name(),
        )),
        _ => Ok(that_exist(set, cells)),
    }
}

/// The instances that a deletion takes away; those that are not there are none (reference §1.3), or refused by the world's knob.
pub(super) fn to_delete(world: &World, set: &StackSet, targets: &Targets) -> Result<Cells, Refusal> {
    let cells = known(world, set, targets);
    let absent = cells.keys().find(|key| !set.instances.contains_key(*key));
    match absent {
        Some(key) if world.knobs.delete_absent == DeleteAbsent::NotFound && targets.units.is_empty() => Err(
            Refusal::no_instance(key.account.as_str(), key.region.as_str(), set.name()),
        ),
        _ => Ok(that_exist(set, cells)),
    }
}

/// With every outdated instance of the StackSet, when the world's knob says that an operation with a new id retries them all.
pub(super) fn with_retries(world: &World, set: &StackSet, mut cells: Cells) -> Cells {
    if world.knobs.new_operation_retries == Retries::All {
        let outdated = set
            .instances
            .iter()
            .filter(|(_, instance)| instance.status == InstanceStatus::Outdated);
        for (key, instance) in outdated {
            cells.entry(key.clone()).or_insert_with(|| instance.unit.clone());
        }
    }
    cells
}

/// The Regions of an operation that names none: those of all instances.
pub(super) fn regions(set: &StackSet) -> Vec<Region> {
    set.instances_by_region.keys().cloned().collect()
}

/// Every instance of a StackSet.
pub(super) fn everything(set: &StackSet) -> Cells {
    set.instances
        .iter()
        .map(|(key, instance)| (key.clone(), instance.unit.clone()))
        .collect()
}

fn that_exist(set: &StackSet, mut cells: Cells) -> Cells {
    cells.retain(|key, unit| {
        let found = set.instances.get(key);
        if let Some(instance) = found {
            unit.clone_from(&instance.unit);
        }
        found.is_some()
    });
    cells
}

fn rectangle(accounts: &BTreeMap<AccountId, Option<UnitId>>, targets: &Targets) -> Cells {
    let mut cells = Cells::new();
    for (account, unit) in accounts {
        for region in &targets.regions {
            cells.insert(
                InstanceKey {
                    account: account.clone(),
                    region: region.clone(),
                },
                unit.clone(),
            );
        }
    }
    cells
}

/// What the targets mean, and the instances that were made through their units: an account that has left a unit is still the
/// unit's where the StackSet knows it so.
fn known(world: &World, set: &StackSet, targets: &Targets) -> Cells {
    let mut cells = rectangle(&accounts(world, targets), targets);
    let through = |unit: &UnitId| targets.units.contains(unit);
    for (key, instance) in &set.instances {
        let named = instance.unit.as_ref().is_some_and(through) && targets.regions.contains(&key.region);
        if named && targets.takes(&key.account) {
            cells.entry(key.clone()).or_insert_with(|| instance.unit.clone());
        }
    }
    cells
}

fn accounts(world: &World, targets: &Targets) -> BTreeMap<AccountId, Option<UnitId>> {
    if targets.units.is_empty() {
        return targets
            .accounts
            .iter()
            .map(|account| (account.clone(), None))
            .collect();
    }
    let mut below = members(world, &targets.units);
    below.retain(|account, _| targets.takes(account));
    if targets.filter == Filter::Union {
        for account in &targets.accounts {
            below.entry(account.clone()).or_default();
        }
    }
    below
}

/// Accounts below units, each with the nearest of them above it, or with the first of the call when the world's knob says so. The management account is in none (reference §2.1).
pub(super) fn members(world: &World, units: &[UnitId]) -> BTreeMap<AccountId, Option<UnitId>> {
    let organization = &world.organization;
    let mut members = BTreeMap::new();
    for (id, account) in &organization.accounts {
        if *id == organization.management_account {
            continue;
        }
        let above = || above(organization, &account.parent);
        let unit = match world.knobs.instance_unit {
            InstanceUnit::Nearest => above().find(|unit| units.contains(unit)),
            InstanceUnit::FirstMatch => units.iter().find(|unit| above().any(|one| one == *unit)),
        };
        if let Some(unit) = unit {
            members.insert(id.clone(), Some(unit.clone()));
        }
    }
    members
}

/// A unit and every unit above it, up to the root.
fn above<'w>(organization: &'w OrganizationState, unit: &'w UnitId) -> impl Iterator<Item = &'w UnitId> {
    let parent = |unit: &&'w UnitId| organization.units.get(*unit).map(|unit| &unit.parent);
    // A tree has no more levels than units; the bound keeps a wrong world from looping.
    std::iter::successors(Some(unit), parent).take(organization.units.len() + 1)
}
