//! `[protect]`: StackSets that may not lose stacks, instances or resources, whatever their own tables say.

use model::diagnostic::{Diagnostic, Spanned};
use model::plan::{Action, Hold, InstanceGroup, Plan, Replacement, ResourceChange, StackSetPlan};

use super::limits::places;
use crate::context::Context;
use crate::resolve::glob;
use crate::words::count;

/// Every protection that a plan would go against.
pub(super) fn holds(context: &Context<'_>, plan: &Plan) -> Vec<Hold> {
    let protect = &context.desired.protect;
    let mut holds = Vec::new();
    for set in &plan.stack_sets {
        let by = |patterns| protection(patterns, &set.name);
        holds.extend(by(&protect.delete).and_then(|by| deleted(context, set, by)));
        holds.extend(by(&protect.shrink).and_then(|by| shrunk(set, by)));
        holds.extend(by(&protect.replace).and_then(|by| replaced(set, by)));
    }
    holds
}

/// The first name or pattern of a list that means a StackSet.
pub(crate) fn protection<'p>(patterns: &'p [Spanned<String>], name: &str) -> Option<&'p Spanned<String>> {
    patterns
        .iter()
        .find(|pattern| glob::matches(&pattern.value, name))
}

fn deleted(context: &Context<'_>, set: &StackSetPlan, by: &Spanned<String>) -> Option<Hold> {
    let goes = matches!(set.action, Action::Delete | Action::Detach);
    let lost = in_action(set, Action::Delete) + in_action(set, Action::Recreate);
    if !goes && lost == 0 {
        return None;
    }
    let left = if goes {
        lost + in_action(set, Action::Detach)
    } else {
        lost
    };
    let message = if goes {
        format!("`{}` is removed, and it is protected from deletion", set.name)
    } else {
        format!(
            "`{}` loses {} with their stacks, and it is protected from deletion",
            set.name,
            count(lost, "instance")
        )
    };
    let mut diagnostic = Diagnostic::error("E0503", message).label(&by.span, "protected here");
    if let Some(removal) = context.desired.removed.get(&set.name).filter(|_| goes) {
        diagnostic = diagnostic.label(&removal.name.span, format!("{} run in it", count(left, "stack")));
    }
    Some(hold(
        noted(
            diagnostic,
            set,
            &[Action::Delete, Action::Detach, Action::Recreate],
        )
        .help(way_past(set)),
        set,
        left,
    ))
}

/// What has to be said in the manifest first.
fn way_past(set: &StackSetPlan) -> &'static str {
    match set.action {
        Action::Delete | Action::Detach => "take it off `delete` in [protect] first, in a change of its own",
        _ if in_action(set, Action::Recreate) > 0 => {
            "this holds for `--recreate`, too: take it off `delete` in [protect] first, in a change of its own"
        }
        _ => {
            "keep the stacks: on_leave = \"retain\"\nor take it off `delete` in [protect] first, in a change of its own"
        }
    }
}

/// Also stacks that stay count: the StackSet reaches fewer places. Accounts out of AWS's reach are no place any more.
fn shrunk(set: &StackSetPlan, by: &Spanned<String>) -> Option<Hold> {
    let lost = in_action(set, Action::Delete) + in_action(set, Action::Detach);
    if lost == 0 {
        return None;
    }
    let message = format!(
        "`{}` loses {}, and it is protected from shrinking",
        set.name,
        count(lost, "instance")
    );
    let diagnostic = Diagnostic::error("E0504", message).label(&by.span, "protected here");
    let help = "bring the targets and Regions back, or take it off `shrink` in [protect] first";
    Some(hold(
        noted(diagnostic, set, &[Action::Delete, Action::Detach]).help(help),
        set,
        lost,
    ))
}

/// What is not known is not safe: a type without data may replace.
fn replaced(set: &StackSetPlan, by: &Spanned<String>) -> Option<Hold> {
    let updated = in_action(set, Action::Update);
    let template = set.changes.template.as_ref()?;
    let resources: Vec<&ResourceChange> = template
        .resources
        .iter()
        .filter(|resource| resource.action == Action::Update && resource.replacement != Replacement::Never)
        .collect();
    if updated == 0 || resources.is_empty() {
        return None;
    }
    let message = format!(
        "the new template of `{}` may replace {} in {}, and it is protected from that",
        set.name,
        count(resources.len() as u64, "resource"),
        count(updated, "stack")
    );
    let mut diagnostic = Diagnostic::error("E0505", message).label(&by.span, "protected here");
    for resource in resources {
        diagnostic = diagnostic.note(format!(
            "{} ({}): {}",
            resource.logical_id,
            resource.resource_type,
            effect(resource.replacement)
        ));
    }
    let help = "change the template so that it updates in place, or take it off `replace` in [protect] first";
    Some(hold(diagnostic.help(help), set, updated))
}

fn effect(replacement: Replacement) -> &'static str {
    match replacement {
        Replacement::Always => "replaced",
        Replacement::Conditional => "replaced in some cases",
        Replacement::Unknown => "nothing is known about this type",
        Replacement::Never => "updated in place",
    }
}

fn noted(diagnostic: Diagnostic, set: &StackSetPlan, actions: &[Action]) -> Diagnostic {
    let meant = |group: &InstanceGroup| actions.contains(&group.action);
    places(set, meant).into_iter().fold(diagnostic, Diagnostic::note)
}

fn in_action(set: &StackSetPlan, action: Action) -> u64 {
    set.instances.counts.get(&action).copied().unwrap_or_default()
}

fn hold(diagnostic: Diagnostic, set: &StackSetPlan, instances: u64) -> Hold {
    Hold {
        diagnostic,
        stack_set: Some(set.name.clone()),
        instances,
    }
}
