//! Properties of the whole reading (reliability §4.7), on an organization whose lists have several pages.
//!
//! P14: whichever call of a plan is refused, there is no plan. P9: the order of lists, empty pages, time zone, locale and
//! directory change no byte of it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::fixture;
use support::tool::{Run, Tool};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-paused");

/// The large organization of the scenarios, deployed.
fn deployed() -> TempDir {
    let directory = fixture::empty();
    let story = fixture::root().join("tests/scenarios/31-a-large-organization");
    fixture::copy_all(&story.join("before"), directory.path());
    let world = std::process::Command::new("sh")
        .arg("world.sh")
        .current_dir(&story)
        .output()
        .expect("a shell starts");
    fs::write(directory.path().join("world.toml"), world.stdout).expect("a file can be written");
    run(directory.path(), "apply --simulate=world.toml --auto-approve").ends(0);
    directory
}

/// A command with the variable that the manifest wants.
fn run(directory: &Path, line: &str) -> Run {
    let mut command = Tool::new(TOOL, directory).command(line);
    Run::of(
        command
            .env("WEBHOOK_TOKEN", "not-a-token")
            .output()
            .expect("the tool starts"),
    )
}

fn world(directory: &Path) -> PathBuf {
    directory.join(".stackfleet/world.json")
}

/// Changes a text of the world that is kept beside a manifest.
fn change(directory: &Path, from: &str, to: &str) {
    fixture::edit(&world(directory), from, to);
}

/// Calls that were made so far, in words.
fn calls(directory: &Path) -> Vec<String> {
    let log = fs::read_to_string(directory.join(".stackfleet/calls.jsonl")).expect("calls are written down");
    log.lines().map(str::to_owned).collect()
}

#[test]
fn p14_whichever_call_of_a_plan_is_refused_there_is_no_plan() {
    let directory = deployed();
    let before = calls(directory.path()).len();
    run(directory.path(), "plan --simulate --detailed-exitcode").ends(0);
    let made = calls(directory.path()).split_off(before);
    let lists = made
        .iter()
        .filter(|call| call.contains("\"ListStackInstances\""))
        .count();
    assert!(lists > 3, "instances are on several pages: {lists}");
    let kept = fs::read(world(directory.path())).expect("a world is kept");
    // Overrides are read one instance at a time, all in one way: some of those calls stand for the others.
    let alike = |call: &str| call.contains("\"DescribeStackInstance\"");
    let tried = made.iter().enumerate();
    for (number, call) in tried.filter(|(number, call)| !alike(call) || number % 100 == 0) {
        fs::write(world(directory.path()), &kept).expect("a file can be written");
        let fault = json!([{
            "kind": "access_denied", "service": null, "action": null, "stack_set": null, "account": null,
            "from": null, "until": null, "after": number, "times": 1, "probability": null, "seen": 0,
        }]);
        change(directory.path(), "\"faults\":[]", &format!("\"faults\":{fault}"));
        let refused = run(directory.path(), "plan --simulate --out plan.json");
        assert_eq!(
            refused.code, 1,
            "call {number}, {call}\n{}{}",
            refused.stdout, refused.stderr
        );
        assert!(
            refused.stdout.is_empty(),
            "call {number}, {call}: {}",
            refused.stdout
        );
        assert!(
            !directory.path().join("plan.json").exists(),
            "call {number}, {call}"
        );
    }
}

/// Lists come in another order, with empty pages between.
fn list_otherwise(directory: &Path) {
    for (from, to) in [
        ("\"list_order\":\"sorted\"", "\"list_order\":\"shuffled\""),
        ("\"pages\":\"full\"", "\"pages\":\"with_gaps\""),
        (
            "\"targets_read_back\":\"as_sent\"",
            "\"targets_read_back\":\"sorted\"",
        ),
    ] {
        change(directory, from, to);
    }
}

#[test]
fn p09_neither_pages_nor_time_zone_nor_locale_nor_directory_change_a_byte() {
    let directory = deployed();
    let story = fixture::root().join("tests/scenarios/31-a-large-organization");
    fs::copy(
        story.join("stackfleet.toml"),
        directory.path().join("stackfleet.toml"),
    )
    .expect("a file is copied");
    fixture::copy_all(&story.join("templates"), &directory.path().join("templates"));
    run(directory.path(), "plan --simulate --out first.json").ends(0);
    list_otherwise(directory.path());
    let mut elsewhere = Tool::new(TOOL, Path::new("/")).command("plan --simulate --out");
    elsewhere
        .arg(directory.path().join("second.json"))
        .args(["-m".into(), directory.path().join("stackfleet.toml")])
        .envs([
            ("TZ", "Pacific/Chatham"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("WEBHOOK_TOKEN", "not-a-token"),
        ]);
    Run::of(elsewhere.output().expect("the tool starts")).ends(0);
    let read = |file: &str| -> Value {
        let text = fs::read_to_string(directory.path().join(file)).expect("a plan is saved");
        let name = directory.path().join("stackfleet.toml").display().to_string();
        serde_json::from_str(&text.replace(&name, "stackfleet.toml")).expect("a plan is JSON")
    };
    let (mut first, mut second) = (read("first.json"), read("second.json"));
    assert_eq!(first["digest"], second["digest"]);
    // The seal covers the manifest's path, which is what was typed.
    for plan in [&mut first, &mut second] {
        plan.as_object_mut()
            .expect("a plan is an object")
            .remove("sha256");
    }
    assert_eq!(first, second);
}
