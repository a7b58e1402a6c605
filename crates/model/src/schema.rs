//! JSON Schemas of what is written for programs, from the types that write them.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// The JSON Schema (2020-12) of a plan, saved or printed; `config/plan.schema.json` is this.
///
/// A minor version of the format only adds: unknown properties are to be ignored, an unknown action is to be taken for the worst one.
pub fn plan() -> Value {
    sealed(of::<Plan>("stackfleet plan, format 1.x"))
}

/// The JSON Schema (2020-12) of a snapshot.
pub fn snapshot() -> Value {
    sealed(of::<Snapshot>(
        "What AWS had at a moment, as `stackfleet snapshot` saves it",
    ))
}

fn sealed(mut schema: Value) -> Value {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let seal = json!({
            "description": "In a file alone, as its last property: the digest of the whole text, with these digits as zeros.",
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
        });
        properties.insert("sha256".to_owned(), seal);
    }
    schema
}

/// The JSON Schema (2020-12) of what a type writes, under a title.
pub fn of<T: JsonSchema>(title: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), json!(title));
    }
    schema
}

/// Words that a later minor version may add to: a text, with the known ones as examples.
pub(crate) fn open(schema: &mut Schema) {
    let words: Vec<Value> = match schema.get("oneOf").and_then(Value::as_array) {
        Some(variants) => variants.iter().flat_map(words).collect(),
        None => words(schema.as_value()),
    };
    schema.remove("oneOf");
    schema.remove("enum");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("examples".to_owned(), Value::Array(words));
}

fn words(variant: &Value) -> Vec<Value> {
    let listed = variant.get("enum").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().cloned();
    variant.get("const").cloned().into_iter().chain(listed).collect()
}
