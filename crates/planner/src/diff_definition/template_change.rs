//! A template's difference: none for formatting, resources and lines for the rest.

use std::collections::BTreeMap;

use model::definition::{Definition, ParameterValue};
use model::digest::Digest;
use model::plan::TemplateChange;
use template::{Side, Template};

/// What differs between a template and the observed text. An observed text that cannot be read differs as a whole.
pub(super) fn change(
    wanted: &Template,
    definition: &Definition,
    observed: &Definition,
) -> Option<TemplateChange> {
    let (body, old) = (&definition.template, &observed.template);
    if old == body {
        return None;
    }
    let before = template::read("(in AWS)", old).ok();
    if before.as_ref().is_some_and(|before| before.same_as(wanted)) {
        return None;
    }
    let values = [known(observed, observed), known(definition, observed)];
    let [old_values, new_values] = &values;
    let side = |template, values| Side { template, values };
    let difference = template::difference(
        before.as_ref().map(|before| side(before, old_values)),
        side(wanted, new_values),
    );
    let text = template::text_diff(old, body);
    Some(TemplateChange {
        path: wanted.file.clone(),
        before: Some(Digest::of_bytes(old.as_bytes())),
        after: Digest::of_bytes(body.as_bytes()),
        lines_added: text.added,
        lines_removed: text.removed,
        unified_diff: text.unified(&wanted.file),
        resources: difference.resources,
        sections: difference.sections,
    })
}

/// Values that are no secrets; what is kept is worth what was observed.
fn known(definition: &Definition, observed: &Definition) -> BTreeMap<String, String> {
    let value = |name: &String, value: &ParameterValue| match (value, observed.parameters.get(name)) {
        (ParameterValue::Plain(text), _) | (ParameterValue::Previous, Some(ParameterValue::Plain(text))) => {
            Some((name.clone(), text.clone()))
        }
        _ => None,
    };
    let parameters = definition.parameters.iter();
    parameters
        .filter_map(|(name, found)| value(name, found))
        .collect()
}

/// A template that is new as a whole.
pub(super) fn of_new(wanted: &Template, body: &str) -> TemplateChange {
    TemplateChange {
        path: wanted.file.clone(),
        before: None,
        after: Digest::of_bytes(body.as_bytes()),
        lines_added: body.lines().count() as u64,
        lines_removed: 0,
        unified_diff: String::new(),
        resources: template::diff(None, wanted),
        sections: Vec::new(),
    }
}
