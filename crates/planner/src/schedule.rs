//! Operations of all StackSets: what waits for what, steps and names.

use std::collections::{BTreeMap, BTreeSet};

use model::instance::Rectangle;
use model::plan::{Operation, RunsIf};

use model::call::Write;

use crate::draft::Draft;
use crate::order::Step;
use crate::rollout::gates::{Gate, Gates};

mod critical;

/// One operation's place: the draft and the number in its chain.
type Place = (usize, usize);

/// What each operation waits for.
type Waits = BTreeMap<Place, BTreeSet<Place>>;

/// The operations without ids at AWS, in an order that respects what they wait for. Within a StackSet each waits for the one
/// before it; the first one waits for the last ones of the StackSets that the manifest names; removals wait for everything; and
/// all wait for the stage before their own. Of those that may start at the same time, what the most work waits for comes first.
/// The way back of rollouts comes after everything.
pub(crate) fn schedule<'a>(drafts: &[Draft<'a>], gates: &Gates<'a>) -> Vec<Operation> {
    let ends = Ends::of(drafts);
    let mut waits: Waits = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        for number in 0..draft.steps.len() {
            let before = match number.checked_sub(1) {
                Some(previous) => BTreeSet::from([(index, previous)]),
                None => ends.before(index),
            };
            waits.insert((index, number), before);
        }
    }
    let all_waits = after_gates(drafts, gates, waits.clone());
    let steps = numbered(&all_waits);
    let places = critical::in_order(drafts, &all_waits, &steps);
    let names: BTreeMap<Place, String> = (1..)
        .zip(&places)
        .map(|(number, place): (usize, _)| (*place, format!("op-{number:02}")))
        .collect();
    let build = |place: &Place| {
        let (index, number) = *place;
        let draft = drafts.get(index)?;
        let waits = waits.get(place)?.iter().filter_map(|before| names.get(before));
        let step = draft.steps.get(number)?;
        let mut operation = operation(draft, step);
        operation.id.clone_from(names.get(place)?);
        operation.step = *steps.get(place)?;
        operation.stage = step
            .stage
            .and_then(|stage| gates.id(gates.gate(drafts, index, stage)?));
        operation.depends_on = waits.cloned().collect();
        operation.depends_on.sort();
        Some(operation)
    };
    let mut operations: Vec<Operation> = places.iter().filter_map(build).collect();
    operations.extend(ways_back(drafts, gates, operations.len()));
    operations
}

/// Conditional operations, which wait for no other.
fn ways_back<'a>(drafts: &[Draft<'a>], gates: &Gates<'a>, before: usize) -> Vec<Operation> {
    let mut back = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        for step in &draft.rollbacks {
            let stage = step
                .stage
                .and_then(|stage| gates.id(gates.gate(drafts, index, stage)?));
            let Some(stage) = stage else { continue };
            let mut operation = operation(draft, step);
            operation.id = format!("op-{:02}", before + back.len() + 1);
            operation.runs_if = RunsIf::StageFailed(stage);
            back.push(operation);
        }
    }
    back
}

/// What waits for what when stages count.
fn after_gates<'a>(drafts: &[Draft<'a>], gates: &Gates<'a>, mut waits: Waits) -> Waits {
    let mut members: BTreeMap<Gate<'a>, BTreeSet<Place>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        for (number, step) in draft.steps.iter().enumerate() {
            let gate = step.stage.and_then(|stage| gates.gate(drafts, index, stage));
            if let Some(gate) = gate {
                members.entry(gate).or_default().insert((index, number));
            }
        }
    }
    for (gate, places) in &members {
        let before = gates.before(*gate).and_then(|before| members.get(&before));
        for place in places {
            if let (Some(before), Some(waits)) = (before, waits.get_mut(place)) {
                waits.extend(before);
            }
        }
    }
    waits
}

