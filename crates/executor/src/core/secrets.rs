//! Which secrets a call needs.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::ParameterValue;

/// References of the secrets that a write sends.
pub(crate) fn references(write: &Write) -> BTreeSet<&str> {
    let values = parameters(write).into_iter().flatten();
    let secret = values.filter_map(|value| match value {
        ParameterValue::Secret(reference) => Some(reference.as_str()),
        _ => None,
    });
    secret.collect()
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
