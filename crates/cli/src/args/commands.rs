//! Options of single commands.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::{Instance, digest, duration, instance, reason};
use super::{Diff, OnFailure, Reports};

/// `stackfleet plan`
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Save the plan, for apply
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How much of the template diff to show
    #[arg(long, default_value = "auto")]
    pub(crate) diff: Diff,
    /// Exit 2 when there are changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Read the overrides of every stack instance, a call each: finds those that somebody set where the manifest wants none
    #[arg(long)]
    pub(crate) deep: bool,
    /// Report blocks but do not fail because of them
    #[arg(long)]
    pub(crate) allow_blocked: bool,
    /// Plan against a snapshot instead of AWS; such a plan is not applied
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Reports beside the text.
    #[command(flatten)]
    pub(crate) reports: Reports,
    // Last, since its heading stands over whatever comes after it.
    #[command(flatten)]
    pub(crate) selection: Selected,
}

/// `stackfleet status`
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// List every StackSet by itself, also where many match and are current
    #[arg(long)]
    pub(crate) all: bool,
}

/// `stackfleet snapshot`
#[derive(Debug, Args)]
pub(crate) struct Snapshot {
    /// The file to write; an existing one is replaced
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Read the overrides of every stack instance, a call each: finds those that somebody set where the manifest wants none
    #[arg(long)]
    pub(crate) deep: bool,
}

/// What of the manifest is planned.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selection (the plan is then marked partial)")]
pub(crate) struct Selected {
    /// StackSets by name or pattern; a name that matches nothing is an error [default: all]
    #[arg(value_name = "STACKSET")]
    pub(crate) stack_sets: Vec<String>,
    /// Leave these StackSets out, by name or pattern; may be repeated
    #[arg(long, value_name = "STACKSET")]
    pub(crate) exclude: Vec<String>,
    /// Only these accounts, names also by pattern; may be repeated
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) account: Vec<String>,
    /// Only these Regions; may be repeated
    #[arg(long)]
    pub(crate) region: Vec<String>,
    /// Only up to this stage, by its name or as ROLLOUT/STAGE; StackSets whose rollout has no such stage are left out
    #[arg(long)]
    pub(crate) stage: Option<String>,
    /// Only do again what operations left behind, with the definition that AWS has: nothing else is created, updated or deleted
    #[arg(long, value_name = "STATE", conflicts_with = "resend")]
    pub(crate) only: Option<Only>,
    /// Delete these instances with their stacks, then create them again, with the definition that AWS has; nothing else is touched;
    /// may be repeated
    #[arg(
        long,
        value_name = "STACKSET:ACCOUNT/REGION",
        value_parser = instance,
        conflicts_with_all = ["stack_sets", "exclude", "account", "region", "stage", "only", "resend"]
    )]
    pub(crate) recreate: Vec<Instance>,
    /// Send this value again, which AWS does not show; leaves nothing out; may be repeated
    #[arg(long, value_name = "STACKSET:PARAMETER")]
    pub(crate) resend: Vec<String>,
}

/// `stackfleet apply`
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct Apply {
    /// A saved plan to carry out exactly
    #[arg(value_name = "PLANFILE")]
    pub(crate) plan: Option<PathBuf>,
    /// Plan again and go on only if the result is this plan (12 or more digits of its digest)
    ///
    /// It also approves the stage of a rollout that the plan begins with.
    #[arg(long, value_name = "DIGEST", value_parser = digest, conflicts_with = "auto_approve")]
    pub(crate) approved: Option<String>,
    /// Refuse a saved plan whose manifest, or a file that it names, was changed since; otherwise that is said and the plan applied as saved
    #[arg(long, requires = "plan")]
    pub(crate) strict: bool,
    /// With --approved: go on also when the plan differs only by accounts that joined since
    #[arg(long, value_name = "KIND", requires = "approved")]
    pub(crate) accept: Option<Accept>,
    /// Read the overrides of every stack instance, a call each: finds those that somebody set where the manifest wants none
    #[arg(long)]
    pub(crate) deep: bool,
    /// Only instances that an operation left behind, with the definition that AWS has: nothing is made, deleted or changed besides
    #[arg(long, value_name = "STATE", conflicts_with_all = ["plan", "accept"])]
    pub(crate) only: Option<Only>,
    /// Plan and apply without asking
    #[arg(short = 'y', long, alias = "yes")]
    pub(crate) auto_approve: bool,
    /// Go on where this rollout stage needs an approval: its name or ROLLOUT/STAGE; may be repeated
    #[arg(long, value_name = "STAGE")]
    pub(crate) approve_stage: Vec<String>,
    /// What to do when an operation fails
    #[arg(long, default_value = "stop-step")]
    pub(crate) on_failure: OnFailure,
    /// StackSets worked on at once
    #[arg(
        short = 'j',
        long,
        env = "STACKFLEET_PARALLEL",
        hide_env_values = true,
        default_value_t = 4,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub(crate) parallel: u16,
    /// Wait this long for other operations on the same StackSets [default: 15m, on a terminal it asks]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) wait: Option<Duration>,
    /// Start what can be started and leave; the next apply goes on, `stackfleet ops watch` watches
    #[arg(long)]
    pub(crate) detach: bool,
    /// Write events as JSON lines; - writes them to stderr, in place of progress
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// A line this often for each running operation, and five times as long for what is waited for, when progress is plain
    #[arg(long, value_name = "DURATION", env = "STACKFLEET_HEARTBEAT", hide_env_values = true, value_parser = duration, default_value = "60s")]
    pub(crate) heartbeat: Duration,
    /// Apply in spite of a freeze; the reason is written into events and summary
    #[arg(long, value_name = "REASON", value_parser = reason)]
    pub(crate) break_glass: Option<String>,
    /// Reports beside the text.
    #[command(flatten)]
    pub(crate) reports: Reports,
}

