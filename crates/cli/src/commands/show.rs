//! `stackfleet show`: a saved plan, stale or not.

use model::diagnostic::{Diagnostic, Sources};
use model::plan::Plan;
use model::plan_file;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::reports::{self, About};
use crate::show_plan;
use crate::terminal::Terminal;

/// Reads a plan file and shows it.
pub(crate) fn run(args: &args::Show, terminal: Terminal) -> Result<Exit, Failure> {
    // Only apply is stopped by a changed byte; here it is a file that cannot be shown.
    let plan = open(&args.plan).map_err(|failure| failure.with_exit(Exit::Error))?;
    reports::write(&args.reports.report, About::Plan(&plan), terminal)?;
    match terminal.format {
        Format::Text => show_plan::text(&plan, &Sources::new(), args.diff, None, terminal),
        Format::Json => terminal.result(&report::json::plan(&plan)),
    }?;
    Ok(Exit::Done)
}

/// The plan in a file. A changed byte is refused before anything is called (exit 5).
pub(crate) fn open(path: &std::path::Path) -> Result<Plan, Failure> {
    let text = files::read(path)?;
    plan_file::open(&text).map_err(|error| {
        let message = format!("`{}` is not a plan as it was saved", path.display());
        let diagnostic = Diagnostic::error("E0710", message)
            .note(error.to_string())
            .note("nothing was changed")
            .help("plan again and have it reviewed: stackfleet plan --out plan.json");
        Failure::from(diagnostic).with_exit(Exit::Stale)
    })
}
