//! The plan: every change with its reason, every call with its exact inputs.
//!
//! A plan is closed: whoever carries it out makes no choice. It is saved as JSON ([`crate::plan_file`]); a reader ignores
//! properties that it does not know, refuses an unknown major version, and treats an unknown action as dangerous.

mod changes;
mod instances;
mod judgement;
mod operation;
mod stage;
mod summary;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::Write;
use crate::desired::CallAs;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::ids::{AccountId, OperationId, OrganizationId, Region, StackSetId, StackSetName};
use crate::observed::Git;

pub use changes::{
    Changes, OverrideChange, ParameterChange, PermissionChange, PropertyChange, RegisteredTarget,
    Replacement, ResourceChange, SectionChange, SettingChange, TemplateChange,
};
pub use instances::{InstanceGroup, InstancesPlan, LastFailure};
pub use judgement::{
    Estimate, Only, PlanFreeze, PolicyOutcome, PolicyResult, Risk, RiskLevel, RiskReason, Selection,
};
pub use operation::{Operation, OperationKind, Precondition, Preconditions, RunsIf};
pub use stage::Stage;
pub use summary::Summary;
pub use words::{Action, Reason};

/// `format` of a saved plan.
pub const FORMAT: &str = "stackfleet.plan";
/// `format_version` of a saved plan: a minor version only adds.
pub const FORMAT_VERSION: &str = "1.0";

/// What apply would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Always [`FORMAT`].
    #[schemars(extend("const" = FORMAT))]
    pub format: String,
    /// [`FORMAT_VERSION`] of the writer.
    #[schemars(extend("pattern" = "^1\\.[0-9]+$"))]
    pub format_version: String,
    /// The tool that made it.
    pub tool: Tool,
    /// What the plan does: scope, changes, targets, operations. Not time, tool or wording. Equal digests do equal things.
    pub digest: Digest,
    /// When the observation was complete.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    /// What came out.
    pub result: PlanResult,
    /// Whether apply may carry it out.
    pub applyable: bool,
    /// Whether nothing was left out by a selection.
    pub complete: bool,
    /// What was left out.
    #[serde(default)]
    pub selection: Selection,
    /// What it was made from.
    pub source: PlanSource,
    /// Where it may be carried out.
    pub scope: Scope,
    /// Counts.
    pub summary: Summary,
    /// How much can go wrong.
    #[serde(default)]
    pub risk: Risk,
    /// Every StackSet, also those without change, by name.
    pub stack_sets: Vec<StackSetPlan>,
    /// What is called, in an order that respects `depends_on`.
    pub operations: Vec<Operation>,
    /// Stages of rollouts that the operations belong to, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// How long it takes; none when AWS remembers no operation to judge by.
    #[serde(default)]
    pub estimate: Option<Estimate>,
    /// Freezes that are not over. Like time itself they are not part of the digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freezes: Vec<PlanFreeze>,
    /// What is wrong or worth knowing.
    pub diagnostics: Vec<Diagnostic>,
    /// What may not be done.
    pub holds: Vec<Hold>,
    /// What the policies said.
    #[serde(default)]
    pub policy: Vec<PolicyResult>,
    /// What must still be true when it is carried out.
    #[serde(flatten)]
    pub preconditions: Preconditions,
    /// Names of the accounts that are mentioned, for people; not part of the digest.
    pub account_names: BTreeMap<AccountId, String>,
}

/// The tool that made a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `stackfleet`
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What came out of planning, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanSource {
    /// `[project] name`
    pub project: String,
    /// The manifest's file.
    pub manifest: String,
    /// The repository, when the manifest is in one.
    pub git: Option<Git>,
    /// Whether it was made from a recorded observation; such a plan is not applied.
    #[serde(default, skip_serializing_if = "is_false")]
    pub snapshot: bool,
    /// Over the texts of the manifest and of every file that it names, so that whoever carries a saved plan out can say that they changed.
    /// The plan's digest does not cover it: another layout of a manifest is not another plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Digest>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Where a plan may be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// One StackSet of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Why it goes, in the words of `[removed.NAME] reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal_reason: Option<String>,
    /// The operation that is in progress on it, whoever started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<OperationId>,
    /// The holds on it.
    pub blocked_by: Vec<Blocked>,
    /// Where the manifest says so.
    pub span: Option<Span>,
    /// What differs in its definition.
    pub changes: Changes,
    /// What happens to its instances.
    pub instances: InstancesPlan,
}

/// A hold in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blocked {
    /// Its code.
    pub code: String,
    /// Its sentence.
    pub message: String,
}

impl Blocked {
    /// What a hold's diagnostic says, in short.
    pub fn by(diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.clone(),
            message: diagnostic.message.clone(),
        }
    }
}

/// Something that may not be done. The plan is shown all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hold {
    /// What, why and the way past it.
    pub diagnostic: Diagnostic,
    /// The StackSet in the manifest; none when the whole plan is held.
    pub stack_set: Option<String>,
    /// Instances that would be touched.
    pub instances: u64,
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
        Digest::of(&(
            FORMAT,
            &self.scope,
            &self.source.project,
            changes,
            operations,
            &self.stages,
        ))
    }

    /// Whether an operation is in progress on one of its StackSets: until it is over nobody can say that AWS is as the manifest
    /// says.
    pub fn is_busy(&self) -> bool {
        self.stack_sets.iter().any(|set| set.running.is_some())
    }

    /// Stacks that are deleted, also those of instances that are made again.
    pub fn deleted_stacks(&self) -> u64 {
        self.instances(Action::Delete) + self.instances(Action::Recreate)
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
