//! Organizations over AWS JSON 1.1 (reference §8, §10.2).
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | which function answers which call, and who may call it |
//! | `input.rs` | what was sent; `shape.rs` what goes back; `refusal.rs` errors |
//! | `reads.rs`, `tree.rs` | the tree of units and accounts |
//! | `units.rs`, `accounts.rs` | changes of it |
//! | `tags.rs` | tags of accounts, units and the root |
//! | `delegation.rs`, `service_access.rs` | delegated administrators, trusted access |

mod accounts;
mod delegation;
mod input;
mod reads;
mod refusal;
mod service_access;
mod shape;
mod tags;
#[cfg(test)]
mod tests;
mod tree;
mod units;

use model::ids::AccountId;
use serde_json::Value;

pub(crate) use self::accounts::{account_closed, account_created};
use self::input::Input;
use self::refusal::Refusal;
pub(crate) use self::shape::seconds;
use crate::reply::{Reply, json_error};
use crate::world::World;

/// The principal that delegation goes by, and the entry in the list of services with access (reference §8.4).
const STACK_SETS_PRINCIPAL: &str = "member.org.stacksets.cloudformation.amazonaws.com";
/// The role that Organizations makes in an account that it creates.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

/// Answers one call.
pub(crate) fn answer(world: &mut World, caller: &AccountId, action: &str, body: &[u8]) -> Reply {
    let answer = Input::parse(body, world.knobs.pages).and_then(|input| {
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
        "CreateOrganizationalUnit" => units::create(world, input),
        "UpdateOrganizationalUnit" => units::update(world, input),
        "DeleteOrganizationalUnit" => units::delete(world, input),
        "CreateAccount" => accounts::create(world, input),
        "DescribeCreateAccountStatus" => accounts::describe_creation(world, input),
        "MoveAccount" => accounts::move_to(world, input),
        "CloseAccount" => accounts::close(world, input),
        "RemoveAccountFromOrganization" => accounts::remove(world, input),
        "ListTagsForResource" => tags::list(world, input),
        "TagResource" => tags::tag(world, input),
        "UntagResource" => tags::untag(world, input),
        "ListDelegatedAdministrators" => delegation::list_administrators(world, input),
        "ListDelegatedServicesForAccount" => delegation::list_services(world, input),
        "RegisterDelegatedAdministrator" => delegation::register(world, input),
        "DeregisterDelegatedAdministrator" => delegation::deregister(world, input),
        "ListAWSServiceAccessForOrganization" => service_access::list(world, input),
        "EnableAWSServiceAccess" => service_access::enable(world, input),
        "DisableAWSServiceAccess" => service_access::disable(world, input),
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
