//! Reports beside the text: whatever comes of a command, they are written.

use std::path::{Path, PathBuf};

use model::diagnostic::Diagnostic;
use model::event::ApplySummary;
use model::plan::Plan;
use report::plans::{Plans, messages};
use report::{DriftReport, Surroundings, markdown};

use crate::args::{Command, Global, Report, ReportFormat};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::{discover, files, git};

mod github;

/// What a report is about.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    /// What apply would do.
    Plan(&'a Plan),
    /// The same of several manifests.
    Plans(&'a Plans<'a>),
    /// How it went.
    Apply(&'a Plan, &'a ApplySummary),
    /// What was changed past CloudFormation.
    Drift(&'a DriftReport),
    /// Why a command came to nothing, or what it has to say when all is well.
    Messages(Told<'a>),
}

/// Messages of a command.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// The command's name.
    pub(crate) command: &'static str,
    /// What it says.
    pub(crate) messages: &'a [Diagnostic],
    /// The manifest as their spans name it; empty where they name all files as they are called from here.
    pub(crate) manifest: &'a str,
}

impl About<'_> {
    /// Where it is read: of several manifests, each by itself.
    fn surroundings(&self) -> Vec<Surroundings> {
        match self {
            Self::Plan(plan) | Self::Apply(plan, _) => vec![surroundings(&plan.source.manifest)],
            Self::Plans(plans) => plans.each.iter().map(|one| surroundings(one.manifest)).collect(),
            Self::Drift(drift) => vec![surroundings(&drift.source.manifest)],
            Self::Messages(told) => vec![surroundings(told.manifest)],
        }
    }
}

/// Writes every report that is wanted.
pub(crate) fn write(wanted: &[Report], about: About<'_>, terminal: Terminal) -> Result<(), Failure> {
    if wanted.is_empty() {
        return Ok(());
    }
    let around = about.surroundings();
    for report in wanted {
        match report.format {
            ReportFormat::Github => github::write(about, &around, terminal)?,
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

/// The files of reports; `github` writes into those of the job.
pub(crate) fn files(wanted: &[Report]) -> impl Iterator<Item = &PathBuf> {
    let in_files = wanted.iter().filter(|one| one.format != ReportFormat::Github);
    in_files.map(|one| &one.file)
}

/// Writes what is wanted of a command that failed. A report that cannot be written is told and changes nothing.
pub(crate) fn of_failure(command: &Command, global: &Global, failure: &Failure, terminal: Terminal) {
    if failure.reported {
        return;
    }
    let (command, wanted) = wanted(command);
    let manifest = match global.manifest.as_slice() {
        [] => discover::manifest().unwrap_or_default(),
        [one] => one.clone(),
        _ => PathBuf::new(),
    };
    let about = About::Messages(Told {
        command,
        messages: &failure.diagnostics,
        manifest: &manifest.display().to_string(),
    });
    if let Err(error) = write(wanted, about, terminal) {
        terminal.tell(&error.diagnostics, &error.sources);
    }
}

/// The reports that a command was asked for, and its name.
pub(crate) fn wanted(command: &Command) -> (&'static str, &[Report]) {
    match command {
        Command::Plan(args) => ("plan", &args.reports.report),
        Command::Apply(args) => ("apply", &args.reports.report),
        Command::Drift(args) => ("drift", &args.reports.report),
        Command::Validate(args) => ("validate", &args.reports.report),
        Command::Show(args) => ("show", &args.reports.report),
        _ => ("", &[]),
    }
}

fn text(report: &Report, about: About<'_>, around: &[Surroundings]) -> Option<String> {
    if let About::Plans(plans) = about {
        return of_plans(report, plans, around);
    }
    let (version, around) = (env!("CARGO_PKG_VERSION"), around.first()?);
    Some(match (report.format, about) {
        (ReportFormat::Markdown, About::Plan(plan)) => markdown::plan(plan, around, report.limit),
        (ReportFormat::Markdown, About::Apply(plan, summary)) => {
            markdown::apply(plan, summary, around, report.limit)
        }
        (ReportFormat::Markdown, About::Drift(drift)) => markdown::drift(drift, report.limit),
        (ReportFormat::Markdown, About::Messages(told)) => {
            markdown::messages(told.command, told.messages, around, report.limit)
        }
        (ReportFormat::Html, About::Plan(plan)) => report::html::plan(plan, around),
        (ReportFormat::Html, About::Apply(plan, summary)) => report::html::apply(plan, summary, around),
        (ReportFormat::Html, About::Drift(drift)) => report::html::drift(drift),
        (ReportFormat::Html, About::Messages(told)) => {
            report::html::messages(told.command, told.messages, around)
        }
        (ReportFormat::Json, About::Plan(plan)) => report::json::plan(plan),
        (ReportFormat::Json, About::Apply(_, summary)) => report::json::apply_summary(summary),
        (ReportFormat::Json, About::Drift(drift)) => report::json::drift(drift),
        (ReportFormat::Json, About::Messages(told)) => report::json::diagnostics(told.messages),
        (ReportFormat::Sarif, About::Plan(plan)) => {
            report::sarif::diagnostics(&messages(plan), version, around)
        }
        (ReportFormat::Sarif, About::Messages(told)) => {
            report::sarif::diagnostics(told.messages, version, around)
        }
        (ReportFormat::Gitlab, About::Plan(plan)) => report::gitlab::plan(plan),
        (ReportFormat::Junit, About::Apply(plan, summary)) => report::junit::apply(plan, summary),
        (ReportFormat::Junit, About::Drift(drift)) => report::junit::drift(drift),
        (ReportFormat::Junit, About::Messages(told)) => report::junit::messages(told.command, told.messages),
        (_, About::Plans(_))
        | (ReportFormat::Sarif | ReportFormat::Gitlab | ReportFormat::Github, _)
        | (ReportFormat::Junit, About::Plan(_)) => return None,
    })
}

fn of_plans(report: &Report, plans: &Plans<'_>, around: &[Surroundings]) -> Option<String> {
    match report.format {
        ReportFormat::Markdown => Some(markdown::plans(plans, around, report.limit)),
        ReportFormat::Html => Some(report::html::plans(plans, around)),
        ReportFormat::Json => Some(report::json::plans(plans)),
        ReportFormat::Sarif => Some(report::sarif::plans(plans, env!("CARGO_PKG_VERSION"), around)),
        ReportFormat::Gitlab => report::gitlab::plans(plans),
        ReportFormat::Github | ReportFormat::Junit => None,
    }
}

/// Tells a runner to obey nothing in the log, whatever AWS or a file says there, where it would look: where a report for GitHub
/// is wanted. What is meant for it goes through the terminal that this gives.
pub(crate) fn silence(command: &Command, terminal: Terminal) -> Terminal {
    let (_, wanted) = wanted(command);
    if wanted.iter().any(|one| one.format == ReportFormat::Github) {
        terminal.silenced(github::chance())
    } else {
        terminal
    }
}

/// Where the reports are read, as far as the repository and the job's environment tell.
fn surroundings(manifest: &str) -> Surroundings {
    let directory = Path::new(manifest).parent().unwrap_or(Path::new(""));
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
        manifest: manifest.to_owned(),
        folder: git::folder(directory).unwrap_or_default(),
        files,
        job,
    }
}
