//! Secrets enter a call on its way out, and come out of no answer.

use std::collections::BTreeMap;

use model::call::{CallError, Reply, Write};
use model::definition::ParameterValue;
use model::secrets::Secrets;

/// What stands where a value was.
const REDACTED: &str = "(sensitive)";

/// Puts the values in place of their references, or tells which reference has no value.
pub(crate) fn fill_in(write: &mut Write, secrets: &Secrets) -> Result<(), String> {
    let Some(values) = parameters_mut(write) else {
        return Ok(());
    };
    for value in values.values_mut() {
        if let ParameterValue::Secret(reference) = value {
            let plain = secrets.reveal(reference).ok_or_else(|| reference.clone())?;
            *value = ParameterValue::Plain(plain.to_owned());
        }
    }
    Ok(())
}

/// The values that no answer may repeat: all that are known, also those that this plan does not send.
pub(crate) fn values(secrets: &Secrets) -> Vec<&str> {
    secrets.values().filter(|value| !value.is_empty()).collect()
}

/// Takes values out of an answer: AWS and its resources repeat in their messages what they do not like.
pub(crate) fn redact(answer: &mut Result<Reply, CallError>, values: &[&str]) {
    if values.is_empty() {
        return;
    }
    let clean = |text: &mut String| {
        for value in values {
            if text.contains(value) {
                *text = text.replace(value, REDACTED);
            }
        }
    };
    match answer {
        Err(error) => clean(&mut error.message),
        Ok(Reply::Operation(Some(found))) => found.reason.iter_mut().for_each(clean),
        Ok(Reply::Operations(list)) => list
            .iter_mut()
            .filter_map(|it| it.reason.as_mut())
            .for_each(clean),
        Ok(Reply::Results(list)) => list
            .iter_mut()
            .filter_map(|it| it.reason.as_mut())
            .for_each(clean),
        Ok(Reply::Instances(found)) => found
            .values_mut()
            .filter_map(|it| it.reason.as_mut())
            .for_each(clean),
        Ok(_) => {}
    }
}

fn parameters_mut(write: &mut Write) -> Option<&mut BTreeMap<String, ParameterValue>> {
    match write {
        Write::CreateStackSet { definition, .. } => Some(&mut definition.parameters),
        Write::UpdateStackSet(update) => update.content.then_some(&mut update.definition.parameters),
        Write::CreateStackInstances { overrides, .. } | Write::UpdateStackInstances { overrides, .. } => {
            overrides.as_mut()
        }
        Write::DeleteStackInstances { .. } | Write::DeleteStackSet => None,
    }
}

#[cfg(test)]
mod tests {
    use model::call::CallErrorKind;

    use super::*;

    #[test]
    fn a_value_is_in_no_message_of_aws() {
        let mut refusal = Err(CallError {
            api: "CreateStackSet",
            kind: CallErrorKind::Invalid,
            code: None,
            message: "Parameter Token: hunter2 does not match".to_owned(),
        });
        redact(&mut refusal, &["hunter2"]);
        assert_eq!(
            refusal.unwrap_err().message,
            "Parameter Token: (sensitive) does not match"
        );
    }
}
