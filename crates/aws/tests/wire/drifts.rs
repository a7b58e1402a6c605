//! What drift detection found, page by page, and how one is started.

use std::collections::BTreeMap;

use aws::{ObserveError, Operate};
use model::call::{Call, DetectDrift, Reply};
use model::drift::{DetectionStatus, DriftReading};
use model::ids::{OperationId, StackSetId, StackSetName};
use model::preferences::{Amount, OperationPreferences};

use crate::support::{SET_ID, Server, stack_set};

const DRIFTED: &str = "ListStackInstances DRIFTED";
const NOT_CHECKED: &str = "ListStackInstances NOT_CHECKED";
const RESOURCES: &str = "ListStackInstanceResourceDrifts";

fn details(status: &str, failed: u32) -> String {
    stack_set(&format!(
        "<StackSetDriftDetectionDetails><DriftStatus>DRIFTED</DriftStatus>\
         <DriftDetectionStatus>{status}</DriftDetectionStatus>\
         <LastDriftCheckTimestamp>2026-03-02T03:51:00Z</LastDriftCheckTimestamp>\
         <TotalStackInstancesCount>5</TotalStackInstancesCount><DriftedStackInstancesCount>2</DriftedStackInstancesCount>\
         <InSyncStackInstancesCount>2</InSyncStackInstancesCount><FailedStackInstancesCount>{failed}</FailedStackInstancesCount>\
         </StackSetDriftDetectionDetails>"
    ))
}

fn operation(id: &str, action: &str, hour: u32) -> String {
    format!(
        "<member><OperationId>{id}</OperationId><Action>{action}</Action><Status>SUCCEEDED</Status>\
         <CreationTimestamp>2026-03-02T{hour:02}:00:00Z</CreationTimestamp></member>"
    )
}

fn row(account: u64, hour: u32) -> String {
    format!(
        "<member><Account>{account:012}</Account><Region>eu-west-1</Region><Status>CURRENT</Status>\
         <LastDriftCheckTimestamp>2026-03-02T{hour:02}:30:00Z</LastDriftCheckTimestamp></member>"
    )
}

fn page(rows: &[String], next: Option<&str>) -> String {
    let next = next.map(|next| format!("<NextToken>{next}</NextToken>"));
    format!(
        "<Summaries>{}</Summaries>{}",
        rows.concat(),
        next.unwrap_or_default()
    )
}

fn resource(id: &str, status: &str, differences: &str) -> String {
    format!(
        "<member><LogicalResourceId>{id}</LogicalResourceId><ResourceType>AWS::IAM::Role</ResourceType>\
         <StackResourceDriftStatus>{status}</StackResourceDriftStatus>\
         <PropertyDifferences>{differences}</PropertyDifferences></member>"
    )
}

fn difference(path: &str, expected: &str, actual: &str) -> String {
    format!(
        "<member><PropertyPath>{path}</PropertyPath><ExpectedValue>{expected}</ExpectedValue>\
         <ActualValue>{actual}</ActualValue><DifferenceType>NOT_EQUAL</DifferenceType></member>"
    )
}

/// Two pages of operations; the detection is on the second one, and another one ran before it.
fn detected(status: &str, failed: u32) -> Server {
    let updates = [operation("update", "UPDATE", 9)];
    let detections = [
        operation("second", "DETECT_DRIFT", 3),
        operation("first", "DETECT_DRIFT", 1),
    ];
    Server::default()
        .xml("DescribeStackSet", &details(status, failed))
        .xml("ListStackSetOperations", &page(&updates, Some("o2")))
        .xml("ListStackSetOperations", &page(&detections, None))
}

async fn read(server: &Server) -> Result<DriftReading, ObserveError> {
    let name = StackSetName::parse("net").unwrap();
    let sets = BTreeMap::from([(name, StackSetId::parse(SET_ID).unwrap())]);
    let found = server.connect().await.drifts(&sets).await?;
    Ok(found.into_values().next().unwrap())
}

/// Two instances that drifted, each on a page of its own, and one that was not checked.
fn two_drifted() -> Server {
    let changed = difference("/MaxSessionDuration", "3600", "43200");
    detected("COMPLETED", 0)
        .xml(DRIFTED, &page(&[row(1, 3)], Some("d2")))
        .xml(DRIFTED, &page(&[row(2, 1)], None))
        .xml(NOT_CHECKED, &page(&[row(3, 0)], None))
        .xml(
            RESOURCES,
            &page(&[resource("Role", "MODIFIED", &changed)], Some("r2")),
        )
        .xml(RESOURCES, &page(&[resource("Gone", "DELETED", "")], Some("")))
        .xml(RESOURCES, &page(&[resource("Gone", "DELETED", "")], None))
}

