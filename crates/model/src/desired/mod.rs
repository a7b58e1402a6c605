//! What the manifest wants. Values are still sources, names are still names; each carries its place.

mod guards;
mod parameters;
mod request;
mod rollout;
mod stack_set;
mod targets;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{AutoDeployment, Permission};
use crate::diagnostic::Spanned;
use crate::ids::{AccountId, OrganizationId, Region, StackSetName};

pub use guards::{Freeze, Guard, Policy, Protect};
pub use parameters::{AccountField, Parameter, Source};
pub use request::Request;
pub use rollout::{ALL_AT_ONCE, OnFailure, Rollout, Stage, StagePreferences, StageTargets};
pub use stack_set::{Capabilities, DesiredStackSet, DesiredTemplate, Preferences};
pub use targets::{Deploy, Override, Skip, Target};

/// A manifest without mistakes that can be found without AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The manifest's file, as the user named it.
    pub manifest: String,
    /// `[project] name`, the mark on StackSets that this manifest keeps.
    pub project: Spanned<String>,
    /// Who and where this manifest is for.
    pub aws: AwsGuard,
    /// `[accounts]`: names that the manifest pins to ids.
    pub accounts: BTreeMap<String, Spanned<AccountId>>,
    /// Limits of a plan.
    pub guard: Guard,
    /// StackSets that may not lose something.
    pub protect: Protect,
    /// Times in which nothing is written.
    pub freezes: Vec<Freeze>,
    /// `[stackset.NAME]`, by name.
    pub stack_sets: BTreeMap<String, DesiredStackSet>,
    /// `[removed.NAME]`, by name.
    pub removed: BTreeMap<String, Removal>,
}

/// `[aws]`: run here or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsGuard {
    /// The account that the credentials must be for; checked before any other call.
    pub admin_account: Spanned<AccountId>,
    /// The organization that it must be in; checked second.
    pub organization: Option<Spanned<OrganizationId>>,
    /// The home Region, where the StackSets themselves live.
    pub region: Spanned<Region>,
    /// In which role the administrator acts.
    pub call_as: CallAs,
    /// The S3 bucket for templates that are too long to be sent inline (reference §6.1).
    pub template_bucket: Option<Spanned<String>>,
}

/// `CallAs` (reference §1.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallAs {
    /// As the account itself.
    #[default]
    #[serde(rename = "self")]
    Myself,
    /// As a delegated administrator of the organization.
    DelegatedAdmin,
}

/// `on_leave`, and `[removed.NAME] stacks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLeave {
    /// The stack and its resources are deleted.
    Delete,
    /// The stack stays, unmanaged.
    Retain,
}

/// `[removed.NAME]`: a StackSet that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The table's key, with its place.
    pub name: Spanned<String>,
    /// The StackSet's name in AWS.
    pub aws_name: StackSetName,
    /// What happens to its stacks.
    pub stacks: OnLeave,
    /// Why, for the reviewer.
    pub reason: Option<String>,
}

impl Default for Permission {
    /// The model that fits an organization: AWS makes the roles, nothing is deployed by itself.
    fn default() -> Self {
        Self::ServiceManaged {
            auto_deployment: AutoDeployment::default(),
        }
    }
}
