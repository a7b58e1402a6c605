//! The command line as typed.

mod commands;
mod drift;
mod ops;
mod parse;
mod report;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use commands::{
    Accept, Apply, Completions, Demo, Explain, Fmt, Graph, GraphLanguage, Init, Man, Plan, Schema, SchemaOf,
    Selected, Show, Simulate, Snapshot, Status, Targets, Validate,
};
pub(crate) use drift::Drift;
pub(crate) use ops::{Ops, OpsCommand, OpsList, OpsShow, OpsStop, OpsWatch};
pub(crate) use parse::{Context, context, parse};
pub(crate) use report::{Report, ReportFormat, Reports};
pub(crate) use values::{Instance, Profile, SPEED, in_words};
use values::{profile, speed};

const EXIT_CODES: &str = "\
Exit codes
  0  done, or nothing to do
  1  error: usage, manifest, template, credentials, AWS; no write was made
  2  changes or drift found          only with --detailed-exitcode
  3  blocked by a guard, protection, a policy, a freeze or ownership
  4  apply: a write was made, and not everything the plan says holds now
  5  plan is stale, a StackSet is busy, or it is not the approved plan; no write was made
  6  needs an approval that was not given; nothing more was done
  130/143  interrupted

Start here:  stackfleet demo · stackfleet init · stackfleet validate · stackfleet plan";

/// Keep AWS CloudFormation StackSets as a TOML manifest says
#[derive(Debug, Parser)]
#[command(name = "stackfleet", version, after_help = EXIT_CODES, max_term_width = 98)]
pub(crate) struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Manifest file; plan, validate and fmt take several [default: stackfleet.toml here or in a parent directory]
    #[arg(
        short,
        long,
        global = true,
        env = "STACKFLEET_MANIFEST",
        hide_env_values = true,
        value_name = "MANIFEST"
    )]
    pub(crate) manifest: Vec<PathBuf>,
    /// Change to this directory first
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    /// What to print on stdout
    #[arg(
        short = 'f',
        long,
        global = true,
        env = "STACKFLEET_OUTPUT_FORMAT",
        hide_env_values = true,
        default_value = "text"
    )]
    pub(crate) output_format: Format,
    #[arg(
        long,
        global = true,
        env = "STACKFLEET_COLOR",
        hide_env_values = true,
        default_value = "auto",
        help = "Colours (NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured)"
    )]
    pub(crate) color: Color,
    /// How to show progress on stderr; auto is live on a terminal, plain lines elsewhere
    #[arg(
        long,
        global = true,
        env = "STACKFLEET_PROGRESS",
        hide_env_values = true,
        default_value = "auto"
    )]
    pub(crate) progress: Progress,
    /// Use the built-in simulator instead of AWS; its world is kept in .stackfleet beside the manifest, and starts from WORLD
    #[arg(long, global = true, value_name = "WORLD", num_args = 0..=1, require_equals = true)]
    #[expect(
        clippy::option_option,
        reason = "clap's form of a flag whose value may be left out"
    )]
    pub(crate) simulate: Option<Option<PathBuf>>,
    /// How fast simulated time runs; with --endpoint-url, how fast to wait [default: 240, with --endpoint-url 1]
    #[arg(long, global = true, value_name = "FACTOR", value_parser = speed)]
    pub(crate) speed: Option<f64>,
    /// Talk to this endpoint instead of AWS; http only to loopback
    #[arg(
        long,
        global = true,
        env = "STACKFLEET_ENDPOINT_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) endpoint_url: Option<String>,
    /// Use the credentials of this AWS profile and no others; ACCOUNT=PROFILE for the manifest of one administrator account, may be
    /// repeated
    #[arg(
        long,
        global = true,
        env = "STACKFLEET_PROFILE",
        hide_env_values = true,
        value_name = "[ACCOUNT=]PROFILE",
        value_delimiter = ',',
        value_parser = profile
    )]
    pub(crate) profile: Vec<Profile>,
    /// Whether profiles were typed, and are not those of the variable.
    #[arg(skip)]
    pub(crate) typed_profiles: bool,
    /// Never use the network; what needs AWS is refused
    #[arg(long, global = true, env = "STACKFLEET_OFFLINE", hide_env_values = true)]
    pub(crate) offline: bool,
    /// Say more: -v steps and writes, -vv every call to AWS; never values
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say only results and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

impl Global {
    /// The manifest of a command that works on one; none where it is looked for.
    pub(crate) fn one_manifest(&self) -> Option<&PathBuf> {
        self.manifest.first()
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what apply would do
    Plan(Plan),
    /// Carry out a plan
    Apply(Apply),
    /// Show where every StackSet stands now
    Status(Status),
    /// Show resources that were changed outside CloudFormation
    Drift(Drift),
    /// Check manifest, templates and policies, without AWS
    Validate(Validate),
    /// List, show, watch or stop StackSet operations
    Ops(Ops),
    /// Save what AWS has now, to plan without AWS
    Snapshot(Snapshot),
    /// Show a saved plan, stale or not, or how it was applied, also as reports
    Show(Show),
    /// Show which account and Region gets what, and which line of the manifest says so
    Targets(Targets),
    /// Give manifests their canonical form; comments stay
    Fmt(Fmt),
    /// Say what the code of an error or warning means
    Explain(Explain),
    /// Print a JSON Schema: of manifests, and of everything that is written for programs
    Schema(Schema),
    /// Write a manifest and a template to start from
    Init(Init),
    /// Print which StackSet waits for which, as a drawing
    Graph(Graph),
    /// Print completions for a shell
    Completions(Completions),
    /// Write man pages
    Man(Man),
    /// Serve the simulator on loopback, for any AWS client
    Simulate(Simulate),
    /// Take the five-minute tour; needs no AWS and no configuration
    Demo(Demo),
}

impl Command {
    /// Whether it observes AWS, or what stands in its place.
    pub(crate) fn talks_to_aws(&self) -> bool {
        match self {
            Self::Plan(plan) => plan.snapshot.is_none(),
            Self::Apply(_)
            | Self::Drift(_)
            | Self::Status(_)
            | Self::Targets(_)
            | Self::Snapshot(_)
            | Self::Ops(_) => true,
            _ => false,
        }
    }
}

/// What to print on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// How to show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    Auto,
    Live,
    Plain,
    None,
}

/// How much of a template diff to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Diff {
    None,
    Summary,
    Auto,
    Full,
}

/// What to do when an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnFailure {
    StopStep,
    StopAll,
    Continue,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
