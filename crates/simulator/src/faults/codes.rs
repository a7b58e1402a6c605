//! What the services call the same refusals (reference §1.5, §8.3, and the common errors in the API references of the others).

use crate::world::Service;

/// A status and a code.
pub(crate) type Code = (u16, &'static str);

/// Refusals that come from in front of a service or from its own failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Codes {
    pub(crate) throttled: Code,
    pub(crate) unavailable: Code,
    pub(crate) failed: Code,
    pub(crate) expired: Code,
    pub(crate) denied: Code,
}

/// The codes of a service.
pub(crate) fn of(service: Service) -> Codes {
    match service {
        Service::CloudFormation | Service::Sts => Codes {
            throttled: (400, "Throttling"),
            unavailable: (503, "ServiceUnavailable"),
            failed: (500, "InternalFailure"),
            expired: (403, "ExpiredToken"),
            denied: (403, "AccessDenied"),
        },
        Service::Organizations => Codes {
            throttled: (400, "TooManyRequestsException"),
            unavailable: (500, "ServiceException"),
            failed: (500, "ServiceException"),
            expired: (400, "ExpiredTokenException"),
            denied: (400, "AccessDeniedException"),
        },
        Service::S3 => Codes {
            throttled: (503, "SlowDown"),
            unavailable: (503, "ServiceUnavailable"),
            failed: (500, "InternalError"),
            expired: (400, "ExpiredToken"),
            denied: (403, "AccessDenied"),
        },
        Service::Ssm => Codes {
            throttled: (400, "ThrottlingException"),
            unavailable: (503, "ServiceUnavailable"),
            failed: (500, "InternalServerError"),
            expired: (400, "ExpiredTokenException"),
            denied: (400, "AccessDeniedException"),
        },
        Service::Account => Codes {
            throttled: (429, "TooManyRequestsException"),
            unavailable: (503, "ServiceUnavailable"),
            failed: (500, "InternalServerException"),
            expired: (403, "ExpiredTokenException"),
            denied: (403, "AccessDeniedException"),
        },
    }
}
