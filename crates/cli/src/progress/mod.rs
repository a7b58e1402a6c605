//! Progress on stderr, and events as JSON lines: listeners to one stream.
//!
//! None of them can harm an apply: what cannot be written is left unwritten, and a sink that panics is heard of no more (fault 11).

mod live;
mod log;
mod plain;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use model::clock::Clock;
use model::event::Event;
use model::plan::Plan;
use report::text::EventContext;

use crate::args::Progress;
use crate::failure::Failure;
use crate::terminal::Terminal;
use live::Live;
use log::Log;
use plain::Plain;

/// Something that shows events.
trait Sink: fmt::Debug + Send {
    /// Takes note of one event. What cannot be written is not a reason to stop.
    fn hear(&mut self, event: &Event, context: &EventContext);

    /// The time until it is worth to look again; none for what only hears.
    fn pause(&self) -> Option<Pause> {
        None
    }

    /// Says or draws what goes on, as of now.
    fn tick(&mut self, _now: Timestamp, _context: &EventContext) {}

    /// Takes the running lines off the screen.
    fn close(&mut self) {}
}

/// A pause between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// Of the eye, in real time.
    Eye(Duration),
    /// Of the run, on its clock.
    Run(Duration),
}

/// Hears every event of an apply.
#[derive(Debug)]
pub(crate) struct Listener {
    sinks: Vec<Box<dyn Sink>>,
    context: EventContext,
}

impl Listener {
    /// Opens the events file, if any, and chooses the face. A file named `-` is stderr, in place of progress.
    pub(crate) fn new(
        plan: &Plan,
        events: Option<&Path>,
        heartbeat: Duration,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let mut sinks: Vec<Box<dyn Sink>> = Vec::new();
        let in_place = events.is_some_and(|path| path.as_os_str() == "-");
        if let Some(path) = events {
            sinks.push(Box::new(Log::open(path)?));
        }
        match terminal.progress {
            _ if terminal.quiet || in_place => {}
            Progress::None => {}
            Progress::Live => sinks.push(Box::new(Live::new(plan, terminal))),
            Progress::Plain | Progress::Auto => sinks.push(Box::new(Plain::new(heartbeat, terminal))),
        }
        let context = EventContext::of(plan);
        Ok(Self { sinks, context })
    }

    /// Tells every sink of an event.
    pub(crate) fn hear(&mut self, event: &Event) {
        self.each(|sink, context| sink.hear(event, context));
    }

    /// Waits until it is worth to look again; for ever when nothing looks.
    pub(crate) fn pause(&self, clock: &dyn Clock) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        match self.sinks.iter().find_map(|sink| sink.pause()) {
            Some(Pause::Eye(pause)) => Box::pin(tokio::time::sleep(pause)),
            Some(Pause::Run(pause)) => clock.sleep(pause),
            None => Box::pin(std::future::pending()),
        }
    }

    /// Lets every sink say or draw what goes on, as of now.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.each(|sink, context| sink.tick(now, context));
    }

    /// Takes the running lines off the screen.
    pub(crate) fn close(&mut self) {
        self.each(|sink, _| sink.close());
    }

    /// Goes through the sinks; those that panic leave.
    fn each(&mut self, mut tell: impl FnMut(&mut dyn Sink, &EventContext)) {
        let context = &self.context;
        self.sinks
            .retain_mut(|sink| only_tells(|| tell(sink.as_mut(), context)));
    }
}

/// Whether something that only shows what was done came to its end. A panic in it is told by the panic itself and changes nothing.
pub(crate) fn only_tells(tell: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(tell)).is_ok()
}

#[cfg(test)]
mod tests;
