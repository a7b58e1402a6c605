//! What things look like on the wire (reference §8.1).

use jiff::Timestamp;
use model::ids::{AccountId, UnitId};
use model::organization::AccountState;
use serde_json::{Map, Value, json};

use super::tree;
use crate::world::{MemberAccount, UnitState, World};

/// `Account`
pub(super) fn account(world: &World, id: &AccountId, account: &MemberAccount) -> Value {
    let path = format!("{}{id}/", tree::path(&world.organization, &account.parent));
    let mut shape = common(world, id, account);
    shape.insert("Paths".to_owned(), json!([path]));
    Value::Object(shape)
}

/// `DelegatedAdministrator`
pub(super) fn delegated_administrator(world: &World, id: &AccountId, account: &MemberAccount) -> Value {
    let mut shape = common(world, id, account);
    shape.insert("DelegationEnabledDate".to_owned(), seconds(account.joined_at));
    Value::Object(shape)
}

fn common(world: &World, id: &AccountId, account: &MemberAccount) -> Map<String, Value> {
    let (state, status) = state_and_status(&account.state);
    let invited = *id == world.organization.management_account;
    let mut shape = Map::new();
    let mut set = |name: &str, value: Value| shape.insert(name.to_owned(), value);
    set("Id", id.as_str().into());
    set("Arn", arn(world, "account", Some(id.as_str())).into());
    set("Email", account.email.as_str().into());
    set("Name", account.name.as_str().into());
    set("State", state.into());
    if let Some(status) = status {
        set("Status", status.into());
    }
    set("JoinedMethod", if invited { "INVITED" } else { "CREATED" }.into());
    set("JoinedTimestamp", seconds(account.joined_at));
    shape
}

/// The old `Status` knows fewer values than `State`: a closed account is suspended, one that is not activated yet has none.
fn state_and_status(state: &AccountState) -> (&str, Option<&'static str>) {
    match state {
        AccountState::Active => ("ACTIVE", Some("ACTIVE")),
        AccountState::Suspended => ("SUSPENDED", Some("SUSPENDED")),
        AccountState::PendingClosure => ("PENDING_CLOSURE", Some("PENDING_CLOSURE")),
        AccountState::Closed => ("CLOSED", Some("SUSPENDED")),
        AccountState::PendingActivation => ("PENDING_ACTIVATION", None),
        AccountState::Other(state) => (state, None),
    }
}

/// `OrganizationalUnit`
pub(super) fn unit(world: &World, id: &UnitId, unit: &UnitState) -> Value {
    json!({
        "Id": id.as_str(),
        "Arn": arn(world, "ou", Some(id.as_str())),
        "Name": unit.name,
        "Path": tree::path(&world.organization, id),
    })
}

/// `Root`
pub(super) fn root(world: &World) -> Value {
    let id = world.organization.root.as_str();
    json!({ "Id": id, "Arn": arn(world, "root", Some(id)), "Name": "Root", "PolicyTypes": [] })
}

/// `Organization`
pub(super) fn organization(world: &World) -> Value {
    let management = &world.organization.management_account;
    let email = world
        .organization
        .accounts
        .get(management)
        .map(|account| account.email.as_str());
    json!({
        "Id": world.organization.id.as_str(),
        "Arn": arn(world, "organization", None),
        "FeatureSet": "ALL",
        "MasterAccountId": management.as_str(),
        "MasterAccountArn": arn(world, "account", Some(management.as_str())),
        "MasterAccountEmail": email,
        "AvailablePolicyTypes": [],
    })
}

/// Seconds since the epoch, with a fraction (reference §10.2).
pub(crate) fn seconds(at: Timestamp) -> Value {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of any timestamp are exact in 53 bits"
    )]
    let seconds = at.as_millisecond() as f64 / 1000.0;
    json!(seconds)
}

fn arn(world: &World, kind: &str, id: Option<&str>) -> String {
    let organization = &world.organization;
    let (partition, management) = (&world.partition, &organization.management_account);
    let arn = format!(
        "arn:{partition}:organizations::{management}:{kind}/{}",
        organization.id
    );
    match id {
        Some(id) => format!("{arn}/{id}"),
        None => arn,
    }
}
