//! Every refusal becomes the kind that leads to the right next step, and what is final is sent once.

use aws::Operate;
use model::call::{Call, CallError, CallErrorKind, StackSetRef, Write, WriteCall};
use model::ids::{OperationId, StackSetId, StackSetName};

use crate::support::{SET_ID, Server};

fn id() -> StackSetId {
    StackSetId::parse(SET_ID).unwrap()
}

async fn delete(server: &Server) -> CallError {
    let call = WriteCall {
        stack_set: StackSetRef::Id(id()),
        operation_id: None,
        write: Write::DeleteStackSet,
    };
    server
        .connect()
        .await
        .operate(Call::Write(Box::new(call)))
        .await
        .unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn each_code_has_its_kind() {
    for (status, code, kind) in [
        (404, "StackSetNotFoundException", CallErrorKind::NotFound),
        (404, "StackInstanceNotFoundException", CallErrorKind::NotFound),
        (
            409,
            "OperationInProgressException",
            CallErrorKind::OperationInProgress,
        ),
        (
            409,
            "OperationIdAlreadyExistsException",
            CallErrorKind::OperationIdExists,
        ),
        (409, "StaleRequestException", CallErrorKind::StaleRequest),
        (409, "NameAlreadyExistsException", CallErrorKind::NameExists),
        (409, "StackSetNotEmptyException", CallErrorKind::NotEmpty),
        (400, "LimitExceededException", CallErrorKind::Limit),
        (400, "InvalidOperationException", CallErrorKind::Invalid),
        (400, "ValidationError", CallErrorKind::Invalid),
        (403, "AccessDenied", CallErrorKind::Denied),
        (403, "AccessDeniedException", CallErrorKind::Denied),
        (403, "ExpiredToken", CallErrorKind::Credentials),
        (403, "InvalidClientTokenId", CallErrorKind::Credentials),
        (403, "SignatureDoesNotMatch", CallErrorKind::Credentials),
    ] {
        let server = Server::default().refuse("DeleteStackSet", status, code, "why");
        let error = delete(&server).await;
        assert_eq!(
            (error.kind, error.code.as_deref(), error.message.as_str()),
            (kind, Some(code), "why")
        );
        assert_eq!(server.count("DeleteStackSet"), 1, "{code} is final");
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_sent_five_times() {
    for (status, code) in [
        (400, "Throttling"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
    ] {
        let server = Server::default().refuse("DeleteStackSet", status, code, "later");
        assert_eq!(delete(&server).await.kind, CallErrorKind::Unavailable, "{code}");
        assert_eq!(server.count("DeleteStackSet"), 5, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_that_gets_through_has_not_failed() {
    let server = Server::default()
        .refuse("DescribeStackSet", 400, "Throttling", "Rate exceeded")
        .refuse("DescribeStackSet", 404, "StackSetNotFoundException", "none");
    let call = Call::Definition(StackSetName::parse("net").unwrap());
    assert!(server.connect().await.operate(call).await.is_ok());
    assert_eq!(server.count("DescribeStackSet"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_never_answered_leaves_doubt() {
    let server = Server::default().silent("DeleteStackSet");
    let error = delete(&server).await;
    assert_eq!(error.kind, CallErrorKind::Unanswered);
    assert!(error.kind.leaves_doubt());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_xml_is_malformed() {
    let server = Server::default().on("DescribeStackSet", 200, "<html>");
    let call = Call::Definition(StackSetName::parse("net").unwrap());
    assert_eq!(
        server.connect().await.operate(call).await.unwrap_err().kind,
        CallErrorKind::Malformed
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_cut_off_is_malformed() {
    let whole = "<DescribeStackSetResponse><DescribeStackSetResult><StackSet><StackSetId>net:1</StackSetId></StackSet>\
                 </DescribeStackSetResult></DescribeStackSetResponse>";
    let call = Call::Definition(StackSetName::parse("net").unwrap());
    for length in [60, 90, whole.len() - 1] {
        let cut = whole.get(..length).unwrap();
        let server = Server::default().on("DescribeStackSet", 200, cut);
        let error = server.connect().await.operate(call.clone()).await.unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Malformed, "{cut}");
        assert_eq!(error.message, "the answer was cut off");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_proxy_is_not_taken_for_an_answer() {
    let server = Server::default().on(
        "DeleteStackSet",
        407,
        "<html><body>Proxy Authentication Required</body></html>",
    );
    assert_eq!(delete(&server).await.kind, CallErrorKind::Malformed);
    let server = Server::default().on("DeleteStackSet", 502, "<html><body>Bad Gateway</body></html>");
    assert_eq!(delete(&server).await.kind, CallErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_operation_is_none_and_an_unknown_stack_set_an_error() {
    let ask = |server: Server| async move {
        let call = Call::Operation(id(), OperationId::parse("sf-1").unwrap());
        server.connect().await.operate(call).await
    };
    let unknown = Server::default().refuse(
        "DescribeStackSetOperation",
        404,
        "OperationNotFoundException",
        "none",
    );
    assert!(ask(unknown).await.is_ok());
    let gone = Server::default().refuse(
        "DescribeStackSetOperation",
        404,
        "StackSetNotFoundException",
        "none",
    );
    assert_eq!(ask(gone).await.unwrap_err().kind, CallErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_cut_off_is_not_taken_for_what_is_left_of_it() {
    let cut = "<ErrorResponse><Error><Type>Sender</Type><Code>StackSetNotF";
    let server = Server::default().on("DeleteStackSet", 404, cut);
    assert_eq!(delete(&server).await.kind, CallErrorKind::Malformed);
}
