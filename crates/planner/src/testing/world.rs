//! A small organization and StackSets in it.
//!
//! ```text
//! Root (r-root)          1000
//! ├─ Security    (1)     1001
//! ├─ Workloads   (2)     1002
//! │  ├─ Prod     (3)     1003, 1004
//! │  └─ Dev      (4)     1005, 1006 (suspended)
//! └─ Empty       (5)
//! ```

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::definition::{AutoDeployment, Definition, ParameterValue, Permission};
use model::desired::{
    AwsGuard, CallAs, Capabilities, Deploy, Desired, DesiredStackSet, DesiredTemplate, Guard, OnLeave,
    Parameter, Preferences, Protect, Removal, Source, Target,
};
use model::diagnostic::{Position, Span, Spanned};
use model::ids::{AccountId, OperationId, OrganizationId, Region, StackSetId, StackSetName, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Identity, Observed, ObservedInstance, ObservedStackSet, OperationSummary};
use model::organization::{Account, AccountState, Organization, Unit};
use model::plan::{Action, Operation, Plan};

pub(crate) const PROJECT: &str = "platform";
pub(crate) const TEMPLATE: &str =
    "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: one\n";
pub(crate) const OTHER_TEMPLATE: &str =
    "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: two\n";
pub(crate) const WITH_PARAMETERS: &str = "Parameters:\n  Days:\n    Type: Number\n    Default: 30\n    MaxValue: 90\n  Token:\n    Type: String\n    NoEcho: true\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: !Ref Days\n";

pub(crate) fn account(number: u64) -> AccountId {
    AccountId::parse(&format!("{number:012}")).unwrap()
}

pub(crate) fn unit(number: u32) -> UnitId {
    if number == 0 {
        UnitId::parse("r-root").unwrap()
    } else {
        UnitId::parse(&format!("ou-root-{number:08}")).unwrap()
    }
}

/// A unit as a target: its path.
pub(crate) fn below(number: u32) -> Target {
    let names: &[&str] = match number {
        1 => &["Security"],
        2 => &["Workloads"],
        3 => &["Workloads", "Prod"],
        4 => &["Workloads", "Dev"],
        5 => &["Empty"],
        6 => &["Workloads", "Prod", "Blue"],
        7 => &["Workloads", "Prod", "Blue", "Shop"],
        _ => &[],
    };
    Target::Path(names.iter().map(|name| (*name).to_owned()).collect())
}

pub(crate) fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

pub(crate) fn span() -> Span {
    Span {
        file: "stackfleet.toml".to_owned(),
        start: Position::default(),
        end: Position::default(),
    }
}

pub(crate) fn at<T>(value: T) -> Spanned<T> {
    Spanned { value, span: span() }
}

pub(crate) fn organization() -> Organization {
    let units = [
        (1, "Security", 0),
        (2, "Workloads", 0),
        (3, "Prod", 2),
        (4, "Dev", 2),
        (5, "Empty", 0),
    ];
    let accounts = [
        (1000, "management", 0),
        (1001, "audit", 1),
        (1002, "shared", 2),
        (1003, "shop-prod", 3),
    ];
    let more = [
        (1004, "bank-prod", 3),
        (1005, "shop-dev", 4),
        (1006, "old-dev", 4),
    ];
    let mut organization = Organization {
        id: OrganizationId::parse("o-exampleorg1").unwrap(),
        root: unit(0),
        management_account: account(1000),
        units: BTreeMap::new(),
        accounts: BTreeMap::new(),
    };
    for (number, name, parent) in units {
        let (name, parent) = (name.to_owned(), unit(parent));
        organization.units.insert(unit(number), Unit { name, parent });
    }
    for (number, name, parent) in accounts.into_iter().chain(more) {
        organization
            .accounts
            .insert(account(number), member(name, parent));
    }
    organization.accounts.get_mut(&account(1006)).unwrap().state = AccountState::Suspended;
    organization
}

pub(crate) fn member(name: &str, parent: u32) -> Account {
    Account {
        tags: BTreeMap::new(),
        name: name.to_owned(),
        email: format!("{name}@example.org"),
        state: AccountState::Active,
        parent: unit(parent),
    }
}

pub(crate) fn desired(stack_sets: Vec<DesiredStackSet>) -> Desired {
    Desired {
        manifest: "stackfleet.toml".to_owned(),
        project: at(PROJECT.to_owned()),
        aws: AwsGuard {
            admin_account: at(account(1000)),
            organization: None,
            region: at(region("eu-west-1")),
            call_as: CallAs::Myself,
            template_bucket: None,
        },
        accounts: BTreeMap::new(),
        guard: Guard::default(),
        protect: Protect::default(),
        freezes: Vec::new(),
        stack_sets: stack_sets
            .into_iter()
            .map(|set| (set.name.value.clone(), set))
            .collect(),
        removed: BTreeMap::new(),
    }
}

/// A service-managed StackSet on Workloads in two Regions.
pub(crate) fn stack_set(name: &str) -> DesiredStackSet {
    DesiredStackSet {
        name: at(name.to_owned()),
        aws_name: StackSetName::parse(name).unwrap(),
        adopt: false,
        description: None,
        template: DesiredTemplate::File {
            path: at("t.yaml".to_owned()),
            body: TEMPLATE.to_owned(),
        },
        deploy: vec![Deploy {
            targets: vec![at(below(2))],
            regions: vec![at(region("us-east-1")), at(region("eu-west-1"))],
            span: span(),
        }],
        skip: Vec::new(),
        overrides: Vec::new(),
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
        capabilities: Capabilities::default(),
        permission: service_managed(false),
        managed_execution: false,
        depends_on: Vec::new(),
        rollout: None,
        preferences: Preferences::default(),
        on_leave: Some(OnLeave::Delete),
        allow: BTreeSet::new(),
    }
}

