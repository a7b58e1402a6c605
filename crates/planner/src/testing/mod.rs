//! What the tests of this crate share: a small organization, a builder of StackSets, and a world that obeys.

pub(crate) mod obey;
pub(crate) mod world;

use proptest::test_runner::Config;

/// As many cases as `STACKFLEET_CASES` says, or few: long runs are asked for.
pub(crate) fn cases() -> Config {
    #[allow(clippy::disallowed_methods, reason = "a test may be told how long to run")]
    let cases = std::env::var("STACKFLEET_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    Config {
        cases: cases.unwrap_or(256),
        failure_persistence: None,
        ..Config::default()
    }
}
