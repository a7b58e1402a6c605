//! What a StackSet says, apart from where it is deployed: the noun that both sides share.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::ids::{AccountId, StackSetName};

/// Administration role that AWS takes, and reads back, when a self-managed StackSet names none (reference §9).
pub const DEFAULT_ADMINISTRATION_ROLE: &str = "AWSCloudFormationStackSetAdministrationRole";
/// Execution role that AWS takes, and reads back, when a self-managed StackSet names none (reference §9).
pub const DEFAULT_EXECUTION_ROLE: &str = "AWSCloudFormationStackSetExecutionRole";

/// StackSets that one StackSet's automatic deployment may depend on (reference §2.6).
pub const MOST_DEPENDENCIES: usize = 10;

/// A StackSet's definition: the planner compares a wanted one with an observed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Definition {
    /// 1 to 1,024 characters; it cannot be blanked through the API.
    pub description: Option<String>,
    /// The template's text, byte for byte.
    pub template: String,
    /// One value for each parameter of the template, defaults filled in.
    pub parameters: BTreeMap<String, ParameterValue>,
    /// Tags that spread to stacks and resources, the mark [`crate::PROJECT_TAG`] among them.
    pub tags: BTreeMap<String, String>,
    /// What was acknowledged with the last call, and what AWS deploys with by itself until the next one (reference §2.4).
    pub capabilities: BTreeSet<Capability>,
    /// Who has the rights to deploy, and what comes with that.
    pub permission: Permission,
    /// Whether AWS runs or queues operations that do not conflict.
    pub managed_execution: bool,
}

impl Definition {
    /// A digest of everything that lasts: equal before a write means that nobody changed the StackSet since the plan.
    ///
    /// Values that read back masked count as masked on both sides, and capabilities do not count: a call cannot take the last of them
    /// back, and AWS does not say what it reads back then.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.lasting())
    }

    /// What [`Self::fingerprint`] covers, part by part, by the word for each.
    pub fn parts(&self) -> BTreeMap<String, Digest> {
        let lasting = self.lasting();
        let permission = match lasting.permission {
            Permission::ServiceManaged { .. } => "automatic deployment",
            Permission::SelfManaged { .. } => "roles",
        };
        let parts = [
            ("template", Digest::of(&lasting.template)),
            ("parameters", Digest::of(&lasting.parameters)),
            ("tags", Digest::of(&lasting.tags)),
            ("description", Digest::of(&lasting.description)),
            (permission, Digest::of(&lasting.permission)),
            ("managed execution", Digest::of(&lasting.managed_execution)),
        ];
        let parts = parts.map(|(word, digest)| (word.to_owned(), digest));
        parts.into()
    }

    fn lasting(&self) -> Self {
        let mut lasting = self.clone();
        lasting.capabilities.clear();
        for value in lasting.parameters.values_mut() {
            if !matches!(value, ParameterValue::Plain(_)) {
                *value = ParameterValue::Masked;
            }
        }
        lasting
    }

    /// The capabilities without those that another one covers: `CAPABILITY_NAMED_IAM` covers `CAPABILITY_IAM` (reference §6.2).
    pub fn acknowledged(&self) -> BTreeSet<Capability> {
        let mut capabilities = self.capabilities.clone();
        if capabilities.contains(&Capability::NamedIam) {
            capabilities.remove(&Capability::Iam);
        }
        capabilities
    }
}

/// A parameter's value on either side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterValue {
    /// A text, as CloudFormation sees it.
    Plain(String),
    /// Observed: a NoEcho value, read back as `****`.
    Masked,
    /// Wanted: a secret, by reference (`env:NAME`); the value itself is never in a plan.
    Secret(String),
    /// Wanted: whatever the StackSet has now (`{ keep = true }`).
    Previous,
}

impl ParameterValue {
    /// Whether two values are known to be different: a masked one never is.
    pub fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(one), Self::Plain(two)) => one != two,
            _ => false,
        }
    }
}

/// A capability that a call acknowledges (reference §6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// `CAPABILITY_IAM`
    Iam,
    /// `CAPABILITY_NAMED_IAM`
    NamedIam,
    /// `CAPABILITY_AUTO_EXPAND`
    AutoExpand,
}

impl Capability {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iam => "CAPABILITY_IAM",
            Self::NamedIam => "CAPABILITY_NAMED_IAM",
            Self::AutoExpand => "CAPABILITY_AUTO_EXPAND",
        }
    }

    /// The name in a manifest.
    pub fn key(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::NamedIam => "named-iam",
            Self::AutoExpand => "auto-expand",
        }
    }
}

/// The permission model with what belongs to it (reference §2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "model", rename_all = "kebab-case")]
pub enum Permission {
    /// AWS makes the roles; targets are organizational units.
    ServiceManaged {
        /// What AWS does by itself when accounts join or leave.
        auto_deployment: AutoDeployment,
    },
    /// The roles are yours; targets are accounts.
    SelfManaged {
        /// ARN of the administration role; none for the default one.
        administration_role: Option<String>,
        /// Name of the execution role; none for the default one.
        execution_role: Option<String>,
    },
}

impl Permission {
    /// The same with default roles left out, as AWS fills them in when reading back (reference §1.4).
    #[must_use]
    pub fn without_default_roles(self, partition: &str, admin_account: &AccountId) -> Self {
        match self {
            Self::SelfManaged {
                administration_role,
                execution_role,
            } => {
                let default =
                    format!("arn:{partition}:iam::{admin_account}:role/{DEFAULT_ADMINISTRATION_ROLE}");
                Self::SelfManaged {
                    administration_role: administration_role.filter(|role| *role != default),
                    execution_role: execution_role.filter(|role| role != DEFAULT_EXECUTION_ROLE),
                }
            }
            service_managed @ Self::ServiceManaged { .. } => service_managed,
        }
    }

    /// Whether AWS makes the roles.
    pub fn is_service_managed(&self) -> bool {
        matches!(self, Self::ServiceManaged { .. })
    }
}

/// Automatic deployment of a service-managed StackSet (reference §2.6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AutoDeployment {
    /// Whether accounts that join a registered unit get the stack, and accounts that leave lose it.
    pub enabled: bool,
    /// Whether a leaving account keeps its stacks; only meaningful when enabled.
    pub retain_stacks: bool,
    /// StackSets that AWS deploys to a joining account before this one (`DependsOn`), by their names; at most
    /// [`MOST_DEPENDENCIES`]. AWS takes and gives ARNs, which hold an id that a StackSet does not have before it is made.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub depends_on: BTreeSet<StackSetName>,
}
