//! Calls of a service-managed StackSet that create or update: units × Regions, filtered where only a part is meant.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::observed::ObservedStackSet;
use model::targets::AccountFilter;

use super::{Cutting, Piece, unit_targets};
use crate::diff_instances::Row;
use crate::expand::Wanted;
use crate::parts::Pairs;
use crate::rectangles::{Block, Cells, partition};
use crate::tree::Tree;

type Accounts<'a> = BTreeSet<&'a AccountId>;

/// Units that must be registered and in which no instance is missing in that Region.
pub(crate) fn lone<'a>(missing: &Cells<Row<'a>, &'a Region>, unregistered: &Pairs<'a>) -> Pairs<'a> {
    let mut named: Pairs<'a> = Pairs::new();
    for ((unit, _), regions) in missing {
        named.entry(unit).or_default().extend(regions);
    }
    let mut lone = Pairs::new();
    for (unit, regions) in unregistered {
        let has = named.get(unit);
        let alone: BTreeSet<_> = regions
            .iter()
            .filter(|region| has.is_none_or(|has| !has.contains(*region)))
            .copied()
            .collect();
        if !alone.is_empty() {
            lone.insert(*unit, alone);
        }
    }
    lone
}

/// Calls that make instances, and register units without a missing one. Such a unit counts as a row of its own, so that it
/// joins the other units' call; where somebody below it is left out on purpose, one who is there stands for it, since a call
/// without a filter would reach everybody.
pub(crate) fn create<'a>(
    cutting: Cutting<'a, '_>,
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    (missing, lone): (&Cells<Row<'a>, &'a Region>, &Pairs<'a>),
) -> Vec<Piece<'a>> {
    let mut rows: Cells<(&UnitId, Option<&AccountId>), &Region> = missing
        .iter()
        .map(|((unit, account), regions)| ((*unit, Some(*account)), regions.clone()))
        .collect();
    let mut standing: BTreeSet<(&AccountId, &Region)> = BTreeSet::new();
    for (unit, regions) in lone {
        for region in regions {
            let account = stand_in(tree, wanted, unit, region);
            standing.extend(account.map(|account| (account, *region)));
            rows.entry((*unit, account)).or_default().insert(*region);
        }
    }
    // An account that is named by itself never stands for its unit, even if it is alone there.
    let whole = |unit: &UnitId, accounts: &Accounts<'a>, regions: &BTreeSet<&Region>| {
        let targeted = wanted.units.get(unit);
        targeted.is_some_and(|own| regions.is_subset(own)) && tree.active(unit) == Some(accounts)
    };
    let mut pieces = cut(cutting, &rows, &whole);
    for piece in &mut pieces {
        for (account, regions) in &mut piece.touches {
            regions.retain(|region| !standing.contains(&(*account, *region)));
        }
        piece.touches.retain(|_, regions| !regions.is_empty());
    }
    pieces
}

/// An account that is there for its unit, when another one of the unit is left out.
fn stand_in<'a>(
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    unit: &UnitId,
    region: &Region,
) -> Option<&'a AccountId> {
    let is_wanted = |account: &AccountId| {
        let cell = wanted.cell(account, region);
        cell.is_some_and(|(cell, _)| cell.skip.is_none())
    };
    let active = tree.active(unit)?;
    let all = active.iter().all(|account| is_wanted(account));
    let mut there = active.iter().copied().filter(|account| is_wanted(account));
    there.next().filter(|_| !all)
}

/// Calls that touch instances that are there, through the units that they were targeted through.
pub(crate) fn touch<'a>(
    cutting: Cutting<'a, '_>,
    cells: &Cells<Row<'a>, &'a Region>,
    there: &Population<'a>,
) -> Vec<Piece<'a>> {
    let rows = cells
        .iter()
        .map(|((unit, account), regions)| ((*unit, Some(*account)), regions.clone()))
        .collect();
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
pub(crate) struct Population<'a>(BTreeMap<(&'a UnitId, &'a Region), usize>);

impl<'a> Population<'a> {
    /// Of what is there, and of what the plan makes before.
    pub(crate) fn of(
        tree: &Tree<'a>,
        observed: &'a ObservedStackSet,
        made: &Cells<Row<'a>, &'a Region>,
    ) -> Self {
        let mut counts = BTreeMap::new();
        for (key, instance) in &observed.instances {
            let above = tree.above_account(&key.account);
            let own = instance.unit.as_ref().filter(|unit| !above.contains(unit));
            for unit in above.iter().copied().chain(own) {
                *counts.entry((unit, &key.region)).or_default() += 1;
            }
        }
        for ((_, account), regions) in made {
            for unit in tree.above_account(account) {
                for region in regions {
                    *counts.entry((*unit, *region)).or_default() += 1;
                }
            }
        }
        Self(counts)
    }

    fn count(&self, unit: &UnitId, region: &Region) -> usize {
        self.0.get(&(unit, region)).copied().unwrap_or_default()
    }
}
