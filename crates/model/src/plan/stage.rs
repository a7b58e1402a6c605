//! Stages of rollouts: what must hold before the next operations may begin.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::instance::Rectangle;

/// A stage of a rollout, for all StackSets that go through it in this plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// `ROLLOUT/STAGE`, unique in the plan. StackSets that depend on others of a rollout go through its stages after them, and
    /// have stages of their own: `ROLLOUT/2/STAGE`.
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
    /// When its last operation ended, for a stage without operations in this plan: a rollout that was stopped goes on, and the
    /// soak of the stage before counts from here. None for a stage with operations, and when AWS does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub ended_at: Option<Timestamp>,
}

/// The stage's name in a [`Stage::id`].
pub(super) fn stage_name(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, name)| name)
}
