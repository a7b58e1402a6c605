//! Preconditions as plan files have them: a list, one for each StackSet.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Precondition;
use crate::digest::Digest;
use crate::ids::{OperationId, StackSetId, StackSetName};

/// One of the list.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Precondition")]
pub(super) struct Written {
    /// The name in the manifest.
    stack_set: String,
    /// The name in AWS.
    aws_name: StackSetName,
    /// The id; none when it must not exist.
    id: Option<StackSetId>,
    /// The definition's fingerprint; none when it must not exist.
    fingerprint: Option<Digest>,
    /// The newest operation on it; a later one that is not in this plan makes the plan stale.
    newest_operation: Option<OperationId>,
    /// Fingerprints of the definition's parts, by [`crate::definition::Definition::parts`]: they tell what was changed since.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<String, Digest>,
}

pub(super) fn serialize<S: Serializer>(
    map: &BTreeMap<String, Precondition>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map.iter().map(|(name, state)| Written {
        stack_set: name.clone(),
        aws_name: state.aws_name.clone(),
        id: state.id.clone(),
        fingerprint: state.definition.clone(),
        newest_operation: state.newest_operation.clone(),
        parts: state.parts.clone(),
    }))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Precondition>, D::Error> {
    let list = Vec::<Written>::deserialize(deserializer)?;
    let state = |written: Written| {
        let state = Precondition {
            aws_name: written.aws_name,
            id: written.id,
            definition: written.fingerprint,
            newest_operation: written.newest_operation,
            parts: written.parts,
        };
        (written.stack_set, state)
    };
    Ok(list.into_iter().map(state).collect())
}
