//! Why the last operation failed at instances that are updated for that, for readers.

use std::collections::BTreeSet;

use model::call::{InstanceResult, ResultStatus, by_reason};
use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use model::observed::ObservedStackSet;
use model::plan::{LastFailure, Reason};

use crate::calls::rectangles;
use crate::context::Context;
use crate::diff_instances::Fates;
use crate::fate::{Fate, FateKind};
use crate::rectangles::Cells;

/// Characters of a reason that are kept: AWS's own sentence is at its beginning.
const LONGEST: usize = 300;

/// One entry for each reason, that of most instances first. Instances for which AWS gives no reason have none.
pub(crate) fn last_failures(
    context: &Context<'_>,
    fates: &Fates<'_>,
    observed: Option<&ObservedStackSet>,
) -> Vec<LastFailure> {
    let Some(observed) = observed else {
        return Vec::new();
    };
    let tried_again =
        |fate: &Fate<'_>| fate.kind == FateKind::Update && fate.reason == Some(Reason::OutdatedFailed);
    let cells = fates.iter().filter(|(fate, _)| tried_again(fate));
    let keys = cells
        .flat_map(|(_, cells)| cells)
        .flat_map(|((_, account), regions)| {
            regions.iter().map(|region| InstanceKey {
                account: (*account).clone(),
                region: (*region).clone(),
            })
        });
    let results: Vec<InstanceResult> = keys.filter_map(|key| failed(observed, key)).collect();
    let mut failures: Vec<LastFailure> = by_reason(&results)
        .iter()
        .map(|(reason, results)| failure(context, reason, results))
        .collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.instances));
    failures
}

fn failed(observed: &ObservedStackSet, key: InstanceKey) -> Option<InstanceResult> {
    let reason = observed.instances.get(&key)?.reason.clone()?;
    Some(InstanceResult {
        key,
        status: ResultStatus::Failed,
        reason: Some(reason),
    })
}

fn failure(context: &Context<'_>, reason: &str, results: &[InstanceResult]) -> LastFailure {
    let mut cells: Cells<&AccountId, &Region> = Cells::new();
    for result in results {
        let regions: &mut BTreeSet<&Region> = cells.entry(&result.key.account).or_default();
        regions.insert(&result.key.region);
    }
    LastFailure {
        reason: shortened(reason),
        rectangles: rectangles(&cells, context.limits),
        instances: results.len() as u64,
    }
}

fn shortened(reason: &str) -> String {
    match reason.char_indices().nth(LONGEST) {
        None => reason.to_owned(),
        Some((end, _)) => format!("{}…", reason.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use model::instance::{DetailedStatus, InstanceStatus};
    use model::observed::ObservedStackSet;
    use model::plan::LastFailure;

    use crate::testing::world::*;

    fn failures(given: &[(u64, DetailedStatus, &str)]) -> Vec<LastFailure> {
        let mut live: ObservedStackSet = live("net");
        deployed(
            &mut live,
            2,
            &[1002, 1003, 1004, 1005],
            &["us-east-1", "eu-west-1"],
        );
        for (number, detailed, reason) in given {
            let mut instance = in_state(Some(2), InstanceStatus::Outdated, detailed.clone());
            instance.reason = (!reason.is_empty()).then(|| (*reason).to_owned());
            live.instances.insert(key(*number, "us-east-1"), instance);
        }
        let plan = plan_one(stack_set("net"), Some(live));
        plan.stack_sets[0].instances.failures.clone()
    }

    #[test]
    fn equal_reasons_are_one_and_that_of_most_instances_is_first() {
        let role = |number: u64| format!("Account {} should have a role.", account(number));
        let (one, two) = (role(1003), role(1005));
        let found = failures(&[
            (1002, DetailedStatus::Failed, "Another one."),
            (1003, DetailedStatus::Failed, &one),
            (1004, DetailedStatus::Failed, ""),
            (1005, DetailedStatus::Failed, &two),
        ]);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.reason.as_str(), one.instances))
            .collect();
        assert_eq!(told, [(one.as_str(), 2), ("Another one.", 1)]);
        let accounts: Vec<_> = found[0]
            .rectangles
            .iter()
            .flat_map(|part| &part.accounts)
            .collect();
        assert_eq!(accounts, [&account(1003), &account(1005)]);
    }

    #[test]
    fn what_only_follows_from_a_failure_is_no_reason() {
        let cancelled = "Cancelled since failure tolerance has exceeded";
        assert_eq!(failures(&[(1002, DetailedStatus::Cancelled, cancelled)]), []);
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let long = "ä".repeat(1_000);
        let found = failures(&[(1002, DetailedStatus::Failed, &long)]);
        assert_eq!(found[0].reason.chars().count(), 301);
        assert!(found[0].reason.ends_with("ä…"));
    }
}
