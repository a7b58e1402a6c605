//! Operations of one StackSet, in the order that is safe (reference §12.1, DESIGN §4).
//!
//! Managed execution alone → automatic deployment off → forget what is out of reach → stage by stage: update, delete what comes
//! again, create, overrides, delete → overrides, where some are of new parameters → automatic deployment as wanted → delete the
//! StackSet. An update never reaches an instance that the plan deletes.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::{OnLeave, Preferences};
use model::ids::{Region, UnitId};
use model::observed::ObservedStackSet;
use model::plan::{OperationKind, Reason};

use crate::calls::{self, Cutting, Piece};
use crate::context::Context;
use crate::definition::Effective;
use crate::diff_definition::DefinitionDiff;
use crate::diff_instances::{Fates, Row};
use crate::diff_targets::TargetsDiff;
use crate::expand::Wanted;
use crate::fate::{Fate, FateKind};
use crate::overrides::ValuesId;
use crate::parts::Pairs;
use crate::rectangles::Cells;
use crate::rollout::Shares;
use crate::selected;
use crate::tree::Tree;

mod chain;
mod names;
mod retries;
mod stage;
mod there;
mod updates;

use chain::Chain;
pub(crate) use chain::Step;
pub(crate) use names::moving_names;
pub(crate) use retries::retried;
use updates::Overrides;

/// What is to be done to one StackSet.
pub(crate) struct Work<'a, 'w> {
    pub(crate) context: &'w Context<'a>,
    pub(crate) preferences: &'w Preferences,
    pub(crate) wanted: &'w Wanted<'a>,
    pub(crate) observed: Option<&'a ObservedStackSet>,
    pub(crate) fates: &'w Fates<'a>,
    /// Which stage of the rollout does what.
    pub(crate) shares: &'w Shares<'a>,
    pub(crate) targets: &'w TargetsDiff<'a>,
    /// The wanted definition and its difference; none when the StackSet goes.
    pub(crate) definition: Option<(&'w Effective, &'w DefinitionDiff)>,
    pub(crate) service_managed: bool,
    /// What becomes of stacks whose instances leave.
    pub(crate) on_leave: Option<OnLeave>,
    /// Whether the values of single instances come when everything else is done.
    pub(crate) lists_wait: bool,
}

/// The operations, one after another, and the units whose accounts they depend on.
pub(crate) fn steps<'a>(work: &Work<'a, '_>) -> Vec<Step<'a>> {
    let stages = work.shares.in_order();
    let Some(mut chain) = Chain::start(work, stages.first().copied()) else {
        return Vec::new();
    };
    let sets = selected::sets_settings(work.context.selection);
    if sets {
        chain.managed_execution(work);
        chain.auto_deployment_off(work);
    }
    let forget = deletes(work, OperationKind::Forget, None);
    chain.instances(work, OperationKind::Forget, forget);
    chain.there.forgotten();
    for stage in stages {
        chain.stage(work, stage);
    }
    if work.lists_wait {
        chain.waiting_lists(work);
    }
    if sets {
        chain.auto_deployment(work);
    }
    chain.end(work)
}

impl<'a> Work<'a, '_> {
    pub(crate) fn cutting(&self) -> Cutting<'a, '_> {
        Cutting {
            limits: self.context.limits,
            order: &self.wanted.order,
        }
    }

    /// Whether a call without targets would reach instances that the plan leaves alone: those in accounts that AWS cannot work
    /// in. Service-managed StackSets skip such accounts by themselves (reference §2.8).
    fn spares_some(&self) -> bool {
        let spared = |fate: &Fate| fate.kind == FateKind::Keep && fate.reason == Some(Reason::Suspended);
        self.leaves_some_out() || (!self.service_managed && self.fates.keys().any(spared))
    }

    /// Whether instances that are there should change and are not selected.
    pub(crate) fn leaves_some_out(&self) -> bool {
        self.fates.keys().any(|fate| fate.is_left_out())
    }

    /// The definition that a stage sends to instances.
    fn new_definition(&self, stage: usize) -> Option<(&Effective, &DefinitionDiff)> {
        let defines = self.shares.defines(stage);
        self.definition
            .filter(|(_, diff)| defines && diff.touches_instances())
    }

    /// The instances with some fates, all or those of one stage.
    fn cells(&self, meant: impl Fn(&Fate<'a>) -> bool, stage: Option<usize>) -> Cells<Row<'a>, &'a Region> {
        let stage = stage.filter(|_| !self.shares.is_one());
        let mut cells: Cells<Row<'a>, &'a Region> = BTreeMap::new();
        for (fate, found) in self.fates.iter().filter(|(fate, _)| meant(fate)) {
            for (row, regions) in found {
                if stage.is_none() || self.shares.own(fate.kind, row.1) == stage {
                    cells.entry(*row).or_default().extend(regions);
                }
            }
        }
        cells
    }

    /// The sets of values that instances with some fates have for themselves.
    fn sets(&self, meant: impl Fn(&Fate<'a>) -> bool) -> BTreeSet<ValuesId> {
        let fates = self.fates.keys().filter(|fate| meant(fate));
        fates.map(|fate| fate.values).collect()
    }

    /// Whether the new definition, or one that is there already, has to be brought to an instance by a call of its own.
    fn is_plain(&self, fate: &Fate<'a>) -> bool {
        fate.kind == FateKind::Update
            && (fate.sends.is_none() || (self.lists_wait && fate.gets_definition(self.touched())))
    }

    /// Whether the definition changes for every instance.
    pub(crate) fn touched(&self) -> bool {
        self.definition.is_some_and(|(_, diff)| diff.touches_instances())
    }

    /// Pairs that a stage registers without making an instance: all of them in the last one, but for those that another
    /// stage registers by what it makes.
    fn unregistered(&self, stage: usize) -> Pairs<'a> {
        if self.shares.is_one() {
            return self.targets.added.clone();
        }
        let mut pairs = if self.shares.in_order().last() == Some(&stage) {
            self.targets.added.clone()
        } else {
            Pairs::new()
        };
        for ((unit, account), regions) in self.cells(|fate| fate.kind == FateKind::Create, None) {
            let elsewhere = self.shares.own(FateKind::Create, account) != Some(stage);
            if let Some(left) = pairs.get_mut(unit).filter(|_| elsewhere) {
                left.retain(|region| !regions.contains(region));
            }
        }
        pairs.retain(|_, regions| !regions.is_empty());
        pairs
    }
}

