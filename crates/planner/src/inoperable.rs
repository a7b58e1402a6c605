//! Inoperable instances are never touched on the quiet: only a delete gets them out (reference §2.8).

use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, Region};
use model::instance::{DetailedStatus, InstanceKey};
use model::observed::ObservedStackSet;

use crate::diff_instances::{Fates, INOPERABLE};
use crate::fate::Note;
use crate::words::count;

const RETAIN: &str = "aws cloudformation delete-stack-instances --retain-stacks for these instances";

/// W0421. `again` is one that can be made again, as `ACCOUNT/REGION`.
pub(crate) fn warning(
    name: &Spanned<String>,
    fates: &Fates<'_>,
    observed: Option<&ObservedStackSet>,
    again: Option<&str>,
) -> Option<Diagnostic> {
    let all = left_alone(fates).count() as u64;
    let imports = left_alone(fates)
        .filter(|(account, region)| was_imported(observed, account, region))
        .count() as u64;
    if all == 0 {
        return None;
    }
    let what = count(all, "inoperable instance");
    let (failed, help) = match imports {
        0 => ("delete", after_delete(name, again)),
        _ if imports == all => ("import", after_import()),
        _ => ("delete or import", after_both(name, again)),
    };
    let told = Diagnostic::warning("W0421", format!("`{}` has {what}, left alone", name.value))
        .label(&name.span, format!("an earlier {failed} failed in them"))
        .note("AWS updates them no more; only a delete gets them out");
    Some(told.help(help))
}

/// Those that the plan leaves as they are.
pub(crate) fn left_alone<'f>(fates: &'f Fates<'_>) -> impl Iterator<Item = (&'f AccountId, &'f Region)> {
    let alone = fates
        .iter()
        .filter(|(fate, _)| fate.note == Some(Note::Said(INOPERABLE)));
    let rows = alone.flat_map(|(_, cells)| cells);
    rows.flat_map(|((_, account), regions)| regions.iter().map(move |region| (*account, *region)))
}

/// Whether its stack was there before the StackSet, which could not import it.
pub(crate) fn was_imported(
    observed: Option<&ObservedStackSet>,
    account: &AccountId,
    region: &Region,
) -> bool {
    let key = InstanceKey {
        account: account.clone(),
        region: region.clone(),
    };
    let instance = observed.and_then(|set| set.instances.get(&key));
    instance.is_some_and(|instance| instance.detailed == DetailedStatus::FailedImport)
}

fn after_delete(name: &Spanned<String>, again: Option<&str>) -> String {
    let retain = format!("{RETAIN}, clean up the stacks in their accounts, then apply");
    let Some(instance) = again else { return retain };
    format!(
        "delete and make again, once the cause is mended: stackfleet plan --recreate {}:{instance} --out plan.json\nwhere that fails: {retain}",
        name.value
    )
}

/// Nobody cleans up what was there before: it only leaves the StackSet.
fn after_import() -> String {
    format!("{RETAIN}; the stacks were there before and stay\nto import them again, mend the cause first")
}

fn after_both(name: &Spanned<String>, again: Option<&str>) -> String {
    format!(
        "{}\nclean up nothing where an import failed: those stacks were there before",
        after_delete(name, again)
    )
}

#[cfg(test)]
#[path = "inoperable_tests.rs"]
mod tests;
