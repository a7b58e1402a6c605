//! What is known about a template without reading it again: a StackSet may have 100,000 instances, and each asks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The parts of a template that decide what calls and stacks do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateFacts {
    /// The template's description.
    pub description: Option<String>,
    /// Its parameters in their order.
    pub parameters: Vec<ParameterFacts>,
    /// Types of its resources, each once.
    pub resource_types: Vec<String>,
    /// Transforms and macros that it declares.
    pub transforms: Vec<String>,
    /// Capabilities that must be acknowledged, with the reason.
    pub capabilities: BTreeMap<String, String>,
    /// Resources whose names are unique in the account or everywhere.
    pub global_resources: Vec<GlobalResource>,
    /// Conditions, kept when a global resource may need them.
    pub conditions: BTreeMap<String, Value>,
    /// Mappings, kept when a global resource may need them.
    pub mappings: Value,
}

/// A parameter of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterFacts {
    /// Its name.
    pub name: String,
    /// Its type.
    pub parameter_type: String,
    /// The value when none is given.
    pub default: Option<String>,
    /// Whether its value reads back as `****`.
    pub no_echo: bool,
    /// What it is for.
    pub description: Option<String>,
    /// The only values allowed; empty for any.
    pub allowed_values: Vec<String>,
}

/// A resource with a name of the template's choice that only one stack can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalResource {
    /// Its logical id.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// Its name as written, intrinsic functions in their long form.
    pub name: Value,
    /// The condition that it is made under.
    pub condition: Option<String>,
}

impl TemplateFacts {
    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&ParameterFacts> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}
