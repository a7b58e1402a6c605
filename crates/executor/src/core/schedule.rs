//! Which line may go on: what it waits for is done, and there is a free place.

use model::event::OperationOutcome;

use super::cause::Kind;
use super::line::Line;
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
        loop {
            let before = self.lines.iter().filter(|line| line.is_parked()).count();
            for index in 0..self.lines.len() {
                self.consider(index);
            }
            if self.lines.iter().filter(|line| line.is_parked()).count() == before {
                break;
            }
        }
        let busy = self
            .lines
            .iter()
            .any(|line| line.stop.is_none() && !line.is_parked());
        if busy {
            return;
        }
        for line in self.lines.iter_mut().filter(|line| line.stop.is_none()) {
            line.give_up("its operations wait for each other");
            self.causes
                .push(Kind::Inconsistent.of(line.name, "operations of the plan wait for each other"));
        }
        self.finish();
    }

    fn consider(&mut self, index: usize) {
        let Some(line) = self.lines.get(index).filter(|line| line.is_parked()) else {
            return;
        };
        let states: Vec<_> = line
            .waits_for()
            .iter()
            .map(|name| (name, self.dependency(index, name)))
            .collect();
        let broken = states.iter().find(|(_, state)| *state == Dependency::Broken);
        let met = states.iter().all(|(_, state)| *state == Dependency::Met);
        let reason = match broken {
            Some((id, _)) => Some(format!(
                "waits for {}, which did not succeed",
                self.stack_set_of(id)
            )),
            None => self
                .halted
                .then(|| "nothing new was started after a failure".to_owned()),
        };
        if let (Some(reason), Some(line)) = (reason, self.lines.get_mut(index)) {
            line.give_up(&reason);
        } else if met && self.has_room() {
            self.drive(index, |line, _| line.begin());
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
        let here = |line: &Line, id: &str| {
            line.jobs
                .iter()
                .find(|job| job.operation.id == id)
                .map(|job| job.outcome)
        };
        let mut lines = self.lines.iter().enumerate();
        let Some((index, line, outcome)) =
            lines.find_map(|(index, line)| Some((index, line, here(line, name)?)))
        else {
            return Dependency::Broken;
        };
        let lenient = self.options.on_failure == OnFailure::Continue;
        match outcome {
            OperationOutcome::Succeeded => Dependency::Met,
            OperationOutcome::Partial if lenient || index == waiting => Dependency::Met,
            OperationOutcome::Failed | OperationOutcome::Stopped if lenient => Dependency::Met,
            OperationOutcome::NotStarted | OperationOutcome::Running if line.stop.is_none() => {
                Dependency::Pending
            }
            _ => Dependency::Broken,
        }
    }
}
