//! `stackfleet plan -m a.toml -m b.toml`: the plans of several manifests as one result.
//!
//! All are read before AWS is asked, and AWS is read for all of them side by side. A manifest for which that fails does not hide the
//! plans of the others.

use futures_util::future::join_all;
use model::observed::Observed;
use model::plan::Plan;
use report::plans::{PlanOf, Plans, messages};

use super::exit;
use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifests::{self, from_here};
use crate::pipeline::{self, Read};
use crate::plan_selection;
use crate::profiles;
use crate::reports::{self, About};
use crate::session::{Place, Session};
use crate::show_plan;
use crate::snapshot;
use crate::terminal::Terminal;

/// What came of one manifest.
type Planned<'r> = (&'r Read, Result<Plan, Failure>);

pub(super) async fn run(args: &args::Plan, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let mut reads = manifests::read(&global.manifest)?;
    profiles::check(
        global,
        reads.iter().map(|read| &read.desired.aws.admin_account.value),
    )?;
    for read in &mut reads {
        read.request.deep = args.deep;
    }
    let observed = match &args.snapshot {
        Some(file) => reads
            .iter()
            .map(|read| snapshot::observed(file, read, terminal))
            .collect(),
        None => live(&reads, global, terminal).await,
    };
    let planned = plan(&reads, observed, args)?;
    let each: Vec<PlanOf<'_>> = planned.iter().map(told).collect();
    let plans = Plans { each: &each };
    reports::write(&args.reports.report, About::Plans(&plans), terminal)?;
    match terminal.format {
        Format::Text => show(&planned, &plans, args, terminal),
        Format::Json => terminal.result(&report::json::plans(&plans)),
    }?;
    let exits = planned.iter().map(|(_, plan)| match plan {
        Ok(plan) => exit(plan, args),
        Err(failure) => failure.exit,
    });
    Ok(exits.max_by_key(|exit| severity(*exit)).unwrap_or(Exit::Done))
}

/// What AWS has for each, or why that is not known.
async fn live(reads: &[Read], global: &Global, terminal: Terminal) -> Vec<Result<Observed, Failure>> {
    let mut sessions: Vec<Result<Session, Failure>> = Vec::new();
    for read in reads {
        let session = connect(read, reads, &sessions, global, terminal).await;
        sessions.push(session);
    }
    let observed = reads.iter().zip(sessions).map(async |(read, session)| {
        let session = session?;
        let observed = pipeline::observe(read, &session).await?;
        session.close()?;
        Ok(observed)
    });
    join_all(observed).await
}

/// A world that an earlier manifest of the same directory keeps is open already. Where AWS is, is said once.
async fn connect(
    read: &Read,
    reads: &[Read],
    earlier: &[Result<Session, Failure>],
    global: &Global,
    terminal: Terminal,
) -> Result<Session, Failure> {
    let place = Place::of_manifest(&read.desired).with(&global.profile);
    let mut beside = reads
        .iter()
        .zip(earlier)
        .filter(|(other, _)| other.is_beside(read));
    let world = beside.find_map(|(_, session)| session.as_ref().ok()?.world());
    if let Some(world) = world {
        return Session::simulated(world, &place).await;
    }
    let terminal = match (&global.simulate, earlier) {
        (Some(_), _) | (None, []) => terminal,
        _ => terminal.quietly(),
    };
    Session::open(global, &read.directory, &place, terminal).await
}

/// A plan for each that could be observed. A name that means nothing in any of them is a mistake of the whole command.
fn plan<'r>(
    reads: &'r [Read],
    observed: Vec<Result<Observed, Failure>>,
    args: &args::Plan,
) -> Result<Vec<Planned<'r>>, Failure> {
    let sides = reads.iter().zip(&observed);
    let sides: Vec<_> = sides
        .map(|(read, observed)| (&read.desired, observed.as_ref().ok()))
        .collect();
    let selections = match plan_selection::of_each(&args.selection, &sides) {
        Ok(selections) => selections,
        Err(unknown) => {
            let failed = reads.iter().zip(observed);
            let failed = failed.filter_map(|(read, observed)| Some(named(read, observed.err()?)));
            return Err(manifests::together(failed.chain([unknown]).collect()));
        }
    };
    let planned = reads.iter().zip(observed).zip(selections);
    let planned = planned.map(|((read, observed), selection)| {
        let plan = observed.map(|observed| {
            let mut plan = pipeline::plan_selected(read, &observed, &selection.unwrap_or_default());
            if args.snapshot.is_some() {
                snapshot::mark(&mut plan);
            }
            plan
        });
        (read, plan)
    });
    Ok(planned.collect())
}

fn told<'p>((read, plan): &'p Planned<'_>) -> PlanOf<'p> {
    PlanOf {
        manifest: &read.desired.manifest,
        project: &read.desired.project.value,
        plan: plan.as_ref().map_err(|failure| failure.diagnostics.as_slice()),
    }
}

/// Each below its manifest's name, then what they come to. Messages name files as they are called from here.
fn show(
    planned: &[Planned<'_>],
    plans: &Plans<'_>,
    args: &args::Plan,
    terminal: Terminal,
) -> Result<(), Failure> {
    let width = terminal.width();
    for (at, (read, plan)) in planned.iter().enumerate() {
        let manifest = &read.desired.manifest;
        terminal.result(&report::text::plan_heading(
            manifest,
            at + 1,
            planned.len(),
            width,
        ))?;
        let messages = match plan {
            Ok(plan) => messages(plan),
            Err(failure) => failure.diagnostics.clone(),
        };
        let errors = messages.iter().filter(|one| one.is_error()).count() as u64;
        let messages = named(read, Failure::of_files(messages, read.sources.clone()));
        terminal.tell(&messages.diagnostics, &messages.sources);
        match plan {
            Ok(plan) => show_plan::alone(plan, args.diff, None, terminal)?,
            Err(_) => terminal.result(&report::text::no_plan(errors, width))?,
        }
    }
    terminal.result(&report::text::together(plans, width))
}

fn named(read: &Read, failure: Failure) -> Failure {
    from_here(read.desired.manifest.as_ref(), failure)
}

/// An error beats a block, a block beats changes.
fn severity(exit: Exit) -> u8 {
    match exit {
        Exit::Done => 0,
        Exit::Changes => 1,
        Exit::Blocked => 2,
        _ => 3,
    }
}
