//! Operation preferences, to AWS and from it (reference §3.1).

use aws_sdk_cloudformation::types as sdk;
use model::ids::Region;
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

/// The preferences that an operation was given. What this version does not know is taken for what AWS does without a word.
pub(crate) fn given(found: &sdk::StackSetOperationPreferences) -> OperationPreferences {
    OperationPreferences {
        region_concurrency: match found.region_concurrency_type() {
            Some(sdk::RegionConcurrencyType::Parallel) => RegionConcurrency::Parallel,
            _ => RegionConcurrency::Sequential,
        },
        region_order: found
            .region_order()
            .iter()
            .filter_map(|name| Region::parse(name).ok())
            .collect(),
        failure_tolerance: either(
            found.failure_tolerance_count(),
            found.failure_tolerance_percentage(),
        ),
        max_concurrent: either(found.max_concurrent_count(), found.max_concurrent_percentage()),
        concurrency_mode: match found.concurrency_mode() {
            Some(sdk::ConcurrencyMode::SoftFailureTolerance) => ConcurrencyMode::Soft,
            _ => ConcurrencyMode::Strict,
        },
    }
}

fn either(count: Option<i32>, percent: Option<i32>) -> Amount {
    let percent = percent.and_then(|percent| u8::try_from(percent).ok());
    let count = count.and_then(|count| u32::try_from(count).ok());
    percent.map_or(count.map_or_else(Amount::default, Amount::Count), Amount::Percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_reads_back() {
        let wanted = OperationPreferences {
            region_concurrency: RegionConcurrency::Parallel,
            region_order: vec![Region::parse("eu-west-1").unwrap()],
            failure_tolerance: Amount::Percent(5),
            max_concurrent: Amount::Count(7),
            concurrency_mode: ConcurrencyMode::Soft,
        };
        assert_eq!(given(&preferences(&wanted)), wanted);
        let silent = sdk::StackSetOperationPreferences::builder().build();
        assert_eq!(given(&silent), OperationPreferences::default());
    }
}
