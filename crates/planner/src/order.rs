//! Operations of one StackSet, in the order that is safe (reference §12.1, DESIGN §4).
//!
//! Managed execution alone → automatic deployment off → forget what is out of reach → stage by stage: update, create, overrides,
//! delete → overrides of new parameters → automatic deployment as wanted → delete the StackSet. An update never reaches an
//! instance that the plan deletes.

use std::collections::{BTreeMap, BTreeSet};

use model::call::{UpdateStackSet, Write};
use model::desired::{OnLeave, Preferences};
use model::ids::Region;
use model::observed::ObservedStackSet;
use model::plan::{OperationKind, Reason};
use model::targets::CallTargets;

use crate::calls::{self, Cutting, Piece};
use crate::context::{Context, in_order};
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

mod chain;
mod names;
mod updates;

use chain::Chain;
pub(crate) use chain::Step;
pub(crate) use names::moving_names;
use updates::{Overrides, Updates};
pub(crate) use updates::{of_new_parameters, waits};

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
    for stage in stages {
        chain.begin(work, stage);
        chain.stage(work, stage);
    }
    chain.new_parameters(work);
    if sets {
        chain.auto_deployment(work);
    }
    chain.end(work)
}

/// Whether tags or roles would go out in several calls. Without content nothing marks the instances that are still to come
/// (reference §2.3), so a run that ends between two calls would leave no trace of what is missing: what leaves goes first,
/// and one call reaches all that stay. The same goes for an update that has no instance to name, since it would mean all.
fn settings_in_parts(work: &Work<'_, '_>, updates: &Updates<'_>) -> bool {
    let settings_only = |diff: &DefinitionDiff| diff.settings && !diff.content;
    let in_parts = updates.plain.len() > 1 && updates.overrides.is_empty();
    in_parts && work.definition.is_some_and(|(_, diff)| settings_only(diff))
}

/// Whether what leaves has to go before what comes, for the sake of a name.
fn names_move(work: &Work<'_, '_>) -> bool {
    let template = work.definition.map(|(effective, _)| &effective.template);
    template.is_some_and(|template| !moving_names(work.fates, template).is_empty())
}

fn leaving_kind(work: &Work<'_, '_>) -> OperationKind {
    match work.on_leave {
        Some(OnLeave::Retain) => OperationKind::Detach,
        _ => OperationKind::Delete,
    }
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
                if stage.is_none() || self.shares.stage(fate.kind, row.1) == stage {
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
            let elsewhere = self.shares.stage(FateKind::Create, account) != Some(stage);
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
    let made = |fate: &Fate<'a>| fate.kind == FateKind::Create;
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
        let lone = if id.is_none() { &lone } else { &nothing };
        let tree = &work.context.tree;
        let pieces = calls::units::create(work.cutting(), tree, work.wanted, (&cells, lone));
        (list, pieces)
    });
    calls.collect()
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

impl<'a> Chain<'a> {
    /// What one stage does.
    fn stage(&mut self, work: &Work<'a, '_>, stage: usize) {
        let leaves = work.shares.leaves_in(stage);
        let leaving = if leaves {
            deletes(work, OperationKind::Delete, Some(stage))
        } else {
            Vec::new()
        };
        let mut updates = Updates::of(work, stage, false);
        let alone = !work.shares.updates_after(stage) && settings_in_parts(work, &updates);
        if alone && !leaving.is_empty() {
            updates = Updates::of(work, stage, true);
        }
        // An update that has no instance to name would mean those that leave, too.
        let nameless = updates.is_empty() && work.new_definition(stage).is_some();
        let (early, late) = if nameless || alone || names_move(work) {
            (leaving, Vec::new())
        } else {
            (Vec::new(), leaving)
        };
        let kind = leaving_kind(work);
        let something_stays_behind = !late.is_empty() || work.shares.something_else_than(stage);
        self.instances(work, kind, early);
        let overrides = self.update(work, stage, updates, something_stays_behind);
        for (list, pieces) in creates(work, stage) {
            self.with_list(work, (OperationKind::Create, list), pieces);
        }
        for (list, pieces) in overrides {
            self.with_list(work, (OperationKind::Update, Some(list)), pieces);
        }
        self.instances(work, kind, late);
    }

    /// Overrides of parameters that the template gets in this plan: AWS takes them when every instance has the parameter
    /// (reference §2.5).
    fn new_parameters(&mut self, work: &Work<'a, '_>) {
        for (list, pieces) in of_new_parameters(work) {
            self.with_list(work, (OperationKind::Update, Some(list)), pieces);
        }
    }

