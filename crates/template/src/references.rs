//! What the parts of a template name: parameters, resources, mappings, conditions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::node::{Kind, Node};
use crate::sub::{self, Part};

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    /// A parameter, a pseudo parameter or a resource: `Ref`, and `${Name}` of `Fn::Sub`.
    Value,
    /// A resource of which an attribute is wanted: `Fn::GetAtt`, and `${Name.Attribute}`.
    Attribute,
    /// A mapping: `Fn::FindInMap`.
    Mapping,
    /// A condition: `Fn::If`, `Condition`.
    Condition,
    /// A resource that comes first: `DependsOn`.
    Before,
    /// A variable of `Fn::Sub` that cannot be one.
    Malformed,
}

/// A name in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// What it names.
    pub(crate) named: Named,
    /// The name.
    pub(crate) name: String,
    /// The scalar in which it stands.
    pub(crate) range: Range<usize>,
    /// Whether it stands in a branch of `Fn::If`, so that it may not count.
    pub(crate) branch: bool,
    /// Whether it stands in `Metadata`, which CloudFormation looks into less closely.
    pub(crate) aside: bool,
}

impl Reference {
    /// Whether it names a resource, if there is one of that name.
    pub(crate) fn may_name_resource(&self) -> bool {
        matches!(self.named, Named::Value | Named::Attribute | Named::Before)
    }
}

/// What everything in a template names, by section and logical id.
#[derive(Debug, Clone, Default)]
pub(crate) struct References {
    /// `Conditions`
    pub(crate) conditions: BTreeMap<String, Vec<Reference>>,
    /// `Resources`
    pub(crate) resources: BTreeMap<String, Vec<Reference>>,
    /// `Outputs`
    pub(crate) outputs: BTreeMap<String, Vec<Reference>>,
}

impl References {
    /// Collects them.
    pub(crate) fn of(root: &Node) -> Self {
        let section = |name, of: fn(&Node) -> Vec<Reference>| {
            let entries = root.section(name).iter();
            entries.map(|(key, node)| (key.text.clone(), of(node))).collect()
        };
        Self {
            conditions: section("Conditions", of_condition),
            resources: section("Resources", of_entry),
            outputs: section("Outputs", of_entry),
        }
    }
}

/// Everything that a resource, or an output, names.
fn of_entry(node: &Node) -> Vec<Reference> {
    let mut walk = Walk::default();
    for (key, value) in node.entries().unwrap_or_default() {
        match key.text.as_str() {
            "Condition" => walk.scalar(Named::Condition, value),
            "DependsOn" => match &value.kind {
                Kind::List(items) => items.iter().for_each(|item| walk.scalar(Named::Before, item)),
                _ => walk.scalar(Named::Before, value),
            },
            name => {
                walk.aside = name == "Metadata";
                walk.node(value);
                walk.aside = false;
            }
        }
    }
    walk.found
}

/// Everything that a condition names.
fn of_condition(node: &Node) -> Vec<Reference> {
    let mut walk = Walk {
        in_conditions: true,
        ..Walk::default()
    };
    walk.node(node);
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Vec<Reference>,
    in_conditions: bool,
    branch: bool,
    aside: bool,
}

impl Walk {
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::List(items) => items.iter().for_each(|item| self.node(item)),
            Kind::Map(entries) => {
                if let [(key, argument)] = entries.as_slice() {
                    self.function(&key.text, argument);
                } else {
                    for (_, value) in entries {
                        self.node(value);
                    }
                }
            }
        }
    }

    /// A mapping with one key, which may be a function.
    fn function(&mut self, name: &str, argument: &Node) {
        let first = match &argument.kind {
            Kind::List(items) => items.first(),
            _ => None,
        };
        match name {
            "Ref" => self.scalar(Named::Value, argument),
            "Condition" if self.in_conditions => self.scalar(Named::Condition, argument),
            "Fn::GetAtt" => self.attribute(first.unwrap_or(argument)),
            "Fn::FindInMap" => first.into_iter().for_each(|map| self.scalar(Named::Mapping, map)),
            "Fn::Sub" => self.substitution(argument),
            _ => {}
        }
        if name == "Fn::If" {
            if let Some(condition) = first {
                self.scalar(Named::Condition, condition);
            }
            let outside = std::mem::replace(&mut self.branch, true);
            self.node(argument);
            self.branch = outside;
        } else {
            self.node(argument);
        }
    }

    fn scalar(&mut self, named: Named, node: &Node) {
        if let Some(name) = node.text() {
            self.add(named, name, &node.range);
        }
    }

    /// `Thing.Arn` or `Thing`: the name ends with the first point.
    fn attribute(&mut self, node: &Node) {
        if let Some(text) = node.text() {
            let name = text.split_once('.').map_or(text, |(name, _)| name);
            self.add(Named::Attribute, name, &node.range);
        }
    }

    /// A text, or a text with the values of some of its variables.
    fn substitution(&mut self, argument: &Node) {
        let (text, given) = match &argument.kind {
            Kind::List(items) => (items.first(), items.get(1).and_then(Node::entries)),
            _ => (Some(argument), None),
        };
        let given: BTreeSet<&str> = given
            .unwrap_or_default()
            .iter()
            .map(|(key, _)| key.text.as_str())
            .collect();
        let Some((text, range)) = text.and_then(|node| Some((node.text()?, &node.range))) else {
            return;
        };
        for part in sub::parts(text) {
            match part {
                Part::Variable(name) if given.contains(name) => {}
                Part::Variable(name) if !sub::is_name(name) => self.add(Named::Malformed, name, range),
                Part::Variable(name) => match name.split_once('.') {
                    Some((resource, _)) => self.add(Named::Attribute, resource, range),
                    None => self.add(Named::Value, name, range),
                },
                Part::Text(_) => {}
            }
        }
    }

    fn add(&mut self, named: Named, name: &str, range: &Range<usize>) {
        self.found.push(Reference {
            named,
            name: name.to_owned(),
            range: range.clone(),
            branch: self.branch,
            aside: self.aside,
        });
    }
}
