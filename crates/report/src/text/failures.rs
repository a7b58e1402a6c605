//! Why instances failed: one reason with everybody whom it hit, the causes first and what only follows from them last.

use std::collections::{BTreeMap, BTreeSet};

use model::call::{InstanceResult, ResultStatus};
use model::ids::{AccountId, Region};

use crate::layout::{Line, Page};
use crate::style::Meaning;
use crate::terms::{Names, account};
use crate::told::failures::reason_in_words;
use crate::words::{count, number};

/// Accounts that are named under one reason; the JSON report has all of them.
const NAMED: usize = 12;

/// Failed and cancelled instances by reason. What was never tried comes last: it only follows from the others.
pub(super) fn failures(page: &mut Page, failures: &BTreeMap<String, Vec<InstanceResult>>, names: &Names) {
    let (cancelled, failed): (Vec<_>, Vec<_>) = failures.iter().partition(|(_, all)| is_cancelled(all));
    for (reason, results) in failed.into_iter().chain(cancelled) {
        failure(page, reason, results, names);
    }
}

/// One reason, accounts with the same Regions together.
fn failure(page: &mut Page, reason: &str, results: &[InstanceResult], names: &Names) {
    let cancelled = is_cancelled(results);
    let (word, meaning) = if cancelled {
        ("cancelled: ", Meaning::Aside)
    } else {
        ("", Meaning::Bad)
    };
    let start = Line::new().to(6).put(Meaning::Aside, word);
    page.hanging(start, meaning, &reason_in_words(reason));
    for (regions, accounts) in alike(results) {
        let regions: Vec<&str> = regions.into_iter().map(Region::as_str).collect();
        let n = count(accounts.len() as u64, "account");
        let start = Line::new()
            .to(8)
            .put(Meaning::Aside, &format!("{n}, {}: ", regions.join(" ")));
        page.items(start, &named(&accounts, names));
    }
    if results.iter().any(InstanceResult::is_transient) {
        let told = "transient: the next apply tries these again";
        page.line(&Line::new().to(8).put(Meaning::Aside, told));
    }
}

/// Accounts by the Regions in which it hit them.
fn alike(results: &[InstanceResult]) -> BTreeMap<BTreeSet<&Region>, Vec<&AccountId>> {
    let mut hit: BTreeMap<&AccountId, BTreeSet<&Region>> = BTreeMap::new();
    for result in results {
        hit.entry(&result.key.account)
            .or_default()
            .insert(&result.key.region);
    }
    let mut alike: BTreeMap<BTreeSet<&Region>, Vec<&AccountId>> = BTreeMap::new();
    for (id, regions) in hit {
        alike.entry(regions).or_default().push(id);
    }
    alike
}

fn is_cancelled(results: &[InstanceResult]) -> bool {
    results
        .iter()
        .all(|result| result.status == ResultStatus::Cancelled)
}

fn named(accounts: &[&AccountId], names: &Names) -> Vec<String> {
    let mut told: Vec<String> = accounts.iter().take(NAMED).map(|id| account(names, id)).collect();
    if accounts.len() > NAMED {
        told.push(format!("{} more", number((accounts.len() - NAMED) as u64)));
    }
    told
}
