//! Limits that a plan must stay inside.

use model::diagnostic::Diagnostic;
use model::plan::{Action, Hold, StackSetPlan};

use crate::context::Context;
use crate::words::count;

/// Holds a plan that deletes more stacks than `[guard]` allows; detached ones stay and do not count.
pub(crate) fn deletions(context: &Context<'_>, stack_sets: &[StackSetPlan]) -> Option<Hold> {
    let deleted = |set: &StackSetPlan| {
        set.instances
            .counts
            .get(&Action::Delete)
            .copied()
            .unwrap_or_default()
    };
    let total: u64 = stack_sets.iter().map(deleted).sum();
    let guard = context.desired.guard.max_deleted_instances.as_ref();
    let allowed = guard.map_or(0, |limit| limit.value);
    if total <= allowed {
        return None;
    }
    let message = format!(
        "the plan deletes {}; this manifest allows {allowed}",
        count(total, "instance")
    );
    let mut diagnostic = Diagnostic::error("E0510", message);
    if let Some(guard) = guard {
        diagnostic = diagnostic.label(&guard.span, "limit");
    }
    for set in stack_sets.iter().filter(|set| deleted(set) > 0) {
        diagnostic = diagnostic.note(format!("{}: {}", set.name, count(deleted(set), "instance")));
    }
    let help = format!(
        "split the change, or raise the limit where a reviewer sees it:\n[guard]\nmax_deleted_instances = {total}"
    );
    Some(Hold {
        diagnostic: diagnostic.help(help),
        stack_set: None,
        instances: total,
    })
}
