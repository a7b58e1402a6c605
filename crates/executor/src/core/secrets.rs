//! Which secrets a call needs.

use std::collections::BTreeSet;

use model::call::Write;
use model::definition::ParameterValue;

/// References of the secrets that a write sends.
pub(crate) fn references(write: &Write) -> BTreeSet<&str> {
    let secret = write.values().into_iter().flatten();
    let secret = secret.filter_map(|(_, value)| match value {
        ParameterValue::Secret(reference) => Some(reference.as_str()),
        _ => None,
    });
    secret.collect()
}
