//! Mistakes in a manifest: each is found, named and placed, with a way on.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use support::{Repository, codes, said};

#[test]
fn six_different_mistakes_give_six_diagnostics_with_places_and_help() {
    insta::assert_snapshot!(said(
        r#"
[stackset.audit]
template = "templates/audit.yaml"
targets = ["Workloads"]
regoins = ["eu-west-1"]
regions = "eu-west-1"
depends_on = ["netwrok"]
[stackset.audit.parameters]
LogRetentionDays = 360
LogRetensionDays = 365
[stackset.network]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
"#
    ));
}

#[test]
fn a_setting_below_the_parameters_header_is_explained() {
    insta::assert_snapshot!(said(
        r#"
[stackset.audit]
template = "templates/plain.yaml"
targets = ["Root"]
[stackset.audit.parameters]
regions = ["eu-west-1"]
"#
    ));
}

#[test]
fn values_that_the_template_refuses_point_into_it() {
    insta::assert_snapshot!(said(
        r#"
[stackset.audit]
template = "templates/audit.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
capabilities = ["iam"]
[stackset.audit.parameters]
Environment = "DEV"
WebhookToken = "hunter2"
LogRetentionDays = "ninety"
"#
    ));
}

#[test]
fn a_secret_in_the_manifest_is_blotted_out_of_what_is_shown() {
    let repository = Repository::new(
        "[stackset.audit]\ntemplate = \"templates/audit.yaml\"\nparameters = { WebhookToken = \"hunter2\", Environment = \"dev\" }\n",
    );
    let reading = repository.read();
    let shown = &reading.sources[&repository.path("stackfleet.toml").display().to_string()];
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Environment = \"dev\""), "{shown}");
    assert!(!format!("{:?}", reading.diagnostics).contains("hunter2"));
}

#[test]
fn what_a_table_lacks_is_said_with_the_line_to_add() {
    let repository = Repository::new("[aws]\n[stackset.audit]\n[removed.old]\n");
    insta::assert_snapshot!(repository.said());
}

#[test]
fn several_syntax_errors_are_reported_together_and_nothing_else() {
    insta::assert_snapshot!(Repository::new("version = 1\nversion = 1\nname = platform\n[aws\n").said());
}

#[test]
fn ids_regions_and_targets_are_checked_for_their_form() {
    let repository = Repository::new(
        r#"version = 2
project = { name = "two words" }
[aws]
admin_account = 222233334444
organization = "o-SHORT"
region = "eu-west1"
call_as = "delegated"
[stackset."9lives"]
template = "templates/plain.yaml"
targets = ["Root//A", "1234", "account:*", "account:111122223333", "ou-x", "Root", "Root"]
regions = ["Ireland", "eu-west-1", "eu-west-1"]
"#,
    );
    insta::assert_snapshot!(repository.said());
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    insta::assert_snapshot!(said(
        r#"
[stackset.one]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
execution_role = "Deploy"
auto_deploy = { new_accounts = true }
[stackset.two]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
permission = "self-managed"
auto_deploy = { new_accounts = true, leaving_accounts = "delete" }
administration_role = "Administrator"
aws_name = "one"
on_leave = "keep"
[removed.two]
stacks = "retain"
"#
    ));
}

#[test]
fn a_dependency_cycle_is_shown_edge_by_edge() {
    let set = |name: &str, after: &str| {
        format!(
            "[stackset.{name}]\ntemplate = \"templates/plain.yaml\"\ntargets = [\"Root\"]\nregions = [\"eu-west-1\"]\ndepends_on = [\"{after}\"]\n"
        )
    };
    let tables = [
        set("network", "baseline"),
        set("baseline", "dns"),
        set("dns", "network"),
        set("app", "dns"),
        set("own", "own"),
    ];
    insta::assert_snapshot!(said(&tables.concat()));
}

