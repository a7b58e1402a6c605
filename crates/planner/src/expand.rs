//! Units and accounts to the instances that are wanted: active accounts × Regions.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::DesiredStackSet;
use model::ids::{AccountId, Region, UnitId};

use crate::resolve::Resolved;
use crate::tree::Tree;

/// The instances that a StackSet should have: every account in every Region.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Targeted units; none is below another one.
    pub(crate) units: BTreeSet<&'a UnitId>,
    /// Regions in the order of the rollout.
    pub(crate) order: Vec<&'a Region>,
    /// The same, sorted.
    pub(crate) regions: BTreeSet<&'a Region>,
    /// Active accounts.
    pub(crate) accounts: BTreeMap<&'a AccountId, Via<'a>>,
    /// Targeted accounts that AWS does not deploy to: suspended, closed or not yet active.
    pub(crate) excluded: BTreeMap<&'a AccountId, Via<'a>>,
}

/// How an account is targeted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Via<'a> {
    /// The unit that a call names: the targeted one, or the one that a named account stands in.
    pub(crate) unit: &'a UnitId,
    /// Whether the whole unit is a target.
    pub(crate) whole: bool,
}

/// Every Region of its parts, in their order.
fn regions(set: &DesiredStackSet) -> Vec<&Region> {
    let all = set.deploy.iter().flat_map(|part| &part.regions);
    all.map(|region| &region.value).collect()
}

/// Units mean the member accounts below them and never the management account, in either permission model.
pub(crate) fn expand<'a>(set: &'a DesiredStackSet, resolved: &Resolved<'a>, tree: &Tree<'a>) -> Wanted<'a> {
    let mut wanted = Wanted {
        units: resolved.units.clone(),
        order: regions(set),
        regions: regions(set).into_iter().collect(),
        ..Wanted::default()
    };
    for unit in &resolved.units {
        for account in tree.members(unit) {
            wanted.add(account, Via { unit, whole: true }, tree);
        }
    }
    for account in &resolved.accounts {
        let unit = tree.parent(account);
        wanted.add(account, Via { unit, whole: false }, tree);
    }
    wanted
}

impl<'a> Wanted<'a> {
    fn add(&mut self, account: &'a AccountId, via: Via<'a>, tree: &Tree<'a>) {
        let known = tree.organization.accounts.get(account);
        // Only a self-managed StackSet gets this far with an account of another organization.
        if known.is_none_or(|account| account.state.is_active()) {
            self.accounts.insert(account, via);
        } else {
            self.excluded.insert(account, via);
        }
    }

    /// The parents of accounts that are targeted by themselves; AWS registers them as targets.
    pub(crate) fn parents(&self) -> BTreeSet<&'a UnitId> {
        let all = self.accounts.values().chain(self.excluded.values());
        all.filter(|via| !via.whole).map(|via| via.unit).collect()
    }
}
