//! Parameter values, to AWS.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::Parameter;
use model::call::CallError;
use model::definition::ParameterValue;

use crate::error::invalid;

/// Values by name. An error names the parameter and never its value.
pub(crate) fn parameters(
    api: &'static str,
    values: &BTreeMap<String, ParameterValue>,
) -> Result<Vec<Parameter>, CallError> {
    let parameter = |(name, value): (&String, &ParameterValue)| {
        let parameter = Parameter::builder().parameter_key(name);
        match value {
            ParameterValue::Plain(text) => Ok(parameter.parameter_value(text).build()),
            ParameterValue::Previous => Ok(parameter.use_previous_value(true).build()),
            ParameterValue::Secret(reference) => {
                let message = format!("the secret `{reference}` of parameter `{name}` was not filled in");
                Err(invalid(api, message))
            }
            ParameterValue::Masked => {
                let message = format!("parameter `{name}` would be set to the mask that it reads back as");
                Err(invalid(api, message))
            }
        }
    };
    values.iter().map(parameter).collect()
}
