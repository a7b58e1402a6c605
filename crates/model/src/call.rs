//! What is asked of AWS and what it answers, in our nouns.
//!
//! `aws` turns a [`Call`] into SDK requests; a test may answer it from the simulator's world directly.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{AutoDeployment, Definition, ParameterValue};
use crate::drift::DriftCheck;
use crate::ids::{OperationId, StackSetId, StackSetName};
use crate::instance::InstanceKey;
use crate::observed::{Identity, ObservedInstance, OperationSummary};
use crate::organization::Organization;
use crate::preferences::OperationPreferences;
use crate::targets::CallTargets;

mod result;

pub use result::{FailedResource, InstanceResult, ResultStatus, by_reason};

/// One question or one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Who are we (`GetCallerIdentity`).
    Identity,
    /// The tree of units and accounts, every page.
    Organization,
    /// What does the StackSet say (`DescribeStackSet`, strongly consistent).
    Definition(StackSetName),
    /// The first page of its operations, newest first (`ListStackSetOperations`, eventually consistent).
    Operations(StackSetId),
    /// How is one operation (`DescribeStackSetOperation`, strongly consistent).
    Operation(StackSetId, OperationId),
    /// What did it do to each instance, every page (`ListStackSetOperationResults`, eventually consistent).
    Results(StackSetId, OperationId),
    /// The instances, every page (`ListStackInstances`).
    Instances(StackSetId),
    /// How are these alarms, by ARN (`DescribeAlarms`).
    Alarms(BTreeSet<String>),
    /// Check every stack for drift (`DetectStackSetDrift`). It changes nothing and takes the StackSet's one slot, so it is no
    /// [`Write`]: a plan has no word for it.
    DetectDrift(Box<DetectDrift>),
    /// A change.
    Write(Box<WriteCall>),
}

/// A drift detection that is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectDrift {
    /// The StackSet.
    pub stack_set: StackSetId,
    /// The id that the operation gets.
    pub operation_id: OperationId,
    /// How it spreads over accounts and Regions.
    pub preferences: OperationPreferences,
}

/// A change, with everything that AWS needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteCall {
    /// The StackSet: its name when it is created, its id ever after.
    pub stack_set: StackSetRef,
    /// The id that the operation gets; none for the two calls that start no operation.
    pub operation_id: Option<OperationId>,
    /// What to do.
    pub write: Write,
}

/// A StackSet by name or by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StackSetRef {
    /// The name of one that is to be created.
    Name(StackSetName),
    /// The id of one that exists.
    Id(StackSetId),
}

impl StackSetRef {
    /// The text for the `StackSetName` input, which takes both.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name(name) => name.as_str(),
            Self::Id(id) => id.as_str(),
        }
    }
}

/// A change without the StackSet and the operation id that it is sent with: what a plan stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "api", rename_all_fields = "snake_case")]
pub enum Write {
    /// Makes a StackSet without instances; starts no operation.
    CreateStackSet {
        /// What it says.
        definition: Box<Definition>,
        /// Where AWS fetches the template from, when it is too long to be sent inline.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template_at: Option<TemplateAt>,
        /// Idempotency token.
        client_request_token: String,
    },
    /// Changes what it says and brings targeted instances up to date.
    UpdateStackSet(Box<UpdateStackSet>),
    /// Makes instances, and registers units × Regions when service-managed.
    CreateStackInstances {
        /// Where.
        targets: CallTargets,
        /// Values of these instances alone; none to leave them.
        overrides: Option<BTreeMap<String, ParameterValue>>,
        /// How.
        preferences: OperationPreferences,
    },
    /// Brings instances up to date; without overrides, the ones that they have stay.
    UpdateStackInstances {
        /// Where.
        targets: CallTargets,
        /// The whole list of values of these instances alone; none to leave them.
        overrides: Option<BTreeMap<String, ParameterValue>>,
        /// How.
        preferences: OperationPreferences,
    },
    /// Takes instances away.
    DeleteStackInstances {
        /// Where.
        targets: CallTargets,
        /// Whether the stacks stay, unmanaged.
        retain_stacks: bool,
        /// How.
        preferences: OperationPreferences,
    },
    /// Takes the empty StackSet away; starts no operation.
    DeleteStackSet,
}

impl Write {
    /// The name of AWS's API call.
    pub fn api(&self) -> &'static str {
        match self {
            Self::CreateStackSet { .. } => "CreateStackSet",
            Self::UpdateStackSet(_) => "UpdateStackSet",
            Self::CreateStackInstances { .. } => "CreateStackInstances",
            Self::UpdateStackInstances { .. } => "UpdateStackInstances",
            Self::DeleteStackInstances { .. } => "DeleteStackInstances",
            Self::DeleteStackSet => "DeleteStackSet",
        }
    }

    /// How it spreads over accounts and Regions; none for calls that start no operation.
    pub fn preferences(&self) -> Option<&OperationPreferences> {
        match self {
            Self::UpdateStackSet(update) => Some(&update.preferences),
            Self::CreateStackInstances { preferences, .. }
            | Self::UpdateStackInstances { preferences, .. }
            | Self::DeleteStackInstances { preferences, .. } => Some(preferences),
            Self::CreateStackSet { .. } | Self::DeleteStackSet => None,
        }
    }

    /// The parameters that it sends, with their values. An `UpdateStackSet` without content sends none (reference §2.4).
    pub fn values(&self) -> Option<&BTreeMap<String, ParameterValue>> {
        match self {
            Self::CreateStackSet { definition, .. } => Some(&definition.parameters),
            Self::UpdateStackSet(update) => update.content.then_some(&update.definition.parameters),
            Self::CreateStackInstances { overrides, .. } | Self::UpdateStackInstances { overrides, .. } => {
                overrides.as_ref()
            }
            Self::DeleteStackInstances { .. } | Self::DeleteStackSet => None,
        }
    }

    /// Whether it takes the StackSet's one slot and has an operation id.
    pub fn starts_operation(&self) -> bool {
        !matches!(self, Self::CreateStackSet { .. } | Self::DeleteStackSet)
    }
}

