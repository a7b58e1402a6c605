//! One line an event, for logs; running operations once a heartbeat.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use model::event::{Event, EventKind};
use report::text::EventContext;

use crate::terminal::Terminal;

/// Lines on stderr that are never redrawn.
#[derive(Debug)]
pub(super) struct Plain {
    heartbeat: SignedDuration,
    last: BTreeMap<String, Timestamp>,
    terminal: Terminal,
}

impl Plain {
    pub(super) fn new(heartbeat: Duration, terminal: Terminal) -> Self {
        let heartbeat = SignedDuration::try_from(heartbeat).unwrap_or(SignedDuration::MAX);
        Self {
            heartbeat,
            last: BTreeMap::new(),
            terminal,
        }
    }

    pub(super) fn hear(&mut self, event: &Event, context: &EventContext) {
        if !self.is_due(event) {
            return;
        }
        if let Some(line) = report::text::event_line(event, context) {
            self.terminal.say(&line);
        }
    }

    /// Progress is due when its operation was silent for a whole heartbeat, everything else always.
    fn is_due(&mut self, event: &Event) -> bool {
        let EventKind::OperationProgress { operation, .. } = &event.kind else {
            return true;
        };
        let said = self.last.get(operation);
        let due = said.is_none_or(|said| event.ts.duration_since(*said) >= self.heartbeat);
        if due {
            self.last.insert(operation.clone(), event.ts);
        }
        due
    }
}
