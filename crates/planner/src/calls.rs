//! Rectangles to calls: in the form that each permission model takes, with as few units and filters as it needs.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::instance::Rectangle;
use model::targets::{AccountFilter, CallTargets};

use crate::context::in_order;
use crate::diff_instances::Row;
use crate::limits::Limits;
use crate::rectangles::{Block, Cells, partition};

pub(crate) mod deletes;
pub(crate) mod units;

/// One call's targets with what they touch.
#[derive(Debug, Clone)]
pub(crate) struct Piece<'a> {
    pub(crate) targets: CallTargets,
    pub(crate) touches: Cells<&'a AccountId, &'a Region>,
    /// Units that the call names without exact accounts.
    pub(crate) whole: BTreeSet<&'a UnitId>,
}

/// What cutting needs besides the cells.
#[derive(Clone, Copy)]
pub(crate) struct Cutting<'a, 'c> {
    pub(crate) limits: &'c Limits,
    /// The manifest's order of Regions.
    pub(crate) order: &'c [&'a Region],
}

/// Calls of a self-managed StackSet: `Accounts` × `Regions` (reference §2.2).
pub(crate) fn accounts<'a>(cutting: Cutting<'a, '_>, cells: &Cells<Row<'a>, &'a Region>) -> Vec<Piece<'a>> {
    partition(&by_account(cells), cutting.limits)
        .into_iter()
        .map(|block| Piece {
            targets: CallTargets::Accounts {
                accounts: block.rows.iter().map(|account| (*account).clone()).collect(),
                regions: in_order(cutting.order, block.columns.iter().copied()),
            },
            touches: product(&block),
            whole: BTreeSet::new(),
        })
        .collect()
}

/// Cells without the unit that each account is reached through.
pub(crate) fn by_account<'a>(cells: &Cells<Row<'a>, &'a Region>) -> Cells<&'a AccountId, &'a Region> {
    let mut accounts: Cells<&AccountId, &Region> = BTreeMap::new();
    for ((_, account), regions) in cells {
        accounts.entry(account).or_default().extend(regions);
    }
    accounts
}

/// Cells as the rectangles that a plan stores.
pub(crate) fn rectangles(cells: &Cells<&AccountId, &Region>, limits: &Limits) -> Vec<Rectangle> {
    partition(cells, limits)
        .into_iter()
        .map(|block| Rectangle {
            accounts: block.rows.into_iter().cloned().collect(),
            regions: block.columns.into_iter().cloned().collect(),
        })
        .collect()
}

/// Instances as the fewest rectangles that the limits let us find, no instance in two: what a call can name, when all its instances
/// get the same (reference §2.2).
pub fn batches(instances: &BTreeMap<AccountId, BTreeSet<Region>>, limits: &Limits) -> Vec<Rectangle> {
    let cells = instances
        .iter()
        .map(|(account, regions)| (account, regions.iter().collect()))
        .collect();
    rectangles(&cells, limits)
}

fn product<'a>(block: &Block<&'a AccountId, &'a Region>) -> Cells<&'a AccountId, &'a Region> {
    let rows = block.rows.iter();
    rows.map(|account| (*account, block.columns.clone())).collect()
}

/// A service-managed call's targets.
fn unit_targets<'a>(
    cutting: Cutting<'a, '_>,
    units: &BTreeSet<&'a UnitId>,
    filter: AccountFilter,
    regions: &BTreeSet<&'a Region>,
) -> CallTargets {
    CallTargets::Units {
        units: units.iter().map(|unit| (*unit).clone()).collect(),
        filter,
        regions: in_order(cutting.order, regions.iter().copied()),
    }
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
