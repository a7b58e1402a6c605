//! What is told of failures: AWS's reasons as people read them.

use model::call::FailedResource;
use model::plan::StackSetPlan;

use crate::escape::clipped;
use crate::words::count;

/// Characters of a reason that are shown.
const LONGEST: usize = 400;

/// A reason as people read it: `AuditRole already exists (AuditRole, AWS::IAM::Role)`.
pub(crate) fn reason_in_words(reason: &str) -> String {
    match FailedResource::of(reason) {
        _ if reason.is_empty() => "AWS gave no reason".to_owned(),
        Some(found) => format!("{} ({}, {})", found.reason, found.logical_id, found.kind),
        None => reason.to_owned(),
    }
}

/// Why instances that are updated failed last time, with how many: `2 instances: Rate exceeded`. More reasons than `most` are
/// counted.
pub(crate) fn last_time(set: &StackSetPlan, most: usize) -> Vec<String> {
    let failures = &set.instances.failures;
    let more = failures.len().saturating_sub(most);
    let told = failures.iter().take(most).map(|failure| {
        let reason = reason_in_words(&failure.reason);
        format!(
            "{}: {}",
            count(failure.instances, "instance"),
            clipped(&reason, LONGEST)
        )
    });
    let more = (more > 0).then(|| format!("and {}", count(more as u64, "more reason")));
    told.chain(more).collect()
}

/// Why a StackSet goes, in the manifest's words.
pub(crate) fn removal(set: &StackSetPlan) -> Option<String> {
    let reason = set.removal_reason.as_deref()?;
    Some(clipped(reason, LONGEST).into_owned())
}
