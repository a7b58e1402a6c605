//! What a template asks of those who deploy it.

use model::definition::Capability;
use model::diagnostic::{Span, Spanned};

use crate::node::{Kind, Node};
use crate::{Resource, Template};
use model::source::Source;

/// A capability that must be acknowledged, and what asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredCapability {
    /// The least that is enough; `named-iam` covers `iam`.
    pub capability: Capability,
    /// The part of the template that asks for it.
    pub span: Span,
    /// Why, as a phrase: `an IAM resource with a fixed name`.
    pub why: String,
}

/// IAM types that need an acknowledgement, with the property that holds a custom name (reference §6.2).
const IAM: &[(&str, Option<&str>)] = &[
    ("AWS::IAM::AccessKey", None),
    ("AWS::IAM::Group", Some("GroupName")),
    ("AWS::IAM::InstanceProfile", Some("InstanceProfileName")),
    ("AWS::IAM::ManagedPolicy", Some("ManagedPolicyName")),
    ("AWS::IAM::Policy", None),
    ("AWS::IAM::Role", Some("RoleName")),
    ("AWS::IAM::User", Some("UserName")),
    ("AWS::IAM::UserToGroupAddition", None),
];

impl Template {
    /// The capabilities that a call with this template must acknowledge (reference §6.2), the strongest first. What a nested
    /// stack's own template needs is not known here, and neither is what a transform makes.
    pub fn required_capabilities(&self) -> Vec<RequiredCapability> {
        let mut required: Vec<_> = self
            .all_resources()
            .filter_map(|(_, resource)| iam(resource))
            .collect();
        required.extend(self.transforms.iter().map(|transform| RequiredCapability {
            capability: Capability::AutoExpand,
            span: transform.span.clone(),
            why: format!("the transform `{}`", transform.value),
        }));
        required.sort_by_key(|found| {
            (
                found.capability != Capability::NamedIam,
                found.capability,
                found.span.start,
            )
        });
        required
    }

    /// Every transform and macro with its place: `Transform` and each `Fn::Transform`. Service-managed StackSets take none
    /// (reference §6.3).
    pub fn transforms(&self) -> &[Spanned<String>] {
        &self.transforms
    }

    /// Logical ids of nested stacks, which service-managed StackSets do not take (reference §6.3).
    pub fn nested_stacks(&self) -> Vec<Spanned<String>> {
        self.of_type("AWS::CloudFormation::Stack")
    }

    /// Logical ids of StackSets inside the template, which no StackSet takes (reference §6.3).
    pub fn nested_stack_sets(&self) -> Vec<Spanned<String>> {
        self.of_type("AWS::CloudFormation::StackSet")
    }

    /// Resources, and what the loops of `AWS::LanguageExtensions` repeat.
    fn all_resources(&self) -> impl Iterator<Item = (&str, &Resource)> {
        let looped = self.looped.iter().map(|(id, resource)| (id.as_str(), resource));
        let plain = self
            .resources
            .iter()
            .map(|(id, resource)| (id.as_str(), resource));
        plain.chain(looped)
    }

    fn of_type(&self, wanted: &str) -> Vec<Spanned<String>> {
        let found = self
            .all_resources()
            .filter(|(_, resource)| resource.resource_type.value == wanted);
        found
            .map(|(logical_id, resource)| Spanned {
                value: logical_id.to_owned(),
                span: resource.resource_type.span.clone(),
            })
            .collect()
    }
}

fn iam(resource: &Resource) -> Option<RequiredCapability> {
    let (_, name) = IAM
        .iter()
        .find(|(iam_type, _)| *iam_type == resource.resource_type.value)?;
    let no_value = serde_json::json!({ "Ref": "AWS::NoValue" });
    let named = name
        .filter(|name| resource.property(name).is_some_and(|value| *value != no_value))
        .and_then(|name| resource.property_spans.get(name));
    Some(match named {
        Some(span) => RequiredCapability {
            capability: Capability::NamedIam,
            span: span.clone(),
            why: "an IAM resource with a fixed name".to_owned(),
        },
        None => RequiredCapability {
            capability: Capability::Iam,
            span: resource.resource_type.span.clone(),
            why: "an IAM resource".to_owned(),
        },
    })
}

/// Every transform below a node, in the order of the text.
pub(crate) fn transforms(source: &Source, root: &Node) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    if let Some(node) = root.get("Transform") {
        named(source, node, &mut found);
    }
    nested(source, root, &mut found);
    found
}

/// A transform by name, a list of them, or one with `Name` and `Parameters`.
fn named(source: &Source, node: &Node, found: &mut Vec<Spanned<String>>) {
    if let Kind::List(items) = &node.kind {
        for item in items {
            named(source, item, found);
        }
        return;
    }
    let name = node.get("Name").unwrap_or(node);
    let value = name.text().unwrap_or("a computed name").to_owned();
    found.push(Spanned {
        value,
        span: source.span(&name.range),
    });
}

fn nested(source: &Source, node: &Node, found: &mut Vec<Spanned<String>>) {
    match &node.kind {
        Kind::Scalar { .. } => {}
        Kind::List(items) => items.iter().for_each(|item| nested(source, item, found)),
        Kind::Map(entries) => {
            for (key, child) in entries {
                if key.text == "Fn::Transform" {
                    named(source, child, found);
                }
                nested(source, child, found);
            }
        }
    }
}
