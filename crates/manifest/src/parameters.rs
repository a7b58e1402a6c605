//! `parameters`: values and where they come from.

use std::collections::BTreeMap;

use model::desired::{Parameter, Source};
use model::diagnostic::{Diagnostic, Spanned};

use crate::reader::{Reader, Wanted};
use crate::tree::{Item, Table, Value};

const SOURCES: &[&str] = &["env", "keep", "sensitive"];
const EXAMPLE: &str = "LogRetentionDays = 365, or Token = { env = \"TOKEN\", sensitive = true }";

/// Reads the parameters of a StackSet.
pub(crate) fn parameters(reader: &mut Reader, table: &Table) -> BTreeMap<String, Parameter> {
    let Some((_, keys)) = reader.table(table, "parameters", EXAMPLE) else {
        return BTreeMap::new();
    };
    let read =
        |(name, item): (&String, &Item)| parameter(reader, name, item).map(|found| (name.clone(), found));
    keys.iter().filter_map(read).collect()
}

fn parameter(reader: &mut Reader, name: &str, item: &Item) -> Option<Parameter> {
    let value = match &item.value {
        Value::Table(keys) => sourced(reader, name, item, keys)?,
        Value::List(items) => Source::Literal(list(reader, name, items)?),
        _ => {
            let text = scalar(item);
            if text.is_none() {
                reader.wrong_type(name, item, Wanted("a string, integer, boolean or array", EXAMPLE));
            }
            Source::Literal(text?)
        }
    };
    if let Source::Literal(text) = &value {
        reader.check_characters(&item.at, "a parameter's value", text);
    }
    Some(Parameter {
        key: reader.span(&item.key),
        source: Spanned {
            value,
            span: reader.span(&item.at),
        },
    })
}

/// The text that CloudFormation gets: all values are texts there.
fn scalar(item: &Item) -> Option<String> {
    match &item.value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => number.map(|number| number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A list goes to CloudFormation as one text, joined by commas.
fn list(reader: &mut Reader, name: &str, items: &[Item]) -> Option<String> {
    let mut texts = Vec::new();
    for item in items {
        match scalar(item) {
            Some(text) if text.contains(',') => {
                let diagnostic = Diagnostic::error("E0304", format!("an item of `{name}` has a comma in it"))
                    .label(
                        &reader.span(&item.at),
                        "CloudFormation would take it for two items",
                    )
                    .help("write two items");
                reader.report(diagnostic);
            }
            Some(text) => texts.push(text),
            None => reader.wrong_type(
                &format!("an item of `{name}`"),
                item,
                Wanted("a string, integer or boolean", EXAMPLE),
            ),
        }
    }
    (texts.len() == items.len()).then(|| texts.join(","))
}

fn sourced(reader: &mut Reader, name: &str, item: &Item, keys: &Table) -> Option<Source> {
    reader.keys(keys, "a parameter's source", SOURCES);
    let keep = reader.truth(keys, "keep");
    let sensitive = reader.truth(keys, "sensitive").unwrap_or_default();
    let env = reader.text(keys, "env", "env = \"TOKEN\"");
    match (env, keep) {
        (Some((variable, at)), None) => {
            let first = |c: char| c.is_ascii_alphabetic() || c == '_';
            let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if variable.starts_with(first) && variable.chars().all(rest) {
                return Some(Source::Environment {
                    name: variable,
                    sensitive,
                });
            }
            let message = format!(
                "`{}` is not the name of an environment variable",
                variable.escape_debug()
            );
            reader.bad(
                &at,
                message,
                "letters, digits and _ only",
                "for example: env = \"WEBHOOK_TOKEN\"",
            );
            None
        }
        (None, Some(true)) if keys.len() == 1 => Some(Source::Keep),
        // A key that was wrong by itself has been reported.
        _ if keys.keys().any(|key| !SOURCES.contains(&key.as_str())) => None,
        _ => {
            let help = "write { env = \"NAME\" }, { env = \"NAME\", sensitive = true } or { keep = true }";
            reader.bad(
                &item.at,
                format!("the source of `{name}` is not clear"),
                "one source, please",
                help,
            );
            None
        }
    }
}
