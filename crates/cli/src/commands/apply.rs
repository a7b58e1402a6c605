//! `stackfleet apply`: carry out a saved plan, an approved one, or a fresh one after asking.

use std::path::Path;
use std::time::Duration;

use model::diagnostic::Sources;
use model::event::{ApplyResult, ApplySummary, InstanceCounts};
use model::plan::{Plan, PlanResult, Selection};
use planner::Limits;

mod expiry;
mod files_now;
mod idle;
mod rest;
mod still;

pub(crate) use idle::busy;
use idle::observe_idle;

use crate::args::{self, Diff, Format, Global, OnFailure};
use crate::commands::{approval, show};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::pipeline;
use crate::profiles;
use crate::progress::{Listener, only_tells};
use crate::reports::{self, About};
use crate::session::{Place, Session};
use crate::show_plan;
use crate::terminal::Terminal;

/// How long a run without a terminal waits for the operations of others.
pub(crate) const PATIENCE: Duration = Duration::from_mins(15);

/// Gets a plan that somebody agreed to, and carries it out.
pub(crate) async fn run(args: &args::Apply, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    match &args.plan {
        Some(path) => saved(path, args, global, terminal).await,
        None => fresh(args, global, terminal).await,
    }
}

/// A saved plan was reviewed; on a terminal it is asked for once more.
async fn saved(
    path: &Path,
    args: &args::Apply,
    global: &Global,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let mut plan = show::open(path)?;
    crate::snapshot::refuse(&plan)?;
    files_now::compare(&plan, args.strict, terminal)?;
    break_glass(&mut plan, args, terminal);
    check(&plan, &Sources::new(), terminal)?;
    match &args.approved {
        Some(approved) => approval::compare(&plan, approved)?,
        None => approval::after_rollback(&plan)?,
    }
    let directory = home(&plan, path);
    profiles::check(global, [&plan.scope.admin_account])?;
    let place = Place::of_plan(&plan).with(&global.profile);
    let session = Session::open(global, directory, &place, terminal).await?;
    terminal.say(&format!("{}: digest {}", files::shown(path), plan.digest.short()));
    terminal.say(&show_plan::totals(&plan));
    let agreed = args.auto_approve || args.approved.is_some();
    if terminal.can_ask() && !agreed && plan.result == PlanResult::Changes {
        still::tell(&plan, &session, terminal).await;
        approval::ask(&plan, terminal)?;
    }
    finish(&plan, &session, args, terminal).await
}

/// A freeze does not count for whoever gives a reason.
fn break_glass(plan: &mut Plan, args: &args::Apply, terminal: Terminal) {
    if args.break_glass.is_some() && !planner::break_glass(plan) {
        terminal.say("--break-glass: the plan is not held by a freeze");
    }
}

/// Where the plan's manifest is, as for the command that made the plan; beside the plan when it came here without its manifest.
fn home<'a>(plan: &'a Plan, path: &'a Path) -> &'a Path {
    let manifest = Path::new(&plan.source.manifest);
    let named = if manifest.is_file() { manifest } else { path };
    named.parent().unwrap_or(Path::new(""))
}

/// A fresh plan waits for what still runs, and needs a yes.
async fn fresh(args: &args::Apply, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let (mut read, session) = pipeline::open(global, terminal).await?;
    read.request.deep = args.deep;
    let observed = observe_idle(&read, &session, args, terminal).await?;
    let limits = Limits {
        parallel: usize::from(args.parallel),
        ..Limits::default()
    };
    let selection = Selection {
        only: args.only.map(Into::into),
        ..Selection::default()
    };
    let mut plan = pipeline::plan_within(&read, &observed, &selection, &limits);
    if terminal.format == Format::Text {
        show_plan::text(&plan, &read.sources, Diff::Auto, None, terminal)?;
    }
    break_glass(&mut plan, args, terminal);
    if let Err(failure) = check(&plan, &read.sources, terminal) {
        reports::write(&args.reports.report, About::Plan(&plan), terminal)?;
        return Err(failure.reported());
    }
    if let Some(approved) = args.approved.as_ref().filter(|_| args.only.is_some()) {
        // Accounts that joined since are nothing that is done again.
        approval::compare(&plan, approved)?;
    } else if let Some(approved) = &args.approved {
        approval::compare_fresh(&plan, (&read, &observed), approved, args.accept, terminal)?;
    } else {
        approval::after_rollback(&plan)?;
        if plan.result == PlanResult::Changes && !args.auto_approve {
            approval::ask(&plan, terminal)?;
        }
    }
    finish(&plan, &session, args, terminal).await
}

