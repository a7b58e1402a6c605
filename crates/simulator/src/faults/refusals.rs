//! Answers that come from in front of a service, in the words that AWS uses (reference §1.5, §8.3).

use bytes::Bytes;

use crate::reply::{Reply, refused};
use crate::world::{ApiCall, FaultKind, Service};

/// The refusal of a call that is not carried out; none for faults that are no refusals.
pub(crate) fn refusal_before(kind: &FaultKind, call: &ApiCall) -> Option<Reply> {
    let json = call.service == Service::Organizations;
    let is = |query, other| if json { other } else { query };
    Some(match kind {
        FaultKind::Throttle => {
            let code = is("Throttling", "TooManyRequestsException");
            refused(call, 400, code, "Rate exceeded")
        }
        FaultKind::ErrorBefore => {
            let code = is("ServiceUnavailable", "ServiceException");
            refused(call, 503, code, "Service is unable to handle request")
        }
        FaultKind::ExpiredCredentials => {
            let code = is("ExpiredToken", "ExpiredTokenException");
            refused(
                call,
                403,
                code,
                "The security token included in the request is expired",
            )
        }
        FaultKind::AccessDenied => {
            let code = is("AccessDenied", "AccessDeniedException");
            let message = format!(
                "User: arn:aws:sts::{}:assumed-role/SimulatedAdministrator/simulated is not authorized to perform: {}:{}",
                call.caller,
                call.service.name(),
                call.action
            );
            refused(call, 403, code, &message)
        }
        _ => return None,
    })
}

/// What the client gets of a call that was carried out.
pub(crate) fn refusal_after(call: &ApiCall) -> Reply {
    let code = if call.service == Service::Organizations {
        "ServiceException"
    } else {
        "InternalFailure"
    };
    refused(call, 500, code, "An internal error has occurred")
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