#[tokio::test(start_paused = true)]
async fn every_page_of_operations_instances_and_resources_is_read() {
    let server = two_drifted();
    let reading = read(&server).await.unwrap();
    let check = reading.check.unwrap();
    assert_eq!((check.total, check.drifted, check.in_sync), (5, 2, 2));
    assert_eq!(reading.operation.unwrap().id.as_str(), "second");
    assert_eq!(reading.not_checked.into_values().collect::<Vec<_>>(), [None]);
    let found: Vec<_> = reading
        .drifted
        .values()
        .map(|one| one.resources.clone().unwrap())
        .collect();
    let told: Vec<Vec<(&str, bool)>> = found
        .iter()
        .map(|all| {
            all.iter()
                .map(|one| (one.logical_id.as_str(), one.deleted))
                .collect()
        })
        .collect();
    assert_eq!(told.iter().flatten().count(), 3, "{told:?}");
    let role = found
        .iter()
        .flatten()
        .find(|one| one.logical_id == "Role")
        .unwrap();
    let property = &role.differences[0];
    assert_eq!(property.path, "/MaxSessionDuration");
    assert_eq!(
        (property.expected.as_deref(), property.found.as_deref()),
        (Some("3600"), Some("43200"))
    );
    assert_eq!(asked(&server), ["second", "first"]);
}

/// The detections that instances were asked about, by account: that which checked it last.
fn asked(server: &Server) -> Vec<String> {
    let asked = server.seen().into_iter().filter(|seen| seen.action == RESOURCES);
    let by: BTreeMap<_, _> = asked
        .map(|mut seen| {
            let mut take = |key: &str| seen.inputs.remove(key).unwrap();
            (take("StackInstanceAccount"), take("OperationId"))
        })
        .collect();
    by.into_values().collect()
}

#[tokio::test(start_paused = true)]
async fn a_stack_set_that_was_never_checked_costs_two_calls() {
    let server = Server::default()
        .xml(
            "DescribeStackSet",
            &stack_set("<StackSetDriftDetectionDetails><DriftStatus>NOT_CHECKED</DriftStatus></StackSetDriftDetectionDetails>"),
        )
        .xml("ListStackSetOperations", &page(&[operation("update", "UPDATE", 9)], Some("o2")));
    assert_eq!(read(&server).await, Ok(DriftReading::default()));
    assert_eq!(server.actions(), ["DescribeStackSet", "ListStackSetOperations"]);
}

#[tokio::test(start_paused = true)]
async fn instances_that_a_detection_failed_on_have_its_reason() {
    let result = "<Summaries><member><Account>000000000003</Account><Region>eu-west-1</Region><Status>FAILED</Status>\
        <StatusReason>no role</StatusReason></member></Summaries>";
    let server = detected("PARTIAL_SUCCESS", 1)
        .xml(DRIFTED, "<Summaries/>")
        .xml(NOT_CHECKED, &page(&[row(3, 0), row(4, 0)], None))
        .xml("ListStackSetOperationResults", result);
    let reading = read(&server).await.unwrap();
    assert_eq!(reading.check.unwrap().status, DetectionStatus::PartialSuccess);
    let reasons: Vec<_> = reading.not_checked.into_values().collect();
    assert_eq!(reasons, [Some("no role".to_owned()), None]);
}

#[tokio::test(start_paused = true)]
async fn an_instance_without_details_has_drifted_all_the_same() {
    let server = detected("COMPLETED", 0)
        .xml(DRIFTED, &page(&[row(1, 3)], None))
        .xml(NOT_CHECKED, "<Summaries/>")
        .refuse(RESOURCES, 404, "OperationNotFoundException", "no such operation");
    let reading = read(&server).await.unwrap();
    let found: Vec<_> = reading.drifted.into_values().map(|one| one.resources).collect();
    assert_eq!(found, [None]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_named() {
    let server = detected("COMPLETED", 0)
        .xml(DRIFTED, &page(&[row(1, 3)], None))
        .xml(NOT_CHECKED, "<Summaries/>")
        .refuse(RESOURCES, 403, "AccessDenied", "no");
    let error = read(&server).await.unwrap_err();
    let missing: Vec<String> = error.missing_actions().into_iter().collect();
    assert_eq!(missing, ["cloudformation:ListStackInstanceResourceDrifts"]);
}

#[tokio::test(start_paused = true)]
async fn a_detection_is_started_with_its_id_and_the_preferences_of_its_action() {
    let server = Server::default().xml("DetectStackSetDrift", "<OperationId>sf-1</OperationId>");
    let wanted = DetectDrift {
        stack_set: StackSetId::parse(SET_ID).unwrap(),
        operation_id: OperationId::parse("sf-1").unwrap(),
        preferences: OperationPreferences {
            max_concurrent: Amount::Percent(50),
            failure_tolerance: Amount::Count(3),
            ..OperationPreferences::default()
        },
    };
    let reply = server
        .connect()
        .await
        .operate(Call::DetectDrift(Box::new(wanted)))
        .await;
    assert_eq!(reply, Ok(Reply::Started(OperationId::parse("sf-1").unwrap())));
    let form = server.seen().remove(0).form;
    for line in [
        "Action=DetectStackSetDrift",
        "StackSetName=net:00000000-0000-0000-0000-000000000001",
        "OperationId=sf-1",
        "OperationPreferences.MaxConcurrentPercentage=50",
        "OperationPreferences.FailureToleranceCount=3",
        "CallAs=SELF",
    ] {
        assert!(form.lines().any(|found| found == line), "{line}: {form}");
    }
}
