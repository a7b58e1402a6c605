//! Selectors to units and accounts: names to ids, or a message that names what is near.

use std::collections::BTreeSet;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, UnitId};

use crate::tree::Tree;

pub(crate) mod glob;
mod messages;
mod selection;

pub(crate) use selection::{Meant, Rank, Selection, What};

/// What a list of selectors is for, which decides what is a mistake in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Where to deploy: whatever means nobody is a mistake, since instances would seem to leave.
    Deploy {
        /// Whether only member accounts of the organization can be reached.
        service_managed: bool,
    },
    /// A part of what is deployed: a pattern that matches nobody today may do so tomorrow.
    Part,
}

/// Resolves selectors in their order. Nothing is returned when one of them means nothing: the others alone would be a smaller
/// selection. `renamed` are units that are deployed to already: a name that is gone may be one of theirs.
pub(crate) fn resolve<'a>(
    targets: &'a [Spanned<Target>],
    purpose: Purpose,
    tree: &Tree<'a>,
    renamed: &BTreeSet<&UnitId>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Selection<'a>> {
    let mut resolver = Resolver {
        purpose,
        tree,
        renamed,
        wrong: Vec::new(),
    };
    let selection = resolver.selection(targets);
    let failed = resolver.wrong.iter().any(Diagnostic::is_error);
    diagnostics.append(&mut resolver.wrong);
    (!failed).then_some(selection)
}

struct Resolver<'a, 't> {
    purpose: Purpose,
    tree: &'t Tree<'a>,
    renamed: &'t BTreeSet<&'t UnitId>,
    wrong: Vec<Diagnostic>,
}

impl<'a> Resolver<'a, '_> {
    fn selection(&mut self, targets: &'a [Spanned<Target>]) -> Selection<'a> {
        let mut meant = Vec::new();
        for target in targets {
            if let Some(what) = self.target(target) {
                meant.push(Meant { target, what });
            }
        }
        Selection { meant }
    }

    fn target(&mut self, target: &'a Spanned<Target>) -> Option<What<'a>> {
        match &target.value {
            Target::Path(names) => self.path(target, names),
            Target::Unit(id) => self.unit(target, id),
            Target::AccountName(name) => self.account_name(target, name),
            Target::Account(id) => self.account(target, id),
            Target::AccountGlob(pattern) => Some(self.glob(target, pattern)),
            Target::Tag { key, value } => Some(self.tag(target, key, value)),
            Target::Set { include, exclude, .. } => {
                let include = self.selection(include);
                let purpose = std::mem::replace(&mut self.purpose, Purpose::Part);
                let exclude = self.selection(exclude);
                self.purpose = purpose;
                Some(What::Set { include, exclude })
            }
        }
    }

    fn path(&mut self, target: &Spanned<Target>, names: &[String]) -> Option<What<'a>> {
        match self.tree.find(names) {
            Ok(unit) => Some(What::Unit(unit)),
            Err((last, missing)) => {
                let renamed = self.renamed;
                self.wrong
                    .push(messages::no_unit(self.tree, target, (last, missing), renamed));
                None
            }
        }
    }

    fn unit(&mut self, target: &Spanned<Target>, id: &UnitId) -> Option<What<'a>> {
        let found = self.tree.unit(id);
        if found.is_none() {
            self.wrong.push(messages::no_unit_id(self.tree, target, id));
        }
        found.map(What::Unit)
    }

    fn account_name(&mut self, target: &Spanned<Target>, name: &str) -> Option<What<'a>> {
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
            [id] => return self.account(target, id),
            several => self
                .wrong
                .push(messages::ambiguous_name(self.tree, target, name, several)),
        }
        None
    }

    fn account(&mut self, target: &Spanned<Target>, id: &'a AccountId) -> Option<What<'a>> {
        if let Purpose::Deploy { service_managed } = self.purpose {
            if service_managed && *id == self.tree.organization.management_account {
                self.wrong.push(messages::management_account(self.tree, target));
                return None;
            }
            if !self.tree.organization.accounts.contains_key(id) {
                self.wrong
                    .push(messages::foreign_account(self.tree, target, id, service_managed));
            }
        }
        Some(What::Account(id))
    }

    fn glob(&mut self, target: &Spanned<Target>, pattern: &str) -> What<'a> {
        let found: BTreeSet<_> = self
            .tree
            .member_accounts()
            .filter(|(_, account)| glob::matches(pattern, &account.name))
            .map(|(id, _)| id)
            .collect();
        if found.is_empty() && self.purpose != Purpose::Part {
            self.wrong
                .push(messages::no_account_like(self.tree, target, pattern));
        }
        What::Accounts(found)
    }

    fn tag(&mut self, target: &Spanned<Target>, key: &str, value: &str) -> What<'a> {
        let found: BTreeSet<_> = self
            .tree
            .member_accounts()
            .filter(|(_, account)| account.tags.get(key).is_some_and(|has| has == value))
            .map(|(id, _)| id)
            .collect();
        if found.is_empty() && self.purpose != Purpose::Part {
            self.wrong
                .push(messages::no_account_with(self.tree, target, key, value));
        }
        What::Accounts(found)
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
