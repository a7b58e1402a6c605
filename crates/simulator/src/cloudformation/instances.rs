//! CreateStackInstances, UpdateStackInstances, DeleteStackInstances (reference §2.2, §2.5).

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{Region, StackSetId, UnitId};
use model::observed::OperationAction;

use super::refusal::Refusal;
use super::slot::Slot;
use super::targets::{self, Targets};
use super::{Request, expand};
use crate::operations::Requested;
use crate::world::StackSet;

/// CreateStackInstances: also registers units × Regions, whether or not any account is below them.
pub(super) fn create(request: &mut Request<'_>) -> Result<String, Refusal> {
    let (id, slot) = match taken(request)? {
        Taken::New(id, slot) => (id, slot),
        Taken::Answered(body) => return Ok(body),
    };
    let set = request.stack_set()?;
    let targets = checked_targets(request, set)?;
    if targets.filter == targets::Filter::Union && !targets.accounts.is_empty() {
        return Err(Refusal::validation(
            "AccountFilterType UNION is not supported for CreateStackInstances",
        ));
    }
    let overrides = request.overrides(&set.definition.template)?;
    let requested = Requested {
        preferences: request.preferences(Some(&targets.regions))?,
        overrides,
        cells: expand::with_retries(
            request.world,
            set,
            expand::to_create(request.world, set, &targets)?,
        ),
        ..Requested::new(slot, OperationAction::Create)
    };
    let set = request.stack_set_mut(&id)?;
    for (unit, regions) in pairs(&targets) {
        set.registered.entry(unit).or_default().extend(regions);
    }
    Ok(request.begin(&id, with_targets(requested, targets)))
}

/// UpdateStackInstances: brings instances up to date, with other overrides if the call lists any.
pub(super) fn update(request: &mut Request<'_>) -> Result<String, Refusal> {
    let (id, slot) = match taken(request)? {
        Taken::New(id, slot) => (id, slot),
        Taken::Answered(body) => return Ok(body),
    };
    let set = request.stack_set()?;
    let targets = checked_targets(request, set)?;
    let requested = Requested {
        preferences: request.preferences(Some(&targets.regions))?,
        overrides: request.overrides(&set.definition.template)?,
        cells: expand::with_retries(
            request.world,
            set,
            expand::to_update(request.world, set, &targets)?,
        ),
        ..Requested::new(slot, OperationAction::Update)
    };
    Ok(request.begin(&id, with_targets(requested, targets)))
}

/// DeleteStackInstances: without an account filter, the units × Regions are no targets any more when it is done.
pub(super) fn delete(request: &mut Request<'_>) -> Result<String, Refusal> {
    let (id, slot) = match taken(request)? {
        Taken::New(id, slot) => (id, slot),
        Taken::Answered(body) => return Ok(body),
    };
    request.required("RetainStacks")?;
    let set = request.stack_set()?;
    let targets = checked_targets(request, set)?;
    let requested = Requested {
        preferences: request.preferences(Some(&targets.regions))?,
        retain_stacks: request.flag("RetainStacks").unwrap_or_default(),
        unregisters: if targets.is_whole() {
            pairs(&targets)
        } else {
            BTreeMap::new()
        },
        cells: expand::to_delete(request.world, set, &targets)?,
        ..Requested::new(slot, OperationAction::Delete)
    };
    Ok(request.begin(&id, with_targets(requested, targets)))
}

enum Taken {
    New(StackSetId, model::ids::OperationId),
    Answered(String),
}

fn taken(request: &mut Request<'_>) -> Result<Taken, Refusal> {
    let id = request.stack_set_id()?;
    Ok(match request.slot(&id)? {
        Slot::New(slot) => Taken::New(id, slot),
        Slot::Replayed(slot) => Taken::Answered(request.started(&slot)),
    })
}

fn checked_targets(request: &Request<'_>, set: &StackSet) -> Result<Targets, Refusal> {
    let targets = request.targets()?;
    let targets = targets.ok_or_else(|| Refusal::validation("Targets and Regions must be given"))?;
    targets::check_model(set, &targets)?;
    if set.definition.service_managed {
        request.may_manage_services(&request.view()?)?;
    }
    Ok(targets)
}

fn pairs(targets: &Targets) -> BTreeMap<UnitId, BTreeSet<Region>> {
    let regions: BTreeSet<Region> = targets.regions.iter().cloned().collect();
    targets
        .units
        .iter()
        .map(|unit| (unit.clone(), regions.clone()))
        .collect()
}

fn with_targets(requested: Requested, targets: Targets) -> Requested {
    Requested {
        regions: targets.regions,
        targets: Some(targets.called),
        ..requested
    }
}
