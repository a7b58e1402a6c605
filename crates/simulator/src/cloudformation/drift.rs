//! DetectStackSetDrift and ImportStacksToStackSet.

use model::observed::OperationAction;

use super::refusal::Refusal;
use super::slot::Slot;
use super::{Request, expand};
use crate::operations::Requested;

/// DetectStackSetDrift: checks every instance; nothing drifts here, so each is in sync.
pub(super) fn detect(request: &mut Request<'_>) -> Result<String, Refusal> {
    let id = request.stack_set_id()?;
    let slot = match request.slot(&id)? {
        Slot::New(slot) => slot,
        Slot::Replayed(slot) => return Ok(request.started(&slot)),
    };
    let requested = Requested {
        preferences: request.preferences(None)?,
        cells: expand::everything(request.stack_set()?),
        exclusive: true,
        ..Requested::new(slot, OperationAction::DetectDrift)
    };
    Ok(request.begin(&id, requested))
}

/// ImportStacksToStackSet: refused, since this world has no stacks but those of StackSets.
pub(super) fn import(request: &mut Request<'_>) -> Result<String, Refusal> {
    request.stack_set()?;
    Err(Refusal::invalid_operation(
        "Stacks that no StackSet made cannot be imported in this world",
    ))
}
