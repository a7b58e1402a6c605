//! Reports of the real tool held against public schemas, and the shell steps of `config/ci` run against the simulator.
//!
//! Without Python 3.11 or later they are not run, and the tests say so and pass.

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
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use support::fixture;
use support::tool::Tool;
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports");

fn scripts() -> &'static Path {
    Path::new(SCRIPTS)
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn ci(name: &str) -> PathBuf {
    fixture::root().join("config/ci").join(name)
}

/// A program of a name that runs a line of shell.
fn program(directory: &Path, name: &str, line: &str) {
    let path = directory.join(name);
    fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A repository with a manifest, and programs for its jobs: the tool on the simulator, and clients that write down what they are asked.
fn repository() -> (TempDir, TempDir) {
    let (directory, programs) = (fixture::empty(), fixture::empty());
    Tool::new(TOOL, directory.path()).run("init").ends(0);
    program(
        programs.path(),
        "stackfleet",
        &format!(
            "case \"$*\" in *--snapshot*) exec {TOOL} \"$@\";; esac\nexec {TOOL} \"$@\" --simulate --speed 100000"
        ),
    );
    program(
        programs.path(),
        "gh",
        "echo \"gh $*\" >> asked; case \"$*\" in *--jq*) cat known 2>/dev/null;; esac; true",
    );
    program(programs.path(), "curl", "echo \"curl $*\" >> asked; echo '[]'");
    program(programs.path(), "jq", "cat > /dev/null");
    (directory, programs)
}

fn steps(file: &str, directory: &TempDir, programs: &TempDir, jobs: &[&str]) {
    let file = ci(file);
    let paths = [&file, programs.path(), directory.path()].map(|path| path.to_str().unwrap());
    python::run("steps.py", &[&paths[..], jobs].concat());
}

fn read(directory: &TempDir, name: &str) -> String {
    fs::read_to_string(directory.path().join(name)).unwrap_or_default()
}

#[test]
fn the_steps_of_githubs_workflow_plan_comment_and_apply() {
    let (directory, programs) = repository();
    steps(
        "github.yml",
        &directory,
        &programs,
        &["snapshot", "plan-fork", "plan", "apply"],
    );
    if !directory.path().join("log").exists() {
        return;
    }
    let log = read(&directory, "log");
    assert!(log.contains("Saved as snapshot.json"), "{log}");
    assert!(read(&directory, "plan.md").starts_with("<!-- stackfleet:plan project="));
    assert!(read(&directory, "asked").contains("gh pr comment 7 --body-file plan.md"));
    let outputs = read(&directory, "outputs");
    assert!(
        outputs.contains("changes<<stackfleet-") && outputs.contains("exit_code<<stackfleet-"),
        "{outputs}"
    );
    let summary = read(&directory, "summary.md");
    assert!(
        summary.contains("### stackfleet plan: ") && summary.contains("### stackfleet apply complete"),
        "{summary}"
    );
    assert!(read(&directory, "log").contains("::stop-commands::"));
    for file in [
        "plan.html",
        "apply.html",
        "stackfleet.sarif",
        "stackfleet.xml",
        "events.ndjson",
    ] {
        assert!(!read(&directory, file).is_empty(), "{file}");
    }
    // The next plan finds the comment of this one.
    fs::write(directory.path().join("known"), "4711\n").unwrap();
    steps("github.yml", &directory, &programs, &["plan"]);
    assert!(read(&directory, "asked").contains("--method PATCH repos/example/platform/issues/comments/4711"));
}

#[test]
fn the_steps_of_gitlabs_pipeline_plan_comment_and_apply() {
    let (directory, programs) = repository();
    steps(
        "gitlab.yml",
        &directory,
        &programs,
        &["validate", "snapshot", "plan-fork", "plan", "comment", "apply"],
    );
    if !directory.path().join("log").exists() {
        return;
    }
    assert!(read(&directory, "tfplan.json").starts_with("{\"create\":"));
    assert!(read(&directory, "asked").contains("--request POST"));
    assert!(read(&directory, "stackfleet.xml").contains("failures=\"0\""));
}

#[test]
fn the_steps_of_the_action_plan_and_comment() {
    let (directory, programs) = repository();
    steps("action.yml", &directory, &programs, &["action"]);
    if directory.path().join("log").exists() {
        assert!(read(&directory, "asked").contains("gh pr comment"));
    }
}

#[test]
fn workflows_actions_and_pipelines_are_as_their_schemas_say() {
    for (file, schema) in [
        ("github.yml", "vendor.github-workflows"),
        ("action.yml", "vendor.github-actions"),
        ("gitlab.yml", "vendor.gitlab-ci"),
    ] {
        let file = ci(file);
        python::run("workflows.py", &[schema, file.to_str().unwrap()]);
    }
}

#[test]
fn reports_of_plans_applies_and_mistakes_are_as_their_schemas_say() {
    let (directory, reports) = (fixture::copy("manifests/rollout/1"), fixture::empty());
    let tool = Tool::new(TOOL, directory.path()).with("--simulate --speed 100000");
    let at = |name: &str| reports.path().join(name).display().to_string();
    let plan = format!(
        "plan --report sarif={} --report gitlab={}",
        at("plan.sarif"),
        at("plan.gitlab.json")
    );
    tool.run(&plan).ends(0);
    let apply = format!("apply -y --report junit={}", at("apply.junit.xml"));
    tool.run(&apply).ends(0);
    let nothing = format!("apply -y --report junit={}", at("nothing.junit.xml"));
    tool.run(&nothing).ends(0);
    fs::write(
        directory.path().join("stackfleet.toml"),
        "version = 1\nregoin = [\"a](b)\"]\n",
    )
    .unwrap();
    tool.run(&format!("validate --report sarif={}", at("mistakes.sarif")))
        .ends(1);
    tool.run(&format!("apply -y --report junit={}", at("mistakes.junit.xml")))
        .ends(1);
    let schemas = scripts().join("schemas");
    let paths = [schemas.as_path(), reports.path()].map(|path| path.to_str().unwrap());
    python::run("validate.py", &paths);
}
