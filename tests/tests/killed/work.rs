//! What the service did, going by the world and not by what a client heard of it.

use std::collections::{BTreeMap, BTreeSet};

use simulator::world::{CellStatus, StackSet, StackSetOperation, World};
use support::served::Served;

/// How often something was done to an instance: by StackSet, instance and action.
pub(crate) type Work = BTreeMap<String, usize>;

/// What was done between two moments.
pub(crate) fn work(before: &World, after: &World) -> Work {
    let mut work = Work::new();
    for (set, operation) in since(before, after) {
        let name = set.name();
        let done = operation
            .cells
            .iter()
            .filter(|(_, cell)| cell.status == CellStatus::Succeeded);
        for (key, _) in done {
            *work
                .entry(format!("{name} {key} {:?}", operation.action))
                .or_default() += 1;
        }
    }
    work
}

/// The ids of the operations between two moments, sorted.
pub(crate) fn operations_of(before: &World, after: &World) -> Vec<String> {
    let mut ids: Vec<String> = since(before, after)
        .map(|(_, operation)| operation.id.to_string())
        .collect();
    ids.sort();
    ids
}

fn since<'w>(
    before: &World,
    after: &'w World,
) -> impl Iterator<Item = (&'w StackSet, &'w StackSetOperation)> {
    let place = |set: &StackSet, operation: &StackSetOperation| format!("{} {}", set.id, operation.id);
    let known: BTreeSet<String> = operations(before)
        .map(|(set, operation)| place(set, operation))
        .collect();
    operations(after).filter(move |(set, operation)| !known.contains(&place(set, operation)))
}

fn operations(world: &World) -> impl Iterator<Item = (&StackSet, &StackSetOperation)> {
    let sets = world.stack_sets.values().flat_map(BTreeMap::values);
    sets.flat_map(|set| set.operations.iter().map(move |operation| (set, operation)))
}

/// No id was accepted twice, and nobody met an operation in progress by writing against it.
pub(crate) fn nothing_twice(served: &Served, what: &str) {
    for (id, times) in served.started() {
        assert_eq!(times, 1, "{what}: operation {id} was started {times} times");
    }
    let busy = served
        .log()
        .into_iter()
        .filter(|call| call.error.as_deref() == Some("OperationInProgressException"));
    assert_eq!(busy.count(), 0, "{what}: a write against a running operation");
}
