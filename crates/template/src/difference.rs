//! What differs between two templates, resource by resource.
//!
//! A difference is what the service would see: a mapping or a parameter's default that differs is a difference of the
//! resources that use it, and a condition that holds from now on makes its resources.

use std::collections::{BTreeMap, BTreeSet};

use model::plan::{Action, PropertyChange, Replacement, ResourceChange, SectionChange};
use serde_json::Value;

use crate::replacement::{self, TypeFacts};
use crate::{Resource, Template};

mod causes;
mod grants;
mod permissions;
mod properties;
mod renamed;
mod resolve;
mod rewrites;
mod sections;

use causes::Causes;
pub use permissions::of_policies;
use properties::{Compare, Path};
use resolve::{Resolver, is_plain, same};
pub use rewrites::Rewrites;

/// A template with the values of its parameters, by name. A parameter that is missing has its default. What is secret is left
/// out, and the same on both sides; a `NoEcho` parameter is never looked at.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The template.
    pub template: &'a Template,
    /// What its parameters are set to.
    pub values: &'a BTreeMap<String, String>,
}

/// What differs between two templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Resources that come, differ or go, by logical id.
    pub resources: Vec<ResourceChange>,
    /// Other parts that differ, as they are written.
    pub sections: Vec<SectionChange>,
}

/// Resources that come, differ or go, by logical id, with the defaults of all parameters. See [`difference`].
pub fn diff(before: Option<&Template>, after: &Template) -> Vec<ResourceChange> {
    let none = BTreeMap::new();
    let side = |template| Side {
        template,
        values: &none,
    };
    difference(before.map(side), side(after)).resources
}

/// Everything that differs. Without an old side every resource is new.
///
/// Properties are named by dotted paths below `Properties`; other parts of a resource, such as `DeletionPolicy`, by their own
/// name. Items of lists are compared by their name (`PolicyName`, `Sid`, `Key`, `Id`, `Name`) where all have one, lists of
/// equal length item by item, others whole. A resource that comes or goes has no properties listed. Whether a change makes a
/// new resource is as the public schemas of resource types say.
pub fn difference(before: Option<Side>, after: Side) -> Difference {
    let Some(before) = before else {
        let new = after.template.resources.iter();
        let resources = new
            .map(|(id, resource)| whole(id, resource, Action::Create))
            .collect();
        return Difference {
            resources,
            sections: Vec::new(),
        };
    };
    let mut resolvers = [Resolver::new(before), Resolver::new(after)];
    let causes = Causes::between([before, after], [&resolvers[0], &resolvers[1]]);
    let ids: BTreeSet<_> = before
        .template
        .resources
        .keys()
        .chain(after.template.resources.keys())
        .collect();
    let mut resources: Vec<_> = ids
        .into_iter()
        .filter_map(|id| {
            let sides = [before, after].map(|side| side.template.resources.get(id));
            Pair {
                id,
                sides,
                causes: &causes,
            }
            .change(&mut resolvers)
        })
        .collect();
    renamed::note(&mut resources, [before.template, after.template]);
    Difference {
        resources,
        sections: sections::compare(before.template, after.template),
    }
}

fn whole(id: &str, resource: &Resource, action: Action) -> ResourceChange {
    ResourceChange::new(id, &resource.resource_type.value, action)
}

/// A resource before and after.
struct Pair<'a> {
    id: &'a str,
    sides: [Option<&'a Resource>; 2],
    causes: &'a Causes,
}

