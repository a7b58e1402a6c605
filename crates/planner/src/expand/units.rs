//! Which units are targets as a whole, Region by Region.

use std::collections::BTreeSet;

use model::ids::{Region, UnitId};

use super::Wanted;
use crate::parts::{Pairs, Part, Parts};
use crate::tree::Tree;

/// The units of the parts without those that a unit above them covers in the same Region.
pub(super) fn targeted<'a>(parts: &Parts<'a>, tree: &Tree<'a>) -> Pairs<'a> {
    let mut all = Pairs::new();
    for part in &parts.deploy {
        for unit in part.selection.units() {
            all.entry(unit).or_default().extend(&part.regions);
        }
    }
    let covered = |unit: &UnitId, region: &Region| {
        let above = tree.above(unit).get(1..).unwrap_or_default();
        above
            .iter()
            .any(|above| all.get(above).is_some_and(|regions| regions.contains(region)))
    };
    let mut outermost = Pairs::new();
    for (unit, regions) in &all {
        let own: BTreeSet<_> = regions
            .iter()
            .copied()
            .filter(|region| !covered(unit, region))
            .collect();
        if !own.is_empty() {
            outermost.insert(*unit, own);
        }
    }
    outermost
}

/// Units that skips and sets leave out, and that are below a target all the same.
pub(super) fn left_out<'a>(parts: &Parts<'a>, wanted: &Wanted<'a>, tree: &Tree<'a>) -> BTreeSet<&'a UnitId> {
    let skipped = parts.skip.iter().map(|(part, _)| (part, part.selection.units()));
    let excluded = parts
        .deploy
        .iter()
        .map(|part| (part, part.selection.excluded_units()));
    let covered = |part: &Part<'a>, unit: &UnitId| {
        let mut regions = wanted.order.iter().filter(|region| part.is_in(region));
        regions.any(|region| wanted.covers(unit, region, tree))
    };
    let mut units = BTreeSet::new();
    for (part, named) in skipped.chain(excluded) {
        units.extend(named.into_iter().filter(|unit| covered(part, unit)));
    }
    units
}

/// A unit whose accounts are all left out is no target: its registration would only bring them back. Where it has active accounts,
/// those count. One that is empty is a target for accounts to come, unless it is skipped itself.
pub(super) fn forget_skipped<'a>(wanted: &mut Wanted<'a>, parts: &Parts<'a>, tree: &Tree<'a>) {
    let mut units = std::mem::take(&mut wanted.units);
    for (unit, regions) in &mut units {
        regions.retain(|region| {
            let mut active = tree.active(unit).into_iter().flatten().peekable();
            let mut inactive = tree.inactive(unit).peekable();
            if active.peek().is_some() {
                active.any(|account| wanted.includes(account, region))
            } else if inactive.peek().is_some() {
                inactive.any(|account| wanted.includes(account, region))
            } else {
                !is_skipped(parts, unit, region, tree)
            }
        });
    }
    units.retain(|_, regions| !regions.is_empty());
    wanted.units = units;
}

fn is_skipped(parts: &Parts<'_>, unit: &UnitId, region: &Region, tree: &Tree<'_>) -> bool {
    let skips = parts.skip.iter().filter(|(part, _)| part.is_in(region));
    let skipped: BTreeSet<&UnitId> = skips.flat_map(|(part, _)| part.selection.units()).collect();
    tree.above(unit).iter().any(|above| skipped.contains(*above))
}
