//! A value's own form.

use toml_edit::{Array, InlineTable, Key, RawString, Value};

/// How a value can stand.
pub(super) enum Shape {
    /// In this one way.
    Text(String),
    /// On one line when it fits, or item by item.
    List {
        /// On one line; none when comments forbid it.
        line: Option<String>,
        /// Item by item, without indentation.
        items: Vec<String>,
    },
}

/// An item of an array with its comments.
struct Listed {
    lead: Vec<String>,
    text: String,
    comment: Option<String>,
}

/// The form of a value.
pub(super) fn of(value: &Value) -> Shape {
    match value {
        Value::Array(array) => list(array),
        other => Shape::Text(text(other)),
    }
}

/// A key, dotted or not; quoted only where it must be.
pub(super) fn key(keys: &[&Key]) -> String {
    let names = keys.iter().map(|key| name(key.get()));
    names.collect::<Vec<_>>().join(".")
}

/// A name in a key or a header.
pub(super) fn name(name: &str) -> String {
    Key::new(name).display_repr().into_owned()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(string) => {
            let written = string.display_repr();
            let plain = !string.value().contains(['"', '\\']) && !string.value().contains(char::is_control);
            if written.starts_with('\'') && !written.starts_with("'''") && plain {
                format!("\"{}\"", string.value())
            } else {
                written.replace("\r\n", "\n")
            }
        }
        Value::Integer(number) => number.display_repr().into_owned(),
        Value::Float(number) => number.display_repr().into_owned(),
        Value::Boolean(truth) => truth.display_repr().into_owned(),
        Value::Datetime(moment) => moment.display_repr().into_owned(),
        Value::Array(array) => match list(array) {
            Shape::List { line: Some(line), .. } => line,
            _ => verbatim(value),
        },
        Value::InlineTable(table) => inline(table).unwrap_or_else(|| verbatim(value)),
    }
}

/// As it is written, for what has comments inside a line.
fn verbatim(value: &Value) -> String {
    let mut bare = value.clone();
    bare.decor_mut().clear();
    bare.to_string().trim().to_owned()
}

fn inline(table: &InlineTable) -> Option<String> {
    let mut pairs = Vec::new();
    for (keys, value) in table.get_values() {
        let around = keys
            .iter()
            .flat_map(|key| [key.leaf_decor().prefix(), key.leaf_decor().suffix()]);
        let beside = [value.decor().prefix(), value.decor().suffix()];
        if around.chain(beside).any(|raw| !comments(raw).is_empty()) {
            return None;
        }
        pairs.push(format!("{} = {}", key(&keys), text(value)));
    }
    if !comments(Some(table.trailing())).is_empty() {
        return None;
    }
    Some(match pairs.as_slice() {
        [] => "{}".to_owned(),
        _ => format!("{{ {} }}", pairs.join(", ")),
    })
}

fn list(array: &Array) -> Shape {
    let mut items: Vec<Listed> = Vec::new();
    let mut above = Vec::new();
    for value in array {
        above.extend(beside(&mut items, value.decor().prefix()));
        items.push(Listed {
            lead: std::mem::take(&mut above),
            text: text(value),
            comment: None,
        });
        above.extend(beside(&mut items, value.decor().suffix()));
    }
    above.extend(beside(&mut items, Some(array.trailing())));
    let tail = above;
    let commented = !tail.is_empty()
        || items
            .iter()
            .any(|item| item.comment.is_some() || !item.lead.is_empty());
    let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    let line = (!commented).then(|| format!("[{}]", texts.join(", ")));
    let mut lines = Vec::new();
    for item in items {
        lines.extend(item.lead);
        let comment = item
            .comment
            .map(|comment| format!(" {comment}"))
            .unwrap_or_default();
        lines.push(format!("{},{comment}", item.text));
    }
    lines.extend(tail);
    Shape::List { line, items: lines }
}

/// Gives a comment to the item that it stands behind; the others of the white space stand above what follows.
fn beside(items: &mut [Listed], raw: Option<&RawString>) -> Vec<String> {
    let mut above = Vec::new();
    for (found, on_line) in comments(raw) {
        match items.last_mut() {
            Some(before) if on_line && before.comment.is_none() => before.comment = Some(found),
            _ => above.push(found),
        }
    }
    above
}

/// Comments in white space, and whether each stands on the line that the white space begins in.
fn comments(raw: Option<&RawString>) -> Vec<(String, bool)> {
    let text = raw.and_then(RawString::as_str).unwrap_or_default();
    let lines = text.split('\n').enumerate();
    lines
        .map(|(line, text)| (text.trim(), line == 0))
        .filter(|(text, _)| text.starts_with('#'))
        .map(|(text, on_line)| (text.to_owned(), on_line))
        .collect()
}
