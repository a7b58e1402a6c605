//! JSON Schemas (2020-12) of what is written for programs. A schema names what every reader may rely on; a minor version only adds.

use model::schema::of;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::drift::DriftReport;
use crate::json::{Codes, Diagnostics, Document, Graph, Noted, Targets, Together};
use crate::status::StatusReport;

/// Versions of a format that this version can be read as: a minor one only adds.
pub(crate) const MAJOR: &str = "^1\\.[0-9]+$";

/// `plan -f json` of several manifests.
pub fn plans() -> Value {
    document::<Together<'_>>("stackfleet.plans", "What apply would do, for several manifests")
}

/// `status -f json`.
pub fn status() -> Value {
    of::<StatusReport>("Where every StackSet stands")
}

/// `stackfleet drift -f json`
pub fn drift() -> Value {
    of::<DriftReport>("What was changed past CloudFormation")
}

/// `targets -f json`.
pub fn targets() -> Value {
    document::<Targets<'_>>("stackfleet.targets", "Which account and Region gets what")
}

/// What every command prints with `-f json` when it cannot go on, and `validate -f json`.
pub fn diagnostics() -> Value {
    document::<Diagnostics<'_>>(
        "stackfleet.diagnostics",
        "Messages about files and about the world",
    )
}

/// `explain -f json`.
pub fn codes() -> Value {
    document::<Codes<'_>>("stackfleet.codes", "What codes mean")
}

/// `graph -f json`.
pub fn graph() -> Value {
    document::<Graph<'_>>("stackfleet.graph", "Which StackSet waits for which")
}

/// `fmt`, `init`, `simulate` and `snapshot` with `-f json`.
pub fn notes() -> Value {
    versioned(of::<Noted<'_>>("What a command has written or begun"))
}

fn document<T: JsonSchema>(format: &str, title: &str) -> Value {
    let mut schema = versioned(of::<Document<T>>(title));
    put(&mut schema, "format", json!({ "const": format }));
    schema
}

fn versioned(mut schema: Value) -> Value {
    put(
        &mut schema,
        "format_version",
        json!({ "type": "string", "pattern": MAJOR }),
    );
    schema
}

fn put(schema: &mut Value, property: &str, means: Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    if let Some(properties) = properties {
        properties.insert(property.to_owned(), means);
    }
}

/// One line of `apply --events`.
pub const EVENTS: &str = include_str!("schema/events.json");
/// The end of an apply, `apply -f json`.
pub const APPLY: &str = include_str!("schema/apply.json");
/// A list of operations, `ops list -f json`.
pub const OPERATIONS: &str = include_str!("schema/operations.json");
/// One operation, `ops show -f json`.
pub const OPERATION: &str = include_str!("schema/operation.json");
