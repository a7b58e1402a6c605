//! DetectStackSetDrift.

use model::observed::OperationAction;

use super::refusal::Refusal;
use super::slot::Slot;
use super::{Request, expand};
use crate::operations::Requested;

/// DetectStackSetDrift: checks every instance that has a stack.
pub(super) fn detect(request: &mut Request<'_>) -> Result<String, Refusal> {
    let id = request.stack_set_id()?;
    let slot = match request.slot(&id)? {
        Slot::New(slot) => slot,
        Slot::Replayed(slot) => return Ok(request.started(&slot)),
    };
    let set = request.stack_set()?;
    if set.definition.service_managed {
        request.may_manage_services(&request.view()?)?;
    }
    let mut cells = expand::everything(set);
    cells.retain(|key, _| {
        set.instances
            .get(key)
            .is_some_and(|found| found.stack_id.is_some())
    });
    let requested = Requested {
        preferences: request.preferences(Some(&expand::regions(set)))?,
        cells,
        exclusive: true,
        ..Requested::new(slot, OperationAction::DetectDrift)
    };
    Ok(request.begin(&id, requested))
}