fn operation(draft: &Draft<'_>, step: &Step<'_>) -> Operation {
    Operation {
        id: String::new(),
        step: 0,
        stack_set: draft.plan.name.clone(),
        aws_name: draft.plan.aws_name.clone(),
        kind: step.kind,
        operation_id: None,
        effective_concurrency: concurrency(&step.write, &step.touches),
        stage: None,
        runs_if: RunsIf::Always,
        call: step.write.clone(),
        instances: step.touches.iter().map(Rectangle::len).sum(),
        touches: step.touches.clone(),
        depends_on: Vec::new(),
        definition_after: step.definition_after.clone(),
    }
}

/// Accounts at work at once in the Region with the most of them.
fn concurrency(write: &Write, touches: &[Rectangle]) -> u64 {
    let Some(preferences) = write.preferences() else {
        return 0;
    };
    let mut accounts: BTreeMap<_, u64> = BTreeMap::new();
    for rectangle in touches {
        for region in &rectangle.regions {
            *accounts.entry(region).or_default() += rectangle.accounts.len() as u64;
        }
    }
    let most = accounts.values().copied().max();
    most.map_or(0, |most| preferences.effective_concurrency(most))
}

/// Steps from 1: one more than the latest that an operation waits for.
fn numbered(waits: &Waits) -> BTreeMap<Place, u32> {
    let mut steps: BTreeMap<Place, u32> = BTreeMap::new();
    let mut left: Vec<Place> = waits.keys().copied().collect();
    while !left.is_empty() {
        let before = left.len();
        left.retain(|place| {
            let waited = waits.get(place).into_iter().flatten();
            let known: Option<Vec<u32>> = waited.map(|other| steps.get(other).copied()).collect();
            match known {
                Some(known) => {
                    steps.insert(*place, known.into_iter().max().unwrap_or_default() + 1);
                    false
                }
                None => true,
            }
        });
        if left.len() == before {
            // Only a circle ends here, and a manifest with one is refused before; what is in it stays undone.
            break;
        }
    }
    steps
}

/// Where chains end, by the names that `depends_on` uses.
struct Ends<'a, 'd> {
    drafts: &'d [Draft<'a>],
    index: BTreeMap<&'d str, usize>,
    /// The same of removals.
    removed: BTreeMap<&'d str, usize>,
}

impl<'a, 'd> Ends<'a, 'd> {
    fn of(drafts: &'d [Draft<'a>]) -> Self {
        let named = |removal: bool| {
            let drafts = drafts
                .iter()
                .enumerate()
                .filter(move |(_, draft)| draft.removal == removal);
            drafts
                .map(|(index, draft)| (draft.plan.name.as_str(), index))
                .collect()
        };
        Self {
            drafts,
            index: named(false),
            removed: named(true),
        }
    }

    /// What the first operation of a StackSet waits for.
    fn before(&self, index: usize) -> BTreeSet<Place> {
        let Some(draft) = self.drafts.get(index) else {
            return BTreeSet::new();
        };
        if draft.removal {
            let first = draft.depends_on.iter().filter_map(|name| self.removed.get(name));
            let all = self.index.values().chain(first);
            return all.filter_map(|index| self.end(*index)).collect();
        }
        let mut ends = BTreeSet::new();
        let mut seen = BTreeSet::from([index]);
        let mut left: Vec<&str> = draft.depends_on.clone();
        while let Some(name) = left.pop() {
            let Some(index) = self.index.get(name).copied().filter(|index| seen.insert(*index)) else {
                continue;
            };
            match self.end(index) {
                Some(end) => {
                    ends.insert(end);
                }
                // Nothing is done to it, so what it waits for itself is waited for in its place.
                None => left.extend(
                    self.drafts
                        .get(index)
                        .into_iter()
                        .flat_map(|draft| &draft.depends_on),
                ),
            }
        }
        ends
    }

    fn end(&self, index: usize) -> Option<Place> {
        let steps = &self.drafts.get(index)?.steps;
        Some((index, steps.len().checked_sub(1)?))
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
