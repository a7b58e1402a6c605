//! Finished lines stay in the scrollback, running ones are redrawn below them.

use std::collections::BTreeMap;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::event::{Event, EventKind};
use report::text::EventContext;

/// Columns of the bar.
const BAR: usize = 12;

/// The live area at the end of stderr.
#[derive(Debug)]
pub(super) struct Live {
    lines: MultiProgress,
    running: BTreeMap<String, ProgressBar>,
    template: String,
}

impl Live {
    /// For a terminal of so many columns: what a log would say of a running operation, cut, and how far it is.
    pub(super) fn new(columns: usize) -> Self {
        let room = columns.min(report::WIDEST).saturating_sub(BAR + 1);
        Self {
            lines: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            running: BTreeMap::new(),
            template: format!("{{msg:{room}!}} {{bar:{BAR}}}"),
        }
    }

    pub(super) fn hear(&mut self, event: &Event, context: &EventContext) {
        let Some(line) = report::text::event_line(event, context) else {
            return;
        };
        let line = styled(&line);
        match &event.kind {
            // A call that starts no operation is over with its answer.
            EventKind::OperationStart { instances: 0, .. } => {}
            EventKind::OperationStart {
                operation, instances, ..
            } => self.start(operation, *instances, line),
            EventKind::OperationProgress { operation, done, .. } => self.go_on(operation, *done, line),
            EventKind::OperationEnd { operation, .. } => {
                self.end(operation);
                let _ = self.lines.println(line);
            }
            EventKind::ApplySummary(_) => {
                // What still runs does so without us: nothing may look as if somebody were watching.
                self.close();
                let _ = self.lines.println(line);
            }
            _ => {
                let _ = self.lines.println(line);
            }
        }
    }

    /// Takes the running lines off the screen.
    pub(super) fn close(&mut self) {
        for bar in std::mem::take(&mut self.running).into_values() {
            bar.finish_and_clear();
            self.lines.remove(&bar);
        }
        let _ = self.lines.clear();
    }

    fn start(&mut self, operation: &str, instances: u64, line: String) {
        let bar = self.lines.add(ProgressBar::new(instances));
        if let Ok(style) = ProgressStyle::with_template(&self.template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_message(line);
        self.running.insert(operation.to_owned(), bar);
    }

    fn go_on(&self, operation: &str, done: u64, line: String) {
        if let Some(bar) = self.running.get(operation) {
            bar.set_position(done);
            bar.set_message(line);
        }
    }

    fn end(&mut self, operation: &str) {
        if let Some(bar) = self.running.remove(operation) {
            bar.finish_and_clear();
            self.lines.remove(&bar);
        }
    }
}

/// The line as the colour settings want it; the live area writes past the stream that would see to it.
fn styled(line: &str) -> String {
    match anstream::stderr().current_choice() {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(line).to_string(),
        _ => line.to_owned(),
    }
}
