//! What stands between two stages of a rollout: the stage before is over, has soaked and is healthy, its alarms are OK, and
//! somebody approved the next one.
//!
//! A gate has one thing outstanding at a time, as a line has. `check` judges what it hears, `tend` is the run's side of it. An
//! operation of the next stage that is at AWS already was sent by an earlier run of the same plan, which went through this gate:
//! it is taken up again, whatever the gate says now.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind, Reply};
use model::event::{EventKind, GateKind, GateState};
use model::ids::AccountId;
use model::plan::{Plan, Stage};

use super::asking::{Asking, Raw, Turn};
use super::pace;

mod check;
mod tend;

pub(super) use tend::{Fate, Passage};

/// Repetitions of a question while AWS is unavailable: about six minutes.
const PATIENCE: u32 = 10;
/// How often instances are read that are not healthy: their list lags behind (reference §1.7).
const READS: u32 = 5;

/// Between the stage before and the next one; one of them may be none.
#[derive(Debug)]
pub(super) struct Gate<'p> {
    /// The stage that must be over and healthy.
    pub(super) behind: Option<&'p Stage>,
    /// The stage that begins then; none behind the last one.
    pub(super) before: Option<&'p Stage>,
    /// Where it stands.
    pub(super) phase: Phase,
    /// Operations of the next stage that an earlier run sent.
    pub(super) sent_before: BTreeSet<&'p str>,
    questions: VecDeque<Question<'p>>,
    asking: Option<Asking>,
    tries: u32,
    looked_at: u64,
}

/// Where a gate stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The stage behind it is not over.
    Ahead,
    /// Were operations of the next stage sent by an earlier run.
    Probing,
    /// The stage behind it soaks.
    Soaking(Timestamp),
    /// Is the stage behind it healthy.
    Looking,
    /// The next stage may begin.
    Open,
    /// It may not.
    Shut(Shut),
}

/// Why the next stage does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shut {
    /// Instances are not CURRENT, or an alarm is on: the stage behind it failed.
    Unhealthy,
    /// The stage behind it did not come to its end, or nothing can be said about its health.
    Closed,
    /// The approval is missing.
    Unapproved,
}

/// Something to find out.
#[derive(Debug, Clone)]
enum Question<'p> {
    /// Is this operation of the next stage at AWS.
    Sent(&'p str, Call),
    /// Are these instances CURRENT.
    Instances(&'p str, Call),
    /// Are these alarms OK.
    Alarms(Call),
}

impl Question<'_> {
    fn call(&self) -> Call {
        match self {
            Self::Sent(_, call) | Self::Instances(_, call) | Self::Alarms(call) => call.clone(),
        }
    }
}

/// What a gate wants.
#[derive(Debug)]
pub(super) enum Wish {
    /// Ask AWS.
    Ask(Call),
    /// Wait.
    Sleep(Duration),
    /// Everything is found out: on to the next phase.
    GoOn,
    /// It stays shut.
    Shut(Shut, Verdict),
}

/// A finding that shuts a gate.
#[derive(Debug)]
pub(super) struct Verdict {
    /// What it is about.
    pub(super) gate: GateKind,
    /// One sentence.
    pub(super) message: String,
    /// Whether AWS could not be asked.
    pub(super) unread: Option<CallErrorKind>,
}

impl<'p> Gate<'p> {
    fn new(behind: Option<&'p Stage>, before: Option<&'p Stage>) -> Self {
        Self {
            behind,
            before,
            phase: Phase::Ahead,
            sent_before: BTreeSet::new(),
            questions: VecDeque::new(),
            asking: None,
            tries: 0,
            looked_at: 0,
        }
    }

