//! ImportStacksToStackSet (reference §2.9).

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::instance::{DetailedStatus, InstanceKey};
use model::observed::OperationAction;

use super::expand::{self, Cells};
use super::refusal::Refusal;
use super::slot::Slot;
use super::{Request, access};
use crate::operations::Requested;
use crate::world::{StackSet, World};

/// Stacks in one call by `StackIds` at most.
const MOST_INLINE: usize = 10;
/// Stacks in one call by `StackIdsUrl` at most.
const MOST_BY_URL: usize = 200;

/// Stacks by the instance that each becomes.
type Imports = BTreeMap<InstanceKey, String>;

/// ImportStacksToStackSet: stacks become instances, their resources and values stay as they are.
pub(super) fn import(request: &mut Request<'_>) -> Result<String, Refusal> {
    let id = request.stack_set_id()?;
    let slot = match request.slot(&id)? {
        Slot::New(slot) => slot,
        Slot::Replayed(slot) => return Ok(request.started(&slot)),
    };
    let set = request.stack_set()?;
    if set.definition.service_managed {
        request.may_manage_services(&request.view()?)?;
    }
    let imports = imports(request, set)?;
    let units = request.units("OrganizationalUnitIds")?;
    let cells = cells(request.world, set, &units, &imports)?;
    let regions: BTreeSet<Region> = imports.keys().map(|key| key.region.clone()).collect();
    let requested = Requested {
        preferences: request.preferences(Some(&regions.iter().cloned().collect::<Vec<_>>()))?,
        regions: regions.into_iter().collect(),
        imports,
        ..Requested::new(slot, OperationAction::Create)
    };
    let set = request.stack_set_mut(&id)?;
    for (key, unit) in &cells {
        if let Some(unit) = unit {
            let registered = set.registered.entry(unit.clone()).or_default();
            registered.insert(key.region.clone());
        }
    }
    Ok(request.begin(&id, Requested { cells, ..requested }))
}

fn imports(request: &Request<'_>, set: &StackSet) -> Result<Imports, Refusal> {
    if set
        .definition
        .facts
        .parameters
        .iter()
        .any(|parameter| parameter.no_echo)
    {
        return Err(Refusal::invalid_operation(
            "Stacks cannot be imported to a StackSet whose template has NoEcho parameters",
        ));
    }
    let mut imports = Imports::new();
    for id in stack_ids(request)? {
        let key = place(id).filter(|key| request.world.stack(key, id).is_some());
        let key = key.ok_or_else(|| Refusal::no_stack(id))?;
        check_free(request, set, &key, id)?;
        if imports.insert(key.clone(), id.to_owned()).is_some() {
            return Err(Refusal::invalid_operation(format!(
                "More than one stack for account {} in region {}",
                key.account, key.region
            )));
        }
    }
    Ok(imports)
}

/// `StackIds` or what is in the file of `StackIdsUrl`.
fn stack_ids<'r>(request: &'r Request<'_>) -> Result<Vec<&'r str>, Refusal> {
    let (ids, most) = match (request.form.list("StackIds"), request.form.get("StackIdsUrl")) {
        (Some(ids), None) => (ids, MOST_INLINE),
        (None, Some(url)) => (request.ids_at("StackIdsUrl", url)?.collect(), MOST_BY_URL),
        _ => {
            return Err(Refusal::validation(
                "Exactly one of StackIds and StackIdsUrl must be specified",
            ));
        }
    };
    if ids.is_empty() {
        return Err(Refusal::validation("At least one stack must be specified"));
    }
    if ids.len() > most {
        return Err(Refusal::limit(format!("An import takes {most} stacks at most")));
    }
    Ok(ids)
}

/// The account and Region in a stack's ARN.
pub(super) fn place(id: &str) -> Option<InstanceKey> {
    let mut parts = id.strip_prefix("arn:")?.split(':');
    let (_partition, service) = (parts.next()?, parts.next()?);
    let (region, account) = (parts.next()?, parts.next()?);
    let key = InstanceKey {
        account: AccountId::parse(account).ok()?,
        region: Region::parse(region).ok()?,
    };
    (service == "cloudformation" && parts.next()?.starts_with("stack/")).then_some(key)
}

/// A stack is in one StackSet at most, and an instance has one stack.
fn check_free(request: &Request<'_>, set: &StackSet, key: &InstanceKey, id: &str) -> Result<(), Refusal> {
    let sets = request.world.stack_sets.values().flat_map(BTreeMap::values);
    let mut holders = sets.filter(|other| {
        let instance = other.instances.get(key);
        instance.is_some_and(|instance| instance.stack_id.as_deref() == Some(id))
    });
    if let Some(holder) = holders.next() {
        return Err(Refusal::invalid_operation(format!(
            "Stack {id} is already in StackSet {}",
            access::arn(request, holder)
        )));
    }
    let failed = |detailed: &DetailedStatus| *detailed == DetailedStatus::FailedImport;
    match set.instances.get(key) {
        Some(instance) if !failed(&instance.detailed) => Err(Refusal::invalid_operation(format!(
            "StackSet {} already has a stack instance for account {} in region {}",
            set.name(),
            key.account,
            key.region
        ))),
        _ => Ok(()),
    }
}

/// The instances with their units: each account of a service-managed StackSet must be below one of them.
fn cells(world: &World, set: &StackSet, units: &[UnitId], imports: &Imports) -> Result<Cells, Refusal> {
    if !set.definition.service_managed {
        if !units.is_empty() {
            return Err(Refusal::validation(
                "OrganizationalUnitIds can only be specified for SERVICE_MANAGED permission model",
            ));
        }
        return Ok(imports.keys().map(|key| (key.clone(), None)).collect());
    }
    expand::check_units(world, units)?;
    let members = expand::members(world, units);
    let mut cells = Cells::new();
    for key in imports.keys() {
        let unit = members.get(&key.account).ok_or_else(|| {
            Refusal::invalid_operation(format!(
                "Account {} is not in the specified organizational units",
                key.account
            ))
        })?;
        cells.insert(key.clone(), unit.clone());
    }
    Ok(cells)
}

/// The text and values of a stack that a new StackSet takes its template from (`StackId` of CreateStackSet).
pub(super) fn template_of(world: &World, id: &str) -> Result<(String, BTreeMap<String, String>), Refusal> {
    let missing = || Refusal::validation(format!("Stack with id {id} does not exist"));
    let stack = place(id)
        .and_then(|key| world.stack(&key, id))
        .ok_or_else(missing)?;
    let blueprint = world.templates.get(&stack.template).ok_or_else(missing)?;
    if blueprint.no_echo {
        return Err(Refusal::validation(
            "A stack whose template has NoEcho parameters cannot be imported to a StackSet",
        ));
    }
    Ok((blueprint.text.clone(), stack.parameters.clone()))
}
