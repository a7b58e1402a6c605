//! Accounts that selectors outside of a StackSet's own targets mean: those of stages and freezes.

use std::collections::BTreeSet;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::AccountId;

use crate::context::Context;

/// The accounts, whatever their state. Nothing is returned when one of the selectors means nothing that is there.
pub(crate) fn select<'a>(
    context: &Context<'a>,
    targets: &'a [Spanned<Target>],
    _diagnostics: &mut Vec<Diagnostic>,
) -> Option<BTreeSet<&'a AccountId>> {
    let mut found = BTreeSet::new();
    for target in targets {
        found.extend(one(context, &target.value)?);
    }
    Some(found)
}

fn one<'a>(context: &Context<'a>, target: &'a Target) -> Option<BTreeSet<&'a AccountId>> {
    let tree = &context.tree;
    let accounts = &tree.organization.accounts;
    Some(match target {
        Target::Path(names) => tree.members(tree.find(names).ok()?).collect(),
        Target::Unit(id) => tree.members(tree.unit(id)?).collect(),
        Target::AccountName(name) => accounts
            .iter()
            .filter(|(_, account)| account.name == *name)
            .map(|(id, _)| id)
            .collect(),
        Target::Account(id) => BTreeSet::from([id]),
        _ => BTreeSet::new(),
    })
}