/// Which instances an operation left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Only {
    /// The last operation failed there, or was cancelled before it got there
    Failed,
    /// They are OUTDATED, whatever the cause
    Outdated,
}

impl From<Only> for model::plan::Only {
    fn from(only: Only) -> Self {
        match only {
            Only::Failed => Self::Failed,
            Only::Outdated => Self::Outdated,
        }
    }
}

/// What may differ from an approved plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Accept {
    /// Accounts that joined targeted units since
    NewAccounts,
}

/// `stackfleet show`
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The saved plan, or the JSON report of an apply
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The JSON report of an apply of that plan: show how it went, with the names that the plan has
    #[arg(value_name = "REPORT")]
    pub(crate) applied: Option<PathBuf>,
    /// How much of the template diff to show
    #[arg(long, default_value = "auto")]
    pub(crate) diff: Diff,
    /// Reports beside the text.
    #[command(flatten)]
    pub(crate) reports: Reports,
}

/// `stackfleet validate`
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Fail on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    /// Reports beside the text.
    #[command(flatten)]
    pub(crate) reports: Reports,
}

/// `stackfleet targets`
#[derive(Debug, Args)]
pub(crate) struct Targets {
    /// StackSets by name or pattern; a name that matches nothing is an error [default: all]
    #[arg(value_name = "STACKSET")]
    pub(crate) stack_sets: Vec<String>,
    /// Only these accounts; may be repeated
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) account: Vec<String>,
    /// Only these Regions; may be repeated
    #[arg(long)]
    pub(crate) region: Vec<String>,
    /// Only accounts that have not enabled a Region that they are wanted in
    #[arg(long)]
    pub(crate) disabled: bool,
}

/// `stackfleet schema`
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Which file
    pub(crate) of: SchemaOf,
    /// Also list the paths of units and the names of accounts, so that an editor completes them
    #[arg(long)]
    pub(crate) with_organization: bool,
}

/// A file with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// stackfleet.toml
    Manifest,
    /// A plan, saved or printed with -f json
    Plan,
    /// The plans of several manifests: `plan -m A -m B -f json`
    Plans,
    /// A line of `apply --events`
    Events,
    /// The end of an apply: `apply -f json`
    Apply,
    /// `ops list -f json`
    Operations,
    /// `ops show -f json`, `ops watch -f json` and `ops stop -f json`
    Operation,
    /// `status -f json`
    Status,
    /// `drift -f json`
    Drift,
    /// `targets -f json`
    Targets,
    /// The file that `snapshot` writes
    Snapshot,
    /// Errors and warnings: what every command prints with -f json when it cannot go on, and `validate -f json`
    Diagnostics,
    /// `explain -f json`
    Codes,
    /// `graph -f json`
    Graph,
    /// `fmt`, `init`, `simulate` and `snapshot` with -f json
    Notes,
}

/// `stackfleet fmt`
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Write nothing; show what would change, and exit 1 when something would
    #[arg(long)]
    pub(crate) check: bool,
    /// Manifests; - reads stdin and writes stdout [default: the manifest and what it includes]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// `stackfleet explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// For example E0201, or drift [default: a list of all codes]
    pub(crate) code: Option<String>,
}

/// `stackfleet completions`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: clap_complete::Shell,
}

/// `stackfleet man`
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The directory to write a page for each command into
    #[arg(value_name = "DIR")]
    pub(crate) into: PathBuf,
}

/// `stackfleet graph`
#[derive(Debug, Args)]
pub(crate) struct Graph {
    /// The language of the drawing
    #[arg(long = "as", value_name = "LANGUAGE", default_value = "mermaid")]
    pub(crate) language: GraphLanguage,
}

/// A language that draws graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphLanguage {
    /// For Markdown on GitHub and GitLab
    Mermaid,
    /// For Graphviz
    Dot,
}

/// `stackfleet init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The directory to write into; existing files are never overwritten
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) into: PathBuf,
}

/// `stackfleet simulate`
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// The world to start from [default: a fresh organization]
    #[arg(long, value_name = "FILE")]
    pub(crate) world: Option<PathBuf>,
    /// Write every call as a line of JSON, as it comes; an existing file is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 4600)]
    pub(crate) port: u16,
}

/// `stackfleet demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the manifests and templates here instead of throwing them away
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}
