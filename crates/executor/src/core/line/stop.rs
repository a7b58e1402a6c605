//! Ends that are not the plan's: refusals, silence, the user.

use model::call::{CallError, CallErrorKind, Reply};
use model::event::OperationOutcome;

use super::send::is_unclear;
use super::{Asking, Context, Kind, Line, Next, Step, Stop};

impl Line<'_> {
    /// AWS refused a write for good: nothing of it was done.
    pub(super) fn refused(&mut self, error: &CallError) -> Next {
        if let Some(job) = self.job_mut() {
            job.reason = Some(error.to_string());
        }
        let (stop, kind) = match error.kind {
            CallErrorKind::Denied => (Stop::Denied, Kind::Denied),
            CallErrorKind::Credentials => (Stop::Credentials, Kind::Credentials),
            CallErrorKind::NotFound => (Stop::Stale, Kind::Stale),
            _ => (Stop::Refused, Kind::Refused),
        };
        if let Some(job) = self
            .job_mut()
            .filter(|_| matches!(stop, Stop::Refused | Stop::Denied))
        {
            job.outcome = OperationOutcome::Failed;
        }
        let message = format!("AWS refused a change of StackSet `{}`: {error}", self.name);
        self.end(stop, kind, message)
    }

    /// A read failed for good.
    pub(super) fn unreadable(&mut self, error: &CallError) -> Next {
        let message = format!("StackSet `{}` cannot be read: {error}", self.name);
        match error.kind {
            CallErrorKind::Credentials => self.end(Stop::Credentials, Kind::Credentials, message),
            _ => self.end(Stop::OutOfReach, Kind::OutOfReach, message),
        }
    }

    /// An answer to another question: nothing that follows from it can be trusted.
    pub(super) fn misunderstood(&mut self) -> Next {
        let message = format!(
            "AWS answered something else about StackSet `{}` than it was asked",
            self.name
        );
        self.end(Stop::OutOfReach, Kind::OutOfReach, message)
    }

    /// Nothing is started any more, a rollback neither.
    pub(in crate::core) fn give_up(&mut self, reason: &str) {
        let left = self.jobs.iter_mut().skip(self.at);
        for job in left.filter(|job| !job.is_rollback()) {
            job.reason = Some(reason.to_owned());
        }
        self.stop = Some(self.verdict.unwrap_or(Stop::Unmet));
    }

    /// The user wants it to stop. False while a write has no answer yet.
    pub(in crate::core) fn interrupt(&mut self, cx: &mut Context) -> bool {
        if self.stop.is_some() {
            return true;
        }
        if self.write_in_flight() {
            return false;
        }
        let over = matches!(self.step, Step::Collecting);
        if let Some(job) = self.job_mut().filter(|_| over) {
            cx.events.push(job.end(cx.now));
        }
        self.mark_unresolved();
        self.stop = Some(Stop::Interrupted);
        true
    }

    /// The answer to a write that was in flight when the user stopped: noted, not followed.
    pub(in crate::core) fn hear_interrupted(&mut self, answer: Result<Reply, CallError>, cx: &mut Context) {
        self.stop = Some(Stop::Interrupted);
        let Some(job) = self.job_mut() else { return };
        match answer {
            Ok(Reply::Started(_)) => cx.events.extend(job.accept(cx.now)),
            Ok(Reply::Created(_) | Reply::Done) => {
                cx.events.extend(job.accept(cx.now));
                cx.events.push(job.end(cx.now));
            }
            Ok(_) => job.unresolved = true,
            Err(error) => {
                job.unresolved |= is_unclear(error.kind);
                job.reason = Some(error.to_string());
            }
        }
        self.mark_unresolved();
    }

    /// No answer came in time.
    pub(in crate::core) fn abandon(&mut self) {
        if self.stop.is_none() {
            if let Some(job) = self.job_mut() {
                job.unresolved = true;
            }
            self.mark_unresolved();
            self.stop = Some(Stop::Interrupted);
        }
    }

    pub(in crate::core) fn write_in_flight(&self) -> bool {
        matches!(self.step, Step::Sending) && self.asking.as_ref().is_some_and(Asking::write_in_flight)
    }

    /// A request that no strong read has found may still arrive.
    pub(super) fn mark_unresolved(&mut self) {
        if let Some(job) = self.job_mut().filter(|job| job.unresolved) {
            job.outcome = OperationOutcome::Unknown;
        }
    }
}
