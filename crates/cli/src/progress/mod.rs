//! Progress on stderr, and events as JSON lines: listeners to one stream.

mod live;
mod plain;

use std::fs::File;
use std::io::Write;
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
use plain::Plain;

/// How often what is drawn is drawn again, in real time.
const BLINK: Duration = Duration::from_millis(200);

/// Hears every event of an apply.
#[derive(Debug)]
pub(crate) struct Listener {
    log: Option<Log>,
    face: Option<Face>,
    context: EventContext,
}

/// Where events go as JSON lines.
#[derive(Debug)]
enum Log {
    File(File),
    /// In place of progress.
    Stderr,
}

#[derive(Debug)]
enum Face {
    Live(Box<Live>),
    Plain(Plain),
}

impl Listener {
    /// Opens the events file, if any, and chooses the face. A file named `-` is stderr.
    pub(crate) fn new(
        plan: &Plan,
        events: Option<&Path>,
        heartbeat: Duration,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let create = |path: &Path| File::create(path).map_err(|error| Failure::file("write", path, &error));
        let log = match events {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(Log::Stderr),
            Some(path) => Some(Log::File(create(path)?)),
        };
        let face = match terminal.progress {
            _ if terminal.quiet || matches!(log, Some(Log::Stderr)) => None,
            Progress::None => None,
            Progress::Live => Some(Face::Live(Box::new(Live::new(plan, terminal)))),
            Progress::Plain | Progress::Auto => Some(Face::Plain(Plain::new(heartbeat, terminal))),
        };
        Ok(Self {
            log,
            face,
            context: EventContext::of(plan),
        })
    }

    /// Takes note of one event. What cannot be written is not a reason to stop.
    pub(crate) fn hear(&mut self, event: &Event) {
        if let Some(log) = &mut self.log {
            let json = report::json::event(event, &self.context);
            let _ = match log {
                Log::File(file) => writeln!(file, "{json}"),
                Log::Stderr => writeln!(std::io::stderr(), "{json}"),
            };
        }
        match &mut self.face {
            Some(Face::Live(live)) => live.hear(event),
            Some(Face::Plain(plain)) => plain.hear(event, &self.context),
            None => {}
        }
    }

    /// The time until it is worth to look again: of the eye for what is drawn, of the run for a log.
    pub(crate) fn pause(&self, clock: &dyn Clock) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        match &self.face {
            Some(Face::Live(_)) => Box::pin(tokio::time::sleep(BLINK)),
            Some(Face::Plain(plain)) => clock.sleep(plain.step()),
            None => Box::pin(std::future::pending()),
        }
    }

    /// Says or draws what goes on, as of now.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        match &mut self.face {
            Some(Face::Live(live)) => live.tick(now),
            Some(Face::Plain(plain)) => plain.tick(now, &self.context),
            None => {}
        }
    }

    /// Takes the running lines off the screen.
    pub(crate) fn close(&mut self) {
        if let Some(Face::Live(live)) = &mut self.face {
            live.close();
        }
    }
}
