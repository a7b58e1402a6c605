//! How it went: a line for each operation, and one result that the exit code stands for.

use std::collections::{BTreeMap, BTreeSet};

use model::call::by_reason;
use model::event::{ApplyResult, ApplySummary, InstanceCounts, OperationOutcome, OperationSummaryLine};
use model::instance::Rectangle;
use model::plan::{Action, Operation, OperationKind, RunsIf};

use super::gate::{Fate, Gate};
use super::job::Job;
use super::line::{Line, Stop};
use super::run::Run;

impl Run<'_> {
    /// The summary as of now.
    pub(super) fn summary(&self) -> ApplySummary {
        let result = self.result();
        let operations: Vec<_> = self
            .plan
            .operations
            .iter()
            .map(|operation| self.line_of(operation))
            .collect();
        let lines = self.lines.iter().flat_map(|line| line.causes.iter());
        ApplySummary {
            digest: self.plan.digest.clone(),
            result,
            exit_code: result.exit_code(),
            instances: self.total(&operations),
            recreate: self.not_made_again(&operations),
            operations,
            seconds: u64::try_from(self.now.duration_since(self.started).as_secs()).unwrap_or_default(),
            causes: self.causes.iter().chain(lines).cloned().collect(),
            secrets_sent: self
                .secrets_sent
                .iter()
                .map(|&reference| reference.to_owned())
                .collect(),
            break_glass: self.options.break_glass.clone(),
            remaining_digest: None,
            remaining: BTreeMap::new(),
        }
    }

    /// The named instances whose create was never sent. Whatever comes again is not named: nobody deletes it twice.
    fn not_made_again(&self, lines: &[OperationSummaryLine]) -> Vec<String> {
        let operations = self.plan.operations.iter().zip(lines);
        let unsent = operations.filter(|(operation, line)| {
            operation.kind == OperationKind::Create && line.outcome == OperationOutcome::NotStarted
        });
        let left: BTreeSet<String> = unsent
            .filter(|_| !self.plan.selection.recreate.is_empty())
            .flat_map(|(operation, _)| {
                let keys = operation.touches.iter().flat_map(Rectangle::keys);
                keys.map(|key| format!("{}:{}/{}", operation.stack_set, key.account, key.region))
            })
            .collect();
        let named = self.plan.selection.recreate.iter();
        named.filter(|one| left.contains(*one)).cloned().collect()
    }

    /// Instances of all operations. What a rollback brings back is not what the plan says. An instance that goes and comes again is
    /// one: when it is gone it counts as what is to come, and until then as what is to go.
    fn total(&self, operations: &[OperationSummaryLine]) -> InstanceCounts {
        let again = self.plan.instances(Action::Recreate) > 0;
        let mut left = 0;
        let mut sum = InstanceCounts::default();
        for line in operations.iter().filter(|line| !line.rollback) {
            let mut counts = line.instances;
            if again && line.kind == OperationKind::Delete {
                counts.succeeded = 0;
                left += counts.failed + counts.cancelled + counts.pending + counts.not_started;
            }
            sum = add(sum, counts);
        }
        sum.not_started = sum.not_started.saturating_sub(left);
        sum
    }

    fn line_of(&self, operation: &Operation) -> OperationSummaryLine {
        let mut jobs = self.lines.iter().flat_map(|line| &line.jobs);
        let mut line = match jobs.find(|job| job.operation.id == operation.id) {
            Some(job) => describe(job),
            None => describe(&Job::new(operation)),
        };
        if line.rollback && line.outcome == OperationOutcome::NotStarted && !self.is_failed(operation) {
            line.outcome = OperationOutcome::NotNeeded;
            line.instances = InstanceCounts::default();
        }
        line
    }

    /// Whether the stage failed that an operation is the rollback of.
    fn is_failed(&self, operation: &Operation) -> bool {
        match &operation.runs_if {
            RunsIf::Always => false,
            RunsIf::StageFailed(stage) => self.fate(stage) == Fate::Failed,
        }
    }

    /// The user's stop first, then the worst of what happened.
    fn result(&self) -> ApplyResult {
        if let Some(refusal) = self.refusal {
            return refusal;
        }
        let is = |stop| self.lines.iter().any(|line| line.stop == Some(stop));
        let any = |wanted: &[OperationOutcome]| {
            let mut jobs = self.lines.iter().flat_map(|line| &line.jobs);
            jobs.any(|job| job.accepted && wanted.contains(&job.outcome))
        };
        let unread = is(Stop::OutOfReach) || is(Stop::Credentials) || is(Stop::Stuck);
        let written = self.has_written();
        if self.interrupted {
            ApplyResult::Interrupted
        } else if any(&[OperationOutcome::Failed, OperationOutcome::Stopped]) || is(Stop::Unknown) {
            ApplyResult::Failed
        } else if is(Stop::Denied) {
            ApplyResult::Denied
        } else if is(Stop::Failed) || is(Stop::Refused) || self.gates.iter().any(Gate::is_unhealthy) {
            either(written, ApplyResult::Failed, ApplyResult::Error)
        } else if is(Stop::Stale) {
            either(written, ApplyResult::StaleMidway, ApplyResult::Stale)
        } else if is(Stop::Busy) {
            either(written, ApplyResult::StaleMidway, ApplyResult::Busy)
        } else if is(Stop::Frozen) {
            either(written, ApplyResult::Failed, ApplyResult::Frozen)
        } else if unread && any(&[OperationOutcome::Running]) {
            ApplyResult::StillRunning
        } else if unread {
            either(written, ApplyResult::Failed, ApplyResult::Error)
        } else if any(&[OperationOutcome::Partial]) {
            ApplyResult::Partial
        } else if is(Stop::Detached) {
            ApplyResult::Detached
        } else if is(Stop::Unapproved) {
            ApplyResult::AwaitingApproval
        } else if self.lines.iter().all(|line| line.stop == Some(Stop::Complete)) {
            ApplyResult::Succeeded
        } else {
            either(written, ApplyResult::Failed, ApplyResult::Error)
        }
    }

    /// Whether this run wrote, or an earlier one left a part of the plan done and a part not.
    fn has_written(&self) -> bool {
        let now = self
            .lines
            .iter()
            .flat_map(|line| &line.jobs)
            .any(Job::written_now);
        let begun = self.lines.iter().any(Line::is_begun);
        now || (begun && !self.lines.iter().all(Line::is_all_done))
    }
}

fn describe(job: &Job) -> OperationSummaryLine {
    let operation = job.operation;
    OperationSummaryLine {
        rollback: job.is_rollback(),
        stage: operation.stage.clone(),
        operation: operation.id.clone(),
        stack_set: operation.stack_set.clone(),
        aws_name: operation.aws_name.clone(),
        kind: operation.kind,
        aws_operation_id: operation.operation_id.clone(),
        outcome: job.outcome,
        instances: job.counts(),
        failures: by_reason(job.failures()),
        reason: job.reason.clone(),
        seconds: job.seconds,
    }
}

fn either(condition: bool, yes: ApplyResult, no: ApplyResult) -> ApplyResult {
    if condition { yes } else { no }
}

fn add(one: InstanceCounts, two: InstanceCounts) -> InstanceCounts {
    InstanceCounts {
        succeeded: one.succeeded + two.succeeded,
        failed: one.failed + two.failed,
        cancelled: one.cancelled + two.cancelled,
        pending: one.pending + two.pending,
        not_started: one.not_started + two.not_started,
    }
}
