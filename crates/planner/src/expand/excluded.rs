//! Accounts that a target set takes out again: they are shown, so that nobody has to wonder where they are.

use model::desired::Target;
use model::ids::{AccountId, Region, UnitId};
use model::instance::InstanceKey;
use model::observed::ObservedStackSet;

use super::Wanted;
use crate::diff_instances::Fates;
use crate::fate::{Fate, FateKind, Note};
use crate::parts::Parts;
use crate::resolve::{Selection, What};
use crate::tree::Tree;

/// What sets leave out and nothing else targets, where no instance is: one that is there leaves, and says so itself.
pub(super) fn excluded<'a>(
    parts: &Parts<'a>,
    wanted: &Wanted<'a>,
    observed: Option<&ObservedStackSet>,
    tree: &Tree<'a>,
) -> Fates<'a> {
    let mut fates = Fates::new();
    for part in &parts.deploy {
        for meant in &part.selection.meant {
            let (Target::Set { name, .. }, What::Set { include, exclude }) =
                (&meant.target.value, &meant.what)
            else {
                continue;
            };
            let fate = Fate::new(FateKind::Excluded, None).because(Note::Set(name));
            for (unit, account) in taken_out(include, exclude, tree) {
                let is_shown = |region: &Region| {
                    wanted.cell(account, region).is_none() && !is_there(observed, account, region)
                };
                let regions = part.regions.iter().copied().filter(|region| is_shown(region));
                let mut regions = regions.peekable();
                if regions.peek().is_some() {
                    let cells = fates.entry(fate).or_default().entry((unit, account));
                    cells.or_default().extend(regions);
                }
            }
        }
    }
    fates
}

/// Active accounts that are in a set but for its `exclude`, each with the unit that it is in it through.
fn taken_out<'a>(
    include: &Selection<'a>,
    exclude: &Selection<'a>,
    tree: &Tree<'a>,
) -> Vec<(&'a UnitId, &'a AccountId)> {
    if exclude.meant.is_empty() {
        return Vec::new();
    }
    let units = include.units();
    let active = tree
        .member_accounts()
        .filter(|(_, account)| account.state.is_active());
    let out = active.filter(|(id, _)| include.contains(id, tree) && exclude.contains(id, tree));
    out.map(|(id, _)| {
        let unit = units.iter().find(|unit| tree.is_member(id, unit));
        (unit.copied().unwrap_or_else(|| tree.parent(id)), id)
    })
    .collect()
}

fn is_there(observed: Option<&ObservedStackSet>, account: &AccountId, region: &Region) -> bool {
    let key = || InstanceKey {
        account: account.clone(),
        region: region.clone(),
    };
    observed.is_some_and(|set| set.instances.contains_key(&key()))
}
