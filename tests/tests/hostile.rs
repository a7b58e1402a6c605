//! Hostile texts in whatever a manifest and a template can say, held against every sink that tells of them.
//!
//! Which keys a manifest has comes from its schema, so a key that comes later is found by itself. Where a key takes the text, the plan
//! is held as well.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

#[path = "../../crates/report/tests/fields/corpus.rs"]
mod corpus;
#[path = "hostile/keys.rs"]
mod keys;
#[path = "../../crates/report/tests/oracles/mod.rs"]
mod oracles;

use std::fs;
use std::path::PathBuf;

use corpus::{ATOMS, corpus};
use keys::{Form, Key, manifest_keys, put};
use model::observed::Observed;
use model::snapshot::Snapshot;
use planner::Limits;
use report::graph::{dot, mermaid};
use serde_json::Value;
use support::fixture;
use support::tool::Tool;
use tempfile::TempDir;
use toml::Table;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-paused");
const MANIFEST: &str = include_str!("hostile/stackfleet.toml");
const TEMPLATE: &str = include_str!("hostile/logs.json");

/// A manifest that is read again and again, beside what AWS has of it.
struct Place {
    directory: TempDir,
    observed: Observed,
}

impl Place {
    /// What the manifest says is deployed, so that every change of it has a side from before.
    fn new() -> Self {
        let directory = fixture::empty();
        fs::create_dir(directory.path().join("templates")).unwrap();
        fs::write(directory.path().join("stackfleet.toml"), MANIFEST).unwrap();
        fs::write(directory.path().join("templates/logs.json"), TEMPLATE).unwrap();
        let world = fixture::path("worlds/demo.toml");
        let tool = Tool::new(TOOL, directory.path());
        let apply = format!(
            "apply --simulate={} --auto-approve --approve-stage rest",
            world.display()
        );
        // The roles of the self-managed one are not there: the plan says so of both instances.
        tool.run(&apply).ends(4);
        tool.run("snapshot --simulate --out now.json").ends(0);
        let recorded = fs::read_to_string(directory.path().join("now.json")).unwrap();
        let observed = Snapshot::open(&recorded).unwrap().observed;
        Self { directory, observed }
    }

    fn manifest(&self) -> PathBuf {
        self.directory.path().join("stackfleet.toml")
    }

    fn say(&self, manifest: &str) {
        fs::write(self.manifest(), manifest).unwrap();
    }

    fn say_template(&self, template: &str) {
        fs::write(self.directory.path().join("templates/logs.json"), template).unwrap();
    }

    /// The same of the manifest with a value in some places.
    fn hold_with(&self, keys: &[&Key], value: &toml::Value, bad: &str) -> bool {
        let mut said: Table = toml::from_str(MANIFEST).unwrap();
        for key in keys {
            put(&mut said, key, value);
        }
        self.say(&toml::to_string(&said).unwrap());
        self.hold(bad)
    }

    /// Holds everything that is told of the manifest; whether it can be planned.
    fn hold(&self, bad: &str) -> bool {
        let reading = manifest::read(&self.manifest());
        oracles::sinks::messages(&reading.diagnostics, &reading.sources, bad);
        let Some(desired) = reading.desired else {
            return false;
        };
        let plan = planner::plan(&desired, &self.observed, &Limits::default());
        oracles::sinks::plan(&plan, &reading.sources, bad);
        oracles::sinks::targets(&planner::targets(&desired, &self.observed), bad);
        let names: Vec<&str> = desired.stack_sets.keys().map(String::as_str).collect();
        graph(&names, bad);
        true
    }
}

/// What `graph` draws: its own lines, and labels that end where they should.
fn graph(names: &[&str], bad: &str) {
    oracles::json(&report::json::graph(names, &[]), None, bad);
    for drawing in [mermaid(names, &[]), dot(names, &[])] {
        oracles::terminal(&drawing, bad);
        let nodes = drawing
            .lines()
            .filter(|line| line.starts_with("  n") && line.contains('['));
        for node in nodes.filter(|line| line.contains('"')) {
            let quotes = node.replace("\\\\", "").replace("\\\"", "").matches('"').count();
            assert_eq!(quotes, 2, "{node:?}");
        }
        let lines = drawing.lines().filter(|line| line.contains('"')).count();
        assert_eq!(lines, names.len(), "{drawing:?}");
    }
}

/// What every text of a manifest may be: no control characters, and no more than fit.
fn shown() -> String {
    let shown = ATOMS.iter().filter(|atom| !atom.contains(char::is_control));
    let shown: Vec<&str> = shown.copied().filter(|atom| !atom.contains('\u{fffe}')).collect();
    shown.join(" ").chars().take(250).collect()
}

#[test]
fn no_sink_lets_a_hostile_text_of_a_manifest_through() {
    let place = Place::new();
    assert!(place.hold("nothing"), "the manifest is one that can be planned");
    let keys = manifest_keys(&manifest::schema());
    assert!(keys.len() >= 150, "{}", keys.len());
    let (bad, shown) = (ATOMS.join("\n"), shown());
    let mut taken = Vec::new();
    for key in &keys {
        for form in Form::ALL {
            place.hold_with(&[key], &form.value(&bad), &bad);
        }
        if place.hold_with(&[key], &Form::Text.value(&shown), &shown) {
            taken.push(key);
        }
    }
    let mut together: Vec<&Key> = Vec::new();
    for key in taken {
        together.push(key);
        if !place.hold_with(&together, &Form::Text.value(&shown), &shown) {
            together.pop();
        }
    }
    for known in [
        ".removed.*.reason",
        ".stackset.*.description",
        ".stackset.*.override[].name",
        ".stackset.*.parameters.*",
        ".stackset.*.skip[].reason",
    ] {
        let is_there = together.iter().any(|key| key.to_string() == known);
        assert!(is_there, "{known}: {together:#?}");
    }
    for bad in &corpus() {
        place.hold_with(&together, &Form::Text.value(bad), bad);
    }
}

#[test]
fn no_sink_lets_a_hostile_text_of_a_template_through() {
    let place = Place::new();
    let template: Value = serde_json::from_str(TEMPLATE).unwrap();
    let bad = ATOMS.join("\n");
    let places = keys::places(&template);
    assert!(places.len() >= 60, "{}", places.len());
    let mut planned = 0;
    for at in &places {
        let said = keys::poisoned(&template, at, &bad);
        place.say_template(&serde_json::to_string_pretty(&said).unwrap());
        planned += u32::from(place.hold(&bad));
    }
    assert!(planned >= 15, "{planned} can be planned");
}

#[test]
fn no_sink_lets_a_hostile_line_of_a_file_through_that_a_message_shows() {
    let place = Place::new();
    for bad in &corpus() {
        let line = bad.replace(['\n', '\r'], " ");
        place.say(&format!(
            "{MANIFEST}\n[stackset.bogus]\nbogus = 1 # {line}\n\"{line}\" = 2\n"
        ));
        assert!(!place.hold(bad));
        place.say(MANIFEST);
        for file in [
            format!("Resources:\n  Topic:\n    Bogus: x # {line}\n    Typ: \"{line}\"\n"),
            format!("{{\"Resources\": {{\"Topic\": {{\"Typ\": \"x\"}}}} {line}"),
        ] {
            place.say_template(&file);
            assert!(!place.hold(bad), "{file}");
        }
        place.say_template(TEMPLATE);
    }
}
