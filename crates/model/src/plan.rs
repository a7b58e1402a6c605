//! The plan: every change with its reason, every call with its exact inputs.
//!
//! A plan is closed: whoever carries it out makes no choice. It is saved as JSON ([`crate::plan_file`]); a reader ignores
//! properties that it does not know, refuses an unknown major version, and treats an unknown action as dangerous.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Write;
use crate::desired::CallAs;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::ids::{AccountId, OperationId, OrganizationId, Region, StackSetId, StackSetName, UnitId};
use crate::instance::Rectangle;
use crate::observed::Git;

/// `format` of a saved plan.
pub const FORMAT: &str = "stackfleet.plan";
/// `format_version` of a saved plan: a minor version only adds.
pub const FORMAT_VERSION: &str = "1.0";

/// What apply would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Always [`FORMAT`].
    pub format: String,
    /// [`FORMAT_VERSION`] of the writer.
    pub format_version: String,
    /// The tool that made it.
    pub tool: Tool,
    /// What the plan does: scope, changes, targets, operations. Not time, tool or wording. Equal digests do equal things.
    pub digest: Digest,
    /// When the observation was complete.
    pub created_at: Timestamp,
    /// What came out.
    pub result: PlanResult,
    /// Whether apply may carry it out.
    pub applyable: bool,
    /// Whether nothing was left out by a selection.
    pub complete: bool,
    /// What it was made from.
    pub source: PlanSource,
    /// Where it may be carried out.
    pub scope: Scope,
    /// Counts.
    pub summary: Summary,
    /// Every StackSet, also those without change, by name.
    pub stack_sets: Vec<StackSetPlan>,
    /// What is called, in an order that respects `depends_on`.
    pub operations: Vec<Operation>,
    /// What is wrong or worth knowing.
    pub diagnostics: Vec<Diagnostic>,
    /// What may not be done.
    pub holds: Vec<Hold>,
    /// What must still be true when it is carried out.
    pub preconditions: Preconditions,
    /// Names of the accounts that are mentioned, for people; not part of the digest.
    pub account_names: BTreeMap<AccountId, String>,
}

/// The tool that made a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `stackfleet`
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What came out of planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanResult {
    /// AWS is as the manifest says.
    NoChanges,
    /// There is something to do.
    Changes,
    /// Protection, a guard or ownership forbids something: exit 3.
    Blocked,
    /// Something cannot be understood: exit 1.
    Error,
}

/// What a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSource {
    /// `[project] name`
    pub project: String,
    /// The manifest's file.
    pub manifest: String,
    /// The repository, when the manifest is in one.
    pub git: Option<Git>,
}

/// Where a plan may be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// `aws`, `aws-cn`, `aws-us-gov`
    pub partition: String,
    /// The organization.
    pub organization: OrganizationId,
    /// The account that the credentials must be for.
    pub admin_account: AccountId,
    /// In which role it acts.
    pub call_as: CallAs,
    /// The home Region of the StackSets.
    pub region: Region,
}

/// Counts of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// StackSets by action.
    pub stack_sets: BTreeMap<Action, u64>,
    /// Stack instances by action; `none` counts those left alone.
    pub instances: BTreeMap<Action, u64>,
    /// Accounts with at least one touched instance.
    pub accounts_touched: u64,
    /// Member accounts of the organization.
    pub accounts_total: u64,
    /// Regions with at least one touched instance.
    pub regions: BTreeSet<Region>,
}

/// What happens to a StackSet or to a stack instance. One word, never a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It does not exist yet.
    Create,
    /// It is brought up to date.
    Update,
    /// It goes, stacks and all.
    Delete,
    /// It goes; its stacks stay, unmanaged.
    Detach,
    /// An existing StackSet is taken over.
    Adopt,
    /// It matches, or is left out on purpose.
    None,
}

