//! Calls of a service-managed StackSet that delete: units that go as a whole without a filter, the rest with exact accounts.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{Region, UnitId};
use model::targets::AccountFilter;

use super::{Cutting, Piece, unit_targets, units};
use crate::diff_instances::Row;
use crate::parts::Pairs;
use crate::rectangles::{Cells, partition};
use crate::tree::Tree;

/// Calls that take instances away. `unregister` are the pairs below which everything goes; only a call without a filter
/// takes their registration away (reference §2.2).
pub(crate) fn delete<'a>(
    cutting: Cutting<'a, '_>,
    tree: &Tree<'a>,
    leaving: &Cells<Row<'a>, &'a Region>,
    unregister: &Pairs<'a>,
) -> Vec<Piece<'a>> {
    let (mut pieces, calls) = open(cutting, unregister);
    let mut rest: Cells<Row<'a>, &'a Region> = BTreeMap::new();
    for ((unit, account), regions) in leaving {
        let above = tree.above_account(account);
        for region in regions {
            let pairs = above.iter().copied().chain([*unit]).map(|unit| (unit, *region));
            // The earliest call that covers the instance is the one that deletes it.
            let call = pairs.filter_map(|pair| calls.get(&pair).copied()).min();
            match call.and_then(|call| pieces.get_mut(call)) {
                Some(piece) => piece.touches.entry(account).or_default().insert(region),
                None => rest.entry((unit, account)).or_default().insert(region),
            };
        }
    }
    pieces.extend(units::exact(cutting, &rest));
    pieces
}

/// A unit × Region pair to the call that takes it.
type ByPair<'a> = BTreeMap<(&'a UnitId, &'a Region), usize>;

fn open<'a>(cutting: Cutting<'a, '_>, unregister: &Pairs<'a>) -> (Vec<Piece<'a>>, ByPair<'a>) {
    let (mut pieces, mut calls) = (Vec::new(), ByPair::new());
    for block in partition(unregister, cutting.limits) {
        let units: Vec<_> = block.rows.iter().copied().collect();
        for units in units.chunks(cutting.limits.units_per_call.max(1)) {
            let whole: BTreeSet<_> = units.iter().copied().collect();
            for unit in units {
                calls.extend(
                    block
                        .columns
                        .iter()
                        .map(|region| ((*unit, *region), pieces.len())),
                );
            }
            pieces.push(Piece {
                targets: unit_targets(cutting, &whole, AccountFilter::None, &block.columns),
                touches: BTreeMap::new(),
                whole,
            });
        }
    }
    (pieces, calls)
}
