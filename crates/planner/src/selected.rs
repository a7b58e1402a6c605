//! What a selection leaves of a plan (ux §2.2). It only ever leaves something out: what is not selected stays as it is, and nothing
//! goes because it was not named.

use std::collections::BTreeSet;

use model::desired::DesiredStackSet;
use model::ids::{AccountId, Region};
use model::plan::{Action, Only, ParameterChange, Reason, Selection};

use crate::context::Context;
use crate::definition::Effective;
use crate::diff_definition::{DefinitionDiff, SENSITIVE};
use crate::diff_instances::Fates;
use crate::diff_targets::TargetsDiff;
use crate::draft::Draft;
use crate::fate::{Fate, FateKind, LEFT_OUT, Note};
use crate::rollout::Reach;

#[cfg(test)]
mod only_tests;
#[cfg(test)]
mod recreate_tests;
mod remarks;

pub(crate) use remarks::{missing, redefined, remark, uncarried, unsent};

/// What is selected of the instances of one StackSet.
#[derive(Clone, Copy)]
pub(crate) struct Narrow<'s> {
    selection: &'s Selection,
    /// The StackSet's name in the manifest.
    name: &'s str,
    reach: Option<&'s Reach<'s>>,
    /// The last selected stage of its rollout.
    stage: Option<usize>,
}

impl<'s> Narrow<'s> {
    /// Of a StackSet that the manifest wants; none when all of its instances are selected.
    pub(crate) fn of(selection: &'s Selection, name: &'s str, reach: &'s Reach<'s>) -> Option<Self> {
        let stage = last_stage(selection, reach.rollout);
        let narrow = Self {
            selection,
            name,
            reach: Some(reach),
            stage: stage.filter(|stage| *stage < reach.last()),
        };
        narrow.is_some()
    }

    /// Of one that goes.
    pub(crate) fn of_removal(selection: &'s Selection, name: &'s str) -> Option<Self> {
        let narrow = Self {
            selection,
            name,
            reach: None,
            stage: None,
        };
        narrow.is_some()
    }

    fn is_some(self) -> Option<Self> {
        let all = self.stage.is_none() && !self.selection.names_instances();
        (!all).then_some(self)
    }

    /// What becomes of an instance: whatever would, or nothing.
    pub(crate) fn fate<'a>(&self, fate: Fate<'a>, account: &AccountId, region: &Region) -> Fate<'a> {
        if !self.selection.recreate.is_empty() {
            let named = is_recreated(self.selection, self.name, account, region);
            let again = fate.recreated().filter(|_| named);
            return again.unwrap_or_else(|| fate.unnamed());
        }
        let behind = self.selection.only.is_none_or(|only| is_behind(only, &fate));
        if behind && self.takes(fate.kind, account, region) {
            fate
        } else {
            fate.left_out()
        }
    }

    fn takes(&self, kind: FateKind, account: &AccountId, region: &Region) -> bool {
        let listed = |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| one == name);
        listed(&self.selection.accounts, account.as_str())
            && listed(&self.selection.regions, region.as_str())
            && self.reaches(kind, account)
    }

    /// What leaves, leaves in the last stage.
    fn reaches(&self, kind: FateKind, account: &AccountId) -> bool {
        let (Some(stage), Some(reach)) = (self.stage, self.reach) else {
            return true;
        };
        let own = match kind {
            FateKind::Delete | FateKind::Detach | FateKind::Held => reach.last(),
            _ => reach.stage_of(account),
        };
        own <= stage
    }

    /// Registers only what a selected instance needs: a call that names a unit alone would reach every account of it. Unregisters
    /// nothing where accounts are chosen, since only a delete of the whole unit does. What is only done again registers nothing.
    pub(crate) fn targets<'a>(&self, mut targets: TargetsDiff<'a>, fates: &Fates<'a>) -> TargetsDiff<'a> {
        if self.selection.does_again() {
            return TargetsDiff::default();
        }
        let region = |region: &&Region| {
            let regions = &self.selection.regions;
            regions.is_empty() || regions.iter().any(|one| one == region.as_str())
        };
        for pairs in [&mut targets.added, &mut targets.removed] {
            for regions in pairs.values_mut() {
                regions.retain(region);
            }
        }
        if self.stage.is_some() || !self.selection.accounts.is_empty() {
            targets.removed.clear();
            let made = fates.iter().filter(|(fate, _)| fate.kind == FateKind::Create);
            let made: BTreeSet<_> = made
                .flat_map(|(_, cells)| cells)
                .flat_map(|((unit, _), regions)| regions.iter().map(move |region| (*unit, *region)))
                .collect();
            for (unit, regions) in &mut targets.added {
                regions.retain(|region| made.contains(&(*unit, *region)));
            }
        }
        targets.added.retain(|_, regions| !regions.is_empty());
        targets.removed.retain(|_, regions| !regions.is_empty());
        targets.tolerated.clear();
        targets
    }
}

/// Whether an instance is named to be made again.
fn is_recreated(selection: &Selection, name: &str, account: &AccountId, region: &Region) -> bool {
    let mut named = selection.recreated(name);
    named.any(|(one, other)| one == account.as_str() && other == region.as_str())
}

