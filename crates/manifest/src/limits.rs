//! What may not happen: `[guard]`, `[protect]`, `[[freeze]]`.

use std::collections::BTreeMap;

use globset::Glob;
use jiff::Timestamp;
use model::desired::{Freeze, Guard, Policy, Protect};
use model::diagnostic::{Diagnostic, Spanned};

use crate::files::MAX_POLICY;
use crate::parts::named_once;
use crate::preferences::amount;
use crate::reader::{Reader, Wanted};
use crate::targets::targets;
use crate::tree::{Item, Place, Table, Value};
use crate::words::{shown, similar};

pub(crate) const GUARD: &[&str] = &[
    "max_changed_accounts",
    "max_changed_instances",
    "max_deleted_instances",
    "policies",
    "require_committed",
];
pub(crate) const PROTECT: &[&str] = &["delete", "replace", "shrink"];
pub(crate) const FREEZE: &[&str] = &["from", "name", "targets", "until"];
const POLICIES: &str = "policies = [\"policy/*.rego\"]";

/// `[guard]`
pub(crate) fn guard(reader: &mut Reader, root: &Table) -> Guard {
    let Some((_, table)) = reader.table(root, "guard", "[guard]\nmax_deleted_instances = 10") else {
        return Guard::default();
    };
    reader.keys(table, "`[guard]`", GUARD);
    let accounts = amount(reader, table, "max_changed_accounts", 0);
    let at = |key: &str| table.get(key).map(|item| item.at);
    let committed = reader.truth(table, "require_committed");
    Guard {
        max_deleted_instances: limit(reader, table, "max_deleted_instances"),
        max_changed_instances: limit(reader, table, "max_changed_instances"),
        max_changed_accounts: accounts
            .zip(at("max_changed_accounts"))
            .map(|(amount, at)| reader.spanned(amount, at)),
        require_committed: committed
            .zip(at("require_committed"))
            .map(|(truth, at)| reader.spanned(truth, at)),
        policies: policies(reader, table),
    }
}

fn limit(reader: &mut Reader, table: &Table, key: &str) -> Option<Spanned<u64>> {
    let item = table.get(key)?;
    let Value::Integer(number) = item.value else {
        reader.wrong_type(key, item, Wanted("an integer", "max_deleted_instances = 10"));
        return None;
    };
    let value = number.and_then(|number| u64::try_from(number).ok());
    if value.is_none() {
        let message = format!("`{key}` must be 0 or more");
        reader.bad(item.at, message, "not a limit", format!("write {key} = 0"));
    }
    value.map(|value| reader.spanned(value, item.at))
}

/// `policies`: the files that patterns find, each once.
fn policies(reader: &mut Reader, table: &Table) -> Vec<Policy> {
    let mut policies: BTreeMap<String, Policy> = BTreeMap::new();
    for (pattern, at) in reader.texts(table, "policies", POLICIES).unwrap_or_default() {
        let found = reader.files.matching(&pattern);
        let refused = match &found {
            Ok(found) if found.is_empty() => Some("no file matches it"),
            Ok(_) => None,
            Err(refused) => Some(refused.why.as_str()),
        };
        if let Some(why) = refused {
            no_policy(reader, &pattern, at, why);
        }
        for path in found.unwrap_or_default() {
            match reader.files.text(&path, MAX_POLICY) {
                Ok(text) => {
                    let path = reader.spanned(path, at);
                    policies.insert(path.value.clone(), Policy { path, text });
                }
                Err(refused) => no_policy(reader, &path, at, &refused.why),
            }
        }
    }
    policies.into_values().collect()
}

/// E0512: a guard that would guard nothing.
fn no_policy(reader: &mut Reader, what: &str, at: Place, why: &str) {
    let diagnostic = Diagnostic::error(
        "E0512",
        format!("cannot take the policy `{}`: {why}", shown(what)),
    )
    .label(&reader.span(at), "nothing would be judged")
    .help(format!(
        "name files below the manifest's directory, for example: {POLICIES}"
    ));
    reader.report(diagnostic);
}

/// `[protect]`
pub(crate) fn protect(reader: &mut Reader, root: &Table) -> Protect {
    let Some((_, table)) = reader.table(root, "protect", "[protect]\ndelete = [\"security-*\"]") else {
        return Protect::default();
    };
    reader.keys(table, "`[protect]`", PROTECT);
    let mut names = |key: &str| {
        let written = reader
            .texts(table, key, "delete = [\"security-*\"]")
            .unwrap_or_default();
        let mut names = Vec::new();
        for (text, at) in written {
            if text.is_empty() || Glob::new(&text).is_err() {
                let message = format!("`{}` is not a name or a pattern", shown(&text));
                reader.bad(
                    at,
                    message,
                    "`*` any characters, `?` one",
                    "for example: delete = [\"security-*\"]",
                );
                continue;
            }
            names.push(reader.spanned(text, at));
        }
        names
    };
    Protect {
        delete: names("delete"),
        shrink: names("shrink"),
        replace: names("replace"),
    }
}

