//! `[rollout.NAME]`: stages, and what stands between them.

use model::desired::{ALL_AT_ONCE, OnFailure, Rollout, Stage, StagePreferences, StageTargets};
use model::diagnostic::{Diagnostic, Spanned};

use crate::parts::named_once;
use crate::preferences::{amount, modes, orders};
use crate::reader::{Reader, Wanted};
use crate::targets::targets;
use crate::tree::{Item, Place, Table, Value};
use crate::vocabulary::{Kind, Named, check_name, look_up};
use crate::words::shown;

pub(crate) const KEYS: &[&str] = &["on_failure", "stage"];
pub(crate) const STAGE: &[&str] = &[
    "alarms",
    "approval",
    "concurrency_mode",
    "failure_tolerance",
    "max_concurrent",
    "name",
    "region_order",
    "soak",
    "targets",
];
const REST: &str = "targets = \"rest\"";
const SOAK: &str = "soak = \"15m\"";
/// A week: whoever waits longer wants two changes.
const MOST_SOAK: u64 = 7 * 24 * 3600;

/// A name in `rollout`.
pub(crate) const ROLLOUTS: Kind<Plan> = Kind {
    code: "E0411",
    noun: "rollout",
    header: "[[rollout.NAME.stage]]\nname = \"all\"\ntargets = \"rest\"",
    sign: "",
    all: |vocabulary| &mut vocabulary.rollouts,
};

/// A rollout as it is defined.
#[derive(Clone)]
pub(crate) struct Plan {
    stages: Vec<Stage>,
    on_failure: OnFailure,
    /// The tables of its stages, for what only a StackSet's own preferences tell.
    tables: Vec<Table>,
}

/// Reads every rollout into the vocabulary.
pub(crate) fn read(reader: &mut Reader, root: &Table) {
    let Some((_, rollouts)) = reader.table(root, "rollout", ROLLOUTS.header) else {
        return;
    };
    for (name, item) in rollouts {
        check_name(reader, &ROLLOUTS, (name, item));
        if name == ALL_AT_ONCE {
            let message = format!("the rollout `{ALL_AT_ONCE}` is built in");
            let help = "give this one another name";
            reader.bad(item.key, message, "one stage with everything", help);
        }
        let plan = plan(reader, name, item);
        let named = Named::new(item.key, plan);
        reader.vocabulary.rollouts.insert(name.clone(), named);
    }
}

fn plan(reader: &mut Reader, name: &str, item: &Item) -> Plan {
    let mut plan = Plan {
        stages: Vec::new(),
        on_failure: OnFailure::default(),
        tables: Vec::new(),
    };
    let header = format!("rollout.{name}");
    let Some(table) = item.as_table() else {
        reader.wrong_type(&header, item, Wanted("a table", ROLLOUTS.header));
        return plan;
    };
    reader.keys(table, "a rollout", KEYS);
    let words = [("stop", OnFailure::Stop), ("rollback", OnFailure::Rollback)];
    plan.on_failure = reader.word(table, "on_failure", &words).unwrap_or_default();
    let stages = reader.tables(table, "stage", "[[rollout.NAME.stage]]\nname = \"canary\"");
    if stages.is_empty() && !table.contains_key("stage") {
        let line = format!("[[{header}.stage]]\nname = \"all\"\n{REST}");
        reader.missing(item.at, &header, "stage", &line);
    }
    for (item, table) in &stages {
        plan.stages.extend(stage(reader, &header, item, table));
        plan.tables.push((*table).clone());
    }
    named_once(reader, "stage", plan.stages.iter().map(|stage| &stage.name));
    let last = plan.tables.last().and_then(|table| table.get("targets"));
    rest(reader, name, &plan.stages, last.map(|item| item.at));
    plan
}

fn stage(reader: &mut Reader, rollout: &str, item: &Item, table: &Table) -> Option<Stage> {
    reader.keys(table, "a stage", STAGE);
    let header = format!("[[{rollout}.stage]]");
    for (key, line) in [("name", "name = \"canary\""), ("targets", REST)] {
        if !table.contains_key(key) {
            reader.missing(item.at, &header, key, line);
        }
    }
    let name = reader.named(table, "name", "name = \"canary\"");
    let targets = stage_targets(reader, table);
    let preferences = StagePreferences {
        max_concurrent: amount(reader, table, "max_concurrent", 1),
        failure_tolerance: amount(reader, table, "failure_tolerance", 0),
        concurrency_mode: reader.word(table, "concurrency_mode", &modes()),
        region_concurrency: reader.word(table, "region_order", &orders()),
    };
    let soak_seconds = soak(reader, table).unwrap_or_default();
    let approval = reader.truth(table, "approval").unwrap_or_default();
    let alarms = alarms(reader, table);
    Some(Stage {
        name: name?,
        targets: targets?,
        preferences,
        soak_seconds,
        approval,
        alarms,
    })
}

