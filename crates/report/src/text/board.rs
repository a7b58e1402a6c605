//! An apply on a terminal: lines that stay once something is over, and the lines of what goes on, to be drawn again and again.
//!
//! Pure: it hears events and is told what time it is. Who draws clears the lines of before and keeps within the terminal's width.

use std::collections::BTreeMap;

use model::Timestamp;
use model::call::{InstanceResult, ResultStatus};
use model::event::{Event, EventKind, GateKind, GateState, InstanceCounts, OperationOutcome};
use model::ids::{OperationId, Region};
use model::plan::{Operation, Plan};

mod rows;

use crate::layout::{self, Line};
use crate::style::Meaning;
use crate::terms::{Names, kind};
use crate::told::schedule::tolerated;
use crate::words::number;

/// Waiting groups of operations that are drawn; the others are counted.
const WAITING: usize = 5;

/// What an apply looks like right now.
#[derive(Debug, Clone)]
pub struct Board {
    operations: BTreeMap<String, Row>,
    /// Their names in the plan's order.
    order: Vec<String>,
    columns: Columns,
    names: Names,
    started: Option<Timestamp>,
    /// Instances that are over, and those of them that failed, of operations that are over.
    instances: u64,
    /// A gate that is waited at, with the end of the wait.
    soak: Option<(String, Option<Timestamp>)>,
    /// StackSets that somebody else's operation holds.
    held: BTreeMap<String, Option<OperationId>>,
    over: bool,
}

/// Widths of the columns of one plan.
#[derive(Debug, Clone, Copy)]
struct Columns {
    place: usize,
    stack_set: usize,
    kind: usize,
    count: usize,
}

/// An operation of the plan.
#[derive(Debug, Clone)]
struct Row {
    /// `2 nonprod`
    place: String,
    stage: Option<String>,
    stack_set: String,
    kind: &'static str,
    instances: u64,
    /// Instances of each Region, in all and over, in the order in which AWS takes the Regions.
    regions: Vec<(Region, u64, u64)>,
    depends_on: Vec<String>,
    approval: bool,
    /// Failures that each Region may have; none for what AWS runs without preferences.
    tolerated: Option<u64>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Running {
        since: Timestamp,
        done: u64,
        running: u64,
        failed: u64,
    },
    Over(OperationOutcome, InstanceCounts),
}

impl Board {
    /// An apply of this plan that has not begun.
    pub fn new(plan: &Plan) -> Self {
        let always = plan
            .operations
            .iter()
            .filter(|operation| operation.runs_if.is_always());
        let order: Vec<String> = always.clone().map(|operation| operation.id.clone()).collect();
        let instances = always.map(|operation| operation.instances).sum();
        let operations: BTreeMap<String, Row> = plan
            .operations
            .iter()
            .map(|operation| (operation.id.clone(), Row::of(operation, plan)))
            .collect();
        let widest = |of: &dyn Fn(&Row) -> usize| operations.values().map(of).max().unwrap_or(0);
        let columns = Columns {
            place: widest(&|row| layout::width(&row.place)),
            stack_set: widest(&|row| layout::width(&row.stack_set)).min(40),
            kind: widest(&|row| layout::width(row.kind)),
            count: widest(&|row| layout::width(&number(row.instances)) * 2 + 1),
        };
        Self {
            columns,
            operations,
            order,
            names: plan.account_names.clone(),
            started: None,
            instances,
            soak: None,
            held: BTreeMap::new(),
            over: false,
        }
    }

    /// Takes note of an event; the lines that stay, for so many columns, without line breaks.
    pub fn hear(&mut self, event: &Event, width: usize) -> Vec<String> {
        self.started.get_or_insert(event.ts);
        let line = match &event.kind {
            EventKind::Waiting { stack_set, holder } => {
                self.held.insert(stack_set.clone(), holder.clone());
                None
            }
            EventKind::Gate { .. } => self.at_gate(&event.kind),
            EventKind::ApplyStart { .. } => None,
            EventKind::ApplySummary(_) => {
                self.over = true;
                None
            }
            _ => self.of_operation(event),
        };
        let lines = line.into_iter().flat_map(|line| self.folded(&line, width));
        lines.map(|line| line.render()).collect()
    }

    fn at_gate(&mut self, event: &EventKind) -> Option<Line> {
        self.soak = match event {
            EventKind::Gate {
                gate: GateKind::Soak,
                state: GateState::Waiting,
                stage,
                until,
                ..
            } => Some((stage.clone(), *until)),
            _ => None,
        };
        self.gate(event)
    }

    fn of_operation(&mut self, event: &Event) -> Option<Line> {
        match &event.kind {
            EventKind::OperationStart {
                operation, stack_set, ..
            } => {
                self.held.remove(stack_set);
                self.soak = None;
                self.begin(operation, event.ts);
                None
            }
            EventKind::OperationProgress {
                operation,
                done,
                running,
                failed,
                ..
            } => {
                self.go_on(operation, (*done, *running, *failed));
                None
            }
            EventKind::Instance {
                operation, result, ..
            } => {
                if let Some(row) = self.operations.get_mut(operation) {
                    row.count(result);
                }
                self.failed(operation, result)
            }
            EventKind::OperationEnd {
                operation,
                outcome,
                instances,
                seconds,
                reason,
                ..
            } => {
                self.end(operation, (*outcome, *instances));
                self.ended(operation, *seconds, reason.as_deref())
            }
            _ => None,
        }
    }

