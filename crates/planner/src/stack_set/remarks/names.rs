//! Stacks that go before those that take their place come, since both have a resource of the same name.

use model::diagnostic::Diagnostic;

use super::Found;
use crate::context::Context;
use crate::order::moving_names;
use crate::words::count;

/// Accounts that are named.
const SHOWN: usize = 10;

/// In between, the accounts have neither.
pub(super) fn moving(context: &Context<'_>, found: &Found<'_>) -> Option<Diagnostic> {
    let accounts = moving_names(&found.decided.fates, &found.effective.template);
    if accounts.is_empty() {
        return None;
    }
    let named = found.effective.template.fixed_global_names().into_iter().next()?;
    let name = &found.set.name;
    let message = format!(
        "`{}` is deleted before it is created again in {}",
        name.value,
        count(accounts.len() as u64, "account")
    );
    let mut diagnostic = Diagnostic::warning("W0317", message)
        .label(
            &named.span,
            "the old stack and the new one cannot both have this name",
        )
        .label(&name.span, "stacks that go and stacks that come");
    for account in accounts.iter().take(SHOWN) {
        let name = context.tree.organization.account_name(account);
        diagnostic = diagnostic.note(format!(
            "{name} ({account}) is without `{}` in between",
            named.logical_id
        ));
    }
    if let Some(more) = accounts.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        diagnostic = diagnostic.note(format!("and {}", count(more as u64, "more account")));
    }
    Some(diagnostic.help(format!(
        "make the name different in each Region: !Sub \"{}-${{AWS::Region}}\"\nor accept the gap: allow = [\"W0317\"]",
        named.name
    )))
}
