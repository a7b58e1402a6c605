//! Stories of people and CI jobs, typed line by line; what they see is a transcript that somebody has read.
//!
//! `STACKFLEET_ACCEPT=1` writes the transcripts anew: read the difference before it is committed.

#![allow(
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fmt::Write as _;
use std::path::Path;

use similar::TextDiff;
use support::scenario::Scenario;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-paused");

#[test]
fn every_scenario_prints_what_its_transcript_says() {
    let accept = std::env::var_os("STACKFLEET_ACCEPT").is_some();
    let mut wrong = String::new();
    for scenario in Scenario::all() {
        let played = scenario.play(Path::new(TOOL));
        let accepted = scenario.accepted();
        if played.transcript == accepted {
            continue;
        }
        if accept {
            scenario.accept(&played.transcript);
            continue;
        }
        let diff = TextDiff::from_lines(&accepted, &played.transcript);
        let diff = diff.unified_diff().header("accepted", "printed").to_string();
        let _ = writeln!(wrong, "{}\n{diff}", scenario.name);
    }
    assert!(wrong.is_empty(), "{wrong}");
}
