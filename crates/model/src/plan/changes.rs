//! What differs in the definition of a StackSet, old and new.

use serde::{Deserialize, Serialize};

use super::{Action, Reason};
use crate::digest::Digest;
use crate::ids::{Region, UnitId};
use crate::instance::Rectangle;

/// Differences of a definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The template, when it differs or is new.
    pub template: Option<TemplateChange>,
    /// Parameters that differ.
    pub parameters: Vec<ParameterChange>,
    /// Values of some instances alone that come, differ or go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<OverrideChange>,
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

/// Values of some instances alone that come, differ or go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
