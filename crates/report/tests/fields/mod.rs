//! Values of a type, and the places of its texts, from its JSON Schema: so a field that comes later is found by itself.

#![allow(clippy::panic, reason = "a type that cannot be walked fails the test")]

pub(crate) mod corpus;
mod victim;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

pub(crate) use victim::Victim;

/// Examples that a type gives: as many as its largest enumeration needs.
const EXAMPLES: usize = 24;

/// What a member's name must look like, by the map that it is in; everywhere else it is any text.
const KEYS: [(&str, &str); 11] = [
    ("account_names", "111100000001"),
    ("accounts", "111100000001"),
    ("disabled_regions", "111100000001"),
    ("drifted", "111100000001/eu-west-1"),
    ("instances", "111100000001/eu-west-1"),
    ("not_checked", "111100000001/eu-west-1"),
    ("others", "text"),
    ("registered", "ou-ab12-00000001"),
    ("stack_sets", "text"),
    ("units", "ou-ab12-00000001"),
    ("whole_units", "ou-ab12-00000001"),
];

/// What an identifier looks like.
fn identifier(name: &str) -> Option<Value> {
    Some(match name {
        "AccountId" => json!("111100000001"),
        "Digest" => json!(format!("sha256:{}", "0123456789abcdef".repeat(4))),
        "OperationId" => json!("sf-abcdefgh"),
        "OrganizationId" => json!("o-a1b2c3d4e5"),
        "Region" => json!("eu-west-1"),
        "StackSetId" => json!("text:00000000-0000-0000-0000-000000000000"),
        "StackSetName" => json!("text"),
        "UnitId" => json!("ou-ab12-00000001"),
        _ => return None,
    })
}

/// A type by its schema.
pub(crate) struct Type {
    root: Value,
}

impl Type {
    pub(crate) fn of<T: JsonSchema>() -> Self {
        Self {
            root: model::schema::of::<T>("a type"),
        }
    }

    /// Values that together have every field and every variant of the type; each is one.
    pub(crate) fn values<T: DeserializeOwned>(&self) -> Vec<Value> {
        let make = |number| {
            let value = self.example(&self.root, number, "");
            if let Err(error) = serde_json::from_value::<T>(value.clone()) {
                panic!("example {number}: {error}: {value}");
            }
            value
        };
        (0..EXAMPLES).map(make).collect()
    }

    /// Every place of a text that the type has.
    pub(crate) fn places(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        self.collect(&self.flat(&[&self.root]), "", &mut all);
        all
    }

    /// Calls for each text of a value with its place, to be changed; `{}` at its end is the name of a member.
    pub(crate) fn visit(&self, value: &mut Value, change: &mut dyn FnMut(&str, &mut String)) {
        self.walk(value, &self.flat(&[&self.root]), "", change);
    }

    /// A value with every place of a text that it has.
    fn with_places(&self, value: Value) -> (Value, BTreeSet<String>) {
        let mut places = BTreeSet::new();
        self.visit(&mut value.clone(), &mut |place, _| {
            places.insert(place.to_owned());
        });
        (value, places)
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        Some((name, self.root.get("$defs")?.get(name)?))
    }

