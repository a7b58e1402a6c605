//! After a successful apply the next plan is empty: for every manifest in `fixtures/`, through the real binary.

#![allow(missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use support::{fixture, tool};

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// Runs a command in the simulated organization, which is kept beside the first manifest of a sequence.
fn simulated(directory: &Path, manifest: &Path, arguments: &[&str]) -> tool::Run {
    let manifest = manifest.to_str().expect("a path in UTF-8");
    let all = [&["-m", manifest, "--simulate", "--speed", "20000"], arguments].concat();
    tool::run(TOOL, directory, &all)
}

/// Walks from one manifest to the next: each is applied, and then there is nothing to do.
fn walk(directory: &Path, manifests: &[PathBuf]) {
    for (step, manifest) in manifests.iter().enumerate() {
        // The world stays with the sequence, not with the step.
        let world = directory.join(".stackfleet");
        let here = manifest.parent().expect("a manifest is in a folder");
        if step > 0 {
            fs::rename(&world, here.join(".stackfleet")).expect("the world moves along");
        }
        let applied = simulated(here, manifest, &["apply", "--auto-approve"]);
        assert_eq!(
            applied.code,
            0,
            "{}:\n{}\n{}",
            manifest.display(),
            applied.stdout,
            applied.stderr
        );
        let again = simulated(here, manifest, &["plan", "--detailed-exitcode"]);
        assert_eq!(
            again.code,
            0,
            "{} plans again:\n{}\n{}",
            manifest.display(),
            again.stdout,
            again.stderr
        );
        assert!(again.stdout.contains("No changes"), "{}", again.stdout);
        fs::rename(here.join(".stackfleet"), &world).expect("the world moves back");
    }
}

fn steps(directory: &Path) -> Vec<PathBuf> {
    (1..)
        .map(|step| directory.join(step.to_string()).join("stackfleet.toml"))
        .take_while(|it| it.is_file())
        .collect()
}

#[test]
fn every_sequence_of_manifests_converges_at_each_step() {
    let mut walked = 0;
    for entry in fs::read_dir(fixture::path("manifests")).expect("there are fixtures") {
        let entry = entry.expect("a folder can be read");
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let copy = fixture::copy(&format!("manifests/{name}"));
            let manifests = steps(copy.path());
            assert!(!manifests.is_empty(), "{name} has no step 1");
            walk(copy.path(), &manifests);
            walked += 1;
        }
    }
    assert!(walked >= 5, "only {walked} sequences");
}

#[test]
fn both_versions_of_the_demo_converge() {
    let copy = fixture::copy("demo");
    walk(
        copy.path(),
        &[
            copy.path().join("stackfleet.toml"),
            copy.path().join("v2/stackfleet.toml"),
        ],
    );
}

#[test]
fn going_back_and_forth_does_its_work_every_time() {
    let copy = fixture::copy("manifests/tags-and-parameters");
    let [a, b] = [1, 2].map(|step| copy.path().join(step.to_string()).join("stackfleet.toml"));
    let mut seen = std::collections::BTreeSet::new();
    let mut world = copy.path().join("1/.stackfleet");
    for (turn, manifest) in [&a, &b, &a, &b].into_iter().enumerate() {
        let here = manifest.parent().expect("a manifest is in a folder");
        if turn > 0 {
            let moved = here.join(".stackfleet");
            fs::rename(&world, &moved).expect("the world moves along");
            world = moved;
        }
        let run = simulated(here, manifest, &["-f", "json", "apply", "--auto-approve"]).ends(0);
        let summary: serde_json::Value = serde_json::from_str(&run.stdout).expect("a summary in JSON");
        let operations = summary["operations"].as_array().expect("operations");
        assert!(!operations.is_empty(), "turn {turn} did nothing");
        for operation in operations {
            if let Some(id) = operation["aws_operation_id"].as_str() {
                assert!(
                    seen.insert(id.to_owned()),
                    "turn {turn} took operation {id} for its own"
                );
            }
        }
        let again = simulated(here, manifest, &["plan", "--detailed-exitcode"]);
        assert_eq!(again.code, 0, "{}", again.stdout);
    }
}
