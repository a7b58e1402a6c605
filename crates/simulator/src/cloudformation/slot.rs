//! Operation ids and the one slot of a StackSet (reference §1.6, §2.7, §5.1).

use model::ids::{OperationId, StackSetId};

use super::refusal::Refusal;
use super::{Request, access};
use crate::operations::{self, OperationPlace, Requested};
use crate::world::{Replay, StackSet, StackSetOperation};

/// Operations that managed execution queues at most.
const LONGEST_QUEUE: usize = 10_000;

/// What an operation id leads to.
pub(super) enum Slot {
    /// A new operation.
    New(OperationId),
    /// The id was used before, and the answer is the same as then.
    Replayed(OperationId),
}

impl Request<'_> {
    /// Takes the slot of a StackSet for the operation id of the call, or for a drawn one.
    pub(super) fn slot(&mut self, stack_set: &StackSetId) -> Result<Slot, Refusal> {
        let given = self.form.get("OperationId").map(str::to_owned);
        let text = given.unwrap_or_else(|| self.world.draw_uuid());
        let id = OperationId::parse(&text).map_err(|_| malformed(&text))?;
        let replay = self.world.knobs.replay;
        let set = self.stack_set_mut(stack_set)?;
        if let Some(before) = set.operation(&id) {
            let before = (before.id.clone(), before.status.is_terminal());
            return self.replayed(replay, stack_set, before);
        }
        let active = set.active_operations().count();
        let managed = set.definition.managed_execution;
        let full = active >= LONGEST_QUEUE;
        if active > 0 && !managed {
            return Err(self.busy(stack_set)?);
        }
        if full {
            return Err(Refusal::limit(format!(
                "StackSet {stack_set} has {LONGEST_QUEUE} queued operations"
            )));
        }
        Ok(Slot::New(id))
    }

    fn replayed(
        &mut self,
        replay: Replay,
        stack_set: &StackSetId,
        (id, over): (OperationId, bool),
    ) -> Result<Slot, Refusal> {
        match replay {
            Replay::SameAnswer => Ok(Slot::Replayed(id)),
            Replay::InProgress if !over => Err(self.busy(stack_set)?),
            Replay::AlreadyExists | Replay::InProgress => Err(Refusal::operation_id_exists(id.as_str())),
            Replay::Stale => Err(Refusal::stale(id.as_str())),
        }
    }

    /// The refusal that says that the slot is taken.
    pub(super) fn busy(&self, stack_set: &StackSetId) -> Result<Refusal, Refusal> {
        let set = self
            .world
            .stack_sets
            .get(self.home)
            .and_then(|sets| sets.get(stack_set));
        let set = set.ok_or_else(|| Refusal::no_stack_set(stack_set.as_str()))?;
        Ok(Refusal::in_progress(&access::arn(self, set)))
    }

    /// Starts or queues an operation and answers its id.
    pub(super) fn begin(&mut self, stack_set: &StackSetId, requested: Requested) -> String {
        let id = requested.id.clone();
        self.operation_id = Some(id.to_string());
        operations::request(self.world, self.home, stack_set, requested);
        self.started(&id)
    }

    /// The answer of every call that starts an operation.
    pub(super) fn started(&self, id: &OperationId) -> String {
        self.result(|xml| xml.text("OperationId", id.as_str()))
    }
}

fn malformed(id: &str) -> Refusal {
    Refusal::validation(format!(
        "1 validation error detected: Value '{id}' at 'operationId' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"
    ))
}

/// The operation that `OperationId` names.
pub(super) fn named<'s>(request: &Request<'_>, set: &'s StackSet) -> Result<&'s StackSetOperation, Refusal> {
    let id = request.required("OperationId")?;
    let parsed = OperationId::parse(id).ok();
    parsed
        .and_then(|id| set.operation(&id))
        .ok_or_else(|| Refusal::no_operation(id, set.name()))
}

/// StopStackSetOperation: safe to repeat until the operation is over (reference §1.6).
pub(super) fn stop(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set()?;
    let operation = named(request, set)?;
    if operation.status.is_terminal() {
        return Err(Refusal::invalid_operation(format!(
            "Operation {} cannot be stopped: it is over",
            operation.id
        )));
    }
    let place = OperationPlace {
        home: request.home.clone(),
        stack_set: set.id.clone(),
        operation: operation.id.clone(),
    };
    operations::stop(request.world, &place);
    Ok(request.result(|_| {}))
}
