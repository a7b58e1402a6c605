//! Automatic deployment: what an account that joins, leaves or moves sets off (reference §2.6).

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, OperationId, Region, StackSetId, UnitId};
use model::instance::InstanceKey;
use model::observed::OperationAction;
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};

use super::plan;
use super::request::{Requested, request};
use crate::world::{DueStep, StackSet, World};

/// An account stands elsewhere: `from` is none for one that joined, `to` is none for one that left. StackSets notices after
/// [`crate::world::Timing::auto_deployment_delay`].
pub fn organization_changed(
    world: &mut World,
    account: &AccountId,
    from: Option<&UnitId>,
    to: Option<&UnitId>,
) {
    let from = from.map(|unit| chain(world, unit)).unwrap_or_default();
    let to = to.map(|unit| chain(world, unit)).unwrap_or_default();
    let delay = world.timing.auto_deployment_delay;
    let sequence = world.draws;
    world.draw();
    plan(
        world,
        delay,
        DueStep::AccountMoved {
            sequence,
            account: account.clone(),
            from,
            to,
        },
    );
}

/// A unit and every unit above it.
pub(super) fn chain(world: &World, unit: &UnitId) -> Vec<UnitId> {
    let mut units = vec![unit.clone()];
    let mut at = unit;
    // A tree has no more levels than units; the bound keeps a wrong world from looping.
    for _ in 0..world.organization.units.len() {
        let Some(found) = world.organization.units.get(at) else {
            break;
        };
        units.push(found.parent.clone());
        at = &found.parent;
    }
    units
}

/// Every StackSet with automatic deployment catches up with a move: first what the account lost, then what it gained.
pub(super) fn catch_up(world: &mut World, account: &AccountId, from: &[UnitId], to: &[UnitId]) {
    if *account == world.organization.management_account || !world.organizations_access {
        return;
    }
    let mut work = Vec::new();
    for (home, sets) in &world.stack_sets {
        for (id, set) in sets {
            if set.deleted || !set.definition.service_managed || !set.definition.auto_deployment {
                continue;
            }
            let lost = lost(set, account, from, to);
            let mut gained = gained(set, account, from, to);
            gained.retain(|key, _| lost.contains_key(key) || !stays(set, key));
            work.push((home.clone(), id.clone(), lost, gained));
        }
    }
    for (home, id, lost, gained) in work {
        ask(world, (&home, &id), OperationAction::Delete, lost);
        ask(world, (&home, &id), OperationAction::Create, gained);
    }
}

/// Whether an instance is there and no operation is about to take it away: an account may come back before it is gone.
fn stays(set: &StackSet, key: &InstanceKey) -> bool {
    let mut ahead = set
        .active_operations()
        .filter(|operation| operation.cells.contains_key(key));
    let last = ahead.next_back();
    set.instances.contains_key(key) && last.is_none_or(|last| last.action != OperationAction::Delete)
}

type Cells = BTreeMap<InstanceKey, Option<UnitId>>;

/// For each Region, the registered unit that an account is reached through, the nearest one first.
fn covered<'a>(set: &StackSet, chain: &'a [UnitId]) -> BTreeMap<Region, &'a UnitId> {
    let mut regions = BTreeMap::new();
    for unit in chain {
        for region in set.registered.get(unit).into_iter().flatten() {
            regions.entry(region.clone()).or_insert(unit);
        }
    }
    regions
}

fn lost(set: &StackSet, account: &AccountId, from: &[UnitId], to: &[UnitId]) -> Cells {
    let after = covered(set, to);
    let before = covered(set, from);
    let gone = before
        .iter()
        .filter(|(region, unit)| after.get(*region) != Some(*unit));
    gone.map(|(region, _)| InstanceKey {
        account: account.clone(),
        region: region.clone(),
    })
    .filter_map(|key| Some((key.clone(), set.instances.get(&key)?.unit.clone())))
    .collect()
}

fn gained(set: &StackSet, account: &AccountId, from: &[UnitId], to: &[UnitId]) -> Cells {
    let before = covered(set, from);
    let new = covered(set, to)
        .into_iter()
        .filter(|(region, unit)| before.get(region) != Some(unit));
    new.map(|(region, unit)| {
        (
            InstanceKey {
                account: account.clone(),
                region,
            },
            Some(unit.clone()),
        )
    })
    .collect()
}

fn ask(world: &mut World, (home, id): (&Region, &StackSetId), action: OperationAction, cells: Cells) {
    if cells.is_empty() {
        return;
    }
    let Ok(operation) = OperationId::parse(&world.draw_uuid()) else {
        return;
    };
    let set = world.stack_sets.get(home).and_then(|sets| sets.get(id));
    let retain = set.is_some_and(|set| set.definition.retain_on_removal);
    let regions: BTreeSet<Region> = cells.keys().map(|key| key.region.clone()).collect();
    let requested = Requested {
        retain_stacks: retain && action == OperationAction::Delete,
        preferences: preferences(),
        regions: regions.into_iter().collect(),
        cells,
        automatic: true,
        ..Requested::new(operation, action)
    };
    request(world, home, id, requested);
}

/// Automatic deployment knows no preferences: one account in all its Regions, whatever fails (reference §2.6).
fn preferences() -> OperationPreferences {
    OperationPreferences {
        region_concurrency: RegionConcurrency::Parallel,
        region_order: Vec::new(),
        failure_tolerance: Amount::Count(0),
        max_concurrent: Amount::Count(1),
        concurrency_mode: ConcurrencyMode::Strict,
    }
}
