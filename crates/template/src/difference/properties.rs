//! Two values, property by property.

use std::collections::BTreeMap;

use model::plan::{PropertyChange, Replacement};
use serde_json::Value;

use super::resolve::{function, is_plain, same};
use crate::replacement::{Meets, TypeFacts};

/// Properties by which the items of a list are told apart, the first that all of them have.
const NAMES: &[&str] = &["PolicyName", "Sid", "Key", "Id", "Name"];

/// A place in a resource.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// As people read it: `Policies.read.PolicyDocument`.
    shown: String,
    /// As schemas write it: `Policies`, `*`, `PolicyDocument`.
    schema: Vec<String>,
}

impl Path {
    /// A property, or another part of a resource.
    pub(super) fn new(name: &str) -> Self {
        Self {
            shown: name.to_owned(),
            schema: vec![name.to_owned()],
        }
    }

    fn below(&self, shown: &str, schema: &str) -> Self {
        let mut all = self.schema.clone();
        all.push(schema.to_owned());
        Self {
            shown: format!("{}.{shown}", self.shown),
            schema: all,
        }
    }
}

/// Collects what differs.
pub(super) struct Compare<'c> {
    /// What is known about the type; nothing outside of `Properties`.
    pub(super) facts: Option<TypeFacts>,
    /// What it means when nothing is known.
    pub(super) otherwise: Replacement,
    /// Why a value differs that is written as before.
    pub(super) through: Option<String>,
    /// What was found.
    pub(super) changes: &'c mut Vec<PropertyChange>,
}

impl Compare<'_> {
    /// Compares what is at a path. A function is one value: half of a `Fn::If` says nothing.
    pub(super) fn values(&mut self, path: &Path, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (None, None) => {}
            (Some(one), Some(two)) if same(one, two) => {}
            (Some(Value::Object(one)), Some(Value::Object(two)))
                if before.and_then(function).is_none() && after.and_then(function).is_none() =>
            {
                let mut keys: Vec<_> = one.keys().chain(two.keys()).collect();
                keys.sort_unstable();
                keys.dedup();
                for key in keys {
                    self.values(&path.below(key, key), one.get(key), two.get(key));
                }
            }
            (Some(Value::Array(one)), Some(Value::Array(two))) => self.lists(path, one, two),
            _ => self.push(path, before, after),
        }
    }

    /// A value of which something differs that is not decided here: for some accounts or Regions, or not at all.
    pub(super) fn maybe(&mut self, path: &Path, value: Option<&Value>) {
        if self.through.is_none() {
            return;
        }
        let replacement = self.replacement(path, value, None).min(Replacement::Conditional);
        self.push(path, value, value);
        if let Some(change) = self.changes.last_mut() {
            change.replacement = replacement;
        }
    }

    /// Items by their name where they have one, by position where the lists are as long as each other, else as a whole.
    fn lists(&mut self, path: &Path, one: &[Value], two: &[Value]) {
        let found = self.changes.len();
        if let Some((names, others)) = names(one, two) {
            let mut all: Vec<_> = names.keys().chain(others.keys()).copied().collect();
            all.sort_unstable();
            all.dedup();
            for name in all {
                let (before, after) = (names.get(name).copied(), others.get(name).copied());
                self.values(&path.below(name, "*"), before, after);
            }
        } else if one.len() == two.len() {
            for (index, (one, two)) in one.iter().zip(two).enumerate() {
                self.values(&path.below(&index.to_string(), "*"), Some(one), Some(two));
            }
        }
        if self.changes.len() == found {
            // They differ in length, or only in their order.
            let list = |items: &[Value]| Value::from(items.to_vec());
            self.push(path, Some(&list(one)), Some(&list(two)));
        }
    }

    fn push(&mut self, path: &Path, before: Option<&Value>, after: Option<&Value>) {
        self.changes.push(PropertyChange {
            path: path.shown.clone(),
            before: before.cloned(),
            after: after.cloned(),
            replacement: self.replacement(path, before, after),
            through: self.through.clone(),
        });
    }

    /// What a difference at a path does. What is not certain to differ may make a new resource.
    fn replacement(&self, path: &Path, before: Option<&Value>, after: Option<&Value>) -> Replacement {
        let Some(facts) = &self.facts else {
            return self.otherwise;
        };
        let schema: Vec<&str> = path.schema.iter().map(String::as_str).collect();
        facts.of(&schema, |meets| match meets {
            Meets::Inside => certainty(before, after),
            Meets::Below(rest) => match (inside(before, rest), inside(after, rest)) {
                (Inside::Unclear, _) | (_, Inside::Unclear) => Replacement::Conditional,
                (one, two) if one.is_same(&two) => Replacement::Never,
                (one, two) => certainty(one.value(), two.value()),
            },
        })
    }
}

/// What stands somewhere below a value.
enum Inside<'v> {
    Nothing,
    Value(&'v Value),
    Unclear,
}

impl<'v> Inside<'v> {
    fn value(&self) -> Option<&'v Value> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self.value(), other.value()) {
            (Some(one), Some(two)) => same(one, two),
            (one, two) => one.is_none() && two.is_none(),
        }
    }
}

fn inside<'v>(value: Option<&'v Value>, rest: &str) -> Inside<'v> {
    let Some(mut value) = value else {
        return Inside::Nothing;
    };
    for segment in rest.split('.') {
        if function(value).is_some() || value.is_array() {
            return Inside::Unclear;
        }
        match value.get(segment) {
            Some(found) => value = found,
            None => return Inside::Nothing,
        }
    }
    Inside::Value(value)
}

fn certainty(before: Option<&Value>, after: Option<&Value>) -> Replacement {
    if before.is_none_or(is_plain) && after.is_none_or(is_plain) {
        Replacement::Always
    } else {
        Replacement::Conditional
    }
}

/// The items of a list by their names.
type ByName<'v> = BTreeMap<&'v str, &'v Value>;

/// The items of both lists by the same property, when all items of a list have a different one.
fn names<'v>(one: &'v [Value], two: &'v [Value]) -> Option<(ByName<'v>, ByName<'v>)> {
    NAMES
        .iter()
        .find_map(|property| by_name(one, property).zip(by_name(two, property)))
}

/// What an item of a list is called, when all of its items have a different name.
pub(super) fn named<'v>(items: &'v [Value], item: &'v Value) -> Option<&'v str> {
    let property = NAMES.iter().find(|property| by_name(items, property).is_some())?;
    item.get(property)?.as_str()
}

fn by_name<'v>(items: &'v [Value], property: &str) -> Option<ByName<'v>> {
    let named = items
        .iter()
        .map(|item| Some((item.get(property)?.as_str()?, item)));
    let named: ByName = named.collect::<Option<_>>()?;
    (named.len() == items.len()).then_some(named)
}
