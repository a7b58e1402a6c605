//! Hand-made values that look like a small organization's.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    reason = "each test uses its share of values that are right by hand"
)]

pub(crate) mod changes;
pub(crate) mod live;
pub(crate) mod observed;
pub(crate) mod staged;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::call::{UpdateStackSet, Write};
use model::definition::{Definition, Permission};
use model::desired::CallAs;
use model::diagnostic::{Position, Span};
use model::digest::Digest;
use model::ids::{AccountId, OperationId, OrganizationId, Region, StackSetName, UnitId};
use model::instance::Rectangle;
use model::observed::Git;
use model::plan::*;
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences};
use model::targets::CallTargets;

/// The text without terminal styles.
pub(crate) fn strip(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

pub(crate) fn id(n: u64) -> AccountId {
    AccountId::parse(&format!("{:012}", 111_100_000_000 + n)).unwrap()
}

pub(crate) fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn operation_id(seed: &str) -> OperationId {
    OperationId::parse(&format!("sf-{}", model::digest::base32(seed.as_bytes()))).unwrap()
}

pub(crate) fn rectangle(accounts: impl IntoIterator<Item = u64>, regions: &[&str]) -> Rectangle {
    Rectangle {
        accounts: accounts.into_iter().map(id).collect(),
        regions: regions.iter().map(|name| region(name)).collect(),
    }
}

pub(crate) fn span(line: u32) -> Span {
    let at = |column| Position {
        line,
        column,
        offset: 0,
    };
    Span {
        file: "stackfleet.toml".to_owned(),
        start: at(1),
        end: at(2),
    }
}

pub(crate) fn unit_id() -> UnitId {
    UnitId::parse("ou-ab12-11111111").unwrap()
}

pub(crate) fn group(action: Action, reason: &[Reason], unit: &str, rectangle: Rectangle) -> InstanceGroup {
    InstanceGroup {
        overrides: BTreeMap::new(),
        stage: None,
        action,
        reasons: reason.to_vec(),
        unit: unit.to_owned(),
        unit_id: unit_id(),
        target: unit.to_owned(),
        instances: rectangle.len(),
        rectangle,
        note: None,
    }
}

pub(crate) fn preferences(tolerance: u32, concurrent: u32) -> OperationPreferences {
    OperationPreferences {
        failure_tolerance: Amount::Count(tolerance),
        max_concurrent: Amount::Count(concurrent),
        concurrency_mode: ConcurrencyMode::Soft,
        ..OperationPreferences::default()
    }
}

pub(crate) fn definition() -> Definition {
    Definition {
        description: None,
        template: "Resources: {}".to_owned(),
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
        capabilities: BTreeSet::new(),
        permission: Permission::default(),
        managed_execution: false,
    }
}

pub(crate) fn update_call(regions: &[&str]) -> Write {
    Write::UpdateStackSet(Box::new(UpdateStackSet {
        template_at: None,
        definition: definition(),
        content: true,
        auto_deployment: None,
        managed_execution: None,
        targets: CallTargets::Accounts {
            accounts: BTreeSet::new(),
            regions: regions.iter().map(|name| region(name)).collect(),
        },
        preferences: preferences(1, 16),
    }))
}

pub(crate) fn create_call() -> Write {
    Write::CreateStackInstances {
        targets: CallTargets::Everything,
        overrides: None,
        preferences: preferences(0, 10),
    }
}

pub(crate) fn delete_call(retain_stacks: bool) -> Write {
    Write::DeleteStackInstances {
        targets: CallTargets::Everything,
        retain_stacks,
        preferences: OperationPreferences::default(),
    }
}

pub(crate) fn operation(number: u32, step: u32, set: &str, kind: OperationKind, call: Write) -> Operation {
    Operation {
        id: format!("op-{number:02}"),
        step,
        stack_set: set.to_owned(),
        aws_name: StackSetName::parse(set).unwrap(),
        kind,
        operation_id: call.starts_operation().then(|| operation_id(set)),
        call,
        touches: Vec::new(),
        instances: 0,
        depends_on: Vec::new(),
        definition_after: None,
        effective_concurrency: 1,
        stage: None,
        runs_if: RunsIf::Always,
    }
}

/// The operation with the instances that it touches.
pub(crate) fn touching(mut operation: Operation, concurrency: u64, touches: Vec<Rectangle>) -> Operation {
    operation.instances = touches.iter().map(Rectangle::len).sum();
    operation.touches = touches;
    operation.effective_concurrency = concurrency;
    operation
}

pub(crate) fn stack_set(
    name: &str,
    action: Action,
    reasons: &[Reason],
    groups: Vec<InstanceGroup>,
) -> StackSetPlan {
    let mut counts = BTreeMap::new();
    for group in &groups {
        *counts.entry(group.action).or_default() += group.instances;
    }
    StackSetPlan {
        name: name.to_owned(),
        aws_name: StackSetName::parse(name).unwrap(),
        id: None,
        action,
        reasons: reasons.to_vec(),
        removal_reason: None,
        running: None,
        blocked_by: Vec::new(),
        span: Some(span(12)),
        changes: Changes::default(),
        instances: InstancesPlan {
            counts,
            groups,
            failures: Vec::new(),
        },
    }
}

fn summary_of(stack_sets: &[StackSetPlan]) -> Summary {
    let mut summary = Summary {
        accounts_total: 141,
        ..Summary::default()
    };
    let mut accounts = BTreeSet::new();
    for set in stack_sets {
        *summary.stack_sets.entry(set.action).or_default() += 1;
        for group in &set.instances.groups {
            *summary.instances.entry(group.action).or_default() += group.instances;
            if group.action != Action::None {
                accounts.extend(group.rectangle.accounts.clone());
                summary.regions.extend(group.rectangle.regions.clone());
            }
        }
    }
    summary.accounts_touched = accounts.len() as u64;
    summary
}

/// A plan of these StackSets and operations, its summary counted from them.
pub(crate) fn plan_of(result: PlanResult, stack_sets: Vec<StackSetPlan>, operations: Vec<Operation>) -> Plan {
    Plan {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION.to_owned(),
        tool: Tool {
            name: "stackfleet".to_owned(),
            version: "0.1.0".to_owned(),
        },
        digest: Digest::of_bytes(b"a plan"),
        created_at: time("2026-11-22T10:00:00Z"),
        result,
        applyable: matches!(result, PlanResult::NoChanges | PlanResult::Changes),
        complete: true,
        selection: Selection::default(),
        risk: Risk::default(),
        estimate: None,
        freezes: Vec::new(),
        policy: Vec::new(),
        source: source(),
        scope: scope(),
        summary: summary_of(&stack_sets),
        stack_sets,
        operations,
        stages: Vec::new(),
        diagnostics: Vec::new(),
        holds: Vec::new(),
        preconditions: Preconditions::default(),
        account_names: names(),
    }
}

pub(crate) fn source() -> PlanSource {
    PlanSource {
        project: "platform-baseline".to_owned(),
        manifest: "stackfleet.toml".to_owned(),
        snapshot: false,
        files: None,
        git: Some(Git {
            commit: "3f9c2ab1d2e3f405162738495a6b7c8d9e0f1a2b".to_owned(),
            branch: Some("main".to_owned()),
            dirty: false,
        }),
    }
}

pub(crate) fn scope() -> Scope {
    Scope {
        partition: "aws".to_owned(),
        organization: OrganizationId::parse("o-a1b2c3d4e5").unwrap(),
        admin_account: AccountId::parse("222233334444").unwrap(),
        call_as: CallAs::DelegatedAdmin,
        region: region("eu-west-1"),
    }
}

pub(crate) fn names() -> BTreeMap<AccountId, String> {
    let known = [
        (42, "payments-prod"),
        (70, "data-dev"),
        (77, "search-dev"),
        (81, "maps-dev"),
        (97, "new-team-prod"),
        (99, "old-sandbox"),
    ];
    known.map(|(n, name)| (id(n), name.to_owned())).into()
}
