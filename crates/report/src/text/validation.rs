//! What `validate` says in one line; the diagnostics themselves go to the error stream.

use model::desired::Desired;
use model::diagnostic::Diagnostic;

use crate::layout::{Line, Page, WIDEST};
use crate::style::Meaning;
use crate::words::count;

/// `ok: 3 StackSets, 4 parameter values, 1 warning` for a manifest that could be read; one with errors has no [`Desired`].
pub fn validation(desired: &Desired, warnings: &[Diagnostic]) -> String {
    let mut page = Page::new(WIDEST);
    let mut parts = vec![count(desired.stack_sets.len() as u64, "StackSet")];
    if !desired.removed.is_empty() {
        parts.push(format!("{} removed", desired.removed.len()));
    }
    let values: usize = desired.stack_sets.values().map(|set| set.parameters.len()).sum();
    parts.push(count(values as u64, "parameter value"));
    if !warnings.is_empty() {
        parts.push(count(warnings.len() as u64, "warning"));
    }
    page.hanging(
        Line::new().put(Meaning::Good, "ok: "),
        Meaning::Plain,
        &parts.join(", "),
    );
    page.finish()
}
