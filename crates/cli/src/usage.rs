//! Options that would do nothing: whoever gives one believes in it, so it is refused.

use std::collections::BTreeMap;

use clap::ArgMatches;
use clap::parser::ValueSource;
use model::diagnostic::Diagnostic;
use model::ids::AccountId;

use crate::args::{Cli, Command, Global, ReportFormat};
use crate::failure::Failure;
use crate::{files, reports};

/// Refuses what was typed and has no effect; what the environment says is meant for other commands too.
pub(crate) fn check(cli: &Cli, given: &ArgMatches) -> Result<(), Failure> {
    let typed = |id: &str| {
        let command = given.subcommand().map(|(_, matches)| matches);
        command.is_some_and(|matches| matches.value_source(id) == Some(ValueSource::CommandLine))
    };
    reports(&cli.command)?;
    profiles(&cli.global)?;
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

/// E0018: two profiles where one is meant.
fn profiles(global: &Global) -> Result<(), Failure> {
    let mut seen: BTreeMap<Option<&AccountId>, &str> = BTreeMap::new();
    for profile in &global.profile {
        let Some(first) = seen.insert(profile.account.as_ref(), &profile.name) else {
            continue;
        };
        let (what, which) = match &profile.account {
            Some(account) => (format!("account {account}"), format!("{account}=")),
            None => ("every account".to_owned(), String::new()),
        };
        if first == profile.name {
            continue;
        }
        let [first, second] = [first, &profile.name].map(report::escape);
        let message = format!("there are two profiles for {what}: `{first}` and `{second}`");
        let help = format!("name one: --profile {which}{second}");
        return Err(Diagnostic::error("E0018", message).help(help).into());
    }
    Ok(())
}

/// Refuses reports that a command has nothing to tell for: somebody would wait for the file.
fn reports(command: &Command) -> Result<(), Failure> {
    let (name, wanted) = reports::wanted(command);
    let tells = |format: ReportFormat| match command {
        Command::Show(show) if show.applied.is_some() => of_apply(format),
        Command::Plan(_) | Command::Show(_) => format != ReportFormat::Junit,
        Command::Apply(_) | Command::Drift(_) => of_apply(format),
        _ => !matches!(format, ReportFormat::Junit | ReportFormat::Gitlab),
    };
    match wanted.iter().find(|one| !tells(one.format)) {
        Some(one) => {
            let format = one.format.name();
            let message = format!("--report {format} does nothing here: {name} has nothing to tell in it");
            let help = match one.format {
                _ if name == "show" => {
                    "show how a plan was applied: stackfleet show plan.json report.json --report …"
                }
                ReportFormat::Junit => "ask apply for it: stackfleet apply --report junit=FILE",
                _ => "ask plan for it: stackfleet plan --report …",
            };
            Err(Diagnostic::error("E0011", message).help(help).into())
        }
        None => Ok(()),
    }
}

/// What there is to tell when something was done.
fn of_apply(format: ReportFormat) -> bool {
    !matches!(format, ReportFormat::Sarif | ReportFormat::Gitlab)
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
        Command::Show(show) => {
            found.push(("manifest", "what was saved needs no manifest", "leave it out"));
            let why = "how a plan was applied has no template difference";
            found.extend(show.applied.iter().map(|_| ("diff", why, "leave it out")));
        }
        Command::Completions(_) => {
            let why = "a shell reads the script as it is";
            found.push(("output_format", why, "leave it out"));
        }
        Command::Explain(_) => found.push(("manifest", "a code means the same everywhere", "leave it out")),
        Command::Apply(apply) if apply.plan.is_some() => {
            let why = "a saved plan is carried out as it is";
            found.push(("manifest", why, "leave one of them out"));
        }
        _ => {}
    }
    found.extend(useless_profile(cli));
    found.extend(useless_here(cli));
    found
}

/// Profiles where nobody has credentials, or where no account is known that one could be for.
fn useless_profile(cli: &Cli) -> Option<Useless> {
    let of_accounts = cli.global.profile.iter().all(|one| one.account.is_some());
    match &cli.command {
        Command::Init(_) if of_accounts => Some((
            "profile",
            "there is no manifest yet that names an account",
            "name it for every account: --profile PROFILE",
        )),
        Command::Init(_) => None,
        command if command.talks_to_aws() => None,
        _ => Some(("profile", "this asks nothing of AWS", "leave it out")),
    }
}

/// What has no effect because of where AWS is.
fn useless_here(cli: &Cli) -> Vec<Useless> {
    let global = &cli.global;
    let mut found = Vec::new();
    if global.simulate.is_some() {
        let help = "leave one of them out";
        found.push(("endpoint_url", "--simulate takes the place of AWS", help));
        if global.profile.iter().all(|profile| profile.account.is_none()) {
            let why = "simulated AWS looks into no files";
            found.push((
                "profile",
                why,
                "say which account acts: --profile ACCOUNT=PROFILE",
            ));
        }
    } else if global.endpoint_url.is_none() && cli.command.talks_to_aws() {
        let help = "leave it out, or rehearse: --simulate";
        found.push(("speed", "nobody can make AWS faster", help));
    }
    found
}
