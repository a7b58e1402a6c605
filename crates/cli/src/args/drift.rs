//! Options of `stackfleet drift`.

use std::time::Duration;

use clap::Args;

use super::Reports;
use super::values::duration;

/// `stackfleet drift`
#[derive(Debug, Args)]
pub(crate) struct Drift {
    /// StackSets by name or pattern; a name that matches nothing is an error [default: all]
    #[arg(value_name = "STACKSET")]
    pub(crate) stack_sets: Vec<String>,
    /// Start a new detection and wait for it; no other operation of the StackSet can run meanwhile
    #[arg(long)]
    pub(crate) refresh: bool,
    /// With --refresh: wait this long for other operations on the same StackSets [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = duration, requires = "refresh")]
    pub(crate) wait: Option<Duration>,
    /// Exit 2 when there is drift
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Reports beside the text.
    #[command(flatten)]
    pub(crate) reports: Reports,
}
