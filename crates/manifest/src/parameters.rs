//! `parameters`: values and where they come from.

use std::collections::BTreeMap;

use model::desired::{AccountField, Parameter, Source};
use model::diagnostic::Diagnostic;

use crate::files::MAX_VALUE;
use crate::reader::{Reader, Wanted};
use crate::tree::{Item, Place, Table, Value};
use crate::words::shown;

/// The keys of a source: one that says where, and what may stand beside it.
pub(crate) const SOURCES: &[&str] = &[
    "account",
    "account_tag",
    "default",
    "env",
    "file",
    "keep",
    "sensitive",
    "ssm",
];
const BESIDE: &[(&str, &str)] = &[("sensitive", "env"), ("default", "account_tag")];
const EXAMPLE: &str = "LogRetentionDays = 365, or Token = { env = \"TOKEN\", sensitive = true }";
const HELP: &str = "write one of: { env = \"NAME\" }, { env = \"NAME\", sensitive = true }, { file = \"values/policy.json\" }, \
{ ssm = \"/platform/topic\" }, { account_tag = \"env\", default = \"dev\" }, { account = \"id\" }, { keep = true }";

/// Reads the parameters of a StackSet or of an override.
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
        reader.check_characters(item.at, "a parameter's value", text);
    }
    Some(Parameter {
        key: reader.span(item.key),
        source: reader.spanned(value, item.at),
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
                let message = format!("an item of `{}` has a comma in it", shown(name));
                let diagnostic = Diagnostic::error("E0304", message)
                    .label(
                        &reader.span(item.at),
                        "CloudFormation would take it for two items",
                    )
                    .help("write two items");
                reader.report(diagnostic);
            }
            Some(text) => texts.push(text),
            None => reader.wrong_type(
                &format!("an item of `{}`", shown(name)),
                item,
                Wanted("a string, integer or boolean", EXAMPLE),
            ),
        }
    }
    (texts.len() == items.len()).then(|| texts.join(","))
}

/// A table that says where the value is.
fn sourced(reader: &mut Reader, name: &str, item: &Item, keys: &Table) -> Option<Source> {
    reader.keys(keys, "a parameter's source", SOURCES);
    let mut kinds = SOURCES
        .iter()
        .filter(|key| BESIDE.iter().all(|(beside, _)| beside != *key))
        .filter(|key| keys.contains_key(**key));
    let (kind, more) = (kinds.next(), kinds.next());
    let misplaced = BESIDE
        .iter()
        .any(|(beside, of)| keys.contains_key(*beside) && kind != Some(of));
    let Some(kind) = kind.filter(|_| more.is_none() && !misplaced) else {
        // A key that was wrong by itself has been reported.
        if keys.keys().all(|key| SOURCES.contains(&key.as_str())) {
            let message = format!("the source of `{}` is not clear", shown(name));
            reader.bad(item.at, message, "one source, please", HELP);
        }
        return None;
    };
    match *kind {
        "env" => environment(reader, keys),
        "file" => file(reader, keys),
        "ssm" => ssm(reader, keys),
        "account_tag" => account_tag(reader, keys),
        "account" => {
            let field = reader.word(keys, "account", &AccountField::ALL);
            field.map(Source::Account)
        }
        _ => keep(reader, keys),
    }
}

fn environment(reader: &mut Reader, keys: &Table) -> Option<Source> {
    let sensitive = reader.truth(keys, "sensitive").unwrap_or_default();
    let (name, at) = reader.text(keys, "env", "env = \"TOKEN\"")?;
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.starts_with(first) && name.chars().all(rest) && name.len() <= 256 {
        return Some(Source::Environment { name, sensitive });
    }
    let message = format!("`{}` is not the name of an environment variable", shown(&name));
    let help = "for example: env = \"WEBHOOK_TOKEN\"";
    reader.bad(at, message, "letters, digits and _ only", help);
    None
}

fn file(reader: &mut Reader, keys: &Table) -> Option<Source> {
    let (path, at) = reader.text(keys, "file", "file = \"values/policy.json\"")?;
    match reader.files.text(&path, MAX_VALUE) {
        Ok(text) => {
            let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
            reader.check_characters(at, "the text of a parameter's file", &text);
            Some(Source::File { path, text })
        }
        Err(refused) => {
            refuse_file(reader, at, &path, &refused);
            None
        }
    }
}

/// E0341: a file that a value cannot be taken from.
fn refuse_file(reader: &mut Reader, at: Place, path: &str, refused: &crate::files::Unreadable) {
    let message = format!(
        "cannot take a value from the file `{}`: {}",
        shown(path),
        refused.why
    );
    let diagnostic = Diagnostic::error("E0341", message)
        .label(&reader.span(at), "not taken")
        .help(refused.help);
    reader.report(diagnostic);
}

/// The name of a parameter of Systems Manager, a version or label behind a colon.
fn ssm(reader: &mut Reader, keys: &Table) -> Option<Source> {
    let (name, at) = reader.text(keys, "ssm", "ssm = \"/platform/alarm-topic\"")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/:".contains(c);
    if (1..=2048).contains(&name.len()) && name.chars().all(allowed) {
        return Some(Source::Ssm(name));
    }
    let message = format!(
        "`{}` is not the name of a parameter of Systems Manager",
        shown(&name)
    );
    let help = "for example: ssm = \"/platform/alarm-topic\"";
    reader.bad(at, message, "letters, digits and _ . - / only", help);
    None
}

fn account_tag(reader: &mut Reader, keys: &Table) -> Option<Source> {
    let default = reader.text(keys, "default", "default = \"dev\"");
    let (key, at) = reader.text(keys, "account_tag", "account_tag = \"env\"")?;
    if let Some((text, at)) = &default {
        reader.check_characters(*at, "a default", text);
    }
    if (1..=128).contains(&key.chars().count()) {
        return Some(Source::AccountTag {
            key,
            default: default.map(|(text, _)| text),
        });
    }
    let message = format!("`{}` is not the key of a tag", shown(&key));
    reader.bad(
        at,
        message,
        "1 to 128 characters",
        "for example: account_tag = \"env\"",
    );
    None
}

fn keep(reader: &mut Reader, keys: &Table) -> Option<Source> {
    if reader.truth(keys, "keep")? {
        return Some(Source::Keep);
    }
    let at = keys.get("keep")?.at;
    let help = "write { keep = true }, or give a value";
    reader.bad(at, "`keep = false` gives no value", "no value", help);
    None
}
