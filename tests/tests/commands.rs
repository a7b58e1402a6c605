//! What a user of the command line can rely on: exit codes, options, streams, interrupts and secrets.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::fixture;
use support::tool::{Run, Tool};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// What `init` writes, and the tool on a simulated organization that is kept beside it.
fn started() -> (TempDir, Tool) {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    tool.run("init").ends(0);
    (directory, tool.with("--simulate --speed 20000"))
}

fn manifest(directory: &TempDir) -> std::path::PathBuf {
    directory.path().join("stackfleet.toml")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn each_exit_code_of_plan_and_apply_means_what_the_page_says() {
    let (directory, tool) = started();
    tool.run("apply").ends(6).says("E0703");
    tool.run("apply --approved 0123456789ab").ends(5).says("E0705");
    tool.run("plan --detailed-exitcode").ends(2);
    tool.run("plan --out plan.json").ends(0);
    tool.run("apply plan.json").ends(0);
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
    tool.run("apply plan.json").ends(0);

    let text = fs::read_to_string(manifest(&directory)).expect("the manifest is there");
    let gone = text.split("[stackset.").next().expect("it has a head");
    fs::write(manifest(&directory), gone).expect("a file can be written");
    tool.run("plan").ends(3).says("E0501");
    tool.run("plan --allow-blocked").ends(0);
    tool.run("apply --auto-approve").ends(3).says("E0501");
    tool.run("plan --no-such-option").ends(1);
}

#[test]
fn a_stage_that_wants_an_approval_stops_the_apply_until_somebody_gives_it() {
    let copy = fixture::copy("manifests/rollout");
    let path = copy.path().join("1/stackfleet.toml");
    let text = fs::read_to_string(&path).expect("the fixture is there");
    let gated = text.replace("name    = \"rest\"", "name    = \"rest\"\napproval = true");
    fs::write(&path, gated).expect("a file can be written");
    let tool = Tool::new(TOOL, &copy.path().join("1")).with("--simulate --speed 20000");
    tool.run("plan").ends(0).prints("approval");
    let stopped = tool
        .run("apply --auto-approve")
        .ends(6)
        .prints("--approve-stage rest");
    assert!(stopped.stdout.contains("not started"), "{}", stopped.stdout);
    let rest = json(&tool.run("apply --auto-approve -f json").ends(6));
    let rest = rest["remaining_digest"]
        .as_str()
        .expect("a digest of the rest")
        .to_owned();
    tool.run("apply --approved 0123456789ab").ends(5).says("E0705");
    tool.run(&format!("apply --approved {rest}")).ends(0);
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
}

#[test]
fn init_asks_the_organization_when_there_is_one_to_ask() {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path()).with("--simulate --speed 20000");
    tool.run("init").ends(0).prints("o-exampleorg0");
    let text = fs::read_to_string(manifest(&directory)).expect("init writes it");
    assert!(text.contains("organization  = \"o-exampleorg0\""), "{text}");
    tool.run("plan --detailed-exitcode").ends(2);
}

#[test]
fn fmt_writes_the_canonical_form_once_and_check_writes_nothing() {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    tool.run("init").ends(0);
    tool.run("fmt").ends(0);
    tool.run("fmt --check").ends(0).prints("canonical form");

    let text = fs::read_to_string(manifest(&directory)).expect("the manifest is there");
    let untidy = text.replace("on_leave ", "on_leave='delete' # kept\non_leave_ ");
    let untidy = untidy
        .lines()
        .filter(|line| !line.starts_with("on_leave_"))
        .collect::<Vec<_>>();
    fs::write(manifest(&directory), untidy.join("\n")).expect("a file can be written");
    let check = tool.run("fmt --check").ends(1).says("E0012");
    assert!(
        check.stdout.contains("-on_leave='delete' # kept"),
        "{}",
        check.stdout
    );
    assert_eq!(
        fs::read_to_string(manifest(&directory)).expect("it is there"),
        untidy.join("\n")
    );

    tool.run("fmt").ends(0).prints("Formatted");
    let tidy = fs::read_to_string(manifest(&directory)).expect("the manifest is there");
    assert!(tidy.contains("# kept"), "{tidy}");
    tool.run("fmt --check").ends(0);

    fs::write(manifest(&directory), "a = ").expect("a file can be written");
    tool.run("fmt").ends(1).says("E0100");
}

#[test]
fn a_code_is_explained_and_an_unknown_one_is_an_error() {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    tool.run("explain e0101").ends(0).prints("error[E0101]: ");
    tool.run("explain E9999").ends(1).says("E0010");
    let all = tool.run("explain -f json").ends(0);
    let codes = json(&all)["codes"].as_array().map(Vec::len).unwrap_or_default();
    assert!(codes >= 60, "{codes} codes");
}