/// Whether an instance is there, stays, and an operation left it behind in the way that is chosen.
fn is_behind(only: Only, fate: &Fate<'_>) -> bool {
    let tried = matches!(
        fate.reason,
        Some(Reason::OutdatedFailed | Reason::OutdatedCancelled)
    );
    let behind = match only {
        Only::Failed => tried,
        Only::Outdated => tried || fate.reason == Some(Reason::OutdatedPending),
    };
    fate.kind == FateKind::Update && behind
}

/// Whether settings that reach no instance may be changed: not with what is only done again, which leaves them to the whole plan.
pub(crate) fn sets_settings(selection: &Selection) -> bool {
    !selection.does_again()
}

/// What is done again is done with the definition that AWS has. What would reach instances is kept, to be refused ([`redefines`]).
pub(crate) fn definition(selection: &Selection, diff: DefinitionDiff) -> DefinitionDiff {
    if !sets_settings(selection) && !diff.touches_instances() {
        DefinitionDiff::default()
    } else {
        diff
    }
}

/// Whether what is done again would not bring instances to what the manifest says, since the definition differs as well.
pub(crate) fn redefines(selection: &Selection, diff: &DefinitionDiff) -> bool {
    selection.does_again() && diff.touches_instances()
}

/// The last stage of a rollout that is selected; none when stages do not count.
fn last_stage(selection: &Selection, rollout: Option<&model::desired::Rollout>) -> Option<usize> {
    let rollout = rollout?;
    let is_named = |stage: &model::desired::Stage| {
        let (rollout, stage) = (&rollout.name.value, &stage.name.value);
        let mut names = selection.stages.iter();
        names.any(|name| name == stage || *name == format!("{rollout}/{stage}"))
    };
    rollout.stages.iter().rposition(is_named)
}

/// Whether a StackSet that the manifest wants is selected: by its name, and by a rollout that has a selected stage.
pub(crate) fn takes(context: &Context<'_>, set: &DesiredStackSet) -> bool {
    let selection = context.selection;
    let staged = selection.stages.is_empty() || last_stage(selection, set.rollout.as_ref()).is_some();
    staged && selection.takes(&set.name.value)
}

/// Whether one that goes is: removals come after every stage, and are nothing that is done again.
pub(crate) fn takes_removal(context: &Context<'_>, name: &str) -> bool {
    let selection = context.selection;
    selection.stages.is_empty() && !selection.does_again() && selection.takes(name)
}

/// Instances that would change and are left out.
pub(crate) fn left_out(fates: &Fates<'_>) -> u64 {
    let left = fates
        .iter()
        .filter(|(fate, _)| fate.note == Some(Note::Said(LEFT_OUT)));
    let cells = left.flat_map(|(_, cells)| cells.values());
    cells.map(|regions| regions.len() as u64).sum()
}

/// Whether anything happens to an instance, or might if its status were known.
pub(crate) fn acts(fates: &Fates<'_>) -> bool {
    let acts = |fate: &Fate<'_>| fate.action() != Action::None || fate.is_unknown();
    fates.keys().any(acts)
}

/// Leaves a StackSet as it is. What it waits for is still waited for in its place.
pub(crate) fn leave<'a>(context: &Context<'a>, draft: Draft<'a>) -> Draft<'a> {
    let counts = &draft.plan.instances.counts;
    let touched = counts.iter().filter(|(action, _)| **action != Action::None);
    let instances: u64 = touched.map(|(_, count)| count).sum();
    let span = draft.plan.span.clone();
    let bare = model::plan::StackSetPlan {
        span,
        ..crate::draft::bare(&draft.plan.name, &draft.plan.aws_name, draft.plan.id.as_ref())
    };
    let mut left = Draft::untouched(context, bare);
    left.depends_on = draft.depends_on;
    left.removal = draft.removal;
    left.left_out = Some(instances);
    left
}

/// Values that AWS never shows, sent again because somebody asked for it (`--resend`).
pub(crate) fn resend(
    context: &Context<'_>,
    set: &DesiredStackSet,
    wanted: &Effective,
    diff: &mut DefinitionDiff,
) {
    for name in context.selection.resent(&set.name.value) {
        let known = diff.changes.parameters.iter().any(|change| change.name == name);
        if known || !can_be_resent(wanted, name) {
            continue;
        }
        diff.content = true;
        diff.changes.parameters.push(ParameterChange {
            name: name.to_owned(),
            action: Action::Update,
            before: Some(SENSITIVE.to_owned()),
            after: Some(SENSITIVE.to_owned()),
            sensitive: true,
            source: wanted.sources.get(name).cloned().unwrap_or_default(),
        });
    }
    diff.changes
        .parameters
        .sort_by(|one, two| one.name.cmp(&two.name));
}

fn can_be_resent(wanted: &Effective, name: &str) -> bool {
    let value = wanted.definition.parameters.get(name);
    let kept = matches!(value, None | Some(model::definition::ParameterValue::Previous));
    wanted.no_echo.contains(name) && !kept
}

#[cfg(test)]
#[path = "selected_tests.rs"]
mod tests;
