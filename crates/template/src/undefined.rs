//! E0338: names of things that the template does not have.
//!
//! CloudFormation refuses each of them: "Unresolved resource dependencies [Name] in the Resources block of the template",
//! "instance of Fn::GetAtt references undefined resource", "Unresolved condition dependency", "Mapping named 'Name' is not
//! present in the 'Mappings' section of template", "Cannot reference resources in the Conditions block of the template".

use std::collections::BTreeSet;

use model::diagnostic::{Diagnostic, Span};
use model::source::Source;

use crate::nearest::nearest;
use crate::node::Node;
use crate::references::{Named, Reference, References};

/// Parameters that every template has
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>).
pub(crate) const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];
/// How many edits away a long name may be to be meant.
const EDITS: usize = 3;

/// The names of a template's own things.
struct Names<'n> {
    parameters: BTreeSet<&'n str>,
    resources: BTreeSet<&'n str>,
    mappings: BTreeSet<&'n str>,
    conditions: BTreeSet<&'n str>,
}

/// Reports every name in conditions, resources and outputs that nothing has; `most` of them.
pub(crate) fn check(source: &Source, root: &Node, references: &References, most: usize) -> Vec<Diagnostic> {
    let names = Names::of(root);
    let conditions = references
        .conditions
        .iter()
        .flat_map(|(condition, found)| found.iter().map(move |reference| (condition, reference)));
    let of_conditions =
        conditions.filter_map(|(condition, reference)| names.in_condition(source, condition, reference));
    let others = references.resources.values().chain(references.outputs.values());
    let others = others.flatten().filter(|reference| !reference.aside);
    let of_others = others.filter_map(|reference| names.missing(source, reference));
    let mut wrong: Vec<_> = of_conditions.chain(of_others).take(most).collect();
    wrong.sort_by_key(|found| found.labels.first().map(|label| label.span.start.offset));
    wrong
}

impl<'n> Names<'n> {
    fn of(root: &'n Node) -> Self {
        let of = |section| root.section(section).iter().map(|(key, _)| key.text.as_str());
        Self {
            parameters: of("Parameters").collect(),
            resources: of("Resources").collect(),
            mappings: of("Mappings").collect(),
            conditions: of("Conditions").collect(),
        }
    }

    /// Conditions hold before there are resources, so they cannot name any.
    fn in_condition(&self, source: &Source, condition: &str, reference: &Reference) -> Option<Diagnostic> {
        let name = reference.name.as_str();
        let names_resource = reference.may_name_resource() && self.resources.contains(name);
        if !names_resource || self.parameters.contains(name) {
            return self.missing(source, reference);
        }
        let message = format!("the condition `{condition}` names the resource `{name}`");
        Some(
            Diagnostic::error("E0338", message)
                .label(
                    &place(source, reference),
                    "conditions are decided before there are resources",
                )
                .help("a condition may name parameters, pseudo parameters, mappings and other conditions"),
        )
    }

    fn missing(&self, source: &Source, reference: &Reference) -> Option<Diagnostic> {
        let name = reference.name.as_str();
        let (known, what): (Vec<&BTreeSet<&str>>, _) = match reference.named {
            Named::Value if PSEUDO_PARAMETERS.contains(&name) => return None,
            Named::Value => (
                vec![&self.parameters, &self.resources],
                "neither a parameter nor a resource",
            ),
            Named::Attribute | Named::Before => (vec![&self.resources], "not a resource"),
            Named::Mapping => (vec![&self.mappings], "not a mapping"),
            Named::Condition => (vec![&self.conditions], "not a condition"),
            Named::Malformed => return Some(malformed(source, reference)),
        };
        if known.iter().any(|names| names.contains(name)) {
            return None;
        }
        let pseudo = PSEUDO_PARAMETERS
            .iter()
            .filter(|_| reference.named == Named::Value);
        let candidates = known.into_iter().flatten().chain(pseudo).copied();
        let span = place(source, reference);
        let diagnostic = Diagnostic::error("E0338", format!("`{name}` is {what} of the template"))
            .label(&span, "CloudFormation would refuse it");
        Some(match nearest(name, candidates, EDITS.min(name.len() / 3)) {
            Some(similar) => diagnostic.replace("something with a similar name exists", &span, similar),
            None => diagnostic.help("correct the name, or add what it names to the template"),
        })
    }
}

fn malformed(source: &Source, reference: &Reference) -> Diagnostic {
    let name = &reference.name;
    let span = place(source, reference);
    Diagnostic::error(
        "E0338",
        format!("`${{{name}}}` cannot be a variable of `Fn::Sub`"),
    )
    .label(&span, "letters, digits, `_`, `.` and `:` only")
    .help(
        "to keep it as it is, for example for a shell, write an exclamation mark behind the brace: ${!NAME}",
    )
}

/// The name itself, where it stands in its scalar as it is.
fn place(source: &Source, reference: &Reference) -> Span {
    let range = &reference.range;
    let scalar = source.text.get(range.clone()).unwrap_or_default();
    let at = scalar.find(reference.name.as_str());
    at.map_or_else(
        || source.span(range),
        |at| {
            let start = range.start + at;
            source.span(&(start..start + reference.name.len()))
        },
    )
}
