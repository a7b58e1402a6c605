//! Stages of rollouts: what must hold before the next operations may begin.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::instance::Rectangle;

/// A stage of a rollout, for all StackSets that go through it in this plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// `ROLLOUT/STAGE`, unique in the plan.
    pub id: String,
    /// The rollout's name.
    pub rollout: String,
    /// The stage's name.
    pub name: String,
    /// The stage that must be over, soaked and healthy before this one begins.
    pub after: Option<String>,
    /// Whether somebody must approve before it begins.
    pub approval: bool,
    /// Seconds from the end of its last operation to the check of its instances.
    pub soak_seconds: u64,
    /// ARNs of alarms that must be OK at that check.
    pub alarms: Vec<String>,
    /// The instances that must be CURRENT at that check, by StackSet as the manifest names it.
    pub covers: BTreeMap<String, Vec<Rectangle>>,
}
