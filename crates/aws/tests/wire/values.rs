//! Where values come from: tags of accounts, Systems Manager, and Regions that accounts have enabled.

use std::collections::BTreeSet;

use aws::ObserveError;
use model::ids::{AccountId, Region};
use model::observed::SsmParameter;

use crate::support::{ADMIN, Server, identity, one_stack_set, organization, request};

/// The management account and two members in the root.
fn members() -> Server {
    let accounts = r#"{"Accounts":[{"Id":"111122223333","Name":"management","Status":"ACTIVE"},
        {"Id":"222233334444","Name":"a","Status":"ACTIVE"},{"Id":"333344445555","Name":"b","Status":"SUSPENDED"}]}"#;
    organization()
        .on("ListAccountsForParent r-ab12", 200, accounts)
        .xml("ListStackSets", "<Summaries/>")
}

fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

#[tokio::test(start_paused = true)]
async fn tags_are_read_of_every_account_whatever_its_state() {
    let server = members()
        .on("ListTagsForResource", 200, r#"{"Tags":[]}"#)
        .on(
            "ListTagsForResource 222233334444",
            200,
            r#"{"Tags":[{"Key":"env","Value":"dev"}],"NextToken":"more"}"#,
        )
        .on(
            "ListTagsForResource 222233334444",
            200,
            r#"{"Tags":[{"Key":"team","Value":""}]}"#,
        )
        .on(
            "ListTagsForResource 333344445555",
            400,
            r#"{"__type":"TargetNotFoundException","Message":"gone"}"#,
        );
    let mut request = request(&[]);
    request.account_tags = true;
    let observed = server.connect().await.observe(&request).await.unwrap();
    let accounts = &observed.organization.accounts;
    let tags = &accounts[&account("222233334444")].tags;
    let tags: Vec<_> = tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(tags, [("env", "dev"), ("team", "")]);
    assert!(accounts[&account("333344445555")].tags.is_empty());
    assert_eq!(server.count("ListTagsForResource"), 4);
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_for_tags_that_nobody_wants() {
    let server = members();
    server.connect().await.observe(&request(&[])).await.unwrap();
    assert_eq!(server.count("ListTagsForResource"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_secret_of_systems_manager_is_not_read_for_a_plan() {
    let answer = r#"{"Parameters":[{"Name":"/plain","Type":"String","Value":"x"},
        {"Name":"/list","Type":"StringList","Value":"a,b","Selector":":3"},
        {"Name":"/secret","Type":"SecureString","Value":"AQICAH"}],"InvalidParameters":["/gone"]}"#;
    let server = members().on("GetParameters", 200, answer);
    let mut request = request(&[]);
    request.ssm = ["/plain", "/list:3", "/secret", "/gone"]
        .map(str::to_owned)
        .into();
    let observed = server.connect().await.observe(&request).await.unwrap();
    let expected = [
        ("/list:3".to_owned(), SsmParameter::Plain("a,b".to_owned())),
        ("/plain".to_owned(), SsmParameter::Plain("x".to_owned())),
        ("/secret".to_owned(), SsmParameter::Secure),
    ];
    assert_eq!(observed.ssm, expected.into());
    let seen = server.seen();
    let asked = seen.iter().find(|seen| seen.action == "GetParameters").unwrap();
    assert_eq!(asked.inputs["WithDecryption"], "false");
}

#[tokio::test(start_paused = true)]
async fn eleven_parameters_are_two_calls() {
    let server = members().on("GetParameters", 200, r#"{"Parameters":[]}"#);
    let mut request = request(&[]);
    request.ssm = (0..11).map(|n| format!("/p{n}")).collect();
    server.connect().await.observe(&request).await.unwrap();
    assert_eq!(server.count("GetParameters"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_decrypted_for_whoever_carries_a_plan_out() {
    let answer = r#"{"Parameters":[{"Name":"/secret","Type":"SecureString","Value":"hunter2"}]}"#;
    let server =
        Server::default()
            .xml("GetCallerIdentity", &identity(ADMIN))
            .on("GetParameters", 200, answer);
    let references: BTreeSet<_> = ["ssm:/secret", "ssm:/gone", "env:TOKEN"]
        .map(str::to_owned)
        .into();
    let aws = server.connect().await;
    let secrets = aws.secrets(&account(ADMIN), &references).await.unwrap();
    assert_eq!(secrets.reveal("ssm:/secret"), Some("hunter2"));
    assert_eq!(secrets.reveal("ssm:/gone"), None);
    let seen = server.seen();
    assert_eq!(seen[1].inputs["WithDecryption"], "true");
    assert_eq!(seen[1].inputs["Names"], r#"["/gone","/secret"]"#);
}

#[tokio::test(start_paused = true)]
async fn without_a_reference_to_systems_manager_it_is_not_asked() {
    let server = Server::default();
    let references = ["env:TOKEN"].map(str::to_owned).into();
    let aws = server.connect().await;
    aws.secrets(&account(ADMIN), &references).await.unwrap();
    assert!(server.actions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_asked_for_with_credentials_of_another_account() {
    let server = Server::default().xml("GetCallerIdentity", &identity("999999999999"));
    let references = ["ssm:/secret"].map(str::to_owned).into();
    let aws = server.connect().await;
    let refused = aws.secrets(&account(ADMIN), &references).await.unwrap_err();
    assert!(
        matches!(refused, ObserveError::WrongAccount { .. }),
        "{refused:?}"
    );
    assert_eq!(server.actions(), ["GetCallerIdentity"]);
}

fn regions(names: &[&str]) -> BTreeSet<Region> {
    names.iter().map(|name| Region::parse(name).unwrap()).collect()
}

const LISTED: &str = r#"{"Regions":[{"RegionName":"eu-south-2","RegionOptStatus":"DISABLED"},
    {"RegionName":"ap-east-1","RegionOptStatus":"DISABLED"},{"RegionName":"me-south-1","RegionOptStatus":"ENABLED"}]}"#;

#[tokio::test(start_paused = true)]
async fn active_accounts_are_asked_about_regions_that_are_off_by_default() {
    let server = members().on("ListRegions", 200, LISTED);
    let mut request = request(&[]);
    request.regions = regions(&["eu-west-1", "eu-south-2", "me-south-1"]);
    let observed = server.connect().await.observe(&request).await.unwrap();
    let off = regions(&["eu-south-2"]);
    let expected = [(account(ADMIN), off.clone()), (account("222233334444"), off)];
    assert_eq!(observed.disabled_regions, expected.into());
    let asked: BTreeSet<_> = server
        .seen()
        .into_iter()
        .filter(|seen| seen.action == "ListRegions")
        .map(|seen| seen.inputs["AccountId"].clone())
        .collect();
    assert_eq!(asked, ["222233334444", "own"].map(str::to_owned).into());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_about_regions_that_everybody_has() {
    let server = members();
    let mut request = request(&[]);
    request.regions = regions(&["eu-west-1", "us-east-1"]);
    server.connect().await.observe(&request).await.unwrap();
    assert_eq!(server.count("ListRegions"), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_may_not_ask_about_regions_gets_a_plan_all_the_same() {
    let denied = r#"{"__type":"AccessDeniedException","message":"no"}"#;
    let server = members()
        .on("ListRegions 222233334444", 403, denied)
        .on("ListRegions own", 200, LISTED);
    let mut request = request(&[]);
    request.regions = regions(&["eu-south-2"]);
    let observed = server.connect().await.observe(&request).await.unwrap();
    assert_eq!(
        observed.disabled_regions,
        [(account(ADMIN), regions(&["eu-south-2"]))].into()
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_is_current_proves_its_region() {
    let current = "<Summaries><member><Account>111122223333</Account><Region>eu-south-2</Region><Status>CURRENT</Status>\
        <LastOperationId>sf-1</LastOperationId></member></Summaries>";
    let server = one_stack_set("")
        .xml("ListStackInstances", current)
        .xml("ListStackSetOperations", "<Summaries/>");
    let mut request = request(&["net"]);
    request.regions = regions(&["eu-south-2"]);
    let observed = server.connect().await.observe(&request).await.unwrap();
    assert_eq!(server.count("ListRegions"), 0);
    assert_eq!(observed.disabled_regions[&account(ADMIN)], BTreeSet::new());
}
