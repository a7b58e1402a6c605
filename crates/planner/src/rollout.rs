//! Stages: which part of a StackSet's work belongs to which stage of its rollout (DESIGN §4, Rollout stages).
//!
//! 1. `reach`: whom each stage means;
//! 2. [`Shares`]: what each stage does, and which one carries the new definition;
//! 3. `progress`: what a plan says about the stages of one StackSet;
//! 4. `gates`: the stages of all StackSets together, and what waits for what;
//! 5. `rollback`: the way back, when the rollout has one; `again`: what was rolled back once.

use std::collections::BTreeSet;

use model::desired::{Rollout, Stage};
use model::ids::AccountId;
use model::preferences::OperationPreferences;

use crate::diff_instances::Fates;
use crate::diff_targets::TargetsDiff;
use crate::fate::{Fate, FateKind};

pub(crate) mod again;
pub(crate) mod gates;
pub(crate) mod progress;
mod reach;
pub(crate) mod rollback;

pub(crate) use reach::{Reach, reach};

/// What each stage of one StackSet does.
///
/// Stages are numbered as in the manifest. An update belongs to the stage that reaches its account. The first stage with an
/// update carries the new definition, since a call that changes the definition must name an instance that is there; whatever
/// an earlier stage makes comes right after it, so that nothing is made from the old template. What leaves, leaves in the last
/// stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shares<'a> {
    reach: Reach<'a>,
    /// The stage that carries the new definition.
    lead: Option<usize>,
    leaving: usize,
    something_leaves: bool,
    /// Stages that make something.
    creating: BTreeSet<usize>,
    /// Whether values of single instances come last.
    lists_wait: bool,
    /// Stages with something to do.
    busy: BTreeSet<usize>,
    /// Those of them with updates.
    updating: BTreeSet<usize>,
}

impl<'a> Shares<'a> {
    /// Distributes what becomes of the instances and of registered targets. `touched` says whether the definition changes for
    /// every instance, `lists_wait` whether values of single instances come when everything else is done.
    pub(crate) fn new(
        reach: Reach<'a>,
        fates: &Fates<'a>,
        targets: &TargetsDiff<'a>,
        (touched, lists_wait): (bool, bool),
    ) -> Self {
        let stages = |meant: &dyn Fn(&Fate<'a>) -> bool| -> BTreeSet<usize> {
            let found = fates.iter().filter(|(fate, _)| meant(fate));
            let accounts = found.flat_map(|(_, cells)| cells.keys().map(|(_, account)| *account));
            accounts.map(|account| reach.stage_of(account)).collect()
        };
        let in_time = |fate: &Fate<'a>| !lists_wait || fate.gets_definition(touched);
        let updating = stages(&|fate| fate.kind == FateKind::Update && in_time(fate));
        let creating = stages(&|fate| fate.is_made());
        let leaves = fates
            .keys()
            .any(|fate| matches!(fate.kind, FateKind::Delete | FateKind::Detach));
        let lead = updating.first().copied().filter(|_| touched);
        // A definition without an instance to name reaches every instance, so what leaves must be gone before it.
        let first = creating.first().copied().filter(|_| touched && lead.is_none());
        let mut shares = Self {
            leaving: first.unwrap_or(reach.last()),
            something_leaves: leaves,
            lists_wait,
            reach,
            lead,
            busy: updating.clone(),
            updating,
            creating,
        };
        let made = shares.creating.iter().map(|stage| shares.with_definition(*stage));
        let made: Vec<usize> = made.collect();
        shares.busy.extend(made);
        if leaves || !targets.removed.is_empty() || (touched && shares.busy.is_empty()) {
            shares.busy.insert(shares.leaving);
        }
        if !targets.added.is_empty() || (lists_wait && fates.keys().any(Fate::is_sent)) {
            shares.busy.insert(shares.last());
        }
        shares
    }

    fn with_definition(&self, stage: usize) -> usize {
        self.lead.map_or(stage, |lead| stage.max(lead))
    }

    /// The stage in which something happens; none when it belongs to no stage.
    pub(crate) fn stage(&self, kind: FateKind, account: &AccountId) -> Option<usize> {
        let own = self.own(kind, account);
        match kind {
            FateKind::Create | FateKind::Recreate => own.map(|own| self.with_definition(own)),
            _ => own,
        }
    }

