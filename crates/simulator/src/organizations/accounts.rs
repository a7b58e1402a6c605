//! Calls that make, move and take away accounts, and tell StackSets about it.

use std::collections::BTreeSet;

use model::digest::Digest;
use model::ids::AccountId;
use model::organization::AccountState;
use serde_json::{Value, json};

use super::input::Input;
use super::refusal::Refusal;
use super::{ACCESS_ROLE, shape, tags, tree};
use crate::operations::{self, auto_deployment};
use crate::world::{AccountInCreation, DueStep, MemberAccount, World};

/// Front of a request id; the rest is the number of the account, so that nothing has to be remembered.
const REQUEST: &str = "car-00000000000000000000";

/// `CreateAccount`: the account is in the root after a while, which may be no time at all, with the role that Organizations makes.
pub(super) fn create(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let (name, email) = (input.required("AccountName")?, input.required("Email")?);
    let role = input.optional("RoleName").unwrap_or(ACCESS_ROLE).to_owned();
    if !email.contains('@') {
        return Err(Refusal::invalid(
            "INVALID_PATTERN",
            format!("{email} is not an e-mail address"),
        ));
    }
    let coming = world
        .organization
        .in_creation
        .values()
        .map(|coming| &coming.account);
    let mut accounts = world.organization.accounts.values().chain(coming);
    if accounts.any(|account| account.email == email) {
        let at = shape::seconds(world.now);
        return Ok(json!({ "CreateAccountStatus": {
            "Id": REQUEST, "AccountName": name, "State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS",
            "RequestedTimestamp": at, "CompletedTimestamp": at,
        }}));
    }
    let account = MemberAccount {
        name: name.to_owned(),
        email: email.to_owned(),
        state: AccountState::Active,
        parent: world.organization.root.clone(),
        joined_at: world.now,
    };
    let tags = tags::given(input)?;
    let id = account_id(world, email)?;
    let coming = AccountInCreation { account, role, tags };
    world.organization.in_creation.insert(id.clone(), coming);
    let delay = world.timing.account_creation;
    if delay == 0 {
        account_created(world, &id);
    } else {
        operations::plan(world, delay, DueStep::AccountCreated { account: id.clone() });
    }
    creation(world, &id).ok_or_else(Refusal::no_account)
}

/// An account that was asked for is there.
pub(crate) fn account_created(world: &mut World, id: &AccountId) {
    let Some(AccountInCreation {
        mut account,
        role,
        tags,
    }) = world.organization.in_creation.remove(id)
    else {
        return;
    };
    account.joined_at = world.now;
    let root = account.parent.clone();
    world.organization.accounts.insert(id.clone(), account);
    world.roles.insert(id.clone(), BTreeSet::from([role]));
    if !tags.is_empty() {
        world.organization.tags.insert(id.to_string(), tags);
    }
    auto_deployment::organization_changed(world, id, None, Some(&root));
}

/// The same world and the same calls give the same id; a number is added until the id is free.
fn account_id(world: &World, email: &str) -> Result<AccountId, Refusal> {
    let organization = &world.organization;
    let taken =
        |id: &AccountId| organization.accounts.contains_key(id) || organization.in_creation.contains_key(id);
    for number in 0..=organization.accounts.len() + organization.in_creation.len() {
        let digest = Digest::of(&(world.seed, email, number));
        let digits = u64::from_str_radix(digest.short(), 16).unwrap_or_default() % 100_000_000_000;
        let id = AccountId::parse(&format!("9{digits:011}"));
        if let Ok(id) = id
            && !taken(&id)
        {
            return Ok(id);
        }
    }
    Err(Refusal::constraint(
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
        "no free id for the account",
    ))
}

/// `DescribeCreateAccountStatus`
pub(super) fn describe_creation(world: &World, input: &Input) -> Result<Value, Refusal> {
    let id = input.required("CreateAccountRequestId")?;
    let account = id.strip_prefix(REQUEST).and_then(|id| AccountId::parse(id).ok());
    let found = account.and_then(|id| creation(world, &id));
    found.ok_or_else(|| {
        let message =
            "We can't find an create account request with the CreateAccountRequestId that you specified.";
        Refusal::new("CreateAccountStatusNotFoundException", message)
    })
}

