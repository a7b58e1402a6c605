//! Calls that bring instances up to date: those that keep their overrides, and those that get others.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::ids::Region;

use super::Work;
use crate::calls::{self, Piece};
use crate::diff_instances::Row;
use crate::fate::{Fate, FateKind};
use crate::overrides::ValuesId;
use crate::rectangles::Cells;

/// The list that a call carries.
pub(super) type Overrides = BTreeMap<String, ParameterValue>;

/// What one stage updates.
pub(super) struct Updates<'a> {
    /// Instances that keep the values that they have for themselves, at least for now.
    pub(super) plain: Vec<Piece<'a>>,
    /// Instances that get others, by the whole list.
    pub(super) overrides: Vec<(Overrides, Vec<Piece<'a>>)>,
}

impl<'a> Updates<'a> {
    pub(super) fn of(work: &Work<'a, '_>, stage: usize) -> Self {
        let plain = |fate: &Fate<'a>| {
            fate.kind == FateKind::Update && (fate.sends.is_none() || waits(work, fate.values))
        };
        let sent = |fate: &Fate<'a>| is_sent(fate) && !waits(work, fate.values);
        Self {
            plain: touches(
                work,
                &work.cells(plain, Some(stage)),
                work.shares.in_order().first() != Some(&stage),
            ),
            overrides: lists(work, sent, Some(stage)),
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

/// What comes when every instance has the parameters that are new.
pub(super) fn of_new_parameters<'a>(work: &Work<'a, '_>) -> Vec<(Overrides, Vec<Piece<'a>>)> {
    lists(work, |fate| is_sent(fate) && waits(work, fate.values), None)
}

fn is_sent(fate: &Fate<'_>) -> bool {
    fate.kind == FateKind::Update && fate.sends.is_some()
}

/// Whether a list has a parameter that the StackSet, as it is, does not have.
fn waits(work: &Work<'_, '_>, id: ValuesId) -> bool {
    let set = work.wanted.values.get(id);
    let mut names = set.into_iter().flat_map(|set| set.values.keys());
    let Some(observed) = work.observed else {
        return false;
    };
    names.any(|name| !observed.definition.parameters.contains_key(name))
}

fn lists<'a>(
    work: &Work<'a, '_>,
    meant: impl Fn(&Fate<'a>) -> bool,
    stage: Option<usize>,
) -> Vec<(Overrides, Vec<Piece<'a>>)> {
    let lists = work.sets(&meant).into_iter().map(|id| {
        let cells = work.cells(|fate| meant(fate) && fate.values == id, stage);
        (work.wanted.values.values(id), touches(work, &cells, true))
    });
    lists.filter(|(_, pieces)| !pieces.is_empty()).collect()
}

/// Calls on instances that are there; `late` when instances may have been made before.
fn touches<'a>(work: &Work<'a, '_>, cells: &Cells<Row<'a>, &'a Region>, late: bool) -> Vec<Piece<'a>> {
    match work.observed {
        Some(observed) if work.service_managed => {
            let made = work.cells(|fate| late && fate.kind == FateKind::Create, None);
            calls::units::touch(work.cutting(), &work.context.tree, cells, (observed, &made))
        }
        _ => calls::accounts(work.cutting(), cells),
    }
}
