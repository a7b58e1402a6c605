//! Killed at any instant, run again, it finishes, and starts nothing twice.

#![allow(missing_docs)]

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use support::served::Served;
use support::{fixture, tool};

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// World seconds in a real second: an operation takes about a real second, so that a kill falls into it.
const SPEED: f64 = 60.0;

/// How much faster than at AWS the tool looks after its operations.
const POLLING: &str = "20";

fn serve() -> Served {
    Served::start(
        simulator::world_file::fresh().expect("the built-in world is right"),
        SPEED,
    )
}

fn plan(directory: &Path, url: &str) {
    let run = tool::run(
        TOOL,
        directory,
        &["--endpoint-url", url, "plan", "--out", "plan.json"],
    )
    .ends(0);
    assert!(run.stdout.contains("Saved as plan.json"), "{}", run.stdout);
}

fn start_apply(directory: &Path, url: &str) -> Child {
    tool::command(
        TOOL,
        directory,
        &["--endpoint-url", url, "--speed", POLLING, "apply", "plan.json"],
    )
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .expect("the tool starts")
}

/// Every write that was answered well; also those that start no operation.
fn writes(served: &Served) -> usize {
    let log = served.log();
    let changes = log.iter().filter(|entry| {
        ["Create", "Update", "Delete"]
            .iter()
            .any(|verb| entry.action.starts_with(verb))
            && entry.error.is_none()
    });
    changes.count()
}

#[test]
fn a_saved_plan_killed_after_its_nth_write_finishes_when_run_again() {
    for nth in 1..=4 {
        let copy = fixture::copy("demo");
        let served = serve();
        plan(copy.path(), &served.url);

        let mut killed = start_apply(copy.path(), &served.url);
        served.wait_until(|world| {
            world
                .log
                .iter()
                .filter(|it| it.action.starts_with("Create") && it.error.is_none())
                .count()
                >= nth
        });
        killed.kill().expect("the process can be killed");
        killed.wait().expect("the process ends");
        let before = writes(&served);

        let again = tool::run(
            TOOL,
            copy.path(),
            &[
                "--endpoint-url",
                &served.url,
                "--speed",
                POLLING,
                "apply",
                "plan.json",
            ],
        );
        assert_eq!(
            again.code, 0,
            "killed after write {nth}:\n{}\n{}",
            again.stdout, again.stderr
        );
        assert!(before >= nth && writes(&served) >= before);
        for (operation, times) in served.started() {
            assert_eq!(
                times, 1,
                "killed after write {nth}: operation {operation} was started {times} times"
            );
        }
        tool::run(
            TOOL,
            copy.path(),
            &["--endpoint-url", &served.url, "plan", "--detailed-exitcode"],
        )
        .ends(0)
        .prints("No changes");
    }
}

#[test]
fn a_fresh_apply_after_a_kill_waits_for_what_runs_and_does_the_rest() {
    let copy = fixture::copy("demo");
    let served = serve();
    plan(copy.path(), &served.url);
    let mut killed = start_apply(copy.path(), &served.url);
    served.wait_until(|world| world.log.iter().any(|it| it.action == "CreateStackInstances"));
    killed.kill().expect("the process can be killed");
    killed.wait().expect("the process ends");

    tool::run(
        TOOL,
        copy.path(),
        &[
            "--endpoint-url",
            &served.url,
            "--speed",
            POLLING,
            "apply",
            "--auto-approve",
        ],
    )
    .ends(0);
    tool::run(
        TOOL,
        copy.path(),
        &["--endpoint-url", &served.url, "plan", "--detailed-exitcode"],
    )
    .ends(0)
    .prints("No changes");
}

#[test]
fn the_world_beside_a_manifest_survives_a_kill() {
    let copy = fixture::copy("demo");
    let arguments = ["--simulate", "--speed", "60", "apply", "--auto-approve"];
    let mut killed = tool::command(TOOL, copy.path(), &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool starts");
    let world = copy.path().join(".stackfleet/world.json");
    while !fs::read_to_string(&world).is_ok_and(|text| text.contains("sf-")) {
        assert!(
            killed.try_wait().expect("the process is ours").is_none(),
            "it ended before its first operation"
        );
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    }
    killed.kill().expect("the process can be killed");
    killed.wait().expect("the process ends");
    tool::run(
        TOOL,
        copy.path(),
        &["--simulate", "--speed", "20000", "apply", "--auto-approve"],
    )
    .ends(0);
    tool::run(TOOL, copy.path(), &["--simulate", "plan", "--detailed-exitcode"])
        .ends(0)
        .prints("No changes");
}
