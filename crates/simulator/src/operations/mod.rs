//! Operations: what happens to stack instances while world time passes (reference §2, §3, §4).
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | time passes: everything that is due happens, in order |
//! | `request.rs` | an operation is accepted: it runs, or waits in the queue of managed execution |
//! | `schedule.rs` | which instances start next: Regions, concurrency, tolerance |
//! | `cell.rs` | an instance's part starts and ends |
//! | `outcome.rs` | whether it goes well, and why not |
//! | `deploy.rs` | a stack is created or updated |
//! | `names.rs`, `resources.rs`, `evaluate.rs` | names that a stack claims, resources in it, functions of its template |
//! | `drift.rs` | drift detection of one instance |
//! | `change.rs` | somebody changes a resource by hand |
//! | `finish.rs` | an operation ends, the next of the queue starts |
//! | `late_targets.rs` | an operation of the queue finds out who is below its units now |
//! | `history.rs` | operations are forgotten |
//! | `stop.rs` | somebody stops one |
//! | `auto_deployment.rs` | accounts join, leave and move |

pub mod auto_deployment;
mod cell;
mod change;
mod deploy;
mod drift;
mod evaluate;
mod finish;
mod history;
mod late_targets;
mod names;
mod outcome;
mod request;
mod resources;
mod schedule;
mod stop;

use jiff::{SignedDuration, Timestamp};
use model::ids::{OperationId, Region, StackSetId};

use crate::world::{Due, DueStep, StackSet, StackSetOperation, World};

pub(crate) use deploy::claim_names;
pub(crate) use drift::is_supported as detects_drift;
pub(crate) use resources::{Expected as ExpectedResource, expected as expected_resources};

pub use change::{change_resource, drift_now};
pub use request::{Requested, request};
pub use stop::stop;

/// Where an operation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationPlace {
    /// The home Region of the StackSet.
    pub home: Region,
    /// The StackSet.
    pub stack_set: StackSetId,
    /// The operation.
    pub operation: OperationId,
}

/// Lets world time pass up to `to`, never back: everything that is due on the way happens at its moment. The effort is in
/// proportion to what happens.
pub fn advance(world: &mut World, to: Timestamp) {
    // Before anything happens too: how many looks there were on the way must make no difference.
    history::forget(world);
    while world.agenda.first().is_some_and(|due| due.at <= to) {
        let Some(due) = world.agenda.pop_first() else {
            break;
        };
        world.now = world.now.max(due.at);
        happen(world, due.step);
        history::forget(world);
    }
    world.now = world.now.max(to);
    history::forget(world);
}

fn happen(world: &mut World, step: DueStep) {
    match step {
        DueStep::OperationStarts {
            home,
            stack_set,
            operation,
        } => {
            schedule::go_on(
                world,
                &OperationPlace {
                    home,
                    stack_set,
                    operation,
                },
            );
        }
        DueStep::CellEnds {
            home,
            stack_set,
            operation,
            key,
        } => {
            let place = OperationPlace {
                home,
                stack_set,
                operation,
            };
            let waited_for = cell::end(world, &place, &key);
            schedule::go_on(world, &place);
            if waited_for {
                schedule::others_go_on(world, &place, &key.region);
            }
        }
        DueStep::AccountCreated { account } => crate::organizations::account_created(world, &account),
        DueStep::AccountClosed { account } => crate::organizations::account_closed(world, &account),
        DueStep::AccountMoved {
            account, from, to, ..
        } => auto_deployment::catch_up(world, &account, &from, &to),
    }
}

/// Puts something on the agenda, so many seconds from now.
pub(crate) fn plan(world: &mut World, seconds: u64, step: DueStep) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let at = world
        .now
        .saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(world.now);
    world.agenda.insert(Due { at, step });
    at
}

fn stack_set_of<'w>(world: &'w mut World, place: &OperationPlace) -> Option<&'w mut StackSet> {
    world.stack_sets.get_mut(&place.home)?.get_mut(&place.stack_set)
}

fn operation_of<'w>(world: &'w mut World, place: &OperationPlace) -> Option<&'w mut StackSetOperation> {
    stack_set_of(world, place)?.operation_mut(&place.operation)
}
