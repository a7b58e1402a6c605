//! Before a fresh plan: what still runs on our StackSets comes to its end first.

use std::time::Duration;

use model::diagnostic::Diagnostic;
use model::ids::{OperationId, StackSetId};
use model::observed::Observed;

use super::PATIENCE;
use crate::args;
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
        let Some((name, _, operation)) = running.first() else {
            return Ok(observed);
        };
        let told = told(&observed, operation);
        let wait = match args.wait {
            Some(wait) => wait,
            None if terminal.can_ask() => ask_to_wait(name, (operation, &told), terminal)?,
            None => PATIENCE,
        };
        terminal.say(&format!(
            "waiting for operation {operation} on {name} (up to {})",
            args::in_words(wait)
        ));
        if !executor::wait_for_running(session.operate(), session.clock.clone(), &running, wait).await {
            return Err(busy(name, (operation.as_str(), &told), "apply"));
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

/// ` (update, started at 2026-03-02T09:06:15Z)`, as far as AWS says.
fn told(observed: &Observed, operation: &OperationId) -> String {
    let mut running = observed.stack_sets.values().flat_map(|set| &set.running);
    let Some(found) = running.find(|one| one.id == *operation) else {
        return String::new();
    };
    let started = found.created_at.map(|at| format!(", started at {at}"));
    format!(
        " ({}{})",
        report::operation_action(&found.action),
        started.unwrap_or_default()
    )
}

fn ask_to_wait(
    name: &str,
    (operation, told): (&OperationId, &str),
    terminal: Terminal,
) -> Result<Duration, Failure> {
    let question = format!("Operation {operation} is running on {name}. Wait for it? [Y/n]");
    match terminal.ask(&question).as_deref() {
        Some("" | "y" | "Y" | "yes") => Ok(PATIENCE),
        _ => Err(busy(name, (operation.as_str(), told), "apply")),
    }
}

/// Another operation holds the StackSet, and the command has waited for it as long as it may. `told` is what else is known of it.
pub(crate) fn busy(name: &str, (operation, told): (&str, &str), command: &str) -> Failure {
    let diagnostic = Diagnostic::error("E0702", format!("`{name}` has an operation in progress"))
        .note(format!(
            "operation {operation}{told} holds the StackSet; AWS runs one at a time; nothing was changed"
        ))
        .help(format!(
            "watch it: stackfleet ops watch {operation}\nwait for it longer: stackfleet {command} --wait 2h"
        ));
    Failure::from(diagnostic).with_exit(Exit::Stale)
}
