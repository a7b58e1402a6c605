//! What is refused: mistakes in files, plans that were changed or overtaken, StackSets that are busy or somebody else's.

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
use support::tool::Tool;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// World seconds in a real second: waiting is not what these tests are about.
const SPEED: f64 = 20_000.0;

/// Here it is: a drift detection must still be at work when the tool has started, also on a busy machine.
const DRIFT: f64 = 100.0;

fn served(speed: f64) -> Served {
    Served::start(
        simulator::world_file::fresh().expect("the built-in world is right"),
        speed,
    )
}

/// The tool in a directory, on a server, looking after its operations more often than it would at AWS.
fn tool(directory: &tempfile::TempDir, served: &Served) -> Tool {
    Tool::new(TOOL, directory.path()).with(&format!("--endpoint-url {} --speed 20", served.url))
}

/// Calls that would change something, accepted or not.
fn writes(served: &Served) -> usize {
    let changes = ["Create", "Update", "Delete"];
    let log = served.log();
    log.iter()
        .filter(|entry| changes.iter().any(|verb| entry.action.starts_with(verb)))
        .count()
}

#[test]
fn six_mistakes_are_six_errors_in_one_run() {
    let copy = fixture::copy("broken/six-mistakes");
    let tool = Tool::new(TOOL, copy.path());
    let run = tool.run("validate").ends(1);
    assert_eq!(run.stderr.matches("error[E").count(), 6, "{}", run.stderr);

    let json = tool.run("validate -f json").ends(1);
    let diagnostics: serde_json::Value = serde_json::from_str(&json.stdout).expect("diagnostics in JSON");
    let diagnostics = diagnostics["diagnostics"].as_array().expect("a list");
    assert_eq!(diagnostics.len(), 6);
    for diagnostic in diagnostics {
        // A missing capability is shown where the template needs it.
        let file = diagnostic["file"].as_str().expect("a file");
        assert!(
            ["stackfleet.toml", "templates/role.yaml"].contains(&file),
            "{diagnostic}"
        );
        assert!(
            diagnostic["start"]["line"].as_u64().is_some_and(|line| line > 0),
            "{diagnostic}"
        );
        assert!(
            diagnostic["start"]["column"]
                .as_u64()
                .is_some_and(|column| column > 0),
            "{diagnostic}"
        );
        assert!(
            diagnostic["help"].as_array().is_some_and(|help| !help.is_empty()),
            "{diagnostic}"
        );
    }
}

#[test]
fn a_plan_file_with_one_byte_changed_is_refused_before_any_call() {
    let (copy, served) = (fixture::copy("demo"), served(SPEED));
    let tool = tool(&copy, &served);
    tool.run("plan --out plan.json").ends(0);
    let file = copy.path().join("plan.json");
    let mut bytes = fs::read(&file).expect("the plan was saved");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("the plan can be changed");
    let calls = served.log().len();

    tool.run("apply plan.json").ends(5).says("error[E0710]");
    assert_eq!(served.log().len(), calls, "something was called");
}

#[test]
fn a_plan_whose_stackset_changed_since_is_refused_before_any_write() {
    let (copy, served) = (fixture::copy("demo"), served(SPEED));
    let tool = tool(&copy, &served);
    tool.run("apply --auto-approve").ends(0);
    fixture::copy_all(&copy.path().join("v2"), copy.path());
    tool.run("plan --out plan.json").ends(0);
    served.accepts(&[
        ("Action", "UpdateStackSet"),
        ("StackSetName", "org-governance"),
        ("UsePreviousTemplate", "true"),
        ("Description", "somebody was faster"),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ("OperationId", "somebody-else"),
    ]);
    let before = writes(&served);

    tool.run("apply plan.json --wait 2h")
        .ends(5)
        .prints("E0701")
        .prints("org-governance");
    assert_eq!(writes(&served), before, "something was written");
}

#[test]
fn a_busy_stackset_is_waited_for_or_named() {
    let (copy, served) = (fixture::copy("demo"), served(DRIFT));
    let tool = tool(&copy, &served);
    tool.run("apply --auto-approve").ends(0);
    served.accepts(&[
        ("Action", "DetectStackSetDrift"),
        ("StackSetName", "org-governance"),
        ("OperationId", "somebody-else"),
    ]);
    let yet = tool.run("plan --detailed-exitcode").ends(2);
    assert!(yet.stdout.contains("No changes yet"), "{}", yet.stdout);
    fixture::copy_all(&copy.path().join("v2"), copy.path());

    let impatient = tool
        .run("apply --auto-approve --wait 0s")
        .ends(5)
        .says("error[E0702]")
        .says("somebody-else");
    assert!(
        !impatient.stderr.contains("OperationInProgressException"),
        "{}",
        impatient.stderr
    );

    tool.run("apply --auto-approve --wait 2h").ends(0);
    tool.run("plan --detailed-exitcode").ends(0);
}

#[test]
fn another_account_is_refused_before_any_other_call() {
    let (copy, served) = (fixture::copy("demo"), served(SPEED));
    let manifest = copy.path().join("stackfleet.toml");
    fixture::edit(
        &manifest,
        "admin_account = \"100000000000\"",
        "admin_account = \"999900000000\"",
    );
    tool(&copy, &served).run("plan").ends(1).says("error[E0602]");
    let calls: Vec<_> = served.log().into_iter().map(|entry| entry.action).collect();
    assert_eq!(calls, ["GetCallerIdentity"]);
}

#[test]
fn without_a_terminal_and_without_a_yes_nothing_is_done() {
    let (copy, served) = (fixture::copy("demo"), served(SPEED));
    tool(&copy, &served).run("apply").ends(6).says("error[E0703]");
    assert_eq!(writes(&served), 0);
}

#[test]
fn a_usage_error_is_an_error_and_not_a_change() {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    tool.run("plan --nonsense").ends(1);
    tool.run("--help").ends(0);
    tool.run("plan").ends(1).says("error[E0001]");
}
