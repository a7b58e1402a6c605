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

/// A resource whose name is written out and unique beyond its Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalName {
    /// The logical id.
    pub logical_id: String,
    /// For example `AWS::IAM::Role`.
    pub resource_type: String,
    /// The name.
    pub name: String,
    /// The property with the name.
    pub span: Span,
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
    /// The capabilities that a call with this template must acknowledge (reference §6.2), the strongest first.
    pub fn required_capabilities(&self) -> Vec<RequiredCapability> {
        let mut required: Vec<_> = self.resources.values().filter_map(iam).collect();
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

    fn of_type(&self, wanted: &str) -> Vec<Spanned<String>> {
        let found = self
            .resources
            .iter()
            .filter(|(_, resource)| resource.resource_type.value == wanted);
        found
            .map(|(logical_id, resource)| Spanned {
                value: logical_id.clone(),
                span: resource.resource_type.span.clone(),
            })
            .collect()
    }

    /// Resources with a literal name that an account, or all of AWS, has only once: in a second Region of the account they
    /// collide (reference §6.5). A resource with a `Condition` is left out: it may be made in one Region only.
    pub fn fixed_global_names(&self) -> Vec<GlobalName> {
        let found = self
            .resources
            .iter()
            .filter(|(_, resource)| resource.body.get("Condition").is_none());
        found
            .filter_map(|(logical_id, resource)| global_name(logical_id, resource))
            .collect()
    }
}

fn iam(resource: &Resource) -> Option<RequiredCapability> {
    let (_, name) = IAM
        .iter()
        .find(|(iam_type, _)| *iam_type == resource.resource_type.value)?;
    let named = name.and_then(|name| resource.property_spans.get(name));
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

fn global_name(logical_id: &str, resource: &Resource) -> Option<GlobalName> {
    let resource_type = resource.resource_type.value.as_str();
    let property = match resource_type {
        "AWS::S3::Bucket" => "BucketName",
        _ => IAM.iter().find(|(iam_type, _)| *iam_type == resource_type)?.1?,
    };
    let name = resource.property(property)?.as_str()?;
    // Dynamic references are resolved in each stack, so the name is not known here.
    if name.contains("{{resolve:") {
        return None;
    }
    Some(GlobalName {
        logical_id: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
        name: name.to_owned(),
        span: resource.property_spans.get(property)?.clone(),
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
