//! Parameters, mappings and conditions that differ, and who uses them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Side;
use super::resolve::{Resolver, function};
use crate::references::Named;
use crate::sub::{self, Part};

/// What differs apart from the resources themselves: `parameter Days`, `mapping Sizes`, `condition InProd`.
#[derive(Debug, Default)]
pub(super) struct Causes {
    parameters: BTreeSet<String>,
    mappings: BTreeSet<String>,
    conditions: BTreeSet<String>,
}

impl Causes {
    /// Compares both sides.
    pub(super) fn between(sides: [Side; 2], resolvers: [&Resolver; 2]) -> Self {
        let [before, after] = sides.map(|side| side.template);
        let of_resolver = |name: &String| resolvers.map(|resolver| resolver.parameter(name));
        let parameters = before.parameters.keys().chain(after.parameters.keys());
        let parameters: BTreeSet<_> = parameters
            .filter(|name| {
                let [one, two] = of_resolver(name);
                one != two
            })
            .cloned()
            .collect();
        let mappings = before.mappings.keys().chain(after.mappings.keys());
        let mappings = mappings.filter(|name| before.mappings.get(*name) != after.mappings.get(*name));
        let mut causes = Self {
            parameters,
            mappings: mappings.cloned().collect(),
            conditions: BTreeSet::new(),
        };
        causes.find_conditions(sides);
        causes
    }

    /// A condition differs when it is written differently, or when something that it names differs.
    fn find_conditions(&mut self, sides: [Side; 2]) {
        let [before, after] = sides.map(|side| &side.template.conditions);
        let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let differing = names
            .into_iter()
            .filter(|name| before.get(*name) != after.get(*name));
        let mut open: Vec<String> = differing.cloned().collect();
        for side in sides {
            for (name, references) in &side.template.references.conditions {
                let touched = references.iter().any(|reference| match reference.named {
                    Named::Value => self.parameters.contains(&reference.name),
                    Named::Mapping => self.mappings.contains(&reference.name),
                    _ => false,
                });
                open.extend(touched.then(|| name.clone()));
            }
        }
        while let Some(name) = open.pop() {
            if !self.conditions.insert(name.clone()) {
                continue;
            }
            for side in sides {
                let users = side
                    .template
                    .references
                    .conditions
                    .iter()
                    .filter(|(_, references)| {
                        let mut conditions =
                            references.iter().filter(|found| found.named == Named::Condition);
                        conditions.any(|found| found.name == name)
                    });
                open.extend(users.map(|(user, _)| user.clone()));
            }
        }
    }

    /// Whether nothing differs.
    pub(super) fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.mappings.is_empty() && self.conditions.is_empty()
    }

    /// Whether a condition differs.
    pub(super) fn condition(&self, name: &str) -> Option<String> {
        self.conditions
            .contains(name)
            .then(|| format!("condition {name}"))
    }

    /// What a value uses of it, in words; nothing when it uses none.
    pub(super) fn of(&self, value: &Value) -> Option<String> {
        let mut found = BTreeSet::new();
        self.used(value, &mut found);
        let words: Vec<_> = found.into_iter().collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn used(&self, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.used(item, found)),
            Value::Object(map) => {
                if let Some((name, argument)) = function(value) {
                    self.by_function(name, argument, found);
                }
                map.values().for_each(|value| self.used(value, found));
            }
            _ => {}
        }
    }

    fn by_function(&self, name: &str, argument: &Value, found: &mut BTreeSet<String>) {
        let first = argument.get(0).unwrap_or(argument).as_str().unwrap_or_default();
        match name {
            "Ref" => self.parameter(first, found),
            "Fn::Sub" => {
                for part in sub::parts(first) {
                    if let Part::Variable(name) = part {
                        self.parameter(name, found);
                    }
                }
            }
            "Fn::FindInMap" if self.mappings.contains(first) => {
                found.insert(format!("mapping {first}"));
            }
            "Fn::If" => found.extend(self.condition(first)),
            _ => {}
        }
    }

    fn parameter(&self, name: &str, found: &mut BTreeSet<String>) {
        if self.parameters.contains(name) {
            found.insert(format!("parameter {name}"));
        }
    }
}
