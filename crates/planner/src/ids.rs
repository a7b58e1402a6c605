//! Ids as content addresses: the same plan made again on the same state has the same ids, so that a second run finds the
//! operations of the first; the same change made again later has others (DESIGN §4).

use std::collections::{BTreeMap, BTreeSet};

use model::call::{StackSetRef, Write};
use model::digest::{Digest, base32};
use model::ids::OperationId;
use model::plan::{Operation, Plan, Precondition, StackSetPlan};

/// What an operation's id is made from.
#[derive(serde::Serialize)]
struct Content<'a> {
    digest: &'a Digest,
    stack_set: &'a str,
    precondition: Option<&'a Precondition>,
    operation: &'a str,
    attempt: u32,
}

/// Sets the digest, then everything that follows from it.
pub(crate) fn address(plan: &mut Plan, references: &BTreeMap<String, StackSetRef>) {
    plan.digest = plan.compute_digest();
    let own_values = with_own_values(plan);
    let wanted = definitions(plan);
    let lists = last_lists(plan);
    for (place, operation) in plan.operations.iter_mut().enumerate() {
        let content = Content {
            digest: &plan.digest,
            stack_set: references
                .get(&operation.stack_set)
                .map_or(operation.aws_name.as_str(), StackSetRef::as_str),
            precondition: plan.preconditions.stack_sets.get(&operation.stack_set),
            operation: &operation.id,
            attempt: 0,
        };
        let address = base32(&serde_json::to_vec(&content).unwrap_or_default());
        let failed = wanted
            .get(&operation.stack_set)
            .filter(|_| !operation.runs_if.is_always());
        // A run that ends before the last list is sent leaves instances with values that nobody wants any more.
        let last = lists.get(&operation.stack_set).copied();
        let to_come = last.is_some_and(|last| place < last || !operation.runs_if.is_always());
        let own = to_come || own_values.contains(&operation.stack_set);
        name(operation, &address, own, failed);
    }
}

/// Where in the plan each StackSet is sent its last list of values.
fn last_lists(plan: &Plan) -> BTreeMap<String, usize> {
    let places = plan.operations.iter().enumerate();
    let always = places.filter(|(_, operation)| operation.runs_if.is_always());
    let lists = always.filter(|(_, operation)| {
        matches!(
            operation.call,
            Write::UpdateStackInstances {
                overrides: Some(_),
                ..
            }
        )
    });
    lists
        .map(|(place, operation)| (operation.stack_set.clone(), place))
        .collect()
}

/// StackSets with instances that have values of their own when the plan is done.
fn with_own_values(plan: &Plan) -> BTreeSet<String> {
    let has_some = |set: &&StackSetPlan| {
        set.instances
            .groups
            .iter()
            .any(|group| !group.overrides.is_empty())
    };
    let sets = plan.stack_sets.iter().filter(has_some);
    sets.map(|set| set.name.clone()).collect()
}

/// What each StackSet says when the plan has gone well.
pub(crate) fn definitions(plan: &Plan) -> BTreeMap<String, Digest> {
    let always = plan
        .operations
        .iter()
        .filter(|operation| operation.runs_if.is_always());
    let after = always.filter_map(|operation| {
        let digest = operation.definition_after.clone()?;
        Some((operation.stack_set.clone(), digest))
    });
    after.collect()
}

/// `failed` is the definition that the operation takes back, when it is a rollback.
fn name(operation: &mut Operation, address: &str, own_values: bool, failed: Option<&Digest>) {
    if let Write::CreateStackSet {
        client_request_token, ..
    } = &mut operation.call
    {
        *client_request_token = format!("sf-{address}");
    }
    if operation.call.starts_operation() {
        operation.operation_id = match failed {
            Some(failed) => OperationId::ours_back(address, own_values, failed),
            None => OperationId::ours(address, own_values),
        };
    }
}
