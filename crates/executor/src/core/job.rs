//! One operation of the plan and what this run knows about it.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::call::{InstanceResult, ResultStatus, Write};
use model::event::{EventKind, InstanceCounts, OperationOutcome};
use model::instance::InstanceKey;
use model::observed::{OperationAction, OperationStatus, OperationSummary};
use model::plan::Operation;

/// An operation on its way.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that is known or not"
)]
pub(super) struct Job<'p> {
    /// As planned.
    pub(super) operation: &'p Operation,
    /// How it is.
    pub(super) outcome: OperationOutcome,
    /// How often this run sent it, always with the same id.
    pub(super) sends: u32,
    /// Whether AWS has it.
    pub(super) accepted: bool,
    /// Whether a request may be on its way that a strong read has not found yet.
    pub(super) unresolved: bool,
    /// Whether listeners heard of its start.
    announced: bool,
    /// When this run sent or found it.
    begun: Option<Timestamp>,
    /// As last described.
    pub(super) seen: Option<OperationSummary>,
    /// When it ended, as AWS tells it, or when this run saw it.
    pub(super) ended: Option<Timestamp>,
    /// Whether it will not be sent any more.
    pub(super) left: bool,
    /// Looks at it.
    pub(super) polls: u32,
    /// Looks since it last got on.
    pub(super) at_rest: u32,
    /// Results so far.
    pub(super) results: BTreeMap<InstanceKey, InstanceResult>,
    told: BTreeSet<InstanceKey>,
    /// Why, in AWS's words or ours.
    pub(super) reason: Option<String>,
    /// How long it took, in seconds.
    pub(super) seconds: u64,
}

impl<'p> Job<'p> {
    /// An operation that nothing is known about.
    pub(super) fn new(operation: &'p Operation) -> Self {
        Self {
            operation,
            outcome: OperationOutcome::NotStarted,
            sends: 0,
            accepted: false,
            unresolved: false,
            announced: false,
            begun: None,
            seen: None,
            ended: None,
            left: false,
            polls: 0,
            at_rest: 0,
            results: BTreeMap::new(),
            told: BTreeSet::new(),
            reason: None,
            seconds: 0,
        }
    }

    /// Whether it is only for when something failed.
    pub(super) fn is_rollback(&self) -> bool {
        !self.operation.runs_if.is_always()
    }

    /// Whether an earlier run had sent it.
    pub(super) fn adopted(&self) -> bool {
        self.accepted && self.sends == 0
    }

    /// Whether this run changed something at AWS with it, or may have.
    pub(super) fn written_now(&self) -> bool {
        self.sends > 0 && (self.accepted || self.unresolved)
    }

    /// What makes its moments of looking different from other operations'.
    pub(super) fn seed(&self) -> &str {
        let id = self.operation.operation_id.as_ref();
        id.map_or(self.operation.id.as_str(), |id| id.as_str())
    }

    /// AWS has it: the first time, listeners hear of it.
    pub(super) fn accept(&mut self, now: Timestamp) -> Option<EventKind> {
        self.accepted = true;
        self.unresolved = false;
        self.begun.get_or_insert(now);
        self.outcome = OperationOutcome::Running;
        if std::mem::replace(&mut self.announced, true) {
            return None;
        }
        Some(EventKind::OperationStart {
            operation: self.operation.id.clone(),
            stack_set: self.operation.stack_set.clone(),
            kind: self.operation.kind,
            instances: self.operation.instances,
            aws_operation_id: self.operation.operation_id.clone(),
            adopted: self.adopted(),
        })
    }

    /// Takes results in; listeners hear of each instance once, when it is over.
    pub(super) fn record(&mut self, results: Vec<InstanceResult>) -> Vec<EventKind> {
        let mut events = Vec::new();
        for result in results {
            if self.is_beside_the_plan(&result) {
                continue;
            }
            if result.is_over() && self.told.insert(result.key.clone()) {
                events.push(EventKind::Instance {
                    operation: self.operation.id.clone(),
                    stack_set: self.operation.stack_set.clone(),
                    result: result.clone(),
                });
            }
            self.results.insert(result.key.clone(), result);
        }
        events
    }

    /// An update that touches no instance of the plan changes the definition alone. Where every instance is out of AWS's reach,
    /// AWS tries those all the same, since no call can name none of them (reference §2.2).
    fn is_definition_alone(&self) -> bool {
        matches!(self.operation.call, Write::UpdateStackSet(_)) && self.operation.instances == 0
    }

    fn is_beside_the_plan(&self, result: &InstanceResult) -> bool {
        let bad = matches!(result.status, ResultStatus::Failed | ResultStatus::Cancelled);
        bad && self.is_definition_alone()
    }

    /// Failed instances as the operation counts them.
    fn failed_as_told(&self) -> u64 {
        match &self.seen {
            Some(seen) if !self.is_definition_alone() => seen.failed_instances,
            _ => 0,
        }
    }

