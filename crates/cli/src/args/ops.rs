//! Options of `stackfleet ops`.

use clap::{Args, Subcommand};

/// `stackfleet ops`
#[derive(Debug, Args)]
pub(crate) struct Ops {
    /// What to do with them.
    #[command(subcommand)]
    pub(crate) what: OpsCommand,
}

/// What to do with operations.
#[derive(Debug, Subcommand)]
pub(crate) enum OpsCommand {
    /// List the operations of the manifest's StackSets, whoever started them
    List(OpsList),
    /// Show one with what it did to each instance, and why instances failed
    Show(OpsShow),
    /// Watch operations until they are over; exit 4 when one did not succeed everywhere
    Watch(OpsWatch),
    /// Stop one: instances that are not begun are cancelled, those at work run to their end
    Stop(OpsStop),
}

/// `stackfleet ops list`
#[derive(Debug, Args)]
pub(crate) struct OpsList {
    /// StackSets by name or pattern; a name that matches nothing is an error [default: all]
    #[arg(value_name = "STACKSET")]
    pub(crate) stack_sets: Vec<String>,
    /// Only operations that are not over
    #[arg(long)]
    pub(crate) running: bool,
    /// Every operation that AWS lists, not the newest twenty only
    #[arg(long)]
    pub(crate) all: bool,
}

/// `stackfleet ops show`
#[derive(Debug, Args)]
pub(crate) struct OpsShow {
    /// The operation's id, or enough of its beginning
    pub(crate) operation: String,
}

/// `stackfleet ops watch`
#[derive(Debug, Args)]
pub(crate) struct OpsWatch {
    /// The operation's id, or enough of its beginning [default: every one that runs]
    pub(crate) operation: Option<String>,
}

/// `stackfleet ops stop`
#[derive(Debug, Args)]
pub(crate) struct OpsStop {
    /// The operation's id, or enough of its beginning
    pub(crate) operation: String,
    /// Stop it without asking
    #[arg(short = 'y', long)]
    pub(crate) yes: bool,
    /// With --yes: also when somebody else started it
    #[arg(long, requires = "yes")]
    pub(crate) foreign: bool,
}
