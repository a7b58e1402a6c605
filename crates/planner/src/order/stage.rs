//! What one stage does, call by call. What is still to be done after any of the calls is what a plan made then would do, call
//! for call, so that a run that ends anywhere is finished by the same calls (reliability §4.7, P7).

use std::collections::{BTreeMap, BTreeSet};

use model::call::{UpdateStackSet, Write};
use model::desired::OnLeave;
use model::ids::Region;
use model::plan::OperationKind;
use model::preferences::{Amount, OperationPreferences};
use model::targets::CallTargets;

use super::chain::{Chain, with_order};
use super::updates::{Overrides, Updates, lists, waiting_lists};
use super::{Work, creates, deletes, moving_names, to_come_again};
use crate::calls::Piece;
use crate::context::in_order;
use crate::diff_definition::DefinitionDiff;
use crate::fate::{Fate, FateKind};

impl<'a> Chain<'a> {
    /// What one stage does: updates, what earlier stages and this one make, overrides, what leaves.
    pub(super) fn stage(&mut self, work: &Work<'a, '_>, stage: usize) {
        self.begin(work, stage, stage);
        let leaving = if work.shares.leaves_in(stage) {
            deletes(work, OperationKind::Delete, Some(stage))
        } else {
            Vec::new()
        };
        let kind = leaving_kind(work);
        let mut updates = Updates::of(work, &self.there, stage);
        let goes_first = leaves_first(work, stage, &updates);
        let (early, late) = if goes_first {
            (leaving, Vec::new())
        } else {
            (Vec::new(), leaving)
        };
        if !early.is_empty() {
            self.instances(work, kind, early);
            self.there.left();
            updates = Updates::of(work, &self.there, stage);
        }
        let something_stays_behind = !late.is_empty() || work.shares.something_else_than(stage);
        self.update(work, stage, updates, something_stays_behind);
        self.create(work, stage);
        for (list, pieces) in lists(work, &self.there, stage) {
            self.with_list(work, (OperationKind::Update, Some(list)), pieces);
        }
        self.instances(work, kind, late);
    }

    /// Values of single instances that wait, among them those of parameters that the plan brings: AWS takes them when every
    /// instance has the parameters (reference §2.5).
    pub(super) fn waiting_lists(&mut self, work: &Work<'a, '_>) {
        let last = work.shares.last();
        self.begin(work, last, last);
        self.there.left();
        for (list, pieces) in waiting_lists(work, &self.there) {
            self.with_list(work, (OperationKind::Update, Some(list)), pieces);
        }
    }

    /// Brings the definition to instances that stay. Whatever earlier stages make comes right after the call that changes the
    /// definition: without it they would make it from the old template.
    fn update(&mut self, work: &Work<'a, '_>, stage: usize, updates: Updates<'a>, something_else: bool) {
        let done = self.define(work, stage, &updates, something_else);
        let mut plain = updates.plain;
        for earlier in work.shares.made_late(stage) {
            self.begin(work, stage, earlier);
            self.create(work, earlier);
            self.begin(work, stage, stage);
            plain = Updates::of(work, &self.there, stage).plain;
        }
        let left = plain.into_iter().skip(done).collect();
        self.instances(work, OperationKind::Update, left);
    }

    /// Makes what is new, and again what is to go first.
    fn create(&mut self, work: &Work<'a, '_>, stage: usize) {
        self.instances(work, OperationKind::Delete, to_come_again(work, stage));
        for (list, pieces) in creates(work, stage) {
            for piece in &pieces {
                self.there.named(work, piece);
            }
            self.with_list(work, (OperationKind::Create, list), pieces);
        }
        self.there.made(stage);
    }

    pub(super) fn instances(&mut self, work: &Work<'a, '_>, kind: OperationKind, pieces: Vec<Piece<'a>>) {
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
            let preferences = with_order(&self.preferences_of(work, kind), targets.regions());
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

    /// Preferences by what is done. What is to come again comes when all of it is gone, so no delete before it may fail.
    fn preferences_of(&self, work: &Work<'a, '_>, kind: OperationKind) -> OperationPreferences {
        let given = match kind {
            OperationKind::Create => &work.preferences.create,
            OperationKind::Update => &work.preferences.update,
            _ => &work.preferences.delete,
        };
        let mut preferences = self.preferences(work, given);
        if kind == OperationKind::Delete && !work.context.selection.recreate.is_empty() {
            preferences.failure_tolerance = Amount::Count(0);
        }
        preferences
    }

    /// The call that changes the definition, in the stage that carries it. Gives back how many of the updates it stands for.
    /// Calls with overrides come after, and bring the new definition with them.
    fn define(
        &mut self,
        work: &Work<'a, '_>,
        stage: usize,
        updates: &Updates<'a>,
        something_else: bool,
    ) -> usize {
        let Some((effective, diff)) = work.new_definition(stage) else {
            return 0;
        };
        let pieces = &updates.plain;
        let others = something_else || work.spares_some() || !updates.overrides.is_empty();
        let (first, done) = match (pieces.first(), updates.fewest()) {
            (None, Some(fewest)) => (fewest, 0),
            (Some(first), _) if others => (first.clone(), 1),
            _ => (everything(pieces), pieces.len()),
        };
        // Content marks what is still to come outdated, so that a run that ends between two calls leaves a trace.
        let later = done < pieces.len() || !updates.overrides.is_empty() || work.leaves_some_out();
        let content = diff.content || later || work.shares.updates_after_lead();
        self.take_over(effective, diff, content);
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
            preferences: with_order(&self.preferences(work, &work.preferences.update), &regions),
        };
        let write = Write::UpdateStackSet(Box::new(update));
        self.push(work, OperationKind::Update, write, first);
        done
    }
}

/// Whether what leaves goes before everything else of its stage: for the sake of a name, for one call that reaches all that
/// stay, or because an update that has no instance to name would mean those that leave, too.
fn leaves_first(work: &Work<'_, '_>, stage: usize, updates: &Updates<'_>) -> bool {
    let carries = work.new_definition(stage).is_some();
    let alone = !work.shares.updates_after(stage) && settings_in_parts(work, updates);
    names_move(work) || carries && (updates.is_empty() || alone)
}

/// Whether tags or roles would go out in several calls although they need not: one call reaches all that stay when what leaves
/// is gone.
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

/// All pieces as one call without targets, which reaches every instance.
fn everything<'a>(pieces: &[Piece<'a>]) -> Piece<'a> {
    let mut all = Piece {
        targets: CallTargets::Everything,
        touches: BTreeMap::new(),
        whole: BTreeSet::new(),
    };
    for (account, regions) in pieces.iter().flat_map(|piece| &piece.touches) {
        all.touches.entry(*account).or_default().extend(regions);
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
