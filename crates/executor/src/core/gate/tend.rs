//! The run's side of gates: which is due, what follows from it, and whether a stage failed.

use std::collections::VecDeque;
use std::time::Duration;

use model::Timestamp;
use model::call::{Call, CallErrorKind};
use model::event::{Cause, EventKind, GateKind, GateState, OperationOutcome};
use model::ids::StackSetId;
use model::plan::{Operation, Stage};

use super::{Gate, Phase, Question, Shut, Verdict, Wish, check};
use crate::core::asking::Raw;
use crate::core::cause::Kind;
use crate::core::job::Job;
use crate::core::run::{Run, Whose};

/// How a stage came out, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::core) enum Fate {
    /// Its operations or its check are not over.
    Undecided,
    /// Over, and healthy where that is checked.
    Passed,
    /// An operation of it failed, or it is not healthy.
    Failed,
    /// It will not come to its end.
    Abandoned,
}

/// Whether an operation may begin, as far as gates have a say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::core) enum Passage {
    /// It may.
    Free,
    /// Not yet.
    Waiting,
    /// It may not.
    Closed(Shut),
}

impl<'p> Run<'p> {
    /// Opens, shuts or starts to work on every gate that is due.
    pub(in crate::core) fn tend_gates(&mut self) {
        for index in 0..self.gates.len() {
            let due = self.gates.get(index).filter(|gate| gate.phase == Phase::Ahead);
            let behind = due.map(|gate| gate.behind);
            match behind.map(|behind| behind.map_or(Fate::Passed, |stage| self.work_of(stage))) {
                None | Some(Fate::Undecided) => {}
                Some(Fate::Passed) => self.arrive(index),
                Some(Fate::Failed | Fate::Abandoned) => self.set(index, Phase::Shut(Shut::Closed)),
            }
        }
    }

    /// What came of a gate's outstanding question or wait.
    pub(in crate::core) fn hear_gate(&mut self, index: usize, raw: Raw) {
        let phase = self.gates.get(index).map(|gate| &gate.phase);
        if matches!(phase, Some(Phase::Soaking(_))) {
            self.soak(index);
            return;
        }
        let admin = &self.plan.scope.admin_account;
        let Some(gate) = self.gates.get_mut(index) else {
            return;
        };
        let wish = gate.hear(raw, admin, self.plan);
        self.grant(index, wish);
    }

    /// Whether an operation's stage may begin.
    pub(in crate::core) fn passage(&self, operation: &Operation) -> Passage {
        let Some(stage) = operation
            .stage
            .as_deref()
            .filter(|_| operation.runs_if.is_always())
        else {
            return Passage::Free;
        };
        let into = |gate: &&Gate| gate.before.is_some_and(|before| before.id == stage);
        let Some(gate) = self.gates.iter().find(into) else {
            return Passage::Free;
        };
        match gate.phase {
            Phase::Open => Passage::Free,
            _ if gate.sent_before.contains(operation.id.as_str()) => Passage::Free,
            Phase::Shut(shut) => Passage::Closed(shut),
            Phase::Ahead | Phase::Probing | Phase::Soaking(_) | Phase::Looking => Passage::Waiting,
        }
    }

    /// How a stage came out, its check included.
    pub(in crate::core) fn fate(&self, stage: &str) -> Fate {
        let Some(stage) = self.plan.stages.iter().find(|found| found.id == stage) else {
            return Fate::Abandoned;
        };
        let behind = |gate: &&Gate| gate.behind.is_some_and(|behind| behind.id == stage.id);
        let gates: Vec<_> = self.gates.iter().filter(behind).collect();
        match self.work_of(stage) {
            Fate::Passed if gates.iter().any(|gate| gate.is_unhealthy()) => Fate::Failed,
            Fate::Passed if gates.iter().all(|gate| gate.is_passed()) => Fate::Passed,
            Fate::Passed if gates.iter().any(|gate| gate.phase == Phase::Shut(Shut::Closed)) => {
                Fate::Abandoned
            }
            Fate::Passed => Fate::Undecided,
            other => other,
        }
    }

    /// How the operations of a stage came out; a stage without any is over.
    fn work_of(&self, stage: &Stage) -> Fate {
        let mut worst = Fate::Passed;
        for (line, job) in self.jobs_of(stage) {
            let stopped = self.lines.get(line).is_none_or(|line| line.stop.is_some());
            match job.outcome {
                OperationOutcome::Failed if job.accepted => return Fate::Failed,
                OperationOutcome::Succeeded | OperationOutcome::Partial => {}
                _ if job.left || stopped => worst = Fate::Abandoned,
                _ if worst == Fate::Passed => worst = Fate::Undecided,
                _ => {}
            }
        }
        worst
    }

