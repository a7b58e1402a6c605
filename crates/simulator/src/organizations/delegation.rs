//! Delegated administrators: the world keeps those of StackSets alone.

use model::ids::AccountId;
use serde_json::{Value, json};

use super::input::Input;
use super::reads::listed;
use super::refusal::Refusal;
use super::{STACK_SETS_PRINCIPAL, shape};
use crate::world::World;

/// Delegated administrators of StackSets at most (reference §8.4).
const MOST_DELEGATES: usize = 5;

/// `ListDelegatedAdministrators`
pub(super) fn list_administrators(world: &World, input: &Input) -> Result<Value, Refusal> {
    let other = input
        .optional("ServicePrincipal")
        .is_some_and(|principal| principal != STACK_SETS_PRINCIPAL);
    let accounts = &world.organization.accounts;
    let delegates = world.delegated_administrators.iter().filter(|_| !other);
    let known = delegates.filter_map(|id| accounts.get(id).map(|account| (id, account)));
    let shapes = known.map(|(id, account)| (id, shape::delegated_administrator(world, id, account)));
    Ok(listed("DelegatedAdministrators", input.page(shapes)?))
}

/// `ListDelegatedServicesForAccount`
pub(super) fn list_services(world: &World, input: &Input) -> Result<Value, Refusal> {
    let id = input.account("AccountId")?;
    let account = world
        .organization
        .accounts
        .get(&id)
        .ok_or_else(Refusal::no_account)?;
    if !world.delegated_administrators.contains(&id) {
        return Err(not_registered());
    }
    let service = json!({
        "ServicePrincipal": STACK_SETS_PRINCIPAL,
        "DelegationEnabledDate": shape::seconds(account.joined_at),
    });
    let services = [(STACK_SETS_PRINCIPAL, service)];
    Ok(listed("DelegatedServices", input.page(services.into_iter())?))
}

/// `RegisterDelegatedAdministrator`
pub(super) fn register(world: &mut World, input: &Input) -> Result<Value, Refusal> {
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

/// `DeregisterDelegatedAdministrator`
pub(super) fn deregister(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let account = delegate(world, input)?;
    if world.delegated_administrators.remove(&account) {
        Ok(json!({}))
    } else {
        Err(not_registered())
    }
}

/// The account of the call; the world keeps delegation for StackSets alone.
fn delegate(world: &World, input: &Input) -> Result<AccountId, Refusal> {
    let (account, principal) = (input.account("AccountId")?, input.required("ServicePrincipal")?);
    if principal != STACK_SETS_PRINCIPAL {
        return Err(Refusal::unrecognized_principal(principal));
    }
    if world.organization.accounts.contains_key(&account) {
        Ok(account)
    } else {
        Err(Refusal::no_account())
    }
}

fn not_registered() -> Refusal {
    Refusal::new(
        "AccountNotRegisteredException",
        "The account is not a delegated administrator for this service.",
    )
}
