//! `targets`: which accounts.

use std::collections::BTreeMap;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, UnitId};

use crate::reader::Reader;
use crate::tree::{Place, Table, Value};
use crate::vocabulary::{TARGET_SETS, look_up};
use crate::words::shown;

const EXAMPLE: &str = "targets = [\"Root/Workloads\", \"account:payments-prod\", \"111122223333\"]";

/// `targets`: units, accounts, tags and sets.
pub(crate) fn targets(reader: &mut Reader, table: &Table) -> Vec<Spanned<Target>> {
    listed(reader, table, "targets", set)
}

/// Targets where no set may stand, because they make one.
pub(crate) fn plain_targets(reader: &mut Reader, table: &Table, key: &'static str) -> Vec<Spanned<Target>> {
    listed(reader, table, key, |reader, name, at| {
        in_a_set(reader, name, at);
        None
    })
}

/// E0231: a set in a set.
pub(crate) fn in_a_set(reader: &mut Reader, name: &str, at: Place) {
    let diagnostic = Diagnostic::error(
        "E0231",
        format!("`@{}` stands in a set, and sets hold no sets", shown(name)),
    )
    .label(&reader.span(at), "a set")
    .note("what a set means is to be seen in one place")
    .help("write out what it holds, or name both sets where they are used");
    reader.report(diagnostic);
}

fn listed(
    reader: &mut Reader,
    table: &Table,
    key: &'static str,
    set: fn(&mut Reader, &str, Place) -> Option<Target>,
) -> Vec<Spanned<Target>> {
    let written = names(reader, table, key, EXAMPLE);
    empty(reader, table, key);
    twice(reader, &written, "target");
    let read = |(text, at): &(String, Place)| {
        let value = match text.strip_prefix('@') {
            Some(name) => set(reader, name, *at)?,
            None => target(reader, text, *at)?,
        };
        Some(reader.spanned(value, *at))
    };
    written.iter().filter_map(read).collect()
}

/// A list of strings, or the name of one set alone.
pub(crate) fn names(
    reader: &mut Reader,
    table: &Table,
    key: &str,
    example: &'static str,
) -> Vec<(String, Place)> {
    if let Some(item) = table.get(key)
        && let Value::Text(text) = &item.value
        && text.starts_with('@')
    {
        return vec![(text.clone(), item.at)];
    }
    reader.texts(table, key, example).unwrap_or_default()
}

fn set(reader: &mut Reader, name: &str, at: Place) -> Option<Target> {
    let found = look_up(reader, &TARGET_SETS, name, at)?;
    Some(Target::Set {
        name: name.to_owned(),
        include: found.include,
        exclude: found.exclude,
    })
}

fn target(reader: &mut Reader, text: &str, at: Place) -> Option<Target> {
    if let Some(name) = text.strip_prefix("account:") {
        return account(reader, name, at);
    }
    if let Some(pair) = text.strip_prefix("tag:") {
        return tag(reader, pair, at);
    }
    if let Ok(unit) = UnitId::parse(text) {
        by_id(reader, text, at);
        return Some(Target::Unit(unit));
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let id = AccountId::parse(text).ok();
        if id.is_none() {
            let message = format!(
                "`{}` is not an account id: it has {} digits",
                shown(text),
                text.len()
            );
            let help = "write all 12 digits, leading zeros too";
            reader.bad(at, message, "an account id has 12 digits", help);
        }
        return id.map(Target::Account);
    }
    path_of_unit(reader, text, at)
}

fn path_of_unit(reader: &mut Reader, text: &str, at: Place) -> Option<Target> {
    let path = path(text);
    if path.first().is_none_or(|first| first != "Root") {
        bare(reader, text, at);
        return None;
    }
    if path.iter().any(String::is_empty) {
        let message = format!("`{}` has an empty name between its slashes", shown(text));
        reader.bad(
            at,
            message,
            "not a path",
            "write for example \"Root/Workloads/Prod\"",
        );
        return None;
    }
    Some(Target::Path(path.into_iter().skip(1).collect()))
}

