use std::sync::{Arc, Mutex, PoisonError};

use model::event::EventKind;

use super::*;

/// Where a sink panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Nowhere,
    Hearing,
    Ticking,
    Closing,
}

/// Writes down what it is told, up to where it panics.
#[derive(Debug)]
struct Told(Where, Arc<Mutex<Vec<&'static str>>>);

impl Told {
    fn note(&self, what: &'static str, here: Where) {
        assert!(self.0 != here, "a sink panics on purpose");
        self.1.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

impl Sink for Told {
    fn hear(&mut self, _event: &Event, _context: &EventContext) {
        self.note("event", Where::Hearing);
    }

    fn tick(&mut self, _now: Timestamp, _context: &EventContext) {
        self.note("tick", Where::Ticking);
    }

    fn close(&mut self) {
        self.note("end", Where::Closing);
    }
}

/// What two sinks are told in three events with a tick after each, when one of them panics somewhere.
fn told(breaks: Where) -> [Vec<&'static str>; 2] {
    let notes: [Arc<Mutex<Vec<_>>>; 2] = [Arc::default(), Arc::default()];
    let mut listener = Listener {
        sinks: vec![
            Box::new(Told(breaks, Arc::clone(&notes[0]))),
            Box::new(Told(Where::Nowhere, Arc::clone(&notes[1]))),
        ],
        context: EventContext::default(),
    };
    let event = Event {
        seq: 0,
        ts: Timestamp::UNIX_EPOCH,
        kind: EventKind::Waiting {
            stack_set: "logs".to_owned(),
            holder: None,
        },
    };
    for _ in 0..2 {
        listener.hear(&event);
        listener.tick(Timestamp::UNIX_EPOCH);
    }
    listener.close();
    notes.map(|notes| notes.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

#[test]
fn a_sink_that_panics_is_left_and_the_others_hear_on() {
    let all = vec!["event", "tick", "event", "tick", "end"];
    assert_eq!(told(Where::Nowhere), [all.clone(), all.clone()]);
    assert_eq!(told(Where::Hearing), [vec![], all.clone()]);
    assert_eq!(told(Where::Ticking), [vec!["event"], all.clone()]);
    assert_eq!(told(Where::Closing), [all[..4].to_vec(), all]);
}

#[test]
fn what_only_tells_can_be_survived() {
    assert!(only_tells(|| {}));
    assert!(!only_tells(|| panic!("a report panics on purpose")));
}
