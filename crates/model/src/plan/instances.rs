//! What happens to the instances of a StackSet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Action, Reason};
use crate::definition::ParameterValue;
use crate::ids::UnitId;
use crate::instance::Rectangle;

/// What happens to the instances of a StackSet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstancesPlan {
    /// Instances by action.
    pub counts: BTreeMap<Action, u64>,
    /// The same as rectangles, one for each unit, action and reason.
    pub groups: Vec<InstanceGroup>,
}

/// Instances that are treated alike: accounts × Regions, always the full product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<String, ParameterValue>,
    /// The stage of the rollout that reaches them, by [`super::Stage::id`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// A remark for people, for example why they are left alone.
    pub note: Option<String>,
}
