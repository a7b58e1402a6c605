//! Names that an account, or all of AWS, has only once.

use std::collections::BTreeSet;

use model::diagnostic::Span;
use serde_json::Value;

use crate::parameter::ParameterType;
use crate::references::Named;
use crate::sub::{self, Part};
use crate::{Resource, Template};

/// Where a name may be given only once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// In an account, over all of its Regions.
    Account,
    /// In all of AWS, or rather in the partition.
    Everywhere,
}

/// A resource whose name is the same in every Region of an account, where it can be given only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalName {
    /// The logical id.
    pub logical_id: String,
    /// For example `AWS::IAM::Role`.
    pub resource_type: String,
    /// The name, in the form of `Fn::Sub`: `${AWS::AccountId}` and `${Parameter}` stand as they are.
    pub name: String,
    /// The property with the name.
    pub span: Span,
    /// Where there can be only one of it.
    pub uniqueness: Uniqueness,
    /// Whether the account's id is part of the name, so that accounts do not collide with each other.
    pub names_account: bool,
    /// Parameters that are part of the name, or decide whether the resource is made: overrides of these for some Regions can
    /// keep the Regions apart.
    pub parameters: BTreeSet<String>,
}

/// A type with a name that is unique beyond its Region.
struct Global {
    resource_type: &'static str,
    /// Dotted path below `Properties`.
    path: &'static str,
    uniqueness: Uniqueness,
}

const fn in_account(resource_type: &'static str, path: &'static str) -> Global {
    Global {
        resource_type,
        path,
        uniqueness: Uniqueness::Account,
    }
}

const fn everywhere(resource_type: &'static str, path: &'static str) -> Global {
    Global {
        resource_type,
        path,
        uniqueness: Uniqueness::Everywhere,
    }
}

/// IAM, S3, Route 53 and CloudFront (reference §6.5). CloudFront says of each of its names that it must be unique:
/// `CachePolicyAlreadyExists`, `FunctionAlreadyExists` and their like
/// (<https://docs.aws.amazon.com/botocore/latest/reference/services/cloudfront/client/exceptions/CachePolicyAlreadyExists.html>),
/// and of a distribution's aliases that all of AWS has each only once
/// (<https://repost.aws/knowledge-center/resolve-cnamealreadyexists-error>).
const GLOBAL: &[Global] = &[
    in_account("AWS::IAM::Group", "GroupName"),
    in_account("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    in_account("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    in_account("AWS::IAM::Role", "RoleName"),
    in_account("AWS::IAM::User", "UserName"),
    everywhere("AWS::S3::Bucket", "BucketName"),
    in_account("AWS::Route53::RecordSet", "Name"),
    in_account("AWS::CloudFront::CachePolicy", "CachePolicyConfig.Name"),
    everywhere("AWS::CloudFront::Distribution", "DistributionConfig.Aliases"),
    in_account("AWS::CloudFront::Function", "Name"),
    in_account(
        "AWS::CloudFront::OriginAccessControl",
        "OriginAccessControlConfig.Name",
    ),
    in_account(
        "AWS::CloudFront::OriginRequestPolicy",
        "OriginRequestPolicyConfig.Name",
    ),
    in_account(
        "AWS::CloudFront::ResponseHeadersPolicy",
        "ResponseHeadersPolicyConfig.Name",
    ),
];

/// What a pseudo parameter adds to a name, if it is the same in all Regions of an account. The name of a stack that a
/// StackSet makes ends with an id of its own (reference §6.1).
fn same_in_regions(pseudo: &str) -> bool {
    matches!(pseudo, "AWS::AccountId" | "AWS::Partition" | "AWS::URLSuffix")
}

impl Template {
    /// Resources with a name that an account, or all of AWS, has only once, and that is the same in all Regions of the
    /// account: in a second Region they collide (reference §6.5). Names that are computed in another way than by `Ref`,
    /// `Fn::Sub` and `Fn::Join` are left out, and so are resources with a condition on the Region.
    pub fn fixed_global_names(&self) -> Vec<GlobalName> {
        let found = self.resources.iter();
        found
            .flat_map(|(logical_id, resource)| self.names_of(logical_id, resource))
            .collect()
    }

    fn names_of(&self, logical_id: &str, resource: &Resource) -> Vec<GlobalName> {
        let resource_type = resource.resource_type.value.as_str();
        let Some(global) = GLOBAL.iter().find(|global| global.resource_type == resource_type) else {
            return Vec::new();
        };
        let Some(property) = at(resource, global.path).filter(|_| !is_kept_apart(self, resource)) else {
            return Vec::new();
        };
        let top = global.path.split('.').next().unwrap_or_default();
        let span = resource.property_spans.get(top).unwrap_or(&resource.span);
        let names = property
            .as_array()
            .map_or(std::slice::from_ref(property), Vec::as_slice);
        let names = names.iter().filter_map(|name| {
            let mut written = Written::default();
            written.value(self, name)?;
            written.condition(self, resource)?;
            Some(GlobalName {
                logical_id: logical_id.to_owned(),
                resource_type: resource_type.to_owned(),
                name: written.name,
                span: span.clone(),
                uniqueness: global.uniqueness,
                names_account: written.names_account,
                parameters: written.parameters,
            })
        });
        names.collect()
    }
}

fn at<'r>(resource: &'r Resource, path: &str) -> Option<&'r Value> {
    path.split('.')
        .try_fold(resource.body.get("Properties")?, |value, key| value.get(key))
}

