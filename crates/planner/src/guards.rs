//! What a plan may not do: `[guard]`, `[protect]`, `[[freeze]]`. Every reason is a hold, and all of them are shown together.

use model::plan::{Action, Hold, Plan};

use crate::context::Context;

mod committed;
pub(crate) mod freeze;
mod limits;
pub(crate) mod protect;

/// Everything that speaks against a plan whose StackSets, operations and summary are known.
pub(crate) fn holds(context: &Context<'_>, plan: &Plan) -> Vec<Hold> {
    let mut holds = protect::holds(context, plan);
    holds.extend(limits::deleted(context, plan));
    holds.extend(limits::instances(context, plan));
    holds.extend(limits::accounts(context, plan));
    holds.extend(committed::hold(context, plan));
    holds.extend(freeze::holds(context, plan));
    holds
}

/// Instances that a plan touches in any way. One that goes and comes again is one.
fn touched(plan: &Plan) -> u64 {
    let always = plan
        .operations
        .iter()
        .filter(|operation| operation.runs_if.is_always());
    let calls: u64 = always.map(|operation| operation.instances).sum();
    calls.saturating_sub(plan.instances(Action::Recreate))
}

#[cfg(test)]
#[path = "guards/tests.rs"]
mod tests;
