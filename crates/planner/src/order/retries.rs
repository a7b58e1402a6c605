//! What operations of a plan would try without being asked to: one with a new id tries every instance again that is outdated
//! (reference §1.6), and self-managed StackSets do not skip accounts that AWS cannot work in (reference §2.8).

use model::plan::{OperationKind, Reason};

use super::{Work, steps};
use crate::diff_instances::Retried;
use crate::fate::{Fate, FateKind};

/// Which instances in such accounts have to go before, so that no operation fails of them.
pub(crate) fn retried(work: &Work<'_, '_>) -> Retried {
    let asleep = |fate: &Fate<'_>| fate.kind == FateKind::Keep && fate.reason == Some(Reason::Suspended);
    let may_go = !work.service_managed && work.on_leave.is_some();
    if !may_go || !work.fates.keys().any(asleep) {
        return Retried::Failed;
    }
    let reaches = |kind: OperationKind| matches!(kind, OperationKind::Create | OperationKind::Update);
    let calls = steps(work).iter().filter(|step| reaches(step.kind)).count();
    let nameless = !work.fates.keys().any(|fate| fate.kind == FateKind::Update);
    match calls {
        0 => Retried::Failed,
        // The call that marks instances outdated tries only those that were so before, unless it means all of them.
        1 if !(work.touched() && nameless) => Retried::Outdated,
        _ if work.touched() => Retried::Marked,
        _ => Retried::Outdated,
    }
}