/// Calls that make instances, each set of values apart. What is only registered goes with those that have none: a list could
/// reach instances that are there.
fn creates<'a>(work: &Work<'a, '_>, stage: usize) -> Vec<(Option<Overrides>, Vec<Piece<'a>>)> {
    let made = Fate::is_made;
    let lone = calls::units::lone(&work.cells(made, Some(stage)), &work.unregistered(stage));
    let mut sets = work.sets(made);
    sets.insert(ValuesId::NONE);
    let nothing = Pairs::new();
    let calls = sets.into_iter().map(|id| {
        let cells = work.cells(|fate| made(fate) && fate.values == id, Some(stage));
        let list = (!id.is_none()).then(|| work.wanted.values.values(id));
        if !work.service_managed {
            return (list, calls::accounts(work.cutting(), &cells));
        }
        // Who names instances means no unit, also where an account is alone in it: a call without a filter would list sleepers, too.
        if !work.context.selection.recreate.is_empty() {
            return (
                list,
                calls::units::exact(work.cutting(), &through_wanted(work, cells)),
            );
        }
        let lone = if id.is_none() { &lone } else { &nothing };
        let tree = &work.context.tree;
        let pieces = calls::units::create(work.cutting(), tree, work.wanted, (&cells, lone));
        (list, pieces)
    });
    calls.collect()
}

/// The same instances through units that are registered: the one that they have, and for an account that has left it the one that
/// the manifest reaches it by.
fn through_wanted<'a>(work: &Work<'a, '_>, cells: Cells<Row<'a>, &'a Region>) -> Cells<Row<'a>, &'a Region> {
    let mut through: Cells<Row<'a>, &'a Region> = BTreeMap::new();
    for ((unit, account), regions) in cells {
        for region in regions {
            let unit = unit_again(&work.context.tree, work.wanted, (unit, account), region);
            through.entry((unit, account)).or_default().insert(region);
        }
    }
    through
}

/// The unit that an instance is made again through.
pub(crate) fn unit_again<'a>(
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    (unit, account): Row<'a>,
    region: &Region,
) -> &'a UnitId {
    match wanted.cell(account, region) {
        Some((cell, _)) if !tree.is_member(account, unit) => cell.via.unit,
        _ => unit,
    }
}

/// Calls that take away what the same stage makes again: exact accounts, so that nothing is unregistered.
fn to_come_again<'a>(work: &Work<'a, '_>, stage: usize) -> Vec<Piece<'a>> {
    let cells = work.cells(|fate| fate.kind == FateKind::Recreate, Some(stage));
    if work.service_managed {
        calls::units::exact(work.cutting(), &cells)
    } else {
        calls::accounts(work.cutting(), &cells)
    }
}

fn deletes<'a>(work: &Work<'a, '_>, kind: OperationKind, stage: Option<usize>) -> Vec<Piece<'a>> {
    let forget = kind == OperationKind::Forget;
    let cells = if forget {
        work.cells(|fate| fate.kind == FateKind::Forget, None)
    } else {
        work.cells(
            |fate| matches!(fate.kind, FateKind::Delete | FateKind::Detach),
            stage,
        )
    };
    if !work.service_managed {
        return calls::accounts(work.cutting(), &cells);
    }
    if forget {
        return calls::units::exact(work.cutting(), &cells);
    }
    // Nothing unregisters while it is not said what becomes of stacks.
    let none = BTreeMap::new();
    let unregister = work.on_leave.map_or(&none, |_| &work.targets.removed);
    calls::deletes::delete(work.cutting(), &work.context.tree, &cells, unregister)
}

#[cfg(test)]
#[path = "order/rest_tests.rs"]
mod rest_tests;
