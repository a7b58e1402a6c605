//! `stackfleet drift`: reading starts nothing, and a detection is started once, whoever else is at work.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::path::PathBuf;

use serde_json::Value;
use simulator::world::StackSet;
use support::served::Served;
use support::tool::{Run, Tool};
use support::{by_hand, fixture};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");
const DETECT: &str = "DetectStackSetDrift";

/// Everything is as the manifest says.
struct Place {
    served: Served,
    tool: Tool,
    manifest: PathBuf,
    _kept: TempDir,
}

fn place(speed: f64) -> Place {
    let copy = fixture::copy("by-hand");
    let served = Served::start(by_hand::converged(TOOL), speed);
    Place {
        tool: Tool::new(TOOL, copy.path()).on(&served),
        manifest: copy.path().join("stackfleet.toml"),
        served,
        _kept: copy,
    }
}

impl Place {
    /// Ids of the detections that were started so far.
    fn detections(&self) -> Vec<String> {
        let log = self.served.log().into_iter();
        let started = log.filter(|call| call.action == DETECT && call.error.is_none());
        started.filter_map(|call| call.operation_id).collect()
    }

    /// Somebody changes a queue past CloudFormation.
    fn meddle(&self) {
        let drift = r#"{"stack_set": "baseline", "resource": "Leftovers", "property": "/MessageRetentionPeriod", "value": 60}"#;
        self.served.door("drift", drift);
    }

    fn somebody_else(&self, action: &str) {
        let mut inputs = vec![
            ("Action", action),
            ("StackSetName", "baseline"),
            ("OperationId", "somebody-else"),
        ];
        if action == "UpdateStackSet" {
            inputs.push(("UsePreviousTemplate", "true"));
        }
        self.served.accepts(&inputs);
    }
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn without_refresh_nothing_is_started() {
    let place = place(by_hand::FAST);
    place.tool.run("drift").ends(0).prints("never checked");
    assert_eq!(place.detections(), Vec::<String>::new());
    assert!(place.served.started().is_empty() || place.tool.run("plan --detailed-exitcode").code == 0);
}

#[test]
fn a_refresh_finds_what_was_changed_and_says_what_no_plan_touches() {
    let place = place(by_hand::FAST);
    place.meddle();
    let run = place
        .tool
        .run("drift --refresh baseline --detailed-exitcode")
        .ends(2);
    let run = run.prints("expected 1209600, found 60").prints("stays");
    assert!(run.stderr.contains("drift detection sf-"), "{}", run.stderr);
    assert_eq!(place.detections().len(), 1);
    let report = json(&place.tool.run("drift baseline -f json").ends(0));
    let set = &report["stack_sets"][0];
    assert_eq!(set["detection"]["ours"], true);
    assert_eq!(set["detection"]["status"], "completed");
    assert_eq!(
        set["drifted"][0]["resources"][0]["properties"][0]["fate"],
        "stays"
    );
    fixture::edit(
        &place.manifest.with_file_name("templates/baseline.yaml"),
        "1209600",
        "86400",
    );
    place.tool.run("drift baseline").ends(0).prints("repaired");
    place.tool.run("apply --auto-approve").ends(0);
    place
        .tool
        .run("drift --refresh baseline --detailed-exitcode")
        .ends(0)
        .prints("No drift: ");
}

#[test]
fn the_preferences_of_the_action_are_sent() {
    let place = place(by_hand::FAST);
    let text = std::fs::read_to_string(&place.manifest).expect("a manifest");
    let more = "\n[stackset.baseline.preferences.drift]\nmax_concurrent = 7\nfailure_tolerance = 3\nconcurrency_mode = \"soft\"\n";
    std::fs::write(&place.manifest, text + more).expect("it can be written");
    place.tool.run("drift --refresh baseline").ends(0);
    let id = place.detections().remove(0);
    let sent = place.served.simulator.look(|world| {
        let mut sets = world.stack_sets.values().flat_map(|sets| sets.values());
        let set: &StackSet = sets.find(|set| set.name() == "baseline").expect("it is there");
        let operation = set.operations.iter().find(|one| one.id.as_str() == id);
        operation.expect("it was started").preferences.clone()
    });
    assert_eq!(sent.max_concurrent, model::preferences::Amount::Count(7));
    assert_eq!(sent.failure_tolerance, model::preferences::Amount::Count(3));
}

#[test]
fn another_operation_is_waited_for_or_named() {
    let place = place(60.0);
    place.somebody_else("UpdateStackSet");
    place
        .tool
        .run("drift --refresh baseline --wait 0s")
        .ends(5)
        .says("E0702")
        .says("somebody-else");
    assert_eq!(place.detections(), Vec::<String>::new());
    place
        .tool
        .run("drift --refresh baseline --wait 2h")
        .ends(0)
        .says("waiting for operation somebody-else on baseline")
        .prints("No drift: ");
    assert_eq!(place.detections().len(), 1);
}

#[test]
fn a_detection_that_runs_is_taken_and_none_is_started() {
    let place = place(60.0);
    place.somebody_else(DETECT);
    place
        .tool
        .run("drift --refresh baseline")
        .ends(0)
        .says("drift detection somebody-else runs already")
        .prints("No drift: ");
    assert_eq!(place.detections(), ["somebody-else"]);
}

#[test]
fn a_detection_that_fails_somewhere_says_so_with_counts() {
    let place = place(by_hand::FAST);
    place.served.door(
        "failure",
        r#"{"stack_set": "baseline", "reason": "the role is gone"}"#,
    );
    let run = place.tool.run("drift --refresh baseline").ends(4);
    assert!(
        run.stdout.contains("it failed: it could not check"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("not reached in orders-prod and payments-prod: the role"),
        "{}",
        run.stdout
    );
}

#[test]
fn overrides_are_still_found_after_a_detection_touched_every_instance() {
    let place = place(by_hand::FAST);
    place.tool.run("drift --refresh").ends(0);
    let text = std::fs::read_to_string(&place.manifest).expect("a manifest");
    let (before, rest) = text
        .split_once("[[stackset.network.override]]")
        .expect("an override");
    let (_, after) = rest.split_once("[stackset.baseline]").expect("what follows");
    std::fs::write(&place.manifest, format!("{before}[stackset.baseline]{after}"))
        .expect("it can be written");
    place
        .tool
        .run("plan --detailed-exitcode")
        .ends(2)
        .prints("overrides");
}

#[test]
fn a_stack_set_of_another_project_is_not_held_up() {
    let place = place(by_hand::FAST);
    fixture::edit(&place.manifest, "name = \"by-hand\"", "name = \"somebody-else\"");
    place.tool.run("drift --refresh baseline").ends(3).says("E0601");
    assert_eq!(place.detections(), Vec::<String>::new());
}