    fn instances(&mut self, work: &Work<'a, '_>, kind: OperationKind, pieces: Vec<Piece<'a>>) {
        self.with_list(work, (kind, None), pieces);
    }

    /// The same with the whole list of values that the instances have for themselves.
    fn with_list(
        &mut self,
        work: &Work<'a, '_>,
        (kind, list): (OperationKind, Option<Overrides>),
        pieces: Vec<Piece<'a>>,
    ) {
        for piece in pieces {
            let targets = piece.targets.clone();
            let regions = targets.regions();
            let preferences = match kind {
                OperationKind::Create => &work.preferences.create,
                OperationKind::Update => &work.preferences.update,
                _ => &work.preferences.delete,
            };
            let preferences = chain::with_order(&self.preferences(work, preferences), regions);
            let write = match kind {
                OperationKind::Create => Write::CreateStackInstances {
                    targets,
                    overrides: list.clone(),
                    preferences,
                },
                OperationKind::Update => Write::UpdateStackInstances {
                    targets,
                    overrides: list.clone(),
                    preferences,
                },
                _ => Write::DeleteStackInstances {
                    targets,
                    retain_stacks: kind != OperationKind::Delete,
                    preferences,
                },
            };
            self.push(work, kind, write, piece);
        }
    }

    /// The new definition with the instances that stay; in a stage that does not carry it, only instances that are behind.
    /// Gives back the calls with overrides: they come after, and bring the new definition with them.
    fn update(
        &mut self,
        work: &Work<'a, '_>,
        stage: usize,
        updates: Updates<'a>,
        something_else: bool,
    ) -> Vec<(Overrides, Vec<Piece<'a>>)> {
        let Some((effective, diff)) = work.new_definition(stage) else {
            self.instances(work, OperationKind::Update, updates.plain);
            return updates.overrides;
        };
        let others = something_else || work.spares_some() || !updates.overrides.is_empty();
        let fewest = updates.fewest();
        let mut pieces = updates.plain;
        let first = match fewest.filter(|_| pieces.is_empty()) {
            Some(fewest) => fewest,
            None if others && !pieces.is_empty() => pieces.remove(0),
            None => everything(std::mem::take(&mut pieces)),
        };
        // Content marks what is still to come outdated, so that a run that ends between two calls leaves a trace.
        let later = !pieces.is_empty() || !updates.overrides.is_empty();
        let later = later || work.leaves_some_out();
        let content = diff.content || later || work.shares.updates_after_lead();
        self.define(effective, diff, content);
        let regions = match first.targets.regions() {
            [] => all_regions(work),
            regions => regions.to_vec(),
        };
        let auto_deployment = self.auto_setting().filter(|_| diff.permission_model);
        let update = UpdateStackSet {
            template_at: None,
            definition: self.state.clone(),
            content,
            auto_deployment,
            managed_execution: None,
            targets: first.targets.clone(),
            preferences: chain::with_order(&self.preferences(work, &work.preferences.update), &regions),
        };
        let write = Write::UpdateStackSet(Box::new(update));
        self.push(work, OperationKind::Update, write, first);
        self.instances(work, OperationKind::Update, pieces);
        updates.overrides
    }
}

/// All pieces as one call without targets, which reaches every instance.
fn everything(pieces: Vec<Piece<'_>>) -> Piece<'_> {
    let mut all = Piece {
        targets: CallTargets::Everything,
        touches: BTreeMap::new(),
        whole: BTreeSet::new(),
    };
    for (account, regions) in pieces.into_iter().flat_map(|piece| piece.touches) {
        all.touches.entry(account).or_default().extend(regions);
    }
    all
}

/// The Regions that a call without targets works in: those of the instances that are there then. What leaves is gone before
/// such a call, unless nothing says what becomes of it.
fn all_regions(work: &Work<'_, '_>) -> Vec<Region> {
    let there = |fate: &Fate<'_>| matches!(fate.kind, FateKind::Update | FateKind::Keep | FateKind::Held);
    let cells = work.fates.iter().filter(|(fate, _)| there(fate));
    let regions: BTreeSet<_> = cells
        .flat_map(|(_, cells)| cells.values().flatten().copied())
        .collect();
    in_order(&work.wanted.order, regions.into_iter())
}
