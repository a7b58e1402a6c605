//! Units and accounts, from AWS.

use aws_sdk_organizations::types as sdk;
use model::call::CallError;
use model::ids::{AccountId, UnitId};
use model::organization::{Account, AccountState, Unit};

use super::id;

/// A unit below `parent`.
pub(crate) fn unit(found: sdk::OrganizationalUnit, parent: UnitId) -> Result<(UnitId, Unit), CallError> {
    let unit = id("ListOrganizationalUnitsForParent", UnitId::parse, found.id())?;
    let name = found.name.unwrap_or_default();
    Ok((unit, Unit { name, parent }))
}

/// An account in `parent`.
pub(crate) fn account(found: sdk::Account, parent: UnitId) -> Result<(AccountId, Account), CallError> {
    let account = id("ListAccountsForParent", AccountId::parse, found.id())?;
    let details = Account {
        tags: std::collections::BTreeMap::new(),
        state: state(&found),
        name: found.name.unwrap_or_default(),
        email: found.email.unwrap_or_default(),
        parent,
    };
    Ok((account, details))
}

/// `State`, or the older `Status` where it is absent (reference §8.1).
fn state(found: &sdk::Account) -> AccountState {
    #[allow(deprecated)] // older servers know nothing else
    let status = found.status().map(sdk::AccountStatus::as_str);
    let state = found.state().map(sdk::AccountState::as_str);
    match state.or(status).unwrap_or("absent") {
        "ACTIVE" => AccountState::Active,
        "SUSPENDED" => AccountState::Suspended,
        "PENDING_CLOSURE" => AccountState::PendingClosure,
        "CLOSED" => AccountState::Closed,
        "PENDING_ACTIVATION" => AccountState::PendingActivation,
        other => AccountState::Other(other.to_owned()),
    }
}
