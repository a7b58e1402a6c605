//! `stackfleet validate`: check manifest, templates and policies, without AWS.

use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline;
use crate::reports::{self, About};
use crate::terminal::Terminal;

/// Reads everything and says whether it is right.
pub(crate) fn run(args: &args::Validate, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let read = pipeline::read(global.manifest.as_ref())?;
    let wrong = planner::policies::mistakes(&read.desired.guard.policies);
    if !wrong.is_empty() {
        return Err(Failure::of_files(wrong, read.sources));
    }
    let about = About::Messages("validate", &read.warnings);
    reports::write(&args.reports.report, about, &read.directory, terminal)?;
    match terminal.format {
        Format::Text => {
            if !read.warnings.is_empty() {
                let width = terminal.width_of_talk();
                terminal.complain(&report::text::diagnostics(&read.warnings, &read.sources, width));
            }
            terminal.result(&report::text::validation(&read.desired, &read.warnings))
        }
        Format::Json => terminal.result(&report::json::diagnostics(&read.warnings)),
    }?;
    if args.strict && !read.warnings.is_empty() {
        return Ok(Exit::Error);
    }
    Ok(Exit::Done)
}