    /// A schema with everything that it refers to and chooses from.
    fn flat<'a>(&'a self, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let (mut all, mut waiting) = (Vec::new(), schemas.to_vec());
        while let Some(schema) = waiting.pop() {
            all.push(schema);
            waiting.extend(self.resolved(schema).map(|(_, found)| found));
            let branches = ["oneOf", "anyOf", "allOf"]
                .iter()
                .filter_map(|key| schema.get(key));
            waiting.extend(branches.filter_map(Value::as_array).flatten());
        }
        all
    }

    fn children<'a>(&'a self, schemas: &[&'a Value], key: &str, member: Option<&str>) -> Vec<&'a Value> {
        let found = schemas.iter().filter_map(|schema| {
            let child = schema.get(key)?;
            member.map_or(Some(child), |name| child.get(name))
        });
        let found: Vec<&Value> = found.filter(|child| child.is_object()).collect();
        self.flat(&found)
    }

    fn collect(&self, schemas: &[&Value], at: &str, all: &mut BTreeSet<String>) {
        let is_text = |schema: &&&Value| {
            let is = schema.get("type").is_some_and(|named| {
                named == "string"
                    || named
                        .as_array()
                        .is_some_and(|names| names.contains(&json!("string")))
            });
            is && schema.get("const").is_none() && schema.get("enum").is_none()
        };
        if schemas.iter().any(|schema| is_text(&schema)) {
            all.insert(at.to_owned());
        }
        let objects = schemas
            .iter()
            .filter_map(|schema| schema.get("properties")?.as_object());
        let names: BTreeSet<&String> = objects.flat_map(Map::keys).collect();
        for name in names {
            self.collect(
                &self.children(schemas, "properties", Some(name)),
                &format!("{at}.{name}"),
                all,
            );
        }
        for (key, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            let inner = self.children(schemas, key, None);
            if !inner.is_empty() {
                self.collect(&inner, &format!("{at}{mark}"), all);
            }
        }
        if !self.children(schemas, "additionalProperties", None).is_empty() {
            all.insert(format!("{at}{{}}"));
        }
    }

    fn walk(
        &self,
        value: &mut Value,
        schemas: &[&Value],
        at: &str,
        change: &mut dyn FnMut(&str, &mut String),
    ) {
        match value {
            Value::String(text) => change(at, text),
            Value::Array(items) => {
                let inner = self.children(schemas, "items", None);
                for item in items {
                    self.walk(item, &inner, &format!("{at}[]"), change);
                }
            }
            Value::Object(members) => {
                for (mut name, mut member) in std::mem::take(members) {
                    let inner = self.children(schemas, "properties", Some(&name));
                    if inner.is_empty() {
                        let inner = self.children(schemas, "additionalProperties", None);
                        self.walk(&mut member, &inner, &format!("{at}.*"), change);
                        change(&format!("{at}{{}}"), &mut name);
                    } else {
                        self.walk(&mut member, &inner, &format!("{at}.{name}"), change);
                    }
                    members.insert(name, member);
                }
            }
            _ => {}
        }
    }

    /// The example of a number: where there is a choice, the number chooses.
    fn example(&self, schema: &Value, number: usize, called: &str) -> Value {
        if let Some((name, found)) = self.resolved(schema) {
            let mut made = identifier(name).unwrap_or_else(|| self.example(found, number, called));
            if schema.get("properties").is_some() {
                join(&mut made, self.plain(schema, number, called));
            }
            return made;
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        for key in ["enum", "examples"] {
            if let Some(words) = schema.get(key).and_then(Value::as_array) {
                return chosen(words, number).clone();
            }
        }
        let mut made = self.plain(schema, number, called);
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                let branches: Vec<&Value> = branches
                    .iter()
                    .filter(|branch| branch.get("type") != Some(&json!("null")))
                    .collect();
                join(
                    &mut made,
                    self.example(chosen::<&Value>(&branches, number), number, called),
                );
            }
        }
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            join(&mut made, self.example(part, number, called));
        }
        made
    }

    /// The same without choices.
    fn plain(&self, schema: &Value, number: usize, called: &str) -> Value {
        let named = schema.get("type");
        let named = named.and_then(|named| named.as_str().or_else(|| named.get(0)?.as_str()));
        match named {
            Some("object") => Value::Object(self.object(schema, number, called)),
            Some("array") => match schema.get("items") {
                // Choices differ inside of a list and between values.
                Some(items) => [number, number + 1]
                    .map(|number| self.example(items, number, called))
                    .to_vec()
                    .into(),
                None => json!([]),
            },
            Some("string") if schema.get("format") == Some(&json!("date-time")) => {
                json!("2026-11-22T10:00:00Z")
            }
            Some("string") => json!("text"),
            Some("integer" | "number") => json!(3),
            Some("boolean") => json!(number.is_multiple_of(2)),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, number: usize, called: &str) -> Map<String, Value> {
        let mut made = Map::new();
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            made.insert(name.clone(), self.example(property, number, name));
        }
        if let Some(inner) = schema
            .get("additionalProperties")
            .filter(|inner| inner.is_object())
        {
            let known = KEYS.iter().find(|(map, _)| *map == called);
            let counts = inner.get("type") == Some(&json!("integer"));
            let key = known.map_or("text", |(_, key)| key);
            // What is counted are actions.
            let key = if counts { "create" } else { key };
            made.insert(key.to_owned(), self.example(inner, number, ""));
        }
        made
    }
}

fn chosen<T>(from: &[T], number: usize) -> &T {
    from.get(number % from.len().max(1))
        .unwrap_or_else(|| panic!("there is a choice of nothing"))
}

/// Members of both; what is no object takes the place of nothing.
fn join(made: &mut Value, more: Value) {
    match (made, more) {
        (Value::Object(made), Value::Object(more)) => made.extend(more),
        (made, more) => *made = more,
    }
}
