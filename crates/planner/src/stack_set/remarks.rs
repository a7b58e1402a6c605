//! What is worth saying about a StackSet: holds, warnings and what cannot be understood.

use model::definition::Permission;
use model::diagnostic::Diagnostic;
use model::plan::Reason;

mod drifted;
mod names;
mod regions;
mod rollout;
mod suspended;

use super::{Found, has_instances};
use crate::context::Context;
use crate::dependencies;
use crate::diff_instances::unknown;
use crate::diff_overrides;
use crate::draft::Draft;
use crate::fate::FateKind;
use crate::inoperable;
use crate::parts::Pairs;
use crate::selected;
use crate::words;

pub(super) fn remarks(context: &Context<'_>, found: &Found<'_>, draft: &mut Draft<'_>) {
    draft.diagnostics.extend(adopting(found));
    draft.diagnostics.extend(exposed(context, found));
    draft.diagnostics.extend(regions::disabled(context, found));
    draft
        .diagnostics
        .extend(dependencies::too_many(context, found.set));
    draft
        .diagnostics
        .extend(selected::unsent(context, found.set, &found.effective));
    draft.diagnostics.extend(names::moving(context, found));
    draft.diagnostics.extend(rollout::joining(found));
    draft.diagnostics.extend(rollout::ignored(found));
    draft.diagnostics.extend(running(found));
    draft.diagnostics.extend(drifted::warning(found));
    draft.diagnostics.extend(inoperable(found));
    draft.diagnostics.extend(suspended::warning(context, found));
    draft.diagnostics.extend(not_understood(found));
    draft.diagnostics.extend(diff_overrides::unread(
        &found.decided.fates,
        found.observed,
        &found.set.name,
    ));
    if let Some((diagnostic, instances)) = moved(found) {
        draft.hold(diagnostic, instances);
    }
    if let Some(diagnostic) = rollout::no_way_back(context, found) {
        draft.hold(diagnostic, 0);
    }
    if let Some((diagnostic, instances)) = unsaid(context, found) {
        draft.hold(diagnostic, instances);
    }
}

fn adopting(found: &Found<'_>) -> Option<Diagnostic> {
    let set = found.set;
    (set.adopt && found.observed.is_none()).then(|| {
        let message = format!(
            "there is no StackSet `{}` to adopt, so it is created",
            set.aws_name
        );
        Diagnostic::warning("W0605", message)
            .label(&set.name.span, "adopt = true")
            .help("remove `adopt`, or correct `aws_name`")
    })
}

/// Automatic deployment follows units, never a part of one (reference §2.6).
fn exposed(context: &Context<'_>, found: &Found<'_>) -> Option<Diagnostic> {
    let Permission::ServiceManaged { auto_deployment } = &found.effective.definition.permission else {
        return None;
    };
    let parents = found.wanted.parents();
    let units: std::collections::BTreeSet<_> = parents
        .keys()
        .copied()
        .chain(wider(&found.decided.targets.tolerated))
        .chain(found.wanted.left_out.iter().copied())
        .collect();
    if !auto_deployment.enabled || units.is_empty() {
        return None;
    }
    let set = found.set;
    let message = format!(
        "automatic deployment of `{}` reaches accounts that are no targets",
        set.name.value
    );
    let mut diagnostic =
        Diagnostic::warning("W0302", message).label(&set.name.span, "AWS deploys to whole units by itself");
    for unit in units {
        diagnostic = diagnostic.note(format!(
            "an account that joins `{}` gets the stack",
            context.tree.organization.path(unit)
        ));
    }
    Some(
        diagnostic
            .help("target whole units, switch automatic deployment off, or accept it: allow = [\"W0302\"]"),
    )
}

fn wider<'a>(tolerated: &Pairs<'a>) -> impl Iterator<Item = &'a model::ids::UnitId> {
    tolerated.keys().copied()
}

