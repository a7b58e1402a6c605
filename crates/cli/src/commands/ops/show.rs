//! `stackfleet ops show`

use report::OperationReport;

use super::find::Door;
use crate::args::{Format, Global, OpsShow};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Finds the operation and tells what it did.
pub(super) async fn run(args: &OpsShow, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let door = Door::open(global, terminal).await?;
    let found = door.one(&args.operation).await?;
    let report = door.report(&found).await?;
    door.session.close()?;
    tell(&report, terminal)?;
    Ok(Exit::Done)
}

/// One operation as a result.
pub(super) fn tell(report: &OperationReport, terminal: Terminal) -> Result<(), Failure> {
    match terminal.format {
        Format::Text => terminal.result(&report::text::operation(report, terminal.width())),
        Format::Json => terminal.result(&report::json::operation(report)),
    }
}
