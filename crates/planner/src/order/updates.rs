//! Calls that bring instances up to date: those that keep their overrides, and those that get others.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::ids::Region;
use model::plan::Reason;

use super::Work;
use crate::calls::units::Population;
use crate::calls::{self, Piece};
use crate::diff_instances::Row;
use crate::fate::{Fate, FateKind};
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
    /// `after_leaving` when what leaves is gone by then.
    pub(super) fn of(work: &Work<'a, '_>, stage: usize, after_leaving: bool) -> Self {
        let plain = |fate: &Fate<'a>| {
            fate.kind == FateKind::Update && (fate.sends.is_none() || waits(work, fate.values))
        };
        let sent = |fate: &Fate<'a>| is_sent(fate) && !waits(work, fate.values);
        let cells = work.cells(plain, Some(stage));
        let late = work.shares.in_order().first() != Some(&stage);
        let there = population(work, !cells.is_empty(), (late, after_leaving));
        Self {
            plain: touches(work, &cells, there.as_ref()),
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
pub(crate) fn of_new_parameters<'a>(work: &Work<'a, '_>) -> Vec<(Overrides, Vec<Piece<'a>>)> {
    lists(work, |fate| is_sent(fate) && waits(work, fate.values), None)
}

fn is_sent(fate: &Fate<'_>) -> bool {
    fate.kind == FateKind::Update && fate.sends.is_some()
}

/// Whether a list has a parameter that the StackSet, as it is, does not have.
pub(crate) fn waits(work: &Work<'_, '_>, id: ValuesId) -> bool {
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
    let sets = work.sets(&meant);
    // Values of new parameters come when everything else is done.
    let there = population(work, !sets.is_empty(), (true, stage.is_none()));
    let lists = sets.into_iter().map(|id| {
        let cells = work.cells(|fate| meant(fate) && fate.values == id, stage);
        let pieces = touches(work, &cells, there.as_ref());
        (work.wanted.values.values(id), pieces)
    });
    lists.filter(|(_, pieces)| !pieces.is_empty()).collect()
}

/// Calls on instances that are there.
fn touches<'a>(
    work: &Work<'a, '_>,
    cells: &Cells<Row<'a>, &'a Region>,
    there: Option<&Population<'a>>,
) -> Vec<Piece<'a>> {
    match there {
        Some(there) => calls::units::touch(work.cutting(), cells, there),
        None => calls::accounts(work.cutting(), cells),
    }
}

/// What is there when a call is made, for service-managed StackSets: without what is forgotten, which goes first. `late` when
/// instances may have been made before, `after_leaving` when what leaves is gone: a call without a filter would reach them.
fn population<'a>(
    work: &Work<'a, '_>,
    needed: bool,
    (late, after_leaving): (bool, bool),
) -> Option<Population<'a>> {
    let observed = work.observed.filter(|_| needed && work.service_managed)?;
    // A call on a whole unit also lists the accounts that AWS does not deploy to (reference §4.3).
    let listed = |fate: &Fate<'a>| fate.kind == FateKind::Excluded && fate.reason == Some(Reason::Suspended);
    let made = work.cells(
        |fate| late && (fate.kind == FateKind::Create || listed(fate)),
        None,
    );
    let leaves = |fate: &Fate<'a>| matches!(fate.kind, FateKind::Delete | FateKind::Detach);
    let gone = work.cells(
        |fate| fate.kind == FateKind::Forget || after_leaving && leaves(fate),
        None,
    );
    Some(Population::of(&work.context.tree, observed, &gone, &made))
}