/// Whether two of a name can stand side by side after all: buckets of an account-regional namespace
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>), records of a zone that the stack makes,
/// and records with identifiers.
fn is_kept_apart(template: &Template, resource: &Resource) -> bool {
    let zone = resource
        .property("HostedZoneId")
        .and_then(|zone| zone.get("Ref")?.as_str());
    resource
        .property("BucketNamespace")
        .is_some_and(|namespace| namespace != "global")
        || resource.property("SetIdentifier").is_some()
        || zone.is_some_and(|zone| template.resources.contains_key(zone))
}

/// A name, put together from what is the same in all Regions.
#[derive(Default)]
struct Written {
    name: String,
    names_account: bool,
    parameters: BTreeSet<String>,
}

impl Written {
    /// Adds a value; none when it can be another one in another Region.
    fn value(&mut self, template: &Template, value: &Value) -> Option<()> {
        if let Some(text) = value.as_str() {
            return self.text(text);
        }
        if let Some(number) = value.as_number() {
            return self.text(&number.to_string());
        }
        let (function, argument) = value.as_object().filter(|map| map.len() == 1)?.iter().next()?;
        match function.as_str() {
            "Ref" => self.reference(template, argument.as_str()?),
            "Fn::Sub" => match argument {
                Value::Array(items) => self.substitution(template, items.first()?.as_str()?, items.get(1)),
                _ => self.substitution(template, argument.as_str()?, None),
            },
            "Fn::Join" => {
                let delimiter = argument.get(0)?.as_str()?;
                for (index, part) in argument.get(1)?.as_array()?.iter().enumerate() {
                    self.text(if index > 0 { delimiter } else { "" })?;
                    self.value(template, part)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Dynamic references are resolved in each stack, so the name is not known here.
    fn text(&mut self, text: &str) -> Option<()> {
        if text.contains("{{resolve:") {
            return None;
        }
        self.name.push_str(text);
        Some(())
    }

    fn substitution(&mut self, template: &Template, text: &str, given: Option<&Value>) -> Option<()> {
        for part in sub::parts(text) {
            match part {
                Part::Text(text) => self.text(text)?,
                Part::Variable(name) => match given.and_then(|given| given.get(name)) {
                    Some(value) => self.value(template, value)?,
                    None => self.reference(template, name)?,
                },
            }
        }
        Some(())
    }

    fn reference(&mut self, template: &Template, name: &str) -> Option<()> {
        self.decided_by(template, name)?;
        self.name.push_str("${");
        self.name.push_str(name);
        self.name.push('}');
        self.names_account |= name == "AWS::AccountId";
        Some(())
    }

    /// A parameter has one value in all Regions unless it is overridden in some; what SSM keeps under a name differs.
    fn decided_by(&mut self, template: &Template, name: &str) -> Option<()> {
        if same_in_regions(name) {
            return Some(());
        }
        let parameter = template.parameters.get(name)?;
        if matches!(parameter.kind(), ParameterType::SsmValue { .. }) {
            return None;
        }
        self.parameters.insert(name.to_owned());
        Some(())
    }

    /// A condition that asks for the Region lets the resource be made in one of them.
    fn condition(&mut self, template: &Template, resource: &Resource) -> Option<()> {
        let mut open: Vec<&str> = resource
            .body
            .get("Condition")
            .and_then(Value::as_str)
            .into_iter()
            .collect();
        let mut seen = BTreeSet::new();
        while let Some(condition) = open.pop() {
            if !seen.insert(condition) {
                continue;
            }
            for reference in template.references.conditions.get(condition)? {
                match reference.named {
                    Named::Value => self.decided_by(template, &reference.name)?,
                    Named::Condition => open.push(&reference.name),
                    _ => {}
                }
            }
        }
        Some(())
    }
}
