//! Parameters of a template, and whether they take a value.

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Span};

use crate::MAX_OTHERS;
use crate::nearest::nearest;
use crate::node::{Key, Kind, Node};
use crate::sections::{entries, shape};
use model::source::Source;

mod check;
mod kind;

pub use check::Violation;
pub use kind::ParameterType;

/// What a parameter may say about itself.
const KEYS: &[&str] = &[
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// Types that are no names of things of AWS.
const TYPES: &[&str] = &["String", "Number", "List<Number>", "CommaDelimitedList"];

/// A parameter of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateParameter {
    /// `String`, `Number`, `List<Number>`, `CommaDelimitedList`, a type of AWS's, or one of SSM's.
    pub parameter_type: String,
    /// The value that is taken when none is given, as it is written.
    pub default: Option<String>,
    /// Whether the value reads back as `****`.
    pub no_echo: bool,
    /// Values that it takes; empty when it takes any.
    pub allowed_values: Vec<String>,
    /// A regular expression that the whole value must match.
    pub allowed_pattern: Option<String>,
    /// The least number of characters.
    pub min_length: Option<u64>,
    /// The greatest number of characters.
    pub max_length: Option<u64>,
    /// The least number.
    pub min_value: Option<f64>,
    /// The greatest number.
    pub max_value: Option<f64>,
    /// What it is for.
    pub description: Option<String>,
    /// Where its name is.
    pub span: Span,
    /// Where the values of its properties are, such as `AllowedValues`.
    pub property_spans: BTreeMap<String, Span>,
}

/// Reads the section `Parameters`.
pub(crate) fn read(
    source: &Source,
    node: Option<&Node>,
    wrong: &mut Vec<Diagnostic>,
) -> BTreeMap<String, TemplateParameter> {
    entries(source, node, ("Parameters", MAX_OTHERS), wrong)
        .iter()
        .filter_map(|(key, node)| {
            parameter(source, key, node, wrong).map(|parameter| (key.text.clone(), parameter))
        })
        .collect()
}

fn parameter(
    source: &Source,
    key: &Key,
    node: &Node,
    wrong: &mut Vec<Diagnostic>,
) -> Option<TemplateParameter> {
    let name = &key.text;
    let span = source.span(&key.range);
    let Some(properties) = node.entries() else {
        let message = format!(
            "the parameter `{name}` must be a mapping, but it is {}",
            node.what()
        );
        wrong.push(malformed(message, &span, "what is it?"));
        return None;
    };
    if name.is_empty() || name.len() > 255 || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let message = format!("`{name}` is not a parameter's name");
        wrong.push(malformed(message, &span, "letters and digits only, at most 255"));
    }
    unknown(source, name, properties, wrong);
    if node.get("Type").is_none() {
        wrong.push(malformed(
            format!("the parameter `{name}` has no `Type`"),
            &span,
            "what is it?",
        ));
        return None;
    }
    let mut reader = Reader {
        source,
        name,
        node,
        wrong,
    };
    reader.check_type();
    Some(reader.read(span, properties))
}

fn malformed(message: String, span: &Span, text: &str) -> Diagnostic {
    Diagnostic::error("E0337", message)
        .label(span, text)
        .help("a parameter looks like this:\nEnvironment:\n  Type: String\n  Default: dev")
}

fn unknown(source: &Source, name: &str, properties: &[(Key, Node)], wrong: &mut Vec<Diagnostic>) {
    for (key, _) in properties
        .iter()
        .filter(|(key, _)| !KEYS.contains(&key.text.as_str()) && key.text != "<<")
    {
        let span = source.span(&key.range);
        let diagnostic = Diagnostic::error(
            "E0337",
            format!("unknown property `{}` in the parameter `{name}`", key.text),
        )
        .label(&span, "CloudFormation would refuse it");
        wrong.push(match nearest(&key.text, KEYS.iter().copied(), 3) {
            Some(known) => diagnostic.replace("a property with a similar name exists", &span, known),
            None => diagnostic.help(format!("a parameter has these: {}", KEYS.join(", "))),
        });
    }
}

/// Reads properties of one parameter.
struct Reader<'a> {
    source: &'a Source<'a>,
    name: &'a str,
    node: &'a Node,
    wrong: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(&mut self, span: Span, properties: &[(Key, Node)]) -> TemplateParameter {
        let places = properties
            .iter()
            .map(|(key, value)| (key.text.clone(), self.source.span(&value.range)));
        TemplateParameter {
            property_spans: places.collect(),
            parameter_type: self.text("Type").unwrap_or_default(),
            default: self.text("Default"),
            no_echo: self
                .text("NoEcho")
                .is_some_and(|text| text.eq_ignore_ascii_case("true")),
            allowed_values: self.list("AllowedValues"),
            allowed_pattern: self.text("AllowedPattern"),
            min_length: self.number("MinLength"),
            max_length: self.number("MaxLength"),
            min_value: self.number("MinValue"),
            max_value: self.number("MaxValue"),
            description: self.text("Description"),
            span,
        }
    }

    /// The service says "Template format error: Unrecognized parameter type".
    fn check_type(&mut self) {
        let Some((node, text)) = self.node.get("Type").and_then(|node| Some((node, node.text()?))) else {
            return;
        };
        if ParameterType::of(text) != ParameterType::Unknown {
            return;
        }
        let span = self.source.span(&node.range);
        let message = format!("`{text}` is not a type of parameters");
        let diagnostic = Diagnostic::error("E0337", message).label(&span, "CloudFormation would refuse it");
        self.wrong.push(match nearest(text, TYPES.iter().copied(), 3) {
            Some(known) => diagnostic.replace("a type with a similar name exists", &span, known),
            None => diagnostic.help(format!("write one of: {}", TYPES.join(", "))),
        });
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let node = self.node.get(key)?;
        if !matches!(node.kind, Kind::Scalar { .. }) {
            self.complain(node, key, "a text");
            return None;
        }
        // A null default is an empty text.
        Some(node.text().unwrap_or_default().to_owned())
    }

    fn number<T: std::str::FromStr>(&mut self, key: &str) -> Option<T> {
        let node = self.node.get(key)?;
        let number = node.text().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.complain(node, key, "a number");
        }
        number
    }

    fn list(&mut self, key: &str) -> Vec<String> {
        let Some(node) = self.node.get(key) else {
            return Vec::new();
        };
        let Kind::List(items) = &node.kind else {
            self.complain(node, key, "a list");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.kind {
                Kind::Scalar { .. } => texts.push(item.text().unwrap_or_default().to_owned()),
                _ => self.complain(item, key, "a list of texts"),
            }
        }
        texts
    }

    fn complain(&mut self, node: &Node, key: &str, wanted: &str) {
        let mut diagnostic = shape(self.source, node, &format!("{}.{key}", self.name), wanted);
        "E0337".clone_into(&mut diagnostic.code);
        self.wrong.push(diagnostic);
    }
}
