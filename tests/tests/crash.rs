//! Killed at any instant, run again, it finishes, and starts nothing twice.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fs;

use support::fixture;
use support::served::Served;
use support::tool::{Tool, kill};

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// World seconds in a real second: an operation takes a real second or two, so that a kill falls into it.
const SPEED: f64 = 200.0;

/// The tool looks after its operations more often than it would at AWS.
const POLLING: &str = "--speed 20";

/// Serves a fresh organization, and saves a plan of the demo for it.
fn planned(tool: &Tool) -> (Served, Tool) {
    let served = Served::start(
        simulator::world_file::fresh().expect("the built-in world is right"),
        SPEED,
    );
    let tool = tool.with(&format!("--endpoint-url {}", served.url));
    tool.run("plan --out plan.json")
        .ends(0)
        .prints("Saved as plan.json");
    (served, tool)
}

/// Accepted calls that change something; also those that start no operation.
fn writes(served: &Served) -> usize {
    let log = served.log();
    let changes = ["Create", "Update", "Delete"];
    log.iter()
        .filter(|entry| entry.error.is_none() && changes.iter().any(|verb| entry.action.starts_with(verb)))
        .count()
}

#[test]
fn a_saved_plan_killed_after_its_nth_write_finishes_when_run_again() {
    for nth in 1..=4 {
        let copy = fixture::copy("demo");
        let (served, tool) = planned(&Tool::new(TOOL, copy.path()));
        let killed = tool.start(&format!("{POLLING} apply plan.json"));
        served.wait_until(|_| writes(&served) >= nth);
        kill(killed);

        let again = tool.run(&format!("{POLLING} apply plan.json"));
        assert_eq!(
            again.code, 0,
            "killed after write {nth}:\n{}\n{}",
            again.stdout, again.stderr
        );
        for (operation, times) in served.started() {
            assert_eq!(
                times, 1,
                "killed after write {nth}: operation {operation} was started {times} times"
            );
        }
        tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
    }
}

#[test]
fn a_fresh_apply_after_a_kill_waits_for_what_runs_and_does_the_rest() {
    let copy = fixture::copy("demo");
    let (served, tool) = planned(&Tool::new(TOOL, copy.path()));
    let killed = tool.start(&format!("{POLLING} apply plan.json"));
    served.wait_until(|world| world.log.iter().any(|it| it.action == "CreateStackInstances"));
    kill(killed);

    tool.run(&format!("{POLLING} apply --auto-approve")).ends(0);
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
}

#[test]
fn the_world_beside_a_manifest_survives_a_kill() {
    let copy = fixture::copy("demo");
    let tool = Tool::new(TOOL, copy.path());
    let mut killed = tool.start("--simulate --speed 60 apply --auto-approve");
    let world = copy.path().join(".stackfleet/world.json");
    while !fs::read_to_string(&world).is_ok_and(|text| text.contains("sf-")) {
        assert!(
            killed.try_wait().expect("the process is ours").is_none(),
            "it ended before its first operation"
        );
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    }
    kill(killed);

    tool.run("--simulate --speed 20000 apply --auto-approve").ends(0);
    tool.run("--simulate plan --detailed-exitcode")
        .ends(0)
        .prints("No changes");
}
