//! Plans of a part, and plans made without AWS, through the real binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

#[path = "conformance/python.rs"]
mod python;

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use support::fixture;
use support::tool::{Run, Tool};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// A fixture's first manifest on a simulated organization, nothing deployed.
fn first(name: &str) -> (TempDir, Tool) {
    let copy = fixture::copy(&format!("manifests/{name}"));
    let tool = Tool::new(TOOL, &copy.path().join("1")).with("--simulate --speed 20000");
    (copy, tool)
}

fn scripts() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/schema"))
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn a_part_is_reviewed_applied_and_then_the_rest_is_planned() {
    let (_copy, tool) = first("automatic-order");
    let part = tool.run("plan a* --out part.json").ends(0).says("W0012");
    part.prints("partial: only alarms and audit");
    tool.run("apply part.json").ends(0);
    tool.run("plan a* --detailed-exitcode")
        .ends(0)
        .prints("No changes in this part");
    let rest = json(&tool.run("plan -f json").ends(0));
    assert_eq!(rest["complete"], true);
    let sets = rest["stack_sets"].as_array().expect("StackSets");
    let changing = sets.iter().filter(|set| set["action"] != "none");
    assert_eq!(changing.map(|set| &set["name"]).collect::<Vec<_>>(), ["events"]);
    tool.run("apply --auto-approve").ends(0);
    tool.run("plan --detailed-exitcode").ends(0);
}

#[test]
fn accounts_and_regions_are_chosen_by_name_and_nothing_else_is_touched() {
    let (_copy, tool) = first("automatic-order");
    tool.run("apply --auto-approve").ends(0);
    let world = tool.run("targets -f json").ends(0);
    let account = json(&world)["stack_sets"][0]["units"][0]["accounts"][0]["account"].clone();
    let account = account.as_str().expect("an account");
    let (_other, fresh) = first("automatic-order");
    let plan = json(&fresh.run(&format!("plan --account {account} -f json")).ends(0));
    assert_eq!(plan["complete"], false);
    assert_eq!(plan["selection"]["accounts"], serde_json::json!([account]));
    for operation in plan["operations"].as_array().expect("operations") {
        for part in operation["touches"].as_array().expect("rectangles") {
            assert_eq!(part["accounts"], serde_json::json!([account]));
        }
    }
}

#[test]
fn what_failed_is_done_again_alone_and_nothing_is_where_nothing_failed() {
    let (_copy, tool) = first("automatic-order");
    let before = json(&tool.run("plan --only failed -f json").ends(0));
    assert_eq!(before["operations"], serde_json::json!([]), "nothing is made");
    assert_eq!(before["selection"]["only"], "failed");
    tool.run("apply --auto-approve").ends(0);
    tool.run("plan --only outdated --detailed-exitcode")
        .ends(0)
        .prints("No changes in this part: only outdated instances");
    tool.run("apply --only failed --auto-approve").ends(0);
    tool.run("apply --only failed plan.json").ends(1);
    tool.run("plan --only failed --resend alarms:Token").ends(1);
}

#[test]
fn names_that_mean_nothing_are_errors_all_at_once() {
    let (_copy, tool) = first("automatic-order");
    let run = tool
        .run(
            "plan alarm evnts --exclude nobody --account nobody --region eu-west-9 --stage none --resend x:Y",
        )
        .ends(1);
    assert_eq!(run.stderr.matches("error[E0010]").count(), 7, "{}", run.stderr);
    run.says("did you mean `alarms`?").says("did you mean `events`?");
    tool.run("plan events").ends(3).says("E0406");
}

