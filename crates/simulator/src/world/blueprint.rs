//! What a template makes: kept once per template, because a hundred thousand stacks may be made from one.

use std::collections::BTreeMap;

use model::digest::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A template as stacks are made from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blueprint {
    /// The template's text.
    pub text: String,
    /// The digest of what it says, however it is written.
    pub content: Digest,
    /// Whether a parameter of it is not to be echoed.
    pub no_echo: bool,
    /// Resources by logical id.
    pub resources: BTreeMap<String, ResourceModel>,
    /// Conditions by name, functions in their long form.
    pub conditions: BTreeMap<String, Value>,
    /// Mappings.
    pub mappings: Value,
}

/// A resource as a template describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceModel {
    /// Its type.
    pub resource_type: String,
    /// Its properties, functions in their long form.
    pub properties: Value,
    /// The condition that it is made under.
    pub condition: Option<String>,
    /// Whether it stays when its stack goes (`DeletionPolicy: Retain`).
    pub retained: bool,
}
