//! Inputs out of bounds (reference §1.1, §1.2): refused at once, with the service's words.

use super::*;

#[track_caller]
fn refused(action: &str, inputs: &[(&str, &str)]) -> String {
    let (code, message) = Client::new().refused(action, inputs);
    assert_eq!(code, "ValidationError", "{message}");
    message
}

#[test]
fn every_mistake_is_in_one_answer() {
    let inputs = [
        ("MaxResults", "101"),
        ("StackInstanceAccount", "12"),
        ("CallAs", "ME"),
    ];
    let expected = "4 validation errors detected: Value null at 'stackSetName' failed to satisfy constraint: Member must not be \
        null; Value 'ME' at 'callAs' failed to satisfy constraint: Member must satisfy enum value set: [SELF, \
        DELEGATED_ADMIN]; Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal \
        to 100; Value '12' at 'stackInstanceAccount' failed to satisfy constraint: Member must satisfy regular expression \
        pattern: ^[0-9]{12}$";
    assert_eq!(refused("ListStackInstances", &inputs), expected);
}

#[test]
fn a_list_is_told_as_a_whole() {
    let inputs = [
        ("StackSetName", "web"),
        ("Accounts.member.1", A),
        ("Accounts.member.2", PROD),
        ("Regions.member.1", "eu-west-1"),
    ];
    let expected = format!(
        "1 validation error detected: Value '[{A}, {PROD}]' at 'accounts' failed to satisfy constraint: Member must satisfy \
         constraint: [Member must satisfy regular expression pattern: ^[0-9]{{12}}$]"
    );
    assert_eq!(refused("CreateStackInstances", &inputs), expected);
}

/// Call, input, value, and what the refusal says.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("CreateStackSet", "Description", "", "greater than or equal to 1"),
    (
        "CreateStackSet",
        "ClientRequestToken",
        "a_b",
        "[a-zA-Z0-9][-a-zA-Z0-9]*",
    ),
    (
        "CreateStackSet",
        "ExecutionRoleName",
        "a/b",
        "[a-zA-Z_0-9+=,.@-]+",
    ),
    (
        "CreateStackSet",
        "Tags.member.1.Value",
        "",
        "greater than or equal to 1",
    ),
    (
        "CreateStackSet",
        "Capabilities.member.1",
        "CAPABILITY",
        "CAPABILITY_NAMED_IAM",
    ),
    (
        "CreateStackSet",
        "PermissionModel",
        "MINE",
        "[SERVICE_MANAGED, SELF_MANAGED]",
    ),
    ("CreateStackSet", "AutoDeployment.Enabled", "yes", "boolean"),
    (
        "CreateStackInstances",
        "OperationId",
        "a.b",
        "[a-zA-Z0-9][-a-zA-Z0-9]*",
    ),
    (
        "CreateStackInstances",
        "Regions.member.1",
        "eu west",
        "^[a-zA-Z0-9-]{1,128}$",
    ),
    (
        "CreateStackInstances",
        "DeploymentTargets.AccountsUrl",
        "ftp://a",
        "(s3://|http(s?)://).+",
    ),
    (
        "CreateStackInstances",
        "DeploymentTargets.OrganizationalUnitIds.member.1",
        "ou",
        "^(ou-",
    ),
    (
        "CreateStackInstances",
        "DeploymentTargets.AccountFilterType",
        "ALL",
        "INTERSECTION",
    ),
    (
        "CreateStackInstances",
        "OperationPreferences.FailureToleranceCount",
        "-1",
        "equal to 0",
    ),
    (
        "CreateStackInstances",
        "OperationPreferences.MaxConcurrentCount",
        "0",
        "equal to 1",
    ),
    (
        "CreateStackInstances",
        "OperationPreferences.MaxConcurrentPercentage",
        "101",
        "equal to 100",
    ),
    (
        "CreateStackInstances",
        "OperationPreferences.RegionConcurrencyType",
        "ALL",
        "SEQUENTIAL",
    ),
    (
        "CreateStackInstances",
        "OperationPreferences.ConcurrencyMode",
        "HARD",
        "SOFT_FAILURE_TOLERANCE",
    ),
    ("DeleteStackInstances", "RetainStacks", "maybe", "boolean"),
    (
        "DetectStackSetDrift",
        "StackSetName",
        "we_b",
        "[a-zA-Z][-a-zA-Z0-9]*(?::",
    ),
    ("CreateStack", "StackName", "a/b", "[a-zA-Z][-a-zA-Z0-9]*"),
    ("ListStackSets", "Status", "GONE", "[ACTIVE, DELETED]"),
    ("ListStackSets", "MaxResults", "0", "greater than or equal to 1"),
    (
        "ListStackSets",
        "MaxResults",
        "many",
        "greater than or equal to 1",
    ),
    (
        "ListStackInstances",
        "Filters.member.1.Name",
        "STATUS",
        "DETAILED_STATUS",
    ),
    (
        "ListStackInstances",
        "Filters.member.1.Values",
        "a b",
        r"^\S{1,128}$",
    ),
    (
        "ListStackSetOperationResults",
        "Filters.member.1.Name",
        "DRIFT_STATUS",
        "OPERATION_RESULT_STATUS",
    ),
    (
        "ListStackSetOperationResults",
        "Filters.member.1.Values",
        "DONE",
        r"^\S{6,9}$",
    ),
    (
        "ListStackInstanceResourceDrifts",
        "StackInstanceResourceDriftStatuses.member.1",
        "X",
        "MODIFIED",
    ),
];

