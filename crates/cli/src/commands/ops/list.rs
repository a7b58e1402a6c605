//! `stackfleet ops list`

use report::OperationList;

use super::find::Door;
use crate::args::{Format, Global, OpsList};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::selection::chosen;
use crate::terminal::Terminal;

/// Operations that a list shows besides those that run.
const SHOWN: usize = 20;

/// Reads, keeps what was asked for, and tells.
pub(super) async fn run(args: &OpsList, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let door = Door::open(global, terminal).await?;
    let wanted = chosen(&args.stack_sets, &door.all(), "StackSet")?;
    let mut found = door.operations(&wanted).await?;
    door.session.close()?;
    if args.running {
        found.retain(|found| !found.operation.status.is_terminal());
    }
    let most = if args.all { usize::MAX } else { SHOWN };
    let rows = found.iter().map(super::find::Found::row).collect();
    let list = OperationList::new(rows, most, door.session.clock.now());
    match terminal.format {
        Format::Text => terminal.result(&report::text::operations(&list, terminal.width())),
        Format::Json => terminal.result(&report::json::operations(&list)),
    }?;
    Ok(Exit::Done)
}
