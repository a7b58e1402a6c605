//! Texts that are JSON.
//!
//! A JSON text is nearly always YAML too, so that the YAML parser gives the places. Where it is not, for example with keys
//! of more than 1,024 characters, JSON's own parser gives the values, all at the place of the whole text.

use model::diagnostic::Diagnostic;
use serde_json::Value;

use crate::node::{Key, Kind, Node};
use model::source::Source;

/// Whether a text sets out to be JSON.
pub(crate) fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// The text with tabs as spaces, which YAML wants and JSON does not mind: a tab cannot stand inside a JSON string.
pub(crate) fn without_tabs(text: &str) -> String {
    text.replace('\t', " ")
}

/// What JSON's own parser says is wrong.
pub(crate) fn complaint(source: &Source) -> Option<Diagnostic> {
    let error = serde_json::from_str::<Value>(source.text).err()?;
    let line_start = source
        .text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let at = (line_start + error.column().saturating_sub(1)).min(source.text.len());
    let full = error.to_string();
    let words = full.split(" at line ").next().unwrap_or_default();
    Some(
        Diagnostic::error("E0330", "the template is not valid JSON")
            .label(&source.span(&(at..at)), words)
            .help("correct the text there; cfn-lint checks a whole template against the service's schemas"),
    )
}

/// The tree of a JSON text without places.
pub(crate) fn tree(source: &Source) -> Option<Node> {
    let value = serde_json::from_str(source.text).ok()?;
    Some(node(value, source.text.len()))
}

fn node(value: Value, end: usize) -> Node {
    let scalar = |text: String, plain| Kind::Scalar { text, plain };
    let kind = match value {
        Value::String(text) => scalar(text, false),
        Value::Array(items) => Kind::List(items.into_iter().map(|item| node(item, end)).collect()),
        Value::Object(map) => Kind::Map(
            map.into_iter()
                .map(|(text, item)| (Key { range: 0..end, text }, node(item, end)))
                .collect(),
        ),
        other => scalar(other.to_string(), true),
    };
    Node { range: 0..end, kind }
}
