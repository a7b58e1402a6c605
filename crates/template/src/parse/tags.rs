//! Short forms of functions: `!Sub` is `Fn::Sub`.

use std::ops::Range;

use model::diagnostic::Diagnostic;

use crate::nearest::nearest;
use model::source::Source;

/// Functions whose short form is their name after `Fn::`.
const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAtt",
    "GetAZs",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
    "ValueOfAll",
];

/// The long form of a short one; none for YAML's own non-specific tag `!`.
pub(crate) fn function(
    source: &Source,
    tag: &str,
    range: &Range<usize>,
) -> Result<Option<String>, Box<Diagnostic>> {
    match tag {
        "" => Ok(None),
        "Ref" | "Condition" => Ok(Some(tag.to_owned())),
        _ if FUNCTIONS.contains(&tag) => Ok(Some(format!("Fn::{tag}"))),
        _ => Err(Box::new(unknown(source, tag, range))),
    }
}

fn unknown(source: &Source, tag: &str, range: &Range<usize>) -> Diagnostic {
    if tag.starts_with("Rain::") {
        return rain(source, &format!("!{tag}"), range);
    }
    let span = source.span(range);
    let diagnostic = Diagnostic::error("E0334", format!("`!{tag}` is not a CloudFormation function"))
        .label(&span, "CloudFormation would refuse it");
    let known = FUNCTIONS.iter().chain(&["Ref", "Condition"]);
    match nearest(tag, known.copied(), 2) {
        Some(name) => diagnostic.replace("a function with a similar name exists", &span, format!("!{name}")),
        None => diagnostic.help("write the value itself, or run the tool that replaces the directive first"),
    }
}

/// A directive that rain replaces when it packages a template.
pub(crate) fn rain(source: &Source, directive: &str, range: &Range<usize>) -> Diagnostic {
    Diagnostic::error(
        "E0334",
        format!("`{directive}` is a directive of rain, not of CloudFormation"),
    )
    .label(&source.span(range), "CloudFormation would refuse it")
    .help("package the template first and point `template` at the result: rain pkg FILE > packaged.yaml")
}

/// YAML's `*name`: the service says "YAML aliases are not allowed in CloudFormation templates".
pub(crate) fn alias(source: &Source, range: &Range<usize>) -> Diagnostic {
    Diagnostic::error("E0334", "CloudFormation does not take YAML aliases")
        .label(&source.span(range), "repeats what an anchor marks")
        .help("write the repeated part out, or let this do it: aws cloudformation package --use-json --template-file FILE --s3-bucket BUCKET")
}

/// YAML's `<<`, which CloudFormation does not know.
pub(crate) fn hash_merge(source: &Source, range: &Range<usize>) -> Diagnostic {
    Diagnostic::error("E0334", "CloudFormation does not know YAML's hash merge `<<`")
        .label(&source.span(range), "would be taken for a key")
        .help("write the merged keys out")
}

/// Where a tag is written. Parsers report a tagged value either at the tag or behind it.
pub(crate) fn place(text: &str, start: usize, suffix: &str) -> Range<usize> {
    let tag = format!("!{suffix}");
    if text.get(start..).is_some_and(|rest| rest.starts_with(&tag)) {
        return start..start + tag.len();
    }
    let before = text.get(..start).unwrap_or_default().trim_end();
    if before.ends_with(&tag) {
        return before.len() - tag.len()..before.len();
    }
    start..start
}
