//! One plain line for each event that a log should hold.

use model::call::{InstanceResult, ResultStatus};
use model::event::{Event, EventKind, GateKind, GateState, InstanceCounts, OperationOutcome};
use model::ids::OperationId;
use model::plan::OperationKind;

use crate::layout::Line;
use crate::style::Meaning;
use crate::terms::{account, apply_result, done, kind, short_id};
use crate::told::failures::reason_in_words;
use crate::words::{count, duration, number};

mod context;

pub use context::EventContext;

/// Where the time and the longest verb end.
const VERB_END: usize = 17;

/// The line of an event, without a line break; none for what a log need not hold (instances that went well).
///
/// Times are UTC. How often an operation in progress gets a line is the caller's choice: one line for each event here.
pub fn event_line(event: &Event, context: &EventContext) -> Option<String> {
    let (verb, meaning, operation, text) = told(&event.kind, context)?;
    let position = operation
        .map(|operation| context.position(operation))
        .unwrap_or_default();
    let line = Line::new()
        .put(Meaning::Aside, &event.ts.strftime("%H:%M:%S").to_string())
        .text(" ")
        .put(meaning, verb)
        .to(VERB_END)
        .text(&position)
        .to(VERB_END + context.position_width())
        .text(&text);
    Some(line.render())
}

/// The verb, its style, the operation and the rest of the line.
type Told<'a> = (&'static str, Meaning, Option<&'a str>, String);

fn told<'a>(event: &'a EventKind, context: &EventContext) -> Option<Told<'a>> {
    match event {
        EventKind::ApplyStart { .. } | EventKind::Waiting { .. } | EventKind::ApplySummary(_) => run(event),
        EventKind::Gate { .. } => gate(event, context),
        EventKind::OperationStart {
            operation, adopted, ..
        } => {
            let verb = if *adopted { "adopt" } else { "start" };
            Some((verb, Meaning::Plain, Some(operation), started(event, context)))
        }
        EventKind::OperationProgress { operation, .. } => Some((
            "running",
            Meaning::Plain,
            Some(operation),
            progress(event, context),
        )),
        EventKind::Instance {
            operation,
            stack_set,
            result,
        } => failed_instance(result, stack_set, context)
            .map(|text| ("failed", Meaning::Bad, Some(operation.as_str()), text)),
        EventKind::OperationEnd {
            operation, outcome, ..
        } => {
            let (verb, meaning) = ending(*outcome);
            Some((verb, meaning, Some(operation), ended(event, context)))
        }
    }
}

/// Events of the whole run.
fn run(event: &EventKind) -> Option<Told<'_>> {
    match event {
        EventKind::ApplyStart {
            digest,
            operations,
            instances,
            break_glass,
        } => {
            let size = format!(
                "{}, {}",
                count(*operations, "operation"),
                count(*instances, "instance")
            );
            let text = match break_glass {
                Some(reason) => format!(
                    "digest {}: {size} (UTC), in spite of a freeze: {reason}",
                    digest.short()
                ),
                None => format!("digest {}: {size} (UTC)", digest.short()),
            };
            Some(("plan", Meaning::Heading, None, text))
        }
        EventKind::Waiting { stack_set, holder } => {
            let text = format!("{stack_set}: another operation holds it{}", op(holder.as_ref()));
            Some(("wait", Meaning::Attention, None, text))
        }
        EventKind::ApplySummary(summary) => {
            let text = format!(
                "apply {} (exit {})",
                apply_result(summary.result),
                summary.exit_code
            );
            Some(("end", Meaning::Heading, None, text))
        }
        _ => None,
    }
}

/// What stands between two stages of a rollout.
fn gate<'a>(event: &'a EventKind, context: &EventContext) -> Option<Told<'a>> {
    let EventKind::Gate {
        stage_id,
        stage,
        gate,
        state,
        until,
        instances,
        reason,
        ..
    } = event
    else {
        return None;
    };
    let why = reason.as_deref().unwrap_or("it did not pass");
    let looked_at = count(*instances, "instance");
    let (verb, meaning, text) = match (gate, state) {
        (GateKind::Soak, GateState::Waiting) => {
            let until = until.map(|until| format!(", until {}", until.strftime("%H:%M:%S")));
            let text = format!("{stage} soaks{}", until.unwrap_or_default());
            ("wait", Meaning::Attention, text)
        }
        (GateKind::Health, GateState::Passed) => {
            let text = format!("{stage}: no failures in {looked_at}");
            ("healthy", Meaning::Good, text)
        }
        (GateKind::Alarms, GateState::Passed) => {
            ("healthy", Meaning::Good, format!("{stage}: alarms are OK"))
        }
        (GateKind::Approval, GateState::Waiting) => {
            ("stop", Meaning::Attention, context.wants(stage_id, stage))
        }
        (GateKind::Approval, GateState::Passed) => ("go on", Meaning::Good, format!("{stage} is approved")),
        (_, GateState::Failed) => ("stop", Meaning::Bad, format!("{stage}: {why}")),
        (GateKind::Soak, GateState::Passed) | (GateKind::Health | GateKind::Alarms, GateState::Waiting) => {
            return None;
        }
    };
    Some((verb, meaning, None, text))
}

