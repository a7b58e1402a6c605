//! Instances whose accounts were suspended or closed since the last operation: nobody can bring them up to date, and nobody should find
//! out by chance. What an operation has skipped since says so itself.

use std::collections::BTreeMap;

use model::diagnostic::Diagnostic;
use model::ids::{AccountId, Region};
use model::instance::{DetailedStatus, InstanceKey};
use model::organization::AccountState;
use model::plan::Reason;

use super::Found;
use crate::context::Context;
use crate::fate::{Fate, FateKind};
use crate::words::count;

/// Accounts that are named.
const SHOWN: usize = 10;

pub(super) fn warning(context: &Context<'_>, found: &Found<'_>) -> Option<Diagnostic> {
    let organization = context.tree.organization;
    let accounts = untold(found);
    let first = accounts.keys().next()?;
    let name = &found.set.name;
    let message = format!(
        "`{}` has {} where AWS does not work",
        name.value,
        count(accounts.values().sum(), "instance")
    );
    let mut diagnostic =
        Diagnostic::warning("W0422", message).label(&name.span, "AWS skips suspended and closed accounts");
    for (account, instances) in accounts.iter().take(SHOWN) {
        let state = organization.accounts.get(*account).map(|account| &account.state);
        diagnostic = diagnostic.note(format!(
            "{} ({account}) {}: {} left as before",
            organization.account_name(account),
            is(state),
            count(*instances, "instance")
        ));
    }
    if accounts.len() > SHOWN {
        diagnostic = diagnostic.note(format!(
            "and {} more",
            count((accounts.len() - SHOWN) as u64, "account")
        ));
    }
    Some(
        diagnostic
            .help(format!(
                "gone for good? Let its instances go, stacks stay:\n[[stackset.{}.skip]]\ntargets = [\"{first}\"]\nreason  = \"closed\"",
                name.value
            ))
            .help("it comes back? Accept it until then: allow = [\"W0422\"]"),
    )
}

/// How many instances of each account stay as they are, without an operation having said so.
fn untold<'a>(found: &Found<'a>) -> BTreeMap<&'a AccountId, u64> {
    let mut accounts = BTreeMap::new();
    let kept = |fate: &Fate<'_>| fate.kind == FateKind::Keep && fate.reason == Some(Reason::Suspended);
    let fates = found.decided.fates.iter().filter(|(fate, _)| kept(fate));
    for ((_, account), regions) in fates.flat_map(|(_, cells)| cells) {
        let untold = |region: &&&Region| {
            let key = InstanceKey {
                account: (*account).clone(),
                region: (**region).clone(),
            };
            let instance = found.observed.and_then(|set| set.instances.get(&key));
            instance.is_some_and(|instance| instance.detailed != DetailedStatus::SkippedSuspendedAccount)
        };
        let number = regions.iter().filter(untold).count() as u64;
        if number > 0 {
            *accounts.entry(*account).or_default() += number;
        }
    }
    accounts
}

fn is(state: Option<&AccountState>) -> &'static str {
    match state {
        Some(AccountState::Suspended) => "is suspended",
        Some(AccountState::PendingClosure) => "is being closed",
        Some(AccountState::Closed) => "is closed",
        _ => "is not active",
    }
}
