//! Mistakes in the tables around and inside a StackSet.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use support::{HEAD, Repository, codes, said};

const SET: &str = "[stackset.audit]\ntemplate = \"templates/plain.yaml\"\ntargets = [\"Root\"]\nregions = [\"eu-west-1\"]\n";

#[test]
fn a_manifest_for_another_version_is_not_looked_at_further() {
    insta::assert_snapshot!(
        Repository::new("requires = \">=0.4.0, <0.5\"\nversion = 7\n[stackset.a]\nnew_key = 1\n").said()
    );
    assert_eq!(codes("[guard]\n").len(), 0);
    assert_eq!(codes(""), Vec::<String>::new());
    let unclear = Repository::new(&format!("requires = \"new\"\n{HEAD}")).said();
    assert!(unclear.contains("does not say which versions"), "{unclear}");
}

#[test]
fn a_name_in_two_files_shows_both() {
    let repository = Repository::new(&format!("include = [\"teams/*.toml\"]\n{HEAD}{SET}"));
    repository.write("teams/a.toml", SET);
    repository.write(
        "teams/b.toml",
        "include = []\n[guard]\n[stackse.x]\n[region_set]\ncore = [\"eu-west1\"]\n",
    );
    insta::assert_snapshot!(repository.said());
}

#[test]
fn what_cannot_be_included_is_said() {
    let repository = Repository::new(&format!(
        "include = [\"teams/*.toml\", \"../other.toml\", \"/etc/hosts\", \"link.toml\", \"a[\", \"teams\", \"large.toml\", \"utf16.toml\"]\n{HEAD}"
    ));
    repository.write("large.toml", &"#".repeat(1024 * 1024 + 1));
    std::fs::write(repository.path("utf16.toml"), b"\xff\xfev\0").unwrap();
    #[cfg(unix)]
    {
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(outside.path(), repository.path("link.toml")).unwrap();
        insta::assert_snapshot!(repository.said());
    }
}

#[test]
fn sets_that_are_not_there_or_nested_or_unused_are_told() {
    insta::assert_snapshot!(said(
        r#"
[accounts]
payments = "12345"
[region_set]
core = ["eu-west-1", "@more"]
spare = ["us-east-1"]
[target_set.managed]
include = ["Root/Workloads", "@other"]
[target_set."two words"]
exclude = ["Root"]
[stackset.audit]
template = "templates/plain.yaml"
targets = ["@manged", "managed", "tag:environment", "ou-ab12-11111111"]
regions = ["@cor", "@core", "eu-west-1"]
"#
    ));
}

#[test]
fn rollouts_are_checked_stage_by_stage() {
    insta::assert_snapshot!(said(
        r#"
[rollout.careful]
on_failure = "undo"
[[rollout.careful.stage]]
name = "canary"
targets = "rest"
soak = "15 minutes"
alarms = ["errors"]
[[rollout.careful.stage]]
name = "canary"
targets = ["Root/Workloads/Prod", "Root/Security"]
aproval = true
[rollout.empty]
[rollout.all-at-once]
stage = [{ targets = "everyone" }]
[stackset.audit]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
rollout = "carefull"
"#
    ));
}

#[test]
fn a_stage_that_is_lowered_by_strict_concurrency_is_warned_of() {
    let rollout = "[[rollout.r.stage]]\nname = \"all\"\ntargets = \"rest\"\nmax_concurrent = 10\n";
    let strict = format!("{rollout}{SET}rollout = \"r\"\n");
    insta::assert_snapshot!(said(&strict));
    let soft = format!("{strict}preferences = {{ concurrency_mode = \"soft\" }}\n");
    assert_eq!(codes(&soft), Vec::<String>::new());
}

#[test]
fn parts_skips_and_overrides_must_be_whole() {
    insta::assert_snapshot!(said(
        r#"
[stackset.audit]
template = "templates/audit.yaml"
targets = ["Root"]
capabilities = "auto"
[[stackset.audit.deploy]]
targets = ["Root/Workloads"]
[[stackset.audit.skip]]
regions = ["eu-west-1"]
[[stackset.audit.override]]
name = "one"
targets = ["Root/Workloads"]
parameters = {}
[[stackset.audit.override]]
name = "one"
targets = ["account:payments"]
[stackset.audit.override.parameters]
LogRetentionDays = 360
LogRetensionDays = 365
WebhookToken = "hunter2"
regions = ["eu-west-1"]
Environment = { keep = true }
"#
    ));
}

#[test]
fn sources_of_values_are_one_each() {
    insta::assert_snapshot!(said(
        r#"
[stackset.audit]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
[stackset.audit.parameters]
A = { env = "A", ssm = "/a" }
B = { file = "../secret" }
C = { file = "none.txt" }
D = { ssm = "a b" }
E = { account = "phone" }
F = { keep = false }
G = { ssm = "/a", default = "b" }
H = {}
I = { account_tag = "" }
J = { evn = "A" }
"#
    ));
}

