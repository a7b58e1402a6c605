//! What a plan says about the stages of one StackSet.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::desired::Rollout;
use model::ids::{AccountId, Region};
use model::instance::Rectangle;
use model::plan::{Action, InstanceGroup, InstancesPlan, Reason};

use super::Shares;
use crate::calls::rectangles;
use crate::fate::{Fate, FateKind};
use crate::order::Work;
use crate::rectangles::Cells;

/// Where one StackSet stands in its rollout.
#[derive(Debug)]
pub(crate) struct Progress<'a> {
    pub(crate) rollout: &'a Rollout,
    pub(crate) shares: Shares<'a>,
    /// The stages that this plan has something to do in, and the one before them when the rollout goes on.
    pub(crate) stages: BTreeMap<usize, Covered>,
}

/// One stage of one StackSet.
#[derive(Debug)]
pub(crate) struct Covered {
    /// The instances that must be well before the next stage.
    pub(crate) rectangles: Vec<Rectangle>,
    /// When AWS ended the last operation, for a stage that is over.
    pub(crate) ended_at: Option<Timestamp>,
    /// Whether this plan has nothing to do in it.
    pub(crate) over: bool,
}

/// The stages of a StackSet; none without a rollout.
pub(crate) fn progress<'a>(work: &Work<'a, '_>) -> Option<Progress<'a>> {
    let rollout = work.shares.rollout()?;
    let touched = |fate: &Fate| fate.is_made() || fate.kind == FateKind::Update;
    let mut covered: BTreeMap<usize, Cells<&AccountId, &Region>> = BTreeMap::new();
    for stage in work.shares.in_order() {
        covered.entry(stage).or_default();
    }
    for (fate, cells) in work.fates.iter().filter(|(fate, _)| touched(fate)) {
        for ((_, account), regions) in cells {
            let only_values = !fate.gets_definition(work.touched());
            let stage = work.shares.stage_of(fate.kind, only_values, account);
            let cells = covered.entry(stage.unwrap_or_default()).or_default();
            cells.entry(account).or_default().extend(regions);
        }
    }
    let mut stages: BTreeMap<usize, Covered> = covered
        .into_iter()
        .map(|(stage, cells)| {
            let covered = Covered {
                rectangles: rectangles(&cells, work.context.limits),
                ended_at: None,
                over: false,
            };
            (stage, covered)
        })
        .collect();
    stages.extend(before(work, rollout, &stages));
    Some(Progress {
        rollout,
        shares: work.shares.clone(),
        stages,
    })
}

/// The stage before the first one of this plan, when a rollout goes on: its soak and its alarms still count.
fn before(
    work: &Work<'_, '_>,
    rollout: &Rollout,
    stages: &BTreeMap<usize, Covered>,
) -> Option<(usize, Covered)> {
    let observed = work.observed?;
    let goes_on = |fate: &Fate| fate.kind == FateKind::Update;
    if work.definition.is_none() || work.touched() || !work.fates.keys().any(goes_on) {
        return None;
    }
    let index = stages.keys().next()?.checked_sub(1)?;
    let stage = rollout.stages.get(index)?;
    if stage.soak_seconds == 0 && stage.alarms.is_empty() {
        return None;
    }
    let mut cells: Cells<&AccountId, &Region> = BTreeMap::new();
    for (_, kept) in work.fates.iter().filter(|(fate, _)| fate.is_as_it_should_be()) {
        for ((_, account), regions) in kept
            .iter()
            .filter(|(row, _)| work.shares.reached_in(row.1) == index)
        {
            cells.entry(account).or_default().extend(regions);
        }
    }
    let newest = observed.newest_operation.as_ref();
    let covered = Covered {
        rectangles: rectangles(&cells, work.context.limits),
        ended_at: newest.and_then(|operation| operation.ended_at),
        over: true,
    };
    (!cells.is_empty()).then_some((index, covered))
}

/// Splits groups by stage and names the stage of each by its id in the plan.
pub(crate) fn mark(shares: &Shares<'_>, id: &dyn Fn(usize) -> Option<String>, instances: &mut InstancesPlan) {
    for group in std::mem::take(&mut instances.groups) {
        let mut parts: BTreeMap<Option<usize>, BTreeSet<AccountId>> = BTreeMap::new();
        for account in &group.rectangle.accounts {
            let stage = kind(&group).and_then(|kind| shares.stage_of(kind, only_values(&group), account));
            parts.entry(stage).or_default().insert(account.clone());
        }
        for (stage, accounts) in parts {
            let rectangle = Rectangle {
                accounts,
                regions: group.rectangle.regions.clone(),
            };
            instances.groups.push(InstanceGroup {
                instances: rectangle.len(),
                rectangle,
                stage: stage.and_then(id),
                ..group.clone()
            });
        }
    }
}

/// Whether its instances only get other values for themselves.
fn only_values(group: &InstanceGroup) -> bool {
    let is_value = |reason: &Reason| matches!(reason, Reason::Overrides | Reason::OverrideDrift);
    group.reasons.iter().all(is_value)
}

/// What happens to the group's instances, as stages tell it apart. What is forgotten goes before every stage.
fn kind(group: &InstanceGroup) -> Option<FateKind> {
    match group.action {
        Action::Create => Some(FateKind::Create),
        Action::Update => Some(FateKind::Update),
        Action::Delete => Some(FateKind::Delete),
        Action::Detach if !group.reasons.contains(&Reason::Suspended) => Some(FateKind::Detach),
        Action::Recreate => Some(FateKind::Recreate),
        Action::Detach | Action::Adopt | Action::None => None,
    }
}
