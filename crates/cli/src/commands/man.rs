//! `stackfleet man`: a page for the tool and one for each command.

use clap::CommandFactory;

use crate::args::{self, Cli};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// Writes the pages; pages of an older version are replaced.
pub(crate) fn run(args: &args::Man, terminal: Terminal) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| Failure::file("write", &args.into, &error);
    std::fs::create_dir_all(&args.into).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), &args.into).map_err(failed)?;
    terminal.say(&format!("wrote man pages into {}", files::shown(&args.into)));
    Ok(Exit::Done)
}