/// W0511: a protection that no StackSet of the manifest has. It may be meant for one whose table is gone, so it is no error.
pub(crate) fn unmatched(reader: &mut Reader, protect: &Protect, names: &[&str]) {
    let all = protect
        .delete
        .iter()
        .chain(&protect.shrink)
        .chain(&protect.replace);
    for pattern in all {
        let matcher = Glob::new(&pattern.value).map(|glob| glob.compile_matcher());
        if matcher.is_ok_and(|matcher| names.iter().any(|name| matcher.is_match(name))) {
            continue;
        }
        let message = format!("no StackSet of this manifest matches `{}`", shown(&pattern.value));
        let diagnostic = Diagnostic::warning("W0511", message).label(&pattern.span, "matches none of them");
        let near = similar(&pattern.value, names.iter().copied());
        reader.warn(match near {
            Some(near) => diagnostic.replace(
                "a StackSet with a similar name exists",
                &pattern.span,
                format!("\"{near}\""),
            ),
            None => diagnostic
                .note("as long as AWS has a StackSet of this name, it still stands against its removal")
                .help("correct it if it is misspelt; delete it once the StackSet is gone from AWS"),
        });
    }
}

/// `[[freeze]]`
pub(crate) fn freezes(reader: &mut Reader, root: &Table) -> Vec<Freeze> {
    let example =
        "[[freeze]]\nname = \"year end\"\nfrom = 2026-12-18T17:00:00Z\nuntil = 2027-01-04T08:00:00Z";
    let mut freezes = Vec::new();
    for (item, table) in reader.tables(root, "freeze", example) {
        freezes.extend(freeze(reader, item, table));
    }
    named_once(
        reader,
        "freeze",
        freezes.iter().map(|freeze: &Freeze| &freeze.name),
    );
    freezes
}

fn freeze(reader: &mut Reader, item: &Item, table: &Table) -> Option<Freeze> {
    reader.keys(table, "a freeze", FREEZE);
    let lines = [
        ("name", "name = \"year end\""),
        ("from", "from = 2026-12-18T17:00:00Z"),
        ("until", "until = 2027-01-04T08:00:00Z"),
    ];
    for (key, line) in lines {
        if !table.contains_key(key) {
            reader.missing(item.at, "[[freeze]]", key, line);
        }
    }
    let name = reader.named(table, "name", lines[0].1);
    let (from, until) = (moment(reader, table, "from"), moment(reader, table, "until"));
    let targets = targets(reader, table);
    if let (Some(from), Some(until), Some(item)) = (from, until, table.get("until"))
        && until <= from
    {
        let help = "`until` is after `from`";
        reader.bad(
            item.at,
            "this freeze ends before it begins",
            "not after `from`",
            help,
        );
    }
    Some(Freeze {
        name: name?,
        from: from?,
        until: until?,
        targets,
    })
}

/// A moment that is the same everywhere: a date and a time with an offset.
fn moment(reader: &mut Reader, table: &Table, key: &str) -> Option<Timestamp> {
    let item = table.get(key)?;
    let wanted = Wanted("a date and time", "from = 2026-12-18T17:00:00Z");
    let Value::Date(written) = &item.value else {
        reader.wrong_type(key, item, wanted);
        return None;
    };
    let text = reader.written(item.at);
    if written.offset.is_none() {
        let span = reader.span(item.at);
        let message = format!("`{text}` is another moment in every time zone");
        let diagnostic = Diagnostic::error("E0105", message).label(&span, "no offset");
        reader.report(if written.date.is_some() && written.time.is_some() {
            diagnostic.replace(
                "write Z for UTC, or an offset such as +01:00",
                &span,
                format!("{text}Z"),
            )
        } else {
            diagnostic.help(format!("write a date, a time and Z for UTC: {}", wanted.1))
        });
        return None;
    }
    let found: Option<Timestamp> = written.to_string().parse().ok();
    if found.is_none() {
        let help = format!("for example: {}", wanted.1);
        reader.bad(item.at, format!("`{text}` is not a moment"), "out of range", help);
    }
    found
}
