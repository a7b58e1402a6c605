//! Calls that make, rename and delete units.

use model::digest::base32;
use model::ids::UnitId;
use serde_json::{Value, json};

use super::input::Input;
use super::refusal::Refusal;
use super::{shape, tree};
use crate::world::{OrganizationState, UnitState, World};

/// Characters of a unit's name at most (reference §8.2).
const LONGEST_NAME: usize = 128;

/// `CreateOrganizationalUnit`
pub(super) fn create(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let (parent, name) = (input.unit("ParentId")?, input.required("Name")?);
    let organization = &mut world.organization;
    tree::check_unit(organization, &parent, "ParentNotFoundException")?;
    if tree::line(organization, &parent).len() >= tree::DEEPEST {
        let message = "You have exceeded the depth of five levels below the root.";
        return Err(Refusal::constraint("OU_DEPTH_LIMIT_EXCEEDED", message));
    }
    check_name(organization, &parent, name)?;
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

/// Names are unique below one parent and have 128 characters at most (reference §8.2).
fn check_name(organization: &OrganizationState, parent: &UnitId, name: &str) -> Result<(), Refusal> {
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::invalid(
            "MAX_LENGTH_EXCEEDED",
            format!("Name has {LONGEST_NAME} characters at most"),
        ));
    }
    let taken = organization
        .units
        .values()
        .any(|unit| unit.parent == *parent && unit.name == name);
    if taken {
        let message = "An OU with the same name already exists.";
        return Err(Refusal::new("DuplicateOrganizationalUnitException", message));
    }
    Ok(())
}

/// `UpdateOrganizationalUnit`: a new name; without one, nothing changes.
pub(super) fn update(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let id = input.unit_below_root("OrganizationalUnitId")?;
    let unit = world
        .organization
        .units
        .get(&id)
        .ok_or_else(|| Refusal::no_unit(&id))?;
    let mut unit = unit.clone();
    if let Some(name) = input.optional("Name").filter(|name| *name != unit.name) {
        check_name(&world.organization, &unit.parent, name)?;
        name.clone_into(&mut unit.name);
        world.organization.units.insert(id.clone(), unit.clone());
    }
    Ok(json!({ "OrganizationalUnit": shape::unit(world, &id, &unit) }))
}

/// `DeleteOrganizationalUnit`: of a unit with nothing in it.
pub(super) fn delete(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let id = input.unit_below_root("OrganizationalUnitId")?;
    let organization = &mut world.organization;
    let mut parents = organization.units.values().map(|unit| &unit.parent);
    let mut homes = organization.accounts.values().map(|account| &account.parent);
    if parents.any(|parent| *parent == id) || homes.any(|home| *home == id) {
        return Err(Refusal::new(
            "OrganizationalUnitNotEmptyException",
            "The organizational unit contains accounts or other organizational units.",
        ));
    }
    organization.tags.remove(id.as_str());
    match organization.units.remove(&id) {
        Some(_) => Ok(json!({})),
        None => Err(Refusal::no_unit(&id)),
    }
}
