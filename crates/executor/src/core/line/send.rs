//! One write with one id, decided before it is sent; whatever is unclear about it, only a strong read tells.

use model::call::{Call, CallError, CallErrorKind, Described, Reply, StackSetRef, Write, WriteCall};
use model::ids::StackSetId;
use model::observed::OperationSummary;

use super::units::is_old;
use super::{Context, Kind, Line, Next, PATIENCE, Step, Stop};
use crate::core::asking::is_renewal;

/// How often a look is repeated that is old when the write is to be sent: more often than a bad hour at AWS makes looks long in a row.
const LOOKS: u32 = 30;
/// How often an operation is sent, always with the same id.
const SENDS: u32 = 5;

impl Line<'_> {
    /// Sends the next operation. Only called right after everything was read and found as expected.
    pub(super) fn send(&mut self, cx: &Context) -> Next {
        if cx.cut_off {
            return Next::Stop(Stop::Unmet);
        }
        if let Some(message) = self.frozen(cx) {
            return self.end(Stop::Frozen, Kind::Frozen, message);
        }
        if self.must_look_again(cx) {
            return self.look();
        }
        if self.must_check_units(cx) {
            return self.ask(Step::Units, Call::Organization, PATIENCE);
        }
        self.send_now()
    }

    /// The freeze that is on for an account of the next operation.
    fn frozen(&self, cx: &Context) -> Option<String> {
        let operation = self.operation().filter(|_| cx.options.break_glass.is_none())?;
        let on = cx.freezes.iter().filter(|freeze| freeze.is_on(cx.now));
        let mut touching = on.filter(|freeze| {
            let mut accounts = operation.touches.iter().flat_map(|touched| &touched.accounts);
            freeze.accounts.is_none() || accounts.any(|account| freeze.covers(account))
        });
        let freeze = touching.next()?;
        Some(format!(
            "freeze {} is on until {}; StackSet `{}` is left as it is",
            freeze.name, freeze.until, self.name
        ))
    }

    /// Whether the machine may have slept since the last look (fault 12). Where looks take that long, they are not repeated for ever:
    /// simulated time may run faster than they do.
    pub(super) fn must_look_again(&mut self, cx: &Context) -> bool {
        let again = self.repeats < LOOKS && is_old(self.looked, cx.now);
        self.repeats += u32::from(again);
        again
    }

    pub(super) fn send_now(&mut self) -> Next {
        self.repeats = 0;
        let stack_set = match &self.id {
            Some(id) => StackSetRef::Id(id.clone()),
            None => StackSetRef::Name(self.aws_name.clone()),
        };
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        job.sends += 1;
        let call = Call::Write(Box::new(WriteCall {
            stack_set,
            operation_id: job.operation.operation_id.clone(),
            write: job.operation.call.clone(),
        }));
        self.ask(Step::Sending, call, 0)
    }

    pub(super) fn on_sent(&mut self, answer: Result<Reply, CallError>, cx: &mut Context) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        let write = &job.operation.call;
        match answer {
            Ok(Reply::Started(_)) if write.starts_operation() => {
                cx.events.extend(job.accept(cx.now));
                if cx.options.detach {
                    return Next::Stop(Stop::Detached);
                }
                self.poll()
            }
            Ok(Reply::Created(id)) if matches!(write, Write::CreateStackSet { .. }) => self.created(id, cx),
            Ok(Reply::Done) if matches!(write, Write::DeleteStackSet) => self.finish_call(cx),
            // Gone, or out of sight: the next look tells.
            Err(error) if error.kind == CallErrorKind::NotFound && matches!(write, Write::DeleteStackSet) => {
                self.look()
            }
            Err(error) if is_renewal(&error) => self.renewed(&error),
            Err(error) if !error.kind.leaves_doubt() => self.doubt_refusal(error),
            Err(error) => {
                // A clear no may still be the answer to a repetition that the SDK sent, so it is looked up all the same.
                job.unresolved |= is_unclear(error.kind);
                job.reason = Some(error.to_string());
                self.doubt(error.kind)
            }
            Ok(_) => {
                job.unresolved = true;
                self.doubt(CallErrorKind::Malformed)
            }
        }
    }

    fn created(&mut self, id: StackSetId, cx: &mut Context) -> Next {
        self.id = Some(id);
        self.created_now = true;
        self.finish_call(cx)
    }

    /// An answer of AWS may be the one to a repetition: the SDK's first try may have been done, its answer lost.
    fn doubt_refusal(&mut self, error: CallError) -> Next {
        let operation = self.job().and_then(|job| job.operation.operation_id.clone());
        match (self.id.clone(), operation) {
            (Some(id), Some(operation)) if error.code.is_some() => {
                self.ask(Step::Refusal(error), Call::Operation(id, operation), PATIENCE)
            }
            _ => self.refused(&error),
        }
    }

    pub(super) fn on_refusal(
        &mut self,
        error: &CallError,
        found: Option<OperationSummary>,
        cx: &mut Context,
    ) -> Next {
        match found {
            Some(found) => self.found(found, cx),
            None => self.refused(error),
        }
    }

    /// Nothing can be read any more, so the refusal is all that is known.
    pub(super) fn unknown_refusal(&mut self) -> Next {
        match std::mem::replace(&mut self.step, Step::Parked) {
            Step::Refusal(error) => self.refused(&error),
            _ => self.look(),
        }
    }

    /// The credentials had expired and are good again. The same id goes out again after a strong read, on the look from before if
    /// that was a moment ago (rules R4 and R7).
    fn renewed(&mut self, error: &CallError) -> Next {
        let Some(job) = self.job_mut().filter(|job| job.sends < SENDS) else {
            return self.doubt(error.kind);
        };
        job.reason = Some(error.to_string());
        let operation = job.operation.operation_id.clone();
        match self.id.clone().zip(operation) {
            Some((id, operation)) => self.ask(Step::Renewed, Call::Operation(id, operation), PATIENCE),
            None => self.look(),
        }
    }

    pub(super) fn on_renewed(&mut self, found: Option<OperationSummary>, cx: &mut Context) -> Next {
        match found {
            Some(found) => self.found(found, cx),
            None => self.send(cx),
        }
    }

    fn doubt(&mut self, kind: CallErrorKind) -> Next {
        let (sends, operation) = self.job().map_or((SENDS, None), |job| {
            (job.sends, job.operation.operation_id.clone())
        });
        // This request did nothing, and whether an earlier try of it did shows before it is sent again.
        let nothing = !is_unclear(kind) && kind != CallErrorKind::OperationInProgress;
        let call = match (self.id.clone(), operation) {
            (Some(_), Some(_)) if nothing && sends < SENDS => return self.look_later(),
            (Some(id), Some(operation)) => Call::Operation(id, operation),
            _ => Call::Definition(self.aws_name.clone()),
        };
        self.ask(Step::Doubt(kind), call, PATIENCE)
    }

    pub(super) fn on_doubt(
        &mut self,
        kind: CallErrorKind,
        found: Option<OperationSummary>,
        cx: &mut Context,
    ) -> Next {
        match found {
            Some(found) => self.found(found, cx),
            None if kind == CallErrorKind::OperationInProgress => self.hold_by_unknown(cx),
            None => self.send_again(),
        }
    }

    pub(super) fn on_doubt_definition(&mut self, found: Option<Described>, cx: &mut Context) -> Next {
        let deletes = self
            .job()
            .is_some_and(|job| matches!(job.operation.call, Write::DeleteStackSet));
        match found {
            Some(found) if !deletes => self.claim(found.id, &found.definition.fingerprint()),
            Some(found) if Some(&found.id) == self.id.as_ref() => match self.step {
                Step::Doubt(CallErrorKind::OperationInProgress) => self.hold_by_unknown(cx),
                _ => self.send_again(),
            },
            None if !deletes => self.send_again(),
            _ => self.look(),
        }
    }

    /// The same id again, after everything was read again: a request that is late meets its own id (fault 18).
    fn send_again(&mut self) -> Next {
        if self.job().is_some_and(|job| job.sends < SENDS) {
            return self.look_later();
        }
        self.lost()
    }

    /// AWS has an operation with the next id: ours, whoever sent it.
    pub(super) fn found(&mut self, found: OperationSummary, cx: &mut Context) -> Next {
        let Some(job) = self.job_mut() else {
            return self.look();
        };
        if job.contradicts(&found) {
            let message = format!("operation {} is not what the plan says under this id", found.id);
            return self.end(Stop::Failed, Kind::IdTaken, message);
        }
        cx.events.extend(job.accept(cx.now));
        if cx.options.detach && !found.status.is_terminal() {
            return Next::Stop(Stop::Detached);
        }
        self.watch(found)
    }

    /// A call that starts no operation is done.
    pub(super) fn finish_call(&mut self, cx: &mut Context) -> Next {
        if let Some(job) = self.job_mut() {
            cx.events.extend(job.accept(cx.now));
            job.reason = None;
            cx.events.push(job.end(cx.now));
        }
        self.advance()
    }
}

/// Whether the write may be on its way or done; the other kinds say that this request did nothing.
pub(super) fn is_unclear(kind: CallErrorKind) -> bool {
    matches!(
        kind,
        CallErrorKind::Unavailable
            | CallErrorKind::Unanswered
            | CallErrorKind::Malformed
            | CallErrorKind::OperationIdExists
    )
}
