//! Drift: a suite for each StackSet, a case for each instance that differs or was not checked, one for all others together.

use model::ids::{AccountId, Region};

use super::{Case, Suite, document};
use crate::drift::{DriftReport, DriftedResource, DriftedRow, NotChecked, NotCheckedRow, StackSetDrift};
use crate::told::drift::{fate, tell};
use crate::words::count;

/// What drift detection found.
pub fn drift(report: &DriftReport) -> String {
    let suites: Vec<Suite> = report.stack_sets.iter().map(suite).collect();
    document("stackfleet drift", &suites, 0)
}

fn suite(set: &StackSetDrift) -> Suite {
    let drifted = set.drifted.iter().map(drifted);
    let not_checked = set.not_checked.iter().map(not_checked);
    let mut cases: Vec<(String, Case)> = drifted.chain(not_checked).collect();
    let in_sync = set.instances.in_sync;
    if in_sync > 0 {
        // Which they are is not told: AWS lists what differs.
        cases.push((format!("{} in sync", count(in_sync, "instance")), Case::Passed));
    }
    if cases.is_empty() {
        let why = "no drift detection says anything about it".to_owned();
        cases.push(("never checked".to_owned(), Case::Skipped(why)));
    }
    Suite {
        name: set.name.clone(),
        seconds: 0,
        cases,
    }
}

fn drifted(row: &DriftedRow) -> (String, Case) {
    let found: Vec<String> = match &row.resources {
        Some(resources) => resources.iter().flat_map(differences).collect(),
        None => vec!["AWS has no details any more".to_owned()],
    };
    (
        named(&row.account, row.account_name.as_deref(), &row.region),
        Case::Failed(found.join("; ")),
    )
}

/// `AuditRole AWS::IAM::Role MaxSessionDuration: expected 3600, found 43200 (stays)`
fn differences(resource: &DriftedResource) -> Vec<String> {
    let name = format!("{} {}", resource.logical_id, resource.resource_type);
    let line = |told: crate::told::drift::Told| {
        let property = match told.property.as_str() {
            "" => String::new(),
            property => format!(" {property}:"),
        };
        format!("{name}{property} {} ({})", told.what, fate(told.fate).0)
    };
    tell(resource).into_iter().map(line).collect()
}

fn not_checked(row: &NotCheckedRow) -> (String, Case) {
    let why = match row.cause {
        NotChecked::Suspended => "its account is suspended or closed",
        NotChecked::Failed => "the detection failed on it or did not come to it",
        NotChecked::Never => "no detection was there since it was made",
    };
    let why = match &row.reason {
        Some(reason) => format!("{why}: {reason}"),
        None => why.to_owned(),
    };
    (
        named(&row.account, row.account_name.as_deref(), &row.region),
        Case::Skipped(why),
    )
}

fn named(account: &AccountId, name: Option<&str>, region: &Region) -> String {
    match name {
        Some(name) => format!("{name} {account} {region}"),
        None => format!("{account} {region}"),
    }
}
