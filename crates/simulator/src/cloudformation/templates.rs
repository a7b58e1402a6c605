//! ValidateTemplate and GetTemplateSummary.

use serde_json::Value;
use template::Template;

use super::refusal::Refusal;
use super::xml::Xml;
use super::{Request, stacks, template_facts};
use crate::world::{ParameterFacts, TemplateFacts, name_property};

/// ValidateTemplate
pub(super) fn validate(request: &mut Request<'_>) -> Result<String, Refusal> {
    let facts = sent(request)?;
    Ok(request.result(|xml| {
        xml.list("Parameters", &facts.parameters, parameter);
        common(xml, &facts);
    }))
}

/// GetTemplateSummary
pub(super) fn summary(request: &mut Request<'_>) -> Result<String, Refusal> {
    let text = named(request)?;
    let template = template_facts::read(&text)?;
    let facts = template_facts::facts(&template);
    let unrecognized = unrecognized(&facts);
    let warns = request.flag("TemplateSummaryConfig.TreatUnrecognizedResourceTypesAsWarnings");
    if !unrecognized.is_empty() && warns != Some(true) {
        return Err(Refusal::validation(format!(
            "Template format error: Unrecognized resource types: [{}]",
            unrecognized.join(", ")
        )));
    }
    let part = |name| template.body.get(name);
    Ok(request.result(|xml| {
        xml.list("Parameters", &facts.parameters, |xml, found| {
            parameter(xml, found);
            xml.text("ParameterType", &found.parameter_type);
            xml.nest("ParameterConstraints", |xml| {
                if !found.allowed_values.is_empty() {
                    xml.texts("AllowedValues", &found.allowed_values);
                }
            });
        });
        common(xml, &facts);
        xml.texts("ResourceTypes", &facts.resource_types);
        xml.optional(
            "Version",
            part("AWSTemplateFormatVersion").and_then(Value::as_str),
        );
        xml.optional("Metadata", part("Metadata").map(Value::to_string).as_deref());
        identifiers(xml, &template, &facts);
        if !unrecognized.is_empty() {
            xml.nest("Warnings", |xml| {
                xml.texts("UnrecognizedResourceTypes", &unrecognized);
            });
        }
    }))
}

/// Types of other publishers: no account of the world has activated any.
fn unrecognized(facts: &TemplateFacts) -> Vec<&str> {
    let publishers = ["AWS::", "Alexa::", "Custom::"];
    let types = facts.resource_types.iter().map(String::as_str);
    types
        .filter(|found| !publishers.iter().any(|publisher| found.starts_with(publisher)))
        .collect()
}

/// The text of the one template that the call names.
fn named(request: &Request<'_>) -> Result<String, Refusal> {
    let sources = ["TemplateBody", "TemplateURL", "StackName", "StackSetName"];
    if sources.iter().filter(|source| request.form.has(source)).count() != 1 {
        return Err(Refusal::validation(
            "Exactly one of TemplateBody, TemplateURL, StackName and StackSetName must be specified",
        ));
    }
    if request.form.has("StackSetName") {
        return Ok(request.stack_set()?.definition.template.clone());
    }
    if request.form.has("StackName") {
        return stacks::template(request);
    }
    sent_text(request)
}

/// The properties that name resources, for the types that have one.
fn identifiers(xml: &mut Xml, template: &Template, facts: &TemplateFacts) {
    let types = facts.resource_types.iter();
    let named = types.filter_map(|found| Some((found, name_property(found)?)));
    xml.list(
        "ResourceIdentifierSummaries",
        named,
        |xml, (resource_type, property)| {
            xml.text("ResourceType", resource_type);
            let resources = template.resources.iter();
            let of_type = resources.filter(|(_, resource)| resource.resource_type.value == *resource_type);
            xml.texts("LogicalResourceIds", of_type.map(|(logical_id, _)| logical_id));
            xml.texts("ResourceIdentifiers", [property]);
        },
    );
}

fn sent(request: &Request<'_>) -> Result<TemplateFacts, Refusal> {
    Ok(template_facts::facts(&template_facts::read(&sent_text(
        request,
    )?)?))
}

fn sent_text(request: &Request<'_>) -> Result<String, Refusal> {
    let text = request.template_text()?;
    text.ok_or_else(|| Refusal::validation("Either TemplateURL or TemplateBody must be specified"))
}

fn parameter(xml: &mut Xml, parameter: &ParameterFacts) {
    xml.text("ParameterKey", &parameter.name);
    xml.optional("DefaultValue", parameter.default.as_deref());
    xml.flag("NoEcho", parameter.no_echo);
    xml.optional("Description", parameter.description.as_deref());
}

fn common(xml: &mut Xml, facts: &TemplateFacts) {
    xml.optional("Description", facts.description.as_deref());
    xml.texts("Capabilities", facts.capabilities.keys());
    let reasons: Vec<&str> = facts.capabilities.values().map(String::as_str).collect();
    if !reasons.is_empty() {
        xml.text(
            "CapabilitiesReason",
            &format!("The following require capabilities: {}", reasons.join(", ")),
        );
    }
    xml.texts("DeclaredTransforms", &facts.transforms);
}
