//! What happens to the instances of a StackSet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Action, Reason};
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
    /// A remark for people, for example why they are left alone.
    pub note: Option<String>,
}
