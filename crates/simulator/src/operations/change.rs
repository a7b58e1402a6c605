//! Somebody changes a resource by hand, past CloudFormation (reference §7).

use model::instance::InstanceKey;
use serde_json::Value;

use super::resources::{expected, text};
use crate::world::{Change, Drift, Stack, World, stack_name};

/// Changes a property of a resource in an account and Region by hand, so that drift detection finds it.
///
/// `stack` is the name of a StackSet that has a stack there, or of the stack itself. `path` leads to the property (`/Tags/0/Value`;
/// the first slash may be left out); `None` as `value` removes it. The empty path without a value deletes the whole resource.
/// The value that the template says undoes the change.
///
/// # Errors
///
/// A sentence that says what is not there.
pub fn change_resource(
    world: &mut World,
    key: &InstanceKey,
    stack: &str,
    logical_id: &str,
    path: &str,
    value: Option<Value>,
) -> Result<(), String> {
    let name = stack_of(world, key, stack).ok_or_else(|| format!("no stack of `{stack}` in {key}"))?;
    let found = world.stacks.get(key).and_then(|stacks| stacks.get(&name));
    let found = found.ok_or_else(|| format!("no stack `{name}` in {key}"))?;
    let resources = expected(world, key, found);
    let resource = resources.get(logical_id).ok_or_else(|| {
        let known: Vec<&str> = resources.keys().map(String::as_str).collect();
        format!(
            "the stack `{name}` in {key} has no resource `{logical_id}`, but {}",
            known.join(", ")
        )
    })?;
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() && value.is_some() {
        return Err("a value needs a property that it is for".to_owned());
    }
    let path = format!("/{path}");
    let back = resource.properties.pointer(&path).map(text) == value.as_ref().map(text);
    let stacks = world.stacks.get_mut(key);
    if let Some(stack) = stacks.and_then(|stacks| stacks.get_mut(&name)) {
        change(stack, logical_id, path, value, back);
    }
    Ok(())
}

fn change(stack: &mut Stack, logical_id: &str, path: String, value: Option<Value>, back: bool) {
    if path == "/" {
        stack.changes.insert(logical_id.to_owned(), Change::Gone);
        return;
    }
    let mut paths = match stack.changes.remove(logical_id) {
        Some(Change::Properties(paths)) => paths,
        Some(Change::Gone) | None => std::collections::BTreeMap::new(),
    };
    if back {
        paths.remove(&path);
    } else {
        paths.insert(path, value);
    }
    if !paths.is_empty() {
        stack
            .changes
            .insert(logical_id.to_owned(), Change::Properties(paths));
    }
}

/// The name of the stack that a StackSet of a name has there, or of the stack that is called so itself.
fn stack_of(world: &World, key: &InstanceKey, name: &str) -> Option<String> {
    let stacks = world.stacks.get(key)?;
    if stacks.contains_key(name) {
        return Some(name.to_owned());
    }
    let sets = world.stack_sets.values().flat_map(|sets| sets.values());
    let mut living = sets.filter(|set| !set.deleted && set.name() == name);
    let id = living.find_map(|set| set.instances.get(key)?.stack_id.clone())?;
    Some(stack_name(&id).to_owned())
}

/// Makes a change in every stack of a StackSet that is there and that it fits.
///
/// # Errors
///
/// A sentence that says why it could be made in none.
pub fn drift_now(world: &mut World, drift: &Drift) -> Result<(), String> {
    let sets = world.stack_sets.values().flat_map(|sets| sets.values());
    let stacks: Vec<(InstanceKey, String)> = sets
        .filter(|set| !set.deleted)
        .flat_map(|set| {
            set.instances
                .iter()
                .map(move |(key, instance)| (set.name(), key, instance))
        })
        .filter(|(name, key, _)| drift.fits(name, key))
        .filter_map(|(_, key, instance)| {
            Some((key.clone(), stack_name(instance.stack_id.as_deref()?).to_owned()))
        })
        .collect();
    let mut outcome = Err("no stack instance fits".to_owned());
    for (key, stack) in stacks {
        let made = change_resource(
            world,
            &key,
            &stack,
            &drift.resource,
            &drift.property,
            drift.value.clone(),
        );
        outcome = if outcome.is_ok() { outcome } else { made };
    }
    outcome
}

/// Makes the changes that waited for a new stack.
pub(super) fn befall(world: &mut World, key: &InstanceKey, stack_set: &str, stack: &str) {
    let meant = world.drifts.iter().filter(|drift| drift.fits(stack_set, key));
    let drifts: Vec<Drift> = meant.cloned().collect();
    for drift in drifts {
        // A drift of a resource that this stack does not have is for another stack.
        let _not_here = change_resource(world, key, stack, &drift.resource, &drift.property, drift.value);
    }
}
