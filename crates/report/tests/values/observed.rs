//! A manifest of four StackSets and what AWS has of them.

use model::definition::Permission;
use model::desired::*;
use model::diagnostic::Spanned;
use model::ids::StackSetId;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::*;
use model::organization::Organization;

use super::*;

fn here<T>(value: T) -> Spanned<T> {
    Spanned { value, span: span(3) }
}

fn wanted(name: &str) -> (String, DesiredStackSet) {
    let set = DesiredStackSet {
        name: here(name.to_owned()),
        aws_name: StackSetName::parse(name).unwrap(),
        adopt: false,
        description: None,
        template: DesiredTemplate::File {
            path: here("templates/a.yaml".to_owned()),
            body: "Resources: {}".to_owned(),
        },
        deploy: Vec::new(),
        skip: Vec::new(),
        overrides: Vec::new(),
        rollout: None,
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
        capabilities: Capabilities::default(),
        permission: Permission::default(),
        managed_execution: false,
        depends_on: Vec::new(),
        preferences: Preferences::default(),
        on_leave: None,
        allow: BTreeSet::new(),
    };
    (name.to_owned(), set)
}

/// A manifest with these StackSets, and one that it removes.
pub(crate) fn desired(names: &[&str], removed: &str) -> Desired {
    let removal = Removal {
        name: here(removed.to_owned()),
        aws_name: StackSetName::parse(removed).unwrap(),
        stacks: OnLeave::Retain,
        reason: None,
    };
    Desired {
        manifest: "stackfleet.toml".to_owned(),
        project: here("platform-baseline".to_owned()),
        aws: AwsGuard {
            admin_account: here(scope().admin_account),
            organization: None,
            region: here(scope().region),
            call_as: CallAs::Myself,
            template_bucket: None,
        },
        accounts: BTreeMap::new(),
        protect: Protect::default(),
        freezes: Vec::new(),
        guard: Guard::default(),
        stack_sets: names.iter().map(|name| wanted(name)).collect(),
        removed: [(removed.to_owned(), removal)].into(),
    }
}

/// Accounts in one Region with a status.
pub(crate) fn instances(
    accounts: std::ops::Range<u64>,
    status: &InstanceStatus,
    detailed: &DetailedStatus,
) -> BTreeMap<InstanceKey, ObservedInstance> {
    let instance = |n| {
        let key = InstanceKey {
            account: id(n),
            region: region("eu-west-1"),
        };
        let found = ObservedInstance {
            status: status.clone(),
            detailed: detailed.clone(),
            reason: None,
            unit: None,
            last_operation: None,
            overrides: None,
        };
        (key, found)
    };
    accounts.map(instance).collect()
}

pub(crate) fn live(
    name: &str,
    instances: BTreeMap<InstanceKey, ObservedInstance>,
    newest: Option<OperationSummary>,
) -> (StackSetName, ObservedStackSet) {
    let set = ObservedStackSet {
        id: StackSetId::parse(&format!("{name}:1")).unwrap(),
        definition: definition(),
        instances,
        registered: BTreeMap::new(),
        history: Vec::new(),
        drift: None,
        running: newest
            .iter()
            .filter(|one| !one.status.is_terminal())
            .cloned()
            .collect(),
        newest_operation: newest,
    };
    (StackSetName::parse(name).unwrap(), set)
}

pub(crate) fn ran(status: OperationStatus, at: &str) -> OperationSummary {
    let over = status.is_terminal();
    OperationSummary {
        id: operation_id(at),
        action: OperationAction::Update,
        status,
        reason: None,
        created_at: Some(time(at)),
        ended_at: over.then(|| time(at)),
        failed_instances: 0,
        preferences: None,
    }
}

pub(crate) fn observed(
    stack_sets: Vec<(StackSetName, ObservedStackSet)>,
    others: &[(&str, Option<&str>)],
) -> Observed {
    let other = |(name, project): &(&str, Option<&str>)| {
        let set = OtherStackSet {
            id: StackSetId::parse(&format!("{name}:1")).unwrap(),
            project: project.map(str::to_owned),
            instances: None,
        };
        (StackSetName::parse(name).unwrap(), set)
    };
    Observed {
        taken_at: time("2026-11-22T10:00:00Z"),
        identity: Identity {
            account: scope().admin_account,
            arn: "arn:aws:iam::222233334444:role/plan".to_owned(),
        },
        organization: Organization {
            id: scope().organization,
            root: UnitId::parse("r-ab12").unwrap(),
            management_account: id(0),
            units: BTreeMap::new(),
            accounts: BTreeMap::new(),
        },
        trusted_access: true,
        stack_sets: stack_sets.into_iter().collect(),
        others: others.iter().map(other).collect(),
        environment: BTreeMap::new(),
        secrets: BTreeSet::new(),
        ssm: BTreeMap::new(),
        templates: BTreeMap::new(),
        disabled_regions: BTreeMap::new(),
        git: None,
    }
}
