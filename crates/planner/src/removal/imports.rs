//! Which removed StackSets go before which: a stack whose export is imported elsewhere cannot be deleted (CloudFormation User
//! Guide, "Get exported outputs"), so who imports goes first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::context::Context;

/// For each removed StackSet those that import from it, by their names in the manifest. Those that import from each other in a
/// circle are left out: no order helps them.
pub(crate) fn importers<'a>(context: &Context<'a>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let names: Vec<_> = context.desired.removed.iter().collect();
    let templates: Vec<_> = names
        .iter()
        .filter_map(|(name, removal)| {
            let set = context.observed.stack_sets.get(&removal.aws_name)?;
            let template = template::read("(in AWS)", &set.definition.template).ok()?;
            Some((name.as_str(), exports(&template.outputs), imports(&template.body)))
        })
        .collect();
    let mut waits: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, exported, _) in &templates {
        let others = templates.iter().filter(|(other, _, _)| other != name);
        let importing = others.filter(|(_, _, imported)| !imported.is_disjoint(exported));
        let importing: BTreeSet<_> = importing.map(|(other, _, _)| *other).collect();
        if !importing.is_empty() {
            waits.insert(name, importing);
        }
    }
    let circular: Vec<_> = waits
        .keys()
        .copied()
        .filter(|name| reaches(&waits, name, name))
        .collect();
    waits.retain(|name, _| !circular.contains(name));
    waits
}

/// Whether one waits for another, directly or not.
fn reaches(waits: &BTreeMap<&str, BTreeSet<&str>>, from: &str, to: &str) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut left: Vec<&str> = waits.get(from).into_iter().flatten().copied().collect();
    while let Some(name) = left.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            left.extend(waits.get(name).into_iter().flatten());
        }
    }
    false
}

/// A name is compared as it is written: one that functions make is the same where it is made alike.
fn exports(outputs: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let names = outputs
        .values()
        .filter_map(|output| output.get("Export")?.get("Name"));
    names.map(Value::to_string).collect()
}

fn imports(body: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![body];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(entries) => {
                found.extend(entries.get("Fn::ImportValue").map(Value::to_string));
                left.extend(entries.values());
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    found
}
