//! The organization: units, accounts and where each stands.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, OrganizationId, UnitId};

/// The whole tree, read completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// `o-…`
    pub id: OrganizationId,
    /// `r-…`
    pub root: UnitId,
    /// The account that owns the organization; service-managed StackSets never reach it.
    pub management_account: AccountId,
    /// Every unit but the root.
    pub units: BTreeMap<UnitId, Unit>,
    /// Every account, the management account too.
    pub accounts: BTreeMap<AccountId, Account>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// Its name among its siblings.
    pub name: String,
    /// The unit or root above it.
    pub parent: UnitId,
}

/// An account of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Its name; not unique.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// Whether AWS works in it.
    pub state: AccountState,
    /// The unit or root that it stands in.
    pub parent: UnitId,
    /// Its tags, when they were asked for; otherwise none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// `Account.State` (reference §8.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// In use.
    Active,
    /// Suspended: operations skip it.
    Suspended,
    /// About to be closed.
    PendingClosure,
    /// Closed.
    Closed,
    /// Not yet in use.
    PendingActivation,
    /// A value that this version does not know; treated as not active.
    Other(String),
}

impl AccountState {
    /// Whether StackSets deploys to such an account.
    pub fn is_active(&self) -> bool {
        *self == Self::Active
    }
}

impl Organization {
    /// The path of a unit, `Root/Workloads/Prod`; an id that is not there stands for itself.
    pub fn path(&self, unit: &UnitId) -> String {
        let mut names = Vec::new();
        let mut at = unit;
        // A tree has no more levels than units; the bound keeps a wrong answer from looping.
        for _ in 0..=self.units.len() {
            let Some(found) = self.units.get(at) else { break };
            names.push(found.name.replace('/', "\\/"));
            at = &found.parent;
        }
        names.push(if *at == self.root {
            "Root".to_owned()
        } else {
            at.to_string()
        });
        names.reverse();
        names.join("/")
    }

    /// The units directly below a unit or the root, by id.
    pub fn children<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = (&'a UnitId, &'a Unit)> {
        self.units.iter().filter(move |(_, child)| child.parent == *unit)
    }

    /// The unit itself and every unit above it up to the root.
    pub fn ancestors(&self, unit: &UnitId) -> Vec<UnitId> {
        let mut above = vec![unit.clone()];
        let mut at = unit;
        for _ in 0..=self.units.len() {
            let Some(found) = self.units.get(at) else { break };
            above.push(found.parent.clone());
            at = &found.parent;
        }
        above
    }

    /// Whether an account stands in a unit or anywhere below it.
    pub fn is_below(&self, account: &AccountId, unit: &UnitId) -> bool {
        self.accounts
            .get(account)
            .is_some_and(|found| self.ancestors(&found.parent).contains(unit))
    }

    /// Every account in a unit and below it, whatever its state, without the management account.
    ///
    /// Units are recursive in StackSets and the management account is dropped without a word (reference §2.2).
    pub fn members_below(&self, unit: &UnitId) -> BTreeSet<AccountId> {
        self.accounts
            .keys()
            .filter(|id| **id != self.management_account && self.is_below(id, unit))
            .cloned()
            .collect()
    }

    /// [`Organization::members_below`], only the accounts that StackSets deploys to.
    pub fn active_below(&self, unit: &UnitId) -> BTreeSet<AccountId> {
        let mut members = self.members_below(unit);
        members.retain(|id| {
            self.accounts
                .get(id)
                .is_some_and(|account| account.state.is_active())
        });
        members
    }

    /// The name of an account, or its id when the organization does not have it.
    pub fn account_name<'a>(&'a self, id: &'a AccountId) -> &'a str {
        self.accounts
            .get(id)
            .map_or(id.as_str(), |account| account.name.as_str())
    }
}