    /// The stage that something belongs to by its account; what has to wait for the definition happens in a later one.
    pub(crate) fn own(&self, kind: FateKind, account: &AccountId) -> Option<usize> {
        match kind {
            FateKind::Update | FateKind::Create | FateKind::Recreate => Some(self.reach.stage_of(account)),
            FateKind::Delete | FateKind::Detach => Some(self.leaving),
            FateKind::Forget | FateKind::Held | FateKind::Keep | FateKind::Excluded => None,
        }
    }

    /// The same for an instance that may only get other values for itself, which may wait for the last stage.
    pub(crate) fn stage_of(&self, kind: FateKind, only_values: bool, account: &AccountId) -> Option<usize> {
        if kind == FateKind::Update && only_values && self.lists_wait {
            return Some(self.last());
        }
        self.stage(kind, account)
    }

    /// Earlier stages whose new instances are made in this one, because it carries the definition.
    pub(crate) fn made_late(&self, stage: usize) -> Vec<usize> {
        if self.lead != Some(stage) {
            return Vec::new();
        }
        self.creating.range(..stage).copied().collect()
    }

    /// The last stage of the rollout.
    pub(crate) fn last(&self) -> usize {
        self.reach.last()
    }

    /// The stages with something to do, in their order; one when there is nothing to do for instances.
    pub(crate) fn in_order(&self) -> Vec<usize> {
        if self.busy.is_empty() {
            return vec![self.leaving];
        }
        self.busy.iter().copied().collect()
    }

    /// Whether a later stage still has updates.
    pub(crate) fn updates_after(&self, stage: usize) -> bool {
        self.updating.last().is_some_and(|last| *last > stage)
    }

    /// Whether the stage that carries the new definition leaves updates to later ones.
    pub(crate) fn updates_after_lead(&self) -> bool {
        self.lead.is_some_and(|lead| self.updates_after(lead))
    }

    /// Whether what leaves does so in this stage.
    pub(crate) fn leaves_in(&self, stage: usize) -> bool {
        self.leaving == stage
    }

    /// Whether a later stage has something to do with instances that are there, which this stage must not reach.
    pub(crate) fn something_else_than(&self, stage: usize) -> bool {
        self.updates_after(stage) || (self.something_leaves && self.leaving > stage)
    }

    /// Whether this stage carries the new definition.
    pub(crate) fn defines(&self, stage: usize) -> bool {
        match self.lead {
            Some(lead) => stage == lead,
            None => self.in_order().first() == Some(&stage),
        }
    }

    /// Whether everything happens at once, so that nobody has to look at stages.
    pub(crate) fn is_one(&self) -> bool {
        self.reach.rollout.is_none()
    }

    /// The rollout, when the StackSet has one.
    pub(crate) fn rollout(&self) -> Option<&'a Rollout> {
        self.reach.rollout
    }

    /// The stage that reaches an account.
    pub(crate) fn reached_in(&self, account: &AccountId) -> usize {
        self.reach.stage_of(account)
    }

    /// A StackSet's preferences with those of a stage over them.
    pub(crate) fn preferences(
        &self,
        stage: Option<usize>,
        given: &OperationPreferences,
    ) -> OperationPreferences {
        let stages = self.rollout().map(|rollout| &rollout.stages);
        match stages.and_then(|stages| stages.get(stage?)) {
            Some(stage) => over(stage, given),
            None => given.clone(),
        }
    }
}

fn over(stage: &Stage, given: &OperationPreferences) -> OperationPreferences {
    let own = &stage.preferences;
    OperationPreferences {
        region_concurrency: own.region_concurrency.unwrap_or(given.region_concurrency),
        region_order: given.region_order.clone(),
        failure_tolerance: own.failure_tolerance.unwrap_or(given.failure_tolerance),
        max_concurrent: own.max_concurrent.unwrap_or(given.max_concurrent),
        concurrency_mode: own.concurrency_mode.unwrap_or(given.concurrency_mode),
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
#[path = "rollout/tests.rs"]
pub(crate) mod tests;
