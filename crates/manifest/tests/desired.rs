//! What comes out of a manifest without mistakes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use model::definition::{AutoDeployment, Capability, Permission};
use model::desired::{CallAs, Capabilities, Desired, DesiredTemplate, OnLeave, Source, Target};
use model::preferences::{Amount, ConcurrencyMode, RegionConcurrency};
use support::Repository;

const MANIFEST: &str = r#"
version = 1
project = { name = "platform" }

[aws]
admin_account = "222233334444"
organization = "o-a1b2c3d4e5"
region = "eu-west-1"

[defaults]
regions = ["eu-west-1"]
auto_deploy = { new_accounts = true, leaving_accounts = "retain" }
on_leave = "retain"
tags = { owner = "platform", stage = "all" }
[defaults.preferences]
concurrency_mode = "soft"
max_concurrent = 10

[stackset.audit]
template = "templates/audit.yaml"
targets = ["Root/Work\\/Shop/Prod", "account:payments-prod", "111122223333", "ou-ab12-11111111"]
regions = ["us-east-1", "eu-west-1"]
capabilities = ["named-iam"]
allow = ["W0306", "W0232"]
tags = { stage = "prod" }
[stackset.audit.preferences]
region_order = "parallel"
[stackset.audit.preferences.delete]
max_concurrent = "10%"
[stackset.audit.parameters]
LogRetentionDays = 1_80
WebhookToken = { env = "HOOK" }

[stackset.roles]
aws_name = "ExecutionRoles"
template = "./templates/plain.yaml"
targets = ["Root"]
permission = "self-managed"
execution_role = "OrganizationAccountAccessRole"
depends_on = ["audit"]
on_leave = "delete"
managed_execution = true

[removed.old]
stacks = "delete"
reason = "gone"

[guard]
max_deleted_instances = 4
"#;

fn desired() -> Desired {
    let reading = Repository::new(MANIFEST).read();
    assert_eq!(reading.diagnostics, []);
    reading.desired.unwrap()
}

#[test]
fn defaults_lie_under_a_stack_set_tables_merge_and_lists_replace() {
    let desired = desired();
    let (audit, roles) = (&desired.stack_sets["audit"], &desired.stack_sets["roles"]);
    let regions = |set: &model::desired::DesiredStackSet| {
        set.deploy[0]
            .regions
            .iter()
            .map(|region| region.value.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(regions(audit), ["us-east-1", "eu-west-1"]);
    assert_eq!(regions(roles), ["eu-west-1"]);
    assert_eq!(audit.tags["owner"], "platform");
    assert_eq!(audit.tags["stage"], "prod");
    assert_eq!(
        (audit.on_leave, roles.on_leave),
        (Some(OnLeave::Retain), Some(OnLeave::Delete))
    );
}

#[test]
fn preferences_of_an_action_lie_over_the_common_ones() {
    let preferences = &desired().stack_sets["audit"].preferences;
    assert_eq!(preferences.create.max_concurrent, Amount::Count(10));
    assert_eq!(preferences.delete.max_concurrent, Amount::Percent(10));
    assert_eq!(preferences.delete.region_concurrency, RegionConcurrency::Parallel);
    assert_eq!(preferences.delete.concurrency_mode, ConcurrencyMode::Soft);
}

#[test]
fn inherited_settings_of_the_other_permission_model_do_not_count() {
    let desired = desired();
    let auto_deployment = AutoDeployment {
        enabled: true,
        retain_stacks: true,
        depends_on: std::collections::BTreeSet::new(),
    };
    assert_eq!(
        desired.stack_sets["audit"].permission,
        Permission::ServiceManaged { auto_deployment }
    );
    let roles = &desired.stack_sets["roles"];
    let execution_role = Some("OrganizationAccountAccessRole".to_owned());
    assert_eq!(
        roles.permission,
        Permission::SelfManaged {
            administration_role: None,
            execution_role
        }
    );
    assert_eq!(roles.aws_name.as_str(), "ExecutionRoles");
    assert!(roles.managed_execution);
}

#[test]
fn targets_are_paths_names_and_ids_and_a_slash_can_be_part_of_a_name() {
    let desired = desired();
    let targets: Vec<_> = desired.stack_sets["audit"].deploy[0]
        .targets
        .iter()
        .map(|target| target.value.clone())
        .collect();
    assert_eq!(
        targets[0],
        Target::Path(vec!["Work/Shop".to_owned(), "Prod".to_owned()])
    );
    assert_eq!(targets[1], Target::AccountName("payments-prod".to_owned()));
    assert!(matches!(targets[2], Target::Account(_)));
    assert!(matches!(targets[3], Target::Unit(_)));
    assert_eq!(
        desired.stack_sets["roles"].deploy[0].targets[0].value,
        Target::Path(Vec::new())
    );
}

#[test]
fn values_are_texts_and_a_no_echo_value_from_the_environment_is_a_secret() {
    let desired = desired();
    let parameters = &desired.stack_sets["audit"].parameters;
    assert_eq!(
        parameters["LogRetentionDays"].source.value,
        Source::Literal("180".to_owned())
    );
    let hook = Source::Environment {
        name: "HOOK".to_owned(),
        sensitive: true,
    };
    assert_eq!(parameters["WebhookToken"].source.value, hook);
    assert!(desired.environment()["HOOK"]);
}

#[test]
fn everything_else_is_where_it_belongs() {
    let desired = desired();
    assert_eq!(desired.project.value, "platform");
    assert_eq!(desired.aws.call_as, CallAs::Myself);
    assert_eq!(
        desired.aws.organization.as_ref().map(|id| id.value.as_str()),
        Some("o-a1b2c3d4e5")
    );
    assert_eq!(
        desired
            .guard
            .max_deleted_instances
            .as_ref()
            .map(|limit| limit.value),
        Some(4)
    );
    assert_eq!(desired.removed["old"].stacks, OnLeave::Delete);
    let audit = &desired.stack_sets["audit"];
    let listed = Capabilities::Listed([Capability::NamedIam].into());
    assert_eq!(audit.capabilities, listed);
    let DesiredTemplate::File { body, .. } = &audit.template else {
        panic!("a template from a file");
    };
    assert_eq!(body, support::TEMPLATE);
    assert_eq!(desired.stack_sets["roles"].depends_on[0].value, "audit");
}

#[test]
fn the_reader_shows_the_texts_that_spans_point_into() {
    let repository = Repository::new(MANIFEST);
    let names: Vec<_> = repository.read().sources.into_keys().collect();
    assert!(names.contains(&"templates/audit.yaml".to_owned()), "{names:?}");
    assert!(
        names.contains(&repository.path("stackfleet.toml").display().to_string()),
        "{names:?}"
    );
}
