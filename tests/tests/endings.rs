//! What stands beside an apply and must not change it: readers that are gone, files that were changed since the plan, credentials
//! that will not last.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use simulator::world::World;
use support::served::Served;
use support::tool::{Run, Tool};
use support::{by_hand, fixture};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// A copy of the manifest that everything is as it says, before a server.
struct Place {
    copy: TempDir,
    served: Served,
    tool: Tool,
}

impl Place {
    fn new() -> Self {
        Self::of(by_hand::converged(TOOL))
    }

    fn of(world: World) -> Self {
        let copy = fixture::copy("by-hand");
        let served = Served::start(world, by_hand::FAST);
        let tool = Tool::new(TOOL, copy.path()).on(&served);
        Self { copy, served, tool }
    }

    fn path(&self) -> &Path {
        self.copy.path()
    }

    fn change(&self, from: &str, to: &str) {
        fixture::edit(&self.path().join("stackfleet.toml"), from, to);
    }

    /// Runs a command line whose output nobody reads any more.
    fn unread(&self, line: &str) -> Option<i32> {
        let mut command = self.tool.command(line);
        for stream in [Command::stdout, Command::stderr] {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            stream(&mut command, Stdio::from(writer));
        }
        command.status().expect("the tool starts").code()
    }

    fn level(&self) -> Vec<String> {
        self.served.simulator.look(|world| {
            let sets = world.stack_sets.values().flat_map(|sets| sets.values());
            sets.filter_map(|set| set.definition.parameters.get("Level").cloned())
                .collect()
        })
    }
}

const STRICTER: (&str, &str) = ("Level = \"standard\"", "Level = \"strict\"");

#[test]
fn an_apply_that_nobody_reads_is_carried_out_and_its_exit_code_is_true() {
    for format in ["text", "json"] {
        for progress in ["plain", "live", "none"] {
            let place = Place::new();
            place.change(STRICTER.0, STRICTER.1);
            let line = format!("--progress {progress} -f {format} apply --auto-approve --events -");
            assert_eq!(place.unread(&line), Some(0), "{line}");
            let plan = place.tool.run("plan --detailed-exitcode");
            plan.ends(0).prints("No changes");
        }
    }
}

#[test]
fn a_plan_that_nobody_reads_has_its_exit_code() {
    let place = Place::new();
    place.change(STRICTER.0, STRICTER.1);
    assert_eq!(place.unread("plan --detailed-exitcode"), Some(2));
    assert_eq!(place.unread("apply"), Some(6));
}

fn saved(place: &Place) {
    place.change(STRICTER.0, STRICTER.1);
    place.tool.run("plan --out plan.json").ends(0);
}

const CHANGED: &str = "has changed since the plan was made";

#[test]
fn a_saved_plan_counts_when_the_manifest_was_changed_since_and_says_so() {
    let place = Place::new();
    saved(&place);
    place.change("Level = \"strict\"", "Level = \"loose\"");
    place.tool.run("apply plan.json").ends(0).says(CHANGED);
    assert!(
        place.level().contains(&"strict".to_owned()),
        "{:?}",
        place.level()
    );
    place.tool.run("plan --detailed-exitcode").ends(2);
}

#[test]
fn a_saved_plan_whose_manifest_was_changed_since_is_refused_when_that_is_wanted() {
    let place = Place::new();
    saved(&place);
    let calls = place.served.log().len();
    place.change("Level = \"strict\"", "Level = \"loose\"");
    place.tool.run("apply plan.json --strict").ends(5).says("E0707");
    assert_eq!(place.served.log().len(), calls, "nothing is asked");
    place.change("Level = \"loose\"", "Level = \"strict\"");
    let same = place.tool.run("apply plan.json --strict").ends(0);
    assert!(!said(&same).contains(CHANGED));
}

#[test]
fn a_saved_plan_carries_its_templates() {
    let place = Place::new();
    saved(&place);
    let templates: Vec<_> = templates(place.path());
    assert!(!templates.is_empty());
    for template in &templates {
        let text = std::fs::read_to_string(template).expect("a template");
        std::fs::write(template, format!("{text}\n# somebody changed it\n")).expect("it can be written");
    }
    place.tool.run("apply plan.json --strict").ends(5).says("E0707");
    for template in &templates {
        std::fs::remove_file(template).expect("it can be removed");
    }
    place.tool.run("apply plan.json").ends(0).says(CHANGED);
    assert!(
        place.level().contains(&"strict".to_owned()),
        "{:?}",
        place.level()
    );
}

#[test]
fn what_is_shown_may_come_from_a_pipe() {
    let place = Place::new();
    place.tool.run("plan --out plan.json").ends(0);
    let plan = std::fs::File::open(place.path().join("plan.json")).expect("the plan is there");
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let feed = std::thread::spawn(move || std::io::copy(&mut &plan, &mut writer));
    let mut show = Tool::new(TOOL, place.path()).command("show /dev/stdin");
    let run = Run::of(show.stdin(reader).output().expect("the tool starts"));
    run.ends(0).prints("No changes");
    feed.join().expect("it ends").expect("everything was read");
}

fn templates(directory: &Path) -> Vec<std::path::PathBuf> {
    let manifest = std::fs::read_to_string(directory.join("stackfleet.toml")).expect("the manifest");
    let lines = manifest.lines().filter(|line| line.starts_with("template "));
    let files = lines.filter_map(|line| line.split('"').nth(1));
    files.map(|file| directory.join(file)).collect()
}

#[test]
fn credentials_that_will_expire_before_the_end_are_told_before_the_first_write() {
    for (expires, told) in [("2999-01-01T00:00:00Z", false), (soon().as_str(), true)] {
        let place = Place::of(slow(by_hand::converged(TOOL)));
        place.change(STRICTER.0, STRICTER.1);
        profile(place.path(), expires);
        let run = place.tool.run("apply --auto-approve --events -").ends(0);
        let text = said(&run);
        let warning = text.find("W0726");
        assert_eq!(warning.is_some(), told, "{text}");
        let first = text.find("operation_start").expect("an operation was started");
        assert!(warning.is_none_or(|warning| warning < first), "{text}");
    }
}

/// In half an hour.
#[expect(clippy::disallowed_methods, reason = "the tool looks at the same clock")]
fn soon() -> String {
    (jiff::Timestamp::now() + Duration::from_mins(30)).to_string()
}

/// Every operation so far took six hours.
fn slow(mut world: World) -> World {
    let sets = world.stack_sets.values_mut().flat_map(|sets| sets.values_mut());
    for operation in sets.flat_map(|set| &mut set.operations) {
        operation.created_at -= Duration::from_hours(6);
    }
    world
}

/// A profile whose credentials come from a process and say when they expire.
fn profile(home: &Path, expires: &str) {
    let credentials = home.join("credentials.json");
    let json = format!(
        "{{\"Version\": 1, \"AccessKeyId\": \"AKIATEST\", \"SecretAccessKey\": \"test\", \"SessionToken\": \"test\", \"Expiration\": \"{expires}\"}}"
    );
    std::fs::write(&credentials, json).expect("a file can be written");
    std::fs::create_dir_all(home.join(".aws")).expect("a folder can be made");
    let config = format!("[default]\ncredential_process = cat {}\n", credentials.display());
    std::fs::write(home.join(".aws/config"), config).expect("a file can be written");
}

/// Everything that a run said beside its result.
fn said(run: &Run) -> String {
    run.stderr.clone()
}
