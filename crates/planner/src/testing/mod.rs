//! What the tests of this crate share: a small organization, a builder of StackSets, and AWS as the simulator has it.

pub(crate) mod aws;
pub(crate) mod world;

use proptest::test_runner::Config;

/// A thousand cases, or as many as `STACKFLEET_CASES` says. Cases that once failed are kept in `proptest-regressions`.
pub(crate) fn cases() -> Config {
    #[allow(clippy::disallowed_methods, reason = "a test may be told how long to run")]
    let cases = std::env::var("STACKFLEET_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let cases = cases.unwrap_or(1_000);
    Config {
        cases,
        // What a property leaves out is counted against this, and grows with the cases.
        max_global_rejects: cases.saturating_mul(2).max(1_024),
        max_shrink_iters: 20_000,
        ..Config::default()
    }
}
