//! Stories of people and CI jobs, typed line by line; what they see is a transcript that somebody has read.
//!
//! Everything that is typed is also done for programs: each document, event and report is held against its schema, where there is
//! Python 3.11 or later to hold it with.
//!
//! `STACKFLEET_ACCEPT=1` writes the transcripts anew: read the difference before it is committed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

#[path = "conformance/python.rs"]
mod python;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use similar::TextDiff;
use support::fixture;
use support::scenario::Scenario;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-paused");
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports");

/// Scenarios that are played side by side.
const PLAYERS: usize = 4;

fn scripts() -> &'static Path {
    Path::new(SCRIPTS)
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What differs from the transcript; nothing when it is taken for the right one.
fn difference(scenario: &Scenario, kept: &Path) -> String {
    let played = scenario.play(Path::new(TOOL), kept);
    let accepted = scenario.accepted();
    if played.transcript == accepted {
        return String::new();
    }
    if std::env::var_os("STACKFLEET_ACCEPT").is_some() {
        scenario.accept(&played.transcript);
        return String::new();
    }
    let diff = TextDiff::from_lines(&accepted, &played.transcript);
    let diff = diff.unified_diff().header("accepted", "printed").to_string();
    format!("{}\n{diff}\n", scenario.name)
}

/// Every schema that the tool prints, but for the one of manifests, which are no documents.
fn schemas(into: &Path) {
    let tool = |words: &[&str]| {
        let output = Command::new(TOOL).args(words).output().expect("the tool starts");
        String::from_utf8(output.stdout).expect("it prints UTF-8")
    };
    let help = tool(&["schema", "--help"]);
    let listed = help.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let names = listed.filter_map(|line| line.split(':').next());
    let names: Vec<&str> = names.filter(|name| *name != "manifest").collect();
    assert!(names.len() > 8, "{names:?}");
    for name in names {
        let file = into.join(format!("{name}.json"));
        fs::write(file, tool(&["schema", name])).expect("a file can be written");
    }
}

#[test]
fn every_scenario_prints_what_its_transcript_says_and_writes_what_its_schemas_say() {
    let (kept, known) = (fixture::empty(), fixture::empty());
    let waiting = Mutex::new(Scenario::all().into_iter());
    let wrong = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..PLAYERS {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some(scenario) = next else { return };
                    let told = difference(&scenario, kept.path());
                    let _ = write!(wrong.lock().unwrap(), "{told}");
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{wrong}");
    schemas(known.path());
    let kept = kept.path().to_str().unwrap();
    python::run("documents.py", &[known.path().to_str().unwrap(), kept]);
    let public = scripts().join("schemas");
    python::run("validate.py", &[public.to_str().unwrap(), kept]);
}
