//! What a refusal of AWS means: from the SDK's errors to [`CallErrorKind`].

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use model::call::{CallError, CallErrorKind};

use crate::whole::CutOff;

/// An answer that could not be understood.
pub(crate) fn malformed(api: &'static str, message: impl Into<String>) -> CallError {
    refusal(api, CallErrorKind::Malformed, message)
}

/// A request that is not sent, because it could not be meant.
pub(crate) fn invalid(api: &'static str, message: impl Into<String>) -> CallError {
    refusal(api, CallErrorKind::Invalid, message)
}

fn refusal(api: &'static str, kind: CallErrorKind, message: impl Into<String>) -> CallError {
    CallError {
        api,
        kind,
        code: None,
        message: message.into(),
    }
}

/// What an error of the SDK means.
pub(crate) fn call_error<E>(api: &'static str, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ServiceError(answer) => answered(api, answer.err(), answer.raw()),
        SdkError::ResponseError(answer) if answer.raw().status().is_server_error() => {
            let status = answer.raw().status().as_u16();
            refusal(api, CallErrorKind::Unavailable, format!("HTTP status {status}"))
        }
        SdkError::ResponseError(_) if has_cause::<CutOff>(error) => {
            refusal(api, CallErrorKind::Malformed, CutOff.to_string())
        }
        SdkError::ResponseError(_) => refusal(api, CallErrorKind::Malformed, in_words(error)),
        SdkError::ConstructionFailure(_) => refusal(api, CallErrorKind::Invalid, in_words(error)),
        SdkError::TimeoutError(_) => refusal(api, CallErrorKind::Unanswered, "no answer in time"),
        _ if has_cause::<CredentialsError>(error) => {
            refusal(api, CallErrorKind::Credentials, in_words(error))
        }
        _ => refusal(api, CallErrorKind::Unanswered, in_words(error)),
    }
}

fn answered<E>(api: &'static str, error: &E, raw: &HttpResponse) -> CallError
where
    E: Error + ProvideErrorMetadata + 'static,
{
    let status = raw.status().as_u16();
    let code = error.code().map(str::to_owned);
    let message = match error.message() {
        Some(message) => message.to_owned(),
        None => format!("HTTP status {status}"),
    };
    let kind = match kind(code.as_deref(), status) {
        // AWS always says why: an answer that ends before that may have lost a part of its code too.
        CallErrorKind::Invalid if error.message().is_none() => CallErrorKind::Malformed,
        kind => kind,
    };
    CallError {
        api,
        kind,
        code,
        message,
    }
}

/// The causes, outermost first. Only used where AWS did not answer: its answers are never printed whole.
fn in_words(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in causes(error).map(ToString::to_string) {
        // Some errors say what their source says; once is enough.
        if !words.iter().any(|said| said.ends_with(&cause)) {
            words.push(cause);
        }
    }
    words.join(": ")
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn has_cause<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(<dyn Error>::is::<E>)
}

/// The kind of an answered refusal (reference §1.5, §8.3). Codes arrive with the suffix `Exception`, documents leave it out.
fn kind(code: Option<&str>, status: u16) -> CallErrorKind {
    let code = code.unwrap_or_default();
    let name = code.strip_suffix("Exception").unwrap_or(code);
    match name {
        "OperationInProgress" => CallErrorKind::OperationInProgress,
        "OperationIdAlreadyExists" => CallErrorKind::OperationIdExists,
        "StaleRequest" => CallErrorKind::StaleRequest,
        "NameAlreadyExists" | "CreatedButModified" => CallErrorKind::NameExists,
        "StackSetNotEmpty" => CallErrorKind::NotEmpty,
        "LimitExceeded" => CallErrorKind::Limit,
        "UnauthorizedOperation" | "AuthorizationError" | "OptInRequired" => CallErrorKind::Denied,
        "ExpiredToken"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClient"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "RequestExpired"
        | "InvalidToken" => CallErrorKind::Credentials,
        "Throttling"
        | "Throttled"
        | "TooManyRequests"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "SlowDown"
        | "ConcurrentModification"
        | "RequestTimeout"
        | "InternalFailure"
        | "InternalError"
        | "ServiceUnavailable"
        | "Service" => CallErrorKind::Unavailable,
        _ if name.ends_with("NotFound") || name.starts_with("NoSuch") => CallErrorKind::NotFound,
        _ if name.starts_with("AccessDenied") => CallErrorKind::Denied,
        _ => by_status(name, status),
    }
}

fn by_status(name: &str, status: u16) -> CallErrorKind {
    match status {
        408 | 429 | 500.. => CallErrorKind::Unavailable,
        // A proxy's page has no code, and says nothing about the request.
        _ if name.is_empty() => CallErrorKind::Malformed,
        _ => CallErrorKind::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("dispatch failure")]
    struct Outer(#[source] Middle);

    #[derive(Debug, thiserror::Error)]
    #[error("no connection: refused (os error 111)")]
    struct Middle(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("refused (os error 111)")]
    struct Inner;

    #[test]
    fn causes_are_told_once_and_without_their_inner_form() {
        let words = in_words(&Outer(Middle(Inner)));
        assert_eq!(words, "dispatch failure: no connection: refused (os error 111)");
    }

    #[test]
    fn codes_mean_the_same_with_and_without_their_suffix() {
        for (code, expected) in [
            ("StackSetNotFound", CallErrorKind::NotFound),
            ("OperationInProgress", CallErrorKind::OperationInProgress),
            ("OperationIdAlreadyExists", CallErrorKind::OperationIdExists),
            ("StaleRequest", CallErrorKind::StaleRequest),
            ("NameAlreadyExists", CallErrorKind::NameExists),
            ("CreatedButModified", CallErrorKind::NameExists),
            ("StackSetNotEmpty", CallErrorKind::NotEmpty),
            ("LimitExceeded", CallErrorKind::Limit),
            ("InvalidOperation", CallErrorKind::Invalid),
            ("AccessDenied", CallErrorKind::Denied),
            ("ExpiredToken", CallErrorKind::Credentials),
            ("Throttling", CallErrorKind::Unavailable),
        ] {
            assert_eq!(kind(Some(code), 400), expected, "{code}");
            assert_eq!(
                kind(Some(&format!("{code}Exception")), 400),
                expected,
                "{code}Exception"
            );
        }
    }

    #[test]
    fn an_unknown_code_is_a_refusal_unless_the_status_says_that_aws_failed() {
        assert_eq!(kind(Some("ValidationError"), 400), CallErrorKind::Invalid);
        assert_eq!(kind(Some("SomethingNew"), 400), CallErrorKind::Invalid);
        assert_eq!(kind(Some("SomethingNew"), 503), CallErrorKind::Unavailable);
        assert_eq!(kind(None, 502), CallErrorKind::Unavailable);
        assert_eq!(kind(None, 407), CallErrorKind::Malformed);
    }
}
