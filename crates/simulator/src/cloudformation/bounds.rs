//! The bounds of every input (reference §1.1, §1.2, §3.1).

use model::ids::{AccountId, OperationId, Region, StackSetName, UnitId};

/// What one value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// Characters at least.
    Shortest(usize),
    /// Characters at most.
    Longest(usize),
    /// A form, as the service writes it, and whether a text has it.
    Form(&'static str, fn(&str) -> bool),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A number from here on.
    From(i64),
    /// A number up to here.
    To(i64),
    /// `true` or `false`
    Flag,
}

use Rule::{Flag, Form, From, Longest, OneOf, Shortest, To};

/// The rules of the inputs of every call, members of lists as `*`.
const INPUTS: &[(&str, &[Rule])] = &[
    ("StackSetName", &[Shortest(1)]),
    ("OperationId", ID),
    ("ClientRequestToken", ID),
    ("Description", &[Shortest(1), Longest(1024)]),
    ("TemplateURL", &[Shortest(1), Longest(5120)]),
    ("AdministrationRoleARN", &[Shortest(20), Longest(2048)]),
    (
        "ExecutionRoleName",
        &[
            Shortest(1),
            Longest(64),
            Form("[a-zA-Z_0-9+=,.@-]+", is_role_name),
        ],
    ),
    ("Tags.*.Key", &[Shortest(1), Longest(128)]),
    ("Tags.*.Value", &[Shortest(1), Longest(256)]),
    ("Parameters.*.UsePreviousValue", &[Flag]),
    ("ParameterOverrides.*.UsePreviousValue", &[Flag]),
    (
        "Capabilities.*",
        &[OneOf(&[
            "CAPABILITY_IAM",
            "CAPABILITY_NAMED_IAM",
            "CAPABILITY_AUTO_EXPAND",
        ])],
    ),
    ("PermissionModel", &[OneOf(&["SERVICE_MANAGED", "SELF_MANAGED"])]),
    ("CallAs", &[OneOf(&["SELF", "DELEGATED_ADMIN"])]),
    ("AutoDeployment.Enabled", &[Flag]),
    ("AutoDeployment.RetainStacksOnAccountRemoval", &[Flag]),
    ("ManagedExecution.Active", &[Flag]),
    ("UsePreviousTemplate", &[Flag]),
    ("RetainStacks", &[Flag]),
    ("EnableTerminationProtection", &[Flag]),
    ("Accounts.*", ACCOUNT),
    ("DeploymentTargets.Accounts.*", ACCOUNT),
    ("DeploymentTargets.AccountsUrl", URL),
    ("DeploymentTargets.OrganizationalUnitIds.*", UNIT),
    (
        "DeploymentTargets.AccountFilterType",
        &[OneOf(&["NONE", "INTERSECTION", "DIFFERENCE", "UNION"])],
    ),
    ("OrganizationalUnitIds.*", UNIT),
    ("StackIdsUrl", URL),
    ("Regions.*", REGION),
    ("StackInstanceAccount", ACCOUNT),
    ("StackInstanceRegion", REGION),
    (
        "OperationPreferences.RegionConcurrencyType",
        &[OneOf(&["SEQUENTIAL", "PARALLEL"])],
    ),
    ("OperationPreferences.RegionOrder.*", REGION),
    ("OperationPreferences.FailureToleranceCount", &[From(0)]),
    (
        "OperationPreferences.FailureTolerancePercentage",
        &[From(0), To(100)],
    ),
    ("OperationPreferences.MaxConcurrentCount", &[From(1)]),
    (
        "OperationPreferences.MaxConcurrentPercentage",
        &[From(1), To(100)],
    ),
    (
        "OperationPreferences.ConcurrencyMode",
        &[OneOf(&["STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"])],
    ),
    ("MaxResults", &[From(1), To(100)]),
    ("NextToken", &[Shortest(1), Longest(1024)]),
    ("Status", &[OneOf(&["ACTIVE", "DELETED"])]),
    (
        "StackInstanceResourceDriftStatuses.*",
        &[OneOf(&[
            "IN_SYNC",
            "MODIFIED",
            "DELETED",
            "NOT_CHECKED",
            "UNKNOWN",
            "UNSUPPORTED",
        ])],
    ),
];

/// Calls whose `StackSetName` must have the form of a name or id; the others do not find what has another.
const NAME_OR_ID: &[&str] = &[
    "UpdateStackInstances",
    "DetectStackSetDrift",
    "ImportStacksToStackSet",
    "ListStackInstanceResourceDrifts",
    "ListStackSetAutoDeploymentTargets",
    "GetTemplateSummary",
];

const NAME_OR_ID_FORM: &[Rule] = &[Form(
    "[a-zA-Z][-a-zA-Z0-9]*(?::[a-zA-Z0-9]{8}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{12})?",
    is_name_or_id,
)];

