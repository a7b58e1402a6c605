//! Regions that are off, roles that are not there, how much is at work at one time, and what Systems Manager has.

use super::*;
use crate::world::{SsmParameter, SsmType};

const MILAN: &str = "eu-south-1";

fn switch_on(client: &mut Client, id: &str) {
    let regions = client.world.opt_in_regions.entry(account(id)).or_default();
    regions.insert(region(MILAN));
}

fn reasons(client: &mut Client) -> Vec<String> {
    let body = client.ok("ListStackInstances", &[("StackSetName", "web")]);
    members(&body)
        .iter()
        .map(|row| text(row, "StatusReason"))
        .collect()
}

#[test]
fn an_opt_in_region_must_be_on_in_the_target_and_in_the_management_account() {
    let why = |on: &[&str]| {
        let mut client = Client::new();
        for id in on {
            switch_on(&mut client, id);
        }
        client.service_managed(QUEUE, "false");
        let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", &[CORE], &[MILAN]);
        client.ok("CreateStackInstances", &borrowed(&inputs));
        client.pass(1_000);
        reasons(&mut client).remove(0)
    };
    assert_eq!(why(&[MANAGEMENT, B]), "");
    assert_eq!(
        why(&[MANAGEMENT]),
        format!("Account {B} has not enabled Region {MILAN}.")
    );
    assert_eq!(
        why(&[B]),
        format!("Account {MANAGEMENT} has not enabled Region {MILAN}.")
    );
}

#[test]
fn nobody_is_known_in_a_home_region_that_is_off() {
    let mut client = Client::new();
    let list = |client: &mut Client| {
        let caller = Caller {
            account: account(MANAGEMENT),
        };
        let form = b"Action=ListStackSets&Version=2010-05-15";
        let answer = answer(&mut client.world, &caller, &region(MILAN), form);
        (answer.status, answer.error)
    };
    assert_eq!(list(&mut client), (403, Some("InvalidClientTokenId".to_owned())));
    switch_on(&mut client, MANAGEMENT);
    assert_eq!(list(&mut client).0, 200);
}

#[test]
fn a_self_managed_stack_set_needs_its_administration_role_too() {
    let mut client = Client::new();
    client.world.roles.remove(&account(MANAGEMENT));
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1"]);
    assert_eq!(
        reasons(&mut client),
        [format!(
            "Account {A} should have 'OrganizationAccountAccessRole' role with trust relationship to Role \
             'AWSCloudFormationStackSetAdministrationRole'."
        )
        .replace('\'', "&apos;")]
    );
}

#[test]
fn instances_beyond_the_quota_of_a_region_wait_for_those_at_work() {
    let mut client = Client::new();
    client.world.quotas.instances_at_work = 2;
    client.self_managed(QUEUE);
    let other = [
        ("StackSetName", "other"),
        ("TemplateBody", QUEUE),
        ("ExecutionRoleName", "OrganizationAccountAccessRole"),
    ];
    client.ok("CreateStackSet", &other);
    let all_at_once = [
        ("OperationPreferences.MaxConcurrentPercentage", "100"),
        ("OperationPreferences.ConcurrencyMode", "SOFT_FAILURE_TOLERANCE"),
        ("OperationPreferences.RegionConcurrencyType", "PARALLEL"),
        ("OperationId", "op-1"),
    ];
    let regions = ["eu-west-1", "us-east-1"];
    let inputs = rectangle("Accounts", &[A, B, C], &regions);
    client.ok("CreateStackInstances", &with(&inputs, &all_at_once));
    let mut others = with(&inputs, &all_at_once);
    others[0].1 = "other";
    client.ok("CreateStackInstances", &others);

    let mut most = 0;
    for _ in 0..100 {
        client.pass(1);
        let running = |set: &crate::world::StackSet| {
            let progress = set.operations[0].progress.get(&region("eu-west-1"));
            progress.map_or(0, |progress| progress.running)
        };
        let sets = client.world.stack_sets.values().flat_map(BTreeMap::values);
        most = most.max(sets.map(running).sum());
    }
    assert_eq!(most, 2);
    assert_eq!(client.status("op-1"), "SUCCEEDED");
    let sets = client.world.stack_sets.values().flat_map(BTreeMap::values);
    assert!(sets.map(|set| set.instances.len()).eq([6, 6]));
    assert!(client.world.at_work.is_empty(), "{:?}", client.world.at_work);
}

