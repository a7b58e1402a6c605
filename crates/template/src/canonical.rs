//! Tree to value: what a template says, whatever it was written in.

use serde_json::{Map, Number, Value};

use crate::node::{Kind, Node, is_null};

/// The value of a node. The two spellings of `Fn::GetAtt` are one.
pub(crate) fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar { text, plain: true } => plain(text),
        Kind::Scalar { text, .. } => Value::String(text.clone()),
        Kind::List(items) => items.iter().map(value).collect(),
        Kind::Map(entries) => Value::Object(entries.iter().map(entry).collect::<Map<_, _>>()),
    }
}

fn entry((key, node): &(crate::node::Key, Node)) -> (String, Value) {
    let value = match value(node) {
        Value::String(dotted) if key.text == "Fn::GetAtt" => attribute(&dotted),
        other => other,
    };
    (key.text.clone(), value)
}

/// `Thing.Outputs.Arn` names the attribute `Outputs.Arn` of `Thing`.
fn attribute(dotted: &str) -> Value {
    match dotted.split_once('.') {
        Some((logical_id, name)) => vec![logical_id, name].into(),
        None => dotted.into(),
    }
}

/// A plain scalar is a number only when the number is written the same way: an account id with a leading zero, a version
/// `1.10` and a date stay texts, as CloudFormation hands them on.
fn plain(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_null(text) => Value::Null,
        _ => number(text)
            .filter(|number| number.to_string() == text)
            .map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let integer = text.parse::<i64>().ok().map(Number::from);
    integer.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_print_alike_are_numbers() {
        assert_eq!(plain("30"), Value::from(30));
        assert_eq!(plain("0.5"), Value::from(0.5));
        for text in [
            "007",
            "012345678901",
            "1.10",
            "2012-10-17",
            "1e3",
            "+1",
            "0x1F",
            "yes",
        ] {
            assert_eq!(plain(text), Value::from(text));
        }
    }
}
