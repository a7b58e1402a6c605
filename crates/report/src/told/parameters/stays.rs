//! Whom a new value of the StackSet does not reach: instances that keep one of their own.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::ids::{AccountId, Region};
use model::plan::{Action, InstanceGroup, ParameterChange, StackSetPlan};

use super::people;
use crate::terms::Names;
use crate::words::list;

/// Units that are named; where there are more, accounts are counted.
const UNITS: usize = 2;

/// Instances that keep one value of their own.
pub(crate) struct Stays<'a> {
    pub(crate) accounts: BTreeSet<&'a AccountId>,
    pub(crate) regions: BTreeSet<&'a Region>,
    /// Units that the accounts are all of.
    units: BTreeSet<&'a str>,
    value: Option<&'a str>,
}

impl Stays<'_> {
    /// `Root/Workloads/Prod`, or the accounts.
    pub(crate) fn whose(&self, names: &Names) -> String {
        if self.units.is_empty() || self.units.len() > UNITS {
            return people(&self.accounts, names);
        }
        list(&self.units.iter().copied().collect::<Vec<_>>())
    }

    /// What they keep; none for what is not shown.
    pub(crate) fn value(&self) -> Option<&str> {
        self.value
    }

    /// `eu-west-1 only`, where they keep it in some Regions.
    pub(crate) fn remark(&self, everywhere: &BTreeSet<&Region>) -> String {
        if self.regions == *everywhere {
            return "override, as before".to_owned();
        }
        let regions: Vec<&str> = self.regions.iter().map(|region| region.as_str()).collect();
        format!("{} only, override, as before", list(&regions))
    }
}

/// Instances by the value that they keep, those of most accounts first.
pub(super) fn of<'a>(set: &'a StackSetPlan, change: &'a ParameterChange) -> Vec<Stays<'a>> {
    let told = told_apart(set, &change.name);
    let there = || set.instances.groups.iter().filter(|group| is_there(group));
    let mut alike: BTreeMap<(&ParameterValue, BTreeSet<&Region>), BTreeSet<&AccountId>> = BTreeMap::new();
    for (account, values) in kept(there(), &change.name) {
        for (value, regions) in values {
            if !told.contains(account) {
                alike.entry((value, regions)).or_default().insert(account);
            }
        }
    }
    let mut units: BTreeMap<&str, BTreeSet<&AccountId>> = BTreeMap::new();
    for group in there() {
        let accounts = group.rectangle.accounts.iter().filter(|id| !told.contains(id));
        units.entry(&group.unit).or_default().extend(accounts);
    }
    let mut stays: Vec<Stays<'_>> = alike
        .into_iter()
        .map(|((value, regions), accounts)| Stays {
            regions,
            units: all_of(&units, &accounts),
            accounts,
            value: match value {
                ParameterValue::Plain(text) if !change.sensitive => Some(text),
                _ => None,
            },
        })
        .collect();
    stays.sort_by_key(|one| std::cmp::Reverse(one.accounts.len()));
    stays
}

/// Whether the instances are there when the plan is done, and were before.
fn is_there(group: &InstanceGroup) -> bool {
    match group.action {
        Action::Update => true,
        Action::None => group.note.is_none(),
        _ => false,
    }
}

/// Accounts whose values of their own differ and are told by themselves.
fn told_apart<'a>(set: &'a StackSetPlan, name: &str) -> BTreeSet<&'a AccountId> {
    let overrides = set.changes.overrides.iter();
    let of = overrides.filter(|of| of.parameters.iter().any(|change| change.name == name));
    of.flat_map(|of| &of.rectangles)
        .flat_map(|rectangle| &rectangle.accounts)
        .collect()
}

type Kept<'a> = BTreeMap<&'a AccountId, BTreeMap<&'a ParameterValue, BTreeSet<&'a Region>>>;

fn kept<'a>(groups: impl Iterator<Item = &'a InstanceGroup>, name: &str) -> Kept<'a> {
    let mut kept = Kept::new();
    for group in groups {
        let Some(value) = group.overrides.get(name) else {
            continue;
        };
        for account in &group.rectangle.accounts {
            let regions = kept.entry(account).or_default().entry(value).or_default();
            regions.extend(&group.rectangle.regions);
        }
    }
    kept
}

/// The units that the accounts are all of; none when some are of a unit with others.
fn all_of<'a>(
    units: &BTreeMap<&'a str, BTreeSet<&'a AccountId>>,
    accounts: &BTreeSet<&'a AccountId>,
) -> BTreeSet<&'a str> {
    let whole = units
        .iter()
        .filter(|(_, all)| !all.is_empty() && all.is_subset(accounts));
    let whole: BTreeMap<_, _> = whole.collect();
    let covered: usize = whole.values().map(|all| all.len()).sum();
    if covered < accounts.len() {
        return BTreeSet::new();
    }
    whole.into_keys().copied().collect()
}
