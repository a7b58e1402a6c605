//! The model's enumerations in words and symbols: one word per thing, everywhere.

use std::collections::BTreeMap;

use model::event::ApplyResult;
use model::ids::{AccountId, OperationId};
use model::observed::{OperationAction, OperationStatus};
use model::plan::{Action, OperationKind, PlanResult, Reason, StackSetPlan};

use crate::style::Meaning;

/// Names of accounts, for texts that know only ids.
pub type Names = BTreeMap<AccountId, String>;

/// An account as people and consoles both know it: `payments-prod 111100000042`, or the id alone when no name is known.
pub(crate) fn account(names: &Names, id: &AccountId) -> String {
    names
        .get(id)
        .map_or_else(|| id.to_string(), |name| format!("{name} {id}"))
}

/// An account where there is little room: its name, or the id when none is known.
pub(crate) fn short<'n>(names: &'n Names, id: &'n AccountId) -> &'n str {
    names.get(id).map_or(id.as_str(), String::as_str)
}

/// The symbol in front of something that changes.
pub(crate) fn mark(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Update => "~",
        Action::Delete => "-",
        Action::Detach => ".",
        Action::Recreate => "-/+",
        Action::Adopt => "=",
        Action::None => " ",
    }
}

/// The symbol and a name.
pub(crate) fn marked(action: Action, name: &str) -> String {
    format!("{} {name}", mark(action))
}

/// The verb of an action.
pub(crate) fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Delete => "delete",
        Action::Detach => "detach",
        Action::Recreate => "recreate",
        Action::Adopt => "adopt",
        Action::None => "none",
    }
}

/// The style of an action.
pub(crate) fn meaning(action: Action) -> Meaning {
    match action {
        Action::Create => Meaning::Create,
        Action::Update => Meaning::Update,
        Action::Delete | Action::Recreate => Meaning::Delete,
        Action::Detach => Meaning::Detach,
        Action::Adopt => Meaning::Adopt,
        Action::None => Meaning::Plain,
    }
}

/// Why a StackSet changes, in a few words for each reason.
pub(crate) fn reasons(set: &StackSetPlan) -> Vec<&'static str> {
    let changes = &set.changes;
    let only_loses_targets = changes.targets_added.is_empty() && !changes.targets_removed.is_empty();
    let mut words = Vec::new();
    for one in &set.reasons {
        let groups = set.instances.groups.iter();
        let mut actions: Vec<Action> = groups
            .filter(|group| group.reasons.contains(one))
            .map(|group| group.action)
            .collect();
        if actions.is_empty() {
            actions.push(if only_loses_targets {
                Action::Delete
            } else {
                set.action
            });
        }
        for word in actions.into_iter().map(|action| reason(*one, action)) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}

/// Why something happens, in a few words: what leaves does so for another reason than what comes.
pub(crate) fn reason(reason: Reason, action: Action) -> &'static str {
    let leaves = matches!(action, Action::Delete | Action::Detach);
    match reason {
        Reason::Targets if leaves => "no target any more",
        Reason::Regions if leaves => "Region removed",
        Reason::New => "new",
        Reason::Template => "template",
        Reason::Parameters => "parameters",
        Reason::Overrides => "overrides",
        Reason::OverrideDrift => "deployed without its overrides",
        Reason::Tags => "tags",
        Reason::Description => "description",
        Reason::Capabilities => "capabilities",
        Reason::Roles => "roles",
        Reason::AutoDeployment => "automatic deployment",
        Reason::ManagedExecution => "managed execution",
        Reason::Targets => "new target",
        Reason::Regions => "new Region",
        Reason::JoinedUnit => "new or emptied account",
        Reason::Missing => "instance missing",
        Reason::LeftUnit => "left the unit",
        Reason::OutdatedFailed => "failed last time",
        Reason::OutdatedCancelled => "not reached last time",
        Reason::OutdatedPending => "outdated",
        Reason::Inoperable => "inoperable",
        Reason::Recreate => "asked for",
        Reason::Suspended => "suspended account",
        Reason::Adopt => "adopted",
        Reason::Removed => "removed",
    }
}

/// `security-baseline canary`: a StackSet with the name of the stage of its rollout.
pub(crate) fn subject(stack_set: &str, stage: Option<&str>) -> String {
    match stage {
        Some(id) => format!("{stack_set} {}", id.rsplit_once('/').map_or(id, |(_, name)| name)),
        None => stack_set.to_owned(),
    }
}

