//! What is not asked with the wrong credentials.

use aws::ObserveError;
use model::ids::OrganizationId;

use crate::support::{Server, identity, organization, request};

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_after_the_identity_of_another_account() {
    let server = Server::default().xml("GetCallerIdentity", &identity("999988887777"));
    let error = server
        .connect()
        .await
        .observe(&request(&["net"]))
        .await
        .unwrap_err();
    assert_eq!(server.actions(), ["GetCallerIdentity"]);
    assert!(matches!(&error, ObserveError::WrongAccount { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "these credentials are for 999988887777, the manifest says 111122223333"
    );
    assert_eq!(error.diagnostics()[0].code, "E0602");
}

#[tokio::test(start_paused = true)]
async fn another_organization_is_not_read() {
    let server = organization();
    let mut request = request(&["net"]);
    request.organization = Some(OrganizationId::parse("o-zzzzzzzzzz").unwrap());
    let error = server.connect().await.observe(&request).await.unwrap_err();
    assert_eq!(server.actions(), ["GetCallerIdentity", "DescribeOrganization"]);
    assert!(
        matches!(error, ObserveError::WrongOrganization { .. }),
        "{error:?}"
    );
}
