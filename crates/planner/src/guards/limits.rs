//! `[guard]`: how much a plan may touch.

use std::collections::{BTreeMap, BTreeSet};

use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, Region};
use model::plan::{Action, Hold, InstanceGroup, Plan, StackSetPlan};
use model::preferences::Amount;

use super::touched;
use crate::context::Context;
use crate::words::count;

/// Rows of a hold: enough to see where it comes from.
const SHOWN: usize = 10;

/// More deleted stacks than `max_deleted_instances`, also of instances that are made again; detached ones stay and do not count.
pub(super) fn deleted(context: &Context<'_>, plan: &Plan) -> Option<Hold> {
    let total = plan.deleted_stacks();
    let again = plan.instances(Action::Recreate);
    let guard = context.desired.guard.max_deleted_instances.as_ref();
    let allowed = guard.map_or(0, |limit| limit.value);
    if total <= allowed {
        return None;
    }
    let message = format!(
        "the plan deletes {}{}; this manifest allows {allowed}",
        count(total, "instance"),
        made_again(total, again)
    );
    let mut diagnostic = Diagnostic::error("E0510", message);
    if let Some(guard) = guard {
        diagnostic = diagnostic.label(&guard.span, "limit");
    }
    for set in &plan.stack_sets {
        let goes = |group: &InstanceGroup| matches!(group.action, Action::Delete | Action::Recreate);
        let note = places(set, goes);
        diagnostic = note.into_iter().fold(diagnostic, Diagnostic::note);
    }
    let help = format!(
        "split the change, or raise the limit where a reviewer sees it:\n[guard]\nmax_deleted_instances = {total}"
    );
    Some(hold(diagnostic.help(help), total))
}

/// `, 2 of them to make them again`
fn made_again(total: u64, again: u64) -> String {
    match again {
        0 => String::new(),
        1 if total == 1 => " to make it again".to_owned(),
        _ if again == total => " to make them again".to_owned(),
        _ => format!(", {again} of them to make them again"),
    }
}

/// More touched instances than `max_changed_instances`.
pub(super) fn instances(context: &Context<'_>, plan: &Plan) -> Option<Hold> {
    let limit = context.desired.guard.max_changed_instances.as_ref()?;
    let total: u64 = shown(plan).map(|group| group.instances).sum();
    if total <= limit.value {
        return None;
    }
    let message = format!(
        "the plan changes {}; this manifest allows {}",
        count(total, "instance"),
        limit.value
    );
    let mut diagnostic = Diagnostic::error("E0513", message).label(&limit.span, "limit");
    for set in &plan.stack_sets {
        let changed: u64 = changing(set).map(|group| group.instances).sum();
        if changed > 0 {
            diagnostic = diagnostic.note(format!("{}: {}", set.name, count(changed, "instance")));
        }
    }
    let help = format!(
        "split the change, or raise the limit where a reviewer sees it:\n[guard]\nmax_changed_instances = {total}"
    );
    Some(hold(diagnostic.help(help), total))
}

/// More touched accounts than `max_changed_accounts`. A share is one of the active member accounts.
pub(super) fn accounts(context: &Context<'_>, plan: &Plan) -> Option<Hold> {
    let limit = context.desired.guard.max_changed_accounts.as_ref()?;
    let organization = context.tree.organization;
    let active = context
        .tree
        .member_accounts()
        .filter(|(_, account)| account.state.is_active());
    let all = active.count() as u64;
    let allowed = limit.value.of(all);
    let total = plan.summary.accounts_touched;
    if total <= allowed {
        return None;
    }
    let message = format!(
        "the plan changes {}; this manifest allows {allowed}",
        count(total, "account")
    );
    let diagnostic = Diagnostic::error("E0514", message).label(&limit.span, said(limit, all));
    let help = format!(
        "split the change, or raise the limit where a reviewer sees it:\n[guard]\nmax_changed_accounts = {total}"
    );
    let diagnostic = diagnostic
        .note(format!(
            "{} has {}",
            organization.id,
            count(all, "active member account")
        ))
        .help(help);
    Some(hold(diagnostic, touched(plan)))
}

fn said(limit: &Spanned<Amount>, all: u64) -> String {
    match limit.value {
        Amount::Count(_) => "limit".to_owned(),
        Amount::Percent(share) => format!("{share}% of {all}"),
    }
}

fn shown(plan: &Plan) -> impl Iterator<Item = &InstanceGroup> {
    plan.stack_sets.iter().flat_map(changing)
}

fn changing(set: &StackSetPlan) -> impl Iterator<Item = &InstanceGroup> {
    let groups = set.instances.groups.iter();
    groups.filter(|group| group.action != Action::None)
}

/// Where instances of a StackSet are: `net: Root/Sandbox (4 accounts × 2 Regions)`.
pub(super) fn places(set: &StackSetPlan, meant: impl Fn(&InstanceGroup) -> bool) -> Option<String> {
    let mut alike: BTreeMap<(&str, &BTreeSet<Region>), BTreeSet<&AccountId>> = BTreeMap::new();
    for group in set.instances.groups.iter().filter(|group| meant(group)) {
        let place = (group.target.as_str(), &group.rectangle.regions);
        alike.entry(place).or_default().extend(&group.rectangle.accounts);
    }
    let mut units: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((unit, regions), accounts) in alike {
        units.entry(unit).or_default().push(format!(
            "{} × {}",
            count(accounts.len() as u64, "account"),
            count(regions.len() as u64, "Region")
        ));
    }
    if units.is_empty() {
        return None;
    }
    let more = units.len().saturating_sub(SHOWN);
    let mut parts: Vec<String> = units
        .into_iter()
        .take(SHOWN)
        .map(|(unit, parts)| format!("{unit} ({})", parts.join(", ")))
        .collect();
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    Some(format!("{}: {}", set.name, parts.join(", ")))
}

fn hold(diagnostic: Diagnostic, instances: u64) -> Hold {
    Hold {
        diagnostic,
        stack_set: None,
        instances,
    }
}
