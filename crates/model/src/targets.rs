//! What a call names: the targets of an operation (reference §2.2).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, Region, UnitId};

/// The instances that a call is about, in the form that its permission model takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum CallTargets {
    /// No targets in the call: `UpdateStackSet` on every instance.
    Everything,
    /// `Accounts` and `Regions`: self-managed.
    Accounts {
        /// The accounts.
        accounts: BTreeSet<AccountId>,
        /// The Regions, in the order of the rollout.
        regions: Vec<Region>,
    },
    /// `DeploymentTargets` and `Regions`: service-managed.
    Units {
        /// Organizational units or the root, each with everything below it; at most 50.
        units: BTreeSet<UnitId>,
        /// Which of their accounts.
        filter: AccountFilter,
        /// The Regions, in the order of the rollout.
        regions: Vec<Region>,
    },
}

impl CallTargets {
    /// The Regions in the call.
    pub fn regions(&self) -> &[Region] {
        match self {
            Self::Everything => &[],
            Self::Accounts { regions, .. } | Self::Units { regions, .. } => regions,
        }
    }
}

/// `AccountFilterType` with its accounts. `UNION` is refused when creating and never used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "accounts", rename_all = "snake_case")]
pub enum AccountFilter {
    /// Every account below the units.
    None,
    /// Only these of the accounts below the units.
    Intersection(BTreeSet<AccountId>),
    /// All but these.
    Difference(BTreeSet<AccountId>),
}
