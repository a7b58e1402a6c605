//! What comes out of the tables around and inside a StackSet.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use model::desired::{
    AccountField, Capabilities, Desired, DesiredTemplate, OnFailure, Source, StageTargets, Target,
};
use model::preferences::{Amount, ConcurrencyMode};
use support::{HEAD, Repository};

/// Takes everything that the manifest to copy gives a value.
const TEMPLATE: &str = "\
Parameters:
  Environment: { Type: String, Default: dev }
  LogRetentionDays: { Type: Number, Default: 90 }
  Topic: { Type: String, Default: none }
  WebhookToken: { Type: String, NoEcho: true, Default: none }
Resources:
  Queue: { Type: AWS::SNS::Topic }
";

/// The manifest to copy, which has every table.
fn whole() -> Desired {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/stackfleet.toml");
    let repository = Repository::new(&std::fs::read_to_string(page).unwrap());
    for name in ["security-baseline", "detectors", "network-guardrails"] {
        repository.write(&format!("templates/{name}.yaml"), TEMPLATE);
    }
    wanted(&repository)
}

fn wanted(repository: &Repository) -> Desired {
    let reading = repository.read();
    assert_eq!(reading.diagnostics, []);
    reading.desired.unwrap()
}

fn values<T: Clone>(spanned: &[model::diagnostic::Spanned<T>]) -> Vec<T> {
    spanned.iter().map(|one| one.value.clone()).collect()
}

#[test]
fn a_pinned_name_is_its_account_and_another_name_is_a_name() {
    let desired = whole();
    assert_eq!(desired.accounts["forensics"].value.as_str(), "111100000099");
    let skipped = values(&desired.stack_sets["detectors"].skip[0].targets);
    assert!(matches!(&skipped[0], Target::Account(id) if id.as_str() == "111100000042"));
    let tag = Target::Tag {
        key: "detectors".to_owned(),
        value: "own".to_owned(),
    };
    assert_eq!(skipped[1], tag);
    let guarded = values(&desired.stack_sets["network-guardrails"].deploy[0].targets);
    assert_eq!(guarded[1], Target::AccountGlob("sandbox-*".to_owned()));
}

#[test]
fn a_target_set_is_written_out_where_it_is_used() {
    let desired = whole();
    let targets = values(&desired.stack_sets["security-baseline"].deploy[0].targets);
    let [
        Target::Set {
            name,
            include,
            exclude,
        },
    ] = targets.as_slice()
    else {
        panic!("one set");
    };
    assert_eq!(name, "managed");
    assert_eq!(include.len(), 3);
    assert!(matches!(&exclude[0].value, Target::Account(id) if id.as_str() == "111100000099"));
}

