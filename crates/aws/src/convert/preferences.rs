//! Operation preferences, to AWS (reference §3.1).

use aws_sdk_cloudformation::types as sdk;
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};

/// The preferences of one operation.
pub(crate) fn preferences(wanted: &OperationPreferences) -> sdk::StackSetOperationPreferences {
    let (tolerance_count, tolerance_percentage) = amount(wanted.failure_tolerance);
    let (concurrent_count, concurrent_percentage) = amount(wanted.max_concurrent);
    let order = wanted
        .region_order
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    sdk::StackSetOperationPreferences::builder()
        .region_concurrency_type(region_concurrency(wanted.region_concurrency))
        .set_region_order((!order.is_empty()).then_some(order))
        .set_failure_tolerance_count(tolerance_count)
        .set_failure_tolerance_percentage(tolerance_percentage)
        // Nothing at a time is refused; AWS takes one when none is given.
        .set_max_concurrent_count(concurrent_count.filter(|count| *count > 0))
        .set_max_concurrent_percentage(concurrent_percentage.filter(|share| *share > 0))
        .concurrency_mode(concurrency_mode(wanted.concurrency_mode))
        .build()
}

/// A count or a percentage: AWS refuses both together.
fn amount(amount: Amount) -> (Option<i32>, Option<i32>) {
    match amount {
        Amount::Count(count) => (Some(i32::try_from(count).unwrap_or(i32::MAX)), None),
        Amount::Percent(percent) => (None, Some(i32::from(percent))),
    }
}

fn region_concurrency(wanted: RegionConcurrency) -> sdk::RegionConcurrencyType {
    match wanted {
        RegionConcurrency::Sequential => sdk::RegionConcurrencyType::Sequential,
        RegionConcurrency::Parallel => sdk::RegionConcurrencyType::Parallel,
    }
}

fn concurrency_mode(wanted: ConcurrencyMode) -> sdk::ConcurrencyMode {
    match wanted {
        ConcurrencyMode::Strict => sdk::ConcurrencyMode::StrictFailureTolerance,
        ConcurrencyMode::Soft => sdk::ConcurrencyMode::SoftFailureTolerance,
    }
}
