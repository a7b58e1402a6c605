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
    /// The same as rectangles, apart by unit, action and reason.
    pub groups: Vec<InstanceGroup>,
    /// Why the last operation failed where instances are updated for that: equal reasons together, those of most instances first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<LastFailure>,
}

impl InstancesPlan {
    /// Paths of the units in which instances meet an action, none below another: where the accounts stand; the targeted units
    /// when those are more than `most`.
    pub fn units(&self, action: Action, most: usize) -> BTreeSet<&str> {
        let groups = || self.groups.iter().filter(|group| group.action == action);
        let units = highest(groups().map(|group| group.unit.as_str()).collect());
        if units.len() > most {
            return highest(groups().map(|group| group.target.as_str()).collect());
        }
        units
    }
}

/// Paths without those below another.
fn highest(paths: BTreeSet<&str>) -> BTreeSet<&str> {
    let is_below =
        |path: &str, above: &str| path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
    let all = paths.clone();
    let highest = paths
        .into_iter()
        .filter(|path| !all.iter().any(|above| is_below(path, above)));
    highest.collect()
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
    /// Path of the unit that the accounts stand in, at or below the target; the target for accounts that have left it.
    pub unit: String,
    /// Its id.
    pub unit_id: UnitId,
    /// Path of the unit that is targeted, or was.
    pub target: String,
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
    target: String,
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
            target: group.target,
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
            target: if written.target.is_empty() {
                written.ou.clone()
            } else {
                written.target
            },
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
