//! What policies allow and deny, before and after.
//!
//! Not complete: conditions of statements are compared and not weighed, what is computed is compared as it is written, and
//! policies that are attached elsewhere are not seen.

use std::collections::{BTreeMap, BTreeSet};

use model::plan::{Action, PermissionChange};
use serde_json::Value;

use super::grants::{Grant, of_document};

/// So many grants of a policy are compared with each other.
const MAX_GRANTS: usize = 2000;

/// Permissions that come or go between two policy documents, under a name for the policy.
pub fn of_policies(name: &str, before: &Value, after: &Value) -> Vec<PermissionChange> {
    policy(name, &of_document(before), &of_document(after))
}

/// Permissions that come or go between the properties of a resource, which are all there is of it.
pub(super) fn compare(
    resource_type: &str,
    one: Option<&Value>,
    two: Option<&Value>,
) -> Vec<PermissionChange> {
    let [old, new] = [one, two].map(|properties| {
        let mut found = BTreeMap::new();
        if let Some(properties) = properties {
            policies("", properties, &mut found);
        }
        found
    });
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        let of = |side: &BTreeMap<String, Vec<Grant>>| side.get(name).cloned().unwrap_or_default();
        changes.extend(policy(name, &of(&old), &of(&new)));
    }
    changes.extend(attached(one, two));
    changes.extend(boundary(one, two));
    // What a role may goes with it; what a policy forbids to others does not.
    if two.is_none() && !resource_type.ends_with("Policy") {
        for change in &mut changes {
            change.broader = false;
        }
    }
    changes
}

/// Every policy document below a value, by where it is.
fn policies(path: &str, value: &Value, found: &mut BTreeMap<String, Vec<Grant>>) {
    let below = |name: &str| match (path.is_empty(), name) {
        (true, _) => name.to_owned(),
        (false, "PolicyDocument") => path.to_owned(),
        (false, _) => format!("{path}.{name}"),
    };
    match value {
        Value::Object(map) if map.contains_key("Statement") => {
            found.insert(path.to_owned(), of_document(value));
        }
        Value::Object(map) => {
            for (key, value) in map {
                policies(&below(key), value, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = item.get("PolicyName").and_then(Value::as_str);
                policies(&below(name.unwrap_or(&index.to_string())), item, found);
            }
        }
        _ => {}
    }
}

fn policy(name: &str, old: &[Grant], new: &[Grant]) -> Vec<PermissionChange> {
    let mut changes = moved(name, Action::Delete, old, new);
    changes.extend(moved(name, Action::Create, new, old));
    changes
}

/// What one side has and the other has not: it comes or it goes.
fn moved(name: &str, action: Action, here: &[Grant], there: &[Grant]) -> Vec<PermissionChange> {
    let known: BTreeSet<_> = there.iter().collect();
    // More is allowed when an allowance comes, or a denial goes, that nothing on the other side makes up for.
    let counts = if action == Action::Create { "Allow" } else { "Deny" };
    let is_broader = |grant: &Grant| {
        let covered = || there.iter().take(MAX_GRANTS).any(|other| other.covers(grant));
        grant.effect == counts && !covered()
    };
    let moved = here.iter().filter(|grant| !known.contains(grant));
    let judged = moved
        .enumerate()
        .map(|(at, grant)| (grant, at >= MAX_GRANTS || is_broader(grant)));
    grouped(judged)
        .into_iter()
        .map(|(key, (resources, principals))| PermissionChange {
            policy: name.to_owned(),
            action,
            effect: key.effect,
            actions: key.actions,
            resources,
            principals,
            conditional: !key.condition.is_empty(),
            broader: key.broader,
        })
        .collect()
}

/// What grants of one line have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    effect: String,
    broader: bool,
    condition: String,
    actions: Vec<String>,
}

/// Grants in as few lines as say the same: first actions of one resource and principal, then resources of the same actions
/// and principal, then principals.
fn grouped<'g>(grants: impl Iterator<Item = (&'g Grant, bool)>) -> BTreeMap<Key, (Vec<String>, Vec<String>)> {
    let mut by_place: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (grant, broader) in grants {
        let key = (
            &grant.effect,
            broader,
            &grant.condition,
            &grant.principal,
            &grant.resource,
        );
        by_place.entry(key).or_default().push(grant.action.clone());
    }
    let mut by_principal: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for ((effect, broader, condition, principal, resource), actions) in by_place {
        let key = Key {
            effect: effect.clone(),
            broader,
            condition: condition.clone(),
            actions,
        };
        let resources = by_principal.entry((key, principal)).or_default();
        resources.extend(Some(resource.clone()).filter(|resource| !resource.is_empty()));
    }
    let mut lines: BTreeMap<Key, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for ((key, principal), resources) in by_principal {
        let (all, principals) = lines.entry(key).or_default();
        all.extend(resources);
        all.sort();
        all.dedup();
        principals.extend(Some(principal.clone()).filter(|principal| !principal.is_empty()));
    }
    lines
}

/// Managed policies that a role, user or group gets or loses.
fn attached(before: Option<&Value>, after: Option<&Value>) -> Vec<PermissionChange> {
    let of = |side: Option<&Value>| -> BTreeSet<String> {
        let list = side.and_then(|side| side.get("ManagedPolicyArns")?.as_array());
        list.into_iter().flatten().map(super::grants::written).collect()
    };
    let (old, new) = (of(before), of(after));
    let come = new.difference(&old).map(|arn| (arn, Action::Create));
    let gone = old.difference(&new).map(|arn| (arn, Action::Delete));
    come.chain(gone)
        .map(|(arn, action)| {
            whole(
                "ManagedPolicyArns",
                action,
                "Allow",
                arn,
                action == Action::Create,
            )
        })
        .collect()
}

/// A permissions boundary that goes, or becomes another one.
fn boundary(before: Option<&Value>, after: Option<&Value>) -> Option<PermissionChange> {
    let of = |side: Option<&Value>| {
        side.and_then(|side| side.get("PermissionsBoundary").map(super::grants::written))
    };
    let old = of(before)?;
    // A resource that goes takes its permissions with it.
    let gone = after.is_some() && of(after) != Some(old.clone());
    gone.then(|| whole("PermissionsBoundary", Action::Delete, "Deny", &old, true))
}

/// A policy as a whole.
fn whole(name: &str, action: Action, effect: &str, arn: &str, broader: bool) -> PermissionChange {
    PermissionChange {
        policy: name.to_owned(),
        action,
        effect: effect.to_owned(),
        actions: Vec::new(),
        resources: vec![arn.to_owned()],
        principals: Vec::new(),
        conditional: false,
        broader,
    }
}
