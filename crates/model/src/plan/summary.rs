//! Counts of a plan.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Action;
use crate::ids::Region;

/// Counts of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Written", into = "Written")]
pub struct Summary {
    /// StackSets by action.
    pub stack_sets: BTreeMap<Action, u64>,
    /// StackSets that a hold is on.
    pub stack_sets_blocked: u64,
    /// Stack instances by action; `none` counts those left alone.
    pub instances: BTreeMap<Action, u64>,
    /// Instances that would change in StackSets that a hold is on.
    pub instances_blocked: u64,
    /// Accounts with at least one touched instance.
    pub accounts_touched: u64,
    /// Member accounts of the organization.
    pub accounts_total: u64,
    /// Units with at least one touched instance.
    pub units: u64,
    /// Regions with at least one touched instance.
    pub regions: BTreeSet<Region>,
}

/// As plan files have it: every action is counted, also where it is 0, so that a policy can compare each.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct Written {
    /// StackSets by action; `blocked` are those that a hold is on, `total` all.
    stack_sets: BTreeMap<String, u64>,
    /// Stack instances by action; `blocked` are those that would change in a StackSet that a hold is on.
    instances: BTreeMap<String, u64>,
    /// Accounts with at least one touched instance.
    accounts_touched: u64,
    /// Member accounts of the organization.
    accounts_total: u64,
    /// Regions with at least one touched instance.
    regions: BTreeSet<Region>,
    /// Units with at least one touched instance.
    #[serde(default)]
    ous: u64,
}

const BLOCKED: &str = "blocked";
const TOTAL: &str = "total";

fn every(counts: &BTreeMap<Action, u64>, blocked: u64) -> BTreeMap<String, u64> {
    let count = |action: Action| counts.get(&action).copied().unwrap_or_default();
    let actions = Action::ALL.into_iter();
    let actions = actions.map(|(action, word)| (word.to_owned(), count(action)));
    actions.chain([(BLOCKED.to_owned(), blocked)]).collect()
}

fn known(counts: &BTreeMap<String, u64>) -> BTreeMap<Action, u64> {
    let count = |word: &str| counts.get(word).copied().filter(|count| *count > 0);
    let actions = Action::ALL.into_iter();
    actions
        .filter_map(|(action, word)| Some((action, count(word)?)))
        .collect()
}

impl From<Summary> for Written {
    fn from(summary: Summary) -> Self {
        let mut stack_sets = every(&summary.stack_sets, summary.stack_sets_blocked);
        stack_sets.insert(TOTAL.to_owned(), summary.stack_sets.values().sum());
        Self {
            stack_sets,
            instances: every(&summary.instances, summary.instances_blocked),
            accounts_touched: summary.accounts_touched,
            accounts_total: summary.accounts_total,
            regions: summary.regions,
            ous: summary.units,
        }
    }
}

impl From<Written> for Summary {
    fn from(written: Written) -> Self {
        let blocked = |counts: &BTreeMap<String, u64>| counts.get(BLOCKED).copied().unwrap_or_default();
        Self {
            stack_sets: known(&written.stack_sets),
            stack_sets_blocked: blocked(&written.stack_sets),
            instances: known(&written.instances),
            instances_blocked: blocked(&written.instances),
            accounts_touched: written.accounts_touched,
            accounts_total: written.accounts_total,
            units: written.ous,
            regions: written.regions,
        }
    }
}