fn account(reader: &mut Reader, name: &str, at: Place) -> Option<Target> {
    if AccountId::parse(name).is_ok() {
        let span = reader.span(at);
        let diagnostic = Diagnostic::error("E0105", format!("`{name}` is an account's id, not its name"))
            .label(&span, "`account:` takes a name")
            .replace("write the id alone", &span, format!("\"{name}\""));
        reader.report(diagnostic);
        return None;
    }
    if name.is_empty() {
        let help = "write the account's name: \"account:payments-prod\"";
        reader.bad(at, "`account:` names no account", "no name", help);
        return None;
    }
    // A pinned name is that account, whatever characters are in it.
    if let Some(pinned) = reader.vocabulary.accounts.get(name) {
        return Some(Target::Account(pinned.value.clone()));
    }
    if name.contains(['*', '?']) {
        return Some(Target::AccountGlob(name.to_owned()));
    }
    Some(Target::AccountName(name.to_owned()))
}

/// `tag:KEY=VALUE`; the key ends at the first equals sign.
fn tag(reader: &mut Reader, pair: &str, at: Place) -> Option<Target> {
    let found = pair.split_once('=');
    let fits = |(key, value): &(&str, &str)| {
        (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256
    };
    let Some((key, value)) = found.filter(fits) else {
        let message = format!("`tag:{}` is not a key and a value", shown(pair));
        let help = "write the whole tag of an account in Organizations: \"tag:environment=prod\"";
        reader.bad(at, message, "a tag looks like tag:environment=prod", help);
        return None;
    };
    Some(Target::Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    })
}

/// W0232: an id says nothing to a reviewer.
fn by_id(reader: &mut Reader, text: &str, at: Place) {
    let diagnostic = Diagnostic::warning("W0232", format!("`{text}` names a unit by its id"))
        .label(&reader.span(at), "which unit is this?")
        .help("write its path from the root: \"Root/Workloads/Prod\"; `stackfleet targets` shows it");
    reader.warn(diagnostic);
}

/// E0202: what is neither a path nor an id.
fn bare(reader: &mut Reader, text: &str, at: Place) {
    let name = shown(text);
    let span = reader.span(at);
    let diagnostic = Diagnostic::error("E0202", format!("`{name}` is not a path"))
        .label(&span, "which unit or account?")
        .note("targets are full paths from the root, so that a new unit elsewhere can never change what this line means");
    reader.report(if reader.vocabulary.target_sets.contains_key(text) {
        diagnostic.replace("a target set has that name", &span, format!("\"@{name}\""))
    } else if reader.vocabulary.accounts.contains_key(text) {
        diagnostic.replace("an account has that name", &span, format!("\"account:{name}\""))
    } else {
        diagnostic.help(format!(
            "write the whole path: \"Root/…/{name}\"; an account is \"account:{name}\" or its 12 digits"
        ))
    });
}

/// The names of a path; a slash inside a name is written `\/`.
fn path(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let escaped = c == '\\' && characters.next_if_eq(&'/').is_some();
        if c == '/' {
            names.push(String::new());
        } else if let Some(name) = names.last_mut() {
            name.push(if escaped { '/' } else { c });
        }
    }
    names
}

/// E0105: a list with nothing in it.
pub(crate) fn empty(reader: &mut Reader, table: &Table, key: &str) {
    let Some(item) = table
        .get(key)
        .filter(|item| item.as_list().is_some_and(<[_]>::is_empty))
    else {
        return;
    };
    let help = "name at least one; to end a StackSet, replace its tables by:\n[removed.NAME]\nstacks = \"retain\"   # or \"delete\"";
    reader.bad(
        item.at,
        format!("`{key}` is empty"),
        "nothing would be deployed",
        help,
    );
}

/// E0105: the same text twice in a list.
pub(crate) fn twice(reader: &mut Reader, written: &[(String, Place)], noun: &str) {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for (text, at) in written {
        if let Some(first) = seen.insert(text, *at) {
            let diagnostic =
                Diagnostic::error("E0105", format!("the {noun} `{}` is listed twice", shown(text)))
                    .label(&reader.span(*at), "a second time")
                    .label(&reader.span(first), "first here")
                    .help("delete one of them");
            reader.report(diagnostic);
        }
    }
}
