//! `stackfleet ops`, and an apply that leaves its operations to AWS: what a person can do about what runs.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use serde_json::Value;
use simulator::world_file;
use support::fixture;
use support::served::Served;
use support::tool::{Run, Tool};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// The first manifest, on a world of its own whose time is that of `speed`.
fn served(speed: f64) -> (TempDir, Served, Tool) {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    tool.run("init").ends(0);
    let served = Served::start(world_file::fresh().expect("there is a fresh world"), speed);
    let tool = tool.with(&format!("--endpoint-url {}", served.url));
    (directory, served, tool)
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

/// The one operation that runs.
fn running(tool: &Tool) -> String {
    let list = json(&tool.run("ops list --running -f json").ends(0));
    let found = list["operations"].as_array().expect("a list").clone();
    assert_eq!(found.len(), 1, "{list:#}");
    found[0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_detached_apply_is_listed_shown_stopped_and_watched() {
    let (_directory, _served, tool) = served(30.0);
    let tool = tool.with("--speed 30");
    tool.run("apply --auto-approve --detach")
        .ends(0)
        .prints("started and left to AWS")
        .prints("ops watch");
    let id = running(&tool);
    assert!(id.starts_with("sf-"), "{id}");
    tool.run("ops list")
        .ends(0)
        .prints("stackfleet")
        .prints("running");
    let beginning = &id[..14];
    let shown = json(&tool.run(&format!("ops show {beginning} -f json")).ends(0));
    assert_eq!(shown["operation"]["ours"], true);
    assert_eq!(shown["operation"]["status"], "running");

    tool.run(&format!("ops stop {beginning}")).ends(6).says("E0741");
    tool.run(&format!("ops stop {beginning} --yes"))
        .ends(0)
        .says("asked AWS to stop it");
    let watched = tool.run("ops watch").ends(4);
    assert!(
        watched.stdout.contains("stopped") || watched.stdout.contains("failed"),
        "{}",
        watched.stdout
    );
    tool.run(&format!("ops stop {beginning} --yes"))
        .ends(1)
        .says("E0742");
}

#[test]
fn the_next_apply_takes_up_what_was_left_and_starts_nothing_twice() {
    let (_directory, served, tool) = served(120.0);
    let tool = tool.with("--speed 120");
    tool.run("plan --out plan.json").ends(0);
    tool.run("apply plan.json --detach").ends(0);
    tool.run("apply plan.json").ends(0);
    assert!(
        served.started().values().all(|times| *times == 1),
        "{:?}",
        served.started()
    );
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
}

#[test]
fn what_somebody_else_started_is_told_and_never_stopped_by_a_plain_yes() {
    let (_directory, served, tool) = served(120.0);
    tool.with("--speed 120").run("apply --auto-approve").ends(0);
    let list = json(&tool.run("ops list -f json").ends(0));
    let name = list["operations"][0]["aws_name"]
        .as_str()
        .expect("a name")
        .to_owned();
    served.accepts(&[
        ("Action", "DetectStackSetDrift"),
        ("StackSetName", &name),
        ("OperationId", "somebody-elses"),
    ]);
    tool.run("ops show somebody-elses")
        .ends(0)
        .prints("not by us")
        .prints("drift detection");
    let stop = tool.run("ops stop somebody-elses --yes");
    if stop.code == 6 {
        stop.says("somebody else started");
    } else {
        // It may be over by now.
        stop.ends(1).says("E0742");
    }
    tool.run("ops show nothing-like-this").ends(1).says("E0010");
    tool.run("ops show s").ends(1).says("write more of the id");
}

#[test]
fn nothing_to_watch_is_no_error() {
    let (_directory, _served, tool) = served(120.0);
    tool.run("ops list").ends(0).prints("No operations");
    tool.run("ops watch").ends(0).says("nothing runs");
}

#[test]
fn what_needs_no_aws_works_offline_and_the_rest_is_refused() {
    let directory = fixture::copy("manifests/depends-on");
    let tool = Tool::new(TOOL, &directory.path().join("1")).with("--offline");
    tool.run("validate").ends(0);
    tool.run("plan").ends(1).says("E0044");
    tool.run("plan --simulate --speed 20000").ends(0);
    tool.run("graph").ends(0).prints("flowchart LR").prints("-->");
    tool.run("graph --as dot").ends(0).prints("digraph");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        tool.run(&format!("completions {shell}"))
            .ends(0)
            .prints("stackfleet");
    }
    tool.run("man pages").ends(0);
    let page = directory.path().join("1/pages/stackfleet-apply.1");
    let text = std::fs::read_to_string(page).expect("a page for each command");
    assert!(text.contains("break\\-glass"), "{text}");
}

#[test]
fn what_programs_read_has_the_keys_that_its_schema_requires() {
    let (_directory, _served, tool) = served(120.0);
    let tool = tool.with("--speed 120");
    let summary = json(&tool.run("apply --auto-approve -f json").ends(0));
    let list = json(&tool.run("ops list -f json").ends(0));
    let id = list["operations"][0]["id"].as_str().expect("an id").to_owned();
    let one = json(&tool.run(&format!("ops show {id} -f json")).ends(0));
    for (of, value) in [("apply", &summary), ("operations", &list), ("operation", &one)] {
        let schema = json(&tool.run(&format!("schema {of}")).ends(0));
        let required = schema["required"].as_array().expect("required keys").clone();
        for key in required.iter().filter_map(Value::as_str) {
            assert!(!value[key].is_null(), "{of}: `{key}` is not in {value:#}");
        }
        assert_eq!(schema["properties"]["format"]["const"], value["format"]);
    }
}
