//! What happens to the instances of a StackSet.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stage::stage_name;
use super::{Action, Reason};
use crate::definition::ParameterValue;
use crate::ids::{AccountId, Region, UnitId};
use crate::instance::Rectangle;

/// What happens to the instances of a StackSet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstancesPlan {
    /// Instances by action.
    pub counts: BTreeMap<Action, u64>,
    /// The same as rectangles, one for each unit, action and reason.
    pub groups: Vec<InstanceGroup>,
    /// Why the last operation failed where instances are updated for that: equal reasons together, those of most instances first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<LastFailure>,
}

/// Instances at which the last operation failed for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastFailure {
    /// AWS's words, shortened; where they name an account or a Region, those of the first instance.
    pub reason: String,
    /// The accounts and Regions.
    pub rectangles: Vec<Rectangle>,
    /// The number of instances.
    pub instances: u64,
}

/// Instances that are treated alike: accounts × Regions, always the full product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Written", into = "Written")]
pub struct InstanceGroup {
    /// What happens to them.
    pub action: Action,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Path of the unit that the accounts are shown under.
    pub unit: String,
    /// Its id.
    pub unit_id: UnitId,
    /// The accounts and Regions.
    pub rectangle: Rectangle,
    /// The number of instances.
    pub instances: u64,
    /// Values of these instances alone when the plan is done; empty when they have the StackSet's.
    pub overrides: BTreeMap<String, ParameterValue>,
    /// The stage of the rollout that reaches them, by [`super::Stage::id`].
    pub stage: Option<String>,
    /// A remark for people, for example why they are left alone.
    pub note: Option<String>,
}

/// A group as plan files and policies have it: counts beside the things counted.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstanceGroup")]
struct Written {
    action: Action,
    reasons: Vec<Reason>,
    ou: String,
    ou_id: UnitId,
    #[serde(default)]
    accounts: u64,
    account_ids: BTreeSet<AccountId>,
    regions: BTreeSet<Region>,
    instances: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    overrides: BTreeMap<String, ParameterValue>,
    #[serde(default)]
    stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage_id: Option<String>,
    note: Option<String>,
}

impl From<InstanceGroup> for Written {
    fn from(group: InstanceGroup) -> Self {
        Self {
            action: group.action,
            reasons: group.reasons,
            ou: group.unit,
            ou_id: group.unit_id,
            accounts: group.rectangle.accounts.len() as u64,
            account_ids: group.rectangle.accounts,
            regions: group.rectangle.regions,
            instances: group.instances,
            overrides: group.overrides,
            stage: group.stage.as_deref().map(stage_name).map(str::to_owned),
            stage_id: group.stage,
            note: group.note,
        }
    }
}

impl From<Written> for InstanceGroup {
    fn from(written: Written) -> Self {
        Self {
            action: written.action,
            reasons: written.reasons,
            unit: written.ou,
            unit_id: written.ou_id,
            rectangle: Rectangle {
                accounts: written.account_ids,
                regions: written.regions,
            },
            instances: written.instances,
            overrides: written.overrides,
            stage: written.stage_id,
            note: written.note,
        }
    }
}
