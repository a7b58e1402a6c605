//! `AutoDeployment.DependsOn`: StackSets that deploy automatically before this one (reference §2.6).

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, StackSetId};

use super::Request;
use super::refusal::Refusal;
use crate::world::{StackSet, World};

/// Dependencies of one StackSet at most (reference §5.2).
const MOST: usize = 10;
/// Dependencies of all StackSets of an account and Region at most.
const MOST_OF_ALL: usize = 100;

/// Refuses StackSets that are not there, too many of them, and those that wait for each other: they would wait for ever.
/// `set` is none for a StackSet that is only about to be made.
pub(super) fn check(
    request: &Request<'_>,
    set: Option<&StackSet>,
    depends_on: &[String],
) -> Result<(), Refusal> {
    if depends_on.len() > MOST {
        return Err(Refusal::limit(format!(
            "A StackSet depends on {MOST} StackSets at most"
        )));
    }
    let account = request.view()?.account;
    for arn in depends_on {
        let found = id_in(arn).and_then(|id| living(request, id));
        if found.is_none_or(|found| found.admin_account != account || !found.definition.service_managed) {
            return Err(Refusal::validation(format!(
                "StackSet {arn} in AutoDeployment.DependsOn does not exist or is not SERVICE_MANAGED"
            )));
        }
    }
    if others(request, &account, set).saturating_add(depends_on.len()) > MOST_OF_ALL {
        return Err(Refusal::limit(format!(
            "An account has {MOST_OF_ALL} dependencies at most"
        )));
    }
    match set {
        Some(set) => refuse_circle(request, set, depends_on),
        None => Ok(()),
    }
}

/// Dependencies of the account's other StackSets.
fn others(request: &Request<'_>, account: &AccountId, set: Option<&StackSet>) -> usize {
    let sets = request.world.stack_sets.get(request.home).into_iter().flatten();
    let others = sets.filter(|(id, other)| {
        other.admin_account == *account && !other.deleted && set.is_none_or(|set| set.id != **id)
    });
    others.map(|(_, other)| other.definition.depends_on.len()).sum()
}

fn refuse_circle(request: &Request<'_>, set: &StackSet, depends_on: &[String]) -> Result<(), Refusal> {
    let mut to_see: Vec<&str> = depends_on.iter().filter_map(|arn| id_in(arn)).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = to_see.pop() {
        if id == set.id.as_str() {
            return Err(Refusal::validation(
                "AutoDeployment.DependsOn would make StackSets depend on each other in a circle",
            ));
        }
        if seen.insert(id) {
            let next = living(request, id)
                .into_iter()
                .flat_map(|found| &found.definition.depends_on);
            to_see.extend(next.filter_map(|arn| id_in(arn)));
        }
    }
    Ok(())
}

fn living<'w>(request: &'w Request<'_>, id: &str) -> Option<&'w StackSet> {
    let id = StackSetId::parse(id).ok()?;
    let found = request.world.stack_sets.get(request.home)?.get(&id)?;
    (!found.deleted).then_some(found)
}

/// The id in the ARN of a StackSet.
fn id_in(arn: &str) -> Option<&str> {
    arn.split_once(":stackset/").map(|(_, id)| id)
}

/// Nobody depends on a StackSet that is gone.
pub(super) fn drop_deleted(world: &mut World, deleted: &StackSetId) {
    for set in world.stack_sets.values_mut().flat_map(BTreeMap::values_mut) {
        let depends_on = &mut set.definition.depends_on;
        depends_on.retain(|arn| id_in(arn) != Some(deleted.as_str()));
    }
}

/// Without trusted access nothing deploys automatically, and nothing waits for it.
pub(super) fn drop_all(world: &mut World) {
    for set in world.stack_sets.values_mut().flat_map(BTreeMap::values_mut) {
        set.definition.depends_on.clear();
    }
}