/// The text of its template.
pub(crate) fn body_of(set: &mut DesiredStackSet) -> &mut String {
    match &mut set.template {
        DesiredTemplate::File { body, .. } => body,
        DesiredTemplate::S3 { .. } => panic!("the tests' templates are files"),
    }
}

pub(crate) fn service_managed(enabled: bool) -> Permission {
    Permission::ServiceManaged {
        auto_deployment: AutoDeployment {
            enabled,
            retain_stacks: false,
            depends_on: BTreeSet::new(),
        },
    }
}

pub(crate) fn self_managed() -> Permission {
    Permission::SelfManaged {
        administration_role: None,
        execution_role: None,
    }
}

pub(crate) fn removal(name: &str, stacks: OnLeave) -> Removal {
    Removal {
        name: at(name.to_owned()),
        aws_name: StackSetName::parse(name).unwrap(),
        stacks,
        reason: None,
    }
}

pub(crate) fn parameter(source: Source) -> Parameter {
    Parameter {
        key: span(),
        source: at(source),
    }
}

/// Nothing but the organization.
pub(crate) fn observed() -> Observed {
    Observed {
        taken_at: Timestamp::from_second(1_800_000_000).unwrap(),
        identity: Identity {
            account: account(1000),
            arn: "arn:aws:iam::000000001000:role/plan".to_owned(),
        },
        organization: organization(),
        trusted_access: true,
        stack_sets: BTreeMap::new(),
        others: BTreeMap::new(),
        environment: BTreeMap::new(),
        secrets: BTreeSet::new(),
        ssm: BTreeMap::new(),
        templates: BTreeMap::new(),
        disabled_regions: BTreeMap::new(),
        git: None,
    }
}

/// A StackSet of our project as it was made from [`stack_set`], without instances.
pub(crate) fn live(name: &str) -> ObservedStackSet {
    ObservedStackSet {
        id: StackSetId::parse(&format!("{name}:1")).unwrap(),
        definition: Definition {
            description: None,
            template: TEMPLATE.to_owned(),
            parameters: BTreeMap::new(),
            tags: BTreeMap::from([(model::PROJECT_TAG.to_owned(), PROJECT.to_owned())]),
            capabilities: BTreeSet::new(),
            permission: service_managed(false),
            managed_execution: false,
        },
        instances: BTreeMap::new(),
        registered: BTreeMap::new(),
        newest_operation: None,
        running: Vec::new(),
        history: Vec::new(),
        drift: None,
    }
}

pub(crate) fn key(number: u64, name: &str) -> InstanceKey {
    InstanceKey {
        account: account(number),
        region: region(name),
    }
}

pub(crate) fn current(through: Option<u32>) -> ObservedInstance {
    ObservedInstance {
        status: InstanceStatus::Current,
        detailed: DetailedStatus::Succeeded,
        reason: None,
        unit: through.map(unit),
        last_operation: None,
        overrides: None,
    }
}

pub(crate) fn in_state(
    through: Option<u32>,
    status: InstanceStatus,
    detailed: DetailedStatus,
) -> ObservedInstance {
    ObservedInstance {
        status,
        detailed,
        ..current(through)
    }
}

/// Current instances and registrations of a unit in some Regions, for some accounts.
pub(crate) fn deployed(set: &mut ObservedStackSet, through: u32, accounts: &[u64], regions: &[&str]) {
    for name in regions {
        set.registered
            .entry(unit(through))
            .or_default()
            .insert(region(name));
        for number in accounts {
            set.instances.insert(key(*number, name), current(Some(through)));
        }
    }
}

pub(crate) fn operation_summary(id: &str) -> OperationSummary {
    OperationSummary {
        id: OperationId::parse(id).unwrap(),
        action: model::observed::OperationAction::Update,
        status: model::observed::OperationStatus::Running,
        reason: None,
        created_at: None,
        ended_at: None,
        failed_instances: 0,
        preferences: None,
    }
}

pub(crate) fn plain(text: &str) -> ParameterValue {
    ParameterValue::Plain(text.to_owned())
}

/// A plan of one wanted StackSet against one that is there.
pub(crate) fn plan_one(set: DesiredStackSet, live: Option<ObservedStackSet>) -> Plan {
    let mut observed = observed();
    if let Some(live) = live {
        observed.stack_sets.insert(set.aws_name.clone(), live);
    }
    let mut desired = desired(vec![set]);
    desired.guard.max_deleted_instances = Some(at(1000));
    crate::plan(&desired, &observed, &crate::Limits::default())
}

pub(crate) fn codes(plan: &Plan) -> Vec<&str> {
    let held = plan.holds.iter().map(|hold| &hold.diagnostic);
    plan.diagnostics
        .iter()
        .chain(held)
        .map(|diagnostic| diagnostic.code.as_str())
        .collect()
}

/// The operations in short: kind, API and instances.
pub(crate) fn outline(plan: &Plan) -> Vec<String> {
    let line = |operation: &Operation| {
        format!(
            "{:?} {} {}",
            operation.kind,
            operation.call.api(),
            operation.instances
        )
    };
    plan.operations.iter().map(line).collect()
}

/// The instances of a plan with an action.
pub(crate) fn acted(plan: &Plan, action: Action) -> Vec<String> {
    let groups = plan.stack_sets.iter().flat_map(|set| &set.instances.groups);
    let mut keys: Vec<_> = groups
        .filter(|group| group.action == action)
        .flat_map(|group| group.rectangle.keys())
        .map(|key| format!("{}/{}", key.account.as_str().trim_start_matches('0'), key.region))
        .collect();
    keys.sort();
    keys
}
