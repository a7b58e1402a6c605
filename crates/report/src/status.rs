//! Where every StackSet stands now, as data: derived from what is wanted, what is there and the plan between them.

use std::collections::BTreeMap;

use model::Timestamp;
use model::call::{InstanceResult, ResultStatus};
use model::desired::Desired;
use model::drift::DriftCheck;
use model::ids::{OperationId, StackSetName};
use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::{
    Observed, ObservedInstance, ObservedStackSet, OperationAction, OperationStatus, OperationSummary,
};
use model::plan::{Action, Plan, PlanResult, PlanSource, Reason, Scope, StackSetPlan};
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::MAJOR;

/// `format` of the JSON form.
pub const FORMAT: &str = "stackfleet.status";
/// `format_version` of the JSON form: a minor version only adds.
pub const FORMAT_VERSION: &str = "1.0";

/// Everything that `status` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatusReport {
    /// Always [`FORMAT`].
    #[schemars(extend("const" = FORMAT))]
    pub format: &'static str,
    /// [`FORMAT_VERSION`]
    #[schemars(extend("pattern" = MAJOR))]
    pub format_version: &'static str,
    /// When AWS was read; ages count from here.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub taken_at: Timestamp,
    /// The manifest that it is compared with.
    pub source: PlanSource,
    /// Where.
    pub scope: Scope,
    /// StackSets of the manifest, by name, then those that it removes.
    pub stack_sets: Vec<StackSetStatus>,
    /// StackSets of the same account and Region that the manifest does not name.
    pub not_in_manifest: Vec<Stranger>,
    /// Errors of the plan, which leave the comparison unfinished.
    pub errors: u64,
}

/// One StackSet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StackSetStatus {
    /// The name in the manifest.
    pub name: String,
    /// The name in AWS.
    pub aws_name: StackSetName,
    /// Whether it is what the manifest says.
    pub manifest: Match,
    /// What differs.
    pub reasons: Vec<Reason>,
    /// Codes of what forbids to bring it in line.
    pub held_by: Vec<String>,
    /// Whether it is well.
    pub instances: InstanceStates,
    /// The last drift detection that came to an end; none when there was never one.
    pub drift: Option<LastDriftCheck>,
    /// The newest operation that AWS lists.
    pub last_operation: Option<LastOperation>,
    /// Operations that hold or wait for its one slot, newest first.
    pub running: Vec<LastOperation>,
}

/// Whether a StackSet is what the manifest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// It is.
    Matches,
    /// Something differs, in the definition or in the instances.
    Differs,
    /// It does not exist yet.
    Missing,
    /// It exists, and the manifest removes it.
    Leaving,
    /// The plan could not say.
    Unknown,
}

/// Instances by state; each is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceStates {
    /// All of them.
    pub total: u64,
    /// They have what the StackSet says.
    pub current: u64,
    /// A later definition has not reached them.
    pub outdated: u64,
    /// The last operation failed on them.
    pub failed: u64,
    /// A delete failed, and only another one gets them out.
    pub inoperable: u64,
    /// AWS leaves them out because their account is suspended (reference §2.8).
    pub skipped: u64,
    /// Of a status that this version does not know.
    pub other: u64,
}

/// The last drift detection with its age. `stackfleet drift` tells what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastDriftCheck {
    /// Instances that differed from their own templates.
    pub drifted: u64,
    /// Instances that could not be checked.
    pub failed: u64,
    /// Instances that it was for.
    pub total: u64,
    /// Seconds since then; none when AWS does not say.
    pub age_seconds: Option<u64>,
}

/// An operation with its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastOperation {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub action: OperationAction,
    /// Where it stands.
    pub status: OperationStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// Whether this tool started it.
    pub ours: bool,
    /// Seconds since it ended, or since it was started when it runs; none when AWS does not say.
    pub age_seconds: Option<u64>,
    /// How far it has come while it runs; none where nobody asked, or AWS lists no results yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
}

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Progress {
    /// Instances that it is done with, failed and cancelled ones among them.
    pub done: u64,
    /// Instances that AWS lists for it.
    pub total: u64,
}

impl Progress {
    /// Of the results so far; none when there are none.
    pub fn of(results: &[InstanceResult]) -> Option<Self> {
        let is_open =
            |one: &&InstanceResult| matches!(one.status, ResultStatus::Pending | ResultStatus::Running);
        let (open, total) = (results.iter().filter(is_open).count(), results.len());
        (total > 0).then_some(Self {
            done: (total - open) as u64,
            total: total as u64,
        })
    }
}

/// A StackSet that the manifest does not name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stranger {
    /// The name in AWS.
    pub aws_name: StackSetName,
    /// The project that it is marked with.
    pub project: Option<String>,
    /// Whether that is this manifest's project: the block was deleted, and nothing says what should happen.
    pub ours: bool,
    /// Its instances; none where they were not counted, since it is not ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<u64>,
}

impl StatusReport {
    /// The same with how far operations have come that run.
    #[must_use]
    pub fn with_progress(mut self, progress: &BTreeMap<OperationId, Progress>) -> Self {
        let sets = self.stack_sets.iter_mut();
        let operations = sets.flat_map(|set| set.running.iter_mut().chain(&mut set.last_operation));
        for operation in operations {
            operation.progress = progress.get(&operation.id).copied();
        }
        self
    }

