//! What is refused: mistakes in files, plans that were changed or overtaken, StackSets that are busy or somebody else's.

#![allow(missing_docs)]

use std::fs;

use support::served::Served;
use support::{fixture, tool};

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// Fast: waiting is not what these tests are about.
const SPEED: f64 = 20_000.0;

fn served() -> Served {
    Served::start(
        simulator::world_file::fresh().expect("the built-in world is right"),
        SPEED,
    )
}

/// Accepted calls that change something.
fn writes(served: &Served) -> usize {
    let log = served.log();
    log.iter()
        .filter(|entry| entry.service == "cloudformation")
        .filter(|entry| {
            ["Create", "Update", "Delete"]
                .iter()
                .any(|verb| entry.action.starts_with(verb))
        })
        .count()
}

#[test]
fn six_mistakes_are_six_errors_in_one_run() {
    let copy = fixture::copy("broken/six-mistakes");
    let run = tool::run(TOOL, copy.path(), &["validate"]).ends(1);
    assert_eq!(run.stderr.matches("error[E").count(), 6, "{}", run.stderr);
    assert!(run.stderr.matches("help:").count() >= 6, "{}", run.stderr);

    let json = tool::run(TOOL, copy.path(), &["validate", "-f", "json"]).ends(1);
    let diagnostics: serde_json::Value = serde_json::from_str(&json.stdout).expect("diagnostics in JSON");
    let diagnostics = diagnostics["diagnostics"].as_array().expect("a list");
    assert_eq!(diagnostics.len(), 6);
    for diagnostic in diagnostics {
        assert_eq!(diagnostic["file"], "stackfleet.toml", "{diagnostic}");
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
    let copy = fixture::copy("demo");
    let served = served();
    tool::run(
        TOOL,
        copy.path(),
        &["--endpoint-url", &served.url, "plan", "--out", "plan.json"],
    )
    .ends(0);
    let file = copy.path().join("plan.json");
    let mut bytes = fs::read(&file).expect("the plan was saved");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("the plan can be changed");
    let calls = served.log().len();

    let run = tool::run(
        TOOL,
        copy.path(),
        &["--endpoint-url", &served.url, "apply", "plan.json"],
    )
    .ends(5);
    assert!(run.stderr.contains("error[E0710]"), "{}", run.stderr);
    assert_eq!(served.log().len(), calls, "something was called");
}

#[test]
fn a_plan_whose_stackset_changed_since_is_refused_before_any_write() {
    let copy = fixture::copy("demo");
    let served = served();
    let url = ["--speed", "20", "--endpoint-url", &served.url];
    tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["apply", "--auto-approve"]].concat(),
    )
    .ends(0);
    fixture::copy_all(&copy.path().join("v2"), copy.path());
    tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["plan", "--out", "plan.json"]].concat(),
    )
    .ends(0);
    let (status, body) = served.cloudformation(&[
        ("Action", "UpdateStackSet"),
        ("StackSetName", "org-governance"),
        ("UsePreviousTemplate", "true"),
        ("Description", "somebody was faster"),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ("OperationId", "somebody-else"),
    ]);
    assert_eq!(status, 200, "{body}");
    let before = writes(&served);

    let run = tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["apply", "plan.json", "--wait", "2h"]].concat(),
    )
    .ends(5);
    assert!(
        run.stdout.contains("E0701") || run.stderr.contains("E0701"),
        "{}\n{}",
        run.stdout,
        run.stderr
    );
    assert_eq!(writes(&served), before, "something was written");
}

#[test]
fn a_busy_stackset_is_waited_for_or_named() {
    let copy = fixture::copy("demo");
    let served = Served::start(
        simulator::world_file::fresh().expect("the built-in world is right"),
        600.0,
    );
    let url = ["--speed", "20", "--endpoint-url", &served.url];
    tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["apply", "--auto-approve"]].concat(),
    )
    .ends(0);
    fixture::copy_all(&copy.path().join("v2"), copy.path());
    let (status, body) = served.cloudformation(&[
        ("Action", "DetectStackSetDrift"),
        ("StackSetName", "org-governance"),
        ("OperationId", "somebody-else"),
    ]);
    assert_eq!(status, 200, "{body}");

    let impatient = tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["apply", "--auto-approve", "--wait", "0s"]].concat(),
    )
    .ends(5);
    assert!(
        impatient.stderr.contains("error[E0702]") && impatient.stderr.contains("somebody-else"),
        "{}",
        impatient.stderr
    );
    assert!(
        !impatient.stderr.contains("OperationInProgressException"),
        "{}",
        impatient.stderr
    );

    tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["apply", "--auto-approve", "--wait", "2h"]].concat(),
    )
    .ends(0);
    tool::run(
        TOOL,
        copy.path(),
        &[&url[..], &["plan", "--detailed-exitcode"]].concat(),
    )
    .ends(0);
}

#[test]
fn another_account_is_refused_before_any_other_call() {
    let copy = fixture::copy("demo");
    fixture::edit(
        &copy.path().join("stackfleet.toml"),
        "admin_account = \"100000000000\"",
        "admin_account = \"999900000000\"",
    );
    let served = served();
    let run = tool::run(TOOL, copy.path(), &["--endpoint-url", &served.url, "plan"]).ends(1);
    assert!(run.stderr.contains("error[E0602]"), "{}", run.stderr);
    let calls: Vec<_> = served.log().into_iter().map(|entry| entry.action).collect();
    assert_eq!(calls, ["GetCallerIdentity"]);
}

#[test]
fn without_a_terminal_and_without_a_yes_nothing_is_done() {
    let copy = fixture::copy("demo");
    let served = served();
    let run = tool::run(TOOL, copy.path(), &["--endpoint-url", &served.url, "apply"]).ends(6);
    assert!(run.stderr.contains("error[E0703]"), "{}", run.stderr);
    assert_eq!(writes(&served), 0);
}

#[test]
fn a_usage_error_is_an_error_and_not_a_change() {
    let directory = fixture::empty();
    assert_eq!(tool::run(TOOL, directory.path(), &["plan", "--nonsense"]).code, 1);
    assert_eq!(tool::run(TOOL, directory.path(), &["--help"]).code, 0);
    tool::run(TOOL, directory.path(), &["plan"])
        .ends(1)
        .says("error[E0001]");
}
