//! `stackfleet drift`: what was changed past CloudFormation, as AWS's drift detection found it.
//!
//! Without `--refresh` nothing is started; `refresh` starts detections and waits for them.

mod refresh;

use std::collections::{BTreeMap, BTreeSet};

use model::desired::Desired;
use model::drift::DriftReading;
use model::ids::{StackSetId, StackSetName};
use model::observed::Observed;
use report::DriftReport;

use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline::{self, Read};
use crate::refusal;
use crate::reports::{self, About};
use crate::selection::chosen;
use crate::session::Session;
use crate::terminal::Terminal;

/// Observes, detects when asked to, reads what was found, and tells what the next plan makes of it.
pub(crate) async fn run(args: &args::Drift, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let (read, session) = pipeline::open(global, terminal).await?;
    let names: BTreeSet<String> = read.desired.stack_sets.keys().cloned().collect();
    let wanted = chosen(&args.stack_sets, &names, "StackSet")?;
    let mut observed = pipeline::observe(&read, &session).await?;
    let mut ended = Exit::Done;
    if args.refresh {
        ended = refresh::run(args, (&read, &observed), &session, &wanted, terminal).await?;
        if matches!(ended, Exit::Interrupted | Exit::Terminated) {
            session.close()?;
            return Ok(ended);
        }
        observed = pipeline::observe(&read, &session).await?;
    }
    let readings = found(&read, &session, &there(&read.desired, &observed, &wanted)).await?;
    session.close()?;
    let plan = pipeline::plan(&read, &observed);
    let report = DriftReport::of(&read.desired, &observed, &readings, &plan, |name| {
        wanted.contains(name)
    });
    reports::write(&args.reports.report, About::Drift(&report), terminal)?;
    match terminal.format {
        Format::Text => terminal.result(&report::text::drift(&report, terminal.width())),
        Format::Json => terminal.result(&report::json::drift(&report)),
    }?;
    Ok(match ended {
        Exit::Done if args.detailed_exitcode && report.is_drifted() => Exit::Changes,
        ended => ended,
    })
}

/// The chosen StackSets that AWS has.
fn there(
    desired: &Desired,
    observed: &Observed,
    wanted: &BTreeSet<String>,
) -> BTreeMap<StackSetName, StackSetId> {
    let sets = desired
        .stack_sets
        .iter()
        .filter(|(name, _)| wanted.contains(*name));
    let found = sets.filter_map(|(_, set)| {
        let live = observed.stack_sets.get(&set.aws_name)?;
        Some((set.aws_name.clone(), live.id.clone()))
    });
    found.collect()
}

async fn found(
    read: &Read,
    session: &Session,
    sets: &BTreeMap<StackSetName, StackSetId>,
) -> Result<BTreeMap<StackSetName, DriftReading>, Failure> {
    let readings = Box::pin(session.aws.drifts(sets)).await;
    readings.map_err(|error| refusal::of_observation(&error, read))
}
