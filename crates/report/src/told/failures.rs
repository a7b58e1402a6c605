//! What is told of failures: AWS's reasons as people read them, whom they hit, and in which order they are told.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::call::{FailedResource, InstanceResult, ResultStatus};
use model::event::OperationSummaryLine;
use model::ids::{AccountId, Region};
use model::plan::StackSetPlan;

use crate::escape::clipped;
use crate::terms::{Names, account};
use crate::words::{count, natural, number};

/// Characters of a reason that are shown.
const LONGEST: usize = 400;
/// Accounts that are named under one reason; the JSON report has all of them.
pub(crate) const NAMED: usize = 12;

/// A reason with everything that it hit.
pub(crate) struct Failure<'a> {
    /// As AWS says it.
    pub(crate) reason: &'a str,
    /// Instances that failed, or were never tried, because of it.
    pub(crate) results: Vec<&'a InstanceResult>,
    /// The operations that they belong to, where those are known.
    pub(crate) operations: Vec<&'a OperationSummaryLine>,
}

impl Failure<'_> {
    /// Whether none of them was tried: a consequence of other failures and never the cause.
    pub(crate) fn is_cancelled(&self) -> bool {
        is_cancelled(self.results.iter().copied())
    }

    /// Whom it hit.
    pub(crate) fn hits(&self, names: &Names) -> Vec<Hit<'_>> {
        hits(&self.results, names)
    }
}

/// Accounts that one reason hit in the same Regions.
pub(crate) struct Hit<'a> {
    /// The Regions.
    pub(crate) regions: Vec<&'a str>,
    /// The accounts, with their names where those are known, in the order of the names.
    pub(crate) accounts: Vec<String>,
}

impl Hit<'_> {
    /// `2 accounts, us-east-1: `
    pub(crate) fn start(&self) -> String {
        let n = count(self.accounts.len() as u64, "account");
        format!("{n}, {}: ", self.regions.join(" "))
    }

    /// The first of them, and how many more there are.
    pub(crate) fn named(&self) -> Vec<String> {
        named(&self.accounts)
    }
}

/// The first of these, and how many more there are.
pub(crate) fn named(all: &[String]) -> Vec<String> {
    let mut told: Vec<String> = all.iter().take(NAMED).cloned().collect();
    if all.len() > NAMED {
        told.push(format!("{} more", number((all.len() - NAMED) as u64)));
    }
    told
}

/// The reasons of one operation, in the order in which they are told.
pub(crate) fn of_one(failures: &BTreeMap<String, Vec<InstanceResult>>) -> Vec<Failure<'_>> {
    let told = failures.iter().map(|(reason, results)| Failure {
        reason,
        results: results.iter().collect(),
        operations: Vec::new(),
    });
    sorted(told.collect())
}

/// The reasons of all operations, those that are alike together, in the order in which they are told.
pub(crate) fn of_all(operations: &[OperationSummaryLine]) -> Vec<Failure<'_>> {
    let mut alike: BTreeMap<(bool, String), Failure<'_>> = BTreeMap::new();
    for line in operations {
        for (reason, results) in &line.failures {
            let key = (is_cancelled(results), common(reason, results));
            let failure = alike.entry(key).or_insert_with(|| Failure {
                reason,
                results: Vec::new(),
                operations: Vec::new(),
            });
            failure.results.extend(results);
            failure.operations.push(line);
        }
    }
    sorted(alike.into_values().collect())
}

/// What was never tried comes last: it only follows from the others. Of the others the one that hit most is the first.
fn sorted(mut failures: Vec<Failure<'_>>) -> Vec<Failure<'_>> {
    failures.sort_by_key(|one| (one.is_cancelled(), Reverse(one.results.len())));
    failures
}

fn is_cancelled<'a>(results: impl IntoIterator<Item = &'a InstanceResult>) -> bool {
    let mut results = results.into_iter();
    results.all(|result| result.status == ResultStatus::Cancelled)
}

/// A reason is told as its first instance has it; without the account and the Region of that one it reads the same in every operation.
fn common(reason: &str, results: &[InstanceResult]) -> String {
    results.first().map_or_else(
        || reason.to_owned(),
        |first| {
            reason
                .replace(first.key.account.as_str(), "ACCOUNT")
                .replace(first.key.region.as_str(), "REGION")
        },
    )
}

/// Accounts with the same Regions together, most accounts first.
fn hits<'a>(results: &[&'a InstanceResult], names: &Names) -> Vec<Hit<'a>> {
    let mut regions: BTreeMap<&AccountId, BTreeSet<&Region>> = BTreeMap::new();
    for result in results {
        regions
            .entry(&result.key.account)
            .or_default()
            .insert(&result.key.region);
    }
    let mut alike: BTreeMap<BTreeSet<&Region>, Vec<String>> = BTreeMap::new();
    for (id, regions) in regions {
        alike.entry(regions).or_default().push(account(names, id));
    }
    let hit = |(regions, mut accounts): (BTreeSet<&'a Region>, Vec<String>)| {
        accounts.sort_by_cached_key(|account| natural(account));
        Hit {
            regions: regions.into_iter().map(Region::as_str).collect(),
            accounts,
        }
    };
    let mut hits: Vec<Hit<'a>> = alike.into_iter().map(hit).collect();
    hits.sort_by_key(|hit| Reverse(hit.accounts.len()));
    hits
}

/// A reason as people read it: `AuditRole already exists (AuditRole, AWS::IAM::Role)`.
pub(crate) fn reason_in_words(reason: &str) -> String {
    match FailedResource::of(reason) {
        _ if reason.is_empty() => "AWS gave no reason".to_owned(),
        Some(found) => format!("{} ({}, {})", found.reason, found.logical_id, found.kind),
        None => reason.to_owned(),
    }
}

/// Why instances that are updated failed last time, with how many: `2 instances: Rate exceeded`. More reasons than `most` are
/// counted.
pub(crate) fn last_time(set: &StackSetPlan, most: usize) -> Vec<String> {
    let failures = &set.instances.failures;
    let more = failures.len().saturating_sub(most);
    let told = failures.iter().take(most).map(|failure| {
        let reason = reason_in_words(&failure.reason);
        format!(
            "{}: {}",
            count(failure.instances, "instance"),
            clipped(&reason, LONGEST)
        )
    });
    let more = (more > 0).then(|| format!("and {}", count(more as u64, "more reason")));
    told.chain(more).collect()
}

/// Why a StackSet goes, in the manifest's words.
pub(crate) fn removal(set: &StackSetPlan) -> Option<String> {
    let reason = set.removal_reason.as_deref()?;
    Some(clipped(reason, LONGEST).into_owned())
}
