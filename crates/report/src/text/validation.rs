//! What `validate` says in one line for each manifest; the diagnostics themselves go to the error stream.

use model::desired::Desired;

use crate::layout::{Line, Page, WIDEST};
use crate::style::Meaning;
use crate::words::count;

/// `ok: 3 StackSets, 4 parameter values, 1 warning` for manifests that could be read, each with the number of its warnings; of several
/// each begins with its name. One with errors has no [`Desired`].
pub fn validation<'d>(manifests: impl ExactSizeIterator<Item = (&'d Desired, usize)>) -> String {
    let mut page = Page::new(WIDEST);
    let several = manifests.len() > 1;
    for (desired, warnings) in manifests {
        let start = if several {
            Line::new().text(&desired.manifest).text(": ")
        } else {
            Line::new()
        };
        page.hanging(
            start.put(Meaning::Good, "ok: "),
            Meaning::Plain,
            &contents(desired, warnings),
        );
    }
    page.finish()
}

fn contents(desired: &Desired, warnings: usize) -> String {
    let mut parts = vec![count(desired.stack_sets.len() as u64, "StackSet")];
    if !desired.removed.is_empty() {
        parts.push(format!("{} removed", desired.removed.len()));
    }
    let values: usize = desired.stack_sets.values().map(|set| set.parameters.len()).sum();
    parts.push(count(values as u64, "parameter value"));
    if warnings > 0 {
        parts.push(count(warnings as u64, "warning"));
    }
    parts.join(", ")
}
