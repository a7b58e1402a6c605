//! Reads CloudFormation templates, with the place of everything in them.
//!
//! [`read`] is the entrance; the files stand in the order of its steps:
//!
//! 1. `node`: the tree that YAML and JSON are read into;
//! 2. `parse`: text to tree, inside budgets, short-form functions (`!Sub`) written out;
//! 3. `json`: texts that are JSON, which YAML parsers do not all take;
//! 4. `canonical`: tree to [`serde_json::Value`], equal for equal templates;
//! 5. `sections`: the tree as a [`Template`];
//! 6. [`parameter`]: parameters, and whether they take a value;
//! 7. `references`: what the parts name; `undefined` and `circles` refuse what nothing has, and what never begins;
//! 8. `facts`: what a template asks of those who deploy it: capabilities, transforms, global names; `taken`: whether a StackSet
//!    takes it;
//! 9. `difference`: [`difference`] of two templates, resource by resource, down to properties and permissions;
//!    `replacement` knows from a table which changes make a new resource; [`Rewrites`] is what an update does for certain;
//! 10. `text`: [`text_diff`] of two texts, in hunks.
//!
//! Nothing here reads a file; texts come in, values and [`Diagnostic`]s with codes `E033x` go out.

mod canonical;
mod circles;
mod difference;
mod facts;
mod global_names;
mod json;
mod nearest;
mod node;
pub mod parameter;
mod parse;
mod references;
mod replacement;
mod sections;
mod sub;
mod taken;
mod text;
mod undefined;

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Span, Spanned};
use model::source::Source;
use serde_json::Value;

pub use difference::{Difference, Rewrites, Side, diff, difference, of_policies};
pub use facts::RequiredCapability;
pub use global_names::{GlobalName, Uniqueness};
pub use parameter::{ParameterType, TemplateParameter, Violation};
pub use taken::NotTaken;
pub use text::{Hunk, Line, TextDifference, text_diff};

/// A template by URL may have so many bytes (reference §6.1); a longer text is not looked at.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Resources in a template (reference §6.1).
pub(crate) const MAX_RESOURCES: usize = 500;
/// Parameters, outputs and mappings in a template, each (reference §6.1).
pub(crate) const MAX_OTHERS: usize = 200;

/// A CloudFormation template that has the form of one.
#[derive(Debug, Clone)]
pub struct Template {
    /// The file's name, as in the spans.
    pub file: String,
    /// `Description`
    pub description: Option<String>,
    /// `Parameters`, by name.
    pub parameters: BTreeMap<String, TemplateParameter>,
    /// `Resources`, by logical id; those that a transform makes are not known.
    pub resources: BTreeMap<String, Resource>,
    /// `Outputs`, by logical id.
    pub outputs: BTreeMap<String, Value>,
    /// `Conditions`, by name.
    pub conditions: BTreeMap<String, Value>,
    /// `Mappings`, by name.
    pub mappings: BTreeMap<String, Value>,
    /// Every transform and macro: `Transform` and each `Fn::Transform`, with its place.
    pub transforms: Vec<Spanned<String>>,
    /// What loops repeat as resources, by the ids as they are written in the loop.
    pub(crate) looped: Vec<(String, Resource)>,
    /// What conditions, resources and outputs name.
    pub(crate) references: references::References,
    /// The whole template; functions in their long form, no trace of how it was written.
    pub body: Value,
}

/// A resource of a template.
#[derive(Debug, Clone)]
pub struct Resource {
    /// For example `AWS::IAM::Role`, with its place.
    pub resource_type: Spanned<String>,
    /// Everything below the logical id: `Type`, `Properties`, `DependsOn` and so on.
    pub body: Value,
    /// Where the logical id is.
    pub span: Span,
    /// Where each of `Properties` is, key and value.
    pub property_spans: BTreeMap<String, Span>,
}

impl Resource {
    /// One of `Properties`, functions in their long form.
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.body.get("Properties")?.get(name)
    }
}

impl Template {
    /// Whether both say the same; formatting, comments, order of keys, and YAML or JSON are no difference.
    pub fn same_as(&self, other: &Self) -> bool {
        self.body == other.body
    }
}

/// Reads a template's text. `file` is the name that spans carry.
///
/// # Errors
///
/// Every mistake that can be told apart, each with its place: E0330 not YAML or JSON, E0331 over a budget, E0332 a key
/// twice, E0333 not the form of a template, E0334 YAML that CloudFormation does not take or a directive of another tool, E0335 a malformed resource, E0336 over a
/// limit of CloudFormation, E0337 a malformed parameter, E0338
/// a name that nothing in the template has, E0339 a circle.
pub fn read(file: &str, text: &str) -> Result<Template, Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        return Err(vec![parse::too_large(file)]);
    }
    let source = Source::new(file, text);
    let root = parse::parse(&source)?;
    sections::template(&source, &root)
}