fn running(found: &Found<'_>) -> Option<Diagnostic> {
    let operation = found.observed?.running.first()?;
    let set = found.set;
    let message = format!(
        "`{}` has an operation in progress; apply waits for it",
        set.name.value
    );
    let started = operation
        .created_at
        .map_or_else(String::new, |moment| format!(", started {moment}"));
    Some(
        Diagnostic::warning("W0702", message)
            .label(&set.name.span, "this StackSet")
            .note(format!("operation {}{started}", operation.id))
            .help("plan again when it is over, so that the plan stands on its result"),
    )
}

fn inoperable(found: &Found<'_>) -> Option<Diagnostic> {
    let again = first_wanted(found);
    inoperable::warning(
        &found.set.name,
        &found.decided.fates,
        found.observed,
        again.as_deref(),
    )
}

/// `111122223333/eu-west-1`: the first inoperable instance that the manifest wants and that was not there before.
fn first_wanted(found: &Found<'_>) -> Option<String> {
    let mut left_alone = inoperable::left_alone(&found.decided.fates);
    let wanted = left_alone.find(|(account, region)| {
        found.wanted.includes(account, region) && !inoperable::was_imported(found.observed, account, region)
    });
    wanted.map(|(account, region)| format!("{account}/{region}"))
}

fn not_understood(found: &Found<'_>) -> Option<Diagnostic> {
    let (count, key) = unknown(&found.decided.fates)?;
    let name = &found.set.name;
    Some(unknown_status(name, count, &key.to_string()))
}

/// A status that AWS added after this version was made says nothing about what may be done.
pub(crate) fn unknown_status(
    name: &model::diagnostic::Spanned<String>,
    count: u64,
    example: &str,
) -> Diagnostic {
    let message = format!(
        "`{}` has {} with a status that this version does not know",
        name.value,
        words::count(count, "instance")
    );
    Diagnostic::error("E0420", message)
        .label(&name.span, "nothing is done to this StackSet")
        .note(format!("for example {example}"))
        .help("use a newer version of stackfleet")
}

/// The permission model can be changed only while there is no instance (reference §2.1).
fn moved(found: &Found<'_>) -> Option<(Diagnostic, u64)> {
    let count = found.observed?.instances.len() as u64;
    (found.definition.permission_model && has_instances(found)).then(|| {
        let set = found.set;
        let message = format!(
            "the permission model of `{}` cannot change while it has {}",
            set.name.value,
            words::count(count, "instance")
        );
        let diagnostic = Diagnostic::error("E0404", message)
            .label(&set.name.span, "AWS changes it only for a StackSet without instances")
            .help("make a second StackSet with the new model, and write this one as [removed.NAME] with stacks = \"retain\"");
        (diagnostic, count)
    })
}

fn unsaid(context: &Context<'_>, found: &Found<'_>) -> Option<(Diagnostic, u64)> {
    let fates = &found.decided.fates;
    let leaving = || fates.iter().filter(|(fate, _)| fate.kind == FateKind::Held);
    let count: usize = leaving()
        .flat_map(|(_, cells)| cells.values())
        .map(std::collections::BTreeSet::len)
        .sum();
    let unregister = found.set.on_leave.is_none() && !found.decided.targets.removed.is_empty();
    if count == 0 && !unregister {
        return None;
    }
    let name = &found.set.name;
    let message = if count == 0 {
        format!(
            "units leave the targets of `{}`, and nothing says what becomes of stacks there",
            name.value
        )
    } else {
        format!(
            "the targets of `{}` lose {}, and nothing says what becomes of the stacks",
            name.value,
            words::count(count as u64, "instance")
        )
    };
    let mut diagnostic = Diagnostic::error("E0502", message).label(&name.span, "no `on_leave`");
    for (fate, cells) in leaving() {
        for ((unit, account), _) in cells.iter().take(10) {
            let organization = context.tree.organization;
            diagnostic = diagnostic.note(format!(
                "{} ({account}) in {}{}",
                organization.account_name(account),
                organization.path(unit),
                because(fate.reason)
            ));
        }
    }
    let advice =
        "say it in the manifest: on_leave = \"retain\" keeps the stacks, on_leave = \"delete\" deletes them";
    Some((diagnostic.help(advice), count as u64))
}

fn because(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::Regions) => ": the Region is no target any more",
        Some(Reason::LeftUnit) => ": the account left the unit",
        _ => "",
    }
}
