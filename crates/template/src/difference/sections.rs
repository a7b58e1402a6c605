//! What differs in a template beside its resources.

use model::plan::{Action, SectionChange};
use serde_json::{Map, Value};

use super::resolve::function;
use crate::Template;

/// What is shown of a default that is a secret.
const SENSITIVE: &str = "(sensitive)";

/// Compares every section but `Resources`, entry by entry, and in each entry the first level.
pub(super) fn compare(before: &Template, after: &Template) -> Vec<SectionChange> {
    let mut changes = Vec::new();
    let empty = Map::new();
    let (one, two) = (before.body.as_object(), after.body.as_object());
    let (one, two) = (one.unwrap_or(&empty), two.unwrap_or(&empty));
    for section in keys(one, two) {
        if section == "Resources" {
            continue;
        }
        match (one.get(section), two.get(section)) {
            (Some(Value::Object(one)), Some(Value::Object(two))) => {
                entries(section, "", [one, two], &mut changes);
            }
            (None, Some(Value::Object(two))) => entries(section, "", [&empty, two], &mut changes),
            (Some(Value::Object(one)), None) => entries(section, "", [one, &empty], &mut changes),
            (one, two) => changes.extend(change(section, "", [one, two])),
        }
    }
    for change in &mut changes {
        hide(change, [before, after]);
    }
    changes
}

fn keys<'m>(one: &'m Map<String, Value>, two: &'m Map<String, Value>) -> Vec<&'m String> {
    let mut keys: Vec<_> = one.keys().chain(two.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn entries(
    section: &str,
    above: &str,
    [one, two]: [&Map<String, Value>; 2],
    changes: &mut Vec<SectionChange>,
) {
    for key in keys(one, two) {
        let name = if above.is_empty() {
            key.clone()
        } else {
            format!("{above}.{key}")
        };
        let (one, two) = (one.get(key), two.get(key));
        let deeper = |value: Option<&'_ Value>| value.is_some_and(|value| function(value).is_none());
        match (one, two) {
            (Some(Value::Object(inner)), Some(Value::Object(other)))
                if above.is_empty() && deeper(one) && deeper(two) =>
            {
                entries(section, &name, [inner, other], changes);
            }
            _ => changes.extend(change(section, &name, [one, two])),
        }
    }
}

fn change(section: &str, name: &str, [before, after]: [Option<&Value>; 2]) -> Option<SectionChange> {
    let action = match (before, after) {
        _ if before == after => return None,
        (None, _) => Action::Create,
        (_, None) => Action::Delete,
        _ => Action::Update,
    };
    Some(SectionChange {
        section: section.to_owned(),
        name: name.to_owned(),
        action,
        before: before.cloned(),
        after: after.cloned(),
    })
}

/// Defaults of parameters that are not to be seen.
fn hide(change: &mut SectionChange, sides: [&Template; 2]) {
    let name = change.name.split('.').next().unwrap_or_default();
    let mut hidden = sides.iter().filter_map(|side| side.parameters.get(name));
    if change.section != "Parameters" || !hidden.any(|parameter| parameter.no_echo) {
        return;
    }
    for value in [&mut change.before, &mut change.after].into_iter().flatten() {
        match value {
            Value::Object(properties) => {
                if let Some(default) = properties.get_mut("Default") {
                    *default = SENSITIVE.into();
                }
            }
            other if change.name.ends_with(".Default") => *other = SENSITIVE.into(),
            _ => {}
        }
    }
}
