//! What drift detection finds (reference §7).

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::ids::OperationId;
use model::observed::OperationStatus;
use serde::{Deserialize, Serialize};

use super::{CellStatus, StackSetOperation};

/// How far a drift detection is, and what it has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftCheck {
    /// When it ended; when it began, while it runs.
    pub at: Timestamp,
    /// Where it stands.
    #[serde(default)]
    pub detection: DriftDetection,
    /// Instances that it is to check.
    pub total: u64,
    /// Instances with resources that are not as their stacks say.
    #[serde(default)]
    pub drifted: u64,
    /// Instances that are as their stacks say.
    pub in_sync: u64,
    /// Instances that are not checked yet.
    #[serde(default)]
    pub in_progress: u64,
    /// Instances that could not be checked.
    pub failed: u64,
}

/// `DriftDetectionStatus`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftDetection {
    /// It runs.
    InProgress,
    /// Every instance was checked.
    #[default]
    Completed,
    /// Some could not be checked, within the tolerance.
    PartialSuccess,
    /// More could not be checked than it tolerates.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

/// What the last drift detection found in one instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceDrift {
    /// When.
    pub at: Timestamp,
    /// The operation.
    pub operation: OperationId,
    /// The resources that drifted, by logical id; empty when it is in sync.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<String, ResourceDrift>,
}

/// A resource that is not as its stack says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceDrift {
    /// Its type.
    pub resource_type: String,
    /// Its physical id.
    pub physical_id: String,
    /// Its properties that differ; empty when the resource itself is gone.
    pub differences: Vec<PropertyDifference>,
}

/// A property that is not as its stack says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyDifference {
    /// Where it is, `/Tags/0/Value`.
    pub path: String,
    /// The value that the stack says; none when it says nothing.
    pub expected: Option<String>,
    /// The value that it has; none when it is not there.
    pub actual: Option<String>,
}

impl StackSetOperation {
    /// What this drift detection has found so far.
    pub fn drift_check(&self) -> DriftCheck {
        let mut check = DriftCheck {
            at: self.ended_at.unwrap_or(self.created_at),
            detection: DriftDetection::InProgress,
            total: self.cells.len() as u64,
            drifted: 0,
            in_sync: 0,
            in_progress: 0,
            failed: 0,
        };
        for cell in self.cells.values() {
            match cell.status {
                CellStatus::Succeeded if cell.drifted => check.drifted += 1,
                CellStatus::Succeeded => check.in_sync += 1,
                CellStatus::Failed => check.failed += 1,
                CellStatus::Pending | CellStatus::Running => check.in_progress += 1,
                CellStatus::Cancelled => {}
            }
        }
        check.detection = match self.status {
            OperationStatus::Succeeded if check.failed > 0 => DriftDetection::PartialSuccess,
            OperationStatus::Succeeded => DriftDetection::Completed,
            OperationStatus::Failed => DriftDetection::Failed,
            OperationStatus::Stopped => DriftDetection::Stopped,
            _ => DriftDetection::InProgress,
        };
        check
    }
}