fn stage_targets(reader: &mut Reader, table: &Table) -> Option<StageTargets> {
    let item = table.get("targets")?;
    match &item.value {
        Value::Text(text) if text == "rest" => Some(StageTargets::Rest(reader.span(item.at))),
        Value::Text(text) if !text.starts_with('@') => {
            let diagnostic =
                Diagnostic::error("E0105", format!("`{}` is not a stage's targets", shown(text)))
                    .label(&reader.span(item.at), "\"rest\", or a list")
                    .help("write targets = \"rest\" for what no stage before reached, or a list of targets");
            reader.report(diagnostic);
            None
        }
        _ => Some(StageTargets::Some(targets(reader, table))),
    }
}

/// E0410: instances that no stage reaches, and stages that reach none.
fn rest(reader: &mut Reader, name: &str, stages: &[Stage], written: Option<Place>) {
    let Some((last, before)) = stages.split_last() else {
        return;
    };
    if let StageTargets::Some(_) = &last.targets
        && let Some(at) = written
    {
        let at = reader.span(at);
        let message = format!(
            "rollout `{}` would leave accounts on the old version",
            shown(name)
        );
        let diagnostic = Diagnostic::error("E0410", message)
            .label(&at, "the last stage must take everything that is left")
            .note("an account that joins later, or that no stage names, would never get the change")
            .replace("make the last stage the rest", &at, "\"rest\"");
        reader.report(diagnostic);
    }
    for stage in before {
        if let StageTargets::Rest(at) = &stage.targets {
            let message = format!(
                "nothing is left for the stages after `{}`",
                shown(&stage.name.value)
            );
            let diagnostic = Diagnostic::error("E0410", message)
                .label(at, "this takes everything that is left")
                .label(&last.name.span, "so this stage would reach nobody")
                .help("name targets here, and leave \"rest\" to the last stage");
            reader.report(diagnostic);
        }
    }
}

/// `soak`: a number and a unit, in seconds.
fn soak(reader: &mut Reader, table: &Table) -> Option<u64> {
    let (text, at) = reader.text(table, "soak", SOAK)?;
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 24 * 3600)];
    let found = units.iter().find_map(|(unit, seconds)| {
        let number: u64 = text.strip_suffix(*unit)?.parse().ok()?;
        number.checked_mul(*seconds)
    });
    let found = found.filter(|seconds| *seconds <= MOST_SOAK);
    if found.is_none() {
        let message = format!("`{}` is not a time to soak", shown(&text));
        let help = "write a number and a unit, at most a week: \"90s\", \"15m\", \"2h\", \"1d\"";
        reader.bad(at, message, "not such a time", help);
    }
    found
}

/// `alarms`: ARNs of CloudWatch alarms.
fn alarms(reader: &mut Reader, table: &Table) -> Vec<Spanned<String>> {
    let example = "alarms = [\"arn:aws:cloudwatch:eu-west-1:222233334444:alarm:errors\"]";
    let written = reader.texts(table, "alarms", example).unwrap_or_default();
    let mut alarms = Vec::new();
    for (text, at) in written {
        let parts: Vec<&str> = text.splitn(7, ':').collect();
        match parts.as_slice() {
            ["arn", _, "cloudwatch", region, account, "alarm", name]
                if !region.is_empty() && account.len() == 12 && !name.is_empty() => {}
            _ => {
                let message = format!("`{}` is not the ARN of an alarm", shown(&text));
                reader.bad(
                    at,
                    message,
                    "not an ARN of a CloudWatch alarm",
                    format!("for example: {example}"),
                );
                continue;
            }
        }
        alarms.push(reader.spanned(text, at));
    }
    alarms
}

/// `rollout` of a StackSet, with the tables of its stages; none for all at once.
pub(crate) fn rollout(reader: &mut Reader, table: &Table) -> Option<(Rollout, Vec<Table>)> {
    let (name, at) = reader.text(table, "rollout", "rollout = \"careful\"")?;
    if name == ALL_AT_ONCE {
        return None;
    }
    let plan = look_up(reader, &ROLLOUTS, &name, at)?;
    let rollout = Rollout {
        name: reader.spanned(name, at),
        stages: plan.stages,
        on_failure: plan.on_failure,
    };
    Some((rollout, plan.tables))
}