/// Where AWS fetches a template from (`TemplateURL`). The definition holds the text all the same: a plan shows what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateAt {
    /// An object that is there already.
    Url(String),
    /// An object that is put there before the call, unless it is there; its key is the hash of its content.
    Upload {
        /// `[aws] template_bucket`
        bucket: String,
        /// `stackfleet/templates/SHA256.template`
        key: String,
    },
}

/// Inputs of `UpdateStackSet` (reference §2.4: what is always sent, and what must be sent alone).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateStackSet {
    /// The whole new definition: description, tags, capabilities and custom roles are sent every time.
    pub definition: Definition,
    /// Whether template and parameters are sent; otherwise `UsePreviousTemplate` and no parameters, which marks nothing outdated.
    pub content: bool,
    /// Where AWS fetches the template from, when it is too long to be sent inline and content is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_at: Option<TemplateAt>,
    /// Sent alone: not together with targets.
    pub auto_deployment: Option<AutoDeployment>,
    /// Sent alone: not together with content.
    pub managed_execution: Option<bool>,
    /// Which instances are brought up to date.
    pub targets: CallTargets,
    /// How.
    pub preferences: OperationPreferences,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// To [`Call::Identity`].
    Identity(Identity),
    /// To [`Call::Organization`].
    Organization(Box<Organization>),
    /// To [`Call::Definition`]: none when there is no such StackSet.
    Definition(Option<Box<Described>>),
    /// To [`Call::Operations`].
    Operations(Vec<OperationSummary>),
    /// To [`Call::Operation`]: none when the StackSet has no such operation.
    Operation(Option<Box<OperationSummary>>),
    /// To [`Call::Results`].
    Results(Vec<InstanceResult>),
    /// To [`Call::Instances`].
    Instances(BTreeMap<InstanceKey, ObservedInstance>),
    /// To [`Call::Alarms`]: the state of each, by ARN; one that does not exist is not in it.
    Alarms(BTreeMap<String, AlarmState>),
    /// To a `CreateStackSet`.
    Created(StackSetId),
    /// To a write, or a drift detection, that started an operation.
    Started(OperationId),
    /// To a `DeleteStackSet`.
    Done,
}

/// `StateValue` of a CloudWatch alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// Within its bounds.
    Ok,
    /// Out of its bounds.
    Alarm,
    /// CloudWatch does not know yet.
    InsufficientData,
    /// A value that this version does not know; never taken for OK.
    Other(String),
}

/// A StackSet's id and definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its id.
    pub id: StackSetId,
    /// What it says, read-back noise taken out.
    pub definition: Definition,
    /// The last drift detection that came to an end; none when there was never one.
    pub drift: Option<DriftCheck>,
}

/// AWS said no, or said nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{api}: {message}")]
pub struct CallError {
    /// The API call.
    pub api: &'static str,
    /// What kind of no.
    pub kind: CallErrorKind,
    /// AWS's code, when there was an answer.
    pub code: Option<String>,
    /// AWS's words, or ours when there was no answer.
    pub message: String,
}

/// Kinds of refusal that lead to different next steps (reference §1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallErrorKind {
    /// No such StackSet, operation or account.
    NotFound,
    /// Another operation holds the StackSet; it may be our own, sent before.
    OperationInProgress,
    /// The operation id was used before: ours was already sent.
    OperationIdExists,
    /// A later operation went first.
    StaleRequest,
    /// A StackSet of that name exists.
    NameExists,
    /// Instances are left.
    NotEmpty,
    /// A hard quota.
    Limit,
    /// The request is not valid.
    Invalid,
    /// Not permitted.
    Denied,
    /// The credentials are expired or not valid.
    Credentials,
    /// Throttled or failing, after every retry: not done as far as AWS says.
    Unavailable,
    /// No answer came: it may have been done.
    Unanswered,
    /// The answer could not be understood.
    Malformed,
}

impl CallErrorKind {
    /// Whether the write may have been done all the same, so that only a strong read can tell.
    pub fn leaves_doubt(self) -> bool {
        matches!(
            self,
            Self::OperationInProgress
                | Self::OperationIdExists
                | Self::StaleRequest
                | Self::NameExists
                | Self::Unavailable
                | Self::Unanswered
                | Self::Malformed
        )
    }
}