impl Pair<'_> {
    fn change(&self, resolvers: &mut [Resolver; 2]) -> Option<ResourceChange> {
        match self.sides {
            [Some(old), None] => Some(self.permitted(whole(self.id, old, Action::Delete), resolvers)),
            [None, Some(new)] => Some(self.permitted(whole(self.id, new, Action::Create), resolvers)),
            [Some(old), Some(new)] => self
                .flipped(resolvers, old, new)
                .or_else(|| self.update(resolvers, old, new)),
            [None, None] => None,
        }
    }

    /// A resource whose condition holds on one side only comes or goes.
    fn flipped(
        &self,
        resolvers: &mut [Resolver; 2],
        old: &Resource,
        new: &Resource,
    ) -> Option<ResourceChange> {
        let [before, after] = [(old, 0), (new, 1)].map(|(resource, side)| {
            let condition = resource.body.get("Condition").and_then(Value::as_str);
            condition.map_or(Some(true), |name| resolvers.get(side)?.holds(name))
        });
        let action = match (before?, after?) {
            (false, true) => Action::Create,
            (true, false) => Action::Delete,
            _ => return None,
        };
        let mut change = whole(self.id, new, action);
        let condition = if action == Action::Create { old } else { new };
        let name = condition
            .body
            .get("Condition")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let holds = if action == Action::Create {
            "held not before"
        } else {
            "does not hold any more"
        };
        change.notes.push(format!("its condition `{name}` {holds}"));
        Some(self.permitted(change, resolvers))
    }

    fn update(
        &self,
        resolvers: &mut [Resolver; 2],
        old: &Resource,
        new: &Resource,
    ) -> Option<ResourceChange> {
        if old.body == new.body && self.causes.is_empty() {
            return None;
        }
        let mut change = whole(self.id, new, Action::Update);
        let facts = replacement::of_type(&new.resource_type.value);
        for part in keys(&old.body, &new.body) {
            let at = [old.body.get(&part), new.body.get(&part)];
            if part == "Properties" {
                for name in keys(at[0].unwrap_or(&Value::Null), at[1].unwrap_or(&Value::Null)) {
                    let at = at.map(|properties| properties.and_then(|properties| properties.get(&name)));
                    self.part(
                        resolvers,
                        (&name, facts, Replacement::Unknown),
                        at,
                        &mut change.properties,
                    );
                }
            } else {
                let otherwise = if part == "Type" {
                    Replacement::Always
                } else {
                    Replacement::Never
                };
                self.part(resolvers, (&part, None, otherwise), at, &mut change.properties);
            }
        }
        if change.properties.is_empty() {
            return None;
        }
        Some(self.permitted(judged(change, facts, old, new), resolvers))
    }

    /// One property, or another part. As written when that differs, and with everything put in that is known.
    fn part(
        &self,
        resolvers: &mut [Resolver; 2],
        (name, facts, otherwise): (&str, Option<TypeFacts>, Replacement),
        written: [Option<&Value>; 2],
        changes: &mut Vec<PropertyChange>,
    ) {
        let is_written_as_before = written[0] == written[1];
        if is_written_as_before && self.causes.is_empty() {
            return;
        }
        let path = Path::new(name);
        let mut compare = Compare {
            facts,
            otherwise,
            through: None,
            changes,
        };
        if name == "Condition" && is_written_as_before {
            compare.through = self.condition(resolvers, written[1]);
            return compare.maybe(&path, written[1]);
        }
        let [before, after] = resolvers;
        let put_in = [
            written[0].and_then(|value| before.property(value)),
            written[1].and_then(|value| after.property(value)),
        ];
        let [one, two] = put_in.each_ref().map(Option::as_ref);
        let is_same = one
            .zip(two)
            .map_or(one.is_none() && two.is_none(), |(one, two)| same(one, two));
        match (is_written_as_before, is_same) {
            (true, true) => {
                compare.through = one.and_then(|open| self.causes.of(open));
                compare.maybe(&path, written[1]);
            }
            (true, false) => {
                compare.through = written[1].and_then(|value| self.causes.of(value));
                compare.values(&path, one, two);
            }
            (false, false) if [one, two].iter().all(|side| side.is_none_or(is_plain)) => {
                compare.values(&path, one, two);
            }
            (false, _) => compare.values(&path, written[0], written[1]),
        }
    }

    /// A condition that differs, and of which it is not known on both sides whether it holds.
    fn condition(&self, resolvers: &[Resolver; 2], written: Option<&Value>) -> Option<String> {
        let name = written?.as_str()?;
        let is_known = resolvers.iter().all(|resolver| resolver.holds(name).is_some());
        self.causes.condition(name).filter(|_| !is_known)
    }

    fn permitted(&self, mut change: ResourceChange, resolvers: &mut [Resolver; 2]) -> ResourceChange {
        let [before, after] = self
            .sides
            .map(|side| side.and_then(|resource| resource.body.get("Properties")));
        let [old, new] = resolvers;
        let before = before
            .filter(|_| change.action != Action::Create)
            .map(|value| old.resolve(value));
        let after = after
            .filter(|_| change.action != Action::Delete)
            .map(|value| new.resolve(value));
        change.permissions = permissions::compare(&change.resource_type, before.as_ref(), after.as_ref());
        change
    }
}

/// What the differences of a resource come to together.
fn judged(
    mut change: ResourceChange,
    facts: Option<TypeFacts>,
    old: &Resource,
    new: &Resource,
) -> ResourceChange {
    let worst = change
        .properties
        .iter()
        .map(|property| property.replacement)
        .max();
    change.replacement = worst.unwrap_or_default();
    if old.resource_type.value != new.resource_type.value {
        change.notes.push(
            "CloudFormation refuses to change the type of a resource: give the new one another logical id"
                .to_owned(),
        );
    } else if change.replacement == Replacement::Always
        && let Some(name) = facts.and_then(|facts| facts.name)
        && let Some(value) = new.property(name)
        && change.properties.iter().all(|property| property.path != name)
    {
        change.notes.push(format!(
            "CloudFormation cannot replace a resource that keeps its name: change `{name}`, now {}, too",
            grants::written(value)
        ));
    }
    change
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
