//! The JSON Schema of a manifest, for editors and for others who check manifests.
//!
//! `types`, `stack_set` and `values` describe the keys; their comments are what an editor shows. A test compares them with the
//! keys that are read.

use model::organization::Organization;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

mod organization;
mod stack_set;
mod types;
mod values;

/// The JSON Schema (draft 7, which editors know best) of a manifest; `config/stackfleet.schema.json` is this. The definition `Included` is
/// for the files that it includes.
///
/// It refuses what can be told from the manifest alone: unknown keys, missing ones, wrong types and forms. Dates of TOML are texts of
/// RFC 3339 to it.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    generator.subschema_for::<types::Included>();
    let mut schema = generator.into_root_schema_for::<types::Manifest>().to_value();
    without_null(&mut schema);
    schema
}

/// [`schema`] that knows the units and accounts of an organization: another path or name is refused, and editors offer these.
pub fn schema_with(organization: &Organization) -> Value {
    let mut schema = schema();
    if let Some(definitions) = schema.get_mut("definitions").and_then(Value::as_object_mut) {
        organization::know(definitions, organization);
    }
    schema
}

/// TOML has no null: what an optional key may be is its value alone.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            if let Some(Value::Array(types)) = entries.get_mut("type") {
                types.retain(|name| name != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    entries.insert("type".to_owned(), one);
                }
            }
            if let Some(Value::Array(any)) = entries.get_mut("anyOf") {
                any.retain(|one| *one != json!({ "type": "null" }));
                if let [one] = any.as_slice() {
                    let one = one.clone();
                    entries.remove("anyOf");
                    // Draft 7 ignores what stands beside a reference, so it stands alone in a list.
                    entries.insert("allOf".to_owned(), json!([one]));
                }
            }
            entries.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        head, include, limits, parameters, parts, permission, preferences, rollout, stack_set,
        template_source, vocabulary,
    };

    /// The keys of a definition, those of its variants among them.
    fn keys(definition: &Value) -> BTreeSet<&str> {
        let own = definition["properties"].as_object().into_iter().flatten();
        let own = own.map(|(key, _)| key.as_str());
        let variants = definition["anyOf"].as_array().into_iter().flatten();
        own.chain(variants.flat_map(keys)).collect()
    }

    #[test]
    fn the_schema_has_every_key_that_is_read_and_no_other() {
        let schema = schema();
        let action: BTreeSet<&str> = preferences::COMMON.iter().copied().collect();
        let all = [preferences::COMMON, preferences::ACTIONS].concat();
        let tables: [(&str, &[&str]); 21] = [
            ("Included", include::KEYS),
            ("Project", head::PROJECT),
            ("Aws", head::AWS),
            ("TargetSet", vocabulary::TARGET_SET),
            ("Rollout", rollout::KEYS),
            ("Stage", rollout::STAGE),
            ("Defaults", stack_set::DEFAULTS),
            ("StackSet", stack_set::KEYS),
            ("Deploy", parts::DEPLOY),
            ("Skip", parts::SKIP),
            ("Override", parts::OVERRIDE),
            ("AutoDeploy", permission::AUTO_DEPLOY),
            ("Preferences", &all),
            ("Action", preferences::COMMON),
            ("Source", parameters::SOURCES),
            ("Removed", head::REMOVED),
            ("Protect", limits::PROTECT),
            ("Guard", limits::GUARD),
            ("Freeze", limits::FREEZE),
            ("S3Template", template_source::KEYS),
            ("", head::TOP),
        ];
        assert_eq!(keys(&schema["definitions"]["Action"]), action);
        for (name, read) in tables {
            let definition = if name.is_empty() {
                &schema
            } else {
                &schema["definitions"][name]
            };
            assert_eq!(keys(definition), read.iter().copied().collect(), "{name}");
        }
    }

    #[test]
    fn every_key_is_described() {
        fn check(at: &str, value: &Value) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                for (key, property) in properties {
                    assert!(property.get("description").is_some(), "{at}.{key} says nothing");
                }
            }
            match value {
                Value::Object(entries) => entries
                    .iter()
                    .filter(|(key, _)| *key != "if")
                    .for_each(|(key, value)| check(&format!("{at}.{key}"), value)),
                Value::Array(items) => items.iter().for_each(|value| check(at, value)),
                _ => {}
            }
        }
        check("", &schema());
    }
}
