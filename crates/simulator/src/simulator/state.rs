//! What one call does: a fault may hit it, a service carries it out, the log has it, and a write is on disk.

use bytes::Bytes;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};

use super::Outcome;
use super::kept::Kept;
use super::record::Recorder;
use crate::faults::{self, Past};
use crate::reply::Reply;
use crate::store::{Store, StoreError};
use crate::world::{ApiCall, DelayedCall, FaultKind, LogEntry, World};
use crate::{actors, routing};

/// A world with what this process needs to keep it going.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    /// World time that was skipped on request.
    pub(crate) skipped: SignedDuration,
    pub(super) recorder: Option<Recorder>,
    kept: Option<Kept>,
    past: Past,
}

impl State {
    pub(super) fn new(mut world: World, store: Option<Store>) -> Self {
        let mut past = Past::default();
        past.keep(&mut world);
        Self {
            world,
            skipped: SignedDuration::ZERO,
            recorder: None,
            kept: store.map(Kept::new),
            past,
        }
    }

    /// Lets world time pass up to a moment.
    pub(crate) fn pass(&mut self, to: Timestamp) {
        let due = self.world.agenda.first().is_some_and(|due| due.at <= to);
        let acted = actors::pass(&mut self.world, to);
        if (due || acted)
            && let Some(kept) = &mut self.kept
        {
            kept.moved();
        }
        if acted {
            self.changed();
        }
    }

    /// The world as it was; none when no past is kept.
    pub(super) fn seen(&self, seconds: u64) -> Option<World> {
        self.past.seen(&self.world, seconds)
    }

    /// The owner of the world changed it.
    pub(crate) fn changed_by_hand(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.changed_by_hand();
        }
        self.changed();
    }

    /// Somebody but time changed the world.
    pub(crate) fn changed(&mut self) {
        self.past.keep(&mut self.world);
        if let Some(recorder) = &mut self.recorder {
            recorder.write_new(&self.world.log);
        }
    }

    /// Takes a request in; what the client gets of it.
    pub(super) fn request(&mut self, parts: &Parts, body: &Bytes) -> Outcome {
        let call = routing::read(&self.world, parts, body);
        self.take(&call)
    }

    /// Takes a call in.
    pub(super) fn take(&mut self, call: &ApiCall) -> Outcome {
        if let Some(kept) = &mut self.kept {
            kept.remember(&self.world, call, is_read(&call.action));
        }
        let fault = faults::strike(&mut self.world, call);
        let outcome = match &fault {
            None => self.carried_out(call, None, |reply| reply),
            Some(kind) => self.hit(call, kind),
        };
        if let Some(recorder) = &mut self.recorder {
            recorder.write_new(&self.world.log);
        }
        outcome
    }

    fn hit(&mut self, call: &ApiCall, kind: &FaultKind) -> Outcome {
        if let Some(refusal) = faults::refusal_before(kind, call) {
            self.log(call, &refusal, Some(kind));
            return self.answered(refusal);
        }
        match kind {
            FaultKind::LostRequest => self.never_arrived(call, kind),
            FaultKind::DelayedRequest { seconds } => {
                let at = later(self.world.now, *seconds);
                let delayed = call.clone();
                self.world.delayed.push(DelayedCall { at, call: delayed });
                self.never_arrived(call, kind)
            }
            FaultKind::StaleList { seconds } => self.out_of_the_past(call, kind, *seconds),
            FaultKind::LostResponse => {
                self.carried_out(call, Some(kind), |reply| reply);
                Outcome::Lost
            }
            FaultKind::Hang { seconds } => {
                let until = seconds.map(|seconds| later(self.world.now, seconds));
                match self.carried_out(call, Some(kind), |reply| reply) {
                    Outcome::Answered(response) => Outcome::Held { response, until },
                    other => other,
                }
            }
            FaultKind::ErrorAfter => self.carried_out(call, Some(kind), |_| faults::refusal_after(call)),
            FaultKind::MalformedBody => self.carried_out(call, Some(kind), faults::broken),
            FaultKind::TruncatedBody => self.carried_out(call, Some(kind), faults::truncated),
            FaultKind::Throttle
            | FaultKind::ErrorBefore
            | FaultKind::ExpiredCredentials
            | FaultKind::AccessDenied => self.carried_out(call, None, |reply| reply),
        }
    }

    /// A service does what the call wants; the client gets what is made of the answer.
    fn carried_out(
        &mut self,
        call: &ApiCall,
        fault: Option<&FaultKind>,
        made_of: impl FnOnce(Reply) -> Reply,
    ) -> Outcome {
        let reply = routing::answer(&mut self.world, call);
        self.log(call, &reply, fault);
        let writes = !is_read(&reply.action) && !reply.is_refused();
        let reply = if writes {
            self.past.keep(&mut self.world);
            self.made_durable(call, reply)
        } else {
            reply
        };
        self.answered(made_of(reply))
    }

    fn out_of_the_past(&mut self, call: &ApiCall, kind: &FaultKind, seconds: u64) -> Outcome {
        let Some(mut seen) = self.past.seen(&self.world, seconds) else {
            return self.carried_out(call, Some(kind), |reply| reply);
        };
        let reply = routing::answer(&mut seen, call);
        self.log(call, &reply, Some(kind));
        self.answered(reply)
    }

    fn never_arrived(&mut self, call: &ApiCall, kind: &FaultKind) -> Outcome {
        let nothing = Reply {
            error: Some("NeverArrived".to_owned()),
            stack_set: call.stack_set.clone(),
            ..Reply::new(0, &call.action)
        };
        self.log(call, &nothing, Some(kind));
        Outcome::Lost
    }

    fn answered(&self, reply: Reply) -> Outcome {
        Outcome::Answered(reply.into_response(&self.world.request_id()))
    }

    fn log(&mut self, call: &ApiCall, reply: &Reply, fault: Option<&FaultKind>) {
        let entry = LogEntry {
            fault: fault.map(|kind| kind.word().to_owned()),
            ..LogEntry::of(&self.world, call, reply)
        };
        self.world.log.push(entry);
    }

    pub(super) fn save(&mut self) -> Result<(), StoreError> {
        match &mut self.kept {
            Some(kept) => kept.save(&mut self.world),
            None => Ok(()),
        }
    }

    /// The reply, if the write is on disk; a failure of the service otherwise, after which a client has to look again.
    fn made_durable(&mut self, call: &ApiCall, reply: Reply) -> Reply {
        let Some(kept) = &mut self.kept else { return reply };
        match kept.make_durable(&mut self.world) {
            Ok(()) => reply,
            Err(error) => faults::service_failure(call, &error.to_string()),
        }
    }
}

impl LogEntry {
    /// A call as it was answered.
    pub(crate) fn of(world: &World, call: &ApiCall, reply: &Reply) -> Self {
        Self {
            at: world.now,
            caller: Some(call.caller.clone()),
            actor: None,
            service: call.service.name().to_owned(),
            action: reply.action.clone(),
            stack_set: reply.stack_set.clone(),
            operation_id: reply.operation_id.clone(),
            status: reply.status,
            error: reply.error.clone(),
            fault: None,
            knobs: world.knobs.unusual(),
        }
    }
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    now.saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

/// Detecting drift is called a read by AWS but starts an operation, so it is not one here.
fn is_read(action: &str) -> bool {
    ["Describe", "Get", "Head", "List", "Validate"]
        .iter()
        .any(|verb| action.starts_with(verb))
}
