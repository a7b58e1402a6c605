//! `[stackset.NAME]` with the defaults applied.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Deploy, OnLeave, Override, Parameter, Rollout, Skip};
use crate::definition::{Capability, Permission};
use crate::diagnostic::{Span, Spanned};
use crate::digest::Digest;
use crate::ids::StackSetName;
use crate::preferences::OperationPreferences;

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
    /// The wanted cells: `targets` × `regions` as one part, or the `deploy` parts; never empty.
    pub deploy: Vec<Deploy>,
    /// Cells left out of them on purpose.
    pub skip: Vec<Skip>,
    /// Values of some instances alone; the most specific one wins, never the order.
    pub overrides: Vec<Override>,
    /// Values for the template's parameters.
    pub parameters: BTreeMap<String, Parameter>,
    /// Tags, without the project's mark.
    pub tags: BTreeMap<String, String>,
    /// Acknowledged capabilities.
    pub capabilities: Capabilities,
    /// The permission model.
    pub permission: Permission,
    /// `ManagedExecution`
    pub managed_execution: bool,
    /// Names of StackSets whose instances must be healthy first.
    pub depends_on: Vec<Spanned<String>>,
    /// How a change reaches the instances; none for all at once.
    pub rollout: Option<Rollout>,
    /// How operations spread, for each action.
    pub preferences: Preferences,
    /// What happens to instances that leave the targets; there is no default.
    pub on_leave: Option<OnLeave>,
    /// Codes of warnings that are accepted here.
    pub allow: BTreeSet<String>,
}

/// `capabilities`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capabilities {
    /// These and no others.
    Listed(BTreeSet<Capability>),
    /// `"auto"`: whatever the template needs; the plan says what that is.
    Auto(Span),
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::Listed(BTreeSet::new())
    }
}

/// A template and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DesiredTemplate {
    /// A file.
    File {
        /// The path as written in the manifest; spans into the template carry it.
        path: Spanned<String>,
        /// The text, byte for byte.
        body: String,
    },
    /// `{ s3 = "https://…", sha256 = "…" }`: an object of S3, pinned by its hash.
    S3 {
        /// Its URL as written.
        url: Spanned<String>,
        /// What its bytes must hash to.
        sha256: Digest,
    },
}

impl DesiredTemplate {
    /// The path or URL with its place.
    pub fn location(&self) -> &Spanned<String> {
        match self {
            Self::File { path, .. } => path,
            Self::S3 { url, .. } => url,
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
    /// For detecting drift.
    pub drift: OperationPreferences,
}