/// A new stack's name; other calls take its ARN too.
const STACK_NAME: &[Rule] = &[
    Longest(128),
    Form("[a-zA-Z][-a-zA-Z0-9]*", |text| StackSetName::parse(text).is_ok()),
];
const ID: &[Rule] = &[
    Shortest(1),
    Longest(128),
    Form("[a-zA-Z0-9][-a-zA-Z0-9]*", |text| {
        OperationId::parse(text).is_ok()
    }),
];
const ACCOUNT: &[Rule] = &[Form("^[0-9]{12}$", |text| AccountId::parse(text).is_ok())];
const REGION: &[Rule] = &[Form("^[a-zA-Z0-9-]{1,128}$", |text| Region::parse(text).is_ok())];
const UNIT: &[Rule] = &[Form(
    "^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$",
    |text| UnitId::parse(text).is_ok(),
)];
const URL: &[Rule] = &[Shortest(1), Longest(5120), Form("(s3://|http(s?)://).+", is_url)];

const FILTER_NAME: &[Rule] = &[OneOf(&["DETAILED_STATUS", "LAST_OPERATION_ID", "DRIFT_STATUS"])];
const RESULT_FILTER_NAME: &[Rule] = &[OneOf(&["OPERATION_RESULT_STATUS"])];
const FILTER_VALUE: &[Rule] = &[Form(r"^\S{1,128}$", |text| is_word(text, 1, 128))];
const RESULT_FILTER_VALUE: &[Rule] = &[Form(r"^\S{6,9}$", |text| is_word(text, 6, 9))];

/// The rules of one input of a call; none for one without.
pub(super) fn rules(action: &str, input: &str) -> &'static [Rule] {
    let results = action == "ListStackSetOperationResults";
    match input {
        "StackSetName" if NAME_OR_ID.contains(&action) => NAME_OR_ID_FORM,
        "StackName" if action == "CreateStack" => STACK_NAME,
        "Filters.*.Name" if results => RESULT_FILTER_NAME,
        "Filters.*.Name" => FILTER_NAME,
        "Filters.*.Values" if results => RESULT_FILTER_VALUE,
        "Filters.*.Values" => FILTER_VALUE,
        _ => {
            let found = INPUTS.iter().find(|(name, _)| *name == input);
            found.map_or(&[], |(_, rules)| rules)
        }
    }
}

/// The least and the most members that a list of a call may have.
pub(super) fn members(action: &str) -> &'static [(&'static str, usize, usize)] {
    match action {
        "CreateStackSet" | "UpdateStackSet" => &[("Tags", 0, 50)],
        "ListStackInstances" => &[("Filters", 0, 3)],
        "ListStackSetOperationResults" => &[("Filters", 0, 1)],
        "ListStackInstanceResourceDrifts" => &[("StackInstanceResourceDriftStatuses", 1, 4)],
        _ => &[],
    }
}

/// The inputs that a call must have.
pub(super) fn required(action: &str) -> &'static [&'static str] {
    match action {
        "CreateStackSet"
        | "UpdateStackSet"
        | "DeleteStackSet"
        | "DescribeStackSet"
        | "ListStackInstances"
        | "ListStackSetOperations"
        | "DetectStackSetDrift"
        | "ImportStacksToStackSet"
        | "ListStackSetAutoDeploymentTargets" => &["StackSetName"],
        "CreateStackInstances" | "UpdateStackInstances" => &["StackSetName", "Regions"],
        "DeleteStackInstances" => &["StackSetName", "Regions", "RetainStacks"],
        "DescribeStackInstance" => &["StackSetName", "StackInstanceAccount", "StackInstanceRegion"],
        "ListStackInstanceResourceDrifts" => &[
            "StackSetName",
            "StackInstanceAccount",
            "StackInstanceRegion",
            "OperationId",
        ],
        "DescribeStackSetOperation" | "ListStackSetOperationResults" | "StopStackSetOperation" => {
            &["StackSetName", "OperationId"]
        }
        "CreateStack" | "DeleteStack" => &["StackName"],
        "UpdateTerminationProtection" => &["EnableTerminationProtection", "StackName"],
        _ => &[],
    }
}

fn is_role_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

fn is_name_or_id(text: &str) -> bool {
    let (name, uuid) = text
        .split_once(':')
        .map_or((text, None), |(name, uuid)| (name, Some(uuid)));
    let is_part = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && uuid.is_none_or(|uuid| {
            let parts: Vec<&str> = uuid.split('-').collect();
            parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(is_part)
        })
}

fn is_url(text: &str) -> bool {
    ["s3://", "http://", "https://"]
        .iter()
        .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

fn is_word(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count()) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_set_is_named_by_its_name_or_its_id() {
        for right in ["web", "web-2", "web:12345678-1234-1234-1234-123456789abc"] {
            assert!(is_name_or_id(right), "{right}");
        }
        for wrong in [
            "",
            "2web",
            "we_b",
            "web:",
            "web:1",
            "web:12345678-1234-1234-1234-123456789ab_",
        ] {
            assert!(!is_name_or_id(wrong), "{wrong}");
        }
    }
}
