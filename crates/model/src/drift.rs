//! What drift detection found in a StackSet (reference §7): stacks held against their own templates and values, so that an instance
//! that is only outdated has not drifted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::instance::{InstanceKey, keyed};
use crate::observed::OperationSummary;

/// What the detections of one StackSet found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftReading {
    /// What AWS says of the last detection that came to an end; none when there was never one.
    pub check: Option<DriftCheck>,
    /// Its operation; none when AWS does not list it any more.
    pub operation: Option<OperationSummary>,
    /// A detection that is not over, which finds things as it goes.
    pub running: Option<OperationSummary>,
    /// Instances that differ from their own templates.
    #[serde(with = "keyed")]
    #[schemars(with = "BTreeMap<String, DriftedInstance>")]
    pub drifted: BTreeMap<InstanceKey, DriftedInstance>,
    /// Instances about which the last detection says nothing, with AWS's reason where it gives one.
    #[serde(with = "keyed")]
    #[schemars(with = "BTreeMap<String, Option<String>>")]
    pub not_checked: BTreeMap<InstanceKey, Option<String>>,
}

/// `StackSetDriftDetectionDetails`: the last detection in numbers of instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftCheck {
    /// How it ended.
    pub status: DetectionStatus,
    /// When (`LastDriftCheckTimestamp`).
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub checked_at: Option<Timestamp>,
    /// Instances that it was for.
    pub total: u64,
    /// Instances that differ from their own templates.
    pub drifted: u64,
    /// Instances that do not.
    pub in_sync: u64,
    /// Instances that could not be checked.
    pub failed: u64,
}

/// `DriftDetectionStatus`
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DetectionStatus {
    /// Every instance was checked.
    Completed,
    /// Some could not be checked, within the tolerance.
    PartialSuccess,
    /// More could not be checked than it tolerates.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// It runs.
    InProgress,
    /// A value that this version does not know; never taken for a complete one.
    Other(String),
}

/// An instance that differs from its own template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftedInstance {
    /// When it was checked.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub checked_at: Option<Timestamp>,
    /// The resources that differ, by logical id; none when AWS has no details of the detection any more.
    pub resources: Option<Vec<ResourceDrift>>,
}

/// A resource that is not as its stack's template says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceDrift {
    /// The logical id.
    pub logical_id: String,
    /// The physical id.
    pub physical_id: Option<String>,
    /// For example `AWS::IAM::Role`.
    pub resource_type: String,
    /// Whether the resource itself is gone.
    pub deleted: bool,
    /// The properties that differ; empty when it is gone.
    pub differences: Vec<PropertyDifference>,
}

/// A property that is not as its stack's template says. `NoEcho` values come masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PropertyDifference {
    /// Where it is, as a JSON pointer below `Properties`: `/Tags/0/Value`.
    pub path: String,
    /// The value that the template says, a text or JSON as text; none when it says nothing.
    pub expected: Option<String>,
    /// The value that it has; none when it is not there.
    pub found: Option<String>,
}
