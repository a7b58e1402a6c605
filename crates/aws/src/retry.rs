//! What the SDK sends again by itself, and for how long.

use std::time::Duration;

use aws_sdk_cloudformation::config::retry::RetryPartition;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

/// The SDK sets no limit of its own (reliability §1.4).
const ATTEMPT_LIMIT: Duration = Duration::from_secs(30);
const CALL_LIMIT: Duration = Duration::from_mins(2);
const ATTEMPTS: u32 = 5;

pub(crate) fn attempts() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS)
}

pub(crate) fn limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT)
        .build()
}

/// Repetitions that a client may spend. The SDK has one purse for all clients of a service in a process, so that what one connection
/// repeats would decide about another one.
pub(crate) fn budget() -> RetryPartition {
    RetryPartition::custom("stackfleet").build()
}

/// `LimitExceededException` is a quota that no waiting lifts, but the SDK takes it for throttling (reference §1.5).
#[derive(Debug)]
pub(crate) struct QuotaIsFinal;

impl ClassifyRetry for QuotaIsFinal {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        // The typed error differs from call to call; the code in the body is the same in all.
        let body = context.response().and_then(|response| response.body().bytes());
        if body.is_some_and(names_a_quota) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "quota is final"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

fn names_a_quota(body: &[u8]) -> bool {
    const CODE: &[u8] = b"<Code>LimitExceeded";
    body.windows(CODE.len()).any(|window| window == CODE)
}
