//! Plans of a part, and plans made without AWS, through the real binary.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

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