#[test]
fn failed_instances_end_with_4_and_are_planned_again() {
    let (directory, _) = started();
    let world = fs::read_to_string(fixture::path("worlds/demo.toml")).expect("the fixture is there");
    let failure = "\n[[failure]]\nreason = \"no\\u001b[31m\"\ntimes = 1\n";
    fs::write(directory.path().join("world.toml"), world + failure).expect("a file can be written");
    let tool = Tool::new(TOOL, directory.path()).with("--speed 20000 --simulate=world.toml");
    let run = tool.run("apply --auto-approve").ends(4).prints("1 failed");
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
    tool.run("apply --auto-approve").ends(0);
    tool.run("plan --detailed-exitcode").ends(0);
}

#[test]
fn options_that_would_do_nothing_are_refused_with_a_way_on() {
    let (directory, _) = started();
    let tool = Tool::new(TOOL, directory.path());
    for line in [
        "plan --speed 10",
        "plan --simulate --endpoint-url http://127.0.0.1:1",
        "apply plan.json --manifest stackfleet.toml",
        "show plan.json --manifest stackfleet.toml",
        "init --manifest x.toml",
        "demo --simulate",
        "demo -f json",
        "simulate --simulate=world.toml",
    ] {
        let run = tool.run(line).ends(1);
        let told = format!("{}{}", run.stdout, run.stderr);
        assert!(told.contains("E0011") && told.contains("help"), "{line}: {told}");
    }
}

#[test]
fn strictly_a_warning_is_an_error_wherever_it_is_read() {
    let directory = fixture::copy("broken/overrides-come-later");
    let tool = Tool::new(TOOL, directory.path());
    tool.run("validate").ends(0).prints("ok: ");
    let strict = tool.run("validate --strict --report markdown=told.md").ends(1);
    strict.says("error[W0301]").says("because of --strict");
    let told = fs::read_to_string(directory.path().join("told.md")).expect("a report is written");
    assert!(told.contains("stackfleet validate failed: 1 error"), "{told}");
    let run = tool.run("validate --strict -f json").ends(1);
    assert_eq!(json(&run)["diagnostics"][0]["severity"], "error");
    let run = tool.run("validate --strict").ends(1);
    assert_eq!(run.stdout, "", "nothing is ok");
}

#[test]
fn a_plan_saved_elsewhere_meets_the_world_of_its_manifest() {
    let (directory, tool) = started();
    fs::create_dir(directory.path().join("plans")).expect("a directory can be made");
    tool.run("plan --out plans/one.json").ends(0);
    tool.run("apply plans/one.json").ends(0);
    assert!(!directory.path().join("plans/.stackfleet").exists());
    tool.run("plan --detailed-exitcode").ends(0);
}

