//! Accounts that selectors outside of a StackSet's own targets mean: those of stages and freezes.

use std::collections::BTreeSet;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::AccountId;

use crate::context::Context;
use crate::resolve::{Purpose, resolve};

/// The accounts, whatever their state. Nothing is returned when one of the selectors means nothing that is there.
pub(crate) fn select<'a>(
    context: &Context<'a>,
    targets: &'a [Spanned<Target>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BTreeSet<&'a AccountId>> {
    let tree = &context.tree;
    let selection = resolve(targets, Purpose::Part, tree, &BTreeSet::new(), diagnostics)?;
    let all = tree.organization.accounts.keys().chain(selection.named());
    Some(all.filter(|account| selection.contains(account, tree)).collect())
}
