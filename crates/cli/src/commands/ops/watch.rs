//! `stackfleet ops watch`: until they are over, with a line whenever something happened.

use std::sync::Arc;

use executor::Watched;
use model::call::InstanceResult;
use model::observed::OperationStatus;
use report::text::WatchLines;
use report::{Names, OperationReport};
use tokio::task::JoinSet;

use super::find::{Door, Found, misunderstood};
use super::show;
use crate::args::{Global, OpsWatch};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Watches one operation, or all that run, side by side.
pub(super) async fn run(args: &OpsWatch, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let door = Door::open(global, terminal).await?;
    let watched = match &args.operation {
        Some(typed) => vec![door.one(typed).await?],
        None => running(&door).await?,
    };
    if watched.is_empty() {
        terminal.say("nothing runs: no operation of the manifest's StackSets is at work");
    }
    let reports = until_over(&door, watched, terminal).await?;
    door.session.close()?;
    for report in &reports {
        show::tell(report, terminal)?;
    }
    let well = reports.iter().all(is_well);
    Ok(if well { Exit::Done } else { Exit::Incomplete })
}

async fn running(door: &Door) -> Result<Vec<Found>, Failure> {
    let mut found = door.operations(&door.all()).await?;
    found.retain(|found| !found.operation.status.is_terminal());
    Ok(found)
}

/// A success of AWS with failed instances in it is none.
fn is_well(report: &OperationReport) -> bool {
    let one = &report.operation;
    let failed = one.failed_instances + report.instances.failed + report.instances.cancelled;
    one.status == OperationStatus::Succeeded && failed == 0
}

async fn until_over(
    door: &Door,
    watched: Vec<Found>,
    terminal: Terminal,
) -> Result<Vec<OperationReport>, Failure> {
    // Names are read once, before anything is told, so that a failure has its account's name at once.
    let names = if watched.is_empty() {
        Names::new()
    } else {
        door.account_names().await
    };
    let mut watching = JoinSet::new();
    for found in watched {
        let (aws, clock) = (door.session.operate(), Arc::clone(&door.session.clock));
        let mut lines = WatchLines::new(found.row(), names.clone());
        watching.spawn(async move {
            let place = (&found.set.id, &found.operation.id);
            let end = executor::watch(aws.as_ref(), clock.as_ref(), place, |seen: &Watched| {
                for line in lines.hear(clock.now(), &seen.operation, &seen.results) {
                    terminal.say(&line);
                }
            });
            let end = end.await;
            (found, end)
        });
    }
    let mut reports = Vec::new();
    while let Some(done) = watching.join_next().await {
        let Ok((mut found, end)) = done else {
            return Err(door.refuse(misunderstood("DescribeStackSetOperation")));
        };
        let end: Watched = end.map_err(|error| door.refuse(error))?;
        found.operation = end.operation;
        reports.push(report(door, &found, &end.results, &names));
    }
    reports.sort_by(|one, two| one.operation.stack_set.cmp(&two.operation.stack_set));
    Ok(reports)
}

fn report(door: &Door, found: &Found, results: &[InstanceResult], names: &Names) -> OperationReport {
    let now = door.session.clock.now();
    OperationReport::new(found.row(), results, names.clone(), now)
}
