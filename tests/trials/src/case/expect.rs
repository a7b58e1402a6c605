//! What AWS must be like when a plan has nothing to do any more: worked out anew from the case and the world, not by the planner.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::instance::{InstanceKey, InstanceStatus};
use simulator::world::{StackInstance, StackSet, World};

use super::manifest::{self, LEVELS, SECRET};
use super::organization::Tree;
use super::scenario::{StackSetSpec, TargetSpec};

/// The world is as the manifest says.
pub fn converged(sets: &[StackSetSpec], tree: &Tree, world: &World) -> Result<(), String> {
    for (number, spec) in sets.iter().enumerate() {
        let name = format!("s{number}");
        let found = world
            .stack_sets
            .values()
            .flat_map(BTreeMap::values)
            .filter(|set| set.admin_account == world.organization.management_account)
            .find(|set| set.name() == name && !set.deleted);
        match (found, spec.removed.is_some()) {
            (None, true) => {}
            (None, false) => return Err(format!("{name} is not there")),
            (Some(set), true) => gone(set)?,
            (Some(set), false) => {
                says(set, spec).map_err(|what| format!("{name}: {what}"))?;
                instances(set, spec, tree, world).map_err(|what| format!("{name}: {what}"))?;
            }
        }
    }
    Ok(())
}

/// Only instances that nothing but a hand can get out keep a StackSet that is to go.
fn gone(set: &StackSet) -> Result<(), String> {
    let stuck = |instance: &StackInstance| instance.status == InstanceStatus::Inoperable;
    if !set.instances.is_empty() && set.instances.values().all(stuck) {
        return Ok(());
    }
    Err(format!("{} is to go and is still there", set.name()))
}

fn says(set: &StackSet, spec: &StackSetSpec) -> Result<(), String> {
    let definition = &set.definition;
    let mut tags: BTreeMap<String, String> = spec
        .tags
        .iter()
        .map(|(key, value)| (format!("key{key}"), format!("value {value}")))
        .collect();
    tags.insert(model::PROJECT_TAG.to_owned(), "random".to_owned());
    let level = LEVELS[usize::from(spec.level.unwrap_or_default())];
    let checks = [
        ("tags", definition.tags == tags),
        (
            "Level",
            definition.parameters.get("Level").map(String::as_str) == Some(level),
        ),
        ("permission", definition.service_managed != spec.self_managed),
        (
            "managed_execution",
            definition.managed_execution == spec.managed_execution,
        ),
        (
            "auto_deploy",
            spec.self_managed || definition.auto_deployment == (spec.auto_deploy > 0),
        ),
        (
            "leaving_accounts",
            spec.self_managed
                || spec.auto_deploy == 0
                || definition.retain_on_removal == (spec.auto_deploy == 1),
        ),
        (
            "description",
            spec.description.is_none() || definition.description.is_some(),
        ),
    ];
    match checks.iter().find(|(_, right)| !right) {
        Some((what, _)) => Err(format!("{what} is not as wanted: {definition:?}")),
        None => Ok(()),
    }
}

fn instances(set: &StackSet, spec: &StackSetSpec, tree: &Tree, world: &World) -> Result<(), String> {
    let regions: BTreeSet<Region> = manifest::regions(spec)
        .into_iter()
        .filter_map(|region| Region::parse(region).ok())
        .collect();
    let wanted = accounts(spec, tree, world);
    for (key, instance) in &set.instances {
        let stuck = instance.status == InstanceStatus::Inoperable;
        let meant = regions.contains(&key.region) && wanted.contains(&key.account);
        if !stuck && !meant {
            return Err(format!("{key} is there and is not wanted"));
        }
    }
    for account in &wanted {
        let works = world.organization.accounts[account].state.is_active();
        for region in regions.iter().filter(|_| works) {
            let key = InstanceKey {
                account: account.clone(),
                region: region.clone(),
            };
            let found = set.instances.get(&key);
            let values = values(set, spec, tree, &key);
            instance(found, &values, &key, world).map_err(|what| format!("{key} {what}"))?;
        }
    }
    let units = spec_units(spec, tree, world);
    for unit in units.iter().filter(|_| !spec.self_managed) {
        let registered = set.registered.get(*unit);
        if registered.is_none_or(|has| !has.is_superset(&regions)) {
            return Err(format!("{unit} is not registered in every Region"));
        }
    }
    Ok(())
}

