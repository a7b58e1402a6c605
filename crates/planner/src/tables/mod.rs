//! Tables of the service's behaviour (reference §4.3, §11), row by row: the plan does the right thing, or holds with a code.

mod cells;
mod surprises;
mod surprises_of_targets;

use model::plan::Plan;

use crate::testing::world::codes;

/// What a row comes to: the operations in short, and the codes.
pub(super) fn outcome(plan: &Plan) -> (Vec<String>, Vec<&str>) {
    (crate::testing::world::outline(plan), codes(plan))
}
