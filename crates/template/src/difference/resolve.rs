//! What functions come to, as far as the template and the values of its parameters say.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Side;
use crate::parameter::ParameterType;
use crate::sub::{self, Part};

/// Bytes that may be put in place of references; behind that they stay as they are.
const MAX_PUT_IN: usize = 1024 * 1024;
/// Conditions deeper in each other than this are not decided.
const MAX_DEPTH: usize = 64;

/// Puts in what is known.
pub(super) struct Resolver<'t> {
    parameters: BTreeMap<&'t str, Value>,
    mappings: &'t BTreeMap<String, Value>,
    conditions: BTreeMap<&'t str, Option<bool>>,
    left: usize,
}

impl<'t> Resolver<'t> {
    /// Learns the parameters' values and decides the conditions. What is secret or looked up in SSM is not known.
    pub(super) fn new(side: Side<'t>) -> Self {
        let mut parameters = BTreeMap::new();
        for (name, parameter) in &side.template.parameters {
            let hidden = parameter.no_echo || matches!(parameter.kind(), ParameterType::SsmValue { .. });
            let text = side.values.get(name).or(parameter.default.as_ref());
            let Some(text) = text.filter(|_| !hidden) else {
                continue;
            };
            let items = || text.split(',').map(|item| Value::from(item.trim())).collect();
            let value = if parameter.is_list() {
                items()
            } else {
                Value::from(text.as_str())
            };
            parameters.insert(name.as_str(), value);
        }
        let mut resolver = Self {
            parameters,
            mappings: &side.template.mappings,
            conditions: BTreeMap::new(),
            left: MAX_PUT_IN,
        };
        for name in side.template.conditions.keys() {
            resolver.named(&side.template.conditions, name, 0);
        }
        resolver
    }

    /// Whether a condition holds, when that is known.
    pub(super) fn holds(&self, condition: &str) -> Option<bool> {
        self.conditions.get(condition).copied().flatten()
    }

    /// The values of parameters, as far as they are known.
    pub(super) fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    fn named(&mut self, all: &'t BTreeMap<String, Value>, name: &str, depth: usize) -> Option<bool> {
        let (name, condition) = all.get_key_value(name)?;
        if let Some(known) = self.conditions.get(name.as_str()) {
            return *known;
        }
        // A circle, which only a transform can hide, is not decided.
        self.conditions.insert(name, None);
        let decided = if depth > MAX_DEPTH {
            None
        } else {
            self.decide(all, condition, depth + 1)
        };
        self.conditions.insert(name, decided);
        decided
    }

    fn decide(&mut self, all: &'t BTreeMap<String, Value>, condition: &Value, depth: usize) -> Option<bool> {
        let (function, argument) = function(condition)?;
        if function == "Condition" {
            return self.named(all, argument.as_str()?, depth);
        }
        let items = argument.as_array()?;
        if function == "Fn::Equals" {
            let [one, two] = [self.resolve(items.first()?), self.resolve(items.get(1)?)];
            return (is_plain(&one) && is_plain(&two)).then(|| same(&one, &two));
        }
        let decided: Vec<_> = items.iter().map(|item| self.decide(all, item, depth)).collect();
        match function {
            "Fn::Not" => decided.first()?.map(|holds| !holds),
            "Fn::And" if decided.contains(&Some(false)) => Some(false),
            "Fn::Or" if decided.contains(&Some(true)) => Some(true),
            "Fn::And" => decided.iter().all(Option::is_some).then_some(true),
            "Fn::Or" => decided.iter().all(Option::is_some).then_some(false),
            _ => None,
        }
    }

