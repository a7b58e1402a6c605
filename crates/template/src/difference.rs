//! What differs between two templates, resource by resource.

use model::plan::{Action, PropertyChange, ResourceChange};
use serde_json::Value;

use crate::{Resource, Template};

/// Resources that come, differ or go, by logical id. Properties are named by dotted paths below `Properties`; other parts of
/// a resource, such as `DeletionPolicy`, by their own name. Lists of equal length are compared item by item, others whole.
/// A resource that comes or goes has no properties listed.
pub fn diff(before: Option<&Template>, after: &Template) -> Vec<ResourceChange> {
    let old = |id: &String| before.and_then(|template| template.resources.get(id));
    let gone = before
        .into_iter()
        .flat_map(|template| &template.resources)
        .filter(|(id, _)| !after.resources.contains_key(*id));
    let mut changes: Vec<_> = gone
        .map(|(id, resource)| change(id, resource, Action::Delete, Vec::new()))
        .collect();
    for (id, resource) in &after.resources {
        match old(id) {
            None => changes.push(change(id, resource, Action::Create, Vec::new())),
            Some(old) if old.body != resource.body => {
                changes.push(change(
                    id,
                    resource,
                    Action::Update,
                    properties(&old.body, &resource.body),
                ));
            }
            Some(_) => {}
        }
    }
    changes.sort_by(|one, two| one.logical_id.cmp(&two.logical_id));
    changes
}

fn change(id: &str, resource: &Resource, action: Action, properties: Vec<PropertyChange>) -> ResourceChange {
    ResourceChange {
        properties,
        ..ResourceChange::new(id, &resource.resource_type.value, action)
    }
}

fn properties(before: &Value, after: &Value) -> Vec<PropertyChange> {
    let mut changes = Vec::new();
    for name in keys(before, after) {
        let path = if name == "Properties" {
            String::new()
        } else {
            name.clone()
        };
        compare(path, before.get(&name), after.get(&name), &mut changes);
    }
    changes
}

/// The keys of both, each once, in order.
fn keys(before: &Value, after: &Value) -> Vec<String> {
    let of = |value: &Value| {
        value
            .as_object()
            .map(|map| map.keys().cloned().collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let mut keys = of(before);
    keys.extend(of(after));
    keys.sort();
    keys.dedup();
    keys
}

fn compare(path: String, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<PropertyChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(one @ Value::Object(_)), Some(two @ Value::Object(_)))
            if !is_function(one) && !is_function(two) =>
        {
            for key in keys(one, two) {
                compare(below(&path, &key), one.get(&key), two.get(&key), changes);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(two))) if one.len() == two.len() => {
            for (index, (one, two)) in one.iter().zip(two).enumerate() {
                compare(below(&path, &index.to_string()), Some(one), Some(two), changes);
            }
        }
        // `Properties` as a whole has no path of its own.
        (Some(one @ Value::Object(_)), None) if path.is_empty() => {
            for key in keys(one, &Value::Null) {
                compare(key.clone(), one.get(&key), None, changes);
            }
        }
        (None, Some(two @ Value::Object(_))) if path.is_empty() => {
            for key in keys(two, &Value::Null) {
                compare(key.clone(), None, two.get(&key), changes);
            }
        }
        _ => changes.push(PropertyChange {
            path,
            before: before.cloned(),
            after: after.cloned(),
            ..PropertyChange::default()
        }),
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A function is one value: half of a `Fn::If` says nothing.
fn is_function(value: &Value) -> bool {
    let only = value
        .as_object()
        .filter(|map| map.len() == 1)
        .and_then(|map| map.keys().next());
    only.is_some_and(|key| key == "Ref" || key == "Condition" || key.starts_with("Fn::"))
}
