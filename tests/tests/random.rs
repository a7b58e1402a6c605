//! Random organizations, random sequences of manifests: after an apply the next plan is empty, whatever went before.
//!
//! `STACKFLEET_CASES` says how many; `STACKFLEET_REPLAY=FILE` walks one case again, with the JSON that a failure prints.

#![allow(missing_docs, clippy::print_stdout)]

use std::cell::Cell;
use std::path::Path;

use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner};
use support::random::generate::scenarios;
use support::random::scenario::Scenario;
use support::random::walk::{Walked, walk};

/// Cases without `STACKFLEET_CASES`: as many as take some seconds.
const CASES: u32 = 30;

fn cases() -> u32 {
    let wanted = std::env::var("STACKFLEET_CASES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(CASES)
}

#[test]
fn cases_that_once_failed_hold() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for entry in std::fs::read_dir(directory).expect("there are cases") {
        let file = entry.expect("a folder can be read").path();
        let outcome = Scenario::read(&file).and_then(|scenario| walk(&scenario));
        outcome.unwrap_or_else(|what| panic!("{}: {what}", file.display()));
    }
}

#[test]
fn every_manifest_converges_in_every_organization() {
    if let Ok(file) = std::env::var("STACKFLEET_REPLAY") {
        let outcome = Scenario::read(Path::new(&file)).and_then(|scenario| walk(&scenario));
        outcome.unwrap_or_else(|what| panic!("{what}"));
        return;
    }
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/random.proptest-regressions");
    let mut runner = TestRunner::new(Config {
        cases: cases(),
        max_shrink_iters: 500,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(kept))),
        ..Config::default()
    });
    let seen = Cell::new(Walked::default());
    let outcome = runner.run(&scenarios(), |scenario| {
        let mut all = seen.get();
        all += walk(&scenario).map_err(TestCaseError::fail)?;
        seen.set(all);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let seen = seen.get();
    println!("{seen:?}");
    // A generator that only draws what is easy proves nothing.
    assert!(
        seen.operations >= u64::from(cases()) && (cases() < 50 || seen.kills.min(seen.failed) > 0),
        "{seen:?}"
    );
}
