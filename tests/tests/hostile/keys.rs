//! Where a manifest and a template have texts.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use toml::Value as Said;

/// Where something stands in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A key with this name.
    Named(String),
    /// Whatever a table holds under names that are free.
    Any,
    /// The name of such a member.
    Name,
    /// Each of a list.
    Each,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Named(name) => write!(f, ".{name}"),
            Step::Any => f.write_str(".*"),
            Step::Name => f.write_str("{}"),
            Step::Each => f.write_str("[]"),
        })
    }
}

/// A value that a text is said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    List,
    Table,
}

impl Form {
    pub(crate) const ALL: [Self; 3] = [Self::Text, Self::List, Self::Table];

    pub(crate) fn value(self, bad: &str) -> Said {
        let text = Said::String(bad.to_owned());
        match self {
            Self::Text => text,
            Self::List => Said::Array(vec![text]),
            Self::Table => Said::Table([(bad.to_owned(), text)].into_iter().collect()),
        }
    }
}

/// Every place that a schema knows.
pub(crate) fn manifest_keys(schema: &Value) -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    collect(schema, schema, &mut Vec::new(), &mut BTreeSet::new(), &mut keys);
    keys
}

/// `known` are references on the way, since a schema may refer to itself.
fn collect(
    root: &Value,
    schema: &Value,
    at: &mut Vec<Step>,
    known: &mut BTreeSet<String>,
    keys: &mut BTreeSet<Key>,
) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
        && known.insert(reference.to_owned())
    {
        let found = root.pointer(reference.trim_start_matches('#')).unwrap();
        collect(root, found, at, known, keys);
        known.remove(reference);
    }
    for branches in ["oneOf", "anyOf", "allOf"].map(|key| schema.get(key)) {
        for branch in branches.and_then(Value::as_array).into_iter().flatten() {
            collect(root, branch, at, known, keys);
        }
    }
    let mut below = |step: Step, inner: &Value| {
        at.push(step);
        keys.insert(Key(at.clone()));
        collect(root, inner, at, known, keys);
        at.pop();
    };
    for (name, inner) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        below(Step::Named(name.clone()), inner);
    }
    if let Some(inner) = schema
        .get("additionalProperties")
        .filter(|inner| inner.is_object())
    {
        below(Step::Any, inner);
        below(Step::Name, &Value::Null);
    }
    if let Some(inner) = schema.get("items").filter(|inner| inner.is_object()) {
        below(Step::Each, inner);
    }
}

/// Puts a value there; what leads there is made where it is missing.
pub(crate) fn put(said: &mut toml::Table, key: &Key, value: &Said) {
    let mut root = Said::Table(std::mem::take(said));
    put_at(&mut root, &key.0, value);
    if let Said::Table(table) = root {
        *said = table;
    }
}

fn put_at(at: &mut Said, steps: &[Step], value: &Said) {
    let Some((step, rest)) = steps.split_first() else {
        *at = value.clone();
        return;
    };
    match step {
        Step::Each => {
            let items = list(at);
            if items.is_empty() {
                items.push(empty());
            }
            // One of them: two with one name would be another mistake.
            put_at(&mut items[0], rest, value);
        }
        Step::Named(name) => put_at(table(at).entry(name.clone()).or_insert_with(empty), rest, value),
        Step::Any => {
            let table = table(at);
            let first = table.keys().next().cloned().unwrap_or_else(|| "free".to_owned());
            put_at(table.entry(first).or_insert_with(empty), rest, value);
        }
        Step::Name => {
            let table = table(at);
            let first = table.keys().next().cloned().unwrap_or_default();
            let member = table.remove(&first).unwrap_or_else(empty);
            table.insert(text_of(value), member);
        }
    }
}

fn text_of(value: &Said) -> String {
    value.as_str().unwrap_or("free").to_owned()
}

fn empty() -> Said {
    Said::Table(toml::Table::new())
}

fn table(at: &mut Said) -> &mut toml::Table {
    if !at.is_table() {
        *at = empty();
    }
    at.as_table_mut().unwrap()
}

fn list(at: &mut Said) -> &mut Vec<Said> {
    if !at.is_array() {
        *at = Said::Array(Vec::new());
    }
    at.as_array_mut().unwrap()
}

/// Where a text stands in a template: the way to it, and whether it is the name of the member there.
pub(crate) type At = (Vec<String>, bool);

/// Every text of a template, and every name.
pub(crate) fn places(template: &Value) -> Vec<At> {
    let mut found = Vec::new();
    visit(template, &mut Vec::new(), &mut found);
    found
}

fn visit(value: &Value, at: &mut Vec<String>, found: &mut Vec<At>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        Value::String(_) => {
            found.push((at.clone(), false));
            return;
        }
        _ => return,
    };
    for (name, inner) in members {
        at.push(name);
        if value.is_object() {
            found.push((at.clone(), true));
        }
        visit(inner, at, found);
        at.pop();
    }
}

/// The template with a text there.
pub(crate) fn poisoned(template: &Value, (way, is_name): &At, bad: &str) -> Value {
    let mut template = template.clone();
    let (last, above) = way.split_last().unwrap();
    let mut at = &mut template;
    for step in above {
        at = match at {
            Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
            other => &mut other[step.as_str()],
        };
    }
    match at {
        Value::Object(members) if *is_name => {
            let member = members.remove(last).unwrap();
            members.insert(bad.to_owned(), member);
        }
        Value::Object(members) => {
            members.insert(last.clone(), Value::String(bad.to_owned()));
        }
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = Value::String(bad.to_owned()),
        _ => {}
    }
    template
}
