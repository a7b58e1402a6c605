//! Calls that bring instances up to date: those that keep their overrides, and those that get others.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::ids::Region;

use super::Work;
use super::there::There;
use crate::calls::{self, Piece};
use crate::diff_instances::Row;
use crate::fate::Fate;
use crate::overrides::ValuesId;
use crate::rectangles::Cells;

/// The list that a call carries.
pub(crate) type Overrides = BTreeMap<String, ParameterValue>;

/// What one stage updates.
pub(super) struct Updates<'a> {
    /// Instances that keep the values that they have for themselves, at least for now.
    pub(super) plain: Vec<Piece<'a>>,
    /// Instances that get others, by the whole list.
    pub(super) overrides: Vec<(Overrides, Vec<Piece<'a>>)>,
}

impl<'a> Updates<'a> {
    /// As calls that are made now.
    pub(super) fn of(work: &Work<'a, '_>, there: &There<'a>, stage: usize) -> Self {
        let cells = work.cells(|fate| work.is_plain(fate), Some(stage));
        Self {
            plain: touches(work, there, std::iter::once(&cells))
                .pop()
                .unwrap_or_default(),
            overrides: lists(work, there, stage),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.overrides.is_empty()
    }

    /// What the call that changes the definition names when only instances with other values are left: the fewest of them.
    pub(super) fn fewest(&self) -> Option<Piece<'a>> {
        let pieces = self.overrides.iter().flat_map(|(_, pieces)| pieces);
        let size = |piece: &&Piece<'a>| piece.touches.values().map(BTreeSet::len).sum::<usize>();
        pieces.min_by_key(size).cloned()
    }
}

/// Values of single instances that a stage sends.
pub(super) fn lists<'a>(
    work: &Work<'a, '_>,
    there: &There<'a>,
    stage: usize,
) -> Vec<(Overrides, Vec<Piece<'a>>)> {
    if work.lists_wait {
        return Vec::new();
    }
    all_lists(work, there, Some(stage))
}

/// Those that come when everything else is done.
pub(super) fn waiting_lists<'a>(work: &Work<'a, '_>, there: &There<'a>) -> Vec<(Overrides, Vec<Piece<'a>>)> {
    all_lists(work, there, None)
}

fn all_lists<'a>(
    work: &Work<'a, '_>,
    there: &There<'a>,
    stage: Option<usize>,
) -> Vec<(Overrides, Vec<Piece<'a>>)> {
    let sets: Vec<ValuesId> = work.sets(Fate::is_sent).into_iter().collect();
    let of_set = |id: &ValuesId| work.cells(|fate| fate.is_sent() && fate.values == *id, stage);
    let cells: Vec<_> = sets.iter().map(of_set).collect();
    let pieces = touches(work, there, cells.iter());
    let lists = sets.into_iter().map(|id| work.wanted.values.values(id));
    lists
        .zip(pieces)
        .filter(|(_, pieces)| !pieces.is_empty())
        .collect()
}

/// Calls on instances that are there, for each of some sets of them. Nothing is counted where there is nothing to call.
fn touches<'a, 'c>(
    work: &Work<'a, '_>,
    there: &There<'a>,
    sets: impl Iterator<Item = &'c Cells<Row<'a>, &'a Region>> + Clone,
) -> Vec<Vec<Piece<'a>>>
where
    'a: 'c,
{
    let needed = sets.clone().any(|cells| !cells.is_empty());
    let population = if needed { there.population(work) } else { None };
    let calls = |cells: &Cells<Row<'a>, &'a Region>| match &population {
        Some(population) => calls::units::touch(work.cutting(), cells, population),
        None => calls::accounts(work.cutting(), cells),
    };
    sets.map(calls).collect()
}
