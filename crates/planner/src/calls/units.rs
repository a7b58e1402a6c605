//! Calls of a service-managed StackSet that create or update: units × Regions, filtered where only a part is meant.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::observed::ObservedStackSet;
use model::targets::{AccountFilter, CallTargets};

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

/// Calls that make instances, and register units without a missing one. Where somebody below such a unit is left out on
/// purpose, one who is there stands for it, since a call without a filter would reach everybody; any other joins a call that
/// has no filter, or gets one of its own.
pub(crate) fn create<'a>(
    cutting: Cutting<'a, '_>,
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    (missing, lone): (&Cells<Row<'a>, &'a Region>, &Pairs<'a>),
) -> Vec<Piece<'a>> {
    let mut rows = missing.clone();
    let mut open = Pairs::new();
    let mut standing: BTreeSet<(&AccountId, &Region)> = BTreeSet::new();
    for (unit, regions) in lone {
        for region in regions {
            let Some(account) = stand_in(tree, wanted, unit, region) else {
                open.entry(*unit).or_default().insert(*region);
                continue;
            };
            standing.insert((account, *region));
            rows.entry((*unit, account)).or_default().insert(*region);
        }
    }
    // An account that is named by itself never stands for its unit, even if it is alone there.
    let whole = |unit: &UnitId, accounts: &Accounts<'a>, regions: &BTreeSet<&Region>| {
        let targeted = wanted.units.get(unit);
        let asleep = |region: &&Region| {
            tree.inactive(unit)
                .all(|account| wanted.includes(account, region))
        };
        targeted.is_some_and(|own| regions.is_subset(own))
            && tree.active(unit) == Some(accounts)
            && regions.iter().all(asleep)
    };
    let mut pieces = cut(cutting, &rows, &whole);
    for piece in &mut pieces {
        for (account, regions) in &mut piece.touches {
            regions.retain(|region| !standing.contains(&(*account, *region)));
        }
        piece.touches.retain(|_, regions| !regions.is_empty());
        join(cutting, piece, &mut open);
    }
    pieces.extend(register(cutting, &open));
    pieces
}

/// Units that are only registered join a call without a filter that is about no other Regions than theirs.
fn join<'a>(cutting: Cutting<'a, '_>, piece: &mut Piece<'a>, open: &mut Pairs<'a>) {
    let CallTargets::Units {
        units,
        filter: AccountFilter::None,
        regions,
    } = &mut piece.targets
    else {
        return;
    };
    for (unit, left) in open.iter_mut() {
        let fits = regions.iter().all(|region| left.contains(region));
        if fits && units.len() < cutting.limits.units_per_call {
            units.insert((*unit).clone());
            piece.whole.insert(*unit);
            left.retain(|region| !regions.contains(region));
        }
    }
    open.retain(|_, left| !left.is_empty());
}

fn register<'a>(cutting: Cutting<'a, '_>, open: &Pairs<'a>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    for block in partition(open, cutting.limits) {
        let units: Vec<_> = block
            .rows
            .into_iter()
            .map(|unit| (unit, Accounts::new()))
            .collect();
        let calls = units.chunks(cutting.limits.units_per_call.max(1));
        pieces.extend(calls.map(|units| piece(cutting, units, &block.columns, true)));
    }
    pieces
}

/// An account that is there for its unit, when another one of the unit is left out. One that AWS does not deploy to serves
/// where there is no other: it gets no stack.
fn stand_in<'a>(
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    unit: &UnitId,
    region: &Region,
) -> Option<&'a AccountId> {
    let active = tree.active(unit).into_iter().flatten().copied();
    let accounts = active.chain(tree.inactive(unit));
    let all = accounts.clone().all(|account| wanted.includes(account, region));
    let mut there = accounts.filter(|account| wanted.includes(account, region));
    there.next().filter(|_| !all)
}

/// Calls that touch instances that are there, through the units that they were targeted through.
pub(crate) fn touch<'a>(
    cutting: Cutting<'a, '_>,
    cells: &Cells<Row<'a>, &'a Region>,
    there: &Population<'a>,
) -> Vec<Piece<'a>> {
    let whole = |unit: &UnitId, accounts: &Accounts<'a>, regions: &BTreeSet<&Region>| {
        regions
            .iter()
            .all(|region| there.count(unit, region) == accounts.len())
    };
    cut(cutting, cells, &whole)
}

/// The same with exact accounts, whatever the units hold.
pub(crate) fn exact<'a>(cutting: Cutting<'a, '_>, cells: &Cells<Row<'a>, &'a Region>) -> Vec<Piece<'a>> {
    cut(cutting, cells, &|_, _, _| false)
}

type IsWhole<'a, 'w> = dyn Fn(&UnitId, &Accounts<'a>, &BTreeSet<&Region>) -> bool + 'w;

fn cut<'a>(
    cutting: Cutting<'a, '_>,
    rows: &Cells<Row<'a>, &'a Region>,
    is_whole: &IsWhole<'a, '_>,
) -> Vec<Piece<'a>> {
    partition(rows, cutting.limits)
        .iter()
        .flat_map(|block| pieces(cutting, block, is_whole))
        .collect()
}

/// One rectangle as one call, or as more: at most so many units each. Only where all of the units are meant as a whole there is
/// no filter.
fn pieces<'a>(
    cutting: Cutting<'a, '_>,
    block: &Block<Row<'a>, &'a Region>,
    is_whole: &IsWhole<'a, '_>,
) -> Vec<Piece<'a>> {
    let mut units: BTreeMap<&UnitId, Accounts<'a>> = BTreeMap::new();
    for (unit, account) in &block.rows {
        units.entry(unit).or_default().insert(account);
    }
    let mut all = units.iter();
    let open = all.all(|(unit, accounts)| is_whole(unit, accounts, &block.columns));
    let units: Vec<_> = units.into_iter().collect();
    units
        .chunks(cutting.limits.units_per_call.max(1))
        .map(|units| piece(cutting, units, &block.columns, open))
        .collect()
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
pub(crate) struct Population<'a>(BTreeMap<(&'a UnitId, &'a Region), isize>);

impl<'a> Population<'a> {
    /// Of what is there, without what the plan takes away before, and with what it makes before.
    pub(crate) fn of(
        tree: &Tree<'a>,
        observed: &'a ObservedStackSet,
        gone: &Cells<Row<'a>, &'a Region>,
        made: &Cells<Row<'a>, &'a Region>,
    ) -> Self {
        let mut population = Self(BTreeMap::new());
        for (key, instance) in &observed.instances {
            population.add(tree, (instance.unit.as_ref(), &key.account), &key.region, 1);
        }
        for (sign, cells) in [(-1, gone), (1, made)] {
            for ((unit, account), regions) in cells {
                for region in regions {
                    population.add(tree, (Some(unit), account), region, sign);
                }
            }
        }
        population
    }

    /// An instance counts for the units above its account, and for the one that it was made through.
    fn add(
        &mut self,
        tree: &Tree<'a>,
        (unit, account): (Option<&'a UnitId>, &'a AccountId),
        region: &'a Region,
        sign: isize,
    ) {
        let above = tree.above_account(account);
        let own = unit.filter(|unit| !above.contains(unit));
        for unit in above.iter().copied().chain(own) {
            *self.0.entry((unit, region)).or_default() += sign;
        }
    }

    fn count(&self, unit: &UnitId, region: &Region) -> usize {
        let count = self.0.get(&(unit, region)).copied().unwrap_or_default();
        usize::try_from(count).unwrap_or_default()
    }
}