#[cfg(unix)]
#[test]
fn names_of_files_are_shown_and_not_obeyed() {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    let evil = "\u{1b}[31mevil";
    let init = tool.run(&format!("--color always init {evil}")).ends(0);
    let plan = tool
        .run(&format!(
            "--color never -m {evil}/stackfleet.toml plan --simulate"
        ))
        .ends(0);
    for text in [&init.stdout, &init.stderr, &plan.stdout, &plan.stderr] {
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
    let always = tool
        .run(&format!(
            "--color always -m {evil}/stackfleet.toml plan --simulate"
        ))
        .ends(0);
    assert!(!always.stderr.contains(evil) && always.stderr.contains("evil"));
}

#[test]
fn programs_get_a_summary_also_when_there_is_nothing_to_do() {
    let (_directory, tool) = started();
    let first = json(&tool.run("apply --auto-approve -f json").ends(0));
    let second = json(&tool.run("apply --auto-approve -f json").ends(0));
    assert_eq!(
        (&first["format"], &first["result"]),
        (&"stackfleet.apply".into(), &"succeeded".into())
    );
    assert_eq!(
        (&second["format"], &second["result"], &second["exit_code"]),
        (&"stackfleet.apply".into(), &"no_changes".into(), &0.into())
    );
}

#[test]
fn live_progress_without_a_terminal_is_plain_lines() {
    let (_directory, tool) = started();
    let run = tool
        .run("apply --auto-approve --progress live")
        .ends(0)
        .says(" done    2/2 ");
    assert!(!run.stderr.contains('\u{1b}'));
    let (_directory, tool) = started();
    let run = tool.run("apply --auto-approve --progress none").ends(0);
    assert!(!run.stderr.contains(" done "), "{}", run.stderr);
    let (_directory, tool) = started();
    assert_eq!(tool.run("apply --auto-approve --quiet").ends(0).stderr, "");
}

#[test]
fn each_step_of_verbosity_says_more() {
    let (_directory, tool) = started();
    let lines = |options: &str| {
        let run = tool.run(&format!("plan {options}")).ends(0);
        run.stderr.lines().count()
    };
    let said = ["-q", "", "-v", "-vv"].map(lines);
    assert!(said.is_sorted_by(|less, more| less < more), "{said:?}");
    let run = tool
        .run("apply --auto-approve -v")
        .ends(0)
        .says("CreateStackInstances");
    assert!(!run.stderr.contains("ListStackInstances"), "{}", run.stderr);
}

#[test]
fn a_kept_world_goes_on_and_says_so_when_another_start_is_named() {
    let (directory, tool) = started();
    tool.run("plan").ends(0);
    let world = fixture::path("worlds/demo.toml");
    let again = Tool::new(TOOL, directory.path());
    again
        .run(&format!("plan --simulate={}", world.display()))
        .ends(0)
        .says("the kept world goes on");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let (_directory, tool) = started();
    let full = fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let output = tool
        .command("plan")
        .stdout(full)
        .output()
        .expect("the tool starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to `stdout`"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_apply_names_what_runs_and_the_next_one_finishes_it() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let (directory, tool) = started();
        tool.run("plan --out plan.json").ends(0);
        let slow = Tool::new(TOOL, directory.path()).with("--simulate --speed 100");
        let apply = slow
            .command("apply plan.json --events events.jsonl -f json")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tool starts");
        let events = directory.path().join("events.jsonl");
        while !has_line(&events, "\"kind\":\"create\"") {
            std::thread::yield_now();
        }
        let id = apply.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill is there").success());
        let output = apply.wait_with_output().expect("the process ends");
        assert_eq!(output.status.code(), Some(code));
        let summary: Value = serde_json::from_slice(&output.stdout).expect("a summary is written");
        assert_eq!(summary["exit_code"], code);
        assert_eq!(summary["operations"][1]["outcome"], "running");
        assert!(has_line(&events, &format!("\"exit_code\":{code}")));
        tool.run("apply plan.json").ends(0);
        tool.run("plan --detailed-exitcode").ends(0);
    }
}

fn has_line(file: &Path, words: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.lines().any(|line| line.contains(words)))
}

#[test]
fn a_secret_is_in_no_output_plan_log_or_event() {
    let (directory, tool) = started();
    let template = directory.path().join("templates/audit-log-group.yaml");
    fixture::edit(
        &template,
        "Parameters:\n",
        "Parameters:\n  Token: { Type: String, NoEcho: true }\n",
    );
    fixture::edit(
        &manifest(&directory),
        "LogRetentionDays = 365",
        "LogRetentionDays = 365\nToken = { env = \"FLEET_TOKEN\", sensitive = true }",
    );
    let mut told = String::new();
    for line in [
        "-vv plan --diff full --out plan.json",
        "-vv plan -f json",
        "show plan.json",
        "-vv apply plan.json --events events.jsonl",
        "-vv status -f json",
    ] {
        let output = tool
            .command(line)
            .env("FLEET_TOKEN", "s3cr3t-Value")
            .env("STACKFLEET_LOG", "trace")
            .output()
            .expect("the tool starts");
        assert!(
            output.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        told.push_str(&String::from_utf8_lossy(&output.stdout));
        told.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    for file in ["plan.json", "events.jsonl", ".stackfleet/calls.jsonl"] {
        told.push_str(&fs::read_to_string(directory.path().join(file)).expect("it was written"));
    }
    assert!(told.contains("env:FLEET_TOKEN") && told.contains("DEBUG"));
    assert!(!told.contains("s3cr3t-Value"));
}

#[test]
fn a_variable_that_is_set_and_empty_counts_as_not_set() {
    let (_directory, tool) = started();
    let options = [
        "MANIFEST",
        "OUTPUT_FORMAT",
        "COLOR",
        "PROGRESS",
        "ENDPOINT_URL",
        "PROFILE",
        "OFFLINE",
        "HEARTBEAT",
        "LOG",
        "PARALLEL",
    ];
    let mut apply = tool.command("apply --auto-approve");
    for option in options {
        apply.env(format!("STACKFLEET_{option}"), "");
    }
    Run::of(apply.output().expect("the tool starts"))
        .ends(0)
        .prints("Apply complete");
}
