//! Drift detection of one instance: what its stack says against what was changed by hand (reference §7).

use std::collections::BTreeMap;

use model::instance::InstanceKey;

use super::resources::{Expected, expected, text};
use crate::world::{Change, PropertyDifference, ResourceDrift, StackInstance, World};

/// The resources that drifted, by logical id; empty when the instance is in sync.
///
/// The stack is held against its own template and values: an update past the StackSet is no drift.
pub(super) fn check(
    world: &World,
    key: &InstanceKey,
    instance: &StackInstance,
) -> Result<BTreeMap<String, ResourceDrift>, String> {
    let id = instance.stack_id.as_deref().unwrap_or_default();
    let stack = world.stack(key, id);
    let stack = stack.ok_or_else(|| format!("Stack with id {id} does not exist"))?;
    if stack.changes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let resources = expected(world, key, stack);
    let supported = stack.changes.iter().filter_map(|(logical_id, change)| {
        let resource = resources.get(logical_id)?;
        is_supported(&resource.resource_type).then_some((logical_id, change, resource))
    });
    Ok(supported
        .filter_map(|(logical_id, change, resource)| Some((logical_id.clone(), drift(resource, change)?)))
        .collect())
}

/// Whether drift of a type can be detected; resources of others are left out of every answer.
pub(crate) fn is_supported(resource_type: &str) -> bool {
    !resource_type.starts_with("Custom::") && !resource_type.starts_with("AWS::CloudFormation::")
}

/// None when nothing differs after all.
fn drift(resource: &Expected, change: &Change) -> Option<ResourceDrift> {
    let differences: Vec<PropertyDifference> = match change {
        Change::Gone => Vec::new(),
        Change::Properties(paths) => paths
            .iter()
            .map(|(path, actual)| PropertyDifference {
                path: path.clone(),
                expected: resource.properties.pointer(path).map(text),
                actual: actual.as_ref().map(text),
            })
            .filter(|difference| difference.expected != difference.actual)
            .collect(),
    };
    let drifted = *change == Change::Gone || !differences.is_empty();
    drifted.then(|| ResourceDrift {
        resource_type: resource.resource_type.clone(),
        physical_id: resource.physical_id.clone(),
        differences,
    })
}