#[test]
fn a_service_managed_stack_set_takes_no_transform_and_no_nested_stack() {
    let repository = Repository::new(
        "version = 1\nproject.name = \"p\"\n[aws]\nadmin_account = \"222233334444\"\nregion = \"eu-west-1\"\n[stackset.macro]\ntemplate = \"templates/macro.yaml\"\ntargets = [\"Root\"]\nregions = [\"eu-west-1\"]\n",
    );
    repository.write(
        "templates/macro.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      Fn::Transform: { Name: Mine }\n",
    );
    insta::assert_snapshot!(repository.said());
}

#[test]
fn warnings_tell_what_aws_would_do_and_can_be_accepted() {
    let tables = |more: &str| {
        format!(
            "[stackset.audit]\ntemplate = \"templates/audit.yaml\"\ntargets = [\"Root\"]\nregions = [\"eu-west-1\", \"us-east-1\"]\ncapabilities = [\"named-iam\"]\npreferences = {{ max_concurrent = 20, update.max_concurrent = \"25%\", update.failure_tolerance = \"10%\" }}\n{more}"
        )
    };
    insta::assert_snapshot!(said(&tables("")));
    assert_eq!(
        codes(&tables("allow = [\"W0304\", \"W0306\"]\n")),
        Vec::<String>::new()
    );
    assert_eq!(
        codes(&tables("allow = [\"E0320\"]\n")).last().map(String::as_str),
        Some("E0105")
    );
}

#[test]
fn templates_outside_the_directory_or_too_large_are_refused() {
    let set = |name: &str, path: &str| {
        format!("[stackset.{name}]\ntemplate = '{path}'\ntargets = [\"Root\"]\nregions = [\"eu-west-1\"]\n")
    };
    let tables = [
        set("a", "../secret.yaml"),
        set("b", "/etc/hostname"),
        set("c", "link.yaml"),
        set("d", "large.yaml"),
        set("e", "none.yaml"),
        set("f", "templates"),
    ];
    let repository = Repository::new(&format!("{}{}", support::HEAD, tables.concat()));
    repository.write("large.yaml", &"#".repeat(1024 * 1024 + 1));
    #[cfg(unix)]
    {
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(outside.path(), repository.path("link.yaml")).unwrap();
        insta::assert_snapshot!(repository.said());
    }
}

#[test]
fn a_mistake_in_the_defaults_is_reported_once() {
    let set = |name: &str| {
        format!("[stackset.{name}]\ntemplate = \"templates/plain.yaml\"\ntargets = [\"Root\"]\n")
    };
    let tables = format!(
        "[defaults]\nregions = [\"Ireland\"]\ntargets = [\"Root\"]\n{}{}",
        set("a"),
        set("b")
    );
    assert_eq!(codes(&tables), ["E0105", "E0101"]);
}

#[test]
fn a_manifest_that_is_not_there_says_how_to_get_one() {
    let directory = tempfile::tempdir().unwrap();
    let reading = manifest::read(&directory.path().join("stackfleet.toml"));
    assert!(reading.desired.is_none());
    assert_eq!(reading.diagnostics[0].code, "E0001");
    assert!(reading.diagnostics[0].help[0].text.contains("stackfleet init"));
}

#[test]
fn characters_that_aws_would_not_keep_are_refused_where_they_are_written() {
    let given = codes(
        r#"
[stackset.audit]
template = "templates/plain.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
description = "red \u001b[31m"
tags = { "a\u0007" = "b", c = "d\r\ne" }
"#,
    );
    assert_eq!(given, ["E0105", "E0105", "E0105"]);
}

#[test]
fn a_secret_is_not_given_to_a_parameter_that_everyone_can_read() {
    let given = codes(
        r#"
[stackset.audit]
template = "templates/audit.yaml"
targets = ["Root"]
regions = ["eu-west-1"]
[stackset.audit.parameters]
LogRetentionDays = { env = "DAYS", sensitive = true }
"#,
    );
    assert!(given.contains(&"E0308".to_owned()), "{given:?}");
}