    fn begin(&mut self, operation: &str, now: Timestamp) {
        if let Some(row) = self.operations.get_mut(operation) {
            row.state = State::Running {
                since: now,
                done: 0,
                running: 0,
                failed: 0,
            };
        }
    }

    fn go_on(&mut self, operation: &str, (now_done, now_running, now_failed): (u64, u64, u64)) {
        let state = self.operations.get_mut(operation).map(|row| &mut row.state);
        if let Some(State::Running {
            done,
            running,
            failed,
            ..
        }) = state
        {
            (*done, *running, *failed) = (now_done, now_running, now_failed);
        }
    }

    fn end(&mut self, operation: &str, (outcome, counts): (OperationOutcome, InstanceCounts)) {
        if let Some(row) = self.operations.get_mut(operation) {
            row.state = State::Over(outcome, counts);
        }
    }

    /// Instances that AWS is done with, and those of them that failed; what it cancelled was never begun.
    fn totals(&self) -> (u64, u64) {
        self.operations
            .values()
            .fold((0, 0), |(done, failed), row| match row.state {
                State::Waiting => (done, failed),
                State::Running {
                    done: now,
                    failed: bad,
                    ..
                } => (done + now, failed + bad),
                State::Over(_, counts) => (done + counts.succeeded + counts.failed, failed + counts.failed),
            })
    }

    /// The lines of what goes on, for so many columns and rows, without line breaks; none before it begins and after it is over.
    /// What waits is the first to go where there is no room, the totals are the last.
    pub fn live(&self, now: Timestamp, (width, room): (usize, usize)) -> Vec<String> {
        let Some(started) = self.started.filter(|_| !self.over) else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        for row in self.rows() {
            if matches!(row.state, State::Running { .. }) {
                lines.extend(self.running(row, now, width));
            }
        }
        lines.extend(self.soaking(now));
        lines.extend(self.holders());
        lines.extend(self.waiting());
        lines.push(Line::new());
        lines.truncate(room.saturating_sub(1));
        lines.push(self.foot(started, now));
        lines.into_iter().map(|line| line.cut(width).render()).collect()
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.order.iter().filter_map(|name| self.operations.get(name))
    }

    /// A line that stays, on further lines where it does not fit.
    fn folded(&self, line: &Line, width: usize) -> Vec<Line> {
        line.fold(width, self.columns.place + 4)
    }
}

impl Row {
    fn of(operation: &Operation, plan: &Plan) -> Self {
        let stage = operation.stage.as_deref();
        let name = stage.map(|id| id.rsplit_once('/').map_or(id, |(_, name)| name).to_owned());
        let approval = plan
            .stages
            .iter()
            .any(|found| Some(found.id.as_str()) == stage && found.approval);
        let place = match (&name, operation.runs_if.is_always()) {
            (Some(name), true) => format!("{} {name}", operation.step),
            (None, true) => operation.step.to_string(),
            (_, false) => "back".to_owned(),
        };
        Self {
            place,
            stage: name,
            stack_set: operation.stack_set.clone(),
            kind: kind(operation.kind),
            instances: operation.instances,
            regions: regions(operation),
            depends_on: operation.depends_on.clone(),
            approval,
            tolerated: tolerated(operation),
            state: State::Waiting,
        }
    }

    fn count(&mut self, result: &InstanceResult) {
        let region = &result.key.region;
        let mut regions = self.regions.iter_mut();
        let found = regions.find(|(found, _, _)| found == region);
        if let Some((_, _, over)) = found.filter(|_| result.status != ResultStatus::Cancelled) {
            *over += 1;
        }
    }
}

/// Instances of each Region, in the order in which the call takes them.
fn regions(operation: &Operation) -> Vec<(Region, u64, u64)> {
    let mut counted: BTreeMap<&Region, u64> = BTreeMap::new();
    for part in &operation.touches {
        for region in &part.regions {
            *counted.entry(region).or_default() += part.accounts.len() as u64;
        }
    }
    let preferences = operation.call.preferences();
    let order = preferences.map_or(&[][..], |preferences| preferences.region_order.as_slice());
    let place = |region: &Region| {
        order
            .iter()
            .position(|found| found == region)
            .unwrap_or(order.len())
    };
    let mut regions: Vec<_> = counted
        .into_iter()
        .map(|(region, all)| (region.clone(), all, 0))
        .collect();
    regions.sort_by_key(|(region, _, _)| place(region));
    regions
}

/// The mark in front of something that is over.
fn mark(outcome: OperationOutcome) -> (&'static str, Meaning) {
    match outcome {
        OperationOutcome::Succeeded => ("✓", Meaning::Good),
        OperationOutcome::Partial => ("!", Meaning::Attention),
        OperationOutcome::Failed => ("✗", Meaning::Bad),
        OperationOutcome::Stopped => ("■", Meaning::Attention),
        OperationOutcome::Running | OperationOutcome::Unknown => ("…", Meaning::Attention),
        OperationOutcome::NotStarted | OperationOutcome::NotNeeded => ("○", Meaning::Aside),
    }
}
