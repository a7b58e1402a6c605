//! The whole run: guard, units, then the lines side by side, as far as their order allows.

use std::collections::BTreeMap;

use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind, Reply};
use model::event::{ApplyResult, Cause, EventKind};
use model::plan::{Action, Plan};
use model::secrets::Secrets;

use super::asking::{Asking, Raw, Turn};
use super::cause::Kind;
use super::gate::{self, Gate};
use super::line::{Context, Line, Next, Stop};
use super::{Command, Input, Ticket, preflight, secrets};
use crate::options::{OnFailure, Options};

/// Repetitions of the questions of the preflight while AWS is unavailable.
const PATIENCE: u32 = 10;
/// How long an interrupted run waits for the answer to a write.
const GRACE: std::time::Duration = std::time::Duration::from_secs(1);

/// A plan on its way.
#[derive(Debug)]
pub struct Run<'p> {
    pub(super) plan: &'p Plan,
    pub(super) lines: Vec<Line<'p>>,
    pub(super) gates: Vec<Gate<'p>>,
    pub(super) causes: Vec<Cause>,
    pub(super) interrupted: bool,
    pub(super) started: Timestamp,
    pub(super) now: Timestamp,
    pub(super) refusal: Option<ApplyResult>,
    pub(super) secrets_sent: std::collections::BTreeSet<&'p str>,
    pub(super) options: Options,
    units_checked: Timestamp,
    phase: Phase,
    tickets: BTreeMap<Ticket, Whose>,
    next_ticket: u64,
    /// Nothing new is started.
    pub(super) halted: bool,
    /// Nothing can be started, a rollback neither.
    pub(super) cut_off: bool,
    commands: Vec<Command>,
}

/// What the run is about.
#[derive(Debug)]
enum Phase {
    Guard(Asking),
    Units(Asking),
    Lines,
    Over,
}

/// Who waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Preflight,
    Line(usize),
    Gate(usize),
    Grace,
}

impl<'p> Run<'p> {
    /// Starts a run. `secrets` are only asked whether they are there; the commands hold references.
    pub fn new(plan: &'p Plan, secrets: &Secrets, options: &Options, now: Timestamp) -> (Self, Vec<Command>) {
        let mut run = Self {
            plan,
            lines: lines(plan),
            gates: gate::gates(plan),
            causes: preflight::check_plan(plan, secrets),
            interrupted: false,
            started: now,
            now,
            refusal: None,
            secrets_sent: std::collections::BTreeSet::new(),
            options: options.clone(),
            units_checked: now,
            phase: Phase::Lines,
            tickets: BTreeMap::new(),
            next_ticket: 0,
            halted: false,
            cut_off: false,
            commands: Vec::new(),
        };
        run.begin();
        if !run.causes.is_empty() {
            run.refuse(ApplyResult::Error);
        } else if plan.operations.is_empty() {
            run.refuse(ApplyResult::NoChanges);
        } else {
            run.phase = Phase::Guard(Asking::new(Call::Identity, PATIENCE));
            run.call(Whose::Preflight, Call::Identity);
        }
        let commands = std::mem::take(&mut run.commands);
        (run, commands)
    }

    fn begin(&mut self) {
        let operations = self.plan.operations.iter();
        let normal: Vec<_> = operations
            .filter(|operation| operation.runs_if.is_always())
            .collect();
        let touched: u64 = normal.iter().map(|operation| operation.instances).sum();
        // What goes and comes again is one instance in two operations.
        let again = self.plan.instances(Action::Recreate);
        self.emit(EventKind::ApplyStart {
            digest: self.plan.digest.clone(),
            operations: normal.len() as u64,
            instances: touched.saturating_sub(again),
            break_glass: self.options.break_glass.clone(),
        });
    }

