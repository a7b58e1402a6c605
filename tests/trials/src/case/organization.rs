//! The organization of a case: as a world file, and its changes through the Organizations API.

use std::fmt::Write;

use bytes::Bytes;
use model::desired::CallAs;
use model::ids::{AccountId, UnitId};
use serde_json::{Value, json};
use simulator::Simulator;
use simulator::world::World;

use super::scenario::{Move, OrganizationSpec, Scenario, StackSetSpec};

/// The account that administers, and that owns the organization.
pub const ADMIN: &str = "100000000000";
/// The account that administers for it, if one does; it goes nowhere.
const DELEGATE: &str = "200000000000";
/// Units below the root at most (reference §1.1).
const DEEPEST: usize = 5;
/// Where every path begins.
const ROOT: &str = "Root";

/// The world file.
pub fn world_file(scenario: &Scenario) -> String {
    let mut text = format!("seed = {}\n", scenario.seed >> 1);
    if scenario.delegated {
        let _ = writeln!(
            text,
            "caller = \"{DELEGATE}\"\ndelegated_administrators = [\"{DELEGATE}\"]"
        );
    }
    let _ = write!(
        text,
        "\n[organization]\nmanagement_account = \"{ADMIN}\"\n\n[[account]]\nid = \"{ADMIN}\"\nname = \"management\"\n\
         roles = [\"AWSCloudFormationStackSetAdministrationRole\"]\n"
    );
    if scenario.delegated {
        let _ = write!(text, "\n[[account]]\nid = \"{DELEGATE}\"\nname = \"security\"\n");
    }
    let paths = paths(&scenario.organization);
    for path in &paths {
        let _ = write!(text, "\n[[unit]]\npath = \"{path}\"\n");
    }
    let count = scenario.organization.accounts.len();
    for (number, unit) in scenario.organization.accounts.iter().enumerate() {
        let name = account_name(number);
        let _ = write!(text, "\n[[account]]\nid = \"3{number:011}\"\nname = \"{name}\"\n");
        if let Some(path) = (usize::from(*unit) % (paths.len() + 1))
            .checked_sub(1)
            .and_then(|at| paths.get(at))
        {
            let _ = writeln!(text, "unit = \"{path}\"");
        }
        let suspended = &scenario.organization.suspended;
        if suspended.iter().any(|it| usize::from(*it) % count == number) {
            text.push_str("state = \"suspended\"\n");
        }
    }
    text
}

/// In which role the case's administrator acts.
pub fn call_as(scenario: &Scenario) -> CallAs {
    if scenario.delegated {
        CallAs::DelegatedAdmin
    } else {
        CallAs::Myself
    }
}

/// The StackSets that the case's administrator may have: a delegated one has service-managed ones alone (reference §1.8).
pub fn may_have(scenario: &Scenario) -> Vec<StackSetSpec> {
    let mut sets = scenario.stack_sets.clone();
    for set in &mut sets {
        set.self_managed &= !scenario.delegated;
    }
    sets
}

/// The paths of all units, each after the one above it.
pub fn paths(organization: &OrganizationSpec) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for (number, parent) in organization.units.iter().enumerate() {
        let parent = usize::from(*parent) % (number + 1);
        let above = parent.checked_sub(1).and_then(|at| paths.get(at));
        let above = above.filter(|path| path.split('/').count() <= DEEPEST);
        let above = above.map_or(ROOT, String::as_str);
        paths.push(format!("{above}/u{number}"));
    }
    paths
}

/// The name of the account of a number.
pub fn account_name(number: usize) -> String {
    format!("account-{number:02}")
}

/// Who is where while a case is walked.
#[derive(Debug)]
pub struct Tree {
    /// Every account that ever was, in the order of its coming.
    pub accounts: Vec<AccountId>,
    /// Units in the order of the case, the root first.
    pub units: Vec<UnitId>,
    /// How many accounts there were at the start: manifests name only those, so that who joins changes no manifest.
    first: usize,
}

impl Tree {
    /// The organization of a fresh world.
    pub fn of(world: &World) -> Self {
        let organization = &world.organization;
        let admin = &organization.management_account;
        let mut units: Vec<_> = organization.units.iter().collect();
        units.sort_by_key(|(_, unit)| unit.name.clone());
        let root = std::iter::once(organization.root.clone());
        let goes = |id: &&AccountId| *id != admin && id.as_str() != DELEGATE;
        let accounts = organization.accounts.keys().filter(goes);
        let accounts: Vec<_> = accounts.cloned().collect();
        Self {
            first: accounts.len(),
            accounts,
            units: root.chain(units.into_iter().map(|(id, _)| id.clone())).collect(),
        }
    }

    /// An account that a manifest may name.
    pub fn account(&self, number: u8) -> &AccountId {
        &self.accounts[usize::from(number) % self.first]
    }

    /// Any account that ever was.
    pub fn anyone(&self, number: u8) -> &AccountId {
        &self.accounts[usize::from(number) % self.accounts.len()]
    }

    /// A unit, the root first.
    pub fn unit(&self, number: u8) -> &UnitId {
        &self.units[usize::from(number) % self.units.len()]
    }

    /// Does a move; one that cannot be is left out. The accounts that it is about.
    pub fn happen(&mut self, simulator: &Simulator, change: Move) -> Option<AccountId> {
        match change {
            Move::Join(unit) => {
                let name = account_name(self.accounts.len());
                let input = json!({ "AccountName": name, "Email": format!("{name}@example.com") });
                let made = call(simulator, "CreateAccount", &input)?;
                let id = AccountId::parse(made["CreateAccountStatus"]["AccountId"].as_str()?).ok()?;
                self.accounts.push(id.clone());
                self.relocate(simulator, &id, unit);
                Some(id)
            }
            Move::Account(account, unit) => {
                let id = self.anyone(account).clone();
                self.relocate(simulator, &id, unit)?;
                Some(id)
            }
            Move::Close(account) => {
                let id = self.anyone(account).clone();
                call(simulator, "CloseAccount", &json!({ "AccountId": id.as_str() }))?;
                Some(id)
            }
            Move::Leave(account) => {
                let id = self.anyone(account).clone();
                let input = json!({ "AccountId": id.as_str() });
                call(simulator, "RemoveAccountFromOrganization", &input)?;
                Some(id)
            }
        }
    }

    fn relocate(&self, simulator: &Simulator, account: &AccountId, unit: u8) -> Option<()> {
        let from = simulator
            .world()
            .organization
            .accounts
            .get(account)?
            .parent
            .clone();
        let input = json!({
            "AccountId": account.as_str(),
            "SourceParentId": from.as_str(),
            "DestinationParentId": self.unit(unit).as_str(),
        });
        call(simulator, "MoveAccount", &input).map(|_| ())
    }
}

/// Calls Organizations as any client would; none when it refuses.
fn call(simulator: &Simulator, action: &str, input: &Value) -> Option<Value> {
    let request = http::Request::post("/")
        .header("x-amz-target", format!("AWSOrganizationsV20161128.{action}"))
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential=AKIA{ADMIN}/20260101/us-east-1/organizations/aws4_request"),
        )
        .body(Bytes::from(input.to_string()))
        .ok()?;
    let response = simulator.handle(request);
    let done = response.status().is_success();
    serde_json::from_slice(response.body()).ok().filter(|_| done)
}
