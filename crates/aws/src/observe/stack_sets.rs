//! StackSets with everything that belongs to them, side by side.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt};
use model::PROJECT_TAG;
use model::call::{CallError, Described};
use model::definition::Definition;
use model::desired::Request;
use model::ids::{Region, StackSetId, StackSetName, UnitId};
use model::observed::{ObservedStackSet, OperationSummary, OtherStackSet};

use super::overrides::{self, Instances};
use super::refusal::Failures;
use crate::Aws;
use crate::paging::twice;
use crate::read;

/// StackSets that are read side by side.
const AT_ONCE: usize = 8;

/// The StackSets of this account and Region.
#[derive(Default)]
pub(super) struct StackSets {
    /// The requested ones that exist.
    pub(super) wanted: BTreeMap<StackSetName, ObservedStackSet>,
    /// All others.
    pub(super) others: BTreeMap<StackSetName, OtherStackSet>,
}

enum Found {
    Wanted(Box<ObservedStackSet>),
    Other(OtherStackSet),
    /// Deleted between the list and the question.
    Gone,
}

/// Reads every StackSet. Goes on after a denial to find every missing permission, and stops at any other failure.
pub(super) async fn read_all(aws: &Aws, request: &Request) -> Result<StackSets, Failures> {
    let mut failures = Failures::default();
    let Some(names) = failures.keep(read::stack_sets::names(aws).await) else {
        return Err(failures);
    };
    let reads = names.into_iter().map(|name| async move {
        let wanted = request.stack_sets.contains(&name);
        let found = if wanted {
            one(aws, request, &name).await
        } else {
            other(aws, request, &name).await
        };
        (name, found)
    });
    let mut reads = stream::iter(reads).buffer_unordered(AT_ONCE);
    let mut stack_sets = StackSets::default();
    while let Some((name, found)) = reads.next().await {
        match failures.keep_all(found) {
            Some(Found::Wanted(set)) => drop(stack_sets.wanted.insert(name, *set)),
            Some(Found::Other(set)) => drop(stack_sets.others.insert(name, set)),
            Some(Found::Gone) => {}
            None if failures.only_denied() => {}
            None => break,
        }
    }
    if failures.is_empty() {
        Ok(stack_sets)
    } else {
        Err(failures)
    }
}

async fn one(aws: &Aws, request: &Request, name: &StackSetName) -> Result<Found, Failures> {
    let Some(described) = describe(aws, name).await? else {
        return Ok(Found::Gone);
    };
    let Described {
        id,
        definition,
        drift,
    } = described;
    // Operations first: one that changes instances while they are read must be newer than the newest one that a plan knows of,
    // or the plan would not be found stale.
    let operations = read::operations::operations(aws, &id).await;
    let every = request.deep || request.overrides.contains(name);
    let (instances, registered) = tokio::join!(instances(aws, &id, every), registered(aws, &id, &definition));
    let mut failures = Failures::default();
    let found = (
        failures.keep(instances),
        failures.keep(registered),
        failures.keep(operations),
    );
    let (Some(instances), Some(registered), Some(operations)) = found else {
        return Err(failures);
    };
    let newest_operation = operations.first().cloned();
    let is_over = |operation: &OperationSummary| operation.status.is_terminal();
    let (history, running) = operations.into_iter().partition(is_over);
    Ok(Found::Wanted(Box::new(ObservedStackSet {
        newest_operation,
        running,
        history,
        id,
        definition,
        instances,
        registered,
        drift,
    })))
}

async fn instances(aws: &Aws, set: &StackSetId, every_override: bool) -> Result<Instances, CallError> {
    let mut instances = read::instances::instances(aws, set).await?;
    overrides::fill_in(aws, set, &mut instances, every_override).await?;
    Ok(instances)
}

/// Only service-managed StackSets have registered targets.
async fn registered(
    aws: &Aws,
    set: &StackSetId,
    definition: &Definition,
) -> Result<BTreeMap<UnitId, BTreeSet<Region>>, CallError> {
    if definition.permission.is_service_managed() {
        return read::registered::registered(aws, set).await;
    }
    Ok(BTreeMap::new())
}

/// Lists do not tell tags, so the mark of another project takes a question of its own (reference §1.4).
/// Of what is ours and was forgotten, somebody will want to know how much there is.
async fn other(aws: &Aws, request: &Request, name: &StackSetName) -> Result<Found, Failures> {
    let Some(Described {
        id, mut definition, ..
    }) = describe(aws, name).await?
    else {
        return Ok(Found::Gone);
    };
    let project = definition.tags.remove(PROJECT_TAG);
    let mut instances = None;
    if project.as_ref() == Some(&request.project) {
        let mut failures = Failures::default();
        let read = failures.keep(read::instances::instances(aws, &id).await);
        instances = Some(read.ok_or(failures)?.len() as u64);
    }
    Ok(Found::Other(OtherStackSet {
        id,
        project,
        instances,
    }))
}

async fn describe(aws: &Aws, name: &StackSetName) -> Result<Option<Described>, Failures> {
    let mut failures = Failures::default();
    let described = failures.keep(twice(|| read::definition::definition(aws, name.as_str())).await);
    described.ok_or(failures)
}
