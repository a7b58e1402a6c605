//! After a successful apply the next plan is empty: for every manifest in `fixtures/`, through the real binary.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::fixture;
use support::tool::Tool;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// A sequence of manifests over one simulated organization, which is kept in the directory of the manifest at hand.
struct Walk {
    world: Option<PathBuf>,
}

impl Walk {
    /// The tool for the next manifest, in its directory and with the world of the one before.
    fn step(&mut self, manifest: &Path) -> Tool {
        let here = manifest.parent().expect("a manifest is in a folder");
        let world = here.join(".stackfleet");
        if let Some(before) = self
            .world
            .replace(world.clone())
            .filter(|before| *before != world)
        {
            fs::rename(before, world).expect("the world moves along");
        }
        Tool::new(TOOL, here).with("--simulate --speed 20000")
    }

    /// Applies the next manifest; then there is nothing to do.
    fn converge(&mut self, manifest: &Path) {
        let tool = self.step(manifest);
        let applied = tool.run("apply --auto-approve");
        assert_eq!(
            applied.code,
            0,
            "{}:\n{}\n{}",
            manifest.display(),
            applied.stdout,
            applied.stderr
        );
        let again = tool.run("plan --detailed-exitcode");
        assert_eq!(
            again.code,
            0,
            "{} plans again:\n{}\n{}",
            manifest.display(),
            again.stdout,
            again.stderr
        );
        again.prints("No changes");
    }
}

fn steps(directory: &Path) -> Vec<PathBuf> {
    let numbered = (1..).map(|step| directory.join(step.to_string()).join("stackfleet.toml"));
    numbered.take_while(|manifest| manifest.is_file()).collect()
}

#[test]
fn every_sequence_of_manifests_converges_at_each_step() {
    let mut walked = 0;
    for entry in fs::read_dir(fixture::path("manifests")).expect("there are fixtures") {
        let name = entry.expect("a folder can be read").file_name();
        let copy = fixture::copy(&format!("manifests/{}", name.to_string_lossy()));
        let manifests = steps(copy.path());
        assert!(!manifests.is_empty(), "{} has no step 1", name.to_string_lossy());
        let mut walk = Walk { world: None };
        for manifest in &manifests {
            walk.converge(manifest);
        }
        walked += 1;
    }
    assert!(walked >= 5, "only {walked} sequences");
}

#[test]
fn values_of_single_accounts_that_leave_the_manifest_leave_aws() {
    let copy = fixture::copy("manifests/parts-and-overrides");
    let mut walk = Walk { world: None };
    for manifest in steps(copy.path()) {
        walk.converge(&manifest);
        let deep = walk.step(&manifest).run("plan --deep --detailed-exitcode");
        assert_eq!(deep.code, 0, "{}:\n{}", manifest.display(), deep.stdout);
    }
}

/// A template that no call takes, told apart by its last resource.
fn long_template(name: &str) -> String {
    let remark = format!("# {}\n", "x".repeat(98));
    let topic = format!("Resources:\n  {name}:\n    Type: AWS::SNS::Topic\n");
    remark.repeat(520) + &topic
}

/// A manifest with one StackSet of that template.
fn with_template(template: &str) -> String {
    format!(
        "version = 1\nproject = {{ name = \"long\" }}\n[aws]\nadmin_account = \"100000000000\"\nregion = \"us-east-1\"\n\
         template_bucket = \"templates\"\n[rollout.back]\non_failure = \"rollback\"\n[[rollout.back.stage]]\nname = \"all\"\n\
         targets = \"rest\"\n[stackset.long]\ntemplate = {template}\ntargets = [\"Root/Security\"]\n\
         regions = [\"us-east-1\"]\nrollout = \"back\"\n"
    )
}

#[test]
fn templates_that_no_call_takes_go_through_the_bucket_there_and_back() {
    let directory = fixture::empty();
    let manifest = directory.path().join("stackfleet.toml");
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("a file can be written");
    };
    write("stackfleet.toml", &with_template("\"long.yaml\""));
    let mut walk = Walk { world: None };
    for name in ["First", "Second"] {
        write("long.yaml", &long_template(name));
        walk.converge(&manifest);
    }
    write("long.yaml", &long_template("Third"));
    let plan = walk.step(&manifest).run("plan -f json").ends(0);
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).expect("a plan in JSON");
    let operations = plan["operations"].as_array().expect("operations");
    let keys: BTreeSet<&str> = operations
        .iter()
        .filter_map(|operation| operation["call"]["template_at"]["upload"]["key"].as_str())
        .collect();
    assert_eq!(
        keys.len(),
        2,
        "the new template, and the old one for the way back: {operations:#?}"
    );
}

#[test]
fn a_template_in_s3_is_read_where_it_is_pinned_and_deployed_from_there() {
    let directory = fixture::empty();
    let text = long_template("Pinned");
    let world = fs::read_to_string(fixture::path("worlds/demo.toml")).expect("the fixture is there");
    let objects = "\n[objects]\n\"shared/long.yaml\" = { file = \"object.yaml\" }\n";
    let template = |hash: &str| {
        format!("{{ s3 = \"https://shared.s3.us-east-1.amazonaws.com/long.yaml\", sha256 = \"{hash}\" }}")
    };
    let digest = model::digest::Digest::of_bytes(text.as_bytes());
    for (name, text) in [
        ("object.yaml", text),
        ("world.toml", world + objects),
        ("stackfleet.toml", with_template(&template(digest.hex()))),
    ] {
        fs::write(directory.path().join(name), text).expect("a file can be written");
    }
    let tool = Tool::new(TOOL, directory.path()).with("--simulate=world.toml --speed 20000");
    tool.run("apply --auto-approve").ends(0);
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");

    let other = with_template(&template(&"0".repeat(64)));
    fs::write(directory.path().join("stackfleet.toml"), other).expect("a file can be written");
    tool.run("plan").ends(1).says("E0343");
}

#[test]
fn both_versions_of_the_demo_converge() {
    let copy = fixture::copy("demo");
    let mut walk = Walk { world: None };
    walk.converge(&copy.path().join("stackfleet.toml"));
    walk.converge(&copy.path().join("v2/stackfleet.toml"));
}

#[test]
fn going_back_and_forth_does_its_work_every_time() {
    let copy = fixture::copy("manifests/tags-and-parameters");
    let [a, b] = [1, 2].map(|step| copy.path().join(step.to_string()).join("stackfleet.toml"));
    let mut walk = Walk { world: None };
    let mut seen = BTreeSet::new();
    for (turn, manifest) in [&a, &b, &a, &b].into_iter().enumerate() {
        let tool = walk.step(manifest);
        let run = tool.run("-f json apply --auto-approve").ends(0);
        let summary: serde_json::Value = serde_json::from_str(&run.stdout).expect("a summary in JSON");
        let operations = summary["operations"].as_array().expect("operations");
        assert!(!operations.is_empty(), "turn {turn} did nothing");
        for id in operations
            .iter()
            .filter_map(|operation| operation["aws_operation_id"].as_str())
        {
            assert!(
                seen.insert(id.to_owned()),
                "turn {turn} took operation {id} for its own"
            );
        }
        tool.run("plan --detailed-exitcode").ends(0);
    }
}
