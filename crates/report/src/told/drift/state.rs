//! What is told of a StackSet's drift as a whole: how much, when it was checked, and what else differs.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::drift::DetectionStatus;

use super::{NAMED, short};
use crate::drift::{
    Beside, DriftCounts, DriftDetection, DriftReport, NotChecked, NotCheckedRow, StackSetDrift,
};
use crate::style::Meaning;
use crate::words::{age, count, list, number, plural, short_list};

/// `Drift: 3 of 408 instances of security-baseline differ from their own template.`, in two halves with how good it is.
pub(crate) fn head(report: &DriftReport) -> (Meaning, &'static str, String) {
    let n = report.instances;
    let whose = match report.stack_sets.as_slice() {
        [one] => one.name.clone(),
        all => count(all.len() as u64, "StackSet"),
    };
    if n.drifted == 0 {
        return without_drift(n, &whose);
    }
    let (verb, template) = if n.drifted == 1 {
        ("differs", "its own template")
    } else {
        ("differ", "their own template")
    };
    let (drifted, all) = (number(n.drifted), count(n.total, "instance"));
    let text = format!("{drifted} of {all} of {whose} {verb} from {template}.");
    (Meaning::Bad, "Drift: ", text)
}

fn without_drift(n: DriftCounts, whose: &str) -> (Meaning, &'static str, String) {
    let all = count(n.total, "instance");
    match (n.in_sync, n.not_checked) {
        (0, 0) => (
            Meaning::Attention,
            "Nothing to check: ",
            format!("{whose} has no instances."),
        ),
        (0, _) => (
            Meaning::Attention,
            "Not checked: ",
            format!("no drift detection says anything about {whose}."),
        ),
        (_, 0) => (
            Meaning::Good,
            "No drift: ",
            format!("{all} of {whose} {} own template says.", as_their(n.total)),
        ),
        (known, _) => {
            let told = number(known);
            let text = format!(
                "{told} of {all} of {whose} {} own template says.",
                as_their(known)
            );
            (Meaning::Good, "No drift found: ", text)
        }
    }
}

/// When and by what it was checked: `checked 03:10–03:51 UTC, 7 h ago, by AWS drift detection`.
pub(crate) fn checked(found: &DriftDetection, now: Timestamp) -> String {
    let long_ago = found.age_seconds.is_some_and(|seconds| seconds >= 86_400);
    let of_today =
        |at: Timestamp| at.strftime("%Y-%m-%d").to_string() == now.strftime("%Y-%m-%d").to_string();
    let begin = found.started_at.or(found.ended_at);
    let day = if long_ago || begin.is_some_and(|at| !of_today(at)) {
        "%Y-%m-%d %H:%M"
    } else {
        "%H:%M"
    };
    let when = match (begin, found.ended_at) {
        (Some(from), Some(to)) if from.strftime("%H:%M").to_string() != to.strftime("%H:%M").to_string() => {
            format!("{}–{} UTC, ", from.strftime(day), to.strftime("%H:%M"))
        }
        (Some(at), _) => format!("{} UTC, ", at.strftime(day)),
        _ => String::new(),
    };
    let ago = found.age_seconds.map(|seconds| format!("{} ago, ", age(seconds)));
    format!("checked {when}{}by AWS drift detection", ago.unwrap_or_default())
}

/// How a detection ended that did not check everything.
pub(crate) fn unfinished(found: &DriftDetection) -> Option<String> {
    let failed = count(found.failed, "instance");
    Some(match &found.status {
        DetectionStatus::Completed => return None,
        DetectionStatus::PartialSuccess => {
            format!("it could not check {failed}, within the failure tolerance")
        }
        DetectionStatus::Failed => {
            format!("it failed: it could not check {failed}, which is over the failure tolerance")
        }
        DetectionStatus::Stopped => "it was stopped before it came to every instance".to_owned(),
        DetectionStatus::InProgress => "AWS says that it is not over".to_owned(),
        DetectionStatus::Other(other) => format!("AWS says {other} of it"),
    })
}

