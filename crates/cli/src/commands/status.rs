//! `stackfleet status`: where every StackSet stands now.

use report::text::Listed;

use crate::args::{Format, Global, Status};
use crate::at_work;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline;
use crate::terminal::Terminal;

/// Observes, compares, and tells.
pub(crate) async fn run(args: &Status, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let (read, session) = pipeline::open(global, terminal).await?;
    let observed = pipeline::observe(&read, &session).await?;
    let progress = at_work::progress(&observed, &session).await;
    session.close()?;
    let plan = pipeline::plan(&read, &observed);
    let status = report::StatusReport::of(&read.desired, &observed, &plan).with_progress(&progress);
    let listed = if args.all { Listed::All } else { Listed::Notable };
    match terminal.format {
        Format::Text => terminal.result(&report::text::status(&status, listed, terminal.width())),
        Format::Json => terminal.result(&report::json::status(&status)),
    }?;
    Ok(Exit::Done)
}