#[test]
fn each_input_has_its_form() {
    for (action, name, value, expected) in WRONG {
        let message = refused(action, &[(name, value)]);
        assert!(message.contains(expected), "{action} {name}: {message}");
    }
}

#[test]
fn each_input_has_its_length() {
    for (action, name, length, expected) in [
        (
            "CreateStackSet",
            "Description",
            1025,
            "less than or equal to 1024",
        ),
        (
            "CreateStackSet",
            "ClientRequestToken",
            129,
            "less than or equal to 128",
        ),
        (
            "CreateStackSet",
            "TemplateURL",
            5121,
            "less than or equal to 5120",
        ),
        (
            "CreateStackSet",
            "AdministrationRoleARN",
            19,
            "greater than or equal to 20",
        ),
        (
            "CreateStackSet",
            "Tags.member.1.Key",
            129,
            "less than or equal to 128",
        ),
        ("ListStackSets", "NextToken", 1025, "less than or equal to 1024"),
    ] {
        let message = refused(action, &[(name, "x".repeat(length).as_str())]);
        assert!(message.contains(expected), "{action} {name}: {message}");
    }
}

#[test]
fn lists_have_a_size() {
    let many = |name: &str, count: usize| -> Vec<(String, String)> {
        let member = |n| (name.replace('*', &format!("member.{n}")), format!("v{n}"));
        (1..=count).map(member).collect()
    };
    let drifts = "StackInstanceResourceDriftStatuses";
    for (action, inputs, expected) in [
        (
            "CreateStackSet",
            many("Tags.*.Key", 51),
            "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
        ),
        ("ListStackInstances", many("Filters.*.Values", 4), "at 'filters'"),
        (
            "ListStackSetOperationResults",
            many("Filters.*.Values", 2),
            "at 'filters'",
        ),
        (
            "ListStackInstanceResourceDrifts",
            many("StackInstanceResourceDriftStatuses.*", 5),
            "equal to 4",
        ),
        (
            "ListStackInstanceResourceDrifts",
            vec![(drifts.to_owned(), String::new())],
            "equal to 1",
        ),
    ] {
        let message = refused(action, &borrowed(&inputs));
        assert!(message.contains(expected), "{action}: {message}");
    }
}

#[test]
fn tags_of_the_service_and_tags_that_come_twice_are_refused() {
    let base = [("StackSetName", "web"), ("TemplateBody", QUEUE)];
    let tag = |key: &'static str| [("Tags.member.1.Key", key), ("Tags.member.1.Value", "v")];
    let message = refused("CreateStackSet", &[base, tag("AWS:x")].concat());
    assert!(message.contains("aws: prefixed"), "{message}");
    let second = [("Tags.member.2.Key", "a"), ("Tags.member.2.Value", "w")];
    let message = refused("CreateStackSet", &[base, tag("a"), second].concat());
    assert!(message.contains("Duplicate tag keys"), "{message}");
}

#[test]
fn fifty_units_are_taken_and_one_more_is_not() {
    let mut client = Client::new();
    client.service_managed(QUEUE, "false");
    let ids: Vec<String> = (0..51).map(|n| format!("ou-aaaa-9{n:07}")).collect();
    let units: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut message = |units: &[&str]| {
        let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", units, &["eu-west-1"]);
        client.refused("CreateStackInstances", &borrowed(&inputs)).1
    };
    assert!(message(&units).contains("50 organizational units"));
    assert!(message(&units[1..]).contains("does not exist"));
}

#[test]
fn a_token_of_another_list_is_refused() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    for (action, token) in [
        ("ListStackInstances", "61"),
        ("ListStackSetOperations", "61"),
        ("ListStackInstances", "not-hex"),
    ] {
        let (code, message) = client.refused(action, &[("StackSetName", "web"), ("NextToken", token)]);
        assert_eq!(code, "ValidationError", "{action}");
        assert!(message.contains("NextToken"), "{message}");
    }
}
