//! Who sees and does what (reference §1.8).

use super::*;

const SERVICE_MANAGED: [(&str, &str); 4] = [
    ("StackSetName", "web"),
    ("TemplateBody", QUEUE),
    ("PermissionModel", "SERVICE_MANAGED"),
    ("AutoDeployment.Enabled", "false"),
];
const DELEGATE: (&str, &str) = ("CallAs", "DELEGATED_ADMIN");

#[test]
fn a_member_account_cannot_work_for_the_organization() {
    let mut client = Client::new();
    client.caller = A.to_owned();
    let (code, message) = client.refused("CreateStackSet", &SERVICE_MANAGED);
    assert_eq!(code, "ValidationError");
    assert!(
        message.starts_with("You must be the management account or delegated admin account"),
        "{message}"
    );
    let (_, message) = client.refused("ListStackSets", &[DELEGATE]);
    assert_eq!(message, "Account used is not a delegated administrator");
}

#[test]
fn a_delegated_administrator_sees_service_managed_stack_sets_only_with_call_as() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    client.ok(
        "CreateStackSet",
        &[("StackSetName", "own"), ("TemplateBody", QUEUE)],
    );
    client.world.delegated_administrators.insert(account(A));
    client.caller = A.to_owned();
    assert_eq!(
        client.refused("DescribeStackSet", &[("StackSetName", "web")]).0,
        "StackSetNotFoundException"
    );
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web"), DELEGATE]);
    assert!(text(&body, "StackSetARN").contains(MANAGEMENT));
    let body = client.ok("ListStackSets", &[DELEGATE]);
    assert_eq!(members(&body).len(), 1);
    assert_eq!(
        client
            .refused("DescribeStackSet", &[("StackSetName", "own"), DELEGATE])
            .0,
        "StackSetNotFoundException"
    );
}

#[test]
fn accounts_and_regions_have_stack_sets_of_the_same_name() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    client.caller = A.to_owned();
    assert!(members(&client.ok("ListStackSets", &[])).is_empty());
    client.self_managed(QUEUE);
    let caller = Caller {
        account: account(MANAGEMENT),
    };
    let form = b"Action=DescribeStackSet&StackSetName=web";
    let answer = answer(&mut client.world, &caller, &region("eu-west-1"), form);
    assert_eq!(answer.error.as_deref(), Some("StackSetNotFoundException"));
}

#[test]
fn trusted_access_stays_while_there_are_delegated_administrators() {
    let mut client = Client::new();
    client.world.delegated_administrators.insert(account(A));
    assert_eq!(
        client.refused("DeactivateOrganizationsAccess", &[]).0,
        "InvalidOperationException"
    );
    client.world.delegated_administrators.clear();
    client.ok("DeactivateOrganizationsAccess", &[]);
    client.caller = A.to_owned();
    assert_eq!(
        client.refused("ActivateOrganizationsAccess", &[]).0,
        "InvalidOperationException"
    );
}

#[test]
fn whatever_comes_in_an_answer_goes_out() {
    let mut client = Client::new();
    for action in [
        "",
        "Nope",
        "DescribeStackSet",
        "CreateStackInstances",
        "ListStackSets",
    ] {
        for junk in ["", "\u{0}<>", "web", "1:2", "-"] {
            for name in ["StackSetName", "NextToken", "OperationId", "MaxResults", "CallAs"] {
                let answer = client.call(action, &[(name, junk)]);
                assert!(answer.body.ends_with('>'), "{}", answer.body);
            }
        }
    }
}
