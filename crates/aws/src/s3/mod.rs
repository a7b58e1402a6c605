//! Templates in S3: reading those that a manifest names, putting those that are too long for a call.

mod get;
mod put;
mod url;

use model::call::{CallError, CallErrorKind};

pub(crate) use get::template;
pub(crate) use put::upload;

/// What S3 says of a bucket in another Region, in words that help.
fn elsewhere(error: CallError) -> CallError {
    match error.code.as_deref() {
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed") => CallError {
            kind: CallErrorKind::Invalid,
            message: "the bucket is in another Region than the one that was asked".to_owned(),
            ..error
        },
        _ => error,
    }
}
