//! `stackfleet plan`: show what apply would do.

use std::path::Path;

use model::observed::Observed;
use model::plan::{Plan, PlanResult};
use model::plan_file;

use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::pipeline::{self, Read};
use crate::plan_selection;
use crate::reports::{self, About};
use crate::show_plan;
use crate::snapshot;
use crate::terminal::Terminal;

mod several;

/// Reads, observes, plans, shows, and saves when asked.
pub(crate) async fn run(args: &args::Plan, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    if global.manifest.len() > 1 {
        return several::run(args, global, terminal).await;
    }
    let (read, observed) = match &args.snapshot {
        Some(file) => recorded(file, args, global, terminal)?,
        None => live(args, global, terminal).await?,
    };
    let selection = plan_selection::of(&args.selection, &read.desired, &observed)?;
    let mut plan = pipeline::plan_selected(&read, &observed, &selection);
    if args.snapshot.is_some() {
        snapshot::mark(&mut plan);
    }
    if let Some(path) = &args.out {
        save(&plan, path)?;
    }
    reports::write(&args.reports.report, About::Plan(&plan), terminal)?;
    let saved = args.out.as_deref();
    match terminal.format {
        Format::Text => show_plan::text(&plan, &read.sources, args.diff, saved, terminal),
        Format::Json => terminal.result(&report::json::plan(&plan)),
    }?;
    Ok(exit(&plan, args))
}

async fn live(args: &args::Plan, global: &Global, terminal: Terminal) -> Result<(Read, Observed), Failure> {
    let (mut read, session) = pipeline::open(global, terminal).await?;
    read.request.deep = args.deep;
    let observed = pipeline::observe(&read, &session).await?;
    session.close()?;
    Ok((read, observed))
}

/// Without AWS: as it was when the snapshot was recorded.
fn recorded(
    file: &Path,
    args: &args::Plan,
    global: &Global,
    terminal: Terminal,
) -> Result<(Read, Observed), Failure> {
    let mut read = pipeline::read(global.one_manifest())?;
    read.request.deep = args.deep;
    let observed = snapshot::observed(file, &read, terminal)?;
    Ok((read, observed))
}

fn save(plan: &Plan, path: &Path) -> Result<(), Failure> {
    let text =
        plan_file::seal(plan).map_err(|error| Failure::file("write", path, &std::io::Error::other(error)))?;
    files::replace(path, &text)
}

/// An error beats a block, a block beats changes.
fn exit(plan: &Plan, args: &args::Plan) -> Exit {
    match plan.result {
        PlanResult::Error => Exit::Error,
        PlanResult::Blocked if !args.allow_blocked => Exit::Blocked,
        PlanResult::Blocked | PlanResult::Changes if args.detailed_exitcode => Exit::Changes,
        PlanResult::NoChanges if args.detailed_exitcode && is_open(plan) => Exit::Changes,
        PlanResult::Blocked | PlanResult::Changes | PlanResult::NoChanges => Exit::Done,
    }
}

/// While an operation runs, or where AWS does not work (W0422), nobody can say that AWS is as the manifest says.
fn is_open(plan: &Plan) -> bool {
    plan.is_busy() || plan.diagnostics.iter().any(|told| told.code == "W0422")
}
