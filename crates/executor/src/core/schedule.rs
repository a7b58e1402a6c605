//! Which line may go on: what it waits for is done, and there is a free place.

use model::event::OperationOutcome;

use super::cause::Kind;
use super::gate::{Fate, Gate, Passage, Phase, Shut};
use super::line::{Line, Stop};
use super::run::Run;
use crate::options::OnFailure;

/// Whether an operation that another one waits for is good enough.
#[derive(Debug, PartialEq, Eq)]
enum Dependency {
    Met,
    Pending,
    Broken,
}

impl Run<'_> {
    /// Starts what may start, gives up what cannot, ends when nothing is left.
    pub(super) fn schedule(&mut self) {
        while self.move_on() {}
        let working = |line: &Line| line.stop.is_none() && !line.is_parked();
        if self.lines.iter().any(working) || self.gates.iter().any(Gate::is_busy) {
            return;
        }
        for line in self.lines.iter_mut().filter(|line| line.stop.is_none()) {
            line.give_up("its operations wait for each other");
            self.causes
                .push(Kind::Inconsistent.of(line.name, "operations of the plan wait for each other"));
        }
        self.finish();
    }

    /// One look at every gate and every line; whether anything changed that another one may wait for.
    fn move_on(&mut self) -> bool {
        let before = self.state();
        self.tend_gates();
        for index in 0..self.lines.len() {
            self.consider(index);
        }
        self.state() != before
    }

    fn state(&self) -> (Vec<Option<usize>>, Vec<Phase>) {
        let lines = self.lines.iter();
        let gates = self.gates.iter().map(|gate| gate.phase.clone());
        (lines.map(Line::parked_at).collect(), gates.collect())
    }

    fn consider(&mut self, index: usize) {
        let Some(line) = self.lines.get(index).filter(|line| line.is_parked()) else {
            return;
        };
        if let Some(stage) = line.rollback_of() {
            self.consider_rollback(index, stage);
            return;
        }
        let states: Vec<_> = line
            .waits_for()
            .iter()
            .map(|name| (name, self.dependency(index, name)))
            .collect();
        let broken = states.iter().find(|(_, state)| *state == Dependency::Broken);
        let met = states.iter().all(|(_, state)| *state == Dependency::Met);
        let passage = line.operation().map_or(Passage::Free, |next| self.passage(next));
        let obstacle = match (broken, passage) {
            _ if self.halted => Some((Stop::Unmet, "nothing new was started after a failure".to_owned())),
            (Some((id, _)), _) => Some((Stop::Unmet, self.waits_for(id))),
            (None, Passage::Closed(shut)) => Some(self.closed(index, shut)),
            _ => None,
        };
        match obstacle {
            Some((stop, reason)) => self.drive(index, |line, _| line.leave(stop, Some(&reason))),
            None if met && passage == Passage::Free && self.has_room() => {
                self.drive(index, |line, cx| line.begin(cx));
            }
            None => {}
        }
    }

    /// A rollback is sent when its stage failed, and left out as soon as it is known that it did not.
    fn consider_rollback(&mut self, index: usize, stage: &str) {
        let sent = self.lines.get(index).is_some_and(Line::has_sent_a_stage);
        match self.fate(stage) {
            _ if self.cut_off => {
                if let Some(line) = self.lines.get_mut(index) {
                    line.give_up("nothing new was started after a failure");
                }
            }
            Fate::Passed | Fate::Abandoned => self.drive(index, |line, _| line.skip()),
            Fate::Failed if !sent => self.drive(index, |line, _| line.skip()),
            Fate::Failed if self.has_room() => self.drive(index, |line, cx| line.begin(cx)),
            Fate::Failed | Fate::Undecided => {}
        }
    }

    fn waits_for(&self, id: &str) -> String {
        let name = self.stack_set_of(id);
        if self.is_left_running() {
            return format!("waits for {name}");
        }
        if self.is_unapproved(id) {
            return format!("waits for {name}, which waits for an approval");
        }
        format!("waits for {name}, which did not succeed")
    }

    /// Whether the StackSet of an operation stands before a stage that nobody has approved.
    fn is_unapproved(&self, id: &str) -> bool {
        let mut lines = self.lines.iter();
        let name = self.stack_set_of(id);
        lines.any(|line| line.name == name && line.stop == Some(Stop::Unapproved))
    }

    /// Whether operations were left to AWS, so that what comes after them is only late.
    fn is_left_running(&self) -> bool {
        self.lines.iter().any(|line| line.stop == Some(Stop::Detached))
    }

    /// Why a stage does not begin.
    fn closed(&self, index: usize, shut: Shut) -> (Stop, String) {
        let operation = self.lines.get(index).and_then(Line::operation);
        let stage = operation.and_then(|operation| operation.stage.as_deref());
        let stage = self
            .plan
            .stages
            .iter()
            .find(|found| Some(found.id.as_str()) == stage);
        let name = |stage: Option<&str>| {
            stage
                .map_or("", |id| id.rsplit('/').next().unwrap_or(id))
                .to_owned()
        };
        let before = name(stage.and_then(|stage| stage.after.as_deref()));
        let this = name(stage.map(|stage| stage.id.as_str()));
        match shut {
            Shut::Unapproved => (Stop::Unapproved, format!("stage {this} needs an approval")),
            Shut::Unhealthy => (Stop::Unmet, format!("stage {before} is not healthy")),
            Shut::Closed if self.is_left_running() => (Stop::Unmet, format!("waits for stage {before}")),
            Shut::Closed => (Stop::Unmet, format!("stage {before} did not come to its end")),
        }
    }

    /// The StackSet of an operation, by the name that people know.
    fn stack_set_of<'n>(&'n self, id: &'n str) -> &'n str {
        let found = self.plan.operations.iter().find(|operation| operation.id == id);
        found.map_or(id, |operation| &operation.stack_set)
    }

    fn has_room(&self) -> bool {
        let active = self
            .lines
            .iter()
            .filter(|line| line.stop.is_none() && !line.is_parked())
            .count();
        active < self.options.parallel.max(1)
    }

    /// Failed instances within the tolerance are good enough for the same StackSet, not for another one, which waits for
    /// healthy instances.
    fn dependency(&self, waiting: usize, name: &str) -> Dependency {
        let mut lines = self.lines.iter().enumerate();
        let here = |line: &'_ Line<'_>| line.jobs.iter().position(|job| job.operation.id == name);
        let found = lines.find_map(|(index, line)| Some((index, line, line.jobs.get(here(line)?)?)));
        let Some((index, line, job)) = found else {
            return Dependency::Broken;
        };
        let lenient = self.options.on_failure == OnFailure::Continue;
        match job.outcome {
            OperationOutcome::Succeeded => Dependency::Met,
            OperationOutcome::Partial if lenient || index == waiting => Dependency::Met,
            OperationOutcome::Failed | OperationOutcome::Stopped if lenient => Dependency::Met,
            OperationOutcome::NotStarted | OperationOutcome::Running if line.stop.is_none() && !job.left => {
                Dependency::Pending
            }
            _ => Dependency::Broken,
        }
    }
}
