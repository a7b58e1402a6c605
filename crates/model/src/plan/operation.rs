//! The calls of a plan and what must be true before them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::Write;
use crate::digest::Digest;
use crate::ids::{AccountId, OperationId, StackSetId, StackSetName, UnitId};
use crate::instance::Rectangle;

mod preconditions;
mod written;

/// One call of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "written::Written")]
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
    /// The stage of the rollout that it belongs to, by [`super::Stage::id`]; a file has it as `stage_id`, beside the name.
    #[serde(default, rename = "stage_id")]
    pub stage: Option<String>,
    /// When it runs at all.
    #[serde(default)]
    pub runs_if: RunsIf,
}

impl Operation {
    /// Whether it makes an instance again that an operation before it takes away.
    pub fn makes_again(&self, gone: &Self) -> bool {
        let meet = |one: &Rectangle, other: &Rectangle| {
            !one.accounts.is_disjoint(&other.accounts) && !one.regions.is_disjoint(&other.regions)
        };
        self.kind == OperationKind::Create
            && gone.kind == OperationKind::Delete
            && self
                .touches
                .iter()
                .any(|one| gone.touches.iter().any(|other| meet(one, other)))
    }
}

/// When an operation runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunsIf {
    /// As soon as what it depends on has succeeded.
    #[default]
    Always,
    /// Only when this stage failed, by [`super::Stage::id`]: the rollback of a rollout with `on_failure = "rollback"`. Such an
    /// operation comes last in the plan, waits for no other and starts when nothing of its StackSet is at work any more. Those of
    /// one stage follow each other: the definition, then values of single instances. Those of at most one stage of a StackSet are
    /// ever started. Each touches what is there of its `touches`.
    StageFailed(String),
}

impl RunsIf {
    /// Whether it is part of the plan's normal course.
    pub fn is_always(&self) -> bool {
        *self == Self::Always
    }
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::schema::open)]
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

/// What must still be true before the first write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Preconditions {
    /// For each StackSet that is written to, by the name in the manifest.
    #[serde(rename = "preconditions", with = "preconditions")]
    #[schemars(with = "Vec<preconditions::Written>")]
    pub stack_sets: BTreeMap<String, Precondition>,
    /// Active member accounts below each unit that a call names without exact accounts.
    #[serde(rename = "whole_units")]
    pub units: BTreeMap<UnitId, BTreeSet<AccountId>>,
}

/// The state of one StackSet that a plan stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Precondition {
    /// The name in AWS.
    pub aws_name: StackSetName,
    /// The id; none when it must not exist.
    pub id: Option<StackSetId>,
    /// The definition's fingerprint; none when it must not exist.
    pub definition: Option<Digest>,
    /// The newest operation on it; a later one that is not in this plan makes it stale.
    pub newest_operation: Option<OperationId>,
    /// Fingerprints of the definition's parts, by [`crate::definition::Definition::parts`]: they tell what was changed since.
    pub parts: BTreeMap<String, Digest>,
}
