//! Calls of a service-managed StackSet that create or update: units × Regions, filtered where only a part is meant.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::observed::ObservedStackSet;
use model::targets::AccountFilter;

use super::{Cutting, Piece, unit_targets};
use crate::diff_instances::Row;
use crate::diff_targets::Pairs;
use crate::expand::Wanted;
use crate::rectangles::{Block, Cells, partition};
use crate::tree::Tree;

type Accounts<'a> = BTreeSet<&'a AccountId>;

/// Calls that make instances, and register units that are not registered yet. A unit without a missing instance that must
/// still be registered counts as a row of its own, so that it joins the other units' call.
pub(crate) fn create<'a>(
    cutting: Cutting<'a, '_>,
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    missing: &Cells<Row<'a>, &'a Region>,
    unregistered: &Pairs<'a>,
) -> Vec<Piece<'a>> {
    let mut rows: Cells<(&UnitId, Option<&AccountId>), &Region> = missing
        .iter()
        .map(|((unit, account), regions)| ((*unit, Some(*account)), regions.clone()))
        .collect();
    let mut named: Pairs<'a> = Pairs::new();
    for ((unit, _), regions) in missing {
        named.entry(unit).or_default().extend(regions);
    }
    for (unit, regions) in unregistered {
        let has = named.get(unit);
        let alone: BTreeSet<_> = regions
            .iter()
            .filter(|region| has.is_none_or(|has| !has.contains(*region)))
            .copied()
            .collect();
        rows.insert((*unit, None), alone);
    }
    // An account that is named by itself never stands for its unit, even if it is alone there.
    let whole = |unit: &UnitId, accounts: &Accounts<'a>, _: &BTreeSet<&Region>| {
        wanted.units.contains(unit) && tree.active(unit) == Some(accounts)
    };
    cut(cutting, &rows, &whole)
}

/// Calls that touch instances that are there, through the units that they were targeted through.
pub(crate) fn touch<'a>(
    cutting: Cutting<'a, '_>,
    tree: &Tree<'a>,
    cells: &Cells<Row<'a>, &'a Region>,
    observed: &'a ObservedStackSet,
) -> Vec<Piece<'a>> {
    let rows = cells
        .iter()
        .map(|((unit, account), regions)| ((*unit, Some(*account)), regions.clone()))
        .collect();
    let there = Population::of(tree, &cells.keys().map(|(unit, _)| *unit).collect(), observed);
    let whole = |unit: &UnitId, accounts: &Accounts<'a>, regions: &BTreeSet<&Region>| {
        regions
            .iter()
            .all(|region| there.count(unit, region) == accounts.len())
    };
    cut(cutting, &rows, &whole)
}

/// The same with exact accounts, whatever the units hold.
pub(crate) fn exact<'a>(cutting: Cutting<'a, '_>, cells: &Cells<Row<'a>, &'a Region>) -> Vec<Piece<'a>> {
    let rows = cells
        .iter()
        .map(|((unit, account), regions)| ((*unit, Some(*account)), regions.clone()))
        .collect();
    cut(cutting, &rows, &|_, _, _| false)
}

type IsWhole<'a, 'w> = dyn Fn(&UnitId, &Accounts<'a>, &BTreeSet<&Region>) -> bool + 'w;

fn cut<'a>(
    cutting: Cutting<'a, '_>,
    rows: &Cells<(&'a UnitId, Option<&'a AccountId>), &'a Region>,
    is_whole: &IsWhole<'a, '_>,
) -> Vec<Piece<'a>> {
    partition(rows, cutting.limits)
        .iter()
        .flat_map(|block| pieces(cutting, block, is_whole))
        .collect()
}

/// One rectangle as one call, or as more: at most so many units each, and units that must not be filtered apart from those
/// that must.
fn pieces<'a>(
    cutting: Cutting<'a, '_>,
    block: &Block<(&'a UnitId, Option<&'a AccountId>), &'a Region>,
    is_whole: &IsWhole<'a, '_>,
) -> Vec<Piece<'a>> {
    let mut units: BTreeMap<&UnitId, Accounts<'a>> = BTreeMap::new();
    for (unit, account) in &block.rows {
        units.entry(unit).or_default().extend(account);
    }
    let whole = |unit: &UnitId, accounts: &Accounts<'a>| {
        accounts.is_empty() || is_whole(unit, accounts, &block.columns)
    };
    let all_whole = units.iter().all(|(unit, accounts)| whole(unit, accounts));
    let must_be_open = units.values().any(BTreeSet::is_empty);
    let (open, filtered): (Vec<_>, Vec<_>) = units
        .into_iter()
        .partition(|(unit, accounts)| (all_whole || must_be_open) && whole(unit, accounts));
    let size = cutting.limits.units_per_call.max(1);
    let open = open
        .chunks(size)
        .map(|units| piece(cutting, units, &block.columns, true));
    let filtered = filtered
        .chunks(size)
        .map(|units| piece(cutting, units, &block.columns, false));
    open.chain(filtered).collect()
}

fn piece<'a>(
    cutting: Cutting<'a, '_>,
    units: &[(&'a UnitId, Accounts<'a>)],
    regions: &BTreeSet<&'a Region>,
    open: bool,
) -> Piece<'a> {
    let names: BTreeSet<_> = units.iter().map(|(unit, _)| *unit).collect();
    let accounts: Accounts<'a> = units
        .iter()
        .flat_map(|(_, accounts)| accounts.iter().copied())
        .collect();
    let filter = if open {
        AccountFilter::None
    } else {
        AccountFilter::Intersection(accounts.iter().map(|account| (*account).clone()).collect())
    };
    Piece {
        targets: unit_targets(cutting, &names, filter, regions),
        touches: accounts
            .into_iter()
            .map(|account| (account, regions.clone()))
            .collect(),
        whole: if open { names } else { BTreeSet::new() },
    }
}

/// How many instances a call on a unit without a filter would touch.
struct Population<'a>(BTreeMap<(&'a UnitId, &'a Region), usize>);

impl<'a> Population<'a> {
    fn of(tree: &Tree<'a>, units: &BTreeSet<&'a UnitId>, observed: &'a ObservedStackSet) -> Self {
        let mut counts = BTreeMap::new();
        for (key, instance) in &observed.instances {
            let above = tree.above_account(&key.account);
            let own = instance.unit.as_ref().filter(|unit| !above.contains(unit));
            for unit in above.iter().copied().chain(own) {
                if units.contains(unit) {
                    *counts.entry((unit, &key.region)).or_default() += 1;
                }
            }
        }
        Self(counts)
    }

    fn count(&self, unit: &UnitId, region: &Region) -> usize {
        self.0.get(&(unit, region)).copied().unwrap_or_default()
    }
}
