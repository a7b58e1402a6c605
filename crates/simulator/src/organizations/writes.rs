//! Calls that change units and delegation.

use model::digest::base32;
use model::ids::{AccountId, UnitId};
use serde_json::{Value, json};

use super::input::Input;
use super::refusal::Refusal;
use super::{STACK_SETS_PRINCIPAL, shape, tree};
use crate::world::{OrganizationState, UnitState, World};

/// Delegated administrators of StackSets at most (reference §8.4).
const MOST_DELEGATES: usize = 5;

pub(super) fn create_unit(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let (parent, name) = (input.unit("ParentId")?, input.required("Name")?);
    let organization = &mut world.organization;
    tree::check_unit(organization, &parent, "ParentNotFoundException")?;
    if tree::line(organization, &parent).len() >= tree::DEEPEST {
        let message = "You have exceeded the depth of five levels below the root.";
        return Err(Refusal::constraint("OU_DEPTH_LIMIT_EXCEEDED", message));
    }
    if organization
        .units
        .values()
        .any(|unit| unit.parent == parent && unit.name == name)
    {
        let message = "An OU with the same name already exists.";
        return Err(Refusal::new("DuplicateOrganizationalUnitException", message));
    }
    let unit = UnitState {
        name: name.to_owned(),
        parent: parent.clone(),
    };
    let id = unit_id(organization, &parent, name)?;
    organization.units.insert(id.clone(), unit.clone());
    Ok(json!({ "OrganizationalUnit": shape::unit(world, &id, &unit) }))
}

/// The same world and the same calls give the same id; a number is added until the id is free.
fn unit_id(organization: &OrganizationState, parent: &UnitId, name: &str) -> Result<UnitId, Refusal> {
    let root = organization.root.as_str().trim_start_matches("r-");
    for number in 0..=organization.units.len() {
        let hash = base32(format!("{parent}/{name}/{number}").as_bytes());
        let id = UnitId::parse(&format!("ou-{root}-{}", hash.get(..8).unwrap_or_default()));
        if let Ok(id) = id
            && !organization.units.contains_key(&id)
        {
            return Ok(id);
        }
    }
    Err(Refusal::constraint(
        "OU_NUMBER_LIMIT_EXCEEDED",
        "no free id for the unit",
    ))
}

pub(super) fn register_delegate(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let account = delegate(world, input)?;
    if account == world.organization.management_account {
        let message = "You can't register the management account as a delegated administrator.";
        return Err(Refusal::constraint(
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
            message,
        ));
    }
    if world.delegated_administrators.contains(&account) {
        let message = "The account is already a delegated administrator for this service.";
        return Err(Refusal::new("AccountAlreadyRegisteredException", message));
    }
    if world.delegated_administrators.len() >= MOST_DELEGATES {
        let message = "You have exceeded the number of delegated administrators for this service.";
        return Err(Refusal::constraint(
            "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
            message,
        ));
    }
    world.delegated_administrators.insert(account);
    Ok(json!({}))
}

pub(super) fn deregister_delegate(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let account = delegate(world, input)?;
    if world.delegated_administrators.remove(&account) {
        Ok(json!({}))
    } else {
        let message = "The account is not a delegated administrator for this service.";
        Err(Refusal::new("AccountNotRegisteredException", message))
    }
}

/// The account of the call; the world keeps delegation for StackSets alone.
fn delegate(world: &World, input: &Input) -> Result<AccountId, Refusal> {
    let (account, principal) = (input.account("AccountId")?, input.required("ServicePrincipal")?);
    if principal != STACK_SETS_PRINCIPAL {
        let message = format!("You specified the unrecognized service principal {principal}.");
        return Err(Refusal::invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", message));
    }
    if world.organization.accounts.contains_key(&account) {
        Ok(account)
    } else {
        Err(Refusal::no_account())
    }
}
