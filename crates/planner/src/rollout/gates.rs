//! The stages of all StackSets together. StackSets of one rollout go through a stage side by side.
//!
//! `depends_on` promises that the other StackSet is wholly done. So StackSets that depend on others of a rollout go through
//! stages of their own, after them: their level. Nothing can wait in a circle, since a stage of one level waits only for lower
//! levels and for its own stages before it.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::Rollout;
use model::plan::Stage;

use super::progress::mark;
use crate::draft::Draft;

/// A stage of a level: the rollout, the level from 1, the stage's number in the manifest.
pub(crate) type Gate<'a> = (&'a str, u32, usize);

/// Levels of drafts, and the stages that the plan has.
pub(crate) struct Gates<'a> {
    levels: Vec<u32>,
    stages: BTreeMap<Gate<'a>, &'a Rollout>,
}

impl<'a> Gates<'a> {
    pub(crate) fn of(drafts: &[Draft<'a>]) -> Self {
        let levels = levels(drafts);
        let mut stages = BTreeMap::new();
        for (draft, level) in drafts.iter().zip(&levels) {
            if let Some(progress) = &draft.progress {
                let rollout = progress.rollout;
                let name = rollout.name.value.as_str();
                stages.extend(
                    progress
                        .stages
                        .keys()
                        .map(|stage| ((name, *level, *stage), rollout)),
                );
            }
        }
        Self { levels, stages }
    }

    /// Where a stage of a draft stands.
    pub(crate) fn gate(&self, drafts: &[Draft<'a>], index: usize, stage: usize) -> Option<Gate<'a>> {
        let progress = drafts.get(index)?.progress.as_ref()?;
        let level = self.levels.get(index).copied()?;
        Some((progress.rollout.name.value.as_str(), level, stage))
    }

    /// The stage before one, of those that the plan has.
    pub(crate) fn before(&self, gate: Gate<'a>) -> Option<Gate<'a>> {
        let (rollout, level, stage) = gate;
        let earlier = self.stages.range((rollout, level, 0)..(rollout, level, stage));
        earlier.last().map(|(gate, _)| *gate)
    }

    /// `ROLLOUT/STAGE`, `ROLLOUT/LEVEL/STAGE` from the second level on.
    pub(crate) fn id(&self, gate: Gate<'a>) -> Option<String> {
        let (name, level, index) = gate;
        let stage = self.stages.get(&gate)?.stages.get(index)?;
        let stage = &stage.name.value;
        Some(if level > 1 {
            format!("{name}/{level}/{stage}")
        } else {
            format!("{name}/{stage}")
        })
    }

    /// Names the stage of every group of instances.
    pub(crate) fn mark(&self, drafts: &mut [Draft<'a>]) {
        for (draft, level) in drafts.iter_mut().zip(&self.levels) {
            if let Some(progress) = &draft.progress {
                let rollout = progress.rollout.name.value.as_str();
                let id = |stage| self.id((rollout, *level, stage));
                mark(&progress.shares, &id, &mut draft.plan.instances);
            }
        }
    }

    /// The stages as the plan has them.
    pub(crate) fn listed(&self, drafts: &[Draft<'a>]) -> Vec<Stage> {
        let mut listed: Vec<(u32, Stage)> = Vec::new();
        for (gate, rollout) in &self.stages {
            let Some((id, stage)) = self.id(*gate).zip(rollout.stages.get(gate.2)) else {
                continue;
            };
            let mut found = Stage {
                id,
                rollout: rollout.name.value.clone(),
                name: stage.name.value.clone(),
                after: self.before(*gate).and_then(|before| self.id(before)),
                approval: stage.approval,
                soak_seconds: stage.soak_seconds,
                alarms: stage.alarms.iter().map(|alarm| alarm.value.clone()).collect(),
                covers: BTreeMap::new(),
                ended_at: None,
            };
            self.cover(drafts, *gate, &mut found);
            listed.push((gate.1, found));
        }
        // Those of a level after those of the level before it, and each rollout's in the manifest's order.
        listed.sort_by_key(|(level, _)| *level);
        listed.into_iter().map(|(_, stage)| stage).collect()
    }

    /// Adds what a stage covers. It is over only when no StackSet has anything to do in it.
    fn cover(&self, drafts: &[Draft<'a>], gate: Gate<'a>, found: &mut Stage) {
        let mut over = true;
        let mut ended = Vec::new();
        for (index, draft) in drafts.iter().enumerate() {
            let here = self.gate(drafts, index, gate.2) == Some(gate);
            let progress = draft.progress.as_ref().filter(|_| here);
            let Some(covered) = progress.and_then(|progress| progress.stages.get(&gate.2)) else {
                continue;
            };
            over &= covered.over;
            ended.extend(covered.ended_at);
            found
                .covers
                .insert(draft.plan.name.clone(), covered.rectangles.clone());
        }
        found.ended_at = ended.into_iter().max().filter(|_| over);
        // Whoever began such a stage was asked then.
        found.approval &= !over;
    }
}

/// One more than the highest level that a StackSet depends on, over however many others.
fn levels(drafts: &[Draft<'_>]) -> Vec<u32> {
    let names: BTreeMap<&str, usize> = drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| !draft.removal)
        .map(|(index, draft)| (draft.plan.name.as_str(), index))
        .collect();
    let mut known: BTreeMap<usize, u32> = BTreeMap::new();
    for index in 0..drafts.len() {
        level(index, drafts, &names, (&mut known, &mut BTreeSet::new()));
    }
    known.into_values().collect()
}

fn level(
    index: usize,
    drafts: &[Draft<'_>],
    names: &BTreeMap<&str, usize>,
    (known, open): (&mut BTreeMap<usize, u32>, &mut BTreeSet<usize>),
) -> u32 {
    if let Some(level) = known.get(&index) {
        return *level;
    }
    // A circle is refused with the manifest; here it only must end.
    if !open.insert(index) {
        return 1;
    }
    let needs = drafts.get(index).into_iter().flat_map(|draft| &draft.depends_on);
    let mut highest = 1;
    for other in needs.filter_map(|name| names.get(name)) {
        let staged = drafts.get(*other).is_some_and(|draft| draft.progress.is_some());
        let below = level(*other, drafts, names, (known, open));
        highest = highest.max(below + u32::from(staged));
    }
    open.remove(&index);
    known.insert(index, highest);
    highest
}
