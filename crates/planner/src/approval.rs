//! Whether a plan is the approved one but for accounts that came after the approval.

use std::collections::BTreeSet;

use model::desired::Desired;
use model::ids::AccountId;
use model::observed::{Observed, ObservedInstance};
use model::plan::Plan;

use crate::Limits;

/// Accounts that are tried in every combination; of more, only all together and each by itself.
const COMBINED: usize = 5;

/// The accounts that joined since a plan was approved, if they are the only difference: without them the plan would have a digest that
/// `is_approved` knows. None when something else differs, or more than can be tried.
///
/// Only accounts in which nothing of this tool's was ever done can have joined since, so others are not tried.
pub fn joined_since(
    desired: &Desired,
    observed: &Observed,
    limits: &Limits,
    is_approved: impl Fn(&Plan) -> bool,
) -> Option<BTreeSet<AccountId>> {
    let new = newcomers(observed, &crate::plan(desired, observed, limits));
    let mut tries = combinations(&new);
    tries.find(|tried| is_approved(&crate::plan(desired, &without(observed, tried), limits)))
}

/// Accounts that the plan touches and that no operation of ours has touched so far.
fn newcomers(observed: &Observed, plan: &Plan) -> Vec<AccountId> {
    let is_ours = |instance: &ObservedInstance| {
        let last = instance.last_operation.as_ref();
        last.is_some_and(model::ids::OperationId::is_ours)
    };
    let instances = || observed.stack_sets.values().flat_map(|set| &set.instances);
    let known: BTreeSet<&AccountId> = instances()
        .filter(|(_, instance)| is_ours(instance))
        .map(|(key, _)| &key.account)
        .collect();
    let touched = plan.operations.iter().flat_map(|operation| &operation.touches);
    let accounts: BTreeSet<&AccountId> = touched.flat_map(|part| &part.accounts).collect();
    accounts
        .difference(&known)
        .map(|&account| account.clone())
        .collect()
}

/// All of them first, since nobody plans for accounts that are not there yet.
fn combinations(new: &[AccountId]) -> impl Iterator<Item = BTreeSet<AccountId>> {
    let all: BTreeSet<AccountId> = new.iter().cloned().collect();
    let rest: Vec<BTreeSet<AccountId>> = if new.len() <= COMBINED {
        let masks = 1..(1_u32 << new.len()).saturating_sub(1);
        let chosen = |mask: u32| {
            let bits = new
                .iter()
                .enumerate()
                .filter(move |(bit, _)| mask >> bit & 1 == 1);
            bits.map(|(_, account)| account.clone()).collect()
        };
        masks.map(chosen).collect()
    } else {
        new.iter()
            .map(|account| BTreeSet::from([account.clone()]))
            .collect()
    };
    std::iter::once(all).filter(|all| !all.is_empty()).chain(rest)
}

/// What would have been observed without some accounts.
fn without(observed: &Observed, accounts: &BTreeSet<AccountId>) -> Observed {
    let mut before = observed.clone();
    before
        .organization
        .accounts
        .retain(|id, _| !accounts.contains(id));
    before.disabled_regions.retain(|id, _| !accounts.contains(id));
    for set in before.stack_sets.values_mut() {
        set.instances.retain(|key, _| !accounts.contains(&key.account));
    }
    before
}
