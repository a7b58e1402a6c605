//! Templates in S3: read by their address, and put there when they are too long for a call.

use aws::{ObserveError, Operate};
use model::call::{Call, CallError, CallErrorKind, Reply, StackSetRef, TemplateAt, Write, WriteCall};
use model::definition::{Definition, Permission};
use model::digest::Digest;
use model::ids::StackSetName;
use model::observed::Observed;

use crate::support::{SET_ID, Server, organization, request};

const URL: &str = "https://templates.s3.eu-west-1.amazonaws.com/a/net.yaml?versionId=v1";

async fn observe(server: &Server, url: &str) -> Result<Observed, ObserveError> {
    let mut request = request(&[]);
    request.templates = [url.to_owned()].into();
    server.connect().await.observe(&request).await
}

fn reading() -> Server {
    organization().xml("ListStackSets", "<Summaries/>")
}

fn failure(error: ObserveError) -> CallError {
    let ObserveError::Incomplete { failures } = error else {
        panic!("{error:?}")
    };
    failures.into_iter().next().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_template_is_read_by_its_address() {
    let server = reading().on("GETObject", 200, "Resources: {}\n");
    let observed = observe(&server, URL).await.unwrap();
    assert_eq!(observed.templates[URL], "Resources: {}\n");
    let seen = server.seen();
    let asked = seen.iter().find(|seen| seen.action == "GETObject").unwrap();
    let uri = &asked.inputs["uri"];
    assert!(
        uri.contains("/templates/a/net.yaml") && uri.contains("versionId=v1"),
        "{uri}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_too_long_is_refused() {
    let server = reading().on("GETObject", 200, "x".repeat(1024 * 1024 + 1));
    let error = failure(observe(&server, URL).await.unwrap_err());
    assert_eq!(error.kind, CallErrorKind::Invalid);
    assert!(
        error.message.starts_with(URL) && error.message.contains("1 MB"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_not_there_or_no_text_or_no_address_is_refused() {
    let missing = "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
    let server = reading().on("GETObject", 404, missing);
    let error = failure(observe(&server, URL).await.unwrap_err());
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (CallErrorKind::NotFound, Some("NoSuchKey"))
    );

    let server = reading().on("GETObject", 200, vec![0xff, 0xfe]);
    let error = failure(observe(&server, URL).await.unwrap_err());
    assert!(error.message.contains("not a text"), "{error}");

    let error = failure(
        observe(&reading(), "https://example.com/net.yaml")
            .await
            .unwrap_err(),
    );
    assert!(error.message.contains("not the address"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_denied_template_is_a_missing_permission_of_s3() {
    let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let server = reading().on("GETObject", 403, denied);
    let error = observe(&server, URL).await.unwrap_err();
    assert_eq!(error.missing_actions(), ["s3:GetObject".to_owned()].into());
}

const TEMPLATE: &str = "Resources: {}\n";

fn key() -> String {
    let digest = Digest::of_bytes(TEMPLATE.as_bytes());
    format!(
        "stackfleet/templates/{}.template",
        digest.as_str().trim_start_matches("sha256:")
    )
}

async fn create(server: &Server, at: TemplateAt) -> Result<Reply, CallError> {
    let definition = Definition {
        description: None,
        template: TEMPLATE.to_owned(),
        parameters: [].into(),
        tags: [].into(),
        capabilities: [].into(),
        permission: Permission::default(),
        managed_execution: false,
    };
    let call = WriteCall {
        stack_set: StackSetRef::Name(StackSetName::parse("net").unwrap()),
        operation_id: None,
        write: Write::CreateStackSet {
            definition: Box::new(definition),
            template_at: Some(at),
            client_request_token: "token".to_owned(),
        },
    };
    server.connect().await.operate(Call::Write(Box::new(call))).await
}

fn upload() -> TemplateAt {
    TemplateAt::Upload {
        bucket: "bucket".to_owned(),
        key: key(),
    }
}

fn creating() -> Server {
    Server::default().xml("CreateStackSet", &format!("<StackSetId>{SET_ID}</StackSetId>"))
}

#[tokio::test(start_paused = true)]
async fn a_long_template_is_put_encrypted_and_only_if_it_is_not_there() {
    let server = creating().on("PUTObject", 200, "");
    create(&server, upload()).await.unwrap();
    let seen = server.seen();
    let [put, created] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(put.inputs["if-none-match"], "*");
    assert_eq!(put.inputs["x-amz-server-side-encryption"], "AES256");
    assert!(put.inputs["uri"].contains(&format!("/bucket/{}", key())));
    assert_eq!(put.form, TEMPLATE);
    let url = format!("https://bucket.s3.eu-west-1.amazonaws.com/{}", key());
    assert_eq!(created.inputs["TemplateURL"], url);
    assert!(!created.inputs.contains_key("TemplateBody"));
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_there_is_used_as_it_is() {
    let there = "<Error><Code>PreconditionFailed</Code><Message>At least one</Message></Error>";
    let server = creating()
        .on("PUTObject", 412, there)
        .on("HEADObject", 200, TEMPLATE);
    create(&server, upload()).await.unwrap();
    assert_eq!(server.actions(), ["PUTObject", "HEADObject", "CreateStackSet"]);
}

#[tokio::test(start_paused = true)]
async fn an_object_of_another_length_under_its_key_is_refused() {
    let there = "<Error><Code>PreconditionFailed</Code><Message>At least one</Message></Error>";
    let server = creating()
        .on("PUTObject", 412, there)
        .on("HEADObject", 200, "other");
    let error = create(&server, upload()).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Invalid);
    assert_eq!(server.count("CreateStackSet"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_the_templates_own_is_refused_before_anything_is_sent() {
    let at = TemplateAt::Upload {
        bucket: "bucket".to_owned(),
        key: "stackfleet/templates/latest.template".to_owned(),
    };
    let server = creating();
    assert_eq!(
        create(&server, at).await.unwrap_err().kind,
        CallErrorKind::Invalid
    );
    assert!(server.actions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_created_when_the_template_cannot_be_put() {
    let gone =
        "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>";
    let busy = "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";
    for (status, body, kind) in [
        (404, gone, CallErrorKind::Invalid),
        (503, busy, CallErrorKind::Unavailable),
    ] {
        let server = creating().on("PUTObject", status, body);
        assert_eq!(create(&server, upload()).await.unwrap_err().kind, kind);
        assert_eq!(server.count("CreateStackSet"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_template_with_an_address_is_sent_by_its_address() {
    let server = creating().on("GETObject", 200, TEMPLATE);
    create(&server, TemplateAt::Url(URL.to_owned())).await.unwrap();
    assert_eq!(server.seen()[1].inputs["TemplateURL"], URL);
}

#[tokio::test(start_paused = true)]
async fn a_template_that_was_replaced_since_the_plan_is_not_sent() {
    let server = creating().on("GETObject", 200, "Resources: {}\n# another one");
    let refused = create(&server, TemplateAt::Url(URL.to_owned()))
        .await
        .unwrap_err();
    assert_eq!(refused.kind, CallErrorKind::Invalid);
    assert_eq!(server.count("CreateStackSet"), 0);
}
