//! The `stackfleet` command: arguments in, exit code out.
//!
//! `pipeline` is the whole flow on one page; every file of `commands` is one command, a composition of its steps. Everything that
//! touches the terminal, the environment, the disk or the machine's clock is in this crate.

mod args;
mod at_work;
pub mod clock;
mod commands;
mod completion;
mod discover;
pub mod exit;
mod explanations;
mod failure;
mod files;
mod git;
mod interrupt;
mod logging;
mod manifests;
mod pipeline;
mod plan_selection;
mod profiles;
mod progress;
mod refusal;
mod reports;
mod secrets;
mod selection;
mod session;
mod show_plan;
mod snapshot;
mod terminal;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::args::{Cli, Command, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    main_on(threads)
}

/// The same on a runtime of the caller's: tests bring one whose clock is paused.
pub fn main_on(runtime: fn() -> std::io::Result<Runtime>) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    if completion::answer(&words) {
        return Exit::Done.into();
    }
    let (cli, given) = match args::parse(&words) {
        Ok(parsed) => parsed,
        Err(error) => {
            let _ = error.print();
            // clap exits 2 on a usage error, which would read as "changes found".
            return if error.use_stderr() {
                Exit::Error.into()
            } else {
                Exit::Done.into()
            };
        }
    };
    let terminal = Terminal::new(&cli.global);
    logging::start(cli.global.verbose);
    let terminal = reports::silence(&cli.command, terminal);
    let ended = usage::check(&cli, &given)
        .and_then(|()| enter(&cli.global))
        .and_then(|()| run(&cli, terminal, runtime));
    let exit = ended.unwrap_or_else(|failure| {
        let exit = tell(&failure, terminal);
        reports::of_failure(&cli.command, &cli.global, &failure, terminal);
        exit
    });
    terminal.unsilence();
    exit.into()
}

fn enter(global: &Global) -> Result<(), Failure> {
    match &global.directory {
        Some(directory) => std::env::set_current_dir(directory)
            .map_err(|error| Failure::file("change to", directory, &error)),
        None => Ok(()),
    }
}

fn threads() -> std::io::Result<Runtime> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.worker_threads(2).enable_all().build()
}

fn run(cli: &Cli, terminal: Terminal, runtime: fn() -> std::io::Result<Runtime>) -> Result<Exit, Failure> {
    let global = &cli.global;
    let runtime =
        runtime().map_err(|error| Failure::file("start", std::path::Path::new("the runtime"), &error))?;
    runtime.block_on(async {
        match &cli.command {
            Command::Plan(args) => commands::plan::run(args, global, terminal).await,
            Command::Apply(args) => commands::apply::run(args, global, terminal).await,
            Command::Status(args) => commands::status::run(args, global, terminal).await,
            Command::Drift(args) => Box::pin(commands::drift::run(args, global, terminal)).await,
            Command::Ops(args) => commands::ops::run(args, global, terminal).await,
            Command::Validate(args) => commands::validate::run(args, global, terminal),
            Command::Snapshot(args) => commands::snapshot::run(args, global, terminal).await,
            Command::Show(args) => commands::show::run(args, terminal),
            Command::Explain(args) => commands::explain::run(args, terminal),
            Command::Graph(args) => commands::graph::run(args, global, terminal),
            Command::Completions(args) => commands::completions::run(args, terminal),
            Command::Man(args) => commands::man::run(args, terminal),
            Command::Fmt(args) => commands::fmt::run(args, global, terminal),
            Command::Schema(args) => commands::schema::run(args, global, terminal).await,
            Command::Targets(args) => commands::targets::run(args, global, terminal).await,
            Command::Init(args) => commands::init::run(args, global, terminal).await,
            Command::Simulate(args) => commands::simulate::run(args, global, terminal).await,
            Command::Demo(args) => Box::pin(commands::demo::run(args, global, terminal)).await,
        }
    })
}

/// Shows why a command cannot go on.
fn tell(failure: &Failure, terminal: Terminal) -> Exit {
    if !failure.diagnostics.is_empty() {
        match terminal.format {
            Format::Text => terminal.tell(&failure.diagnostics, &failure.sources),
            Format::Json => {
                let json = report::json::diagnostics(&failure.diagnostics);
                if terminal.result(&json).is_err() {
                    terminal.complain(&json);
                }
            }
        }
    }
    failure.exit
}