    /// The value with everything put in that is known; what is `AWS::NoValue` is taken out.
    pub(super) fn resolve(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.resolve(item));
                items.filter(|item| !is_no_value(item)).collect()
            }
            Value::Object(map) => {
                if let Some((name, argument)) = function(value) {
                    return self.call(name, argument);
                }
                let entries = map.iter().map(|(key, value)| (key.clone(), self.resolve(value)));
                Value::Object(entries.filter(|(_, value)| !is_no_value(value)).collect())
            }
            other => other.clone(),
        }
    }

    /// The same for a property, which `AWS::NoValue` takes away.
    pub(super) fn property(&mut self, value: &Value) -> Option<Value> {
        Some(self.resolve(value)).filter(|value| !is_no_value(value))
    }

    fn call(&mut self, name: &str, argument: &Value) -> Value {
        let found = match name {
            "Ref" => argument.as_str().and_then(|name| self.put_in(name)),
            "Fn::If" => self.branch(argument),
            "Fn::Sub" => return self.substitute(argument),
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
        let argument = self.resolve(argument);
        let computed = match name {
            "Fn::FindInMap" => self.find_in_map(&argument),
            "Fn::Join" => self.join(&argument),
            "Fn::Select" => select(&argument),
            "Fn::Split" => split(&argument),
            _ => None,
        };
        computed.unwrap_or_else(|| json!({ name: argument }))
    }

    fn put_in(&mut self, name: &str) -> Option<Value> {
        let value = self.parameters.get(name).filter(|_| self.left > 0)?.clone();
        self.charge(size(&value))?;
        Some(value)
    }

    /// Once a value does not go in any more, no other does.
    fn charge(&mut self, bytes: usize) -> Option<()> {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or_default();
        left.map(|_| ())
    }

    fn branch(&mut self, argument: &Value) -> Option<Value> {
        let holds = self.holds(argument.get(0)?.as_str()?)?;
        let branch = argument.get(if holds { 1 } else { 2 })?;
        Some(self.resolve(branch))
    }

    fn find_in_map(&mut self, argument: &Value) -> Option<Value> {
        let [map, top, second] = argument.as_array()?.as_slice() else {
            return None;
        };
        let mapping = self.mappings.get(map.as_str()?)?;
        let found = mapping.get(text(top)?)?.get(text(second)?)?;
        let bytes = if self.left > 0 { size(found) } else { 1 };
        self.charge(bytes)?;
        Some(found.clone())
    }

    fn join(&mut self, argument: &Value) -> Option<Value> {
        let delimiter = argument.get(0)?.as_str()?;
        let parts: Option<Vec<String>> = argument.get(1)?.as_array()?.iter().map(text).collect();
        let parts = parts?;
        self.charge(parts.len().saturating_mul(delimiter.len()))?;
        Some(Value::from(parts.join(delimiter)))
    }

    /// Known variables become text; the others stay.
    fn substitute(&mut self, argument: &Value) -> Value {
        let (template, given) = match argument {
            Value::Array(items) => (items.first(), items.get(1)),
            _ => (Some(argument), None),
        };
        let given = given.map(|given| self.resolve(given));
        let Some(template) = template.and_then(Value::as_str) else {
            return json!({ "Fn::Sub": argument });
        };
        let (mut written, mut open) = (String::new(), Map::new());
        let mut is_open = false;
        for part in sub::parts(template) {
            let name = match part {
                Part::Text(text) => {
                    written.push_str(text);
                    continue;
                }
                Part::Variable(name) => name,
            };
            let local = given.as_ref().and_then(|given| given.get(name));
            let known = match local {
                Some(value) => self.charge(size(value)).and_then(|()| text(value)),
                None => self.put_in(name).as_ref().and_then(text),
            };
            if let Some(text) = known {
                written.push_str(&text);
                continue;
            }
            is_open = true;
            written.extend(["${", name, "}"]);
            open.extend(local.map(|value| (name.to_owned(), value.clone())));
        }
        match (is_open, open.is_empty()) {
            (false, _) => Value::from(written),
            (true, true) => json!({ "Fn::Sub": written }),
            (true, false) => json!({ "Fn::Sub": [written, open] }),
        }
    }
}

fn select(argument: &Value) -> Option<Value> {
    let index: usize = text(argument.get(0)?)?.parse().ok()?;
    argument.get(1)?.as_array()?.get(index).cloned()
}

fn split(argument: &Value) -> Option<Value> {
    let delimiter = argument
        .get(0)?
        .as_str()
        .filter(|delimiter| !delimiter.is_empty())?;
    Some(argument.get(1)?.as_str()?.split(delimiter).collect())
}

/// A mapping with one key that is a function, and its argument.
pub(super) fn function(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    let is_function = name == "Ref" || name == "Condition" || name.starts_with("Fn::");
    is_function.then_some((name.as_str(), argument))
}

fn is_no_value(value: &Value) -> bool {
    function(value).is_some_and(|(name, argument)| name == "Ref" && argument == "AWS::NoValue")
}

/// Whether nothing in a value is still to be computed.
pub(super) fn is_plain(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(map) => function(value).is_none() && map.values().all(is_plain),
        Value::String(text) => !text.contains("{{resolve:"),
        _ => true,
    }
}

/// A scalar as text: `30`, `true`.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether two values are the same for the service: a number and the same number as text are.
pub(super) fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one
                    .iter()
                    .all(|(key, value)| two.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == two || text(one).is_some_and(|one| text(two).as_ref() == Some(&one)),
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 1,
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 1,
        Value::Object(map) => {
            map.iter()
                .map(|(key, value)| key.len() + size(value))
                .sum::<usize>()
                + 1
        }
        _ => 8,
    }
}
