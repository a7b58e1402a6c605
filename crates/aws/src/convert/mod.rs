//! The SDK's types and the model's, one file for each noun and direction.
//!
//! From AWS: a value that this version does not know becomes `Other`, a missing or misshapen identifier refuses the whole answer.
//! To AWS: what must not be sent (a masked value, a secret that nobody filled in) refuses the request before it is sent.

pub(crate) mod definition;
pub(crate) mod drifts;
pub(crate) mod instances;
pub(crate) mod operations;
pub(crate) mod organization;
pub(crate) mod parameters;
pub(crate) mod preferences;
pub(crate) mod targets;

use aws_sdk_cloudformation::types as sdk;
use aws_smithy_types::DateTime;
use model::Timestamp;
use model::call::CallError;
use model::desired::CallAs;
use model::ids::InvalidId;

use crate::error::malformed;

/// In which role, on the wire.
pub(crate) fn call_as(call_as: CallAs) -> sdk::CallAs {
    match call_as {
        CallAs::Myself => sdk::CallAs::SelfValue,
        CallAs::DelegatedAdmin => sdk::CallAs::DelegatedAdmin,
    }
}

/// An identifier that an answer must have.
pub(crate) fn id<T>(
    api: &'static str,
    parse: fn(&str) -> Result<T, InvalidId>,
    text: Option<&str>,
) -> Result<T, CallError> {
    parse(text.unwrap_or_default()).map_err(|error| malformed(api, error.to_string()))
}

/// An identifier that an answer may have; an empty text is none.
pub(crate) fn optional_id<T>(
    api: &'static str,
    parse: fn(&str) -> Result<T, InvalidId>,
    text: Option<&str>,
) -> Result<Option<T>, CallError> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => id(api, parse, Some(text)).map(Some),
    }
}

/// A moment; one out of range is none, since moments are only shown and compared.
pub(crate) fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    let nanoseconds = i32::try_from(time.subsec_nanos()).ok()?;
    Timestamp::new(time.secs(), nanoseconds).ok()
}
