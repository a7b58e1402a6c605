//! What is in a stack: the resources of its template with the properties that they should have, and those that they have.

use std::collections::BTreeMap;

use model::instance::InstanceKey;
use serde_json::Value;

use super::evaluate::Scope;
use crate::world::{Change, Stack, World};

/// A resource as its stack's template and values say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expected {
    /// Its type.
    pub(crate) resource_type: String,
    /// Its physical id.
    pub(crate) physical_id: String,
    /// Its properties, functions worked out.
    pub(crate) properties: Value,
}

/// The resources of a stack by logical id, as its template and values say; those whose condition does not hold are not made.
pub(crate) fn expected(world: &World, key: &InstanceKey, stack: &Stack) -> BTreeMap<String, Expected> {
    let Some(blueprint) = world.templates.get(&stack.template) else {
        return BTreeMap::new();
    };
    let scope = Scope {
        blueprint,
        parameters: &stack.parameters,
        key,
        stack_id: &stack.id,
        partition: &world.partition,
    };
    let made = blueprint
        .resources
        .iter()
        .filter(|(_, resource)| scope.makes(resource));
    made.map(|(logical_id, resource)| {
        let expected = Expected {
            resource_type: resource.resource_type.clone(),
            physical_id: scope.physical_id(logical_id).unwrap_or_default(),
            properties: scope.value(&resource.properties),
        };
        (logical_id.clone(), expected)
    })
    .collect()
}

/// What stays of changes by hand when a stack is updated: CloudFormation touches only the properties that the update changes
/// (reference §7). The error is the reason why a resource cannot be updated.
pub(super) fn carried_over(
    changes: &BTreeMap<String, Change>,
    before: &BTreeMap<String, Expected>,
    after: &BTreeMap<String, Expected>,
) -> Result<BTreeMap<String, Change>, String> {
    let mut kept = BTreeMap::new();
    for (logical_id, change) in changes {
        let (Some(old), Some(new)) = (before.get(logical_id), after.get(logical_id)) else {
            continue;
        };
        match change {
            Change::Gone if old.properties == new.properties => {
                kept.insert(logical_id.clone(), Change::Gone);
            }
            Change::Gone => {
                return Err(format!(
                    "ResourceLogicalId:{logical_id}, ResourceType:{}, ResourceStatusReason:Resource of type '{}' with \
                     identifier '{}' was not found.",
                    new.resource_type, new.resource_type, new.physical_id
                ));
            }
            Change::Properties(paths) => {
                let mut paths = paths.clone();
                paths.retain(|path, _| top(&old.properties, path) == top(&new.properties, path));
                if !paths.is_empty() {
                    kept.insert(logical_id.clone(), Change::Properties(paths));
                }
            }
        }
    }
    Ok(kept)
}

/// The property of a resource that a path leads into: an update sends it as a whole.
fn top<'v>(properties: &'v Value, path: &str) -> Option<&'v Value> {
    properties.get(path.split('/').nth(1)?)
}

/// A value as drift detection tells it: a number and the same number as a text are one.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
