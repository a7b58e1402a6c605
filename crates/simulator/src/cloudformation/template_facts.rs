//! What StackSets wants to know of a template.

use std::collections::BTreeMap;

use serde_json::Value;
use template::Template;

use super::refusal::Refusal;
use crate::world::{GlobalResource, ParameterFacts, TemplateFacts};

/// Types whose names only one stack can have, with the property that holds the name.
const NAMED: [(&str, &str); 6] = [
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::S3::Bucket", "BucketName"),
];

/// Reads a template, or refuses it in the first of its mistakes.
pub(super) fn read(text: &str) -> Result<Template, Refusal> {
    template::read("template", text).map_err(|mistakes| {
        let first = mistakes
            .first()
            .map_or("it cannot be read", |mistake| mistake.message.as_str());
        Refusal::validation(format!("Template format error: {first}"))
    })
}

/// The facts of a template.
pub(super) fn facts(template: &Template) -> TemplateFacts {
    let global_resources = global_resources(template);
    // Only names ask for these, and a StackSet keeps its facts for good.
    let (conditions, mappings) = if global_resources.is_empty() {
        (BTreeMap::new(), Value::Null)
    } else {
        (
            template.conditions.clone(),
            template.mappings.clone().into_iter().collect(),
        )
    };
    let mut resource_types: Vec<String> = template
        .resources
        .values()
        .map(|resource| resource.resource_type.value.clone())
        .collect();
    resource_types.sort();
    resource_types.dedup();
    TemplateFacts {
        description: template.description.clone(),
        parameters: parameters(template),
        resource_types,
        transforms: template
            .transforms
            .iter()
            .map(|transform| transform.value.clone())
            .collect(),
        capabilities: capabilities(template),
        global_resources,
        conditions,
        mappings,
    }
}

fn parameters(template: &Template) -> Vec<ParameterFacts> {
    let parameters = template.parameters.iter();
    parameters
        .map(|(name, parameter)| ParameterFacts {
            name: name.clone(),
            parameter_type: parameter.parameter_type.clone(),
            default: parameter.default.clone(),
            no_echo: parameter.no_echo,
            description: parameter.description.clone(),
            allowed_values: parameter.allowed_values.clone(),
        })
        .collect()
}

/// The strongest of the IAM capabilities stands for both (reference §6.2).
fn capabilities(template: &Template) -> BTreeMap<String, String> {
    let mut required: BTreeMap<String, String> = BTreeMap::new();
    for found in template.required_capabilities() {
        required
            .entry(found.capability.as_str().to_owned())
            .or_insert(found.why);
    }
    if required.contains_key("CAPABILITY_NAMED_IAM") {
        required.remove("CAPABILITY_IAM");
    }
    required
}

fn global_resources(template: &Template) -> Vec<GlobalResource> {
    let mut found = Vec::new();
    for (logical_id, resource) in &template.resources {
        let resource_type = resource.resource_type.value.as_str();
        let named = NAMED.iter().find(|(named, _)| *named == resource_type);
        let Some(name) = named.and_then(|(_, property)| resource.property(property)) else {
            continue;
        };
        found.push(GlobalResource {
            logical_id: logical_id.clone(),
            resource_type: resource_type.to_owned(),
            name: name.clone(),
            condition: resource
                .body
                .get("Condition")
                .and_then(Value::as_str)
                .map(str::to_owned),
        });
    }
    found
}
