//! `stackfleet show`: a saved plan, stale or not, and how it was applied.

use std::path::Path;

use model::diagnostic::{Diagnostic, Sources};
use model::event::ApplySummary;
use model::plan::Plan;
use model::plan_file;
use report::json::NotASummary;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::reports::{self, About};
use crate::show_plan;
use crate::terminal::Terminal;

/// Reads the files and shows what is in them.
pub(crate) fn run(args: &args::Show, terminal: Terminal) -> Result<Exit, Failure> {
    match &args.applied {
        Some(report) => applied(args, report, terminal),
        None => one(args, terminal),
    }?;
    Ok(Exit::Done)
}

/// A plan, or a report of an apply without its plan.
fn one(args: &args::Show, terminal: Terminal) -> Result<(), Failure> {
    let text = files::read(&args.file)?;
    match report::json::read_apply_summary(&text) {
        Ok(summary) => return alone(&summary, args, terminal),
        Err(NotASummary::AnotherDocument(_)) => {}
        Err(error) => return Err(no_report(&args.file, &error)),
    }
    let plan = saved(args, &text)?;
    reports::write(&args.reports.report, About::Plan(&plan), terminal)?;
    match terminal.format {
        Format::Text => show_plan::text(&plan, &Sources::new(), args.diff, None, terminal),
        Format::Json => terminal.result(&report::json::plan(&plan)),
    }
}

/// How a plan was applied, in every format that an apply can be told in.
fn applied(args: &args::Show, report: &Path, terminal: Terminal) -> Result<(), Failure> {
    let plan = saved(args, &files::read(&args.file)?)?;
    let summary = report::json::read_apply_summary(&files::read(report)?);
    let summary = summary.map_err(|error| no_report(report, &error))?;
    if summary.digest != plan.digest {
        let (file, plan_file) = (files::shown(report), files::shown(&args.file));
        let message = format!("`{file}` is the report of another plan than `{plan_file}`");
        let (of, has) = (summary.digest.short(), plan.digest.short());
        let told = Diagnostic::error("E0053", message)
            .note(format!("the report is of {of}, the plan is {has}"))
            .help(format!("show it alone: stackfleet show {file}"));
        return Err(told.into());
    }
    reports::write(&args.reports.report, About::Apply(&plan, &summary), terminal)?;
    terminal.result(&show_plan::applied(&summary, &plan.account_names, &[], terminal))
}

/// Accounts have their names in the plan, so here they have none, and there is nothing to make other reports from.
fn alone(summary: &ApplySummary, args: &args::Show, terminal: Terminal) -> Result<(), Failure> {
    if !args.reports.report.is_empty() {
        let file = files::shown(&args.file);
        let message = "--report does nothing here: a report alone does not say what was planned";
        let help = format!("name its plan too: stackfleet show plan.json {file} --report …");
        return Err(Diagnostic::error("E0011", message).help(help).into());
    }
    terminal.result(&show_plan::applied(summary, &report::Names::new(), &[], terminal))
}

/// Only apply is stopped by a changed byte; here it is a file that cannot be shown.
fn saved(args: &args::Show, text: &str) -> Result<Plan, Failure> {
    opened(&args.file, text).map_err(|failure| failure.with_exit(Exit::Error))
}

fn no_report(path: &Path, error: &NotASummary) -> Failure {
    let message = format!("`{}` is no report of an apply", files::shown(path));
    Diagnostic::error("E0053", message)
        .note(error.to_string())
        .help("name the file that `apply` wrote because of `--report json=FILE`")
        .into()
}

/// The plan in a file. A changed byte is refused before anything is called (exit 5).
pub(crate) fn open(path: &Path) -> Result<Plan, Failure> {
    opened(path, &files::read(path)?)
}

fn opened(path: &Path, text: &str) -> Result<Plan, Failure> {
    plan_file::open(text).map_err(|error| {
        let message = format!("`{}` is not a plan as it was saved", path.display());
        let diagnostic = Diagnostic::error("E0710", message)
            .note(error.to_string())
            .note("nothing was changed")
            .help("plan again and have it reviewed: stackfleet plan --out plan.json");
        Failure::from(diagnostic).with_exit(Exit::Stale)
    })
}