/// `CreateAccountStatus` of an account that is coming or there.
fn creation(world: &World, id: &AccountId) -> Option<Value> {
    let organization = &world.organization;
    if let Some(coming) = organization.in_creation.get(id) {
        return Some(json!({ "CreateAccountStatus": {
            "Id": format!("{REQUEST}{id}"), "AccountName": coming.account.name, "State": "IN_PROGRESS",
            "RequestedTimestamp": shape::seconds(coming.account.joined_at),
        }}));
    }
    let account = organization.accounts.get(id)?;
    let at = shape::seconds(account.joined_at);
    Some(json!({ "CreateAccountStatus": {
        "Id": format!("{REQUEST}{id}"), "AccountName": account.name, "State": "SUCCEEDED", "AccountId": id.as_str(),
        "RequestedTimestamp": at, "CompletedTimestamp": at,
    }}))
}

/// `MoveAccount`
pub(super) fn move_to(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let id = input.account("AccountId")?;
    let (from, to) = (input.unit("SourceParentId")?, input.unit("DestinationParentId")?);
    let account = world
        .organization
        .accounts
        .get(&id)
        .ok_or_else(Refusal::no_account)?;
    tree::check_unit(&world.organization, &from, "SourceParentNotFoundException")?;
    tree::check_unit(&world.organization, &to, "DestinationParentNotFoundException")?;
    if account.parent != from {
        let message = format!("The account {id} is not in {from}.");
        return Err(Refusal::new("SourceParentNotFoundException", message));
    }
    if from == to {
        let message = "That account is already present in the specified destination.";
        return Err(Refusal::new("DuplicateAccountException", message));
    }
    if let Some(account) = world.organization.accounts.get_mut(&id) {
        account.parent = to.clone();
    }
    auto_deployment::organization_changed(world, &id, Some(&from), Some(&to));
    Ok(json!({}))
}

/// `CloseAccount`: the account is closed after a while, which may be no time at all. It stays in its unit.
pub(super) fn close(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let id = input.account("AccountId")?;
    if id == world.organization.management_account {
        let message = "You can't close the management account of an organization.";
        return Err(Refusal::constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", message));
    }
    let account = world
        .organization
        .accounts
        .get_mut(&id)
        .ok_or_else(Refusal::no_account)?;
    if matches!(account.state, AccountState::Closed | AccountState::PendingClosure) {
        return Err(Refusal::new(
            "AccountAlreadyClosedException",
            "You attempted to close an account that is already closed.",
        ));
    }
    account.state = AccountState::PendingClosure;
    let delay = world.timing.account_closure;
    if delay == 0 {
        account_closed(world, &id);
    } else {
        operations::plan(world, delay, DueStep::AccountClosed { account: id });
    }
    Ok(json!({}))
}

/// An account that was to be closed is.
pub(crate) fn account_closed(world: &mut World, id: &AccountId) {
    if let Some(account) = world.organization.accounts.get_mut(id) {
        account.state = AccountState::Closed;
    }
}

/// `RemoveAccountFromOrganization`
pub(super) fn remove(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let id = input.account("AccountId")?;
    if id == world.organization.management_account {
        let message = "You can't remove a management account from an organization.";
        return Err(Refusal::new("MasterCannotLeaveOrganizationException", message));
    }
    if world.delegated_administrators.contains(&id) {
        let message = "You can't remove a delegated administrator from an organization.";
        return Err(Refusal::constraint(
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
            message,
        ));
    }
    let account = world
        .organization
        .accounts
        .remove(&id)
        .ok_or_else(Refusal::no_account)?;
    world.organization.tags.remove(id.as_str());
    auto_deployment::organization_changed(world, &id, Some(&account.parent), None);
    Ok(json!({}))
}
