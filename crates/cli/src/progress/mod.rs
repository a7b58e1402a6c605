//! Progress on stderr, and events as JSON lines: listeners to one stream.

mod live;
mod plain;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use model::event::Event;
use model::plan::Plan;
use report::text::EventContext;

use crate::args::Progress;
use crate::failure::Failure;
use crate::terminal::Terminal;
use live::Live;
use plain::Plain;

/// Hears every event of an apply.
#[derive(Debug)]
pub(crate) struct Listener {
    file: Option<File>,
    face: Option<Face>,
    context: EventContext,
}

#[derive(Debug)]
enum Face {
    Live(Live),
    Plain(Plain),
}

impl Listener {
    /// Opens the events file, if any, and chooses the face.
    pub(crate) fn new(
        plan: &Plan,
        events: Option<&Path>,
        heartbeat: Duration,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let create = |path: &Path| File::create(path).map_err(|error| Failure::file("write", path, &error));
        let face = match terminal.progress {
            _ if terminal.quiet => None,
            Progress::None => None,
            Progress::Live => Some(Face::Live(Live::new(terminal.width_of_talk()))),
            Progress::Plain | Progress::Auto => Some(Face::Plain(Plain::new(heartbeat, terminal))),
        };
        Ok(Self {
            file: events.map(create).transpose()?,
            face,
            context: EventContext::of(plan),
        })
    }

    /// Takes note of one event. What cannot be written is not a reason to stop.
    pub(crate) fn hear(&mut self, event: &Event) {
        if let (Some(file), Ok(json)) = (&mut self.file, serde_json::to_string(event)) {
            let _ = writeln!(file, "{json}");
        }
        match &mut self.face {
            Some(Face::Live(live)) => live.hear(event, &self.context),
            Some(Face::Plain(plain)) => plain.hear(event, &self.context),
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
