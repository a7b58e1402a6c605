//! What an update does for certain: for whoever asks whether it undoes a change that somebody made past CloudFormation.
//!
//! CloudFormation compares template with template and writes what differs between them, so a property that was changed by hand is only
//! written when its own value in the template is another one (reference §7). What cannot be known from the texts counts as not written.

use std::collections::BTreeMap;

use model::plan::{Action, Replacement};
use serde_json::Value;

use super::Side;
use super::properties::named;
use super::resolve::{Resolver, function, is_plain, same};
use crate::{Resource, Template};

/// What an update from one template to another does for certain to the resources that both sides or only the old one have.
#[derive(Debug, Clone, Default)]
pub struct Rewrites {
    fates: BTreeMap<String, Fate>,
}

#[derive(Debug, Clone)]
enum Fate {
    Removed,
    Replaced,
    /// `Properties` before and after, with everything put in that is known.
    Updated([Value; 2]),
}

impl Rewrites {
    /// What an update does. Nothing is certain where a macro makes the template.
    pub fn between(before: Side, after: Side) -> Self {
        if !before.template.transforms.is_empty() || !after.template.transforms.is_empty() {
            return Self::default();
        }
        let mut resolvers = [Resolver::new(before), Resolver::new(after)];
        let difference = super::difference(Some(before), after);
        let fates = difference.resources.into_iter().filter_map(|change| {
            let fate = match change.action {
                Action::Delete => Fate::Removed,
                Action::Update => {
                    let sides = [before, after].map(|side| side.template.resources.get(&change.logical_id));
                    let [Some(old), Some(new)] = sides else {
                        return None;
                    };
                    updated(&mut resolvers, [old, new], change.replacement)?
                }
                _ => return None,
            };
            Some((change.logical_id, fate))
        });
        Self {
            fates: fates.collect(),
        }
    }

    /// Whether the resource leaves the template.
    pub fn removes(&self, logical_id: &str) -> bool {
        matches!(self.fates.get(logical_id), Some(Fate::Removed))
    }

    /// Whether a new resource takes its place.
    pub fn replaces(&self, logical_id: &str) -> bool {
        matches!(self.fates.get(logical_id), Some(Fate::Replaced))
    }

    /// What is written at a place of a resource, a JSON pointer below `Properties`; none when it is not certain that anything is.
    pub fn written(&self, logical_id: &str, pointer: &str) -> Option<&Value> {
        let Some(Fate::Updated([before, after])) = self.fates.get(logical_id) else {
            return None;
        };
        let after = at(after, pointer)?;
        let is_other = at(before, pointer).is_some_and(|before| !same(before, after));
        is_other.then_some(after)
    }
}

fn updated(
    resolvers: &mut [Resolver; 2],
    [old, new]: [&Resource; 2],
    replacement: Replacement,
) -> Option<Fate> {
    let [before, after] = resolvers;
    let condition = new.body.get("Condition");
    let stays = condition.is_none_or(|name| name.as_str().and_then(|name| after.holds(name)) == Some(true));
    if !stays || old.resource_type.value != new.resource_type.value {
        return None;
    }
    if replacement == Replacement::Always {
        return Some(Fate::Replaced);
    }
    let properties = [
        before.resolve(old.body.get("Properties")?),
        after.resolve(new.body.get("Properties")?),
    ];
    Some(Fate::Updated(properties))
}

/// The value at a place; none where a function stands on the way or inside.
fn at<'v>(mut value: &'v Value, pointer: &str) -> Option<&'v Value> {
    for part in segments(pointer) {
        if function(value).is_some() {
            return None;
        }
        value = below(value, &part)?;
    }
    is_plain(value).then_some(value)
}

fn below<'v>(value: &'v Value, part: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    }
}

fn segments(pointer: &str) -> impl Iterator<Item = String> {
    let parts = pointer.split('/').filter(|part| !part.is_empty());
    parts.map(|part| part.replace("~1", "/").replace("~0", "~"))
}

impl Template {
    /// A place of a resource, a JSON pointer below `Properties`, as people read it: items of a list by their name where they have one,
    /// `Policies.read.PolicyDocument` for `/Policies/0/PolicyDocument`.
    pub fn place(&self, logical_id: &str, pointer: &str) -> String {
        let resource = self.resources.get(logical_id);
        let mut value = resource.and_then(|resource| resource.body.get("Properties"));
        let mut shown = Vec::new();
        for part in segments(pointer) {
            let name = value.and_then(Value::as_array).and_then(|items| {
                let item = items.get(part.parse::<usize>().ok()?)?;
                named(items, item)
            });
            shown.push(name.map_or_else(|| part.clone(), str::to_owned));
            value = value.and_then(|value| below(value, &part));
        }
        shown.join(".")
    }
}
