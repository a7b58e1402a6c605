//! What becomes of a call that something goes wrong with.

use model::call::{Call, CallError, CallErrorKind, Reply};
use model::instance::InstanceStatus;
use model::observed::OperationStatus;

use crate::direct::Direct;
use crate::trouble::Mishap;

/// How long the SDK repeats what is throttled or fails, in milliseconds (5 tries, up to 20 s apart).
const RETRIED: u64 = 8_000;
/// How long it waits for an answer at most, in milliseconds.
const UNANSWERED: u64 = 120_000;
/// How young something may be that is not shown yet, in seconds.
const YOUNG: i64 = 20;

/// Whether a mishap can happen to a call.
pub fn fits(direct: &Direct, mishap: Mishap, call: &Call) -> bool {
    let writes = matches!(call, Call::Write(_));
    match mishap {
        Mishap::Delayed(_) | Mishap::Quota | Mishap::RefusedAfter => writes,
        Mishap::Overtaken => matches!(call, Call::Write(write) if write.write.starts_operation()),
        Mishap::StaleList(_) => matches!(call, Call::Operations(_) | Call::Results(..) | Call::Instances(_)),
        Mishap::UnknownStatus => matches!(call, Call::Operation(..) | Call::Instances(_)),
        Mishap::NotYet => is_young(direct, call),
        _ => true,
    }
}

/// Whether what the call is about was made just now.
fn is_young(direct: &Direct, call: &Call) -> bool {
    let young = |at: jiff::Timestamp| direct.now().duration_since(at).as_secs() < YOUNG;
    direct.simulator().look(|world| {
        let sets = world.stack_sets.values().flat_map(|sets| sets.values());
        match call {
            Call::Definition(name) => world.log.iter().any(|entry| {
                entry.action == "CreateStackSet"
                    && entry.status == 200
                    && entry.stack_set.as_deref() == Some(name.as_str())
                    && young(entry.at)
            }),
            Call::Operation(id, operation) => sets.filter(|set| set.id == *id).any(|set| {
                set.operation(operation)
                    .is_some_and(|found| young(found.created_at))
            }),
            _ => false,
        }
    })
}

/// The answer, and how many milliseconds it takes longer than usual.
pub fn answer(direct: &mut Direct, call: &Call, mishap: Mishap) -> (Result<Reply, CallError>, u64) {
    match mishap {
        Mishap::Throttled | Mishap::FailedBefore => (Err(error(CallErrorKind::Unavailable)), RETRIED),
        Mishap::FailedAfter => after(direct, call, CallErrorKind::Unavailable, RETRIED),
        Mishap::LostRequest | Mishap::Delayed(_) => (Err(error(CallErrorKind::Unanswered)), UNANSWERED),
        Mishap::LostAnswer => after(direct, call, CallErrorKind::Unanswered, 3_000),
        Mishap::Silent => after(direct, call, CallErrorKind::Unanswered, UNANSWERED),
        Mishap::Malformed => after(direct, call, CallErrorKind::Malformed, 0),
        Mishap::RefusedAfter => {
            let (_, millis) = after(direct, call, CallErrorKind::Invalid, 3_000);
            (Err(refusal(CallErrorKind::Invalid)), millis)
        }
        Mishap::UnknownStatus => (direct.answer(call).map(unknown), 0),
        Mishap::Quota => (Err(refusal(CallErrorKind::Limit)), 0),
        Mishap::StaleList(seconds) => {
            direct.lag = u64::from(seconds);
            let seen = direct.answer(call);
            direct.lag = 0;
            (seen, 0)
        }
        Mishap::NotYet => (Err(refusal(CallErrorKind::NotFound)), 0),
        Mishap::Expired => (Err(refusal(CallErrorKind::Credentials)), 0),
        Mishap::Denied => (Err(refusal(CallErrorKind::Denied)), 0),
        Mishap::Overtaken => {
            overtake(direct, call);
            (direct.answer(call), 0)
        }
    }
}

/// Somebody else starts a drift detection on the StackSet of a write, if nothing stands in the way.
fn overtake(direct: &Direct, call: &Call) {
    let Call::Write(write) = call else { return };
    let name = write.stack_set.as_str().split(':').next().unwrap_or_default();
    let moment = direct.now().as_millisecond();
    let _either_way = direct.detect_drift(name, &format!("foreign-{moment}"));
}

fn after(direct: &Direct, call: &Call, kind: CallErrorKind, millis: u64) -> (Result<Reply, CallError>, u64) {
    let _nobody_hears_it = direct.answer(call);
    (Err(error(kind)), millis)
}

/// The answer with statuses that no version knows.
fn unknown(reply: Reply) -> Reply {
    match reply {
        Reply::Operation(Some(mut found)) => {
            found.status = OperationStatus::Other("PAUSED".to_owned());
            Reply::Operation(Some(found))
        }
        Reply::Instances(mut instances) => {
            for instance in instances.values_mut() {
                instance.status = InstanceStatus::Other("RESTING".to_owned());
            }
            Reply::Instances(instances)
        }
        other => other,
    }
}

fn error(kind: CallErrorKind) -> CallError {
    CallError {
        api: "Any",
        kind,
        code: None,
        message: format!("{kind:?}"),
    }
}

/// A refusal that AWS itself gave has a code.
fn refusal(kind: CallErrorKind) -> CallError {
    CallError {
        code: Some(format!("{kind:?}")),
        ..error(kind)
    }
}