/// A plan with errors or holds is never carried out.
fn check(plan: &Plan, sources: &Sources, terminal: Terminal) -> Result<(), Failure> {
    let exit = match plan.result {
        PlanResult::Changes | PlanResult::NoChanges => return Ok(()),
        PlanResult::Blocked => Exit::Blocked,
        PlanResult::Error => Exit::Error,
    };
    let errors = plan.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let holds = plan.holds.iter().map(|hold| &hold.diagnostic);
    // Text output has shown them with the plan already.
    let shown = terminal.format == Format::Text && !sources.is_empty();
    let diagnostics = if shown {
        Vec::new()
    } else {
        errors.chain(holds).cloned().collect()
    };
    Err(Failure::of_files(diagnostics, sources.clone()).with_exit(exit))
}

async fn finish(
    plan: &Plan,
    session: &Session,
    args: &args::Apply,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    if plan.result == PlanResult::NoChanges {
        return nothing_to_do(plan, args, terminal);
    }
    let options = executor::Options {
        parallel: usize::from(args.parallel),
        wait: args.wait.unwrap_or(PATIENCE),
        on_failure: match args.on_failure {
            OnFailure::StopStep => executor::OnFailure::StopStep,
            OnFailure::StopAll => executor::OnFailure::StopAll,
            OnFailure::Continue => executor::OnFailure::Continue,
        },
        approved: args.approve_stage.iter().cloned().collect(),
        approved_plan: args.approved.is_some(),
        detach: args.detach,
        break_glass: args.break_glass.clone(),
    };
    let secrets = pipeline::secrets(plan, session).await?;
    expiry::tell(plan, session, terminal).await;
    let mut listener = Listener::new(plan, args.events.as_deref(), args.heartbeat, terminal)?;
    let rest = rest::plan(plan, args.deep, session);
    let summary = pipeline::carry_out(plan, &secrets, session, &options, &mut listener, rest).await;
    listener.close();
    session.close()?;
    // What was done in AWS decides the exit code, not whether it could be shown.
    let mut written = Vec::new();
    only_tells(|| written = report(&summary, plan, args, terminal));
    only_tells(|| tell(&summary, plan, &written, terminal));
    Ok(Exit::of_apply(summary.exit_code))
}

/// Writes the reports and says which files there are. What was done in AWS decides the exit code, not whether somebody could read of
/// it.
fn report(summary: &ApplySummary, plan: &Plan, args: &args::Apply, terminal: Terminal) -> Vec<String> {
    let about = About::Apply(plan, summary);
    let reports = &args.reports.report;
    let events = args.events.iter().filter(|file| file.as_os_str() != "-");
    match reports::write(reports, about, terminal) {
        Ok(()) => reports::files(reports)
            .chain(events)
            .map(|file| files::shown(file))
            .collect(),
        Err(failure) => {
            terminal.tell(&failure.diagnostics, &failure.sources);
            events.map(|file| files::shown(file)).collect()
        }
    }
}

/// Programs get a summary in any case; people have read "No changes" with a fresh plan.
fn nothing_to_do(plan: &Plan, args: &args::Apply, terminal: Terminal) -> Result<Exit, Failure> {
    let summary = ApplySummary {
        digest: plan.digest.clone(),
        result: ApplyResult::NoChanges,
        exit_code: ApplyResult::NoChanges.exit_code(),
        operations: Vec::new(),
        instances: InstanceCounts::default(),
        seconds: 0,
        causes: Vec::new(),
        secrets_sent: Vec::new(),
        break_glass: None,
        remaining_digest: None,
        remaining: std::collections::BTreeMap::new(),
        recreate: Vec::new(),
    };
    report(&summary, plan, args, terminal);
    match terminal.format {
        Format::Json => terminal.result(&report::json::apply_summary(&summary))?,
        Format::Text if args.plan.is_some() => terminal.result("No changes: this plan does nothing.")?,
        Format::Text => {}
    }
    Ok(Exit::Done)
}

fn tell(summary: &ApplySummary, plan: &Plan, written: &[String], terminal: Terminal) {
    let told = show_plan::applied(summary, &plan.account_names, written, terminal);
    // What was done in AWS decides the exit code, not whether somebody could read of it.
    if terminal.result(&told).is_err() {
        terminal.complain(&told);
    }
}
