//! Registered unit × Region targets of a service-managed StackSet: what automatic deployment follows.
//!
//! Three registrations are fine: of a targeted unit, of a unit below one, and of the unit that a named account stands in
//! (a call can reach an account only through a unit, and registers it). Any other one goes, unless an instance that stays
//! would go with it: only a delete without a filter unregisters, and that takes every instance below the unit (reference §2.2).

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{Region, UnitId};
use model::observed::ObservedStackSet;
use model::plan::{Reason, RegisteredTarget};

use crate::diff_instances::Fates;
use crate::expand::Wanted;
use crate::fate::FateKind;
use crate::parts::Pairs;
use crate::tree::Tree;

/// The difference in registered targets.
#[derive(Debug, Default)]
pub(crate) struct TargetsDiff<'a> {
    /// Wanted and not registered.
    pub(crate) added: Pairs<'a>,
    /// Registered and not wanted, with nothing below that stays.
    pub(crate) removed: Pairs<'a>,
    /// Registered and not wanted, but something below stays.
    pub(crate) tolerated: Pairs<'a>,
}

/// Compares what is wanted with what is registered, given what becomes of the instances.
pub(crate) fn diff<'a>(
    tree: &Tree<'a>,
    wanted: &Wanted<'a>,
    observed: Option<&'a ObservedStackSet>,
    fates: &Fates<'a>,
) -> TargetsDiff<'a> {
    let mut diff = TargetsDiff {
        added: added(wanted, observed),
        ..TargetsDiff::default()
    };
    let Some(observed) = observed else { return diff };
    diff.removed = unwanted(tree, wanted, observed);
    if diff.removed.is_empty() {
        return diff;
    }
    for (fate, cells) in fates {
        let goes = matches!(fate.kind, FateKind::Delete | FateKind::Detach | FateKind::Forget);
        // A call on a whole unit lists the accounts that AWS does not deploy to, and they stay like any other.
        let skipped = fate.kind == FateKind::Excluded && fate.reason != Some(Reason::Suspended);
        if goes || skipped {
            continue;
        }
        for ((unit, account), regions) in cells {
            let above = tree.above_account(account).iter().copied();
            for unit in above.chain([*unit]) {
                diff.keep(unit, regions);
            }
        }
    }
    diff
}

fn added<'a>(wanted: &Wanted<'a>, observed: Option<&'a ObservedStackSet>) -> Pairs<'a> {
    let mut added = Pairs::new();
    for (unit, regions) in &wanted.units {
        let registered = observed.and_then(|set| set.registered.get(*unit));
        let missing: BTreeSet<_> = regions
            .iter()
            .filter(|region| registered.is_none_or(|has| !has.contains(**region)))
            .copied()
            .collect();
        if !missing.is_empty() {
            added.insert(*unit, missing);
        }
    }
    added
}

fn unwanted<'a>(tree: &Tree<'a>, wanted: &Wanted<'a>, observed: &'a ObservedStackSet) -> Pairs<'a> {
    let parents = wanted.parents();
    let mut pairs = Pairs::new();
    for (unit, regions) in &observed.registered {
        let named = parents.get(unit);
        let wanted = |region: &&Region| {
            wanted.covers(unit, region, tree) || named.is_some_and(|regions| regions.contains(*region))
        };
        let extra: BTreeSet<_> = regions.iter().filter(|region| !wanted(region)).collect();
        if !extra.is_empty() {
            pairs.insert(unit, extra);
        }
    }
    pairs
}

impl<'a> TargetsDiff<'a> {
    fn keep(&mut self, unit: &'a UnitId, regions: &BTreeSet<&'a Region>) {
        let Some((unit, extra)) = self.removed.get_key_value(unit) else {
            return;
        };
        let (unit, stays): (&'a UnitId, BTreeSet<_>) = (unit, extra.intersection(regions).copied().collect());
        if stays.is_empty() {
            return;
        }
        if let Some(extra) = self.removed.get_mut(unit) {
            extra.retain(|region| !stays.contains(region));
            if extra.is_empty() {
                self.removed.remove(unit);
            }
        }
        self.tolerated.entry(unit).or_default().extend(stays);
    }
}

/// Pairs as a plan lists them.
pub(crate) fn listed(tree: &Tree<'_>, pairs: &Pairs<'_>) -> Vec<RegisteredTarget> {
    let paths: BTreeMap<_, _> = pairs
        .keys()
        .map(|unit| (*unit, tree.organization.path(unit)))
        .collect();
    pairs
        .iter()
        .flat_map(|(unit, regions)| regions.iter().map(move |region| (*unit, *region)))
        .map(|(unit, region)| RegisteredTarget {
            unit_id: unit.clone(),
            unit: paths.get(unit).cloned().unwrap_or_default(),
            region: region.clone(),
        })
        .collect()
}