    /// Whether the results can be all of them: the list lags behind the operation (reference §1.7).
    pub(super) fn results_agree(&self) -> bool {
        let failed = self.failed_as_told();
        // A rollback reaches what is there of its instances.
        let all = if self.is_rollback() {
            !self.results.is_empty()
        } else {
            self.results.len() as u64 >= self.operation.instances
        };
        all && self.results.values().all(InstanceResult::is_over) && self.counts().failed >= failed
    }

    /// Instances by how they ended so far.
    pub(super) fn counts(&self) -> InstanceCounts {
        let mut counts = InstanceCounts::default();
        for result in self.results.values() {
            match result.status {
                ResultStatus::Succeeded => counts.succeeded += 1,
                _ if result.is_skipped() => counts.cancelled += 1,
                ResultStatus::Failed => counts.failed += 1,
                ResultStatus::Cancelled => counts.cancelled += 1,
                ResultStatus::Pending | ResultStatus::Running | ResultStatus::Other(_) => {}
            }
        }
        if self.outcome == OperationOutcome::NotNeeded {
            return counts;
        }
        let over = counts.succeeded + counts.failed + counts.cancelled;
        let rest = self.operation.instances.saturating_sub(over);
        match self.outcome {
            OperationOutcome::Running | OperationOutcome::Unknown => counts.pending = rest,
            _ if !self.accepted && !self.unresolved => counts.not_started = self.operation.instances,
            _ => {}
        }
        counts
    }

    /// Failed and cancelled instances; not those that AWS leaves out because their account is suspended.
    pub(super) fn failures(&self) -> impl Iterator<Item = &InstanceResult> {
        self.results.values().filter(|result| result.is_failure())
    }

    /// Progress so far.
    pub(super) fn progress(&self) -> EventKind {
        let counts = self.counts();
        let at_work = |result: &&InstanceResult| result.status == ResultStatus::Running;
        let worked_on =
            |result: &&InstanceResult| result.is_over() && result.status != ResultStatus::Cancelled;
        EventKind::OperationProgress {
            operation: self.operation.id.clone(),
            stack_set: self.operation.stack_set.clone(),
            done: self.results.values().filter(worked_on).count() as u64,
            running: self.results.values().filter(at_work).count() as u64,
            failed: counts.failed,
            instances: self.operation.instances,
        }
    }

    /// AWS says that it is over: its outcome, and the event.
    pub(super) fn end(&mut self, now: Timestamp) -> EventKind {
        self.outcome = self.judge();
        self.ended = self.seen.as_ref().and_then(|seen| seen.ended_at).or(Some(now));
        self.seconds = self.duration(now);
        if let Some(reason) = self.seen.as_ref().and_then(|seen| seen.reason.clone()) {
            self.reason = Some(reason);
        }
        let mut instances = self.counts();
        let failed = self.failed_as_told();
        instances.failed = instances.failed.max(failed);
        EventKind::OperationEnd {
            operation: self.operation.id.clone(),
            stack_set: self.operation.stack_set.clone(),
            kind: self.operation.kind,
            outcome: self.outcome,
            instances,
            seconds: self.seconds,
            reason: self.reason.clone(),
        }
    }

    /// A success of AWS with failed instances in it is none of ours (fault 40).
    fn judge(&self) -> OperationOutcome {
        let Some(seen) = &self.seen else {
            return OperationOutcome::Succeeded;
        };
        let clean = self.failed_as_told() == 0 && self.failures().next().is_none();
        match seen.status {
            OperationStatus::Succeeded if clean => OperationOutcome::Succeeded,
            OperationStatus::Succeeded => OperationOutcome::Partial,
            // Whatever the operation does to instances, the definition stays (reference §2.3).
            OperationStatus::Failed if self.is_definition_alone() => OperationOutcome::Succeeded,
            OperationStatus::Failed => OperationOutcome::Failed,
            OperationStatus::Stopped => OperationOutcome::Stopped,
            OperationStatus::Queued
            | OperationStatus::Running
            | OperationStatus::Stopping
            | OperationStatus::Other(_) => OperationOutcome::Running,
        }
    }

    fn duration(&self, now: Timestamp) -> u64 {
        let told = self
            .seen
            .as_ref()
            .and_then(|seen| Some((seen.created_at?, seen.ended_at?)));
        let (from, to) = told.unwrap_or((self.begun.unwrap_or(now), now));
        u64::try_from(to.duration_since(from).as_secs()).unwrap_or_default()
    }

    /// Whether an operation found under our id cannot be this one (fault 20).
    pub(super) fn contradicts(&self, found: &OperationSummary) -> bool {
        let expected = match self.operation.call {
            Write::CreateStackInstances { .. } => OperationAction::Create,
            Write::UpdateStackSet(_) | Write::UpdateStackInstances { .. } => OperationAction::Update,
            Write::DeleteStackInstances { .. } => OperationAction::Delete,
            Write::CreateStackSet { .. } | Write::DeleteStackSet => return true,
        };
        !matches!(found.action, OperationAction::Other(_)) && found.action != expected
    }
}
