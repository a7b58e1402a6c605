//! JSON Schemas (2020-12) of what is written for programs. A schema names what every reader may rely on; a minor version only adds.

/// One line of `apply --events`.
pub const EVENTS: &str = include_str!("schema/events.json");
/// The end of an apply, `apply -f json`.
pub const APPLY: &str = include_str!("schema/apply.json");
/// A list of operations, `ops list -f json`.
pub const OPERATIONS: &str = include_str!("schema/operations.json");
/// One operation, `ops show -f json`.
pub const OPERATION: &str = include_str!("schema/operation.json");
