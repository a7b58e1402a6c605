//! What `drift` says, held against what it is read with.

use std::collections::BTreeMap;

use model::drift::DriftReading;
use model::instance::{DetailedStatus, InstanceStatus};
use report::{DriftReport, github, html, json, junit, markdown, text};

use crate::around;
use crate::oracles;
use crate::values::{observed, staged};

/// What `drift` says of a reading, in instances that are there.
fn report(found: &DriftReading) -> DriftReport {
    let instance = observed::instances(1..2, &InstanceStatus::Current, &DetailedStatus::Succeeded);
    let instance = instance.into_values().next().unwrap();
    let keys = found.drifted.keys().chain(found.not_checked.keys());
    let instances = keys.map(|key| (key.clone(), instance.clone())).collect();
    let (name, set) = observed::live("text", instances, None);
    let readings = BTreeMap::from([(name.clone(), found.clone())]);
    DriftReport::of(
        &observed::desired(&["text"], "gone"),
        &observed::observed(vec![(name, set)], &[]),
        &readings,
        &staged::plan(),
        |_| true,
    )
}

pub(crate) fn hold(found: &DriftReading, bad: &str) {
    let report = report(found);
    oracles::terminal(&text::drift(&report, 98), bad);
    oracles::json(&json::drift(&report), None, bad);
    oracles::markdown(&markdown::drift(&report, markdown::STEP_SUMMARY), bad);
    oracles::html(&html::drift(&report), bad);
    oracles::xml(&junit::drift(&report), bad);
    oracles::annotations(&github::annotations(&github::drifts(&report), &around()), bad);
    oracles::outputs(
        &github::output_file(&github::drift_outputs(&report), "mark"),
        "mark",
        bad,
    );
}

/// What people read of texts that nobody can read.
pub(crate) fn hold_long(found: &DriftReading, fields: &str) {
    let report = report(found);
    let comment = markdown::drift(&report, markdown::COMMENT);
    assert!(comment.len() <= markdown::COMMENT, "{fields}: {}", comment.len());
    oracles::markdown(&comment, fields);
    oracles::html(&html::drift(&report), fields);
    oracles::xml(&junit::drift(&report), fields);
    oracles::terminal(&text::drift(&report, 98), fields);
}
