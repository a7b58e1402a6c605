//! What the documents show is read without a word, and every key is in them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use std::path::PathBuf;

use support::{HEAD, Repository};

/// Takes every parameter that the documents give a value.
const TEMPLATE: &str = "\
Parameters:
  Environment: { Type: String, Default: dev }
  LogRetentionDays: { Type: Number, Default: 90 }
  Owner: { Type: String, Default: nobody }
  Policy: { Type: String, Default: none }
  Prefixes: { Type: CommaDelimitedList, Default: app }
  Topic: { Type: String, Default: none }
  WebhookToken: { Type: String, NoEcho: true, Default: none }
Resources:
  Queue: { Type: AWS::SNS::Topic }
";

fn document(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap()
}

fn blocks(page: &str) -> Vec<String> {
    let text = document(page);
    let fenced = text.split("```toml\n").skip(1);
    fenced
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

/// Reads a manifest, or a part of one below a head of its own, beside the templates that it names.
fn says_nothing(block: &str) {
    let whole = if block.lines().any(|line| line.starts_with("version")) {
        block.to_owned()
    } else {
        format!("{HEAD}{block}")
    };
    let repository = Repository::new(&whole);
    for line in whole
        .lines()
        .filter(|line| line.trim_start().starts_with("template "))
    {
        let path = line.split('"').nth(1).unwrap();
        if !path.starts_with("https:") {
            repository.write(path, TEMPLATE);
        }
    }
    repository.write("policy/naming.rego", "package stackfleet\n");
    repository.write("values/policy.json", "{}\n");
    repository.write(
        "teams/identity/stacksets.toml",
        "[removed.sso-roles]\nstacks = \"retain\"\n",
    );
    let reading = repository.read();
    assert_eq!(reading.diagnostics, [], "{whole}");
    assert!(reading.desired.is_some());
}

#[test]
fn every_example_of_the_reference_is_a_manifest_without_mistakes() {
    let blocks = blocks("docs/manifest.md");
    assert!(blocks.len() >= 8);
    for block in &blocks {
        says_nothing(block);
    }
}

#[test]
fn the_manifest_to_copy_has_no_mistakes() {
    says_nothing(&document("config/stackfleet.toml"));
}

#[test]
fn the_reference_has_every_key_that_is_read() {
    let tables = [
        "",
        "[aws]\n",
        "[project]\n",
        "[guard]\n",
        "[defaults]\n",
        "[stackset.a]\n",
        "[[stackset.a.deploy]]\n",
        "[[stackset.a.skip]]\n",
        "[[stackset.a.override]]\n",
        "[removed.a]\n",
        "[target_set.a]\n",
        "[rollout.a]\n",
        "[[rollout.a.stage]]\n",
        "[protect]\n",
        "[[freeze]]\n",
    ];
    let below = [
        "parameters.A",
        "preferences",
        "preferences.create",
        "auto_deploy",
        "template",
    ];
    let below = below.map(|table| format!("[stackset.a.{table}]\n"));
    let page = document("docs/manifest.md");
    for table in tables.iter().map(ToString::to_string).chain(below) {
        let reading = Repository::new(&format!("{table}zzzzzzzzzzzz = 1\n")).read();
        let unknown = reading
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.code == "E0101");
        let help = unknown.unwrap_or_else(|| panic!("{table}")).help[0].text.clone();
        let (_, keys) = help.split_once(" are: ").unwrap();
        for key in keys.split(", ") {
            assert!(page.contains(key), "{key} of {table} is not in the reference");
        }
    }
}
