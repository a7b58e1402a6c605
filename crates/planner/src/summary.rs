//! Counts of a plan.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::AccountId;
use model::plan::{Action, Plan, StackSetPlan, Summary};

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
    let (mut accounts, mut units) = (BTreeSet::new(), BTreeSet::new());
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
            units.insert(&group.unit_id);
            summary.regions.extend(group.rectangle.regions.iter().cloned());
        }
    }
    summary.accounts_touched = accounts.len() as u64;
    summary.units = units.len() as u64;
    summary
}

/// Counts what holds are on. They are known last.
pub(crate) fn count_blocked(plan: &mut Plan) {
    let blocked = || plan.stack_sets.iter().filter(|set| !set.blocked_by.is_empty());
    let counts = blocked().flat_map(|set| &set.instances.counts);
    let touched = counts.filter(|(action, _)| **action != Action::None);
    let instances = touched.map(|(_, count)| count).sum();
    let stack_sets = blocked().count() as u64;
    plan.summary.instances_blocked = instances;
    plan.summary.stack_sets_blocked = stack_sets;
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
