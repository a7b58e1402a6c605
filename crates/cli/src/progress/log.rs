//! Events as JSON lines.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use model::event::Event;
use report::text::EventContext;

use super::Sink;
use crate::failure::Failure;

/// Where events go.
#[derive(Debug)]
pub(super) enum Log {
    File(File),
    /// In place of progress.
    Stderr,
}

impl Log {
    /// Opens the file; one named `-` is stderr.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Ok(Self::Stderr);
        }
        let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
        Ok(Self::File(file))
    }
}

impl Sink for Log {
    fn hear(&mut self, event: &Event, context: &EventContext) {
        let json = report::json::event(event, context);
        let _ = match self {
            Self::File(file) => writeln!(file, "{json}"),
            Self::Stderr => writeln!(std::io::stderr(), "{json}"),
        };
    }
}
