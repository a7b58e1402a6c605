//! The command line as typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXIT_CODES: &str = "\
Exit codes
  0  done, or nothing to do
  1  error: usage, manifest, template, credentials, AWS; no write was made
  2  changes found                   only with --detailed-exitcode
  3  blocked by a guard, by protection or by ownership
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
    /// Manifest file [default: stackfleet.toml here or in a parent directory]
    #[arg(
        short,
        long,
        global = true,
        env = "STACKFLEET_MANIFEST",
        hide_env_values = true
    )]
    pub(crate) manifest: Option<PathBuf>,
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
    /// Say more: -v steps and writes, -vv every call to AWS; never values
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say only results and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what apply would do
    Plan(Plan),
    /// Carry out a plan
    Apply(Apply),
    /// Show where every StackSet stands now
    Status,
    /// Check manifest and templates, without AWS
    Validate,
    /// Show a saved plan, stale or not
    Show(Show),
    /// Say what the code of an error or warning means
    Explain(Explain),
    /// Write a manifest and a template to start from
    Init(Init),
    /// Serve the simulator on loopback, for any AWS client
    Simulate(Simulate),
    /// Take the five-minute tour; needs no AWS and no configuration
    Demo(Demo),
}

impl Command {
    /// Whether it observes AWS, or what stands in its place.
    pub(crate) fn talks_to_aws(&self) -> bool {
        matches!(self, Self::Plan(_) | Self::Apply(_) | Self::Status)
    }
}

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
    /// Report blocks but do not fail because of them
    #[arg(long)]
    pub(crate) allow_blocked: bool,
}

/// `stackfleet apply`
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// A saved plan to carry out exactly
    #[arg(value_name = "PLANFILE")]
    pub(crate) plan: Option<PathBuf>,
    /// Plan again and go on only if the result is this plan (12 or more digits of its digest)
    #[arg(long, value_name = "DIGEST", value_parser = digest, conflicts_with_all = ["plan", "auto_approve"])]
    pub(crate) approved: Option<String>,
    /// Plan and apply without asking
    #[arg(short = 'y', long, alias = "yes")]
    pub(crate) auto_approve: bool,
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
    /// Write events as JSON lines
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// A line this often for each running operation, when progress is plain
    #[arg(long, value_name = "DURATION", env = "STACKFLEET_HEARTBEAT", hide_env_values = true, value_parser = duration, default_value = "60s")]
    pub(crate) heartbeat: Duration,
}

/// `stackfleet show`
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The saved plan
    #[arg(value_name = "PLANFILE")]
    pub(crate) plan: PathBuf,
    /// How much of the template diff to show
    #[arg(long, default_value = "auto")]
    pub(crate) diff: Diff,
}

/// `stackfleet explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// For example E0201 [default: a list of all]
    pub(crate) code: Option<String>,
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

/// How fast simulated time runs when nobody says: half an hour in seven seconds.
pub(crate) const SPEED: f64 = 240.0;

/// Reads a factor above zero.
fn speed(text: &str) -> Result<f64, String> {
    let factor = text
        .parse::<f64>()
        .ok()
        .filter(|factor| factor.is_finite() && *factor > 0.0);
    factor.ok_or_else(|| format!("`{text}` is not a factor above zero"))
}

/// Reads a digest or its first digits: enough of them that no other plan can be meant.
fn digest(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_digest = (12..=64).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_digest
        .then(|| digits.to_ascii_lowercase())
        .ok_or_else(|| format!("`{text}` is not a digest: give 12 to 64 hexadecimal digits"))
}

/// Reads `90s`, `15m`, `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration: write 90s, 15m or 2h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(wrong()),
    };
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    number
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

/// A duration as it is typed.
pub(crate) fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds > 0 && seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_speed_is_above_zero() {
        assert_eq!(speed("60"), Ok(60.0));
        for wrong in ["0", "-1", "NaN", "inf", "fast"] {
            assert!(speed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_digest_is_long_enough_to_mean_one_plan() {
        assert_eq!(digest("sha256:B84376e320de"), Ok("b84376e320de".to_owned()));
        for wrong in ["", "abc", "b84376e320d", "b84376e320dx"] {
            assert!(digest(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_hours(2)));
        for typed in ["0s", "90s", "15m", "2h"] {
            assert_eq!(duration(typed).map(in_words), Ok(typed.to_owned()));
        }
        assert!(duration("15").is_err());
        assert!(duration("").is_err());
        assert!(duration("999999999999999999h").is_err());
    }
}
