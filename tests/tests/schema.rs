//! The schema of manifests, held by a validator that nobody here wrote against everything that is a manifest and much that is not.
//!
//! Without Python 3.11 or later it is not run, and the test says so and passes.

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
use std::path::{Path, PathBuf};

use support::fixture;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema");

fn scripts() -> &'static Path {
    Path::new(SCRIPTS)
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A manifest without mistakes that every change below makes one in.
const VALID: &str = include_str!("../../config/stackfleet.toml");

/// One edit each that makes the manifest to copy a wrong one.
const EDITS: &[(&str, &str)] = &[
    ("version  = 1 ", "version  = 2 "),
    ("version  = 1 ", "version  = \"1\" "),
    ("[project]\nname = \"platform\" ", "[project]\n"),
    ("name = \"platform\" ", "name = \"two words\" "),
    (
        "admin_account   = \"222233334444\"",
        "admin_account = 222233334444",
    ),
    (
        "admin_account   = \"222233334444\"",
        "admin_account = \"22223333444\"",
    ),
    ("organization    = \"o-a1b2c3d4e5\"", "organization = \"o-SHORT\""),
    ("region          = \"eu-west-1\"", "region = \"eu-west1\""),
    ("region          = \"eu-west-1\"", "regoin = \"eu-west-1\""),
    ("\"delegated-admin\"", "\"delegated\""),
    ("\"platform-templates\"", "\"Platform_Templates\""),
    ("forensics     = \"111100000099\"", "forensics = \"Forensics\""),
    (
        "[\"eu-west-1\", \"eu-central-1\", \"us-east-1\"]",
        "[\"Ireland\"]",
    ),
    ("[\"eu-west-1\", \"eu-central-1\", \"us-east-1\"]", "[\"@more\"]"),
    ("exclude = [\"account:forensics\"]", "exclude = [\"forensics\"]"),
    (
        "exclude = [\"account:forensics\"]",
        "exlude = [\"account:forensics\"]",
    ),
    ("on_failure = \"stop\" ", "on_failure = \"undo\" "),
    ("soak              = \"15m\"", "soak = \"15 minutes\""),
    ("max_concurrent    = 1\n", "max_concurrent = 0\n"),
    ("failure_tolerance = \"5%\"", "failure_tolerance = \"105%\""),
    ("targets           = \"rest\"", "targets = \"everyone\""),
    ("approval          = true", "approval = \"yes\""),
    (
        "new_accounts = true, leaving_accounts = \"retain\"",
        "new_accounts = true",
    ),
    ("on_leave    = \"retain\"", "on_leave = \"keep\""),
    ("cost-centre = \"4711\"", "cost-centre = 4711"),
    ("concurrency_mode  = \"soft\"", "concurrency_mode = \"fast\""),
    ("[defaults.preferences.drift]", "[defaults.preferences.import]"),
    ("targets      = [\"@managed\"]", "targets = [\"Workloads\"]"),
    ("targets      = [\"@managed\"]", "targets = []"),
    (
        "targets      = [\"@managed\"]",
        "targets = [\"@managed\", \"@managed\"]",
    ),
    ("targets      = [\"@managed\"]", "targts = [\"@managed\"]"),
    ("capabilities = \"auto\"", "capabilities = [\"CAPABILITY_IAM\"]"),
    ("[\"W0301\"]", "[\"E0301\"]"),
    ("LogRetentionDays = 90", "LogRetentionDays = 9.5"),
    ("account_tag = \"environment\"", "acount_tag = \"environment\""),
    ("ssm = \"/platform/alarm-topic\"", "ssm = \"a b\""),
    ("env = \"WEBHOOK_TOKEN\", sensitive = true", "sensitive = true"),
    ("env = \"WEBHOOK_TOKEN\"", "env = \"WEBHOOK_TOKEN\", keep = true"),
    ("name       = \"payments: PCI\"\n", ""),
    ("parameters = { LogRetentionDays = 2555 }", "parameters = {}"),
    ("template   = \"templates/detectors.yaml\"\n", ""),
    (
        "template   = \"templates/detectors.yaml\"",
        "template = { s3 = \"https://b.s3.amazonaws.com/k\" }",
    ),
    (
        "template   = \"templates/detectors.yaml\"",
        "template = \"\"\nregions = [\"eu-west-1\"]",
    ),
    ("reason  = \"SEC-221: own detector until the first quarter\"", ""),
    ("aws_name = \"NetworkGuardRails-v2\"", "aws_name = \"9 lives\""),
    ("\"account:sandbox-*\"", "\"account:111122223333\""),
    ("stacks = \"retain\" ", "stacks = \"keep\" "),
    (
        "delete  = [\"security-baseline\", \"detectors\"]",
        "delete = \"security-baseline\"",
    ),
    ("max_deleted_instances = 0", "max_deleted_instances = -1"),
    (
        "max_changed_accounts  = \"100%\"",
        "max_changed_accounts = \"all\"",
    ),
    ("from    = 2026-12-18T17:00:00Z", "from = 2026-12-18T17:00:00"),
    ("from    = 2026-12-18T17:00:00Z\n", ""),
];

