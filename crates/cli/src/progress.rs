//! Progress on stderr, and events as JSON lines: listeners to one stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use model::event::{Event, EventKind};
use model::plan::Plan;
use report::text::EventContext;

use crate::args::Progress;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Hears every event of an apply.
#[derive(Debug)]
pub(crate) struct Listener {
    file: Option<File>,
    face: Face,
    context: EventContext,
    terminal: Terminal,
}

#[derive(Debug)]
enum Face {
    /// Finished lines stay, running ones are redrawn.
    Live {
        lines: MultiProgress,
        bars: BTreeMap<String, ProgressBar>,
    },
    /// One line an event; running operations once a heartbeat.
    Plain {
        heartbeat: SignedDuration,
        last: BTreeMap<String, Timestamp>,
    },
    /// Nothing.
    Silent,
}

impl Listener {
    /// Opens the events file, if any, and chooses the face.
    pub(crate) fn new(
        plan: &Plan,
        events: Option<&Path>,
        heartbeat: Duration,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let file = match events {
            Some(path) => Some(File::create(path).map_err(|error| Failure::file("write", path, &error))?),
            None => None,
        };
        Ok(Self {
            file,
            face: Face::new(terminal, heartbeat),
            context: EventContext::of(plan),
            terminal,
        })
    }

    /// Takes note of one event. What cannot be written is not a reason to stop.
    pub(crate) fn hear(&mut self, event: &Event) {
        if let Some(file) = &mut self.file {
            if let Ok(json) = serde_json::to_string(event) {
                let _ = writeln!(file, "{json}");
            }
        }
        let is_progress = matches!(event.kind, EventKind::OperationProgress { .. });
        match &mut self.face {
            Face::Silent => {}
            Face::Live { lines, bars } => {
                redraw(event, lines, bars);
                if !is_progress && !matches!(event.kind, EventKind::OperationStart { .. }) {
                    if let Some(line) = report::text::event_line(event, &self.context) {
                        let _ = lines.println(line);
                    }
                }
            }
            Face::Plain { heartbeat, last } => {
                if !is_progress || is_due(event, *heartbeat, last) {
                    if let Some(line) = report::text::event_line(event, &self.context) {
                        self.terminal.say(&line);
                    }
                }
            }
        }
    }

    /// Takes the running lines off the screen.
    pub(crate) fn close(&mut self) {
        if let Face::Live { lines, .. } = &self.face {
            let _ = lines.clear();
        }
    }
}

impl Face {
    fn new(terminal: Terminal, heartbeat: Duration) -> Self {
        match terminal.progress {
            _ if terminal.quiet => Self::Silent,
            Progress::None => Self::Silent,
            Progress::Live => {
                let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
                Self::Live {
                    lines,
                    bars: BTreeMap::new(),
                }
            }
            Progress::Plain | Progress::Auto => {
                let heartbeat = SignedDuration::try_from(heartbeat).unwrap_or(SignedDuration::from_secs(60));
                Self::Plain {
                    heartbeat,
                    last: BTreeMap::new(),
                }
            }
        }
    }
}

fn redraw(event: &Event, lines: &MultiProgress, bars: &mut BTreeMap<String, ProgressBar>) {
    match &event.kind {
        EventKind::OperationStart {
            operation,
            stack_set,
            instances,
            ..
        } => {
            let bar = lines.add(ProgressBar::new((*instances).max(1)));
            if let Ok(style) = ProgressStyle::with_template("  {prefix:38!} {bar:24} {pos}/{len} {msg}") {
                bar.set_style(style.progress_chars("━╸ "));
            }
            bar.set_prefix(format!("{operation} {}", report::escape(stack_set)));
            bars.insert(operation.clone(), bar);
        }
        EventKind::OperationProgress {
            operation,
            done,
            running,
            failed,
            ..
        } => {
            if let Some(bar) = bars.get(operation) {
                bar.set_position(*done);
                bar.set_message(format!("{running} running, {failed} failed"));
            }
        }
        EventKind::OperationEnd { operation, .. } => {
            if let Some(bar) = bars.remove(operation) {
                bar.finish_and_clear();
                lines.remove(&bar);
            }
        }
        _ => {}
    }
}

/// Whether an operation was silent for a whole heartbeat.
fn is_due(event: &Event, heartbeat: SignedDuration, last: &mut BTreeMap<String, Timestamp>) -> bool {
    let EventKind::OperationProgress { operation, .. } = &event.kind else {
        return true;
    };
    let due = last
        .get(operation)
        .is_none_or(|said| event.ts.duration_since(*said) >= heartbeat);
    if due {
        last.insert(operation.clone(), event.ts);
    }
    due
}
