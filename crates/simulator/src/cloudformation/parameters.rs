//! Values of a StackSet and overrides of its instances (reference §2.4, §2.5, §6.4).

use std::collections::BTreeMap;

use template::Template;

use super::Request;
use super::refusal::Refusal;
use super::template_facts;

/// Bytes of a value at most (reference §6.1).
const LONGEST_VALUE: usize = 4_096;

/// A list of parameters as sent; `None` stands for `UsePreviousValue`.
pub(super) type Given = BTreeMap<String, Option<String>>;

impl Request<'_> {
    /// A list of parameters; none when absent.
    pub(super) fn parameters(&self, name: &str) -> Result<Option<Given>, Refusal> {
        let Some(members) = self.form.structures(name) else {
            return Ok(None);
        };
        let mut given = Given::new();
        for prefix in members {
            let key = self.required(&format!("{prefix}ParameterKey"))?.to_owned();
            let value = self.form.get(&format!("{prefix}ParameterValue"));
            let previous = self
                .flag(&format!("{prefix}UsePreviousValue"))
                .unwrap_or_default();
            if previous && value.is_some() {
                return Err(Refusal::validation(format!(
                    "Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty value for a \
                     parameter"
                )));
            }
            if !previous && value.is_none() {
                return Err(Refusal::validation(format!(
                    "Invalid input for parameter key {key}. Need to specify either usePreviousValue or value"
                )));
            }
            if given.insert(key.clone(), value.map(str::to_owned)).is_some() {
                return Err(Refusal::validation(format!(
                    "Parameters: [{key}] are specified more than once"
                )));
            }
        }
        Ok(Some(given))
    }

    /// `ParameterOverrides`, checked against the template; none when absent.
    pub(super) fn overrides(&self, template_text: &str) -> Result<Option<Given>, Refusal> {
        let Some(given) = self.parameters("ParameterOverrides")? else {
            return Ok(None);
        };
        if !given.is_empty() {
            let template = template_facts::read(template_text)?;
            known(&template, &given)?;
            for (name, value) in &given {
                check(&template, name, value.as_deref())?;
            }
        }
        Ok(Some(given))
    }
}

/// A value for every parameter of a template: what is given, what was before, or the default.
pub(super) fn complete(
    template: &Template,
    given: &Given,
    before: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Refusal> {
    known(template, given)?;
    let mut values = BTreeMap::new();
    let mut missing = Vec::new();
    for (name, parameter) in &template.parameters {
        let value = match given.get(name) {
            Some(Some(value)) => Some(value),
            Some(None) => before.get(name),
            None => parameter.default.as_ref(),
        };
        match value {
            Some(value) => {
                check(template, name, Some(value))?;
                values.insert(name.clone(), value.clone());
            }
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    Err(Refusal::validation(format!(
        "Parameters: [{}] must have values",
        missing.join(", ")
    )))
}

fn known(template: &Template, given: &Given) -> Result<(), Refusal> {
    let unknown = given
        .keys()
        .filter(|name| !template.parameters.contains_key(*name));
    let unknown: Vec<&str> = unknown.map(String::as_str).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "Parameters: [{}] do not exist in the template",
        unknown.join(", ")
    )))
}

fn check(template: &Template, name: &str, value: Option<&str>) -> Result<(), Refusal> {
    let (Some(parameter), Some(value)) = (template.parameters.get(name), value) else {
        return Ok(());
    };
    if value.len() > LONGEST_VALUE {
        return Err(Refusal::validation(format!(
            "Parameter value for parameter name {name} must be no longer than {LONGEST_VALUE} bytes"
        )));
    }
    // The value itself may be a secret, so it is not repeated.
    parameter.check(value).map_err(|violation| {
        Refusal::validation(format!(
            "Parameter '{name}' does not satisfy its constraints: {violation}"
        ))
    })
}