/// Every manifest below a directory, but those that are there because they are wrong.
fn manifests(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("broken") {
            manifests(&path, found);
        } else if path.file_name().is_some_and(|name| name == "stackfleet.toml") {
            found.push(path);
        }
    }
}

/// Examples of the documents: whole manifests, and parts below a head.
fn examples() -> Vec<String> {
    let head = "version = 1\nproject = { name = \"p\" }\n[aws]\nadmin_account = \"222233334444\"\nregion = \"eu-west-1\"\n";
    let mut found = Vec::new();
    for page in ["README.md", "docs/manifest.md"] {
        let text = fs::read_to_string(fixture::root().join(page)).unwrap();
        for block in text
            .split("```toml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
        {
            let whole = block.lines().any(|line| line.starts_with("version"));
            found.push(if whole {
                block.to_owned()
            } else {
                format!("{head}{block}")
            });
        }
    }
    found
}

/// Writes manifests into a directory of their own.
fn write<'t>(root: &Path, name: &str, texts: impl Iterator<Item = &'t String>) {
    let directory = root.join(name);
    fs::create_dir_all(&directory).unwrap();
    for (number, text) in texts.enumerate() {
        fs::write(directory.join(format!("{number}.toml")), text).unwrap();
    }
}

fn wrong() -> Vec<String> {
    let edit = |(from, to): &(&str, &str)| {
        assert!(VALID.contains(from), "`{from}` is not in the manifest to copy");
        VALID.replacen(from, to, 1)
    };
    EDITS.iter().map(edit).collect()
}

#[test]
fn the_schema_accepts_every_manifest_and_refuses_every_wrong_one() {
    let directory = fixture::empty();
    let mut files = vec![fixture::root().join("config/stackfleet.toml")];
    manifests(&fixture::root().join("fixtures"), &mut files);
    let texts: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    assert!(texts.len() > 20, "only {} manifests", texts.len());
    write(directory.path(), "valid", texts.iter().chain(&examples()));
    let included = "[stackset.a]\ntemplate = \"a.yaml\"\ntargets = [\"Root\"]\nregions = \"@core\"\n";
    fs::write(directory.path().join("valid/part.included.toml"), included).unwrap();
    write(directory.path(), "invalid", wrong().iter());
    fs::write(directory.path().join("invalid/part.included.toml"), "[guard]\n").unwrap();
    let schema = fixture::root().join("config/stackfleet.schema.json");
    let [valid, invalid] = ["valid", "invalid"].map(|name| directory.path().join(name));
    let paths = [&schema, &valid, &invalid].map(|path| path.to_str().unwrap());
    python::run("validate.py", &paths);
}

#[test]
fn what_the_schema_refuses_the_reader_refuses_too() {
    let directory = fixture::empty();
    for (number, text) in wrong().iter().enumerate() {
        let file = directory.path().join("stackfleet.toml");
        fs::write(&file, text).unwrap();
        let reading = manifest::read(&file);
        // The templates are not there, which is a mistake of its own.
        let own = reading
            .diagnostics
            .iter()
            .filter(|one| one.is_error() && one.code != "E0306");
        assert!(own.count() > 0, "{:?} is accepted", EDITS[number]);
    }
}
