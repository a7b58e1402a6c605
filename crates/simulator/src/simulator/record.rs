//! The log as it grows, in a file of the user's.

use std::fmt;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use crate::world::{Knobs, LogEntry, World};

/// Where the log goes, and how much of it is there.
pub(super) struct Recorder {
    to: Option<Box<dyn Write + Send>>,
    written: usize,
}

/// The first line: what the calls follow from.
#[derive(Serialize)]
struct Beginning {
    now: Timestamp,
    seed: u64,
    knobs: Knobs,
}

impl Recorder {
    /// Writes which world it is; calls before this moment are not written.
    pub(super) fn start(to: Box<dyn Write + Send>, world: &World) -> Self {
        let mut recorder = Self {
            to: Some(to),
            written: world.log.len(),
        };
        recorder.lines(&[Beginning {
            now: world.now,
            seed: world.seed,
            knobs: world.knobs,
        }]);
        recorder
    }

    /// Writes what the log has and the file has not.
    pub(super) fn write_new(&mut self, log: &[LogEntry]) {
        let new = log.get(self.written..).unwrap_or_default();
        if !new.is_empty() {
            self.lines(new);
            self.written = log.len();
        }
    }

    /// A file that cannot be written is given up: calls are answered all the same.
    fn lines<T: Serialize>(&mut self, lines: &[T]) {
        let Some(to) = &mut self.to else { return };
        if let Err(error) = write(to.as_mut(), lines) {
            tracing::warn!(%error, "the record of calls cannot be written any more");
            self.to = None;
        }
    }
}

fn write<T: Serialize>(to: &mut dyn Write, lines: &[T]) -> io::Result<()> {
    for line in lines {
        serde_json::to_writer(&mut *to, line)?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