#[test]
fn the_plans_of_every_fixture_are_as_their_schema_says() {
    let plans = fixture::empty();
    for entry in fs::read_dir(fixture::path("manifests")).expect("there are fixtures") {
        let name = entry.expect("a folder can be read").file_name();
        let name = name.to_string_lossy();
        let (copy, tool) = first(&name);
        let file = plans.path().join(format!("{name}-fresh.json"));
        fs::write(&file, tool.run("plan -f json").ends(0).stdout).expect("a file can be written");
        let second = copy.path().join("2");
        if !second.is_dir() {
            continue;
        }
        tool.run("apply --auto-approve --approve-stage prod").ends(0);
        fs::rename(copy.path().join("1/.stackfleet"), second.join(".stackfleet"))
            .expect("the world moves along");
        let next = Tool::new(TOOL, &second).with("--simulate --speed 20000");
        let file = plans.path().join(format!("{name}-next.json"));
        fs::write(&file, next.run("plan --allow-blocked -f json").ends(0).stdout)
            .expect("a file can be written");
    }
    let schema = fixture::root().join("config/plan.schema.json");
    let paths = [schema.as_path(), plans.path()].map(|path| path.to_str().expect("UTF-8"));
    python::run("validate_plans.py", &paths);
}

#[test]
fn a_printed_plan_is_a_saved_one_without_its_seal() {
    let (copy, tool) = first("minimal");
    let printed = json(&tool.run("plan -f json --out plan.json").ends(0));
    let saved = fs::read_to_string(copy.path().join("1/plan.json")).expect("it was saved");
    let mut saved: Value = serde_json::from_str(&saved).expect("JSON");
    let seal = saved.as_object_mut().expect("an object").remove("sha256");
    assert!(seal.is_some_and(|seal| seal.as_str().is_some_and(|digits| digits.len() == 64)));
    assert_eq!(printed, saved);
    assert_eq!(
        printed["summary"]["instances"]["delete"], 0,
        "every action is counted"
    );
    assert_eq!(printed["summary"]["stack_sets"]["total"], 1);
}

#[test]
fn a_snapshot_gives_the_same_plan_without_aws_and_is_never_applied() {
    let (copy, tool) = first("parts-and-overrides");
    tool.run("snapshot --out now.json")
        .ends(0)
        .prints("Saved as now.json");
    let live = json(&tool.run("plan -f json").ends(0));
    let bare = Tool::new(TOOL, &copy.path().join("1"));
    let run = bare
        .run("plan --snapshot now.json --out plan.json -f json")
        .ends(0)
        .says("nothing is asked of AWS");
    let mut recorded = json(&run);
    assert_eq!(recorded["source"]["snapshot"], true);
    assert_eq!(recorded["applyable"], false);
    recorded["applyable"] = live["applyable"].clone();
    recorded["created_at"] = live["created_at"].clone();
    recorded["source"]
        .as_object_mut()
        .expect("an object")
        .remove("snapshot");
    assert_eq!(recorded, live);
    tool.run("apply plan.json").ends(5).says("E0706");
    let digest = live["digest"]
        .as_str()
        .expect("a digest")
        .trim_start_matches("sha256:");
    tool.run(&format!("apply --approved {}", &digest[..12])).ends(0);
    bare.run("plan --snapshot now.json --detailed-exitcode").ends(2);
}

#[test]
fn a_snapshot_that_is_broken_foreign_or_too_small_is_refused() {
    let (copy, tool) = first("minimal");
    let here = copy.path().join("1");
    tool.run("snapshot --out now.json").ends(0);
    let whole = fs::read_to_string(here.join("now.json")).expect("it was saved");
    let bare = Tool::new(TOOL, &here);
    let write = |text: &str| fs::write(here.join("other.json"), text).expect("a file can be written");
    let refused = |code: &str| {
        bare.run("plan --snapshot other.json").ends(1).says(code);
    };
    write(
        &whole
            .replacen("ACTIVE", "ACTIVA", 1)
            .replacen("100000000000", "100000000001", 1),
    );
    refused("E0050");
    write(whole.get(..whole.len() / 2).expect("half of it"));
    refused("E0050");
    write("{}");
    refused("E0050");
    bare.run("plan --snapshot nowhere.json").ends(1).says("E0020");
    bare.run("plan --snapshot now.json --deep").ends(1).says("E0052");
    let manifest = fs::read_to_string(here.join("stackfleet.toml")).expect("the manifest");
    let elsewhere = manifest.replacen("= \"us-east-1\"", "= \"eu-west-1\"", 1);
    fs::write(here.join("stackfleet.toml"), elsewhere).expect("a file can be written");
    bare.run("plan --snapshot now.json").ends(1).says("E0051");
}
