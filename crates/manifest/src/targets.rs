//! `targets` and `regions`.

use std::collections::BTreeMap;
use std::ops::Range;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, Region, UnitId};

use crate::reader::Reader;
use crate::tree::{Table, Value};

const TARGETS: &str = "targets = [\"Root/Workloads\", \"account:payments-prod\", \"111122223333\"]";
const REGIONS: &str = "regions = [\"eu-west-1\", \"us-east-1\"]";

/// `targets`: units and accounts.
pub(crate) fn targets(reader: &mut Reader, table: &Table) -> Vec<Spanned<Target>> {
    let written = reader.texts(table, "targets", TARGETS).unwrap_or_default();
    empty(reader, table, "targets");
    twice(reader, &written, "target");
    let read = |(text, at): &(String, Range<usize>)| {
        let value = target(reader, text, at)?;
        Some(Spanned {
            value,
            span: reader.span(at),
        })
    };
    written.iter().filter_map(read).collect()
}

fn target(reader: &mut Reader, text: &str, at: &Range<usize>) -> Option<Target> {
    if let Some(name) = text.strip_prefix("account:") {
        return account(reader, name, at);
    }
    if let Ok(unit) = UnitId::parse(text) {
        return Some(Target::Unit(unit));
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let id = AccountId::parse(text).ok();
        if id.is_none() {
            let message = format!("`{text}` is not an account id: it has {} digits", text.len());
            let help = "write all 12 digits, leading zeros too";
            reader.bad(at, message, "an account id has 12 digits", help);
        }
        return id.map(Target::Account);
    }
    let path = path(text);
    if path.first().is_none_or(|first| first != "Root") {
        bare(reader, text, at);
        return None;
    }
    if path.iter().any(String::is_empty) {
        let message = format!("`{}` has an empty name between its slashes", text.escape_debug());
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

fn account(reader: &mut Reader, name: &str, at: &Range<usize>) -> Option<Target> {
    if AccountId::parse(name).is_ok() {
        let span = reader.span(at);
        let diagnostic = Diagnostic::error("E0105", format!("`{name}` is an account's id, not its name"))
            .label(&span, "`account:` takes a name")
            .replace("write the id alone", &span, format!("\"{name}\""));
        reader.report(diagnostic);
        return None;
    }
    if name.is_empty() || name.contains(['*', '?']) {
        let help = "write whole names, one each: \"account:payments-prod\"; or the unit that they are in";
        reader.bad(
            at,
            format!("`account:{}` names no single account", name.escape_debug()),
            "not a name",
            help,
        );
        return None;
    }
    Some(Target::AccountName(name.to_owned()))
}

/// E0202: what is neither a path nor an id.
fn bare(reader: &mut Reader, text: &str, at: &Range<usize>) {
    let shown = text.escape_debug();
    let diagnostic = Diagnostic::error("E0202", format!("`{shown}` is not a path"))
        .label(&reader.span(at), "which unit or account?")
        .note("targets are full paths from the root, so that a new unit elsewhere can never change what this line means")
        .help(format!("write the whole path: \"Root/…/{shown}\"; an account is \"account:{shown}\" or its 12 digits"));
    reader.report(diagnostic);
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

/// `regions`, in the order of the rollout.
pub(crate) fn regions(reader: &mut Reader, table: &Table) -> Vec<Spanned<Region>> {
    let written = reader.texts(table, "regions", REGIONS).unwrap_or_default();
    empty(reader, table, "regions");
    twice(reader, &written, "Region");
    written
        .iter()
        .filter_map(|(text, at)| region(reader, text, at))
        .collect()
}

/// A Region of AWS's form; which ones there are changes every few months, so no list is kept.
pub(crate) fn region(reader: &mut Reader, text: &str, at: &Range<usize>) -> Option<Spanned<Region>> {
    let parts: Vec<&str> = text.split('-').collect();
    let well_formed = match parts.as_slice() {
        [area, middle @ .., number] => {
            let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
            letters(area) && !middle.is_empty() && middle.iter().all(letters) && number.parse::<u8>().is_ok()
        }
        _ => false,
    };
    let parsed = Region::parse(text).ok().filter(|_| well_formed);
    if parsed.is_none() {
        let message = format!("`{}` is not a Region", text.escape_debug());
        reader.bad(
            at,
            message,
            "a Region looks like eu-west-1",
            "correct it, for example \"eu-west-1\"",
        );
    }
    parsed.map(|value| Spanned {
        value,
        span: reader.span(at),
    })
}

fn empty(reader: &mut Reader, table: &Table, key: &str) {
    let Some(item) = table.get(key) else { return };
    if matches!(&item.value, Value::List(items) if items.is_empty()) {
        let help = "name at least one; to end a StackSet, replace its tables by:\n[removed.NAME]\nstacks = \"retain\"   # or \"delete\"";
        reader.bad(
            &item.at,
            format!("`{key}` is empty"),
            "nothing would be deployed",
            help,
        );
    }
}

fn twice(reader: &mut Reader, written: &[(String, Range<usize>)], noun: &str) {
    let mut seen: BTreeMap<&str, &Range<usize>> = BTreeMap::new();
    for (text, at) in written {
        if let Some(first) = seen.insert(text, at) {
            let diagnostic = Diagnostic::error(
                "E0105",
                format!("the {noun} `{}` is listed twice", text.escape_debug()),
            )
            .label(&reader.span(at), "a second time")
            .label(&reader.span(first), "first here")
            .help("delete one of them");
            reader.report(diagnostic);
        }
    }
}