    /// What to do about something that happened. Answers to what is no longer wanted are ignored.
    pub fn step(&mut self, input: Input) -> Vec<Command> {
        self.now = input.now();
        if matches!(self.phase, Phase::Over) {
            return Vec::new();
        }
        let (ticket, raw) = match input {
            Input::Interrupted { .. } => {
                self.interrupt();
                return std::mem::take(&mut self.commands);
            }
            Input::Answered { ticket, answer, .. } => (ticket, Raw::Answer(answer)),
            Input::Slept { ticket, .. } => (ticket, Raw::Woke),
        };
        match self.tickets.remove(&ticket) {
            Some(Whose::Preflight) => self.hear_preflight(raw),
            Some(Whose::Line(line)) if self.interrupted => self.hear_interrupted(line, raw),
            Some(Whose::Line(line)) => self.hear_line(line, raw),
            Some(Whose::Gate(_)) if self.interrupted => {}
            Some(Whose::Gate(gate)) => {
                self.hear_gate(gate, raw);
                self.schedule();
            }
            Some(Whose::Grace) => self.abandon(),
            None => {}
        }
        std::mem::take(&mut self.commands)
    }

    fn hear_preflight(&mut self, raw: Raw) {
        let (Phase::Guard(asking) | Phase::Units(asking)) = &mut self.phase else {
            return;
        };
        match asking.hear(raw, &self.plan.scope.admin_account) {
            Turn::Ask(call) => self.call(Whose::Preflight, call),
            Turn::Sleep(duration) => self.sleep(Whose::Preflight, duration),
            Turn::Heard(answer) => self.on_preflight(answer),
        }
    }

    fn on_preflight(&mut self, answer: Result<Reply, CallError>) {
        match (&self.phase, answer) {
            (Phase::Guard(_), Ok(Reply::Identity(identity))) => {
                match preflight::check_identity(self.plan, &identity) {
                    Some(cause) => self.refuse_for(cause, ApplyResult::Error),
                    None if self.plan.preconditions.units.is_empty() => self.open_lines(),
                    None => {
                        self.phase = Phase::Units(Asking::new(Call::Organization, PATIENCE));
                        self.call(Whose::Preflight, Call::Organization);
                    }
                }
            }
            (Phase::Units(_), Ok(Reply::Organization(organization))) => {
                self.causes = preflight::check_units(self.plan, &organization);
                if self.causes.is_empty() {
                    self.open_lines();
                } else {
                    self.refuse(ApplyResult::Stale);
                }
            }
            (_, Err(error)) => self.refuse_for(unreadable(&error), ApplyResult::Error),
            (_, Ok(_)) => {
                let cause = Kind::OutOfReach.for_all("AWS answered something else than it was asked");
                self.refuse_for(cause, ApplyResult::Error);
            }
        }
    }

    fn open_lines(&mut self) {
        self.units_checked = self.now;
        self.phase = Phase::Lines;
        self.schedule();
    }

    fn hear_line(&mut self, index: usize, raw: Raw) {
        self.drive(index, |line, cx| line.hear(raw, cx));
        self.schedule();
    }

