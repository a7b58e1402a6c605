//! Finished lines stay in the scrollback, running ones are redrawn below them.

use std::collections::BTreeMap;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::event::{Event, EventKind};
use report::text::EventContext;

/// Columns, bar and counts of a running operation.
const LINE: &str = "  {prefix:38!} {bar:24} {pos}/{len} {msg}";

/// The live area at the end of stderr.
#[derive(Debug)]
pub(super) struct Live {
    lines: MultiProgress,
    running: BTreeMap<String, ProgressBar>,
}

impl Live {
    pub(super) fn new() -> Self {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self {
            lines,
            running: BTreeMap::new(),
        }
    }

    pub(super) fn hear(&mut self, event: &Event, context: &EventContext) {
        match &event.kind {
            EventKind::OperationStart {
                operation,
                stack_set,
                instances,
                ..
            } => {
                self.start(operation, stack_set, *instances);
                return;
            }
            EventKind::OperationProgress {
                operation,
                done,
                running,
                failed,
                ..
            } => {
                if let Some(bar) = self.running.get(operation) {
                    bar.set_position(*done);
                    bar.set_message(format!("{running} running, {failed} failed"));
                }
                return;
            }
            EventKind::OperationEnd { operation, .. } => self.end(operation),
            _ => {}
        }
        if let Some(line) = report::text::event_line(event, context) {
            let _ = self.lines.println(styled(&line));
        }
    }

    pub(super) fn close(&self) {
        let _ = self.lines.clear();
    }

    fn start(&mut self, operation: &str, stack_set: &str, instances: u64) {
        let bar = self.lines.add(ProgressBar::new(instances.max(1)));
        if let Ok(style) = ProgressStyle::with_template(LINE) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_prefix(format!("{operation} {}", report::escape(stack_set)));
        self.running.insert(operation.to_owned(), bar);
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
