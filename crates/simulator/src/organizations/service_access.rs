//! Trusted access as Organizations sees it. Whether StackSets works goes by `ActivateOrganizationsAccess` alone (reference §8.4).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::input::Input;
use super::reads::listed;
use super::refusal::Refusal;
use super::{STACK_SETS_PRINCIPAL, shape};
use crate::world::World;

/// The principal that trusted access for StackSets is turned off with; turning it on with this one is refused (reference §8.4).
const ADMINISTRATOR_PRINCIPAL: &str = "stacksets.cloudformation.amazonaws.com";

/// `ListAWSServiceAccessForOrganization`
pub(super) fn list(world: &World, input: &Input) -> Result<Value, Refusal> {
    let organization = &world.organization;
    let mut services: BTreeMap<&str, Value> = organization
        .service_access
        .iter()
        .map(|(principal, since)| (principal.as_str(), shape::seconds(*since)))
        .collect();
    if world.organizations_access {
        let management = organization.accounts.get(&organization.management_account);
        let since = management.map_or(world.now, |account| account.joined_at);
        services
            .entry(STACK_SETS_PRINCIPAL)
            .or_insert_with(|| shape::seconds(since));
    }
    let rows = services.into_iter().map(|(principal, since)| {
        (
            principal,
            json!({ "ServicePrincipal": principal, "DateEnabled": since }),
        )
    });
    Ok(listed("EnabledServicePrincipals", input.page(rows)?))
}

/// `EnableAWSServiceAccess`: makes the entry, and nothing else: StackSets still wants `ActivateOrganizationsAccess`.
pub(super) fn enable(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let principal = input.required("ServicePrincipal")?;
    if principal == ADMINISTRATOR_PRINCIPAL || !principal.ends_with(".amazonaws.com") {
        return Err(Refusal::unrecognized_principal(principal));
    }
    let now = world.now;
    world
        .organization
        .service_access
        .entry(principal.to_owned())
        .or_insert(now);
    Ok(json!({}))
}

/// `DisableAWSServiceAccess`: for either principal of StackSets it turns trusted access off.
pub(super) fn disable(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let principal = input.required("ServicePrincipal")?;
    if !principal.ends_with(".amazonaws.com") {
        return Err(Refusal::unrecognized_principal(principal));
    }
    if [STACK_SETS_PRINCIPAL, ADMINISTRATOR_PRINCIPAL].contains(&principal) {
        if !world.delegated_administrators.is_empty() {
            return Err(Refusal::constraint(
                "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
                "You must deregister all delegated administrators of the service first.",
            ));
        }
        world.organizations_access = false;
        world.organization.service_access.remove(STACK_SETS_PRINCIPAL);
    }
    world.organization.service_access.remove(principal);
    Ok(json!({}))
}