#[test]
fn a_template_in_s3_is_an_https_url_and_a_hash() {
    insta::assert_snapshot!(said(
        r#"
[stackset.a]
template = { s3 = "http://b.s3.amazonaws.com/t.yaml", sha256 = "abc" }
targets = ["Root"]
regions = ["eu-west-1"]
[stackset.b]
template = { s3 = "https://b.s3.eu-west-1.amazonaws.com/t.yaml" }
targets = ["Root"]
regions = ["eu-west-1"]
"#
    ));
}

#[test]
fn limits_are_checked() {
    insta::assert_snapshot!(said(
        r#"
[aws.more]
[protect]
delete = ["audits", "sso-*", "audit", "a["]
[guard]
max_deleted_instances = -1
max_changed_accounts = "101%"
require_committed = "yes"
policies = ["policy/*.rego"]
[[freeze]]
name = "year end"
from = 2026-12-18T17:00:00
until = 2026-12-18
[[freeze]]
name = "year end"
from = 2026-12-18T17:00:00Z
until = 2026-12-18T17:00:00+01:00
[stackset.audit]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
allow = ["W9999", "E0101", "w0304"]
"#
    ));
}

#[test]
fn new_accounts_that_start_without_an_override_are_told() {
    let set = r#"
[stackset.audit]
template = "templates/audit.yaml"
targets = ["Root/Workloads"]
regions = ["eu-west-1"]
capabilities = "auto"
auto_deploy = { new_accounts = true, leaving_accounts = "retain" }
[[stackset.audit.override]]
name = "prod keeps logs"
targets = ["account:payments", "Root/Workloads/Prod"]
parameters = { LogRetentionDays = 365 }
[[stackset.audit.override]]
name = "one account, which is not new"
targets = ["account:payments"]
parameters = { LogRetentionDays = 180 }
"#;
    insta::assert_snapshot!(said(set));
    let accepted = set.replace("capabilities", "allow = [\"W0301\"]\ncapabilities");
    assert_eq!(codes(&accepted), Vec::<String>::new());
}

#[test]
fn a_long_template_needs_a_bucket_and_one_over_a_megabyte_is_refused() {
    let set = SET.replace("plain", "long");
    let repository = Repository::new(&format!("{HEAD}{set}"));
    let long = |bytes: usize| format!("{}{}\n", support::PLAIN, "#".repeat(bytes));
    repository.write("templates/long.yaml", &long(51_200));
    assert!(repository.said().contains("E0340"), "{}", repository.said());
    let bucket = HEAD.replace("region =", "template_bucket = \"b-1\"\nregion =");
    repository.write("stackfleet.toml", &format!("{bucket}{set}"));
    assert_eq!(repository.said(), "");
    repository.write("templates/long.yaml", &long(1024 * 1024));
    assert!(repository.said().starts_with("E0306"), "{}", repository.said());
}

#[test]
fn a_manifest_that_is_no_plain_text_or_too_large_is_refused_with_a_code() {
    let repository = Repository::new("");
    let code = |bytes: &[u8]| {
        std::fs::write(repository.path("stackfleet.toml"), bytes).unwrap();
        let reading = repository.read();
        assert!(reading.desired.is_none());
        reading.diagnostics[0].code.clone()
    };
    assert_eq!(code(b"\xff\xfev\0"), "E0109");
    assert_eq!(code(b"\xfe\xff\0v"), "E0109");
    assert_eq!(code(b"\xef\xbb\xbfversion = 1"), "E0109");
    assert_eq!(code(b"version = \"\xc3\x28\""), "E0109");
    assert_eq!(
        code(format!("x = \"{}\"", "a".repeat(10_000_000)).as_bytes()),
        "E0111"
    );
    assert_eq!(code("[".repeat(500_000).as_bytes()), "E0100");
    assert_eq!(code(format!("x = {}", "{a=".repeat(170_000)).as_bytes()), "E0100");
    assert_eq!(code(format!("a{} = 1", ".a".repeat(250_000)).as_bytes()), "E0100");
    assert_eq!(code(b"x = 1\nx = 1\n"), "E0100");
}

#[test]
fn so_many_patterns_that_looking_would_take_long_are_refused_together() {
    let patterns = "\"*.toml\", ".repeat(101);
    let reading = Repository::new(&format!("include = [{patterns}]\n")).read();
    let told: Vec<_> = reading
        .diagnostics
        .iter()
        .map(|told| told.code.as_str())
        .collect();
    assert_eq!(
        told.iter().filter(|code| **code == "E0106").count(),
        1,
        "{told:?}"
    );
}

#[test]
fn of_very_many_mistakes_only_some_are_kept() {
    let keys = (0..40_000).map(|number| format!("k{number} = 1\n"));
    let reading = Repository::new(&keys.collect::<String>()).read();
    assert_eq!(reading.diagnostics.len(), 200);
}
