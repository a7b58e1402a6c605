//! Plans made by hand, and the AWS that they were made for.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::call::{Described, UpdateStackSet, Write};
use model::definition::{Definition, Permission};
use model::desired::CallAs;
use model::digest::{Digest, base32};
use model::ids::{AccountId, OperationId, OrganizationId, Region, StackSetId, StackSetName};
use model::instance::Rectangle;
use model::plan::{
    FORMAT, FORMAT_VERSION, Operation, OperationKind, Plan, PlanResult, PlanSource, Precondition,
    Preconditions, Risk, Scope, Selection, Summary, Tool,
};
use model::preferences::OperationPreferences;
use model::targets::CallTargets;

use crate::cloud::{Cloud, Set};

pub(crate) const ADMIN: &str = "999999999999";

pub(crate) fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn account(n: u64) -> AccountId {
    AccountId::parse(&format!("{n:012}")).unwrap()
}

pub(crate) fn name(text: &str) -> StackSetName {
    StackSetName::parse(text).unwrap()
}

pub(crate) fn set_id(text: &str) -> StackSetId {
    StackSetId::parse(&format!("{text}:0000")).unwrap()
}

pub(crate) fn definition(template: &str) -> Definition {
    Definition {
        description: None,
        template: template.to_owned(),
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
        capabilities: BTreeSet::new(),
        permission: Permission::SelfManaged {
            administration_role: None,
            execution_role: None,
        },
        managed_execution: false,
    }
}

pub(crate) fn region() -> Region {
    Region::parse("eu-west-1").unwrap()
}

pub(crate) fn rectangle(accounts: &[u64]) -> Rectangle {
    Rectangle {
        accounts: accounts.iter().map(|n| account(*n)).collect(),
        regions: BTreeSet::from([region()]),
    }
}

fn targets(accounts: &[u64]) -> CallTargets {
    CallTargets::Accounts {
        accounts: accounts.iter().map(|n| account(*n)).collect(),
        regions: vec![region()],
    }
}

fn preferences() -> OperationPreferences {
    OperationPreferences::default()
}

pub(crate) fn create_stack_set(template: &str) -> Write {
    Write::CreateStackSet {
        definition: Box::new(definition(template)),
        template_at: None,
        client_request_token: "token".to_owned(),
    }
}

pub(crate) fn update(template: &str, accounts: &[u64]) -> Write {
    Write::UpdateStackSet(Box::new(UpdateStackSet {
        template_at: None,
        definition: definition(template),
        content: true,
        auto_deployment: None,
        managed_execution: None,
        targets: targets(accounts),
        preferences: preferences(),
    }))
}

pub(crate) fn refresh(accounts: &[u64]) -> Write {
    Write::UpdateStackInstances {
        targets: targets(accounts),
        overrides: None,
        preferences: preferences(),
    }
}

pub(crate) fn create(accounts: &[u64]) -> Write {
    Write::CreateStackInstances {
        targets: targets(accounts),
        overrides: None,
        preferences: preferences(),
    }
}

pub(crate) fn delete(accounts: &[u64]) -> Write {
    Write::DeleteStackInstances {
        targets: targets(accounts),
        retain_stacks: false,
        preferences: preferences(),
    }
}

/// An operation of StackSet `set` on some accounts; `after` is the template when it is done.
pub(crate) fn operation(
    id: &str,
    set: &str,
    call: Write,
    accounts: &[u64],
    after: Option<&str>,
) -> Operation {
    let kind = match &call {
        Write::CreateStackSet { .. } => OperationKind::CreateStackSet,
        Write::UpdateStackSet(_) | Write::UpdateStackInstances { .. } => OperationKind::Update,
        Write::CreateStackInstances { .. } => OperationKind::Create,
        Write::DeleteStackInstances { .. } => OperationKind::Delete,
        Write::DeleteStackSet => OperationKind::DeleteStackSet,
    };
    let aws_id = format!("sf-{}", base32(id.as_bytes()));
    Operation {
        id: id.to_owned(),
        step: 1,
        stack_set: set.to_owned(),
        aws_name: name(set),
        kind,
        operation_id: call
            .starts_operation()
            .then(|| OperationId::parse(&aws_id).unwrap()),
        call,
        touches: vec![rectangle(accounts)],
        instances: accounts.len() as u64,
        depends_on: Vec::new(),
        definition_after: after.map(|template| definition(template).fingerprint()),
        effective_concurrency: 1,
        stage: None,
        runs_if: model::plan::RunsIf::Always,
    }
}

