//! Ids as content addresses: the same plan made again on the same state has the same ids, so that a second run finds the
//! operations of the first; the same change made again later has others (DESIGN §4).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use model::call::{StackSetRef, Write};
use model::digest::{Digest, base32};
use model::ids::{OperationId, StackSetId, StackSetName};
use model::operation_id::Marks;
use model::plan::{Operation, OperationKind, Plan, Precondition, StackSetPlan};

/// What an operation's id is made from.
#[derive(serde::Serialize)]
struct Content<'a> {
    digest: &'a Digest,
    stack_set: &'a str,
    precondition: Option<State<'a>>,
    operation: &'a str,
    attempt: u32,
}

/// What a precondition says of the StackSet's state; what it holds besides only explains.
#[derive(serde::Serialize)]
struct State<'a> {
    aws_name: &'a StackSetName,
    id: Option<&'a StackSetId>,
    definition: Option<&'a Digest>,
    newest_operation: Option<&'a OperationId>,
}

impl<'a> State<'a> {
    fn of(before: &'a Precondition) -> Self {
        Self {
            aws_name: &before.aws_name,
            id: before.id.as_ref(),
            definition: before.definition.as_ref(),
            newest_operation: before.newest_operation.as_ref(),
        }
    }
}

/// What ids say about a StackSet besides the plan.
pub(crate) struct Named {
    /// The StackSet as operations name it.
    pub(crate) reference: StackSetRef,
    /// Whether the values of single instances come when everything else is done.
    pub(crate) lists_wait: bool,
    /// Whether instances that would change are not selected.
    pub(crate) partly: bool,
}

/// Sets the digest, then everything that follows from it.
pub(crate) fn address(plan: &mut Plan, named: &BTreeMap<String, Named>) {
    plan.digest = plan.compute_digest();
    let marking = Marking::of(plan, named);
    for (place, operation) in plan.operations.iter_mut().enumerate() {
        let reference = named.get(&operation.stack_set).map(|named| &named.reference);
        let before = plan.preconditions.stack_sets.get(&operation.stack_set);
        let content = Content {
            digest: &plan.digest,
            stack_set: reference.map_or(operation.aws_name.as_str(), StackSetRef::as_str),
            precondition: before.map(State::of),
            operation: &operation.id,
            attempt: 0,
        };
        let address = base32(&serde_json::to_vec(&content).unwrap_or_default());
        let id = OperationId::ours(&address, &marking.marks(place, operation));
        name(operation, &address, id);
    }
}

/// What each operation's id says to who plans after a run that ended with it.
struct Marking<'n> {
    named: &'n BTreeMap<String, Named>,
    own_values: BTreeSet<String>,
    wanted: BTreeMap<String, Digest>,
    lists: BTreeMap<String, Range<usize>>,
    parts: BTreeMap<String, Range<usize>>,
}

impl<'n> Marking<'n> {
    fn of(plan: &Plan, named: &'n BTreeMap<String, Named>) -> Self {
        let defines = |operation: &Operation| {
            operation.kind == OperationKind::Update && matches!(operation.call, Write::UpdateStackSet(_))
        };
        let mut parts = places(plan, |operation| operation.kind == OperationKind::Update);
        let defining = places(plan, defines);
        parts.retain(|name, _| defining.contains_key(name));
        for (name, range) in &mut parts {
            range.start = defining.get(name).map_or(range.start, |range| range.start);
            if named.get(name).is_some_and(|named| named.partly) {
                range.end = plan.operations.len();
            }
        }
        Self {
            named,
            own_values: with_own_values(plan),
            wanted: definitions(plan),
            lists: places(plan, sends_list),
            parts,
        }
    }

    fn marks<'m>(&'m self, place: usize, operation: &'m Operation) -> Marks<'m> {
        let name = &operation.stack_set;
        let always = operation.runs_if.is_always();
        // A run that ends before the last list is sent leaves instances with values that nobody wants any more.
        let lists = self.lists.get(name);
        let to_come = lists.is_some_and(|lists| place < lists.end || !always);
        let named = self.named.get(name);
        let wanted = self.wanted.get(name);
        let in_parts = self.parts.get(name).is_some_and(|parts| parts.contains(&place));
        Marks {
            own_values: to_come || self.own_values.contains(name),
            new_parameters: always && to_come && named.is_some_and(|named| named.lists_wait),
            part_of: operation.definition_after.as_ref().filter(|_| always && in_parts),
            took_back: wanted.filter(|_| !always),
        }
    }
}

fn sends_list(operation: &Operation) -> bool {
    matches!(
        operation.call,
        Write::UpdateStackInstances {
            overrides: Some(_),
            ..
        }
    )
}

/// From the first operation of a kind on a StackSet up to the last one of them, which is not counted.
fn places(plan: &Plan, meant: impl Fn(&Operation) -> bool) -> BTreeMap<String, Range<usize>> {
    let mut places: BTreeMap<String, Range<usize>> = BTreeMap::new();
    for (place, operation) in plan.operations.iter().enumerate() {
        if operation.runs_if.is_always() && meant(operation) {
            let range = places.entry(operation.stack_set.clone()).or_insert(place..place);
            range.end = place;
        }
    }
    places
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

fn name(operation: &mut Operation, address: &str, id: Option<OperationId>) {
    if let Write::CreateStackSet {
        client_request_token, ..
    } = &mut operation.call
    {
        *client_request_token = format!("sf-{address}");
    }
    if operation.call.starts_operation() {
        operation.operation_id = id;
    }
}
