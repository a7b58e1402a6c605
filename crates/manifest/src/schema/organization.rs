//! What an organization adds to the schema: its units and accounts.

use std::collections::BTreeSet;

use model::organization::Organization;
use serde_json::{Map, Value, json};

/// Replaces the forms of paths and names by those that there are.
pub(super) fn know(definitions: &mut Map<String, Value>, organization: &Organization) {
    let root = std::iter::once("Root".to_owned());
    let units = organization.units.keys().map(|unit| organization.path(unit));
    let paths: BTreeSet<String> = root.chain(units).collect();
    let names = organization
        .accounts
        .values()
        .map(|account| format!("account:{}", account.name));
    let names: BTreeSet<String> = names.collect();
    definitions.insert(
        "UnitPath".to_owned(),
        json!({ "description": "The path of a unit of this organization.", "type": "string", "enum": paths }),
    );
    definitions.insert(
        "AccountName".to_owned(),
        json!({
            "description": "An account of this organization by its name, a name of `[accounts]`, or a pattern: `*` any characters, `?` one.",
            "anyOf": [
                { "type": "string", "enum": names },
                { "type": "string", "pattern": "^account:(?![0-9]{12}$)[\\s\\S]+$" }
            ]
        }),
    );
}