fn bases(operations: &[Operation], cloud: &Cloud) -> BTreeMap<String, Precondition> {
    let mut bases = BTreeMap::new();
    for operation in operations {
        let found = cloud.sets.get(&operation.aws_name);
        let base = Precondition {
            aws_name: operation.aws_name.clone(),
            id: found.map(|set| set.id.clone()),
            definition: found.map(|set| set.definition.fingerprint()),
            newest_operation: found
                .and_then(|set| set.operations.last())
                .map(|newest| newest.summary.id.clone()),
            parts: found.map(|set| set.definition.parts()).unwrap_or_default(),
        };
        bases.insert(operation.stack_set.clone(), base);
    }
    bases
}

/// What AWS says of a StackSet.
pub(crate) fn described(set: &Set) -> Described {
    Described {
        id: set.id.clone(),
        definition: set.definition.clone(),
        drift: None,
    }
}

fn scope() -> Scope {
    Scope {
        partition: "aws".to_owned(),
        organization: OrganizationId::parse("o-aaaaaaaaaa").unwrap(),
        admin_account: AccountId::parse(ADMIN).unwrap(),
        call_as: CallAs::Myself,
        region: region(),
    }
}

pub(crate) fn plan(operations: Vec<Operation>, cloud: &Cloud) -> Plan {
    let preconditions = Preconditions {
        stack_sets: bases(&operations, cloud),
        units: BTreeMap::new(),
    };
    Plan {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION.to_owned(),
        tool: Tool {
            name: "stackfleet".to_owned(),
            version: "0".to_owned(),
        },
        digest: Digest::of_bytes(b"plan"),
        created_at: start(),
        result: PlanResult::Changes,
        applyable: true,
        complete: true,
        selection: Selection::default(),
        risk: Risk::default(),
        estimate: None,
        freezes: Vec::new(),
        policy: Vec::new(),
        source: PlanSource {
            project: "p".to_owned(),
            manifest: "stackfleet.toml".to_owned(),
            git: None,
            snapshot: false,
            files: None,
        },
        scope: scope(),
        summary: Summary::default(),
        account_names: BTreeMap::new(),
        stack_sets: Vec::new(),
        operations,
        stages: Vec::new(),
        diagnostics: Vec::new(),
        holds: Vec::new(),
        preconditions,
    }
}

/// Three StackSets: one that is updated, grown and shrunk, one that is made after it, one that goes.
pub(crate) fn scene() -> (Cloud, Plan) {
    let mut cloud = Cloud::new();
    cloud.add("baseline", "v1", &[1, 2, 3]);
    cloud.add("legacy", "old", &[1, 2]);
    let mut operations = vec![
        operation("op-01", "baseline", update("v2", &[1, 2]), &[1, 2], Some("v2")),
        operation("op-02", "baseline", create(&[4, 5]), &[4, 5], Some("v2")),
        operation("op-03", "baseline", delete(&[3]), &[3], Some("v2")),
        operation("op-04", "audit", create_stack_set("audit"), &[], Some("audit")),
        operation("op-05", "audit", create(&[1, 2]), &[1, 2], Some("audit")),
        operation("op-06", "legacy", delete(&[1, 2]), &[1, 2], Some("old")),
        operation("op-07", "legacy", Write::DeleteStackSet, &[], None),
    ];
    let waits = [
        (1, "op-01"),
        (2, "op-02"),
        (4, "op-04"),
        (4, "op-02"),
        (6, "op-06"),
    ];
    for (waiting, first) in waits {
        operations[waiting].depends_on.push(first.to_owned());
    }
    let plan = plan(operations, &cloud);
    (cloud, plan)
}