/// What an operation does, as an order.
pub(crate) fn kind(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::CreateStackSet => "create StackSet",
        OperationKind::ManagedExecution => "set managed execution",
        OperationKind::AutoDeploymentOff => "auto-deploy off",
        OperationKind::Forget => "forget",
        OperationKind::Update => "update",
        OperationKind::Create => "create",
        OperationKind::Delete => "delete",
        OperationKind::Detach => "detach",
        OperationKind::AutoDeployment => "set auto-deploy",
        OperationKind::DeleteStackSet => "delete StackSet",
    }
}

/// What an operation did to instances.
pub(crate) fn done(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::CreateStackSet => "StackSet created",
        OperationKind::ManagedExecution => "managed execution set",
        OperationKind::AutoDeploymentOff => "auto-deploy off",
        OperationKind::Forget => "forgotten",
        OperationKind::Update => "updated",
        OperationKind::Create => "created",
        OperationKind::Delete => "deleted",
        OperationKind::Detach => "detached",
        OperationKind::AutoDeployment => "auto-deploy set",
        OperationKind::DeleteStackSet => "StackSet deleted",
    }
}

/// The style of an operation.
pub(crate) fn kind_meaning(kind: OperationKind) -> Meaning {
    match kind {
        OperationKind::CreateStackSet | OperationKind::Create => Meaning::Create,
        OperationKind::Delete | OperationKind::DeleteStackSet => Meaning::Delete,
        OperationKind::Detach | OperationKind::Forget => Meaning::Detach,
        OperationKind::Update
        | OperationKind::ManagedExecution
        | OperationKind::AutoDeploymentOff
        | OperationKind::AutoDeployment => Meaning::Update,
    }
}

/// What an observed operation does, in one word or two; a word that this version does not know is AWS's own.
pub fn operation_action(action: &OperationAction) -> &str {
    match action {
        OperationAction::Create => "create",
        OperationAction::Update => "update",
        OperationAction::Delete => "delete",
        OperationAction::DetectDrift => "drift detection",
        OperationAction::Other(other) => other,
    }
}

/// Where an observed operation stands.
pub(crate) fn operation_status(status: &OperationStatus) -> &str {
    match status {
        OperationStatus::Queued => "queued",
        OperationStatus::Running => "running",
        OperationStatus::Stopping => "stopping",
        OperationStatus::Succeeded => "ok",
        OperationStatus::Failed => "failed",
        OperationStatus::Stopped => "stopped",
        OperationStatus::Other(other) => other,
    }
}

/// What came of planning a manifest.
pub(crate) fn plan_result(result: PlanResult) -> &'static str {
    match result {
        PlanResult::NoChanges => "no changes",
        PlanResult::Changes => "changes",
        PlanResult::Blocked => "blocked",
        PlanResult::Error => "failed",
    }
}

/// How an apply ended, after the word "Apply".
pub(crate) fn apply_result(result: ApplyResult) -> &'static str {
    match result {
        ApplyResult::Succeeded => "complete",
        ApplyResult::NoChanges => "had nothing to do",
        ApplyResult::Detached => "started and left to AWS",
        ApplyResult::Error => "did not start",
        ApplyResult::Failed => "failed",
        ApplyResult::Partial => "ended with failures within the tolerance",
        ApplyResult::Stale => "did not start: the plan is stale",
        ApplyResult::StaleMidway => "stopped: something changed midway",
        ApplyResult::Busy => "did not start: another operation is running",
        ApplyResult::StillRunning => "stopped waiting: operations still run",
        ApplyResult::AwaitingApproval => "stopped for an approval",
        ApplyResult::Frozen => "did not start: a freeze is on",
        ApplyResult::Denied => "failed: AWS denied it",
        ApplyResult::Interrupted => "was interrupted",
    }
}

/// Characters of an operation's id that find it.
const SHORT: usize = 11;

/// Enough of an operation's id to find it: `sf-k3x9mw2a…`.
pub(crate) fn short_id(id: &OperationId) -> String {
    let text = id.as_str();
    match text.get(..SHORT) {
        Some(start) if text.len() > SHORT + 1 => format!("{start}…"),
        _ => text.to_owned(),
    }
}
