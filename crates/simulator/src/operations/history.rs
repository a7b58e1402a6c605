//! Operations are forgotten, in worlds that do not keep them for ever (reference §1.6).

use jiff::{SignedDuration, Timestamp};

use crate::world::{OperationHistory, StackSet, World};

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const HUNDRED: usize = 100;

/// Takes the operations away that the world does not know any more. Those that run or wait are always known.
pub(super) fn forget(world: &mut World) {
    let now = world.now;
    let forget: fn(&mut StackSet, Timestamp) = match world.knobs.operation_history {
        OperationHistory::Kept => return,
        OperationHistory::Week => older_than_a_week,
        OperationHistory::Hundred => all_but_a_hundred,
    };
    for set in world.stack_sets.values_mut().flat_map(|sets| sets.values_mut()) {
        forget(set, now);
    }
}

fn older_than_a_week(set: &mut StackSet, now: Timestamp) {
    set.operations.retain(|operation| {
        operation
            .ended_at
            .is_none_or(|ended| now.duration_since(ended) <= WEEK)
    });
}

fn all_but_a_hundred(set: &mut StackSet, _: Timestamp) {
    let mut too_many = set.operations.len().saturating_sub(HUNDRED);
    set.operations.retain(|operation| {
        let goes = too_many > 0 && operation.status.is_terminal();
        too_many -= usize::from(goes);
        !goes
    });
}
