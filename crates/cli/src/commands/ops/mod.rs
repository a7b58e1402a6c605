//! `stackfleet ops`: operations at AWS, also those that others started.
//!
//! `find` reads and chooses them; each other file is one subcommand.

mod find;
mod list;
mod show;
mod stop;
mod watch;

use crate::args::{Global, Ops, OpsCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does what the subcommand says.
pub(crate) async fn run(args: &Ops, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    match &args.what {
        OpsCommand::List(args) => list::run(args, global, terminal).await,
        OpsCommand::Show(args) => show::run(args, global, terminal).await,
        OpsCommand::Watch(args) => watch::run(args, global, terminal).await,
        OpsCommand::Stop(args) => stop::run(args, global, terminal).await,
    }
}
