//! Which secrets a call needs, and the call with them in it.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::ParameterValue;
use model::secrets::Secrets;

/// References of the secrets that a write sends.
pub(crate) fn references(write: &Write) -> BTreeSet<&str> {
    let values = parameters(write).into_iter().flatten();
    let secret = values.filter_map(|value| match value {
        ParameterValue::Secret(reference) => Some(reference.as_str()),
        _ => None,
    });
    secret.collect()
}

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

/// An `UpdateStackSet` without content sends no parameters (reference §2.4).
fn parameters(write: &Write) -> Option<impl Iterator<Item = &ParameterValue>> {
    let values = match write {
        Write::CreateStackSet { definition, .. } => Some(&definition.parameters),
        Write::UpdateStackSet(update) => update.content.then_some(&update.definition.parameters),
        Write::CreateStackInstances { overrides, .. } | Write::UpdateStackInstances { overrides, .. } => {
            overrides.as_ref()
        }
        Write::DeleteStackInstances { .. } | Write::DeleteStackSet => None,
    };
    values.map(BTreeMap::values)
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
