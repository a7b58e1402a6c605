//! `stackfleet completions`: what makes a shell ask the tool at each Tab.

use clap::CommandFactory;

use crate::args::{self, Cli};
use crate::completion;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Prints the script for a shell.
pub(crate) fn run(args: &args::Completions, terminal: Terminal) -> Result<Exit, Failure> {
    if let Some(script) = completion::script(args.shell) {
        terminal.result(script)?;
        return Ok(Exit::Done);
    }
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stackfleet", &mut script);
    terminal.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
