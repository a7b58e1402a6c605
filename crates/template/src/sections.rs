//! The tree as a [`Template`]: sections, resources, limits.

use std::collections::BTreeMap;

use model::diagnostic::Diagnostic;
use serde_json::Value;

use crate::nearest::nearest;
use crate::node::{Key, Node};
use crate::parse::MAX_WRONG;
use crate::references::References;
use crate::{MAX_OTHERS, Template, canonical, circles, facts, parameter, parse, undefined};
use model::source::Source;

mod limits;
mod resources;

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
    let entries = root.entries().ok_or_else(|| vec![no_mapping(source, root)])?;
    let mut wrong: Vec<_> = entries
        .iter()
        .filter_map(|(key, _)| unknown_section(source, key))
        .collect();
    let parameters = parameter::read(source, root.get("Parameters"), &mut wrong);
    let resources = resources::read(source, root, &mut wrong);
    let description = description(source, root, &mut wrong);
    let transforms = facts::transforms(source, root);
    let outputs = section(source, root, "Outputs", &mut wrong);
    let conditions = section(source, root, "Conditions", &mut wrong);
    let mappings = section(source, root, "Mappings", &mut wrong);
    let references = References::of(root);
    let is_complete = transforms.is_empty() && !resources::has_loops(root);
    if is_complete {
        limits::outputs(source, root, &mut wrong);
        wrong.extend(undefined::check(source, root, &references, MAX_WRONG));
        wrong.extend(circles::check(source, root, &references));
    }
    limits::check(source, root, &mut wrong);
    if !wrong.is_empty() {
        wrong.truncate(MAX_WRONG);
        return Err(wrong);
    }
    Ok(Template {
        file: source.file.to_owned(),
        description,
        parameters,
        looped: resources::looped(source, root),
        resources,
        outputs,
        conditions,
        mappings,
        transforms,
        references,
        body: canonical::value(root),
    })
}

fn no_mapping(source: &Source, root: &Node) -> Diagnostic {
    let message = format!("a template is a mapping of sections, but this is {}", root.what());
    let start = root.range.start;
    Diagnostic::error("E0333", message)
        .label(&source.span(&(start..start)), "no section begins here")
        .help("begin with the sections: AWSTemplateFormatVersion, Parameters, Resources")
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
    Some(match nearest(name, SECTIONS.iter().copied(), 3) {
        Some(section) => diagnostic.replace("a section with a similar name exists", &span, section),
        None => diagnostic.help("keep what is not for CloudFormation in the section `Metadata`"),
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
