//! When everything is done, with so many StackSets worked on at once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use model::plan::{Operation, Plan};

/// Something that takes its time once everything that it waits for is over.
struct Task {
    milliseconds: u64,
    /// Whether it takes one of the places; the end of a stage takes none.
    works: bool,
    waits_for: usize,
    lets_go: Vec<usize>,
}

/// Milliseconds until the last operation is over. Of what may begin, what comes first in the plan begins first, as the executor
/// does it. Soak times are not in it.
pub(super) fn makespan(plan: &Plan, parallel: usize, milliseconds: impl Fn(&Operation) -> u64) -> u64 {
    let mut tasks = tasks(plan, milliseconds);
    let mut ready: BTreeSet<usize> = (0..tasks.len())
        .filter(|task| tasks.get(*task).is_some_and(|task| task.waits_for == 0))
        .collect();
    let mut running: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let (mut now, mut busy) = (0, 0);
    loop {
        let has_room = |task: &&usize| !works(&tasks, **task) || busy < parallel.max(1);
        if let Some(next) = ready.iter().find(has_room).copied() {
            ready.remove(&next);
            busy += usize::from(works(&tasks, next));
            let takes = tasks.get(next).map_or(0, |task| task.milliseconds);
            running.push(Reverse((takes.saturating_add(now), next)));
            continue;
        }
        let Some(Reverse((end, over))) = running.pop() else {
            return now;
        };
        now = end;
        busy -= usize::from(works(&tasks, over));
        let freed = tasks.get_mut(over).map(|task| std::mem::take(&mut task.lets_go));
        for next in freed.into_iter().flatten() {
            if let Some(task) = tasks.get_mut(next) {
                task.waits_for -= 1;
                if task.waits_for == 0 {
                    ready.insert(next);
                }
            }
        }
    }
}

fn works(tasks: &[Task], task: usize) -> bool {
    tasks.get(task).is_some_and(|task| task.works)
}

/// The operations of the normal course in the order of the plan, then the ends of the stages.
fn tasks(plan: &Plan, milliseconds: impl Fn(&Operation) -> u64) -> Vec<Task> {
    let operations: Vec<&Operation> = plan
        .operations
        .iter()
        .filter(|operation| operation.runs_if.is_always())
        .collect();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, operation) in operations.iter().enumerate() {
        places.insert(&operation.id, place);
    }
    let ends: BTreeMap<&str, usize> = (operations.len()..)
        .zip(&plan.stages)
        .map(|(place, stage)| (stage.id.as_str(), place))
        .collect();
    let task = |milliseconds, works| Task {
        milliseconds,
        works,
        waits_for: 0,
        lets_go: Vec::new(),
    };
    let own = operations
        .iter()
        .map(|operation| task(milliseconds(operation), true));
    let mut tasks: Vec<Task> = own.chain(plan.stages.iter().map(|_| task(0, false))).collect();
    for (before, after) in waits(plan, &operations, &places, &ends) {
        if let Some(task) = tasks.get_mut(before) {
            task.lets_go.push(after);
        }
        if let Some(task) = tasks.get_mut(after) {
            task.waits_for += 1;
        }
    }
    tasks
}

/// What is before what: operations as they say, a stage after everything in the one before it.
fn waits(
    plan: &Plan,
    operations: &[&Operation],
    places: &BTreeMap<&str, usize>,
    ends: &BTreeMap<&str, usize>,
) -> BTreeSet<(usize, usize)> {
    let mut waits = BTreeSet::new();
    let before: BTreeMap<&str, usize> = plan
        .stages
        .iter()
        .filter_map(|stage| Some((stage.id.as_str(), *ends.get(stage.after.as_deref()?)?)))
        .collect();
    for (place, operation) in operations.iter().enumerate() {
        let own = operation.depends_on.iter();
        waits.extend(own.filter_map(|id| Some((*places.get(id.as_str())?, place))));
        let Some(stage) = operation.stage.as_deref() else {
            continue;
        };
        waits.extend(ends.get(stage).map(|end| (place, *end)));
        waits.extend(before.get(stage).map(|end| (*end, place)));
    }
    let stages = before.iter();
    waits.extend(stages.filter_map(|(stage, end)| Some((*end, *ends.get(stage)?))));
    waits
}
