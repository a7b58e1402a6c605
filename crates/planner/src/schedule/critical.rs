//! The critical path: of what may start at the same time, what the most work waits for comes first. When fewer StackSets are
//! worked on at once than could be, the others wait in this order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Place, Waits};
use crate::draft::Draft;
use crate::estimate::rounds;
use crate::order::Step;

/// Operations by step, in each step the one with the longest way to the end first.
pub(super) fn in_order(drafts: &[Draft<'_>], waits: &Waits, steps: &BTreeMap<Place, u32>) -> Vec<Place> {
    let ways = ways(drafts, waits, steps);
    let mut places: Vec<Place> = waits.keys().copied().collect();
    places.sort_by_key(|place| {
        (
            steps.get(place).copied(),
            Reverse(ways.get(place).copied()),
            *place,
        )
    });
    places
}

/// How much is done one after another from an operation on, itself included, on the longest way through what waits for it.
fn ways(drafts: &[Draft<'_>], waits: &Waits, steps: &BTreeMap<Place, u32>) -> BTreeMap<Place, u64> {
    let mut ways: BTreeMap<Place, u64> = BTreeMap::new();
    let mut last_first: Vec<Place> = waits.keys().copied().collect();
    last_first.sort_by_key(|place| Reverse(steps.get(place).copied()));
    for place in last_first {
        let (index, number) = place;
        let step = drafts.get(index).and_then(|draft| draft.steps.get(number));
        let after = ways.entry(place).or_default();
        *after = after.saturating_add(step.map_or(0, work));
        let way = *after;
        for before in waits.get(&place).into_iter().flatten() {
            let longest = ways.entry(*before).or_default();
            *longest = way.max(*longest);
        }
    }
    ways
}

/// The rounds that its preferences make of what it touches, and one for the call itself.
fn work(step: &Step<'_>) -> u64 {
    rounds(step.write.preferences(), &step.touches).saturating_add(1)
}
