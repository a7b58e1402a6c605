//! Limits of the service (reference §6.1) that need a look into the sections.

use std::collections::BTreeSet;

use model::diagnostic::Diagnostic;
use model::source::Source;

use crate::MAX_OTHERS;
use crate::node::{Key, Kind, Node};

/// Dynamic references in a template (reference §6.1).
const MAX_DYNAMIC: usize = 60;
/// Characters of the name of an output or a mapping (reference §6.1 has it for parameters; the service's page for all).
const MAX_NAME: usize = 255;

/// Reports what is over a limit.
pub(super) fn check(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) {
    mappings(source, root, wrong);
    dynamic_references(source, root, wrong);
}

/// Attributes of a mapping, and names.
fn mappings(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) {
    for (key, mapping) in root.section("Mappings") {
        name(source, key, "a mapping", wrong);
        for (_, attributes) in mapping.entries().unwrap_or_default() {
            let Some((over, _)) = attributes.entries().unwrap_or_default().get(MAX_OTHERS) else {
                continue;
            };
            let message = format!(
                "the mapping `{}` has more than {MAX_OTHERS} attributes under one key, which is the most that CloudFormation takes",
                key.text
            );
            wrong.push(
                Diagnostic::error("E0336", message)
                    .label(&source.span(&over.range), "the first one over the limit")
                    .help("split the mapping in two"),
            );
        }
    }
}

/// Every output has a value: "Every Outputs member must contain a Value object", says the service.
pub(super) fn outputs(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) {
    for (key, output) in root.section("Outputs") {
        name(source, key, "an output", wrong);
        if output.get("Value").is_none() {
            let message = format!("the output `{}` has no `Value`", key.text);
            wrong.push(
                Diagnostic::error("E0333", message)
                    .label(&source.span(&key.range), "what does it put out?")
                    .help("add a line such as `Value: !GetAtt Topic.TopicArn`"),
            );
        }
    }
}

fn name(source: &Source, key: &Key, what: &str, wrong: &mut Vec<Diagnostic>) {
    let length = key.text.chars().count();
    if length > MAX_NAME {
        let message = format!("the name of {what} has {length} characters, CloudFormation takes {MAX_NAME}");
        wrong.push(
            Diagnostic::error("E0336", message)
                .label(&source.span(&key.range), "too long")
                .help("shorten it, and every reference to it"),
        );
    }
}

/// Dynamic references, each of them counted once.
fn dynamic_references(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) {
    let mut found = BTreeSet::new();
    let mut over = None;
    each_text(root, &mut |text, node| {
        for part in text.split("{{resolve:").skip(1) {
            let inserted = found.insert(part.split("}}").next().unwrap_or_default().to_owned());
            if inserted && found.len() == MAX_DYNAMIC + 1 {
                over = Some(source.span(&node.range));
            }
        }
    });
    if let Some(over) = over {
        let message = format!(
            "the template has {} dynamic references, CloudFormation takes {MAX_DYNAMIC}",
            found.len()
        );
        wrong.push(
            Diagnostic::error("E0336", message)
                .label(&over, "the first one over the limit")
                .help("split the template, or read several values from one secret"),
        );
    }
}

fn each_text<'n>(node: &'n Node, see: &mut impl FnMut(&'n str, &'n Node)) {
    match &node.kind {
        Kind::Scalar { text, .. } => see(text, node),
        Kind::List(items) => items.iter().for_each(|item| each_text(item, see)),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| each_text(value, see)),
    }
}
