//! Who may go on, and with what: approved digests, accounts that joined since, freezes that are broken, and what was rolled back.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fs;

use serde_json::Value;
use simulator::world_file;
use support::fixture;
use support::served::Served;
use support::tool::{Run, Tool};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");
/// How fast world and tool live.
const SPEED: f64 = 240.0;

/// The first manifest with something below it, and a world of its own.
fn served(more: &str) -> (TempDir, Served, Tool) {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    tool.run("init").ends(0);
    let file = directory.path().join("stackfleet.toml");
    let text = fs::read_to_string(&file).expect("init writes it");
    fs::write(&file, text + more).expect("a file can be written");
    let served = Served::start(world_file::fresh().expect("there is a fresh world"), SPEED);
    let tool = tool.with(&format!("--endpoint-url {} --speed {SPEED}", served.url));
    (directory, served, tool)
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

fn digest(tool: &Tool) -> String {
    let plan = json(&tool.run("plan -f json --allow-blocked").ends(0));
    plan["digest"].as_str().expect("a digest").to_owned()
}

/// Events of a run, as JSON.
fn events(text: &str) -> Vec<Value> {
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

#[test]
fn accounts_that_joined_since_the_approval_are_named_and_may_be_accepted_alone() {
    let (_directory, served, tool) = served("");
    let approved = digest(&tool);
    served.door(
        "actor",
        r#"{"does": "move_account", "account": "200000000001", "to": "Workloads"}"#,
    );
    assert_ne!(digest(&tool), approved, "the account makes no difference");
    let short = &approved[..20];
    tool.run(&format!("apply --approved {short}"))
        .ends(5)
        .says("nothing else differs")
        .says("200000000001")
        .says("--accept new-accounts");
    tool.run(&format!("apply --approved {short} --accept new-accounts"))
        .ends(0)
        .says("joined since the approval");
    tool.run("plan --detailed-exitcode").ends(0);
}

#[test]
fn an_approved_plan_that_differs_in_more_than_accounts_is_not_accepted() {
    let (directory, served, tool) = served("");
    let approved = digest(&tool);
    served.door(
        "actor",
        r#"{"does": "move_account", "account": "200000000001", "to": "Workloads"}"#,
    );
    fixture::edit(&directory.path().join("stackfleet.toml"), "= 365", "= 30");
    let run = tool
        .run(&format!("apply --approved {approved} --accept new-accounts"))
        .ends(5);
    assert!(!run.stderr.contains("nothing else differs"), "{}", run.stderr);
    assert!(served.started().is_empty());
}

#[test]
fn a_freeze_is_broken_with_a_reason_that_is_written_down() {
    let freeze =
        "\n[[freeze]]\nname = \"always\"\nfrom = 2020-01-01T00:00:00Z\nuntil = 2099-01-01T00:00:00Z\n";
    let (directory, _served, tool) = served(freeze);
    tool.run("apply --auto-approve")
        .ends(3)
        .says("E0530")
        .says("--break-glass");
    tool.run("apply --auto-approve --break-glass").ends(1);
    let run = tool
        .run("apply --auto-approve --break-glass INC-4711 -f json --events events.ndjson")
        .ends(0);
    assert_eq!(json(&run)["break_glass"], "INC-4711");
    let text = fs::read_to_string(directory.path().join("events.ndjson")).expect("events are written");
    let events = events(&text);
    assert_eq!(events[0]["break_glass"], "INC-4711");
    assert_eq!(events[events.len() - 1]["break_glass"], "INC-4711");
}

#[test]
fn events_are_lines_of_the_published_form_and_the_last_one_is_the_summary() {
    let (_directory, served, tool) = served("");
    served.door(
        "failure",
        r#"{"reason": "ResourceLogicalId:Role, ResourceType:AWS::IAM::Role, ResourceStatusReason:it exists", "times": 1}"#,
    );
    let run = tool.run("apply --auto-approve --events -").ends(4);
    let events = events(&run.stderr);
    for (number, event) in (1..).zip(&events) {
        assert_eq!(
            (&event["v"], &event["seq"]),
            (&Value::from(1), &Value::from(number)),
            "{event}"
        );
    }
    assert_eq!(events[0]["type"], "apply_start");
    let last = &events[events.len() - 1];
    assert_eq!(
        (&last["type"], &last["exit_code"]),
        (&Value::from("apply_summary"), &Value::from(4))
    );
    let failed = events
        .iter()
        .find(|event| event["status"] == "failed")
        .expect("a failed instance");
    assert_eq!(failed["reason"], "it exists");
    assert_eq!(failed["resource"]["logical_id"], "Role");
    assert_eq!(failed["resource"]["type"], "AWS::IAM::Role");
    assert_eq!(failed["retryable"], false);
    assert!(failed["account_name"].is_string(), "{failed}");
    assert!(
        !run.stderr.contains(" start "),
        "progress beside events on stderr: {}",
        run.stderr
    );
}

const ROLLOUT: &str = r#"rollout = "back"

[rollout.back]
on_failure = "rollback"

[[rollout.back.stage]]
name    = "canary"
targets = ["account:orders-staging"]

[[rollout.back.stage]]
name    = "rest"
targets = "rest"

[stackset.audit-log-group.parameters]
"#;

#[test]
fn what_was_rolled_back_needs_an_approval_of_its_own_to_be_tried_again() {
    let (directory, served, tool) = served("");
    let file = directory.path().join("stackfleet.toml");
    fixture::edit(&file, "[stackset.audit-log-group.parameters]\n", ROLLOUT);
    tool.run("apply --auto-approve").ends(0);
    fixture::edit(&file, "= 365", "= 30");
    served.door("failure", r#"{"reason": "out of luck", "times": 1}"#);
    tool.run("apply --auto-approve")
        .ends(4)
        .prints("0 of 10 instances as the plan says")
        .prints("definition from before the rollout is back.");
    tool.run("plan").ends(0).says("W0432");
    tool.run("apply --auto-approve").ends(6).says("E0740");
    let again = digest(&tool);
    tool.run(&format!("apply --approved {again}")).ends(0);
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
}

const OWN: &str = r#"
[[stackset.audit-log-group.override]]
name       = "staging keeps less"
targets    = ["account:orders-staging"]
parameters = { LogRetentionDays = 90 }
"#;

/// The value that an instance has for itself, as AWS tells it.
fn own_value(served: &Served, account: &str) -> String {
    let (_, body) = served.cloudformation(&[
        ("Action", "DescribeStackInstance"),
        ("StackSetName", "audit-log-group"),
        ("StackInstanceAccount", account),
        ("StackInstanceRegion", "us-east-1"),
    ]);
    let value = body.split("<ParameterValue>").nth(1);
    let value = value.and_then(|rest| rest.split('<').next());
    value.unwrap_or("none").to_owned()
}

#[test]
fn a_rollback_brings_back_the_values_that_single_instances_had() {
    let (directory, served, tool) = served(OWN);
    let file = directory.path().join("stackfleet.toml");
    fixture::edit(&file, "[stackset.audit-log-group.parameters]\n", ROLLOUT);
    tool.run("apply --auto-approve").ends(0);
    assert_eq!(own_value(&served, "300000000002"), "90");
    // The canary's own value changes and is deployed, then the second stage fails.
    fixture::edit(&file, "= 365", "= 30");
    fixture::edit(&file, "LogRetentionDays = 90 }", "LogRetentionDays = 180 }");
    let plan = json(&tool.run("plan -f json").ends(0));
    served.door(
        "failure",
        r#"{"account": "300000000001", "reason": "out of luck", "times": 1}"#,
    );
    let run = tool.run("apply --auto-approve -f json").ends(4);
    assert_eq!(
        own_value(&served, "300000000002"),
        "90",
        "{:#}\n{}",
        plan["operations"],
        run.stdout
    );
    let lines = json(&run)["operations"].as_array().expect("operations").clone();
    let back = lines
        .iter()
        .filter(|line| line["rollback"] == true && line["outcome"] == "succeeded")
        .count();
    assert_eq!(
        back, 2,
        "the definition and the values of one account: {lines:#?}"
    );
}
