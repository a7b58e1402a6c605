//! Reports beside the text: whatever comes of a command, they are written.

use std::fs::OpenOptions;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};

use model::diagnostic::Diagnostic;
use model::event::ApplySummary;
use model::plan::Plan;
use report::github::Output;
use report::{Surroundings, markdown};

use crate::args::{Command, Global, Report, ReportFormat};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::{files, git};

/// What a report is about.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    /// What apply would do.
    Plan(&'a Plan),
    /// How it went.
    Apply(&'a Plan, &'a ApplySummary),
    /// Why a command came to nothing, or what it has to say when all is well.
    Messages(&'static str, &'a [Diagnostic]),
}

/// Writes every report that is wanted. `directory` is the manifest's.
pub(crate) fn write(
    wanted: &[Report],
    about: About<'_>,
    directory: &Path,
    terminal: Terminal,
) -> Result<(), Failure> {
    if wanted.is_empty() {
        return Ok(());
    }
    let around = surroundings(directory);
    for report in wanted {
        match report.format {
            ReportFormat::Github => github(about, &around, terminal)?,
            _ => {
                // A plan that could not be made has no numbers: then there is no file rather than a wrong one.
                if let Some(text) = text(report, about, &around) {
                    files::publish(&report.file, &text)?;
                }
            }
        }
    }
    Ok(())
}

/// Writes what is wanted of a command that failed. A report that cannot be written is told and changes nothing.
pub(crate) fn of_failure(command: &Command, global: &Global, failure: &Failure, terminal: Terminal) {
    if failure.reported {
        return;
    }
    let (name, wanted) = wanted(command);
    let directory = global.manifest.as_deref().and_then(Path::parent);
    let about = About::Messages(name, &failure.diagnostics);
    let written = write(wanted, about, directory.unwrap_or(Path::new("")), terminal);
    if let Err(error) = written {
        let width = terminal.width_of_talk();
        terminal.complain(&report::text::diagnostics(
            &error.diagnostics,
            &error.sources,
            width,
        ));
    }
}

/// The reports that a command was asked for, and its name.
pub(crate) fn wanted(command: &Command) -> (&'static str, &[Report]) {
    match command {
        Command::Plan(args) => ("plan", &args.reports.report),
        Command::Apply(args) => ("apply", &args.reports.report),
        Command::Validate(args) => ("validate", &args.reports.report),
        Command::Show(args) => ("show", &args.reports.report),
        _ => ("", &[]),
    }
}

fn text(report: &Report, about: About<'_>, around: &Surroundings) -> Option<String> {
    let version = env!("CARGO_PKG_VERSION");
    Some(match (report.format, about) {
        (ReportFormat::Markdown, About::Plan(plan)) => markdown::plan(plan, around, report.limit),
        (ReportFormat::Markdown, About::Apply(plan, summary)) => {
            markdown::apply(plan, summary, around, report.limit)
        }
        (ReportFormat::Markdown, About::Messages(command, messages)) => {
            markdown::messages(command, messages, around, report.limit)
        }
        (ReportFormat::Html, About::Plan(plan)) => report::html::plan(plan, around),
        (ReportFormat::Html, About::Apply(plan, summary)) => report::html::apply(plan, summary, around),
        (ReportFormat::Html, About::Messages(command, messages)) => {
            report::html::messages(command, messages, around)
        }
        (ReportFormat::Json, About::Plan(plan)) => report::json::plan(plan),
        (ReportFormat::Json, About::Apply(_, summary)) => report::json::apply_summary(summary),
        (ReportFormat::Json, About::Messages(_, messages)) => report::json::diagnostics(messages),
        (ReportFormat::Sarif, About::Plan(plan)) => {
            report::sarif::diagnostics(&messages_of(plan), version, around)
        }
        (ReportFormat::Sarif, About::Messages(_, messages)) => {
            report::sarif::diagnostics(messages, version, around)
        }
        (ReportFormat::Gitlab, About::Plan(plan)) => report::gitlab::plan(plan),
        (ReportFormat::Junit, About::Apply(plan, summary)) => report::junit::apply(plan, summary),
        (ReportFormat::Junit, About::Messages(_, messages)) => report::junit::messages(messages),
        (ReportFormat::Sarif | ReportFormat::Gitlab | ReportFormat::Github, _)
        | (ReportFormat::Junit, About::Plan(_)) => return None,
    })
}