fn started(event: &EventKind, context: &EventContext) -> String {
    let EventKind::OperationStart {
        operation,
        stack_set,
        kind: what,
        instances,
        aws_operation_id,
        ..
    } = event
    else {
        return String::new();
    };
    let id = op(aws_operation_id.as_ref());
    let what = kind(*what);
    let stack_set = context.subject(stack_set, operation);
    if *instances == 0 {
        return format!("{stack_set}: {what}{id}");
    }
    let place = context.size(operation);
    format!(
        "{stack_set}: {what} {}{}{id}",
        number(*instances),
        place.unwrap_or_default()
    )
}

fn progress(event: &EventKind, context: &EventContext) -> String {
    let EventKind::OperationProgress {
        operation,
        stack_set,
        done,
        running,
        failed,
        instances,
        ..
    } = event
    else {
        return String::new();
    };
    let (done, all) = (number(*done), number(*instances));
    let stack_set = context.subject(stack_set, operation);
    let failed = match failed {
        0 => String::new(),
        n => format!(", {} failed{}", number(*n), context.tolerance(operation)),
    };
    format!(
        "{stack_set}: {done}/{all} done, {} running{failed}",
        number(*running)
    )
}

fn ending(outcome: OperationOutcome) -> (&'static str, Meaning) {
    match outcome {
        OperationOutcome::Succeeded => ("done", Meaning::Good),
        OperationOutcome::Partial => ("partial", Meaning::Attention),
        OperationOutcome::Failed => ("failed", Meaning::Bad),
        OperationOutcome::Stopped => ("stopped", Meaning::Attention),
        OperationOutcome::Running => ("running", Meaning::Attention),
        OperationOutcome::Unknown => ("unknown", Meaning::Attention),
        OperationOutcome::NotStarted | OperationOutcome::NotNeeded => ("skipped", Meaning::Aside),
    }
}

fn ended(event: &EventKind, context: &EventContext) -> String {
    let EventKind::OperationEnd {
        operation,
        stack_set,
        kind,
        outcome,
        instances,
        seconds,
        reason,
        ..
    } = event
    else {
        return String::new();
    };
    // A call that starts no operation is over with its answer.
    let took = if *seconds > 0 {
        format!(" in {}", duration(*seconds))
    } else {
        String::new()
    };
    let stack_set = context.subject(stack_set, operation);
    let tolerated = match outcome {
        OperationOutcome::Partial => context.tolerance(operation),
        _ => String::new(),
    };
    let text = format!("{stack_set}: {}{tolerated}{took}", counts(*kind, *instances));
    match reason {
        // A success needs no reason; everything else does.
        Some(reason) if *outcome != OperationOutcome::Succeeded => format!("{text}: {reason}"),
        _ => text,
    }
}

/// Failed ones only: cancelled ones come by the thousand and are counted at the end.
fn failed_instance(result: &InstanceResult, stack_set: &str, context: &EventContext) -> Option<String> {
    if result.status != ResultStatus::Failed {
        return None;
    }
    let account = account(&context.names, &result.key.account);
    let reason = reason_in_words(result.reason.as_deref().unwrap_or_default());
    Some(format!("{stack_set} {account} {}: {reason}", result.key.region))
}

/// `174 updated, 6 failed, 21 cancelled by AWS, 4 not started`
pub(super) fn counts(kind: OperationKind, counts: InstanceCounts) -> String {
    let parts = [
        (counts.succeeded, done(kind)),
        (counts.failed, "failed"),
        (counts.cancelled, "cancelled by AWS"),
        (counts.not_started, "not started"),
    ];
    let told: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", number(*n)))
        .collect();
    if told.is_empty() {
        done(kind).to_owned()
    } else {
        told.join(", ")
    }
}

/// `  op sf-k3x9mw2a…`
fn op(id: Option<&OperationId>) -> String {
    id.map(|id| format!("  op {}", short_id(id))).unwrap_or_default()
}
