//! What drift detection found last.

use model::diagnostic::Diagnostic;

use super::Found;
use crate::words::count;

/// A plan compares StackSets with the manifest and not stacks with their templates, so it says where that was done and what came
/// of it.
pub(super) fn warning(found: &Found<'_>) -> Option<Diagnostic> {
    let check = found.observed?.drift.as_ref().filter(|check| check.drifted > 0)?;
    let set = found.set;
    let message = format!(
        "{} of {} of `{}` had drifted from their own template",
        check.drifted,
        count(check.total, "instance"),
        set.name.value
    );
    let when = check
        .checked_at
        .map(|at| format!("drift was last detected at {at}"));
    let warning = Diagnostic::warning("W0330", message)
        .label(&set.name.span, "")
        .note("an update writes what differs between two templates and leaves the rest as it drifted")
        .help(format!(
            "see each difference and what becomes of it: stackfleet drift {}",
            set.name.value
        ));
    Some(match when {
        Some(when) => warning.note(when),
        None => warning,
    })
}
