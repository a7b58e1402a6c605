//! Maps by instance as JSON objects, as everywhere.

pub(super) use model::instance::keyed::{deserialize, serialize};
