//! Operations and their parts.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use model::ids::{AccountId, OperationId, Region, UnitId};
use model::instance::InstanceKey;
use model::observed::{OperationAction, OperationStatus};
use model::preferences::OperationPreferences;
use serde::{Deserialize, Serialize};

use super::{GateResult, keyed};

/// An operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackSetOperation {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub action: OperationAction,
    /// Where it stands.
    pub status: OperationStatus,
    /// Why.
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How it spreads.
    pub preferences: OperationPreferences,
    /// For a delete: whether stacks stay.
    pub retain_stacks: bool,
    /// Units × Regions that a delete without filter unregisters when it is done.
    pub unregisters: BTreeMap<UnitId, BTreeSet<Region>>,
    /// Override list of the call: none to leave, otherwise the whole list (`None` value: `UsePreviousValue`).
    pub overrides: Option<BTreeMap<String, Option<String>>>,
    /// Regions in their order.
    pub regions: Vec<Region>,
    /// Its instances.
    #[serde(with = "keyed")]
    pub cells: BTreeMap<InstanceKey, OperationCell>,
    /// The targets as the call named them; none when it named none.
    #[serde(default)]
    pub targets: Option<OperationTargets>,
    /// Whether it excludes every other operation of its StackSet: it changes or checks the whole StackSet.
    #[serde(default)]
    pub exclusive: bool,
    /// Whether automatic deployment started it.
    #[serde(default)]
    pub automatic: bool,
    /// How far each Region is.
    #[serde(default)]
    pub progress: BTreeMap<Region, RegionProgress>,
}

/// The targets of an operation, as `DescribeStackSetOperation` gives them back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationTargets {
    /// Accounts.
    pub accounts: Vec<AccountId>,
    /// Units.
    pub units: Vec<UnitId>,
    /// `AccountFilterType`, when it was given.
    pub filter: Option<String>,
}

/// How far an operation is in one Region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionProgress {
    /// Accounts targeted in the Region.
    pub accounts: u64,
    /// Accounts that have not started, next first.
    pub waiting: VecDeque<AccountId>,
    /// Accounts at work.
    pub running: u64,
    /// Accounts that failed.
    pub failed: u64,
}

/// An instance's part in an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationCell {
    /// Where it stands.
    pub status: CellStatus,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The unit given as target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// When it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it will be done, once started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// What the account gate said, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateResult>,
    /// The ARN of the stack that it imports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<String>,
    /// Whether a drift detection found changes by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drifted: bool,
}

/// `StackSetOperationResult.Status`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellStatus {
    /// Not started.
    Pending,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Failed.
    Failed,
    /// Never tried.
    Cancelled,
}

impl StackSetOperation {
    /// Failed instances so far (`StatusDetails.FailedStackInstancesCount`).
    pub fn failed_instances(&self) -> u64 {
        self.progress.values().map(|progress| progress.failed).sum()
    }
}

impl OperationCell {
    /// A cell that has not started.
    pub fn pending(unit: Option<UnitId>) -> Self {
        Self {
            status: CellStatus::Pending,
            reason: None,
            unit,
            started_at: None,
            ends_at: None,
            gate: None,
            import: None,
            drifted: false,
        }
    }
}