/// Why something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The StackSet does not exist.
    New,
    /// The template differs in more than its formatting.
    Template,
    /// A parameter's value differs.
    Parameters,
    /// A tag differs.
    Tags,
    /// The description differs.
    Description,
    /// A custom role differs.
    Roles,
    /// Automatic deployment is to be set otherwise.
    AutoDeployment,
    /// Managed execution is to be set otherwise.
    ManagedExecution,
    /// The instance is not there, or a unit is not registered yet: its unit or account is a new target.
    Targets,
    /// The instance is not there: its Region is new.
    Regions,
    /// The instance is not there: its account joined a targeted unit.
    JoinedUnit,
    /// The instance's account left the targeted units.
    LeftUnit,
    /// The last operation failed here.
    OutdatedFailed,
    /// The last operation never got here.
    OutdatedCancelled,
    /// An update has not reached the instance.
    OutdatedPending,
    /// A delete or an import failed here.
    Inoperable,
    /// The account is suspended or closed.
    Suspended,
    /// An existing StackSet is taken over.
    Adopt,
    /// `[removed.NAME]` says so.
    Removed,
}

/// One StackSet of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackSetPlan {
    /// The name in the manifest.
    pub name: String,
    /// The name in AWS.
    pub aws_name: StackSetName,
    /// The id, when it exists.
    pub id: Option<StackSetId>,
    /// What happens to it.
    pub action: Action,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Codes of the holds on it.
    pub blocked_by: Vec<String>,
    /// Where the manifest says so.
    pub span: Option<Span>,
    /// What differs in its definition.
    pub changes: Changes,
    /// What happens to its instances.
    pub instances: InstancesPlan,
}

/// Differences of a definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The template, when it differs or is new.
    pub template: Option<TemplateChange>,
    /// Parameters that differ.
    pub parameters: Vec<ParameterChange>,
    /// Everything else that differs.
    pub settings: Vec<SettingChange>,
    /// Registered unit × Region targets that come.
    pub targets_added: Vec<RegisteredTarget>,
    /// Registered unit × Region targets that go.
    pub targets_removed: Vec<RegisteredTarget>,
}

/// A unit × Region pair that automatic deployment follows (reference §2.6).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegisteredTarget {
    /// The unit.
    pub unit_id: UnitId,
    /// Its path.
    pub unit: String,
    /// The Region.
    pub region: Region,
}

/// A template that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateChange {
    /// The file that the new one comes from.
    pub path: String,
    /// The old text's digest.
    pub before: Option<Digest>,
    /// The new text's digest.
    pub after: Digest,
    /// Lines that come.
    pub lines_added: u64,
    /// Lines that go.
    pub lines_removed: u64,
    /// The text difference, three lines of context; empty for a new StackSet.
    pub unified_diff: String,
    /// Resources that come, differ or go.
    pub resources: Vec<ResourceChange>,
}

/// A resource of a template that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceChange {
    /// The logical id.
    pub logical_id: String,
    /// For example `AWS::IAM::Role`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Create, update or delete.
    pub action: Action,
    /// Dotted paths of the properties that differ.
    pub properties: Vec<PropertyChange>,
}

/// A property that differs, as JSON on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyChange {
    /// For example `Policies.0.PolicyName`.
    pub path: String,
    /// The old value.
    pub before: Option<serde_json::Value>,
    /// The new value.
    pub after: Option<serde_json::Value>,
}

/// A parameter that differs. Secret and masked values read `(sensitive)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterChange {
    /// The parameter.
    pub name: String,
    /// Create, update or delete.
    pub action: Action,
    /// The old value.
    pub before: Option<String>,
    /// The new value.
    pub after: Option<String>,
    /// Whether the value is hidden.
    pub sensitive: bool,
    /// Where the new value comes from: `manifest`, `template` (a default), `env:NAME`, `keep`.
    pub source: String,
}

/// A setting that differs, in the manifest's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// For example `tags.owner` or `auto_deploy.new_accounts`.
    pub setting: String,
    /// The old value.
    pub before: Option<String>,
    /// The new value.
    pub after: Option<String>,
    /// Which reason it is.
    pub reason: Reason,
}

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

