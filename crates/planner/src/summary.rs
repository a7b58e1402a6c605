//! Counts of a plan.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::AccountId;
use model::plan::{Action, StackSetPlan, Summary};

use crate::context::Context;

/// Counts StackSets and instances by action, and how far the touched ones reach.
pub(crate) fn summary(context: &Context<'_>, stack_sets: &[StackSetPlan]) -> Summary {
    let organization = context.tree.organization;
    let members = organization
        .accounts
        .keys()
        .filter(|id| **id != organization.management_account);
    let mut summary = Summary {
        accounts_total: members.count() as u64,
        ..Summary::default()
    };
    let mut accounts = BTreeSet::new();
    for set in stack_sets {
        *summary.stack_sets.entry(set.action).or_default() += 1;
        for (action, count) in &set.instances.counts {
            *summary.instances.entry(*action).or_default() += count;
        }
        let touched = set
            .instances
            .groups
            .iter()
            .filter(|group| group.action != Action::None);
        for group in touched {
            accounts.extend(&group.rectangle.accounts);
            summary.regions.extend(group.rectangle.regions.iter().cloned());
        }
    }
    summary.accounts_touched = accounts.len() as u64;
    summary
}

/// Names of the accounts that the plan shows, as far as the organization has them.
pub(crate) fn account_names(
    context: &Context<'_>,
    stack_sets: &[StackSetPlan],
) -> BTreeMap<AccountId, String> {
    let groups = stack_sets.iter().flat_map(|set| &set.instances.groups);
    let mentioned: BTreeSet<_> = groups.flat_map(|group| &group.rectangle.accounts).collect();
    let known = &context.tree.organization.accounts;
    mentioned
        .into_iter()
        .filter_map(|id| Some((id.clone(), known.get(id)?.name.clone())))
        .collect()
}