    fn jobs_of(&self, stage: &Stage) -> impl Iterator<Item = (usize, &Job<'p>)> {
        let belongs = |job: &&Job| {
            job.operation.stage.as_deref() == Some(&stage.id) && job.operation.runs_if.is_always()
        };
        let lines = self.lines.iter().enumerate();
        lines.flat_map(move |(index, line)| line.jobs.iter().filter(belongs).map(move |job| (index, job)))
    }

    /// The stage behind a gate is over. Whether an earlier run went through is only asked when this one found all of that
    /// stage done.
    fn arrive(&mut self, index: usize) {
        let Some(gate) = self.gates.get(index) else { return };
        let resumed = gate
            .behind
            .is_none_or(|stage| self.jobs_of(stage).all(|(_, job)| job.adopted()));
        let questions = match gate.before.filter(|_| resumed) {
            None => VecDeque::new(),
            Some(before) => self.probes(before),
        };
        self.inquire(index, Phase::Probing, questions);
    }

    fn probes(&self, stage: &Stage) -> VecDeque<Question<'p>> {
        let probe = |(line, job): (usize, &Job<'p>)| {
            let set = self.lines.get(line)?.id.clone()?;
            let call = Call::Operation(set, job.operation.operation_id.clone()?);
            Some(Question::Sent(&job.operation.id, call))
        };
        self.jobs_of(stage).filter_map(probe).collect()
    }

    fn inquire(&mut self, index: usize, phase: Phase, questions: VecDeque<Question<'p>>) {
        let Some(gate) = self.gates.get_mut(index) else {
            return;
        };
        gate.phase = phase;
        gate.questions = questions;
        gate.tries = 0;
        let wish = gate.ask();
        self.grant(index, wish);
    }

    fn grant(&mut self, index: usize, wish: Wish) {
        match wish {
            Wish::Ask(call) => self.call(Whose::Gate(index), call),
            Wish::Sleep(duration) => self.sleep(Whose::Gate(index), duration),
            Wish::Shut(shut, verdict) => self.shut(index, shut, &verdict),
            Wish::GoOn => match self.gates.get(index).map(|gate| gate.phase.clone()) {
                Some(Phase::Probing) => self.probed(index),
                Some(Phase::Looking) => self.healthy(index),
                _ => {}
            },
        }
    }

    /// When every operation of the next stage was sent before, there is nothing left to guard.
    fn probed(&mut self, index: usize) {
        let Some(gate) = self.gates.get(index) else { return };
        let sent = |stage: &Stage| {
            let mut jobs = self.jobs_of(stage);
            jobs.all(|(_, job)| gate.sent_before.contains(job.operation.id.as_str()))
        };
        if gate.before.is_some_and(sent) {
            self.set(index, Phase::Open);
            return;
        }
        self.soak(index);
    }

    fn soak(&mut self, index: usize) {
        let Some(gate) = self.gates.get_mut(index) else {
            return;
        };
        let begun = matches!(gate.phase, Phase::Soaking(_));
        let Some(stage) = gate.behind else {
            self.approve(index);
            return;
        };
        let until = match gate.phase {
            Phase::Soaking(until) => until,
            _ => self.soaked_at(stage),
        };
        let left = Duration::try_from(until.duration_since(self.now)).unwrap_or_default();
        if left.is_zero() {
            if begun {
                self.tell_gate(index, GateKind::Soak, GateState::Passed, None);
            }
            self.look(index, stage);
            return;
        }
        self.set(index, Phase::Soaking(until));
        if !begun {
            self.tell_gate(index, GateKind::Soak, GateState::Waiting, None);
        }
        self.sleep(Whose::Gate(index), left);
    }

    /// The end of the stage's last operation, as AWS tells it, and its soak.
    fn soaked_at(&self, stage: &Stage) -> Timestamp {
        let ends = self.jobs_of(stage).map(|(_, job)| job);
        let (with_id, without): (Vec<_>, Vec<_>) = ends.partition(|job| job.operation.operation_id.is_some());
        let jobs = if with_id.is_empty() { without } else { with_id };
        let last = jobs.iter().filter_map(|job| job.ended).max().or(stage.ended_at);
        let soak = Duration::from_secs(stage.soak_seconds);
        last.map_or(self.now, |last| last.checked_add(soak).unwrap_or(Timestamp::MAX))
    }

    fn look(&mut self, index: usize, stage: &'p Stage) {
        let mut questions = VecDeque::new();
        for set in check::stack_sets(self.plan, Some(stage)) {
            let Some(id) = self.id_of(set) else {
                let message = format!("the plan does not say which StackSet `{set}` is");
                let (gate, unread) = (GateKind::Health, None);
                self.shut(
                    index,
                    Shut::Closed,
                    &Verdict {
                        gate,
                        message,
                        unread,
                    },
                );
                return;
            };
            questions.push_back(Question::Instances(set, Call::Instances(id)));
        }
        if !stage.alarms.is_empty() {
            let alarms = stage.alarms.iter().cloned().collect();
            questions.push_back(Question::Alarms(Call::Alarms(alarms)));
        }
        self.inquire(index, Phase::Looking, questions);
    }

    fn id_of(&self, set: &str) -> Option<StackSetId> {
        let line = self.lines.iter().find(|line| line.name == set);
        let planned = self.plan.stack_sets.iter().find(|found| found.name == set);
        line.and_then(|line| line.id.clone())
            .or_else(|| planned.and_then(|found| found.id.clone()))
    }

    fn healthy(&mut self, index: usize) {
        self.tell_gate(index, GateKind::Health, GateState::Passed, None);
        let gate = self.gates.get(index);
        if gate
            .and_then(|gate| gate.behind)
            .is_some_and(|stage| !stage.alarms.is_empty())
        {
            self.tell_gate(index, GateKind::Alarms, GateState::Passed, None);
        }
        self.approve(index);
    }

    fn approve(&mut self, index: usize) {
        let before = self.gates.get(index).and_then(|gate| gate.before);
        let Some(stage) = before.filter(|stage| stage.approval) else {
            self.set(index, Phase::Open);
            return;
        };
        let approved = &self.options.approved;
        let by_name = approved.contains(&stage.id) || approved.contains(&stage.name);
        if by_name || (self.options.approved_plan && self.begins_with(stage)) {
            self.set(index, Phase::Open);
            self.tell_gate(index, GateKind::Approval, GateState::Passed, None);
            return;
        }
        self.set(index, Phase::Shut(Shut::Unapproved));
        self.tell_gate(index, GateKind::Approval, GateState::Waiting, None);
        let message = format!(
            "stage {} of rollout {} needs an approval",
            stage.name, stage.rollout
        );
        let help = format!(
            "approve it by its name: stackfleet apply plan.json --approve-stage {}",
            stage.name
        );
        self.causes.push(Cause {
            help: Some(help),
            ..Kind::Unapproved.for_all(message)
        });
    }

    /// Whether the plan has nothing to do in the stages before this one: whoever approved the plan approved that it begins here.
    fn begins_with(&self, stage: &Stage) -> bool {
        let before = |stage: &&Stage| {
            let after = stage.after.as_deref()?;
            self.plan.stages.iter().find(|other| other.id == after)
        };
        let mut earlier = std::iter::successors(before(&stage), before).take(self.plan.stages.len());
        earlier.all(|stage| self.jobs_of(stage).next().is_none())
    }

    fn shut(&mut self, index: usize, shut: Shut, verdict: &Verdict) {
        self.set(index, Phase::Shut(shut));
        self.tell_gate(
            index,
            verdict.gate,
            GateState::Failed,
            Some(verdict.message.clone()),
        );
        let behind = self.gates.get(index).and_then(|gate| gate.behind);
        let name = behind.map_or("", |stage| &stage.name);
        let message = format!("stage {name} is not healthy: {}", verdict.message);
        let kind = match (verdict.unread, verdict.gate) {
            (Some(CallErrorKind::Credentials), _) => Kind::Credentials,
            (Some(CallErrorKind::Denied), _) => Kind::Denied,
            (Some(_), _) => Kind::OutOfReach,
            (None, GateKind::Alarms) => Kind::Alarm,
            (None, _) => Kind::Unhealthy,
        };
        self.causes.push(kind.for_all(message));
        self.cut_off |= kind == Kind::Credentials;
        self.halted |= self.cut_off;
    }

    fn set(&mut self, index: usize, phase: Phase) {
        if let Some(gate) = self.gates.get_mut(index) {
            gate.phase = phase;
        }
    }

    fn tell_gate(&mut self, index: usize, gate: GateKind, state: GateState, why: Option<String>) {
        let event = self.gates.get(index).and_then(|found| found.event(gate, state));
        if let Some(mut event) = event {
            if let EventKind::Gate { reason, .. } = &mut event {
                *reason = why;
            }
            self.emit(event);
        }
    }
}