#[test]
fn what_was_stopped_is_at_work_no_more() {
    let mut client = Client::new();
    client.world.knobs.stopping_cells = crate::world::StoppingCells::Cancel;
    client.self_managed(QUEUE);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    client.pass(2);
    assert!(!client.world.at_work.is_empty());
    let stop = [("StackSetName", "web"), ("OperationId", "op-1")];
    client.ok("StopStackSetOperation", &stop);
    assert!(client.world.at_work.is_empty(), "{:?}", client.world.at_work);
}

#[test]
fn an_operation_says_why_it_ended_badly() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.fail(A, None);
    let inputs = rectangle("Accounts", &[A, B], &["eu-west-1", "us-east-1"]);
    client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
    client.pass(1_000);
    let described = [("StackSetName", "web"), ("OperationId", "op-1")];
    let body = client.ok("DescribeStackSetOperation", &described);
    assert_eq!(
        text(&body, "StatusReason"),
        "The failure tolerance was exceeded in eu-west-1"
    );
}

const LOOKED_UP: &str = "
Parameters:
  Vpc: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /network/vpc }
Resources:
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Ref Vpc } }
";

fn parameter(name: &str, value: &str, id: Option<&str>, kind: SsmType) -> SsmParameter {
    SsmParameter {
        name: name.to_owned(),
        value: value.to_owned(),
        kind,
        account: id.map(account),
        region: None,
        modified_at: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn a_systems_manager_parameter_is_looked_up_where_the_stack_is() {
    let mut client = Client::new();
    client.world.parameters = vec![
        parameter("/network/vpc", "vpc-of-a", Some(A), SsmType::String),
        parameter("/network/vpc", "vpc-home", Some(MANAGEMENT), SsmType::String),
        parameter("/network/vpc", "vpc-of-c", Some(C), SsmType::SecureString),
    ];
    client.self_managed(LOOKED_UP);
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert_eq!(
        (text(&body, "ParameterValue"), text(&body, "ResolvedValue")),
        ("/network/vpc".to_owned(), "vpc-home".to_owned())
    );
    let inputs = rectangle("Accounts", &[A, B, C], &["eu-west-1"]);
    let tolerant = [("OperationPreferences.FailureToleranceCount", "2")];
    client.ok("CreateStackInstances", &with(&inputs, &tolerant));
    client.pass(1_000);
    assert_eq!(
        reasons(&mut client),
        [
            "",
            "Unable to fetch parameters [/network/vpc] from parameter store for this account.",
            "Parameters [/network/vpc] referenced by template have types not supported by CloudFormation.",
        ]
    );
    let names: Vec<&String> = client.world.taken_names.keys().collect();
    assert_eq!(names, [&format!("{A}/eu-west-1 AWS::SQS::Queue:vpc-of-a")]);
}

#[test]
fn the_order_of_regions_names_regions_of_the_operation_also_when_it_has_no_targets() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.deploy(&[A], &["eu-west-1", "us-east-1"]);
    let order = "OperationPreferences.RegionOrder.member.1";
    for action in ["UpdateStackSet", "DetectStackSetDrift"] {
        let mut inputs = vec![("StackSetName", "web"), (order, "ap-south-1")];
        if action == "UpdateStackSet" {
            inputs.push(("UsePreviousTemplate", "true"));
        }
        assert_eq!(client.refused(action, &inputs).0, "ValidationError");
        inputs[1].1 = "us-east-1";
        client.ok(action, &inputs);
        client.pass(1_000);
    }
}
