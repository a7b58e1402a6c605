//! What the manifest wants. Values are still sources, names are still names; each carries its place.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::definition::{AutoDeployment, Capability, Permission};
use crate::diagnostic::{Span, Spanned};
use crate::ids::{AccountId, OrganizationId, Region, StackSetName, UnitId};
use crate::preferences::OperationPreferences;

/// A manifest without mistakes that can be found without AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The manifest's file, as the user named it.
    pub manifest: String,
    /// `[project] name`, the mark on StackSets that this manifest keeps.
    pub project: Spanned<String>,
    /// Who and where this manifest is for.
    pub aws: AwsGuard,
    /// Limits of a plan.
    pub guard: Guard,
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
}

/// `CallAs` (reference §1.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallAs {
    /// As the account itself.
    #[default]
    #[serde(rename = "self")]
    Myself,
    /// As a delegated administrator of the organization.
    DelegatedAdmin,
}

/// `[guard]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// The stacks that a plan may delete; none when it is not given. Retained ones do not count.
    pub max_deleted_instances: Option<Spanned<u64>>,
}

/// `[stackset.NAME]` with the defaults applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredStackSet {
    /// The table's key, with its place.
    pub name: Spanned<String>,
    /// The StackSet's name in AWS.
    pub aws_name: StackSetName,
    /// Whether to take over an existing StackSet that no project keeps.
    pub adopt: bool,
    /// A description of 1 to 1,024 characters.
    pub description: Option<String>,
    /// The template.
    pub template: DesiredTemplate,
    /// Where to deploy, in units and accounts.
    pub targets: Vec<Spanned<Target>>,
    /// Where to deploy, in Regions; their order is the order of the rollout.
    pub regions: Vec<Spanned<Region>>,
    /// Values for the template's parameters.
    pub parameters: BTreeMap<String, Parameter>,
    /// Tags, without the project's mark.
    pub tags: BTreeMap<String, String>,
    /// Acknowledged capabilities, with the place of the list when there is one.
    pub capabilities: BTreeSet<Capability>,
    /// The permission model.
    pub permission: Permission,
    /// `ManagedExecution`
    pub managed_execution: bool,
    /// Names of StackSets whose instances must be healthy first.
    pub depends_on: Vec<Spanned<String>>,
    /// How operations spread, for each action.
    pub preferences: Preferences,
    /// What happens to instances that leave the targets; there is no default.
    pub on_leave: Option<OnLeave>,
    /// Codes of warnings that are accepted here.
    pub allow: BTreeSet<String>,
}

/// A template that was read from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredTemplate {
    /// The path as written in the manifest.
    pub path: Spanned<String>,
    /// The text, byte for byte.
    pub body: String,
}

/// A selector of accounts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// `Root/A/B`: that unit and everything below it; the names without `Root`.
    Path(Vec<String>),
    /// `ou-…` or `r-…`
    Unit(UnitId),
    /// `account:NAME`
    AccountName(String),
    /// Twelve digits.
    Account(AccountId),
}

/// A parameter's value with the places of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Where the key is.
    pub key: Span,
    /// Where the value comes from.
    pub source: Spanned<Source>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written in the manifest; a list is joined by commas.
    Literal(String),
    /// `{ env = "NAME" }`; a sensitive one never enters a plan.
    Environment {
        /// The variable.
        name: String,
        /// Whether its value is a secret.
        sensitive: bool,
    },
    /// `{ keep = true }`: whatever the StackSet has.
    Keep,
}

impl Source {
    /// How a plan names the source.
    pub fn reference(&self) -> String {
        match self {
            Self::Literal(_) => "manifest".to_owned(),
            Self::Environment { name, .. } => format!("env:{name}"),
            Self::Keep => "keep".to_owned(),
        }
    }
}

/// Preferences of the operations that we run, for each action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// For creating instances.
    pub create: OperationPreferences,
    /// For updating the StackSet or instances.
    pub update: OperationPreferences,
    /// For deleting instances.
    pub delete: OperationPreferences,
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

/// What must be read before planning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The account that the credentials must be for.
    pub admin_account: AccountId,
    /// The organization that it must be in.
    pub organization: Option<OrganizationId>,
    /// In which role the administrator acts.
    pub call_as: CallAs,
    /// StackSets to read with everything that belongs to them, where they exist.
    pub stack_sets: BTreeSet<StackSetName>,
}

impl Desired {
    /// What must be read of AWS to plan this.
    pub fn request(&self) -> Request {
        let wanted = self.stack_sets.values().map(|set| &set.aws_name);
        let removed = self.removed.values().map(|set| &set.aws_name);
        Request {
            admin_account: self.aws.admin_account.value.clone(),
            organization: self.aws.organization.as_ref().map(|id| id.value.clone()),
            call_as: self.aws.call_as,
            stack_sets: wanted.chain(removed).cloned().collect(),
        }
    }

    /// The environment variables that parameters come from, and whether each is a secret somewhere.
    pub fn environment(&self) -> BTreeMap<String, bool> {
        let mut names = BTreeMap::new();
        for set in self.stack_sets.values() {
            for parameter in set.parameters.values() {
                if let Source::Environment { name, sensitive } = &parameter.source.value {
                    *names.entry(name.clone()).or_insert(false) |= sensitive;
                }
            }
        }
        names
    }
}

impl Default for Permission {
    /// The model that fits an organization: AWS makes the roles, nothing is deployed by itself.
    fn default() -> Self {
        Self::ServiceManaged {
            auto_deployment: AutoDeployment::default(),
        }
    }
}
