//! What StackSets wants to know of a template.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use model::digest::Digest;
use serde_json::Value;
use template::{Resource, Template};

use super::refusal::Refusal;
use crate::world::{Blueprint, ParameterFacts, ResourceModel, TemplateFacts, World};

/// Reads a template, or refuses it in the first of its mistakes.
pub(super) fn read(text: &str) -> Result<Template, Refusal> {
    template::read("template", text).map_err(|mistakes| {
        let first = mistakes
            .first()
            .map_or("it cannot be read", |mistake| mistake.message.as_str());
        Refusal::validation(format!("Template format error: {first}"))
    })
}

/// Keeps what stacks are made of, before the first of them is made.
pub(super) fn learn(world: &mut World, text: &str) -> Result<(), Refusal> {
    let digest = Digest::of_bytes(text.as_bytes());
    if let Entry::Vacant(entry) = world.templates.entry(digest) {
        entry.insert(blueprint(text, &read(text)?));
    }
    Ok(())
}

/// The facts of a template.
pub(super) fn facts(template: &Template) -> TemplateFacts {
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

/// What stacks are made of when they are made from a template.
fn blueprint(text: &str, template: &Template) -> Blueprint {
    let resources = template.resources.iter();
    Blueprint {
        text: text.to_owned(),
        content: Digest::of(&template.body),
        no_echo: template.parameters.values().any(|parameter| parameter.no_echo),
        resources: resources
            .map(|(logical_id, resource)| (logical_id.clone(), model_of(resource)))
            .collect(),
        conditions: template.conditions.clone(),
        mappings: template.mappings.clone().into_iter().collect(),
    }
}

fn model_of(resource: &Resource) -> ResourceModel {
    let word = |name| resource.body.get(name).and_then(Value::as_str);
    ResourceModel {
        resource_type: resource.resource_type.value.clone(),
        properties: resource.body.get("Properties").cloned().unwrap_or(Value::Null),
        condition: word("Condition").map(str::to_owned),
        retained: matches!(word("DeletionPolicy"), Some("Retain" | "RetainExceptOnCreate")),
    }
}
