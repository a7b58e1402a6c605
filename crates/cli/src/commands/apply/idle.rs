//! Before a fresh plan: what still runs on our StackSets comes to its end first.

use std::time::Duration;

use model::diagnostic::Diagnostic;
use model::ids::{OperationId, StackSetId};
use model::observed::Observed;
use report::status::LastOperation;

use super::PATIENCE;
use crate::args;
use crate::at_work;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline::{self, Read};
use crate::session::Session;
use crate::terminal::Terminal;

/// Observes, waits for what runs on our StackSets, and observes again, until nothing runs.
pub(super) async fn observe_idle(
    read: &Read,
    session: &Session,
    args: &args::Apply,
    terminal: Terminal,
) -> Result<Observed, Failure> {
    loop {
        let observed = pipeline::observe(read, session).await?;
        let running = running(&observed);
        let Some((name, id, operation)) = running.first() else {
            return Ok(observed);
        };
        let told = told(&observed, (id, operation), session).await;
        let wait = match args.wait {
            Some(wait) => wait,
            None if terminal.can_ask() => ask_to_wait(name, (operation, &told), terminal)?,
            None => PATIENCE,
        };
        terminal.say(&format!(
            "{name}: {told}; waiting for it (up to {}), id {operation}",
            args::in_words(wait)
        ));
        if !executor::wait_for_running(session.operate(), session.clock.clone(), &running, wait).await {
            let told = self::told(&observed, (id, operation), session).await;
            return Err(busy(name, (operation.as_str(), Some(&told)), "apply"));
        }
    }
}

fn running(observed: &Observed) -> Vec<(String, StackSetId, OperationId)> {
    let all = observed.stack_sets.iter();
    all.flat_map(|(name, set)| {
        set.running
            .iter()
            .map(|operation| (name.to_string(), set.id.clone(), operation.id.clone()))
    })
    .collect()
}

/// `update running for 34 min, 96 of 408 instances done` at this moment, as far as AWS says.
async fn told(
    observed: &Observed,
    (set, operation): (&StackSetId, &OperationId),
    session: &Session,
) -> String {
    let mut running = observed.stack_sets.values().flat_map(|set| &set.running);
    let Some(found) = running.find(|one| one.id == *operation) else {
        return "an operation".to_owned();
    };
    let mut found = LastOperation::of(found, session.clock.now());
    found.progress = at_work::of_one(set, operation, session).await;
    report::text::operation_at_work(&found)
}

fn ask_to_wait(
    name: &str,
    (operation, told): (&OperationId, &str),
    terminal: Terminal,
) -> Result<Duration, Failure> {
    let question = format!("{name}: {told}. Wait for it? [Y/n]");
    match terminal.ask(&question).as_deref() {
        Some("" | "y" | "Y" | "yes") => Ok(PATIENCE),
        _ => Err(busy(name, (operation.as_str(), Some(told)), "apply")),
    }
}

/// Another operation holds the StackSet, and the command has waited for it as long as it may. `told` is what else is known of it.
pub(crate) fn busy(name: &str, (operation, told): (&str, Option<&str>), command: &str) -> Failure {
    let told = told.map(|told| format!(" ({told})")).unwrap_or_default();
    let diagnostic = Diagnostic::error("E0702", format!("`{name}` has an operation in progress"))
        .note(format!(
            "operation {operation}{told} holds the StackSet; AWS runs one at a time; nothing was changed"
        ))
        .help(format!(
            "watch it: stackfleet ops watch {operation}\nwait for it longer: stackfleet {command} --wait 2h"
        ));
    Failure::from(diagnostic).with_exit(Exit::Stale)
}
