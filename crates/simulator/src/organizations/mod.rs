//! Organizations over AWS JSON 1.1 (reference §8, §10.2).
//!
//! `input` reads what was sent, `reads` and `writes` answer, `shape` says what things look like on the wire, `refusal` says no.

mod accounts;
mod input;
mod reads;
mod refusal;
mod shape;
#[cfg(test)]
mod tests;
mod tree;
mod writes;

use model::ids::AccountId;
use serde_json::Value;

use self::input::Input;
use self::refusal::Refusal;
use crate::reply::{Reply, json_error};
use crate::world::World;

/// The principal that delegation and trusted access go by (reference §8.4).
const STACK_SETS_PRINCIPAL: &str = "member.org.stacksets.cloudformation.amazonaws.com";
/// The role that Organizations makes in an account that it creates.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

/// Answers one call.
pub(crate) fn answer(world: &mut World, caller: &AccountId, action: &str, body: &[u8]) -> Reply {
    let answer = Input::parse(body).and_then(|input| {
        may_call(world, caller, action)?;
        dispatch(world, action, &input)
    });
    match answer {
        Ok(value) => Reply::new(200, action).with_body("application/x-amz-json-1.1", value.to_string()),
        Err(refusal) => json_error(400, action, refusal.code, refusal.fields()),
    }
}

fn dispatch(world: &mut World, action: &str, input: &Input) -> Result<Value, Refusal> {
    match action {
        "DescribeOrganization" => Ok(reads::describe_organization(world)),
        "ListRoots" => Ok(reads::list_roots(world)),
        "ListOrganizationalUnitsForParent" => reads::list_units_for_parent(world, input),
        "ListAccountsForParent" => reads::list_accounts_for_parent(world, input),
        "ListChildren" => reads::list_children(world, input),
        "ListParents" => reads::list_parents(world, input),
        "ListAccounts" => reads::list_accounts(world, input),
        "DescribeAccount" => reads::describe_account(world, input),
        "DescribeOrganizationalUnit" => reads::describe_unit(world, input),
        "ListDelegatedAdministrators" => reads::list_delegated_administrators(world, input),
        "ListAWSServiceAccessForOrganization" => Ok(reads::list_service_access(world)),
        "CreateOrganizationalUnit" => writes::create_unit(world, input),
        "CreateAccount" => accounts::create(world, input),
        "DescribeCreateAccountStatus" => accounts::describe_creation(world, input),
        "MoveAccount" => accounts::move_to(world, input),
        "CloseAccount" => accounts::close(world, input),
        "RemoveAccountFromOrganization" => accounts::remove(world, input),
        "RegisterDelegatedAdministrator" => writes::register_delegate(world, input),
        "DeregisterDelegatedAdministrator" => writes::deregister_delegate(world, input),
        _ => Err(Refusal::unknown_operation(action)),
    }
}

/// Any member may describe the organization; the management account does everything, delegated administrators read (reference §8.1).
fn may_call(world: &World, caller: &AccountId, action: &str) -> Result<(), Refusal> {
    let organization = &world.organization;
    if !organization.accounts.contains_key(caller) {
        return Err(Refusal::new(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        ));
    }
    let reads = action.starts_with("Describe") || action.starts_with("List");
    let permitted = *caller == organization.management_account
        || action == "DescribeOrganization"
        || (reads && world.delegated_administrators.contains(caller));
    if permitted {
        Ok(())
    } else {
        Err(Refusal::new(
            "AccessDeniedException",
            "You don't have permissions to access this resource.",
        ))
    }
}
