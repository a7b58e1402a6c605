//! `preferences`, with tables for single actions over the common ones.

use model::desired::Preferences;
use model::diagnostic::Diagnostic;
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};

use crate::reader::{Reader, Wanted};
use crate::tree::{Item, Table, Value, overlay};
use crate::words::shown;

pub(crate) const ACTIONS: &[&str] = &["create", "delete", "drift", "update"];
pub(crate) const COMMON: &[&str] = &[
    "concurrency_mode",
    "failure_tolerance",
    "max_concurrent",
    "region_order",
];
const EXAMPLE: &str = "preferences = { max_concurrent = \"25%\", failure_tolerance = \"10%\" }";

/// Reads the preferences of each action. The order of Regions is that of `regions`, so it is not here.
pub(crate) fn preferences(reader: &mut Reader, table: &Table) -> Preferences {
    let Some((_, keys)) = reader.table(table, "preferences", EXAMPLE) else {
        return Preferences::default();
    };
    let known = [COMMON, ACTIONS].concat();
    reader.keys(keys, "`preferences`", &known);
    let mut common = keys.clone();
    common.retain(|key, _| !ACTIONS.contains(&key.as_str()));
    let mut action = |name: &str| {
        let own = reader
            .table(keys, name, EXAMPLE)
            .map(|(_, own)| own.clone())
            .unwrap_or_default();
        reader.keys(&own, "`preferences` of an action", COMMON);
        one(reader, &overlay(&common, &own))
    };
    Preferences {
        create: action("create"),
        update: action("update"),
        delete: action("delete"),
        drift: action("drift"),
    }
}

/// The values of `region_order`.
pub(crate) fn orders() -> [(&'static str, RegionConcurrency); 2] {
    [
        ("sequential", RegionConcurrency::Sequential),
        ("parallel", RegionConcurrency::Parallel),
    ]
}

/// The values of `concurrency_mode`.
pub(crate) fn modes() -> [(&'static str, ConcurrencyMode); 2] {
    [
        ("strict", ConcurrencyMode::Strict),
        ("soft", ConcurrencyMode::Soft),
    ]
}

/// The table that a StackSet's updates take their preferences from.
fn of_updates(table: &Table) -> Table {
    let below = |table: &Table, key: &str| table.get(key).and_then(Item::as_table).cloned();
    let all = below(table, "preferences").unwrap_or_default();
    let own = below(&all, "update").unwrap_or_default();
    overlay(&all, &own)
}

/// What a StackSet's preferences make of a stage's: W0304.
pub(crate) fn staged(reader: &mut Reader, table: &Table, stage: &Table) {
    if COMMON.iter().any(|key| stage.contains_key(*key)) {
        let mut keys = overlay(&of_updates(table), stage);
        keys.retain(|key, _| COMMON.contains(&key.as_str()));
        one(reader, &keys);
    }
}

fn one(reader: &mut Reader, keys: &Table) -> OperationPreferences {
    let preferences = OperationPreferences {
        region_concurrency: reader.word(keys, "region_order", &orders()).unwrap_or_default(),
        region_order: Vec::new(),
        failure_tolerance: amount(reader, keys, "failure_tolerance", 0).unwrap_or_default(),
        max_concurrent: amount(reader, keys, "max_concurrent", 1).unwrap_or(Amount::Count(1)),
        concurrency_mode: reader
            .word(keys, "concurrency_mode", &modes())
            .unwrap_or_default(),
    };
    lowered(reader, keys, &preferences);
    preferences
}

/// `10` or `"10%"`.
pub(crate) fn amount(reader: &mut Reader, keys: &Table, key: &str, least: u8) -> Option<Amount> {
    let item = keys.get(key)?;
    let found = match &item.value {
        Value::Integer(number) => number
            .and_then(|number| u32::try_from(number).ok())
            .map(Amount::Count),
        Value::Text(text) => text
            .strip_suffix('%')
            .and_then(|share| share.parse().ok())
            .map(Amount::Percent),
        _ => {
            reader.wrong_type(
                key,
                item,
                Wanted(
                    "a number or a share",
                    "max_concurrent = 10, or max_concurrent = \"10%\"",
                ),
            );
            return None;
        }
    };
    let fits = |amount: &Amount| match *amount {
        Amount::Count(count) => count >= u32::from(least),
        Amount::Percent(percent) => (least..=100).contains(&percent),
    };
    let found = found.filter(fits);
    if found.is_none() {
        let written = shown(reader.written(item.at).trim_matches('"'));
        let message = format!("`{written}` is not a value of `{key}`");
        let help =
            format!("write a number of accounts from {least}, or a share from \"{least}%\" to \"100%\"");
        reader.bad(item.at, message, "not in the range", help);
    }
    found
}

/// W0304: strict concurrency is lowered to the tolerance and one more (reference §3.2).
fn lowered(reader: &mut Reader, keys: &Table, preferences: &OperationPreferences) {
    let Some(wanted) = keys.get("max_concurrent") else {
        return;
    };
    if preferences.concurrency_mode == ConcurrencyMode::Soft {
        return;
    }
    let Some((instead, help)) = effect(preferences.max_concurrent, preferences.failure_tolerance) else {
        return;
    };
    let plural = if instead == "1" { "account" } else { "accounts" };
    let message = format!(
        "this will run {instead} {plural} at a time, not {}",
        words(preferences.max_concurrent)
    );
    let mut diagnostic = Diagnostic::warning("W0304", message).label(
        &reader.span(wanted.at),
        format!("lowered to failure_tolerance + 1 = {instead} by AWS"),
    );
    if let Some(Item { at, .. }) = keys.get("failure_tolerance") {
        let because = "because of this, with `concurrency_mode = \"strict\"` (the default)";
        diagnostic = diagnostic.label(&reader.span(*at), because);
    }
    reader.warn(diagnostic.help(format!(
        "set `concurrency_mode = \"soft\"`, or raise `failure_tolerance` to {help}"
    )));
}

/// What runs instead and the tolerance that would do; none where it is not lowered, or only the number of accounts tells.
fn effect(wanted: Amount, tolerated: Amount) -> Option<(String, String)> {
    match (wanted, tolerated) {
        (Amount::Count(1), _) => None,
        (Amount::Count(wanted), Amount::Count(tolerated)) if wanted > tolerated.saturating_add(1) => {
            Some(((tolerated + 1).to_string(), (wanted - 1).to_string()))
        }
        (_, Amount::Count(0) | Amount::Percent(0)) if wanted != Amount::Count(0) => {
            Some(("1".to_owned(), words(wanted)))
        }
        (Amount::Percent(wanted), Amount::Percent(tolerated)) if wanted > tolerated => {
            Some((format!("{tolerated}% and 1"), format!("\"{wanted}%\"")))
        }
        _ => None,
    }
}

fn words(amount: Amount) -> String {
    match amount {
        Amount::Count(count) => count.to_string(),
        Amount::Percent(percent) => format!("{percent}%"),
    }
}