    /// Lets a line make its move and does what it wants.
    pub(super) fn drive(&mut self, index: usize, act: impl FnOnce(&mut Line<'p>, &mut Context) -> Next) {
        match self.with_line(index, act) {
            Some(Next::Ask(call)) => self.call(Whose::Line(index), call),
            Some(Next::Sleep(duration)) => self.sleep(Whose::Line(index), duration),
            Some(Next::Stop(stop)) => self.stopped(index, stop),
            Some(Next::Park) | None => {}
        }
    }

    /// Gives a line what it may know, and tells the listeners what it says.
    fn with_line<T>(
        &mut self,
        index: usize,
        act: impl FnOnce(&mut Line<'p>, &mut Context) -> T,
    ) -> Option<T> {
        let mut events = Vec::new();
        let line = self.lines.get_mut(index)?;
        let mut cx = Context {
            now: self.now,
            options: &self.options,
            admin: &self.plan.scope.admin_account,
            units: &self.plan.preconditions.units,
            freezes: &self.plan.freezes,
            cut_off: self.cut_off,
            units_checked: self.units_checked,
            events: &mut events,
        };
        let outcome = act(line, &mut cx);
        self.commands.extend(events.into_iter().map(Command::Emit));
        Some(outcome)
    }

    fn stopped(&mut self, index: usize, stop: Stop) {
        if let Some(line) = self.lines.get_mut(index) {
            line.stop = Some(stop);
        }
        // Without credentials no other line gets anywhere either.
        self.cut_off |= stop == Stop::Credentials;
        let all = self.options.on_failure == OnFailure::StopAll;
        self.halted |= self.cut_off || (all && !matches!(stop, Stop::Complete | Stop::Detached));
    }

    fn interrupt(&mut self) {
        if std::mem::replace(&mut self.interrupted, true) {
            return;
        }
        self.causes
            .push(Kind::Interrupted.for_all("stopped by the user; nothing new was started"));
        let mut settled = true;
        for index in 0..self.lines.len() {
            settled &= self.with_line(index, Line::interrupt).unwrap_or(true);
        }
        if settled {
            self.finish();
        } else {
            self.sleep(Whose::Grace, GRACE);
        }
    }

    fn hear_interrupted(&mut self, index: usize, raw: Raw) {
        let waiting = self.lines.get(index).is_some_and(|line| line.stop.is_none());
        if let (Raw::Answer(answer), true) = (raw, waiting) {
            self.with_line(index, |line, cx| line.hear_interrupted(answer, cx));
        }
        if self.lines.iter().all(|line| line.stop.is_some()) {
            self.finish();
        }
    }

    fn abandon(&mut self) {
        for line in &mut self.lines {
            line.abandon();
        }
        self.finish();
    }

    fn refuse_for(&mut self, cause: Cause, result: ApplyResult) {
        self.causes.push(cause);
        self.refuse(result);
    }

    fn refuse(&mut self, result: ApplyResult) {
        self.refusal = Some(result);
        self.finish();
    }

    pub(super) fn finish(&mut self) {
        if !matches!(self.phase, Phase::Over) {
            self.phase = Phase::Over;
            let summary = self.summary();
            self.commands.push(Command::Finish(Box::new(summary)));
        }
    }

    pub(super) fn emit(&mut self, event: EventKind) {
        self.commands.push(Command::Emit(event));
    }

    pub(super) fn call(&mut self, whose: Whose, call: Call) {
        if let (Call::Write(_), Whose::Line(index)) = (&call, whose) {
            let operation = self.lines.get(index).and_then(Line::operation);
            self.secrets_sent.extend(
                operation
                    .into_iter()
                    .flat_map(|operation| secrets::references(&operation.call)),
            );
        }
        let ticket = self.ticket(whose);
        self.commands.push(Command::Call { ticket, call });
    }

    pub(super) fn sleep(&mut self, whose: Whose, duration: std::time::Duration) {
        let ticket = self.ticket(whose);
        self.commands.push(Command::Sleep { ticket, duration });
    }

    fn ticket(&mut self, whose: Whose) -> Ticket {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        self.tickets.insert(ticket, whose);
        ticket
    }
}

/// One line for each StackSet, in the order in which the plan first names them.
fn lines(plan: &Plan) -> Vec<Line<'_>> {
    let mut names: Vec<&str> = Vec::new();
    for operation in &plan.operations {
        if !names.contains(&operation.stack_set.as_str()) {
            names.push(&operation.stack_set);
        }
    }
    let line = |name| {
        let base = plan.preconditions.stack_sets.get(name)?;
        let operations = plan
            .operations
            .iter()
            .filter(|operation| operation.stack_set == name);
        Some(Line::new(name, base, operations.collect()))
    };
    names.into_iter().filter_map(line).collect()
}

fn unreadable(error: &CallError) -> Cause {
    match error.kind {
        CallErrorKind::Credentials => Kind::Credentials.for_all(error.to_string()),
        _ => Kind::OutOfReach.for_all(error.to_string()),
    }
}
