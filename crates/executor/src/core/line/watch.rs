//! Our operation is at AWS: it is looked at until it is over, then its results are collected.

use model::call::{Call, Described, InstanceResult};
use model::event::OperationOutcome;
use model::observed::{OperationStatus, OperationSummary};

use super::{Context, Job, Kind, LONG_PATIENCE, Line, Next, PATIENCE, Step, Stop};
use crate::core::pace;
use crate::options::OnFailure;

/// How often results are read that do not add up.
const COLLECTS: u32 = 5;
/// Looks at an operation in a row that show nothing new: a bit more than a day (fault 37).
const LOOKS_AT_REST: u32 = 800;
/// How often an operation that AWS said it started may be not there (fault 27).
const MISSES: u32 = 5;

impl Line<'_> {
    /// Waits for the next look at the operation.
    pub(super) fn poll(&mut self) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        let interval = pace::poll(job.polls, job.seed());
        job.polls += 1;
        job.at_rest += 1;
        if job.at_rest > LOOKS_AT_REST {
            return self.stuck();
        }
        self.sleep(Step::Polling, interval)
    }

    pub(super) fn ask_about_job(&mut self, patience: u32) -> Next {
        let operation = self.job().and_then(|job| job.operation.operation_id.clone());
        match (self.id.clone(), operation) {
            (Some(id), Some(operation)) => self.ask(Step::Polling, Call::Operation(id, operation), patience),
            _ => self.look(),
        }
    }

    /// What an operation that is there calls for.
    pub(super) fn watch(&mut self, seen: OperationSummary) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        let over = seen.status.is_terminal();
        let status = |it: &OperationSummary| it.status.clone();
        let begins = job.seen.as_ref().map(status) == Some(OperationStatus::Queued);
        if begins && seen.status == OperationStatus::Running {
            job.at_rest = 0;
        }
        let report = job.polls > 0 && job.polls.is_multiple_of(2) && job.operation.instances > 0;
        job.seen = Some(seen);
        self.tries = 0;
        match (over, report) {
            (true, _) => self.ask_results(Step::Collecting),
            (false, true) => self.ask_results(Step::Progress),
            (false, false) => self.poll(),
        }
    }

    pub(super) fn on_poll(&mut self, found: Option<OperationSummary>) -> Next {
        match found {
            Some(found) => self.watch(found),
            None if self.tries < MISSES => {
                self.tries += 1;
                self.poll()
            }
            None => self.lost(),
        }
    }

    /// Another run of the same plan may be ahead of this one, and have deleted the StackSet that our operation emptied.
    pub(super) fn ask_whether_gone(&mut self) -> Next {
        let call = Call::Definition(self.aws_name.clone());
        self.ask(Step::Gone, call, LONG_PATIENCE)
    }

    /// What was made a moment ago may be out of sight once more; nothing is sent again because of that.
    pub(super) fn on_gone(&mut self, found: Option<Described>) -> Next {
        let gone = match &found {
            None => !self.created_now,
            Some(found) => Some(&found.id) != self.id.as_ref(),
        };
        if gone {
            self.on_definition(found)
        } else {
            self.on_poll(None)
        }
    }

    pub(super) fn ask_results(&mut self, step: Step) -> Next {
        let operation = self.job().and_then(|job| job.operation.operation_id.clone());
        match (self.id.clone(), operation) {
            (Some(id), Some(operation)) => {
                let patience = if matches!(step, Step::Progress) {
                    0
                } else {
                    PATIENCE
                };
                self.ask(step, Call::Results(id, operation), patience)
            }
            _ => self.look(),
        }
    }

    pub(super) fn on_progress(&mut self, results: Vec<InstanceResult>, cx: &mut Context) -> Next {
        if let Some(job) = self.job_mut() {
            let news = job.record(results);
            if !news.is_empty() {
                job.at_rest = 0;
            }
            cx.events.extend(news);
            cx.events.push(job.progress());
        }
        self.poll()
    }

    pub(super) fn on_results(&mut self, results: Vec<InstanceResult>, cx: &mut Context) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        cx.events.extend(job.record(results));
        let agree = job.results_agree();
        self.tries += 1;
        if agree || self.tries >= COLLECTS {
            return self.finish_job(cx);
        }
        self.sleep(Step::Collecting, pace::again(self.tries))
    }

    /// The operation is over: on, or not.
    pub(super) fn finish_job(&mut self, cx: &mut Context) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        cx.events.push(job.end(cx.now));
        let outcome = job.outcome;
        self.explain(outcome);
        self.tell_unplanned(cx);
        let again = self.comes_again();
        let goes_on = cx.options.on_failure == OnFailure::Continue && !again;
        match outcome {
            OperationOutcome::Failed | OperationOutcome::Stopped if !goes_on => self.fail(),
            OperationOutcome::Partial if again => self.fail(),
            _ => self.advance(),
        }
    }

    /// Whether what goes now comes again later: a create at an instance that is still there would be a success that makes nothing.
    fn comes_again(&self) -> bool {
        let later = self.jobs.iter().skip(self.at + 1);
        let gone = self.job().map(|job| job.operation);
        gone.is_some_and(|gone| later.map(|job| job.operation).any(|next| next.makes_again(gone)))
    }

    /// What comes after in the same StackSet is not sent.
    fn fail(&mut self) -> Next {
        if self.job().is_some_and(Job::is_rollback) {
            return Next::Stop(Stop::Failed);
        }
        self.at += 1;
        self.leave(Stop::Failed, None)
    }

    fn explain(&mut self, outcome: OperationOutcome) {
        let Some(job) = self.job() else { return };
        let (kind, what) = match outcome {
            OperationOutcome::Failed => (Kind::Failed, "failed"),
            OperationOutcome::Stopped => (Kind::Stopped, "was stopped by somebody"),
            OperationOutcome::Partial => (Kind::Partial, "left failed instances within its tolerance"),
            _ => return,
        };
        let bad = job.failures().count();
        let message = format!(
            "an operation {what}: {bad} of {} instances failed or were never tried",
            job.operation.instances
        );
        let cause = kind.of(self.name, message);
        self.causes.push(cause);
    }

    /// It is left at work: it is not for us to stop it, nor to wait for ever.
    fn stuck(&mut self) -> Next {
        let id = self.job().and_then(|job| job.operation.operation_id.as_ref());
        let id = id.map_or_else(String::new, |id| format!(" {id}"));
        let message = format!("operation{id} has not got on for a day and is still at work");
        self.end(Stop::Stuck, Kind::Stuck, message)
    }

    /// AWS has no trace of something that it may have been told.
    pub(super) fn lost(&mut self) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        job.outcome = OperationOutcome::Unknown;
        job.unresolved = true;
        let message = "a write was sent, and AWS does not show it";
        self.end(Stop::Unknown, Kind::Unanswered, message)
    }
}
