//! ValidateTemplate and GetTemplateSummary.

use super::refusal::Refusal;
use super::xml::Xml;
use super::{Request, template_facts};
use crate::world::{ParameterFacts, TemplateFacts};

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
    let facts = if request.form.has("StackSetName") {
        request.stack_set()?.definition.facts.clone()
    } else {
        sent(request)?
    };
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
        xml.text("Version", "2010-09-09");
    }))
}

fn sent(request: &Request<'_>) -> Result<TemplateFacts, Refusal> {
    let text = request.template_text()?;
    let text =
        text.ok_or_else(|| Refusal::validation("Either TemplateURL or TemplateBody must be specified"))?;
    Ok(template_facts::facts(&template_facts::read(&text)?))
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
