//! Targets to units and accounts: names to ids, or a message that names what is near.

use std::collections::BTreeSet;

use model::desired::{DesiredStackSet, Target};
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, UnitId};

use crate::tree::Tree;

mod messages;

/// What the targets of a StackSet mean today.
#[derive(Debug, Default)]
pub(crate) struct Resolved<'a> {
    /// Units with everything below them; none is below another one.
    pub(crate) units: BTreeSet<&'a UnitId>,
    /// Accounts by name or id that are below none of the units.
    pub(crate) accounts: BTreeSet<&'a AccountId>,
}

/// Resolves the targets. Nothing is returned when one of them means nothing: the others alone would be a smaller target,
/// and instances would seem to leave.
pub(crate) fn resolve<'a>(
    set: &'a DesiredStackSet,
    tree: &Tree<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Resolved<'a>> {
    let mut resolver = Resolver {
        set,
        tree,
        found: Resolved::default(),
        wrong: Vec::new(),
    };
    for target in set.deploy.iter().flat_map(|part| &part.targets) {
        resolver.target(target);
    }
    let failed = resolver.wrong.iter().any(Diagnostic::is_error);
    diagnostics.append(&mut resolver.wrong);
    (!failed).then(|| outermost(&resolver.found, tree))
}

struct Resolver<'a, 't> {
    set: &'a DesiredStackSet,
    tree: &'t Tree<'a>,
    found: Resolved<'a>,
    wrong: Vec<Diagnostic>,
}

impl<'a> Resolver<'a, '_> {
    fn target(&mut self, target: &'a Spanned<Target>) {
        match &target.value {
            Target::Path(names) => match self.tree.find(names) {
                Ok(unit) => {
                    self.found.units.insert(unit);
                }
                Err((last, missing)) => self
                    .wrong
                    .push(messages::no_unit(self.tree, target, last, missing)),
            },
            Target::Unit(id) => match self.tree.unit(id) {
                Some(unit) => {
                    self.found.units.insert(unit);
                }
                None => self.wrong.push(messages::no_unit_id(self.tree, target, id)),
            },
            Target::AccountName(name) => self.account_name(target, name),
            Target::Account(id) => self.account(target, id),
            Target::AccountGlob(_) | Target::Tag { .. } | Target::Set { .. } => {}
        }
    }

    fn account_name(&mut self, target: &Spanned<Target>, name: &str) {
        let accounts = &self.tree.organization.accounts;
        let named: Vec<_> = accounts
            .iter()
            .filter(|(_, account)| account.name == name)
            .map(|(id, _)| id)
            .collect();
        match named.as_slice() {
            [] => self
                .wrong
                .push(messages::no_account_name(self.tree, target, name)),
            [id] => self.account(target, id),
            several => self
                .wrong
                .push(messages::ambiguous_name(self.tree, target, name, several)),
        }
    }

    fn account(&mut self, target: &Spanned<Target>, id: &'a AccountId) {
        let service_managed = self.set.permission.is_service_managed();
        if service_managed && *id == self.tree.organization.management_account {
            self.wrong.push(messages::management_account(self.tree, target));
            return;
        }
        if !self.tree.organization.accounts.contains_key(id) {
            self.wrong
                .push(messages::foreign_account(self.tree, target, id, service_managed));
        }
        self.found.accounts.insert(id);
    }
}

/// The same without what is covered by a unit above it.
fn outermost<'a>(found: &Resolved<'a>, tree: &Tree<'a>) -> Resolved<'a> {
    let covered = |above: &[&UnitId]| above.iter().any(|unit| found.units.contains(unit));
    let units = found
        .units
        .iter()
        .copied()
        .filter(|unit| !covered(tree.above(unit).get(1..).unwrap_or_default()))
        .collect();
    let accounts = found
        .accounts
        .iter()
        .copied()
        // A unit never means the management account, so naming it says something more.
        .filter(|id| **id == tree.organization.management_account || !covered(tree.above_account(id)))
        .collect();
    Resolved { units, accounts }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
