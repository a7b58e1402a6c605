//! What differs and needs no drift detection to be known: the plan says it.

use model::instance::InstanceKey;
use model::observed::{Observed, ObservedStackSet};
use model::plan::{Action, InstanceGroup, Plan, Reason, StackSetPlan};

use super::{Beside, ExtraRow, name_of};
use crate::terms;
use crate::told::overview;

/// Reasons for which an instance that is there is not wanted.
const UNWANTED: [Reason; 3] = [Reason::Targets, Reason::Regions, Reason::LeftUnit];

/// Missing and extra instances, and settings that differ.
pub(super) fn of(plan: &Plan, name: &str, observed: &Observed, live: &ObservedStackSet) -> Beside {
    let Some(set) = plan.stack_sets.iter().find(|set| set.name == name) else {
        return Beside::default();
    };
    let missing = set.instances.groups.iter();
    let missing = missing.filter(|group| group.action == Action::Create);
    Beside {
        missing: missing.map(|group| group.instances).sum(),
        extra: extra(set, observed, live),
        settings: overview::differences(&set.changes),
    }
}

fn extra(set: &StackSetPlan, observed: &Observed, live: &ObservedStackSet) -> Vec<ExtraRow> {
    let held: Vec<&str> = set.blocked_by.iter().map(|held| held.code.as_str()).collect();
    let mut rows = Vec::new();
    for (group, why) in set.instances.groups.iter().filter_map(unwanted) {
        // Whether it ever was one is not known.
        let mut reason = match why {
            Reason::Targets => "no target".to_owned(),
            why => terms::reason(why, Action::Delete).to_owned(),
        };
        if group.action == Action::None && !held.is_empty() {
            reason = format!("{reason} ({})", held.join(", "));
        }
        let keys = group.rectangle.keys();
        rows.extend(
            keys.filter(|key| live.instances.contains_key(key))
                .map(|key| row(&key, observed, &reason)),
        );
    }
    rows
}

/// A group that is there and that nobody wants, with the reason.
fn unwanted(group: &InstanceGroup) -> Option<(&InstanceGroup, Reason)> {
    let leaves = matches!(group.action, Action::Delete | Action::Detach | Action::None);
    let why = group.reasons.iter().find(|reason| UNWANTED.contains(reason))?;
    leaves.then_some((group, *why))
}

fn row(key: &InstanceKey, observed: &Observed, reason: &str) -> ExtraRow {
    ExtraRow {
        account: key.account.clone(),
        account_name: name_of(observed, &key.account),
        region: key.region.clone(),
        reason: reason.to_owned(),
    }
}
