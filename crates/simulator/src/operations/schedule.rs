//! Which instances start next (reference §3.2).

use model::ids::Region;
use model::instance::InstanceKey;
use model::observed::OperationStatus;
use model::preferences::{ConcurrencyMode, OperationPreferences, RegionConcurrency};

use super::{OperationPlace, cell, finish, operation_of, stack_set_of};
use crate::world::{CellStatus, ParallelFailure, RegionProgress, StackSetOperation, World};

/// Takes an operation as far as it goes now: starts it when its turn has come, cancels what its failures forbid, starts the
/// instances that there is room for, and ends it when nothing is left.
pub(super) fn go_on(world: &mut World, place: &OperationPlace) {
    finish::leave_queue(world, place);
    let others_go_on = world.knobs.parallel_failure == ParallelFailure::GoesOn;
    let Some(operation) = operation_of(world, place) else {
        return;
    };
    match operation.status {
        OperationStatus::Running if is_over_tolerance(operation) => {
            cancel_after_failure(operation, others_go_on);
        }
        OperationStatus::Running | OperationStatus::Stopping => {}
        _ => return,
    }
    while let Some(key) = next_of(world, place) {
        cell::start(world, place, &key);
    }
    let over = operation_of(world, place).is_some_and(|operation| operation.progress.values().all(is_done));
    if over {
        finish::finish(world, place);
    }
}

/// [`next`], as far as AWS lets so many instances be at work at one time (reference §5.2).
fn next_of(world: &mut World, place: &OperationPlace) -> Option<InstanceKey> {
    let World {
        stack_sets,
        at_work,
        quotas,
        ..
    } = world;
    let set = stack_sets.get_mut(&place.home)?.get_mut(&place.stack_set)?;
    let at_work = at_work.get(&set.admin_account);
    let count = |region: &Region| at_work.and_then(|regions| regions.get(region)).copied();
    next(set.operation_mut(&place.operation)?, |region| {
        count(region).unwrap_or_default() < quotas.instances_at_work
    })
}

/// Takes the next instance that may start now off its Region's queue.
fn next(operation: &mut StackSetOperation, has_room: impl Fn(&Region) -> bool) -> Option<InstanceKey> {
    let StackSetOperation {
        regions,
        progress,
        preferences,
        ..
    } = operation;
    for region in regions.iter() {
        let Some(progress) = progress.get_mut(region) else {
            continue;
        };
        let room = progress.running < concurrency(preferences, progress) && has_room(region);
        if let (true, Some(account)) = (room, progress.waiting.front().cloned()) {
            progress.waiting.pop_front();
            progress.running += 1;
            let region = region.clone();
            return Some(InstanceKey { account, region });
        }
        if preferences.region_concurrency == RegionConcurrency::Sequential && !is_done(progress) {
            return None;
        }
    }
    None
}

/// How many accounts may be at work in a Region after the failures that it has had.
fn concurrency(preferences: &OperationPreferences, progress: &RegionProgress) -> u64 {
    let most = preferences.max_concurrent.of(progress.accounts).max(1);
    let failures_left = (preferences.tolerance(progress.accounts) + 1).saturating_sub(progress.failed);
    match preferences.concurrency_mode {
        ConcurrencyMode::Strict => most.min(failures_left),
        ConcurrencyMode::Soft => most,
    }
}

/// Others go on that waited for an instance of a Region to be no longer at work.
pub(super) fn others_go_on(world: &mut World, place: &OperationPlace, region: &Region) {
    let administrator = stack_set_of(world, place).map(|set| set.admin_account.clone());
    let Some(administrator) = administrator else {
        return;
    };
    let mut waiting = Vec::new();
    for (home, set) in world
        .stack_sets
        .iter()
        .flat_map(|(home, sets)| sets.values().map(move |set| (home, set)))
    {
        let active = set.active_operations().filter(|operation| {
            set.admin_account == administrator
                && operation.status == OperationStatus::Running
                && operation
                    .progress
                    .get(region)
                    .is_some_and(|progress| !progress.waiting.is_empty())
        });
        waiting.extend(active.map(|operation| OperationPlace {
            home: home.clone(),
            stack_set: set.id.clone(),
            operation: operation.id.clone(),
        }));
    }
    for other in waiting {
        go_on(world, &other);
    }
}

fn is_done(progress: &RegionProgress) -> bool {
    progress.running == 0 && progress.waiting.is_empty()
}

/// Whether a Region has more failures than it tolerates.
pub(super) fn is_over_tolerance(operation: &StackSetOperation) -> bool {
    over_tolerance(operation).next().is_some()
}

/// The Regions with more failures than they tolerate.
pub(super) fn over_tolerance(operation: &StackSetOperation) -> impl Iterator<Item = &Region> {
    let preferences = &operation.preferences;
    let progress = operation.progress.iter();
    let over = progress.filter(|(_, progress)| progress.failed > preferences.tolerance(progress.accounts));
    over.map(|(region, _)| region)
}

/// Cancels what the failures of a Region forbid: everything, or with Regions in parallel perhaps only what is left in it.
fn cancel_after_failure(operation: &mut StackSetOperation, others_go_on: bool) {
    let preferences = operation.preferences.clone();
    let alone = others_go_on && preferences.region_concurrency == RegionConcurrency::Parallel;
    cancel(
        operation,
        "Cancelled since failure tolerance has exceeded",
        |progress| !alone || progress.failed > preferences.tolerance(progress.accounts),
    );
}

/// Cancels every instance that has not started, in every Region.
pub(super) fn cancel_waiting(operation: &mut StackSetOperation, reason: &str) {
    cancel(operation, reason, |_| true);
}

fn cancel(operation: &mut StackSetOperation, reason: &str, of: impl Fn(&RegionProgress) -> bool) {
    for (region, progress) in &mut operation.progress {
        if !of(progress) {
            continue;
        }
        for account in progress.waiting.drain(..) {
            let key = InstanceKey {
                account,
                region: region.clone(),
            };
            if let Some(cell) = operation.cells.get_mut(&key) {
                cell.status = CellStatus::Cancelled;
                cell.reason = Some(reason.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::preferences::Amount;

    use super::*;

    fn worked(mode: ConcurrencyMode, tolerance: u32, most: u32) -> impl Fn(u64) -> u64 {
        let preferences = OperationPreferences {
            failure_tolerance: Amount::Count(tolerance),
            max_concurrent: Amount::Count(most),
            concurrency_mode: mode,
            ..OperationPreferences::default()
        };
        move |failed| {
            concurrency(
                &preferences,
                &RegionProgress {
                    accounts: 1000,
                    failed,
                    ..RegionProgress::default()
                },
            )
        }
    }

    #[test]
    fn strict_concurrency_shrinks_as_in_the_example_of_the_guide() {
        let five = worked(ConcurrencyMode::Strict, 5, 10);
        assert_eq!([five(0), five(1), five(3)], [6, 5, 3]);
        let hundred = worked(ConcurrencyMode::Strict, 100, 250);
        assert_eq!([0, 20, 40, 60, 80].map(hundred), [101, 81, 61, 41, 21]);
    }

    #[test]
    fn soft_concurrency_stays() {
        let soft = worked(ConcurrencyMode::Soft, 5, 10);
        assert_eq!([0, 1, 5].map(soft), [10, 10, 10]);
    }
}
