//! One line an event, for logs; what goes on is said again once a heartbeat, whether or not anything happened.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use model::event::{Event, EventKind, GateKind, GateState};
use report::text::EventContext;

use super::{Pause, Sink};
use crate::terminal::Terminal;

/// Heartbeats for which a wait may be silent.
const STILL: i32 = 5;
/// Looks in a heartbeat.
const LOOKS: u32 = 12;
/// The shortest time between two looks.
const SHORTEST: Duration = Duration::from_secs(1);

/// Lines on stderr that are never redrawn.
#[derive(Debug)]
pub(super) struct Plain {
    heartbeat: SignedDuration,
    /// What goes on, by what it is about: the event that says so, and when it was last said.
    open: BTreeMap<String, (EventKind, Timestamp)>,
    terminal: Terminal,
}

impl Plain {
    pub(super) fn new(heartbeat: Duration, terminal: Terminal) -> Self {
        let heartbeat = SignedDuration::try_from(heartbeat).unwrap_or(SignedDuration::MAX);
        Self {
            heartbeat,
            open: BTreeMap::new(),
            terminal,
        }
    }

    /// Time between two looks for what was silent for too long.
    fn step(&self) -> Duration {
        let heartbeat = Duration::try_from(self.heartbeat).unwrap_or(Duration::MAX);
        (heartbeat / LOOKS).max(SHORTEST)
    }

    fn say(&self, ts: Timestamp, kind: &EventKind, context: &EventContext) {
        let event = Event {
            seq: 0,
            ts,
            kind: kind.clone(),
        };
        if let Some(line) = report::text::event_line(&event, context) {
            self.terminal.say(&line);
        }
    }

    /// Keeps track of what goes on. Progress is said when its operation was silent for a whole heartbeat, everything else at once.
    fn note(&mut self, event: &Event) -> bool {
        match &event.kind {
            EventKind::OperationStart {
                operation,
                stack_set,
                instances,
                ..
            } => {
                self.open.remove(stack_set);
                let begun = untouched(operation, stack_set, *instances);
                self.open.insert(operation.clone(), (begun, event.ts));
            }
            EventKind::OperationProgress { operation, .. } => return self.progress(operation, event),
            EventKind::OperationEnd { operation, .. } => {
                self.open.remove(operation);
            }
            EventKind::Waiting { stack_set, .. } => {
                self.open
                    .insert(stack_set.clone(), (event.kind.clone(), event.ts));
            }
            EventKind::Gate {
                stage_id,
                gate,
                state,
                ..
            } => {
                let soaks = (*gate, *state) == (GateKind::Soak, GateState::Waiting);
                self.open.remove(stage_id);
                if soaks {
                    self.open.insert(stage_id.clone(), (event.kind.clone(), event.ts));
                }
            }
            EventKind::ApplySummary(_) => self.open.clear(),
            EventKind::ApplyStart { .. } | EventKind::Instance { .. } => {}
        }
        true
    }

    fn progress(&mut self, operation: &str, event: &Event) -> bool {
        let before = self.open.get(operation).map(|(_, said)| *said);
        let due = before.is_none_or(|said| event.ts.duration_since(said) >= self.heartbeat);
        let said = if due { event.ts } else { before.unwrap_or(event.ts) };
        self.open.insert(operation.to_owned(), (event.kind.clone(), said));
        due
    }
}

impl Sink for Plain {
    fn hear(&mut self, event: &Event, context: &EventContext) {
        if self.note(event) {
            self.say(event.ts, &event.kind, context);
        }
    }

    fn pause(&self) -> Option<Pause> {
        Some(Pause::Run(self.step()))
    }

    /// Says again what goes on and would be silent for more than a heartbeat until the next look.
    fn tick(&mut self, now: Timestamp, context: &EventContext) {
        let step = SignedDuration::try_from(self.step()).unwrap_or(SignedDuration::MAX);
        let heartbeat = self.heartbeat;
        let mut due = Vec::new();
        for (kind, said) in self.open.values_mut() {
            let longest = match kind {
                EventKind::OperationProgress { .. } => heartbeat,
                // That nothing happens is said less often.
                _ => heartbeat.saturating_mul(STILL),
            };
            if now.duration_since(*said).saturating_add(step) > longest {
                *said = now;
                due.push(kind.clone());
            }
        }
        for kind in due {
            self.say(now, &kind, context);
        }
    }
}

/// An operation of which nothing is done yet.
fn untouched(operation: &str, stack_set: &str, instances: u64) -> EventKind {
    EventKind::OperationProgress {
        operation: operation.to_owned(),
        stack_set: stack_set.to_owned(),
        done: 0,
        running: 0,
        failed: 0,
        instances,
    }
}