/// `404 in sync · 3 drifted · 1 not checked (old-sandbox is suspended)`
pub(crate) fn counts(set: &StackSetDrift) -> String {
    let n = set.instances;
    let mut parts = vec![
        format!("{} in sync", number(n.in_sync)),
        format!("{} drifted", number(n.drifted)),
    ];
    if n.not_checked > 0 {
        let why = not_checked(&set.not_checked);
        let why = if why.is_empty() { why } else { format!(" ({why})") };
        parts.push(format!("{} not checked{why}", number(n.not_checked)));
    }
    parts.join(" · ")
}

/// `old-sandbox is suspended, 2 since they were made`
fn not_checked(rows: &[NotCheckedRow]) -> String {
    let names = |cause: NotChecked| -> BTreeSet<&str> {
        let rows = rows.iter().filter(|row| row.cause == cause);
        rows.map(|row| row.account_name.as_deref().unwrap_or(row.account.as_str()))
            .collect()
    };
    let mut parts = Vec::new();
    let suspended: Vec<&str> = names(NotChecked::Suspended).into_iter().collect();
    if !suspended.is_empty() {
        let are = if suspended.len() == 1 { "is" } else { "are" };
        parts.push(format!("{} {are} suspended", short_list(&suspended, NAMED)));
    }
    let failed: Vec<&NotCheckedRow> = rows
        .iter()
        .filter(|row| row.cause == NotChecked::Failed)
        .collect();
    if let Some(first) = failed.first() {
        let accounts: Vec<&str> = names(NotChecked::Failed).into_iter().collect();
        let reason = first.reason.as_deref().unwrap_or_default();
        parts.push(format!(
            "not reached in {}: {}",
            short_list(&accounts, NAMED),
            short(reason)
        ));
    }
    let never = rows.iter().filter(|row| row.cause == NotChecked::Never).count() as u64;
    if never > 0 {
        parts.push(format!(
            "{} not since {} made",
            number(never),
            if never == 1 { "it was" } else { "they were" }
        ));
    }
    parts.join(", ")
}

/// What else differs, in two rows: its title, then lines.
pub(crate) fn beside(set: &StackSetDrift, at: &str) -> Vec<(&'static str, Vec<String>)> {
    let mut rows = Vec::new();
    let beside = &set.beside;
    if beside.missing > 0 || !beside.extra.is_empty() {
        rows.push(("Instances", missing_and_extra(beside)));
    }
    if !beside.settings.is_empty() {
        let told = beside.settings.join(", ");
        let told = format!("differ from the manifest{at}: {told} (stackfleet plan)");
        rows.push(("Settings", vec![told]));
    }
    rows
}

fn missing_and_extra(beside: &Beside) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in &beside.extra {
        let name = row.account_name.as_deref().unwrap_or(row.account.as_str());
        let names = by_reason.entry(&row.reason).or_default();
        names.push(format!("{name} {}", row.region));
    }
    let told: Vec<(String, &str)> = by_reason
        .iter()
        .map(|(reason, names)| (short_list(names, NAMED), *reason))
        .collect();
    let extra = number(beside.extra.len() as u64);
    let first = format!("{} missing · {extra} extra", number(beside.missing));
    if let [(names, reason)] = told.as_slice() {
        return vec![format!("{first}: {names}"), (*reason).to_owned()];
    }
    let rest = told
        .into_iter()
        .map(|(names, reason)| format!("{names}: {reason}"));
    std::iter::once(first).chain(rest).collect()
}

/// `Two other differences, which need no drift detection:`
pub(crate) fn beside_title(n: usize) -> String {
    let (number, verb) = if n == 1 { ("One", "needs") } else { ("Two", "need") };
    format!(
        "{number} other {}, which {verb} no drift detection:",
        plural(n as u64, "difference")
    )
}

/// StackSets that were never checked and how to do that.
pub(crate) fn never_checked(report: &DriftReport) -> Option<String> {
    let names: Vec<&str> = report
        .stack_sets
        .iter()
        .filter(|set| {
            set.exists && set.detection.is_none() && set.running.is_none() && set.instances.total > 0
        })
        .map(|set| set.name.as_str())
        .collect();
    (!names.is_empty()).then(|| {
        let was = if names.len() == 1 { "was" } else { "were" };
        format!(
            "{} {was} never checked. Start a detection: stackfleet drift --refresh {}",
            list(&names),
            names.join(" ")
        )
    })
}

/// `is as its` or `are as their`
fn as_their(instances: u64) -> &'static str {
    if instances == 1 {
        "is as its"
    } else {
        "are as their"
    }
}
