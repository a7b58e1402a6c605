//! What differs in the definition of a StackSet, old and new.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, Reason};
use crate::definition::Capability;
use crate::digest::Digest;
use crate::ids::{Region, UnitId};
use crate::instance::Rectangle;

/// Differences of a definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// The template, when it differs or is new.
    pub template: Option<TemplateChange>,
    /// Parameters that differ.
    pub parameters: Vec<ParameterChange>,
    /// Values of some instances alone that come, differ or go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<OverrideChange>,
    /// What the calls acknowledge by themselves, with `capabilities = "auto"`; empty when nothing is called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Capability>,
    /// Everything else that differs.
    pub settings: Vec<SettingChange>,
    /// Registered unit × Region targets that come.
    pub targets_added: Vec<RegisteredTarget>,
    /// Registered unit × Region targets that go.
    pub targets_removed: Vec<RegisteredTarget>,
}

/// A unit × Region pair that automatic deployment follows (reference §2.6).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RegisteredTarget {
    /// The unit.
    pub unit_id: UnitId,
    /// Its path.
    pub unit: String,
    /// The Region.
    pub region: Region,
}

/// A template that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Other parts that differ: outputs, parameters, conditions, mappings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<SectionChange>,
}

/// A resource of a template that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceChange {
    /// The logical id.
    pub logical_id: String,
    /// For example `AWS::IAM::Role`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Create, update or delete.
    pub action: Action,
    /// Whether an update makes a new resource in the place of the old one; the worst of its properties.
    #[serde(default)]
    pub replacement: Replacement,
    /// Properties that differ.
    pub properties: Vec<PropertyChange>,
    /// Permissions that come or go in its policies, as far as the template spells them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<PermissionChange>,
    /// Sentences about what is easily overlooked, without full stops.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Whether a new resource takes the place of the old one, in the words of the service's resource types. In the order of
/// their danger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Replacement {
    /// It is updated in place.
    #[default]
    Never,
    /// Nothing is known about the type.
    Unknown,
    /// It depends: on the values, or on what the service finds.
    Conditional,
    /// A new resource is made and the old one is deleted.
    Always,
}

/// A property that differs, as JSON on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PropertyChange {
    /// Dotted, below `Properties`; items of a list by their name or position: `Policies.read.PolicyDocument`. Other parts of
    /// a resource by their own name: `DeletionPolicy`.
    pub path: String,
    /// The old value.
    pub before: Option<serde_json::Value>,
    /// The new value.
    pub after: Option<serde_json::Value>,
    /// Whether this change makes a new resource.
    #[serde(default)]
    pub replacement: Replacement,
    /// What differs when the property itself is written as before: `parameter Days`, `mapping Sizes`, `condition InProd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
}

/// What a policy allows or denies from now on, or no longer. What a condition or a policy elsewhere makes of it is not
/// weighed, so no permission here does not mean that nothing got broader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PermissionChange {
    /// The policy below the resource: `Policies.read`, `AssumeRolePolicyDocument`.
    pub policy: String,
    /// Whether it comes (`create`) or goes (`delete`).
    pub action: Action,
    /// `Allow` or `Deny`.
    pub effect: String,
    /// The actions: `s3:ListBucket`; `not s3:*` for all others.
    pub actions: Vec<String>,
    /// The resources: `*`; functions as JSON. Empty where a policy has none.
    pub resources: Vec<String>,
    /// Who may: `AWS: 111122223333`. Empty where a policy has none.
    pub principals: Vec<String>,
    /// Whether only under a condition.
    pub conditional: bool,
    /// Whether somebody may more than before.
    pub broader: bool,
}

/// A part of a template beside its resources that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SectionChange {
    /// `Outputs`, `Parameters`, `Conditions`, `Mappings`, `Transform` and so on.
    pub section: String,
    /// The entry, dotted when it is inside of one: `TopicArn.Export.Name`. Empty for a section without entries.
    pub name: String,
    /// Create, update or delete.
    pub action: Action,
    /// The old value.
    pub before: Option<serde_json::Value>,
    /// The new value.
    pub after: Option<serde_json::Value>,
}

impl ResourceChange {
    /// A resource that comes, differs or goes, of which nothing more is known yet.
    pub fn new(logical_id: &str, resource_type: &str, action: Action) -> Self {
        Self {
            logical_id: logical_id.to_owned(),
            resource_type: resource_type.to_owned(),
            action,
            replacement: Replacement::Never,
            properties: Vec::new(),
            permissions: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether somebody may more than before through its policies.
    pub fn is_broader(&self) -> bool {
        self.permissions.iter().any(|change| change.broader)
    }
}

/// A parameter that differs. Secret and masked values read `(sensitive)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// Values of some instances alone that come, differ or go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OverrideChange {
    /// Names of the manifest's overrides that give the values, joined by commas; empty when values go.
    pub name: String,
    /// Create, update or delete.
    pub action: Action,
    /// The accounts and Regions.
    pub rectangles: Vec<Rectangle>,
    /// What differs, parameter by parameter; `before` is what these instances have now.
    pub parameters: Vec<ParameterChange>,
}

/// A setting that differs, in the manifest's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
