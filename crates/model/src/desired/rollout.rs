//! `[rollout.NAME]`: how a change reaches the instances of a StackSet, stage by stage.

use serde::{Deserialize, Serialize};

use super::Target;
use crate::diagnostic::Spanned;
use crate::preferences::{Amount, ConcurrencyMode, RegionConcurrency};

/// Name of the rollout that is always there: one stage with everything, no gate.
pub const ALL_AT_ONCE: &str = "all-at-once";

/// A rollout as a StackSet names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// Its table's key; the place is where the StackSet (or `[defaults]`) names it.
    pub name: Spanned<String>,
    /// At least one; the last one takes the rest.
    pub stages: Vec<Stage>,
    /// What happens when a stage fails.
    pub on_failure: OnFailure,
}

/// `on_failure` of a rollout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// Nothing more of it is started.
    #[default]
    Stop,
    /// The definition from before goes back to every instance.
    Rollback,
}

/// `[[rollout.NAME.stage]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name; stages of the same name in several StackSets run together.
    pub name: Spanned<String>,
    /// Whom it reaches.
    pub targets: StageTargets,
    /// How its operations spread, where it differs from the StackSet's preferences.
    pub preferences: StagePreferences,
    /// Seconds between the end of its last operation and the check that nothing failed; then the next stage may begin.
    pub soak_seconds: u64,
    /// Whether somebody must approve before it begins.
    pub approval: bool,
    /// ARNs of CloudWatch alarms that must be OK before the next stage begins.
    pub alarms: Vec<Spanned<String>>,
}

/// `targets` of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageTargets {
    /// `"rest"`: what no stage before reached.
    Rest(crate::diagnostic::Span),
    /// Units and accounts; those that a stage before reached are left out.
    Some(Vec<Spanned<Target>>),
}

/// Preferences that a stage sets; none leaves the StackSet's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagePreferences {
    /// `max_concurrent`
    pub max_concurrent: Option<Amount>,
    /// `failure_tolerance`
    pub failure_tolerance: Option<Amount>,
    /// `concurrency_mode`
    pub concurrency_mode: Option<ConcurrencyMode>,
    /// `region_order`
    pub region_concurrency: Option<RegionConcurrency>,
}
