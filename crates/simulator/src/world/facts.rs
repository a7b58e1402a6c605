//! What calls need to know of a template, without reading it again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The parts of a template that decide what calls do.
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

impl ParameterFacts {
    /// Whether its value is the name of a parameter of Systems Manager, which stacks get the value of.
    pub fn is_looked_up(&self) -> bool {
        self.parameter_type.starts_with("AWS::SSM::Parameter::Value<")
    }
}

impl TemplateFacts {
    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&ParameterFacts> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}