/// What is wrong with a plan and what holds it.
fn messages_of(plan: &Plan) -> Vec<Diagnostic> {
    let holds = plan.holds.iter().map(|hold| &hold.diagnostic);
    plan.diagnostics.iter().chain(holds).cloned().collect()
}

/// Annotations go to the log, the rest to the files that the job names.
fn github(about: About<'_>, around: &Surroundings, terminal: Terminal) -> Result<(), Failure> {
    let limit = markdown::STEP_SUMMARY;
    let (messages, outputs, summary): (Vec<Diagnostic>, Vec<Output>, String) = match about {
        About::Plan(plan) => (
            messages_of(plan),
            report::github::plan_outputs(plan),
            markdown::plan(plan, around, limit),
        ),
        About::Apply(plan, summary) => (
            report::github::failures(summary),
            report::github::apply_outputs(summary),
            markdown::apply(plan, summary, around, limit),
        ),
        About::Messages(command, messages) => (
            messages.to_vec(),
            vec![(
                "result",
                if messages.iter().any(Diagnostic::is_error) {
                    "error"
                } else {
                    "ok"
                }
                .to_owned(),
            )],
            markdown::messages(command, messages, around, limit),
        ),
    };
    let annotations = report::github::annotations(&messages, around);
    if !annotations.is_empty() {
        terminal.command(&annotations);
    }
    append("GITHUB_STEP_SUMMARY", &summary)?;
    append(
        "GITHUB_OUTPUT",
        &report::github::output_file(&outputs, &format!("stackfleet-{:032x}", chance())),
    )
}

/// Adds to a file that the environment names; elsewhere than in a job there is none.
fn append(variable: &str, text: &str) -> Result<(), Failure> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = PathBuf::from(path);
    let failed = |error: std::io::Error| Failure::file("write", &path, &error);
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// A number that nobody could have known before: the system's chance, as it keys every hash table of this process.
fn chance() -> u128 {
    let half = || u128::from(RandomState::new().build_hasher().finish());
    (half() << 64) | half()
}

/// Tells a runner to obey nothing in the log, whatever AWS or a file says there, where it would look: where a report for GitHub
/// is wanted. What is meant for it goes through the terminal that this gives.
pub(crate) fn silence(command: &Command, terminal: Terminal) -> Terminal {
    let (_, wanted) = wanted(command);
    if wanted.iter().any(|one| one.format == ReportFormat::Github) {
        terminal.silenced(chance())
    } else {
        terminal
    }
}

/// Where the reports are read, as far as the repository and the job's environment tell.
fn surroundings(directory: &Path) -> Surroundings {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let on_github = || {
        let repository = format!(
            "{}/{}",
            variable("GITHUB_SERVER_URL")?,
            variable("GITHUB_REPOSITORY")?
        );
        let files = format!("{repository}/blob/{}/", variable("GITHUB_SHA")?);
        let job = format!("{repository}/actions/runs/{}", variable("GITHUB_RUN_ID")?);
        Some((files, job))
    };
    let on_gitlab = || {
        let files = format!(
            "{}/-/blob/{}/",
            variable("CI_PROJECT_URL")?,
            variable("CI_COMMIT_SHA")?
        );
        Some((files, variable("CI_JOB_URL")?))
    };
    let (files, job) = on_github().or_else(on_gitlab).unzip();
    Surroundings {
        folder: git::folder(directory).unwrap_or_default(),
        files,
        job,
    }
}