/// One call of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its name in this plan: `op-01`.
    pub id: String,
    /// Operations of the same step may run side by side.
    pub step: u32,
    /// The StackSet's name in the manifest.
    pub stack_set: String,
    /// The StackSet's name in AWS.
    pub aws_name: StackSetName,
    /// What it is, for people.
    pub kind: OperationKind,
    /// The id at AWS: a content address, decided now. None for calls that start no operation.
    pub operation_id: Option<OperationId>,
    /// The exact inputs.
    pub call: Write,
    /// Every instance that it touches.
    pub touches: Vec<Rectangle>,
    /// The number of instances.
    pub instances: u64,
    /// Names of operations of this plan that must have succeeded first.
    pub depends_on: Vec<String>,
    /// The definition's fingerprint when it is done; none when the StackSet is gone.
    pub definition_after: Option<Digest>,
    /// Accounts that AWS works on at once in a Region.
    pub effective_concurrency: u64,
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The StackSet is made, without instances.
    CreateStackSet,
    /// Managed execution is set, alone.
    ManagedExecution,
    /// Automatic deployment is switched off, alone, before targets change.
    AutoDeploymentOff,
    /// Instances in accounts that cannot be worked on are forgotten, their stacks left.
    Forget,
    /// Definition and instances are updated.
    Update,
    /// Instances are made.
    Create,
    /// Instances are deleted with their stacks.
    Delete,
    /// Instances are deleted, their stacks stay.
    Detach,
    /// Automatic deployment is set, alone, when everything else is done.
    AutoDeployment,
    /// The StackSet goes.
    DeleteStackSet,
}

/// Something that may not be done. The plan is shown all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What, why and the way past it.
    pub diagnostic: Diagnostic,
    /// The StackSet in the manifest; none when the whole plan is held.
    pub stack_set: Option<String>,
    /// Instances that would be touched.
    pub instances: u64,
}

/// What must still be true before the first write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preconditions {
    /// For each StackSet that is written to, by the name in the manifest.
    pub stack_sets: BTreeMap<String, Precondition>,
    /// Active member accounts below each unit that a call names without exact accounts.
    pub units: BTreeMap<UnitId, BTreeSet<AccountId>>,
}

/// The state of one StackSet that a plan stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precondition {
    /// The name in AWS.
    pub aws_name: StackSetName,
    /// The id; none when it must not exist.
    pub id: Option<StackSetId>,
    /// The definition's fingerprint; none when it must not exist.
    pub definition: Option<Digest>,
    /// The newest operation on it; a later one that is not in this plan makes it stale.
    pub newest_operation: Option<OperationId>,
}

impl Plan {
    /// The part that the digest covers: what the plan does, and nothing about when or by what.
    pub fn compute_digest(&self) -> Digest {
        let operations: Vec<Operation> = self
            .operations
            .iter()
            .map(|operation| Operation {
                operation_id: None,
                ..without_token(operation.clone())
            })
            .collect();
        let changes: Vec<_> = self
            .stack_sets
            .iter()
            .filter(|set| set.action != Action::None)
            .map(|set| {
                (
                    &set.name,
                    &set.aws_name,
                    &set.id,
                    set.action,
                    &set.reasons,
                    &set.instances.counts,
                )
            })
            .collect();
        Digest::of(&(FORMAT, &self.scope, &self.source.project, changes, operations))
    }

    /// Instances with a given action.
    pub fn instances(&self, action: Action) -> u64 {
        self.summary.instances.get(&action).copied().unwrap_or_default()
    }
}

/// Operation ids and tokens are made from the digest, so the digest cannot cover them.
fn without_token(mut operation: Operation) -> Operation {
    if let Write::CreateStackSet {
        client_request_token, ..
    } = &mut operation.call
    {
        client_request_token.clear();
    }
    operation
}
