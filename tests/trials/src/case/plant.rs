//! Instances that fail, as the world has them.

use model::ids::Region;
use simulator::world::Failure;

use super::manifest::REGIONS;
use super::organization::Tree;
use super::scenario::FailureSpec;

/// What may fail.
const ACTIONS: [&str; 3] = ["CREATE", "UPDATE", "DELETE"];

/// A case's failures, of so many StackSets, with the reason that AWS would give.
pub fn failures(failures: &[FailureSpec], tree: &Tree, (sets, reason): (usize, &str)) -> Vec<Failure> {
    let planted = failures.iter().map(|failure| Failure {
        stack_set: failure
            .stack_set
            .map(|number| format!("s{}", usize::from(number) % sets)),
        account: failure.account.map(|number| tree.account(number).clone()),
        region: failure
            .region
            .and_then(|region| Region::parse(REGIONS[usize::from(region)]).ok()),
        action: Some(ACTIONS[usize::from(failure.action)].to_owned()),
        reason: reason.to_owned(),
        times: Some(u32::from(failure.times)),
    });
    planted.collect()
}