#[test]
fn parts_have_their_own_regions_or_those_of_the_defaults() {
    let desired = whole();
    let parts = &desired.stack_sets["detectors"].deploy;
    let regions = |part: usize| {
        let found = values(&parts[part].regions);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let core = ["eu-west-1", "eu-central-1", "us-east-1"];
    assert_eq!(regions(0), [&core[..], &["us-west-2"]].concat());
    assert_eq!(regions(1), core);
    assert_eq!(
        desired.stack_sets["detectors"].skip[0].reason.value,
        "SEC-221: own detector until the first quarter"
    );
}

#[test]
fn a_region_of_a_set_has_its_place_in_the_set() {
    let desired = whole();
    let region = &desired.stack_sets["detectors"].deploy[1].regions[0];
    let page = include_str!("../../../config/stackfleet.toml");
    let line = page.lines().nth(region.span.start.line as usize - 1).unwrap();
    assert!(line.starts_with("core"), "{line}");
}

#[test]
fn a_rollout_comes_with_every_stack_set_that_names_it() {
    let desired = whole();
    assert_eq!(desired.stack_sets["detectors"].rollout, None);
    let rollout = desired.stack_sets["network-guardrails"].rollout.clone().unwrap();
    assert_eq!(
        (rollout.name.value.as_str(), rollout.on_failure),
        ("careful", OnFailure::Stop)
    );
    let names: Vec<_> = rollout
        .stages
        .iter()
        .map(|stage| stage.name.value.as_str())
        .collect();
    assert_eq!(names, ["canary", "nonprod", "prod"]);
    let [canary, nonprod, prod] = rollout.stages.as_slice() else {
        panic!("three stages");
    };
    assert_eq!((canary.soak_seconds, canary.approval), (900, false));
    assert_eq!(nonprod.preferences.max_concurrent, Some(Amount::Percent(25)));
    assert_eq!(nonprod.preferences.concurrency_mode, None);
    assert!(matches!(prod.targets, StageTargets::Rest(_)) && prod.approval);
}

#[test]
fn overrides_keep_their_values_and_places() {
    let desired = whole();
    let overrides = &desired.stack_sets["security-baseline"].overrides;
    assert_eq!(overrides[1].name.value, "payments: PCI");
    assert_eq!(overrides[1].regions.len(), 1);
    let value = &overrides[1].parameters["LogRetentionDays"].source.value;
    assert_eq!(*value, Source::Literal("2555".to_owned()));
}

#[test]
fn protection_guards_and_freezes_are_read() {
    let desired = whole();
    assert_eq!(
        values(&desired.protect.delete),
        ["security-baseline", "detectors"]
    );
    assert_eq!(values(&desired.protect.replace), ["network-*"]);
    assert_eq!(
        desired.guard.max_changed_accounts.unwrap().value,
        Amount::Percent(100)
    );
    assert!(desired.guard.require_committed.unwrap().value);
    let freeze = &desired.freezes[0];
    assert_eq!(freeze.until.to_string(), "2027-01-04T08:00:00Z");
    assert_eq!(freeze.targets.len(), 1);
    assert!(matches!(
        desired.stack_sets["security-baseline"].capabilities,
        Capabilities::Auto(_)
    ));
}

const SOURCES: &str = r#"
[stackset.audit]
template = "templates/sources.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
[stackset.audit.parameters]
Text = "a"
List = ["a", 1, true]
Env = { env = "NAME" }
File = { file = "values/text.txt" }
Ssm = { ssm = "/platform/topic" }
Tag = { account_tag = "cost centre" }
Account = { account = "ou" }
Keep = { keep = true }
"#;

#[test]
fn every_source_of_a_value_is_told_apart() {
    let repository = Repository::new(&format!("{HEAD}{SOURCES}"));
    let names = ["Text", "List", "Env", "File", "Ssm", "Tag", "Account", "Keep"];
    let parameters = names.map(|name| format!("  {name}: {{ Type: String }}\n"));
    let template = format!("Parameters:\n{}{}", parameters.concat(), support::PLAIN);
    repository.write("templates/sources.yaml", &template);
    repository.write("values/text.txt", "two\nlines\n");
    let desired = wanted(&repository);
    let source = |name: &str| desired.stack_sets["audit"].parameters[name].source.value.clone();
    let references = names.map(|name| source(name).reference());
    assert_eq!(
        references,
        [
            "manifest",
            "manifest",
            "env:NAME",
            "file:values/text.txt",
            "ssm:/platform/topic",
            "account_tag:cost centre",
            "account:ou",
            "keep"
        ]
    );
    assert_eq!(source("List"), Source::Literal("a,1,true".to_owned()));
    assert!(matches!(source("File"), Source::File { text, .. } if text == "two\nlines"));
    assert_eq!(source("Account"), Source::Account(AccountField::Ou));
}

#[test]
fn a_template_in_s3_is_its_url_and_its_hash() {
    let hash = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08";
    let repository = Repository::new(&format!(
        "{HEAD}[stackset.audit]\ntemplate = {{ s3 = \"https://b.s3.eu-west-1.amazonaws.com/t.yaml\", sha256 = \"{hash}\" }}\ntargets = [\"Root\"]\nregions = [\"eu-west-1\"]\n"
    ));
    let desired = wanted(&repository);
    let DesiredTemplate::S3 { url, sha256 } = &desired.stack_sets["audit"].template else {
        panic!("a template in S3");
    };
    assert_eq!(url.value, "https://b.s3.eu-west-1.amazonaws.com/t.yaml");
    assert_eq!(sha256.as_str(), format!("sha256:{}", hash.to_lowercase()));
    assert_eq!(desired.request().templates.len(), 1);
}

#[test]
fn files_are_included_by_pattern_and_share_their_names() {
    let repository = Repository::new(&format!(
        "include = [\"teams/*/*.toml\"]\n{HEAD}[rollout.own]\nstage = [{{ name = \"all\", targets = \"rest\", concurrency_mode = \"soft\" }}]\n"
    ));
    let set = "template = \"templates/plain.yaml\"\ntargets = [\"@ours\"]\nregions = [\"eu-west-1\"]\nrollout = \"own\"\n";
    repository.write("teams/a/stacksets.toml", &format!("[stackset.a]\n{set}"));
    repository.write("teams/b/stacksets.toml", &format!("[stackset.b]\n{set}"));
    repository.write(
        "teams/b/sets.toml",
        "[target_set.ours]\ninclude = [\"Root/Ours\"]\n",
    );
    repository.write("teams/.hidden/stacksets.toml", "nothing");
    let desired = wanted(&repository);
    assert_eq!(desired.stack_sets.keys().collect::<Vec<_>>(), ["a", "b"]);
    let name = &desired.stack_sets["b"].name;
    assert_eq!(
        (name.span.file.as_str(), name.span.start.line),
        ("teams/b/stacksets.toml", 1)
    );
    let rollout = desired.stack_sets["a"].rollout.clone().unwrap();
    assert_eq!(
        rollout.stages[0].preferences.concurrency_mode,
        Some(ConcurrencyMode::Soft)
    );
    assert!(repository.read().sources.contains_key("teams/a/stacksets.toml"));
}

#[test]
fn policies_are_read_in_the_order_of_their_paths_each_once() {
    let repository = Repository::new(&format!(
        "{HEAD}[guard]\npolicies = [\"policy/**/*.rego\", \"policy/b.rego\"]\n"
    ));
    repository.write("policy/b.rego", "package b\n");
    repository.write("policy/deep/a.rego", "package a\n");
    let policies = wanted(&repository).guard.policies;
    let found: Vec<_> = policies
        .iter()
        .map(|policy| (policy.path.value.as_str(), policy.text.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("policy/b.rego", "package b\n"),
            ("policy/deep/a.rego", "package a\n")
        ]
    );
}
