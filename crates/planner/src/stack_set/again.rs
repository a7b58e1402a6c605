//! `--recreate`: which of the named instances cannot come again, and whom it may hurt that they go in between.

use model::definition::ParameterValue;
use model::diagnostic::Diagnostic;
use model::ids::{AccountId, Region};

use super::Found;
use crate::context::Context;
use crate::diff_instances::Row;
use crate::fate::{Fate, FateKind};
use crate::inoperable;
use crate::order::unit_again;

/// Everything that is to be said about the named instances of a StackSet.
pub(super) fn remarks(context: &Context<'_>, found: &Found<'_>) -> Vec<Diagnostic> {
    let named = named(context, found);
    let mut told: Vec<Diagnostic> = named
        .iter()
        .filter_map(|(account, region)| refused(context, found, (account, region)))
        .collect();
    told.extend(dependents(context, found, &named));
    told
}

fn named(context: &Context<'_>, found: &Found<'_>) -> Vec<(AccountId, Region)> {
    let asked = context.selection.recreated(&found.set.name.value);
    let parsed = asked
        .filter_map(|(account, region)| Some((AccountId::parse(account).ok()?, Region::parse(region).ok()?)));
    parsed.collect()
}

/// What becomes of a named instance that comes, and the row that it stands in.
fn made<'f, 'a>(
    found: &'f Found<'a>,
    (account, region): (&AccountId, &Region),
) -> Option<(&'f Fate<'a>, Row<'a>)> {
    let fates = found.decided.fates.iter().filter(|(fate, _)| fate.is_made());
    let mut rows =
        fates.flat_map(|(fate, cells)| cells.iter().map(move |(row, regions)| (fate, *row, regions)));
    let (fate, row, _) = rows.find(|(_, (_, one), regions)| *one == account && regions.contains(region))?;
    Some((fate, row))
}

/// A value that only its instance has goes with the instance (`{ keep = true }`).
fn kept(found: &Found<'_>, (account, region): (&AccountId, &Region)) -> Option<String> {
    let (fate, _) = made(found, (account, region))?;
    let values = found.wanted.values.values(fate.values);
    let mut kept = values
        .iter()
        .filter(|(_, value)| **value == ParameterValue::Previous);
    let (name, _) = kept.next()?;
    Some(format!(
        "only AWS has its value of `{name}`, which would go with it"
    ))
}

/// E0013: it cannot be made again, so it must not go.
fn refused(
    context: &Context<'_>,
    found: &Found<'_>,
    (account, region): (&AccountId, &Region),
) -> Option<Diagnostic> {
    let name = &found.set.name.value;
    let targets = format!("see what becomes of it: stackfleet targets {name} --account {account}");
    let whole = format!("plan the StackSet first: stackfleet plan {name}");
    let (why, help) = match found.wanted.cell(account, region) {
        _ if found.observed.is_none() => ("AWS has no such StackSet yet".to_owned(), whole),
        None => ("the manifest wants no stack there".to_owned(), targets),
        Some((cell, active)) => match cell.skip {
            Some(skip) => (format!("a skip leaves it out: {}", skip.reason.value), targets),
            None if !active => ("AWS does not work in its account".to_owned(), targets),
            None if inoperable::was_imported(found.observed, account, region) => (
                "its stack was there before and could not be imported; a delete would take it away".to_owned(),
                "take it out with delete-stack-instances --retain-stacks, mend the cause, import it again: stackfleet explain W0421".to_owned(),
            ),
            None => match kept(found, (account, region)) {
                Some(why) => (why, "write the value where the override keeps it".to_owned()),
                None => (unregistered(context, found, (account, region))?, whole),
            },
        },
    };
    let who = context.tree.organization.account_name(account);
    let message = format!("`{name}` cannot be made again in {who} ({account}), {region}: {why}");
    let label = Diagnostic::error("E0013", message).label(&found.set.name.span, "--recreate");
    Some(label.help(help))
}

/// A create through a unit registers it, and AWS then deploys to whoever joins it: nothing that may happen beside the plan.
fn unregistered(
    context: &Context<'_>,
    found: &Found<'_>,
    (account, region): (&AccountId, &Region),
) -> Option<String> {
    if !found.set.permission.is_service_managed() {
        return None;
    }
    let (_, row) = made(found, (account, region))?;
    let unit = unit_again(&context.tree, &found.wanted, row, region);
    let registered = found.observed.and_then(|set| set.registered.get(unit));
    if registered.is_some_and(|regions| regions.contains(region)) {
        return None;
    }
    let path = context.tree.organization.path(unit);
    Some(format!(
        "{path} is not a target in {region} yet, and a create would make it one"
    ))
}

/// W0423: CloudFormation deletes no stack whose outputs another one imports (AWS's page on `Fn::ImportValue`, its restrictions).
fn dependents(context: &Context<'_>, found: &Found<'_>, named: &[(AccountId, Region)]) -> Vec<Diagnostic> {
    let name = &found.set.name.value;
    let all = context.desired.stack_sets.values();
    let depend = all.filter(|other| other.depends_on.iter().any(|one| one.value == *name));
    let is_deleted = |key: &&(AccountId, Region)| {
        let fate = made(found, (&key.0, &key.1));
        fate.is_some_and(|(fate, _)| fate.kind == FateKind::Recreate)
    };
    let gone: Vec<_> = named.iter().filter(is_deleted).collect();
    let told = depend.filter_map(|other| {
        let instances = &context.observed.stack_sets.get(&other.aws_name)?.instances;
        let (account, region) = gone.iter().find(|(account, region)| {
            let mut there = instances.keys();
            there.any(|key| key.account == *account && key.region == *region)
        })?;
        let who = context.tree.organization.account_name(account);
        let other = &other.name.value;
        let message = format!("`{other}` depends on `{name}` and has a stack in {who} ({account}), {region}, too");
        let remark = Diagnostic::warning("W0423", message).label(&found.set.name.span, "goes in between");
        Some(
            remark
                .note("where that stack imports an output of this one, the delete fails, and the instance is inoperable after it")
                .help(format!("make sure that nothing imports its outputs, or take `{other}` out there first")),
        )
    });
    told.collect()
}

#[cfg(test)]
#[path = "again_tests.rs"]
mod tests;
