//! Units as a reader sees them: the highest ones whose accounts are treated alike stand for all below them.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::AccountId;
use model::plan::StackSetPlan;

use super::matrix::{Accounts, NAMED, Tallies, Treatment, treat};

/// Rows up to which units are told apart by their stages alone.
const FEW: usize = 12;
/// Rows above which a target stands for all below it.
const MANY: usize = 40;

/// A unit with its accounts and those of the units that it stands for.
pub(super) type Told<'a> = (&'a str, Accounts<'a>);

/// What stages an account is in, in their order.
type Stages<'a> = BTreeSet<(usize, &'a str)>;

/// What keeps units apart.
#[derive(Clone, Copy)]
enum Apart<'s, 'a> {
    /// The stages of most of their accounts, and what [`Self::Treatment`] does.
    Stages(&'s Tallies<'a>),
    /// What is done to them, where together they would take no fewer rows or hide where an exception is.
    Treatment,
    /// Nothing below a target.
    Nothing,
}

/// The units of a StackSet's instances, in the order of their paths.
pub(super) fn told<'a>(set: &'a StackSetPlan, stages: &Tallies<'a>) -> Vec<Told<'a>> {
    let by_stage = united(set, Apart::Stages(stages));
    if rows_of(&by_stage) <= FEW {
        return by_stage;
    }
    let by_treatment = united(set, Apart::Treatment);
    if rows_of(&by_treatment) <= MANY {
        return by_treatment;
    }
    united(set, Apart::Nothing)
}

fn rows_of(told: &[Told<'_>]) -> usize {
    told.iter().map(|(_, accounts)| alike(accounts).len()).sum()
}

fn united<'a>(set: &'a StackSetPlan, apart: Apart<'_, 'a>) -> Vec<Told<'a>> {
    let mut targets: BTreeMap<&str, Vec<Told<'a>>> = BTreeMap::new();
    for (unit, (target, accounts)) in units(set) {
        targets.entry(target).or_default().push((unit, accounts));
    }
    let told = targets
        .into_iter()
        .flat_map(|(target, units)| unite(target, units, apart));
    let mut told: Vec<Told<'a>> = told.collect();
    told.sort_by_key(|(unit, _)| *unit);
    told
}

/// Each unit with accounts, below the highest target that any of them is reached through.
fn units(set: &StackSetPlan) -> BTreeMap<&str, (&str, Accounts<'_>)> {
    let mut units: BTreeMap<&str, (&str, Accounts<'_>)> = BTreeMap::new();
    for group in &set.instances.groups {
        let (target, accounts) = units
            .entry(&group.unit)
            .or_insert_with(|| (&group.target, Accounts::new()));
        if group.target.len() < target.len() {
            *target = &group.target;
        }
        treat(accounts, group);
    }
    units
}

/// The units at and below `top`: `top` alone, when nothing keeps them apart.
fn unite<'a>(top: &'a str, units: Vec<Told<'a>>, apart: Apart<'_, 'a>) -> Vec<Told<'a>> {
    let mut below: BTreeMap<&'a str, Vec<Told<'a>>> = BTreeMap::new();
    let mut all: Vec<Told<'a>> = Vec::new();
    for (unit, accounts) in units {
        match child(top, unit) {
            Some(child) => below.entry(child).or_default().push((unit, accounts)),
            None => all.push((unit, accounts)),
        }
    }
    for (child, units) in below {
        all.extend(unite(child, units, apart));
    }
    if all.len() < 2 || apart.keeps(&all) {
        return all;
    }
    let accounts = all.into_iter().flat_map(|(_, accounts)| accounts).collect();
    vec![(top, accounts)]
}

impl Apart<'_, '_> {
    /// Whether these units, which stand side by side, get rows of their own.
    fn keeps(self, units: &[Told<'_>]) -> bool {
        match self {
            Self::Nothing => false,
            Self::Treatment => differ(units),
            Self::Stages(stages) => {
                let mut reached = units.iter().map(|(_, accounts)| reached(accounts, stages));
                let first = reached.next();
                reached.any(|other| Some(other) != first) || differ(units)
            }
        }
    }
}

/// Whether one row with exceptions below it would say less than the rows of the units, or no less and in as many rows.
fn differ(units: &[Told<'_>]) -> bool {
    let together: Accounts<'_> = units
        .iter()
        .flat_map(|(_, accounts)| accounts.iter().map(|(id, treatment)| (*id, treatment.clone())))
        .collect();
    let rows = alike(&together);
    let most = rows.values().map(Vec::len).max().unwrap_or_default();
    let hidden = rows.values().filter(|accounts| accounts.len() > NAMED).count();
    rows.len() >= rows_of(units) || hidden > usize::from(most > NAMED)
}

/// The path of the unit directly below `top` that leads to `unit`; none for `top` itself. A `/` in a name is written `\/`.
fn child<'a>(top: &str, unit: &'a str) -> Option<&'a str> {
    let rest = unit.strip_prefix(top)?.strip_prefix('/')?;
    let start = unit.len() - rest.len();
    let ends = rest
        .match_indices('/')
        .find(|(at, _)| !rest.get(..*at).is_some_and(|before| before.ends_with('\\')));
    unit.get(..ends.map_or(unit.len(), |(at, _)| start + at))
}

/// Accounts that share a treatment.
fn alike<'t, 'a>(accounts: &'t Accounts<'a>) -> BTreeMap<&'t Treatment<'a>, Vec<&'a AccountId>> {
    let mut alike: BTreeMap<&Treatment<'a>, Vec<&AccountId>> = BTreeMap::new();
    for (id, treatment) in accounts {
        alike.entry(treatment).or_default().push(id);
    }
    alike
}

/// The stages of the accounts that stand for a unit.
fn reached<'a>(accounts: &Accounts<'_>, stages: &Tallies<'a>) -> Stages<'a> {
    let most = alike(accounts).into_values().max_by_key(Vec::len);
    let of_account = most.into_iter().flatten().filter_map(|id| stages.get(id));
    of_account.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::child;

    #[test]
    fn a_slash_in_a_name_parts_nothing() {
        assert_eq!(child("Root", "Root/A/B"), Some("Root/A"));
        assert_eq!(child("Root", r"Root/A\/B/C"), Some(r"Root/A\/B"));
        assert_eq!(child("Root/A", "Root/A"), None);
        assert_eq!(child("Root/A", "Root/AB"), None);
    }
}