/// What the stack of an instance has: the StackSet's values, under its account's own.
fn values(set: &StackSet, spec: &StackSetSpec, tree: &Tree, key: &InstanceKey) -> BTreeMap<String, String> {
    let mut values = set.definition.parameters.clone();
    let mut own = spec.overrides.iter();
    if let Some((_, level)) = own.find(|(account, _)| *tree.account(**account) == key.account) {
        values.insert("Level".to_owned(), LEVELS[usize::from(*level)].to_owned());
    }
    values
}

fn instance(
    found: Option<&StackInstance>,
    values: &BTreeMap<String, String>,
    key: &InstanceKey,
    world: &World,
) -> Result<(), String> {
    let Some(found) = found else {
        return Err("is missing".to_owned());
    };
    if found.status == InstanceStatus::Inoperable {
        return Ok(());
    }
    if found.status != InstanceStatus::Current {
        return Err(format!("is {:?} {:?}", found.status, found.detailed));
    }
    let id = found.stack_id.as_deref().unwrap_or_default();
    let name = id.split('/').nth(1).unwrap_or_default();
    let stack = world.stacks.get(key).and_then(|stacks| stacks.get(name));
    let Some(stack) = stack else {
        return Err("has no stack".to_owned());
    };
    if stack.parameters != *values {
        return Err(format!("has a stack with {:?}", stack.parameters));
    }
    let token = stack.parameters.get("Token");
    if token.is_some_and(|token| token != SECRET.1) {
        return Err("has another secret".to_owned());
    }
    Ok(())
}

fn spec_units<'t>(spec: &StackSetSpec, tree: &'t Tree, world: &World) -> Vec<&'t UnitId> {
    let targets = manifest::targets(spec, tree, world).into_iter();
    let units = targets.filter_map(|target| match target {
        TargetSpec::Path(number) | TargetSpec::Unit(number) => Some(tree.unit(number)),
        TargetSpec::Account(_) | TargetSpec::Name(_) => None,
    });
    let units: Vec<_> = units.collect();
    // A unit below another one need not be registered by itself.
    let inner = |unit: &UnitId| {
        let above = above(unit, world);
        above.iter().skip(1).any(|above| units.contains(&above))
    };
    units.iter().copied().filter(|unit| !inner(unit)).collect()
}

/// Targeted accounts of the organization, in use or not.
fn accounts(spec: &StackSetSpec, tree: &Tree, world: &World) -> BTreeSet<AccountId> {
    let organization = &world.organization;
    let mut accounts = BTreeSet::new();
    for target in manifest::targets(spec, tree, world) {
        match target {
            TargetSpec::Account(number) | TargetSpec::Name(number) => {
                accounts.insert(tree.account(number).clone());
            }
            TargetSpec::Path(number) | TargetSpec::Unit(number) => {
                let unit = tree.unit(number);
                let members = organization.accounts.iter().filter(|(id, account)| {
                    **id != organization.management_account && above(&account.parent, world).contains(unit)
                });
                accounts.extend(members.map(|(id, _)| id.clone()));
            }
        }
    }
    accounts
}

/// A unit and every unit above it.
fn above(unit: &UnitId, world: &World) -> Vec<UnitId> {
    let mut units = vec![unit.clone()];
    let mut at = unit;
    while let Some(found) = world.organization.units.get(at) {
        units.push(found.parent.clone());
        at = &found.parent;
    }
    units
}
