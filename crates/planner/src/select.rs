//! Accounts that selectors outside of a StackSet's own targets mean: those of stages and freezes.

use std::collections::BTreeSet;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::AccountId;

use crate::context::Context;
use crate::resolve::{Purpose, resolve};

/// The accounts, whatever their state. Nothing is returned when one of the selectors names what is not there.
pub(crate) fn select<'a>(
    context: &Context<'a>,
    targets: &'a [Spanned<Target>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BTreeSet<&'a AccountId>> {
    let tree = &context.tree;
    let selection = resolve(targets, Purpose::Part, tree, &BTreeSet::new(), diagnostics)?;
    let mut found: BTreeSet<&AccountId> = tree
        .member_accounts()
        .map(|(id, _)| id)
        .filter(|id| selection.contains(id, tree))
        .collect();
    // Only by its name or id is the management account ever meant, or an account of another organization.
    found.extend(selection.named());
    Some(found)
}
