//! Parts and skips to the instances that are wanted, each with its values.
//!
//! Accounts that stand in the same unit and that the same selectors mean share one row of Regions, so that the work grows with
//! the accounts and not with the instances.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use model::desired::{DesiredStackSet, Skip};
use model::diagnostic::Diagnostic;
use model::ids::{AccountId, Region, UnitId};

use crate::diff_instances::Fates;
use crate::overrides::{Chooser, Values, ValuesId};
use crate::parts::{Pairs, Parts};
use crate::tree::Tree;

mod excluded;
mod rows;
mod units;

use rows::Expansion;

/// The instances that a StackSet should have, and those that are left out of its targets on purpose.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Targeted units with their Regions; none is below another one in the same Region.
    pub(crate) units: Pairs<'a>,
    /// Units below targeted ones that are left out as a whole: automatic deployment would not know.
    pub(crate) left_out: BTreeSet<&'a UnitId>,
    /// Regions in the order of the rollout.
    pub(crate) order: Vec<&'a Region>,
    /// Targeted accounts.
    pub(crate) rows: BTreeMap<&'a AccountId, Row<'a>>,
    /// Values of some instances alone.
    pub(crate) values: Values<'a>,
    /// What target sets take out again: shown, and nothing else.
    pub(crate) excluded: Fates<'a>,
}

/// A targeted account.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    /// Whether AWS deploys to it: not when it is suspended, closed or not yet active.
    pub(crate) active: bool,
    /// Its targeted Regions; accounts that are meant alike share them.
    pub(crate) cells: Rc<BTreeMap<&'a Region, Cell<'a>>>,
}

/// An account in a Region, as far as it is targeted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) via: Via<'a>,
    /// Why it is left out.
    pub(crate) skip: Option<&'a Skip>,
    /// The values that it has for itself.
    pub(crate) values: ValuesId,
}

/// How an account is targeted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Via<'a> {
    /// The unit that a call names: the targeted one, or the one that a named account stands in.
    pub(crate) unit: &'a UnitId,
    /// Whether the whole unit is a target.
    pub(crate) whole: bool,
}

impl<'a> Wanted<'a> {
    /// What is wanted of an account in a Region.
    pub(crate) fn cell(&self, account: &AccountId, region: &Region) -> Option<(&Cell<'a>, bool)> {
        let row = self.rows.get(account)?;
        Some((row.cells.get(region)?, row.active))
    }

    /// Whether an account is targeted in a Region and no skip leaves it out, be it active or not.
    pub(crate) fn includes(&self, account: &AccountId, region: &Region) -> bool {
        self.cell(account, region)
            .is_some_and(|(cell, _)| cell.skip.is_none())
    }

    /// The parents of accounts that are targeted by themselves; AWS registers them as targets.
    pub(crate) fn parents(&self) -> Pairs<'a> {
        let mut parents = Pairs::new();
        for row in self.rows.values() {
            let cells = row.cells.iter();
            for (region, cell) in cells.filter(|(_, cell)| !cell.via.whole && cell.skip.is_none()) {
                parents.entry(cell.via.unit).or_default().insert(*region);
            }
        }
        parents
    }

    /// Whether a unit is a target in a Region, by itself or below another one.
    pub(crate) fn covers(&self, unit: &UnitId, region: &Region, tree: &Tree<'a>) -> bool {
        let targeted = |unit: &UnitId| self.units.get(unit).is_some_and(|in_| in_.contains(region));
        targeted(unit) || tree.above(unit).iter().any(|above| targeted(above))
    }
}

/// Every Region of the parts, in the order of their first mention.
pub(crate) fn region_order(set: &DesiredStackSet) -> Vec<&Region> {
    let mut order: Vec<&Region> = Vec::new();
    for region in set.deploy.iter().flat_map(|part| &part.regions) {
        if !order.contains(&&region.value) {
            order.push(&region.value);
        }
    }
    order
}

/// Expands. Units mean the member accounts below them and never the management account, in either permission model.
pub(crate) fn expand<'a>(
    tree: &Tree<'a>,
    parts: &Parts<'a>,
    chooser: &Chooser<'a, '_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Wanted<'a> {
    let mut expansion = Expansion::new(tree, parts, chooser);
    let rows = expansion.rows();
    let skips = parts.skip.iter().enumerate();
    let idle = skips.filter(|(number, _)| !expansion.skipping.contains(number));
    diagnostics.extend(idle.map(|(_, (_, skip))| skips_nothing(skip)));
    diagnostics.extend(expansion.findings.diagnostics(chooser.given, tree.organization));
    let mut wanted = Wanted {
        units: expansion.units,
        left_out: BTreeSet::new(),
        order: expansion.order,
        rows,
        values: expansion.values,
        excluded: Fates::new(),
    };
    units::forget_skipped(&mut wanted, parts, tree);
    wanted.left_out = units::left_out(parts, &wanted, tree);
    wanted.excluded = excluded::excluded(parts, &wanted, chooser.observed, tree);
    wanted
}

fn skips_nothing(skip: &Skip) -> Diagnostic {
    Diagnostic::warning("W0209", "a skip is for no instance")
        .label(
            &skip.span,
            "its targets and Regions meet nothing that would be deployed",
        )
        .note(format!("its reason: {}", skip.reason.value))
        .help("correct its targets or Regions, or delete it; to keep it for later: allow = [\"W0209\"]")
}

#[cfg(test)]
#[path = "expand_tests.rs"]
mod tests;
