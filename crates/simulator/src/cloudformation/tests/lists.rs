//! The knobs of what is read: empty pages, the unit of an instance, the order of targets.

use super::knobs::{paged, with_knobs};
use super::*;
use crate::world::{InstanceUnit, Pages, TargetsReadBack};

#[test]
fn every_other_page_may_be_empty_and_the_list_is_whole_all_the_same() {
    let lists = |pages| {
        let mut client = with_knobs(|knobs| knobs.pages = pages);
        client.service_managed(QUEUE, "false");
        client.deploy_units(&[PROD, DEV], &["eu-west-1", "us-east-1"]);
        let instances = paged(&mut client, "ListStackInstances", "Account", &[]);
        let targets = paged(
            &mut client,
            "ListStackSetAutoDeploymentTargets",
            "OrganizationalUnitId",
            &[],
        );
        let first = client.ok("ListStackInstances", &[("StackSetName", "web")]);
        (
            instances,
            targets,
            members(&first).len(),
            text(&first, "NextToken").is_empty(),
        )
    };
    let (full, with_gaps) = (lists(Pages::Full), lists(Pages::WithGaps));
    assert_eq!((&full.0, &full.1), (&with_gaps.0, &with_gaps.1));
    assert_eq!((full.2, full.3), (8, true));
    assert_eq!((with_gaps.2, with_gaps.3), (0, false));
}

#[test]
fn an_account_below_two_targets_shows_the_nearest_or_the_first() {
    let unit_of = |setting| {
        let mut client = with_knobs(|knobs| knobs.instance_unit = setting);
        client.service_managed(QUEUE, "false");
        client.deploy_units(&[PROD, CORE], &["eu-west-1"]);
        let named = [
            ("StackSetName", "web"),
            ("StackInstanceAccount", B),
            ("StackInstanceRegion", "eu-west-1"),
        ];
        text(
            &client.ok("DescribeStackInstance", &named),
            "OrganizationalUnitId",
        )
    };
    assert_eq!(unit_of(InstanceUnit::Nearest), CORE);
    assert_eq!(unit_of(InstanceUnit::FirstMatch), PROD);
}

#[test]
fn targets_read_back_as_they_were_sent_or_in_order() {
    let units = |setting| {
        let mut client = with_knobs(|knobs| knobs.targets_read_back = setting);
        client.service_managed(QUEUE, "false");
        let inputs = rectangle(
            "DeploymentTargets.OrganizationalUnitIds",
            &[DEV, PROD, DEV],
            &["eu-west-1"],
        );
        client.ok("CreateStackInstances", &with(&inputs, &[("OperationId", "op-1")]));
        let described = [("StackSetName", "web"), ("OperationId", "op-1")];
        text(
            &client.ok("DescribeStackSetOperation", &described),
            "OrganizationalUnitIds",
        )
    };
    let rows = |units: [&str; 2]| units.map(|unit| format!("<member>{unit}</member>")).concat();
    assert_eq!(units(TargetsReadBack::AsSent), rows([DEV, PROD]));
    assert_eq!(units(TargetsReadBack::Sorted), rows([PROD, DEV]));
}
