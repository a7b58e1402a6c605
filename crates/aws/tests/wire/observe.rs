//! Complete or refused.

use std::collections::{BTreeMap, BTreeSet};

use aws::ObserveError;
use model::call::CallErrorKind;
use model::ids::{AccountId, UnitId};
use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::OperationStatus;
use model::organization::AccountState;

use crate::support::{guarded, one_stack_set, organization, request, summary};

const SERVICE_MANAGED: &str = "<PermissionModel>SERVICE_MANAGED</PermissionModel>";

#[tokio::test(start_paused = true)]
async fn an_empty_page_with_a_token_is_not_the_end() {
    let server = organization()
        .xml("ListStackSets", "<Summaries/>")
        .on("ListAccountsForParent r-ab12", 200, r#"{"Accounts":[],"NextToken":"more"}"#)
        .on(
            "ListAccountsForParent r-ab12",
            200,
            r#"{"Accounts":[{"Id":"222233334444","Name":"a","Email":"a@example.com","Status":"ACTIVE","State":"SUSPENDED"}]}"#,
        )
        .on(
            "ListOrganizationalUnitsForParent r-ab12",
            200,
            r#"{"OrganizationalUnits":[{"Id":"ou-ab12-11111111","Name":"Prod"}]}"#,
        );
    let observed = server.connect().await.observe(&request(&[])).await.unwrap();
    let tree = observed.organization;
    let account = &tree.accounts[&AccountId::parse("222233334444").unwrap()];
    assert_eq!(account.state, AccountState::Suspended, "State counts, not Status");
    let unit = UnitId::parse("ou-ab12-11111111").unwrap();
    assert_eq!(tree.path(&unit), "Root/Prod");
    assert_eq!(
        tree.accounts[&AccountId::parse("111122223333").unwrap()].parent,
        unit
    );
    assert!(observed.trusted_access);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_comes_back_is_refused() {
    let page = format!(
        "<Summaries>{}</Summaries><NextToken>again</NextToken>",
        summary("net")
    );
    let server = organization().xml("ListStackSets", &page);
    let error = server.connect().await.observe(&request(&[])).await.unwrap_err();
    let ObserveError::Incomplete { failures } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (failures[0].api, failures[0].kind),
        ("ListStackSets", CallErrorKind::Malformed)
    );
    assert_eq!(server.count("ListStackSets"), 2);
}

#[tokio::test(start_paused = true)]
async fn registered_targets_end_at_an_empty_token() {
    let target = |unit: &str, region: &str| {
        format!(
            "<Summaries><member><OrganizationalUnitId>{unit}</OrganizationalUnitId><Regions><member>{region}</member></Regions></member></Summaries>"
        )
    };
    let first = format!(
        "{}<NextToken>t</NextToken>",
        target("ou-ab12-11111111", "eu-west-1")
    );
    let second = format!(
        "{}<NextToken></NextToken>",
        target("ou-ab12-11111111", "us-east-1")
    );
    let server = one_stack_set(SERVICE_MANAGED)
        .xml("ListStackInstances", "<Summaries/>")
        .xml("ListStackSetAutoDeploymentTargets", &first)
        .xml("ListStackSetAutoDeploymentTargets", &second)
        .xml("ListStackSetOperations", "<Summaries/>");
    let observed = server.connect().await.observe(&request(&["net"])).await.unwrap();
    let set = observed.stack_sets.values().next().unwrap();
    let regions: Vec<_> = set
        .registered
        .values()
        .flatten()
        .map(ToString::to_string)
        .collect();
    assert_eq!(regions, ["eu-west-1", "us-east-1"]);
}

#[tokio::test(start_paused = true)]
async fn every_page_of_instances_is_read_and_unknown_statuses_are_kept_as_they_are() {
    let row = |account: &str, more: &str| {
        format!("<member><Account>{account}</Account><Region>eu-west-1</Region>{more}</member>")
    };
    let current = row(
        "222233334444",
        "<Status>CURRENT</Status><StackInstanceStatus><DetailedStatus>SUCCEEDED</DetailedStatus></StackInstanceStatus>\
         <OrganizationalUnitId/><LastOperationId>op-1</LastOperationId><StatusReason></StatusReason>",
    );
    let strange = row(
        "333344445555",
        "<Status>MELTED</Status><StackInstanceStatus><DetailedStatus>DRIPPING</DetailedStatus></StackInstanceStatus>",
    );
    let server = one_stack_set("")
        .xml(
            "ListStackInstances",
            &format!("<Summaries>{current}</Summaries><NextToken>t</NextToken>"),
        )
        .xml("ListStackInstances", &format!("<Summaries>{strange}</Summaries>"))
        .xml("DescribeStackInstance", "<StackInstance/>")
        .xml("ListStackSetOperations", "<Summaries/>");
    let observed = server.connect().await.observe(&request(&["net"])).await.unwrap();
    let set = observed.stack_sets.values().next().unwrap();
    let [first, second] = set.instances.values().collect::<Vec<_>>()[..] else {
        panic!("{set:?}")
    };
    assert_eq!(
        (&first.status, &first.detailed),
        (&InstanceStatus::Current, &DetailedStatus::Succeeded)
    );
    assert_eq!(
        (&first.unit, &first.reason, &first.overrides),
        (&None, &None, &Some(BTreeMap::new()))
    );
    assert_eq!(second.status, InstanceStatus::Other("MELTED".to_owned()));
    assert_eq!(second.detailed, DetailedStatus::Other("DRIPPING".to_owned()));
    assert_eq!(
        server.count("ListStackSetAutoDeploymentTargets"),
        0,
        "only service-managed ones have such targets"
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_without_an_account_refuses_the_whole() {
    let server = one_stack_set("")
        .xml(
            "ListStackInstances",
            "<Summaries><member><Region>eu-west-1</Region><Status>CURRENT</Status></member></Summaries>",
        )
        .xml("ListStackSetOperations", "<Summaries/>");
    let error = server
        .connect()
        .await
        .observe(&request(&["net"]))
        .await
        .unwrap_err();
    let ObserveError::Incomplete { failures } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (failures[0].api, failures[0].kind),
        ("ListStackInstances", CallErrorKind::Malformed)
    );
}

#[tokio::test(start_paused = true)]
async fn the_newest_operation_comes_first_and_those_that_are_not_over_are_kept() {
    let row = |id: &str, status: &str, time: &str| {
        format!(
            "<member><OperationId>{id}</OperationId><Action>UPDATE</Action><Status>{status}</Status>\
             <CreationTimestamp>2026-01-02T03:{time}:05.678Z</CreationTimestamp></member>"
        )
    };
    let rows = [
        row("old", "SUCCEEDED", "01"),
        row("queued", "QUEUED", "03"),
        row("running", "RUNNING", "02"),
        row("odd", "THINKING", "00"),
    ];
    let server = one_stack_set("").xml("ListStackInstances", "<Summaries/>").xml(
        "ListStackSetOperations",
        &format!("<Summaries>{}</Summaries>", rows.concat()),
    );
    let observed = server.connect().await.observe(&request(&["net"])).await.unwrap();
    let set = observed.stack_sets.values().next().unwrap();
    assert_eq!(set.newest_operation.as_ref().unwrap().id.as_str(), "queued");
    let running: Vec<_> = set
        .running
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(running, ["queued", "running", "odd"]);
    assert_eq!(
        set.running[2].status,
        OperationStatus::Other("THINKING".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn every_missing_permission_is_named_at_once() {
    let denied = "User: me is not authorized to perform: organizations:ListRoots because no policy allows it";
    let server = guarded()
        .on(
            "ListRoots",
            400,
            format!(r#"{{"__type":"AccessDeniedException","Message":"{denied}"}}"#),
        )
        .refuse("DescribeOrganizationsAccess", 403, "AccessDenied", "no")
        .xml(
            "ListStackSets",
            &format!("<Summaries>{}{}</Summaries>", summary("net"), summary("dns")),
        )
        .refuse("DescribeStackSet", 403, "AccessDenied", "no");
    let error = server
        .connect()
        .await
        .observe(&request(&["net", "dns"]))
        .await
        .unwrap_err();
    let actions = [
        "cloudformation:DescribeOrganizationsAccess",
        "cloudformation:DescribeStackSet",
        "organizations:ListRoots",
    ];
    assert_eq!(
        error.missing_actions(),
        actions.map(str::to_owned).into_iter().collect::<BTreeSet<_>>()
    );
    let diagnostics = error.diagnostics();
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(
        diagnostics[0].notes.len(),
        3,
        "one for each call, not for each StackSet"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_set_of_nobody_or_of_another_project_is_told_with_its_mark_only() {
    let tags = "<Tags><member><Key>stackfleet:project</Key><Value>other</Value></member></Tags>";
    let server = one_stack_set(tags);
    let observed = server.connect().await.observe(&request(&["dns"])).await.unwrap();
    assert!(observed.stack_sets.is_empty());
    let other = observed.others.values().next().unwrap();
    assert_eq!(other.project.as_deref(), Some("other"));
}

#[tokio::test(start_paused = true)]
async fn an_empty_stack_set_is_read_whole() {
    let observed = one_stack_set(SERVICE_MANAGED)
        .xml("ListStackInstances", "<Summaries/>")
        .xml(
            "ListStackSetAutoDeploymentTargets",
            "<Summaries/><NextToken></NextToken>",
        )
        .xml("ListStackSetOperations", "<Summaries/>")
        .connect()
        .await
        .observe(&request(&["net"]))
        .await
        .unwrap();
    let set = observed.stack_sets.values().next().unwrap();
    assert!(set.instances.is_empty() && set.registered.is_empty() && set.running.is_empty());
    assert_eq!(set.newest_operation, None);
}
