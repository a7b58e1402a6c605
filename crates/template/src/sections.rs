//! The tree as a [`Template`]: sections, resources, limits.

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Span, Spanned};
use serde_json::Value;

use crate::node::{Key, Node};
use crate::{MAX_OTHERS, MAX_RESOURCES, Resource, Template, canonical, facts, parameter, parse};
use model::source::Source;

/// Sections that CloudFormation knows. `Globals` belongs to `AWS::Serverless`, `Fn::Transform` may bring further ones.
const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Fn::Transform",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];
/// Sections that rain reads and CloudFormation does not.
const RAIN_SECTIONS: &[&str] = &["Constants", "Modules", "Packages", "Rain"];

/// Reads the tree of a template.
pub(crate) fn template(source: &Source, root: &Node) -> Result<Template, Vec<Diagnostic>> {
    let Some(entries) = root.entries() else {
        let message = format!("a template is a mapping of sections, but this is {}", root.what());
        let start = root.range.start;
        return Err(vec![
            Diagnostic::error("E0333", message)
                .label(&source.span(&(start..start)), "no section begins here")
                .help("begin with the sections: AWSTemplateFormatVersion, Parameters, Resources"),
        ]);
    };
    let mut wrong: Vec<_> = entries
        .iter()
        .filter_map(|(key, _)| unknown_section(source, key))
        .collect();
    let parameters = parameter::read(source, root.get("Parameters"), &mut wrong);
    let resources = resources(source, root, &mut wrong);
    let description = description(source, root, &mut wrong);
    let transforms = facts::transforms(source, root);
    let outputs = section(source, root, "Outputs", &mut wrong);
    let conditions = section(source, root, "Conditions", &mut wrong);
    let mappings = section(source, root, "Mappings", &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Template {
        file: source.file.to_owned(),
        description,
        parameters,
        resources,
        outputs,
        conditions,
        mappings,
        transforms,
        body: canonical::value(root),
    })
}

fn unknown_section(source: &Source, key: &Key) -> Option<Diagnostic> {
    let name = key.text.as_str();
    if SECTIONS.contains(&name) || name == "<<" {
        return None;
    }
    if RAIN_SECTIONS.contains(&name) {
        return Some(parse::rain(source, name, &key.range));
    }
    let span = source.span(&key.range);
    let diagnostic = Diagnostic::error("E0333", format!("a template has no section `{name}`"))
        .label(&span, "CloudFormation would refuse it");
    let nearest = SECTIONS
        .iter()
        .map(|section| (strsim::damerau_levenshtein(section, name), *section))
        .min();
    Some(match nearest {
        Some((distance, section)) if distance <= 3 => {
            diagnostic.replace("a section with a similar name exists", &span, section)
        }
        _ => diagnostic.help("keep what is not for CloudFormation in the section `Metadata`"),
    })
}

fn description(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) -> Option<String> {
    let node = root.get("Description")?;
    let text = node.text().map(str::to_owned);
    match &text {
        None => wrong.push(shape(source, node, "Description", "a text")),
        Some(text) if text.len() > 1024 => wrong.push(
            Diagnostic::error(
                "E0336",
                format!(
                    "the description has {} bytes, CloudFormation takes 1,024",
                    text.len()
                ),
            )
            .label(&source.span(&node.range), "too long")
            .help("shorten it, or move a part into `Metadata`"),
        ),
        Some(_) => {}
    }
    text
}

/// What to say when a part of a template is not of the kind that it must be.
pub(crate) fn shape(source: &Source, node: &Node, what: &str, wanted: &str) -> Diagnostic {
    Diagnostic::error(
        "E0333",
        format!("`{what}` must be {wanted}, but it is {}", node.what()),
    )
    .label(&source.span(&node.range), format!("not {wanted}"))
    .help(format!("write {wanted} here"))
}

/// The entries of a section that is a mapping; too many of them are reported.
pub(crate) fn entries<'n>(
    source: &Source,
    node: Option<&'n Node>,
    (name, most): (&str, usize),
    wrong: &mut Vec<Diagnostic>,
) -> &'n [(Key, Node)] {
    let Some(node) = node else { return &[] };
    let Some(entries) = node.entries() else {
        wrong.push(shape(source, node, name, "a mapping"));
        return &[];
    };
    if let Some((first_over, _)) = entries.get(most) {
        let found = entries.len();
        wrong.push(
            Diagnostic::error(
                "E0336",
                format!(
                    "the template has {found} {}, CloudFormation takes {most}",
                    name.to_lowercase()
                ),
            )
            .label(&source.span(&first_over.range), "the first one over the limit")
            .help("split the template over two StackSets"),
        );
    }
    entries
}

fn section(source: &Source, root: &Node, name: &str, wrong: &mut Vec<Diagnostic>) -> BTreeMap<String, Value> {
    // Conditions are not limited (reference §6.1 has no number for them).
    let most = if name == "Conditions" {
        usize::MAX
    } else {
        MAX_OTHERS
    };
    entries(source, root.get(name), (name, most), wrong)
        .iter()
        .map(|(key, node)| (key.text.clone(), canonical::value(node)))
        .collect()
}

fn resources(source: &Source, root: &Node, wrong: &mut Vec<Diagnostic>) -> BTreeMap<String, Resource> {
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
    known
        .filter_map(|(key, node)| {
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
    Some(Resource {
        resource_type,
        body: canonical::value(node),
        property_spans: property_spans(source, node),
        span: at,
    })
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
