//! Stack instances and rectangles of them.

pub mod keyed;

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, Region};

/// Where a stack instance of a StackSet is: one account in one Region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct InstanceKey {
    /// The target account.
    pub account: AccountId,
    /// The target Region.
    pub region: Region,
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}

/// A full product of accounts and Regions: the only shape that a call can name (reference §2.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Rectangle {
    /// The accounts, each in every one of the Regions.
    pub accounts: BTreeSet<AccountId>,
    /// The Regions, each in every one of the accounts.
    pub regions: BTreeSet<Region>,
}

impl Rectangle {
    /// The number of instances.
    pub fn len(&self) -> u64 {
        self.accounts.len() as u64 * self.regions.len() as u64
    }

    /// Whether no instance is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The instances, by account, then Region.
    pub fn keys(&self) -> impl Iterator<Item = InstanceKey> + '_ {
        self.accounts.iter().flat_map(|account| {
            self.regions.iter().map(|region| InstanceKey {
                account: account.clone(),
                region: region.clone(),
            })
        })
    }
}

/// Whether an instance has what its StackSet says (`StackInstance.Status`, reference §4.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstanceStatus {
    /// The last operation that reached it succeeded.
    Current,
    /// A later definition has not reached it, or failed on it.
    Outdated,
    /// A delete or an import failed; only a delete that retains the stack gets it out.
    Inoperable,
    /// A value that this version does not know; never taken for a good one.
    Other(String),
}

/// What the last operation did with an instance (`DetailedStatus`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DetailedStatus {
    /// Not reached yet, or outside the last operation's targets.
    Pending,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Failed; the reason says why.
    Failed,
    /// Never tried: the operation was stopped or over its tolerance.
    Cancelled,
    /// A delete failed.
    Inoperable,
    /// The account is suspended; AWS left it out.
    SkippedSuspendedAccount,
    /// An import failed.
    FailedImport,
    /// A value that this version does not know.
    Other(String),
}
