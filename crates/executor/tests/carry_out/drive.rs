//! Runs the state machine against the small AWS on virtual time, with a fault wherever a test wants one.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::Options;
use executor::core::{Command, Input, Run};
use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind, Reply};
use model::event::{ApplyResult, ApplySummary, EventKind, OperationOutcome};
use model::plan::Plan;
use model::secrets::Secrets;

use crate::cloud::Cloud;

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The process ends before the call is sent.
    CrashBefore,
    /// The process ends after AWS acted.
    CrashAfter,
    /// The call never arrives, no answer comes.
    LostRequest,
    /// AWS acts, the answer is lost.
    LostAnswer,
    /// AWS refuses.
    Refused(CallErrorKind),
    /// AWS acted on the SDK's first try, and refuses its second one.
    RefusedAfter(CallErrorKind),
    /// The machine sleeps for so many milliseconds before it hears the answer.
    Asleep(u64),
    /// The user stops the run while the call is on its way; the answer comes after so many milliseconds.
    Interrupt(u64),
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// None if it crashed.
    pub(crate) summary: Option<ApplySummary>,
    pub(crate) events: Vec<EventKind>,
    pub(crate) calls: Vec<(Timestamp, Call)>,
    pub(crate) finished: Timestamp,
}

impl Ended {
    pub(crate) fn result(&self) -> ApplyResult {
        self.summary.as_ref().unwrap().result
    }

    pub(crate) fn outcomes(&self) -> Vec<OperationOutcome> {
        let lines = &self.summary.as_ref().unwrap().operations;
        lines.iter().map(|line| line.outcome).collect()
    }

    pub(crate) fn codes(&self) -> Vec<&str> {
        let causes = &self.summary.as_ref().unwrap().causes;
        causes.iter().map(|cause| cause.code.as_str()).collect()
    }
}

/// One run without faults.
pub(crate) fn run(cloud: &mut Cloud, plan: &Plan) -> Ended {
    run_with(cloud, plan, &Options::default(), |_, _, _| Fault::None)
}

/// One run; `fault` sees the number of each call, from 0, the call, and AWS just before it.
pub(crate) fn run_with(
    cloud: &mut Cloud,
    plan: &Plan,
    options: &Options,
    mut fault: impl FnMut(usize, &Call, &mut Cloud) -> Fault,
) -> Ended {
    let (mut run, mut commands) = Run::new(plan, &Secrets::default(), options, cloud.now);
    let mut queue = Queue::default();
    let mut ended = Ended {
        summary: None,
        events: Vec::new(),
        calls: Vec::new(),
        finished: cloud.now,
    };
    loop {
        for command in commands {
            match command {
                Command::Emit(event) => ended.events.push(event),
                Command::Finish(summary) => {
                    ended.summary = Some(*summary);
                    ended.finished = cloud.now;
                    return ended;
                }
                Command::Sleep { ticket, duration } => {
                    let now = cloud.now + duration;
                    queue.add(now, Input::Slept { ticket, now });
                }
                Command::Call { ticket, call } => {
                    let fault = fault(ended.calls.len(), &call, cloud);
                    ended.calls.push((cloud.now, call.clone()));
                    let Some((answer, millis)) = send(cloud, &call, fault) else {
                        return ended;
                    };
                    queue.interrupt(cloud.now, fault);
                    let now = cloud.now + Duration::from_millis(millis);
                    queue.add(now, Input::Answered { ticket, answer, now });
                }
            }
        }
        let (now, input) = queue.take().expect("a run that is not over waits for something");
        cloud.arrive(now);
        commands = run.step(input);
    }
}

/// The answer and how many milliseconds it takes; none if the process dies.
fn send(cloud: &mut Cloud, call: &Call, fault: Fault) -> Option<(Result<Reply, CallError>, u64)> {
    match fault {
        Fault::None => Some((cloud.answer(call), 100)),
        Fault::CrashBefore => None,
        Fault::CrashAfter => {
            let _ = cloud.answer(call);
            None
        }
        Fault::LostRequest => Some((Err(failed(CallErrorKind::Unanswered)), 30_000)),
        Fault::LostAnswer => {
            let _ = cloud.answer(call);
            Some((Err(failed(CallErrorKind::Unanswered)), 30_000))
        }
        Fault::Refused(kind) => Some((Err(refused(kind)), 100)),
        Fault::RefusedAfter(kind) => {
            let _ = cloud.answer(call);
            Some((Err(refused(kind)), 100))
        }
        Fault::Asleep(millis) | Fault::Interrupt(millis) => Some((cloud.answer(call), millis)),
    }
}

fn failed(kind: CallErrorKind) -> CallError {
    CallError {
        api: "Any",
        kind,
        code: None,
        message: format!("{kind:?}"),
    }
}

/// A refusal that AWS itself gave has a code.
fn refused(kind: CallErrorKind) -> CallError {
    CallError {
        code: Some(format!("{kind:?}")),
        ..failed(kind)
    }
}

/// What comes, by time, then by order.
#[derive(Default)]
struct Queue {
    inputs: BTreeMap<(Timestamp, u64), Input>,
    count: u64,
}

impl Queue {
    fn add(&mut self, at: Timestamp, input: Input) {
        self.count += 1;
        self.inputs.insert((at, self.count), input);
    }

    fn interrupt(&mut self, now: Timestamp, fault: Fault) {
        if let Fault::Interrupt(_) = fault {
            self.add(now, Input::Interrupted { now });
        }
    }

    fn take(&mut self) -> Option<(Timestamp, Input)> {
        let ((at, _), input) = self.inputs.pop_first()?;
        Some((at, input))
    }
}
