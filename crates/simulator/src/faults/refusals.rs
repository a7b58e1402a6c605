//! Answers that come from in front of a service, in the words that AWS uses (reference §1.5, §8.3).

use bytes::Bytes;

use super::codes::{self, Code};
use crate::reply::{Reply, refused};
use crate::world::{ApiCall, FaultKind};

/// The refusal of a call that is not carried out; none for faults that are no refusals.
pub(crate) fn refusal_before(kind: &FaultKind, call: &ApiCall) -> Option<Reply> {
    let codes = codes::of(call.service);
    Some(match kind {
        FaultKind::Throttle => with_code(call, codes.throttled, "Rate exceeded"),
        FaultKind::ErrorBefore => with_code(call, codes.unavailable, "Service is unable to handle request"),
        FaultKind::ExpiredCredentials => with_code(
            call,
            codes.expired,
            "The security token included in the request is expired",
        ),
        FaultKind::AccessDenied => {
            let message = format!(
                "User: arn:aws:sts::{}:assumed-role/SimulatedAdministrator/simulated is not authorized to perform: {}:{}",
                call.caller,
                call.service.name(),
                call.action
            );
            with_code(call, codes.denied, &message)
        }
        _ => return None,
    })
}

/// What the client gets of a call that was carried out.
pub(crate) fn refusal_after(call: &ApiCall) -> Reply {
    service_failure(call, "An internal error has occurred")
}

/// The service itself has failed.
pub(crate) fn service_failure(call: &ApiCall, message: &str) -> Reply {
    with_code(call, codes::of(call.service).failed, message)
}

fn with_code(call: &ApiCall, (status, code): Code, message: &str) -> Reply {
    refused(call, status, code, message)
}

/// The same answer with a body that nothing can be read from.
pub(crate) fn broken(reply: Reply) -> Reply {
    Reply {
        body: Bytes::from_static(b"<html><body>Bad gateway</ht"),
        announced_length: None,
        ..reply
    }
}

/// The same answer with the first half of its body.
pub(crate) fn truncated(reply: Reply) -> Reply {
    let half = reply.body.len() / 2;
    Reply {
        body: reply.body.slice(..half),
        announced_length: None,
        ..reply
    }
}