    /// Whether it waits for an answer or for the end of a soak.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Probing | Phase::Soaking(_) | Phase::Looking)
    }

    /// The stage behind it failed the check.
    pub(super) fn is_unhealthy(&self) -> bool {
        self.phase == Phase::Shut(Shut::Unhealthy)
    }

    /// The stage behind it passed the check, whether or not the next one may begin.
    pub(super) fn is_passed(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Shut(Shut::Unapproved))
    }

    /// Asks the next question.
    fn ask(&mut self) -> Wish {
        let Some(question) = self.questions.front() else {
            return Wish::GoOn;
        };
        let call = question.call();
        self.asking = Some(Asking::new(call.clone(), PATIENCE));
        Wish::Ask(call)
    }

    /// What came of the outstanding question or wait.
    fn hear(&mut self, raw: Raw, admin: &AccountId, plan: &'p Plan) -> Wish {
        let Some(asking) = self.asking.as_mut() else {
            return self.ask();
        };
        match asking.hear(raw, admin) {
            Turn::Ask(call) => Wish::Ask(call),
            Turn::Sleep(duration) => Wish::Sleep(duration),
            Turn::Heard(answer) => {
                self.asking = None;
                self.heard(answer, plan)
            }
        }
    }

    fn heard(&mut self, answer: Result<Reply, CallError>, plan: &'p Plan) -> Wish {
        let Some(question) = self.questions.front().cloned() else {
            return Wish::GoOn;
        };
        let finding = match (&question, answer) {
            (Question::Sent(operation, _), Ok(Reply::Operation(found))) => {
                if found.is_some() {
                    self.sent_before.insert(operation);
                }
                None
            }
            (Question::Sent(..), Err(error)) if error.kind == CallErrorKind::NotFound => None,
            (Question::Instances(set, _), Ok(Reply::Instances(found))) => {
                let wanted = check::wanted(plan, self.behind, set);
                self.looked_at += wanted.len() as u64;
                check::instances(set, &wanted, &found).map(|message| (GateKind::Health, message))
            }
            (Question::Alarms(Call::Alarms(wanted)), Ok(Reply::Alarms(found))) => {
                return self.judge_alarms(check::alarms(wanted, &found));
            }
            (_, Err(error)) => return self.unread(&error),
            (_, Ok(_)) => return self.misunderstood(),
        };
        match finding {
            None => {
                self.questions.pop_front();
                self.tries = 0;
                self.ask()
            }
            Some((gate, message)) => self.again_or(gate, message),
        }
    }

    /// A list that lags behind gets more chances.
    fn again_or(&mut self, gate: GateKind, message: String) -> Wish {
        self.tries += 1;
        if self.tries < READS {
            self.looked_at = 0;
            return Wish::Sleep(pace::again(self.tries));
        }
        let unread = None;
        Wish::Shut(
            Shut::Unhealthy,
            Verdict {
                gate,
                message,
                unread,
            },
        )
    }

    fn judge_alarms(&mut self, judged: check::Alarms) -> Wish {
        let (shut, message) = match judged {
            check::Alarms::Ok => {
                self.questions.pop_front();
                return self.ask();
            }
            check::Alarms::On(message) => (Shut::Unhealthy, message),
            check::Alarms::Unknown(message) => (Shut::Closed, message),
        };
        let verdict = Verdict {
            gate: GateKind::Alarms,
            message,
            unread: None,
        };
        Wish::Shut(shut, verdict)
    }

    fn unread(&self, error: &CallError) -> Wish {
        let gate = self.asks_about();
        let verdict = Verdict {
            gate,
            message: format!("its health cannot be read: {error}"),
            unread: Some(error.kind),
        };
        Wish::Shut(Shut::Closed, verdict)
    }

    fn misunderstood(&self) -> Wish {
        let verdict = Verdict {
            gate: self.asks_about(),
            message: "AWS answered something else than it was asked".to_owned(),
            unread: Some(CallErrorKind::Malformed),
        };
        Wish::Shut(Shut::Closed, verdict)
    }

    fn asks_about(&self) -> GateKind {
        match self.questions.front() {
            Some(Question::Alarms(_)) => GateKind::Alarms,
            _ => GateKind::Health,
        }
    }

    /// The event about the stage behind it, or for an approval about the one before it.
    fn event(&self, gate: GateKind, state: GateState) -> Option<EventKind> {
        let about = match gate {
            GateKind::Approval => self.before?,
            GateKind::Soak | GateKind::Health | GateKind::Alarms => self.behind?,
        };
        Some(EventKind::Gate {
            stage_id: about.id.clone(),
            stage: about.name.clone(),
            gate,
            state,
            until: match self.phase {
                Phase::Soaking(until) if gate == GateKind::Soak => Some(until),
                _ => None,
            },
            instances: match gate {
                GateKind::Health => self.looked_at,
                _ => 0,
            },
            reason: None,
        })
    }
}

/// The gates of a plan: one into each stage that has operations, and one behind a last stage that soaks or has alarms.
pub(super) fn gates(plan: &Plan) -> Vec<Gate<'_>> {
    let stage = |id: &str| plan.stages.iter().find(|stage| stage.id == id);
    let works = |stage: &&Stage| {
        let mut operations = plan.operations.iter();
        operations
            .any(|operation| operation.stage.as_deref() == Some(&stage.id) && operation.runs_if.is_always())
    };
    let into = plan.stages.iter().filter(works).filter_map(|before| {
        let behind = before.after.as_deref().and_then(stage);
        (behind.is_some() || before.approval).then(|| Gate::new(behind, Some(before)))
    });
    let mut gates: Vec<Gate> = into.collect();
    for last in plan.stages.iter().filter(works) {
        let is_guarded = gates
            .iter()
            .any(|gate| gate.behind.is_some_and(|behind| behind.id == last.id));
        if !is_guarded && (last.soak_seconds > 0 || !last.alarms.is_empty()) {
            gates.push(Gate::new(Some(last), None));
        }
    }
    gates
}
