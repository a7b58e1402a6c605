//! What AWS has: read whole, or not at all.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{Definition, ParameterValue};
use crate::drift::DriftCheck;
use crate::ids::{AccountId, OperationId, Region, StackSetId, StackSetName, UnitId};
use crate::instance::{DetailedStatus, InstanceKey, InstanceStatus, keyed};
use crate::organization::Organization;
use crate::preferences::OperationPreferences;

/// One complete observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// When it was complete.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub taken_at: Timestamp,
    /// Who asked.
    pub identity: Identity,
    /// The tree of units and accounts.
    pub organization: Organization,
    /// Whether StackSets may work in the organization (`DescribeOrganizationsAccess` says ENABLED).
    pub trusted_access: bool,
    /// The requested StackSets that exist.
    pub stack_sets: BTreeMap<StackSetName, ObservedStackSet>,
    /// The other StackSets of this account and Region.
    pub others: BTreeMap<StackSetName, OtherStackSet>,
    /// Values of the environment variables that the manifest names and that are no secrets.
    pub environment: BTreeMap<String, String>,
    /// Names of the secret variables that are set.
    pub secrets: BTreeSet<String>,
    /// The requested parameters of Systems Manager that exist.
    #[serde(default)]
    pub ssm: BTreeMap<String, SsmParameter>,
    /// The requested templates in S3, by URL; one that is not there is a refusal of the whole read.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
    /// Regions that active accounts have not enabled, of those that are off by default (reference §9); an account that could
    /// not be asked is not in it.
    #[serde(default)]
    pub disabled_regions: BTreeMap<AccountId, BTreeSet<Region>>,
    /// The repository that the manifest is in.
    pub git: Option<Git>,
}

/// A parameter of Systems Manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SsmParameter {
    /// A `String` or `StringList`.
    Plain(String),
    /// A `SecureString`: its value is never read for a plan.
    Secure,
}

/// The caller (`GetCallerIdentity`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// The account of the credentials.
    pub account: AccountId,
    /// The principal.
    pub arn: String,
}

impl Identity {
    /// The partition of the ARN: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }
}

/// State of a git work tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Git {
    /// The commit.
    pub commit: String,
    /// The branch, unless the head is detached.
    pub branch: Option<String>,
    /// Whether anything is not committed.
    pub dirty: bool,
}

/// A StackSet with everything that belongs to it, read-back noise taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedStackSet {
    /// Its id; another one after a deletion and re-creation under the same name.
    pub id: StackSetId,
    /// What it says.
    pub definition: Definition,
    /// Its instances.
    #[serde(with = "keyed")]
    #[schemars(with = "BTreeMap<String, ObservedInstance>")]
    pub instances: BTreeMap<InstanceKey, ObservedInstance>,
    /// Registered unit × Region targets of a service-managed StackSet, also those without instances.
    pub registered: BTreeMap<UnitId, BTreeSet<Region>>,
    /// The newest operation that AWS lists.
    pub newest_operation: Option<OperationSummary>,
    /// Operations that hold or wait for the one slot, newest first.
    pub running: Vec<OperationSummary>,
    /// The newest operations that are over, newest first; estimates come from them.
    #[serde(default)]
    pub history: Vec<OperationSummary>,
    /// The last drift detection that came to an end; none when there was never one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftCheck>,
}

impl ObservedStackSet {
    /// Instances whose overrides were read; those of the others are not known.
    pub fn overrides_read(&self) -> u64 {
        let read = |instance: &&ObservedInstance| instance.overrides.is_some();
        self.instances.values().filter(read).count() as u64
    }

    /// The newest operation that this tool started and that could change something, whatever others did after it.
    pub fn last_of_ours(&self) -> Option<&OperationSummary> {
        let mut newest_first = self
            .newest_operation
            .iter()
            .chain(&self.running)
            .chain(&self.history);
        newest_first
            .find(|operation| operation.id.is_ours() && operation.action != OperationAction::DetectDrift)
    }
}

/// A stack instance as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedInstance {
    /// Whether it has what the StackSet says.
    pub status: InstanceStatus,
    /// What the last operation did with it.
    pub detailed: DetailedStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// The unit through which it was targeted; none when self-managed.
    pub unit: Option<UnitId>,
    /// The operation that touched it last.
    pub last_operation: Option<OperationId>,
    /// Its overrides; none when they were not read, empty when it has none.
    pub overrides: Option<BTreeMap<String, ParameterValue>>,
}

/// An operation as listed or described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationSummary {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub action: OperationAction,
    /// Where it stands.
    pub status: OperationStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// When it was started.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub created_at: Option<Timestamp>,
    /// When it ended.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub ended_at: Option<Timestamp>,
    /// Failed instances (`StatusDetails.FailedStackInstancesCount`); some may be failed in a succeeded operation.
    pub failed_instances: u64,
    /// How it spread over accounts and Regions (`OperationPreferences`); none when AWS does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Option<OperationPreferences>,
}

/// `StackSetOperation.Action`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationAction {
    /// Instances are created.
    Create,
    /// The StackSet or instances are updated.
    Update,
    /// Instances are deleted.
    Delete,
    /// Drift is detected; it takes the slot as well.
    DetectDrift,
    /// A value that this version does not know.
    Other(String),
}

/// `StackSetOperation.Status` (reference §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Waits in the queue of managed execution.
    Queued,
    /// At work.
    Running,
    /// Somebody stopped it; instances at work run to their end.
    Stopping,
    /// Done within tolerance; failed instances may exist.
    Succeeded,
    /// Over tolerance.
    Failed,
    /// Stopped.
    Stopped,
    /// A value that this version does not know; taken for pending, never for success.
    Other(String),
}

impl OperationStatus {
    /// Whether the operation is over.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

/// A StackSet that the manifest does not name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OtherStackSet {
    /// Its id.
    pub id: StackSetId,
    /// The project that it is marked with.
    pub project: Option<String>,
    /// Its instances, where it is of the project that is read for; the others are not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<u64>,
}
