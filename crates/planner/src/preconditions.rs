//! What must still be true when the plan is carried out.

use std::collections::BTreeSet;

use model::plan::Preconditions;

use crate::context::Context;
use crate::draft::Draft;

/// The state of every StackSet that is written to, and who is in every unit that is named as a whole.
pub(crate) fn preconditions(context: &Context<'_>, drafts: &[Draft<'_>]) -> Preconditions {
    let written = drafts.iter().filter(|draft| !draft.steps.is_empty());
    let mut units: BTreeSet<_> = drafts.iter().flat_map(Draft::whole_units).collect();
    // A unit that is gone from the organization may still be registered, and nobody can join it.
    units.retain(|unit| context.tree.unit(unit).is_some());
    Preconditions {
        stack_sets: written
            .map(|draft| (draft.plan.name.clone(), draft.precondition.clone()))
            .collect(),
        units: units
            .into_iter()
            .map(|unit| {
                let active = context.tree.active(unit).into_iter().flatten();
                (unit.clone(), active.map(|account| (*account).clone()).collect())
            })
            .collect(),
    }
}
