//! From one operation to the next: the plan's course, and the way back when a stage of a rollout failed.
//!
//! Rollbacks come last in the plan, those of one stage together. A line that leaves its course stays at the first of them until it is
//! known whether the stage that it is for failed; those of at most one stage are ever sent.

use model::event::OperationOutcome;
use model::plan::RunsIf;

use super::{Job, Line, Next, Step, Stop};

impl<'p> Line<'p> {
    /// On to the next operation, or to the last check.
    pub(super) fn advance(&mut self) -> Next {
        let way_back = self.rollback_of();
        self.at += 1;
        match way_back {
            Some(stage) => {
                self.verdict.get_or_insert(Stop::Failed);
                self.go_back(stage)
            }
            None => self.stay_or_settle(),
        }
    }

    /// The course ends here: what is left of it is not sent. Only a rollback may still come.
    pub(in crate::core) fn leave(&mut self, stop: Stop, reason: Option<&str>) -> Next {
        self.verdict.get_or_insert(stop);
        while let Some(job) = self.jobs.get_mut(self.at).filter(|job| !job.is_rollback()) {
            if job.outcome == OperationOutcome::NotStarted {
                job.left = true;
                job.reason = reason.map(str::to_owned);
            }
            self.at += 1;
        }
        self.stay_or_settle()
    }

    /// The stage that the next rollback is for, when that is what comes next.
    pub(in crate::core) fn rollback_of(&self) -> Option<&'p str> {
        match &self.job()?.operation.runs_if {
            RunsIf::Always => None,
            RunsIf::StageFailed(stage) => Some(stage),
        }
    }

    /// Whether anything of a rollout was sent, so that there is something to take back.
    pub(in crate::core) fn has_sent_a_stage(&self) -> bool {
        let staged = |job: &Job| job.accepted && job.operation.stage.is_some();
        self.jobs.iter().any(staged)
    }

    /// The next rollback is not needed.
    pub(in crate::core) fn skip(&mut self) -> Next {
        if let Some(job) = self.job_mut() {
            job.outcome = OperationOutcome::NotNeeded;
        }
        self.at += 1;
        self.stay_or_settle()
    }

    fn stay_or_settle(&mut self) -> Next {
        self.tries = 0;
        if self.at < self.jobs.len() {
            self.step = Step::Parked;
            return Next::Park;
        }
        match self.verdict {
            Some(stop) => Next::Stop(stop),
            None => self.settle(),
        }
    }

    /// An operation of the way back is over: the rest of that way follows, and the ways back of other stages are not needed.
    fn go_back(&mut self, stage: &str) -> Next {
        if self.rollback_of() == Some(stage) {
            return self.stay_or_settle();
        }
        for job in self.jobs.iter_mut().skip(self.at) {
            job.outcome = OperationOutcome::NotNeeded;
        }
        self.at = self.jobs.len();
        self.tries = 0;
        self.settle()
    }

    /// Everything that was sent is done and as it should be.
    pub(super) fn complete(&self) -> Next {
        Next::Stop(self.verdict.unwrap_or(Stop::Complete))
    }

    /// The operation that was sent last.
    pub(super) fn last_sent(&self) -> Option<&Job<'p>> {
        let before = self.jobs.get(..self.at).unwrap_or(&self.jobs);
        before.iter().rev().find(|job| job.accepted)
    }
}
