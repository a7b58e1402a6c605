//! Options that would do nothing: whoever gives one believes in it, so it is refused.

use clap::ArgMatches;
use clap::parser::ValueSource;
use model::diagnostic::Diagnostic;

use crate::args::{Cli, Command, ReportFormat};
use crate::failure::Failure;
use crate::{files, reports};

/// Refuses what was typed and has no effect; what the environment says is meant for other commands too.
pub(crate) fn check(cli: &Cli, given: &ArgMatches) -> Result<(), Failure> {
    let typed = |id: &str| {
        let command = given.subcommand().map(|(_, matches)| matches);
        command.is_some_and(|matches| matches.value_source(id) == Some(ValueSource::CommandLine))
    };
    reports(&cli.command)?;
    let useless = useless(cli).into_iter().find(|(id, _, _)| typed(id));
    match useless {
        Some((id, why, help)) => {
            let message = format!("--{} does nothing here: {why}", id.replace('_', "-"));
            Err(Diagnostic::error("E0011", message).help(help).into())
        }
        None => several(cli),
    }
}

/// E0016: several manifests for what is about one.
fn several(cli: &Cli) -> Result<(), Failure> {
    let [first, _, ..] = cli.global.manifest.as_slice() else {
        return Ok(());
    };
    let first = files::shown(first);
    let (what, help) = match &cli.command {
        Command::Plan(args) if args.out.is_some() => (
            "--out saves one plan",
            format!("save each by itself: stackfleet plan -m {first} --out FILE"),
        ),
        Command::Plan(_) | Command::Validate(_) | Command::Fmt(_) => return Ok(()),
        _ => (
            "this command works on one manifest",
            format!("run it for each by itself, here with -m {first} alone"),
        ),
    };
    let named = cli.global.manifest.len();
    let message = format!("{what}, and {named} are named");
    let diagnostic = Diagnostic::error("E0016", message);
    let diagnostic = diagnostic.note("plan, validate and fmt take several manifests");
    Err(diagnostic.help(help).into())
}

/// Refuses reports that a command has nothing to tell for: somebody would wait for the file.
fn reports(command: &Command) -> Result<(), Failure> {
    let (name, wanted) = reports::wanted(command);
    let tells = |format: ReportFormat| match command {
        Command::Plan(_) | Command::Show(_) => format != ReportFormat::Junit,
        Command::Apply(_) | Command::Drift(_) => {
            !matches!(format, ReportFormat::Sarif | ReportFormat::Gitlab)
        }
        _ => !matches!(format, ReportFormat::Junit | ReportFormat::Gitlab),
    };
    match wanted.iter().find(|one| !tells(one.format)) {
        Some(one) => {
            let format = one.format.name();
            let message = format!("--report {format} does nothing here: {name} has nothing to tell in it");
            let help = match one.format {
                ReportFormat::Junit => "ask apply for it: stackfleet apply --report junit=FILE",
                _ => "ask plan for it: stackfleet plan --report …",
            };
            Err(Diagnostic::error("E0011", message).help(help).into())
        }
        None => Ok(()),
    }
}

/// An option, why it has no effect, and the way on.
type Useless = (&'static str, &'static str, &'static str);

fn useless(cli: &Cli) -> Vec<Useless> {
    let mut found = Vec::new();
    match &cli.command {
        Command::Demo(_) => {
            let why = "the demo plays in a world of its own";
            let help = "leave it out, or use it with plan and apply";
            found.extend(["simulate", "endpoint_url", "manifest"].map(|id| (id, why, help)));
            found.push(("output_format", "the demo is for people", help));
        }
        Command::Simulate(_) => {
            let why = "this command is the simulator";
            found.push(("simulate", why, "name the world to start from: --world FILE"));
            found.push(("endpoint_url", why, "choose the port: --port 4600"));
            found.push(("manifest", why, "give it to the commands that use the simulator"));
        }
        Command::Init(_) => {
            let help = "name the directory: stackfleet init DIR";
            found.push(("manifest", "init always writes `stackfleet.toml`", help));
        }
        Command::Show(_) => found.push(("manifest", "a saved plan needs no manifest", "leave it out")),
        Command::Completions(_) => {
            found.push((
                "output_format",
                "a shell reads the script as it is",
                "leave it out",
            ));
        }
        Command::Explain(_) => found.push(("manifest", "a code means the same everywhere", "leave it out")),
        Command::Apply(apply) if apply.plan.is_some() => {
            found.push((
                "manifest",
                "a saved plan is carried out as it is",
                "leave one of them out",
            ));
        }
        _ => {}
    }
    found.extend(useless_here(cli));
    found
}

/// What has no effect because of where AWS is.
fn useless_here(cli: &Cli) -> Option<Useless> {
    if cli.global.simulate.is_some() {
        let help = "leave one of them out";
        return Some(("endpoint_url", "--simulate takes the place of AWS", help));
    }
    let of_aws = cli.global.endpoint_url.is_none() && cli.command.talks_to_aws();
    let help = "leave it out, or rehearse: --simulate";
    of_aws.then_some(("speed", "nobody can make AWS faster", help))
}
