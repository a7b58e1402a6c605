//! Questions of the executor.

use aws::Operate;
use model::call::{Call, Reply, ResultStatus};
use model::ids::{OperationId, StackSetId};
use model::observed::{OperationAction, OperationStatus};

use crate::support::{ADMIN, SET_ID, Server, identity, organization};

fn ids() -> (StackSetId, OperationId) {
    (
        StackSetId::parse(SET_ID).unwrap(),
        OperationId::parse("sf-1").unwrap(),
    )
}

#[tokio::test(start_paused = true)]
async fn the_identity_tells_account_and_partition() {
    let server = Server::default().xml("GetCallerIdentity", &identity(ADMIN));
    let Reply::Identity(identity) = server.connect().await.operate(Call::Identity).await.unwrap() else {
        panic!()
    };
    assert_eq!((identity.account.as_str(), identity.partition()), (ADMIN, "aws"));
}

#[tokio::test(start_paused = true)]
async fn the_organization_is_the_one_that_observe_reads() {
    let Reply::Organization(tree) = organization()
        .connect()
        .await
        .operate(Call::Organization)
        .await
        .unwrap()
    else {
        panic!()
    };
    assert_eq!((tree.root.as_str(), tree.accounts.len()), ("r-ab12", 1));
}

#[tokio::test(start_paused = true)]
async fn an_operation_is_described_with_its_failures_and_times() {
    let body = "<StackSetOperation><OperationId>sf-1</OperationId><Action>UPDATE</Action><Status>SUCCEEDED</Status>\
        <CreationTimestamp>2026-01-02T03:04:05.678Z</CreationTimestamp><EndTimestamp>2026-01-02T03:05:05Z</EndTimestamp>\
        <StatusDetails><FailedStackInstancesCount>2</FailedStackInstancesCount></StatusDetails></StackSetOperation>";
    let server = Server::default().xml("DescribeStackSetOperation", body);
    let (set, id) = ids();
    let reply = server
        .connect()
        .await
        .operate(Call::Operation(set, id))
        .await
        .unwrap();
    let Reply::Operation(Some(operation)) = reply else {
        panic!("{reply:?}")
    };
    assert_eq!(
        (operation.action, operation.status),
        (OperationAction::Update, OperationStatus::Succeeded)
    );
    assert_eq!(operation.failed_instances, 2);
    assert_eq!(
        operation.created_at.unwrap().to_string(),
        "2026-01-02T03:04:05.678Z"
    );
    assert_eq!(operation.ended_at.unwrap().to_string(), "2026-01-02T03:05:05Z");
}

#[tokio::test(start_paused = true)]
async fn results_of_all_pages_are_in_the_order_of_their_instances() {
    let row = |account: &str, status: &str| {
        format!(
            "<Summaries><member><Account>{account}</Account><Region>eu-west-1</Region><Status>{status}</Status></member></Summaries>"
        )
    };
    let server = Server::default()
        .xml(
            "ListStackSetOperationResults",
            &format!("{}<NextToken>t</NextToken>", row("333344445555", "FAILED")),
        )
        .xml("ListStackSetOperationResults", &row("222233334444", "SUCCEEDED"));
    let (set, id) = ids();
    let reply = server
        .connect()
        .await
        .operate(Call::Results(set, id))
        .await
        .unwrap();
    let Reply::Results(results) = reply else {
        panic!("{reply:?}")
    };
    let results: Vec<_> = results
        .iter()
        .map(|result| (result.key.account.as_str(), &result.status))
        .collect();
    assert_eq!(
        results,
        [
            ("222233334444", &ResultStatus::Succeeded),
            ("333344445555", &ResultStatus::Failed)
        ]
    );
}
