//! The state of the pretended AWS. Everything is in sorted maps, so that the same world and the same calls give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::ids::{AccountId, OperationId, OrganizationId, Region, StackSetId, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{OperationAction, OperationStatus};
use model::organization::AccountState;
use model::preferences::OperationPreferences;
use serde::{Deserialize, Serialize};

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// The moment that it is in the world; passes only while a command runs.
    pub now: Timestamp,
    /// Seed of every draw.
    pub seed: u64,
    /// Draws so far, so that a reloaded world goes on where it stopped.
    pub draws: u64,
    /// The partition, `aws`.
    pub partition: String,
    /// The account that unsigned and unknown credentials act as.
    pub caller: AccountId,
    /// Units and accounts.
    pub organization: OrganizationState,
    /// Whether `ActivateOrganizationsAccess` was called.
    pub organizations_access: bool,
    /// Accounts that may call as delegated administrators.
    pub delegated_administrators: BTreeSet<AccountId>,
    /// StackSets by home Region, then id; deleted ones stay with their status.
    pub stack_sets: BTreeMap<Region, BTreeMap<StackSetId, StackSet>>,
    /// Stacks by where they are, then stack name: also the retained ones that no StackSet knows any more.
    pub stacks: BTreeMap<InstanceKey, BTreeMap<String, Stack>>,
    /// IAM roles that were in an account before any stack, such as `OrganizationAccountAccessRole`.
    pub roles: BTreeMap<AccountId, BTreeSet<String>>,
    /// S3 objects by `bucket/key`.
    pub objects: BTreeMap<String, String>,
    /// Failures that are to happen, in order of precedence.
    pub failures: Vec<Failure>,
    /// How long things take.
    pub timing: Timing,
    /// What AWS does not say, decided for this world.
    pub knobs: Knobs,
    /// Every call, oldest first.
    pub log: Vec<LogEntry>,
}

/// The organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationState {
    /// `o-…`
    pub id: OrganizationId,
    /// `r-…`
    pub root: UnitId,
    /// The management account.
    pub management_account: AccountId,
    /// Units but the root.
    pub units: BTreeMap<UnitId, UnitState>,
    /// Accounts, the management account too.
    pub accounts: BTreeMap<AccountId, MemberAccount>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitState {
    /// Its name.
    pub name: String,
    /// The unit or root above it.
    pub parent: UnitId,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberAccount {
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// Whether it is in use.
    pub state: AccountState,
    /// Where it stands.
    pub parent: UnitId,
    /// When it joined.
    pub joined_at: Timestamp,
}

/// A StackSet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackSet {
    /// Its id.
    pub id: StackSetId,
    /// The account that it lives in.
    pub admin_account: AccountId,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The idempotency token of its creation.
    pub client_request_token: Option<String>,
    /// What it says, as stored.
    pub definition: StoredDefinition,
    /// Registered unit × Region targets.
    pub registered: BTreeMap<UnitId, BTreeSet<Region>>,
    /// Its instances.
    pub instances: BTreeMap<InstanceKey, StackInstance>,
    /// Its operations, oldest first.
    pub operations: Vec<StackSetOperation>,
}

/// A definition in the service's own terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredDefinition {
    /// The description.
    pub description: Option<String>,
    /// The template's text.
    pub template: String,
    /// A value for every parameter of the template.
    pub parameters: BTreeMap<String, String>,
    /// Acknowledged with the last call.
    pub capabilities: BTreeSet<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The administration role's ARN (self-managed: also when it is the default one).
    pub administration_role: Option<String>,
    /// The execution role's name.
    pub execution_role: Option<String>,
    /// `SERVICE_MANAGED`
    pub service_managed: bool,
    /// `AutoDeployment.Enabled`
    pub auto_deployment: bool,
    /// `AutoDeployment.RetainStacksOnAccountRemoval`
    pub retain_on_removal: bool,
    /// `AutoDeployment.DependsOn`
    pub depends_on: Vec<String>,
    /// `ManagedExecution.Active`
    pub managed_execution: bool,
}

/// A stack instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackInstance {
    /// Whether it is as the StackSet says.
    pub status: InstanceStatus,
    /// What the last operation did.
    pub detailed: DetailedStatus,
    /// Why.
    pub reason: Option<String>,
    /// The unit given as target.
    pub unit: Option<UnitId>,
    /// The operation that touched it last.
    pub last_operation: Option<OperationId>,
    /// Its own values.
    pub overrides: BTreeMap<String, String>,
    /// The ARN of its stack, when it has one.
    pub stack_id: Option<String>,
}

/// A stack in a target account and Region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// Its ARN.
    pub id: String,
    /// The template that it was made from last.
    pub template: String,
    /// The values that it was made with last.
    pub parameters: BTreeMap<String, String>,
    /// Names that are unique in the account (IAM roles, users, groups) or the world (buckets), `type:name`.
    pub global_names: BTreeSet<String>,
}

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
    pub cells: BTreeMap<InstanceKey, OperationCell>,
}

/// An instance's part in an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationCell {
    /// Where it stands.
    pub status: CellStatus,
    /// Why.
    pub reason: Option<String>,
    /// The unit given as target.
    pub unit: Option<UnitId>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it will be done, once started.
    pub ends_at: Option<Timestamp>,
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

/// Instances that are to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Only this StackSet, by name.
    pub stack_set: Option<String>,
    /// Only this account.
    pub account: Option<AccountId>,
    /// Only this Region.
    pub region: Option<Region>,
    /// Only this action: `CREATE`, `UPDATE`, `DELETE`.
    pub action: Option<String>,
    /// What AWS would say.
    pub reason: String,
    /// How often it still happens; none for ever.
    pub times: Option<u32>,
}

/// Durations in seconds of world time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timing {
    /// The shortest time that one instance takes.
    pub instance_least: u64,
    /// The longest time that one instance takes.
    pub instance_most: u64,
    /// From the call to the first instance.
    pub operation_start: u64,
    /// From a move in the organization to the operation of automatic deployment.
    pub auto_deployment_delay: u64,
}

/// What AWS does not say (reference §12.2); the tool must be right under every setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Knobs {
    /// What the replay of an operation id answers.
    pub replay: Replay,
}

/// The answer to an operation id that was used before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// 409 `OperationIdAlreadyExistsException`.
    #[default]
    AlreadyExists,
    /// 200 with the same id.
    SameAnswer,
    /// 409 `OperationInProgressException` while it runs, `OperationIdAlreadyExistsException` after.
    InProgress,
    /// 409 `StaleRequestException`.
    Stale,
}

/// One call, as it came and as it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// The service: `cloudformation`, `organizations`, `sts`, `s3`.
    pub service: String,
    /// The API call.
    pub action: String,
    /// The StackSet named in it.
    pub stack_set: Option<String>,
    /// The operation id named in it or answered.
    pub operation_id: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The error code, when refused.
    pub error: Option<String>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            instance_least: 20,
            instance_most: 60,
            operation_start: 3,
            auto_deployment_delay: 120,
        }
    }
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            replay: Replay::AlreadyExists,
        }
    }
}