    /// The state of everything that the manifest names, and of what stands beside it.
    pub fn of(desired: &Desired, observed: &Observed, plan: &Plan) -> Self {
        let planned: BTreeMap<&str, &StackSetPlan> = plan
            .stack_sets
            .iter()
            .map(|set| (set.name.as_str(), set))
            .collect();
        let wanted = desired
            .stack_sets
            .iter()
            .map(|(name, set)| (name, &set.aws_name, false));
        let removed = desired
            .removed
            .iter()
            .map(|(name, set)| (name, &set.aws_name, true));
        let stack_sets = wanted
            .chain(removed)
            .filter_map(|(name, aws_name, leaving)| {
                let live = observed.stack_sets.get(aws_name);
                // One that is to be removed and is not there has nothing to be told about.
                if leaving && live.is_none() {
                    return None;
                }
                let planned = planned.get(name.as_str()).copied();
                let found = match matched(live, planned, leaving) {
                    // No difference was found because none was looked for to the end, or because an operation is still at work.
                    Match::Matches if plan.result == PlanResult::Error || is_at_work(live) => Match::Unknown,
                    found => found,
                };
                Some(stack_set(name, aws_name, found, live, planned, observed.taken_at))
            })
            .collect();
        Self {
            format: FORMAT,
            format_version: FORMAT_VERSION,
            taken_at: observed.taken_at,
            source: plan.source.clone(),
            scope: plan.scope.clone(),
            stack_sets,
            not_in_manifest: strangers(desired, observed),
            errors: plan.diagnostics.iter().filter(|one| one.is_error()).count() as u64,
        }
    }
}

fn stack_set(
    name: &str,
    aws_name: &StackSetName,
    found: Match,
    live: Option<&ObservedStackSet>,
    planned: Option<&StackSetPlan>,
    now: Timestamp,
) -> StackSetStatus {
    let operation = |summary: &OperationSummary| LastOperation::of(summary, now);
    StackSetStatus {
        name: name.to_owned(),
        aws_name: aws_name.clone(),
        manifest: found,
        reasons: planned.map(|set| set.reasons.clone()).unwrap_or_default(),
        held_by: planned
            .map(|set| set.blocked_by.iter().map(|hold| hold.code.clone()).collect())
            .unwrap_or_default(),
        instances: live.map(|set| states(set.instances.values())).unwrap_or_default(),
        drift: live
            .and_then(|set| set.drift.as_ref())
            .map(|check| last_check(check, now)),
        last_operation: live.and_then(|set| set.newest_operation.as_ref().map(operation)),
        running: live
            .map(|set| set.running.iter().map(operation).collect())
            .unwrap_or_default(),
    }
}

fn last_check(check: &DriftCheck, now: Timestamp) -> LastDriftCheck {
    LastDriftCheck {
        drifted: check.drifted,
        failed: check.failed,
        total: check.total,
        age_seconds: check.checked_at.map(|at| age_seconds(at, now)),
    }
}

fn is_at_work(live: Option<&ObservedStackSet>) -> bool {
    live.is_some_and(|set| !set.running.is_empty())
}

fn matched(live: Option<&ObservedStackSet>, planned: Option<&StackSetPlan>, leaving: bool) -> Match {
    match (live, planned.map(|set| set.action)) {
        _ if leaving => Match::Leaving,
        (None, _) => Match::Missing,
        (Some(_), None) => Match::Unknown,
        (Some(_), Some(Action::None)) => Match::Matches,
        (Some(_), Some(Action::Delete | Action::Detach)) => Match::Leaving,
        (Some(_), Some(Action::Create | Action::Update | Action::Recreate | Action::Adopt)) => Match::Differs,
    }
}

fn states<'a>(instances: impl Iterator<Item = &'a ObservedInstance>) -> InstanceStates {
    let mut states = InstanceStates::default();
    for instance in instances {
        states.total += 1;
        let state = match (&instance.status, &instance.detailed) {
            (InstanceStatus::Current | InstanceStatus::Outdated, DetailedStatus::SkippedSuspendedAccount) => {
                &mut states.skipped
            }
            (InstanceStatus::Current, _) => &mut states.current,
            (InstanceStatus::Outdated, DetailedStatus::Failed | DetailedStatus::FailedImport) => {
                &mut states.failed
            }
            (InstanceStatus::Outdated, _) => &mut states.outdated,
            (InstanceStatus::Inoperable, _) => &mut states.inoperable,
            (InstanceStatus::Other(_), _) => &mut states.other,
        };
        *state += 1;
    }
    states
}

impl LastOperation {
    /// As old as it is at a moment.
    pub fn of(summary: &OperationSummary, now: Timestamp) -> Self {
        let at = summary.ended_at.or(summary.created_at);
        Self {
            id: summary.id.clone(),
            action: summary.action.clone(),
            status: summary.status.clone(),
            reason: summary.reason.clone(),
            ours: summary.id.is_ours(),
            age_seconds: at.map(|at| age_seconds(at, now)),
            progress: None,
        }
    }
}

/// Clocks differ: what was in our future was just now.
fn age_seconds(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.as_second() - at.as_second()).unwrap_or_default()
}

fn strangers(desired: &Desired, observed: &Observed) -> Vec<Stranger> {
    let stranger = |(name, set): (&StackSetName, &model::observed::OtherStackSet)| Stranger {
        aws_name: name.clone(),
        project: set.project.clone(),
        ours: set.project.as_ref() == Some(&desired.project.value),
        instances: set.instances,
    };
    observed.others.iter().map(stranger).collect()
}
