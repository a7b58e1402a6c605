//! The section `Resources`.

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Span, Spanned};
use model::source::Source;

use super::entries;
use crate::nearest::nearest;
use crate::node::{Key, Kind, Node};
use crate::{MAX_RESOURCES, Resource, canonical};

/// What a resource may have beside its type
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>, `Version` for custom
/// resources, `Connectors` and `IgnoreGlobals` for `AWS::Serverless`).
const PARTS: &[&str] = &[
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Description",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "Version",
];

/// Reads the section.
pub(super) fn read(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) -> BTreeMap<String, Resource> {
    let section = root.get("Resources");
    let made_elsewhere = root.get("Fn::Transform").is_some();
    let found = entries(source, section, ("Resources", MAX_RESOURCES), wrong);
    let empty =
        section.is_none_or(|node| node.entries().is_some_and(<[_]>::is_empty) || node.what() == "nothing");
    if empty && !made_elsewhere {
        let at = section.map_or(0..0, |node| node.range.clone());
        wrong.push(
            Diagnostic::error("E0333", "the template has no resources")
                .label(&source.span(&at), "CloudFormation wants at least one")
                .help("add a section `Resources` with one resource, for example:\nResources:\n  Topic:\n    Type: AWS::SNS::Topic"),
        );
    }
    let known = found.iter().filter(|(key, _)| !is_loop_or_transform(key));
    // What a transform makes of a resource may have further parts.
    let checks_parts = root.get("Transform").is_none();
    known
        .filter_map(|(key, node)| {
            if checks_parts {
                wrong.extend(unknown_parts(source, key, node));
            }
            resource(source, key, node, wrong).map(|resource| (key.text.clone(), resource))
        })
        .collect()
}

/// Keys among resources that a transform replaces by resources.
fn is_loop_or_transform(key: &Key) -> bool {
    key.text == "Fn::Transform" || key.text.starts_with("Fn::ForEach") || key.text == "<<"
}

fn resource(source: &Source, key: &Key, node: &Node, wrong: &mut Vec<Diagnostic>) -> Option<Resource> {
    let name = &key.text;
    let at = source.span(&key.range);
    let mut refuse = |message: String, label: &str, help: &str| {
        wrong.push(Diagnostic::error("E0335", message).label(&at, label).help(help));
    };
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) || name.len() > 255 {
        refuse(
            format!("`{name}` is not a logical id"),
            "letters and digits only, at most 255",
            "rename the resource and every `!Ref` to it",
        );
    }
    if node.entries().is_none() {
        let message = format!(
            "the resource `{name}` must be a mapping, but it is {}",
            node.what()
        );
        refuse(message, "what is it?", "give it a `Type` and `Properties`");
        return None;
    }
    let Some(resource_type) = resource_type(source, node) else {
        // What a transform puts here has its type from there.
        if node.get("Fn::Transform").is_none() {
            let message = format!("the resource `{name}` has no `Type`");
            refuse(
                message,
                "what is it?",
                "add a line such as `Type: AWS::S3::Bucket`",
            );
        }
        return None;
    };
    Some(of_type(source, key, node, resource_type))
}

fn of_type(source: &Source, key: &Key, node: &Node, resource_type: Spanned<String>) -> Resource {
    Resource {
        resource_type,
        body: canonical::value(node),
        property_spans: property_spans(source, node),
        span: source.span(&key.range),
    }
}

/// The service says "Invalid template resource property".
fn unknown_parts(source: &Source, key: &Key, node: &Node) -> Vec<Diagnostic> {
    let parts = node.entries().unwrap_or_default().iter();
    let unknown =
        parts.filter(|(part, _)| !PARTS.contains(&part.text.as_str()) && part.text != "Fn::Transform");
    unknown
        .map(|(part, _)| {
            let message = format!("the resource `{}` has no part `{}`", key.text, part.text);
            let span = source.span(&part.range);
            let diagnostic =
                Diagnostic::error("E0335", message).label(&span, "CloudFormation would refuse it");
            match nearest(&part.text, PARTS.iter().copied(), 3) {
                Some(known) => diagnostic.replace("a part with a similar name exists", &span, known),
                None => diagnostic.help("what describes the resource itself belongs below its `Properties`"),
            }
        })
        .collect()
}

/// Whether `AWS::LanguageExtensions` makes parts of the template by loops.
pub(super) fn has_loops(root: &Node) -> bool {
    match &root.kind {
        Kind::Scalar { .. } => false,
        Kind::List(items) => items.iter().any(has_loops),
        Kind::Map(entries) => entries
            .iter()
            .any(|(key, node)| key.text.starts_with("Fn::ForEach") || has_loops(node)),
    }
}

/// What loops make resources of, by the ids as they are written there: `Topic${Name}`.
pub(super) fn looped(source: &Source, root: &Node) -> Vec<(String, Resource)> {
    let mut found = Vec::new();
    let mut open: Vec<&(Key, Node)> = root.section("Resources").iter().collect();
    while let Some((key, node)) = open.pop() {
        if !key.text.starts_with("Fn::ForEach") {
            continue;
        }
        let body = match &node.kind {
            Kind::List(items) => items.get(2).and_then(Node::entries).unwrap_or_default(),
            _ => &[],
        };
        open.extend(body);
        found.extend(body.iter().filter_map(|(key, node)| {
            let resource_type = resource_type(source, node)?;
            Some((key.text.clone(), of_type(source, key, node, resource_type)))
        }));
    }
    found
}

fn resource_type(source: &Source, node: &Node) -> Option<Spanned<String>> {
    let found = node.get("Type")?;
    Some(Spanned {
        value: found.text()?.to_owned(),
        span: source.span(&found.range),
    })
}

fn property_spans(source: &Source, node: &Node) -> BTreeMap<String, Span> {
    let properties = node.get("Properties").and_then(Node::entries).unwrap_or_default();
    let span = |(key, value): &(Key, Node)| {
        let end = value.range.end.max(key.range.end);
        (key.text.clone(), source.span(&(key.range.start..end)))
    };
    properties.iter().map(span).collect()
}
