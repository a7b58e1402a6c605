//! Calls that change nothing.

use std::collections::BTreeMap;

use model::ids::{AccountId, UnitId};
use serde_json::{Value, json};

use super::input::Input;
use super::refusal::Refusal;
use super::{shape, tree};
use crate::world::World;

pub(super) fn describe_organization(world: &World) -> Value {
    json!({ "Organization": shape::organization(world) })
}

pub(super) fn list_roots(world: &World) -> Value {
    json!({ "Roots": [shape::root(world)] })
}

pub(super) fn list_units_for_parent(world: &World, input: &Input) -> Result<Value, Refusal> {
    let parent = parent(world, input)?;
    let units = world
        .organization
        .units
        .iter()
        .filter(|(_, unit)| unit.parent == parent);
    Ok(listed(
        "OrganizationalUnits",
        input.page(units.map(|(id, unit)| (id, shape::unit(world, id, unit))))?,
    ))
}

pub(super) fn list_accounts_for_parent(world: &World, input: &Input) -> Result<Value, Refusal> {
    let parent = parent(world, input)?;
    let accounts = world
        .organization
        .accounts
        .iter()
        .filter(|(_, account)| account.parent == parent);
    Ok(listed(
        "Accounts",
        input.page(accounts.map(|(id, account)| (id, shape::account(world, id, account))))?,
    ))
}

pub(super) fn list_accounts(world: &World, input: &Input) -> Result<Value, Refusal> {
    let accounts = &world.organization.accounts;
    let shapes = accounts
        .iter()
        .map(|(id, account)| (id, shape::account(world, id, account)));
    Ok(listed("Accounts", input.page(shapes)?))
}

pub(super) fn list_children(world: &World, input: &Input) -> Result<Value, Refusal> {
    let parent = parent(world, input)?;
    let kind = input.required("ChildType")?;
    let organization = &world.organization;
    let ids: BTreeMap<&str, &UnitId> = match kind {
        "ACCOUNT" => organization
            .accounts
            .iter()
            .map(|(id, account)| (id.as_str(), &account.parent))
            .collect(),
        "ORGANIZATIONAL_UNIT" => organization
            .units
            .iter()
            .map(|(id, unit)| (id.as_str(), &unit.parent))
            .collect(),
        _ => {
            return Err(Refusal::invalid(
                "INVALID_ENUM",
                "ChildType is ACCOUNT or ORGANIZATIONAL_UNIT",
            ));
        }
    };
    let children = ids.into_iter().filter(|(_, above)| **above == parent);
    Ok(listed(
        "Children",
        input.page(children.map(|(id, _)| (id, json!({ "Id": id, "Type": kind }))))?,
    ))
}

pub(super) fn list_parents(world: &World, input: &Input) -> Result<Value, Refusal> {
    let child = input.required("ChildId")?;
    let organization = &world.organization;
    let account = AccountId::parse(child)
        .ok()
        .and_then(|id| organization.accounts.get(&id));
    let unit = UnitId::parse(child)
        .ok()
        .and_then(|id| organization.units.get(&id));
    let parent = account
        .map(|account| &account.parent)
        .or(unit.map(|unit| &unit.parent));
    let parent = parent.ok_or_else(|| no_child(child))?;
    let kind = if *parent == organization.root {
        "ROOT"
    } else {
        "ORGANIZATIONAL_UNIT"
    };
    Ok(json!({ "Parents": [{ "Id": parent.as_str(), "Type": kind }] }))
}

fn no_child(child: &str) -> Refusal {
    if AccountId::parse(child).is_err() && UnitId::parse(child).is_err() {
        let message = "ChildId is the id of an account or of an organizational unit";
        return Refusal::invalid("INVALID_PATTERN", message);
    }
    let message = format!("You specified the child {child}, which doesn't exist.");
    Refusal::new("ChildNotFoundException", message)
}

pub(super) fn describe_account(world: &World, input: &Input) -> Result<Value, Refusal> {
    let id = input.account("AccountId")?;
    let account = world
        .organization
        .accounts
        .get(&id)
        .ok_or_else(Refusal::no_account)?;
    Ok(json!({ "Account": shape::account(world, &id, account) }))
}

pub(super) fn describe_unit(world: &World, input: &Input) -> Result<Value, Refusal> {
    let id = input.unit_below_root("OrganizationalUnitId")?;
    let unit = world
        .organization
        .units
        .get(&id)
        .ok_or_else(|| Refusal::no_unit(&id))?;
    Ok(json!({ "OrganizationalUnit": shape::unit(world, &id, unit) }))
}

fn parent(world: &World, input: &Input) -> Result<UnitId, Refusal> {
    let parent = input.unit("ParentId")?;
    tree::check_unit(&world.organization, &parent, "ParentNotFoundException")?;
    Ok(parent)
}

/// An answer with one page of rows.
pub(super) fn listed(name: &str, (rows, token): (Vec<Value>, Option<String>)) -> Value {
    let mut answer = json!({ name: rows });
    if let (Some(token), Some(members)) = (token, answer.as_object_mut()) {
        members.insert("NextToken".to_owned(), token.into());
    }
    answer
}
