//! A saved plan comes back as it was, and not one byte of it can change unnoticed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;

use model::call::Write;
use model::desired::CallAs;
use model::digest::Digest;
use model::ids::{AccountId, OrganizationId, Region, StackSetName, UnitId};
use model::instance::Rectangle;
use model::plan::{
    Action, FORMAT, FORMAT_VERSION, InstanceGroup, InstancesPlan, Operation, OperationKind, Plan, PlanResult,
    PlanSource, Preconditions, Reason, Risk, RunsIf, Scope, Selection, Summary, Tool,
};
use model::plan_file::{PlanFileError, open, seal};
use model::preferences::{Amount, OperationPreferences};
use model::targets::CallTargets;

#[expect(clippy::too_many_lines, reason = "a list: every field of a plan")]
fn plan() -> Plan {
    let mut plan = Plan {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION.to_owned(),
        tool: Tool {
            name: "stackfleet".to_owned(),
            version: "0.1.0".to_owned(),
        },
        digest: Digest::of_bytes(b""),
        created_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        result: PlanResult::NoChanges,
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
        scope: Scope {
            partition: "aws".to_owned(),
            organization: OrganizationId::parse("o-a1b2c3d4e5").unwrap(),
            admin_account: AccountId::parse("100000000001").unwrap(),
            call_as: CallAs::Myself,
            region: Region::parse("us-east-1").unwrap(),
        },
        summary: Summary::default(),
        stack_sets: Vec::new(),
        operations: Vec::new(),
        stages: Vec::new(),
        diagnostics: Vec::new(),
        holds: Vec::new(),
        preconditions: Preconditions::default(),
        account_names: BTreeMap::new(),
    };
    plan.digest = plan.compute_digest();
    plan
}

#[test]
fn a_sealed_plan_comes_back_as_it_was() {
    let text = seal(&plan()).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    assert_eq!(open(&text).unwrap(), plan());
}

#[test]
fn every_changed_byte_is_refused() {
    let text = seal(&plan()).unwrap();
    for at in 0..text.len() {
        for other in [b' ', b'0', b'x', b'}'] {
            let mut bytes = text.clone().into_bytes();
            if bytes[at] == other {
                continue;
            }
            bytes[at] = other;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(
                open(&changed).is_err(),
                "byte {at} changed to {other} went through"
            );
        }
    }
}

#[test]
fn a_cut_off_or_lengthened_file_is_refused() {
    let text = seal(&plan()).unwrap();
    for end in 0..text.len() {
        assert!(open(&text[..end]).is_err());
    }
    assert!(open(&format!("{text}\n")).is_err());
    assert_eq!(open(""), Err(PlanFileError::NoSeal));
}

#[test]
fn a_plan_whose_digest_is_not_its_own_is_refused_even_when_sealed_again() {
    let mut forged = plan();
    forged.scope.admin_account = AccountId::parse("100000000002").unwrap();
    assert_eq!(open(&seal(&forged).unwrap()), Err(PlanFileError::Tampered));
}

#[test]
fn another_major_version_is_refused_by_name() {
    let mut later = plan();
    later.format_version = "2.0".to_owned();
    assert!(matches!(
        open(&seal(&later).unwrap()),
        Err(PlanFileError::Format { .. })
    ));
    let mut minor = plan();
    minor.format_version = "1.7".to_owned();
    assert!(open(&seal(&minor).unwrap()).is_ok());
}

#[test]
fn time_and_tool_are_not_in_the_digest() {
    let mut later = plan();
    later.created_at = "2027-01-01T00:00:00Z".parse().unwrap();
    later.tool.version = "9.9.9".to_owned();
    assert_eq!(later.compute_digest(), plan().digest);
}

fn rectangle(accounts: &[&str]) -> Rectangle {
    Rectangle {
        accounts: accounts.iter().map(|id| AccountId::parse(id).unwrap()).collect(),
        regions: ["eu-west-1", "us-east-1"]
            .map(|name| Region::parse(name).unwrap())
            .into(),
    }
}

#[test]
fn a_group_is_written_with_its_counts_and_read_without_them() {
    let group = InstanceGroup {
        action: Action::Update,
        reasons: vec![Reason::Template],
        unit: "Root/Workloads/Prod".to_owned(),
        unit_id: UnitId::parse("ou-ab12-00000003").unwrap(),
        target: "Root/Workloads".to_owned(),
        rectangle: rectangle(&["100000000001", "100000000002"]),
        instances: 4,
        overrides: BTreeMap::new(),
        stage: Some("careful/prod".to_owned()),
        note: None,
    };
    let mut json = serde_json::to_value(&group).unwrap();
    assert_eq!(json["ou"], "Root/Workloads/Prod");
    assert_eq!(json["ou_id"], "ou-ab12-00000003");
    assert_eq!(json["accounts"], 2);
    assert_eq!(json["regions"][1], "us-east-1");
    assert_eq!(json["stage"], "prod");
    json.as_object_mut().unwrap().remove("accounts");
    json.as_object_mut().unwrap().remove("stage");
    assert_eq!(serde_json::from_value::<InstanceGroup>(json).unwrap(), group);
}

#[test]
fn an_operation_is_written_with_what_follows_from_its_call() {
    let operation = Operation {
        id: "op-03".to_owned(),
        step: 2,
        stack_set: "baseline".to_owned(),
        aws_name: StackSetName::parse("baseline").unwrap(),
        kind: OperationKind::Update,
        operation_id: None,
        call: Write::UpdateStackInstances {
            targets: CallTargets::Everything,
            overrides: None,
            preferences: OperationPreferences {
                max_concurrent: Amount::Percent(25),
                ..OperationPreferences::default()
            },
        },
        touches: vec![rectangle(&["100000000001"])],
        instances: 2,
        depends_on: Vec::new(),
        definition_after: None,
        effective_concurrency: 1,
        stage: Some("careful/2/nonprod".to_owned()),
        runs_if: RunsIf::StageFailed("careful/2/nonprod".to_owned()),
    };
    let json = serde_json::to_value(&operation).unwrap();
    assert_eq!(json["api"], "UpdateStackInstances");
    assert_eq!((&json["accounts"], &json["instances"]), (&1.into(), &2.into()));
    assert_eq!(json["stage"], "nonprod");
    assert_eq!(json["preferences"]["max_concurrent"], "25%");
    assert_eq!(json["preferences"]["failure_tolerance"], 0);
    assert_eq!(serde_json::from_value::<Operation>(json).unwrap(), operation);
}

#[test]
fn units_of_an_action_are_few_and_none_is_below_another() {
    let group = |unit: &str, action| InstanceGroup {
        action,
        reasons: Vec::new(),
        unit: unit.to_owned(),
        unit_id: UnitId::parse("ou-ab12-00000003").unwrap(),
        target: "Root/Workloads".to_owned(),
        rectangle: rectangle(&["100000000001"]),
        instances: 2,
        overrides: BTreeMap::new(),
        stage: None,
        note: None,
    };
    let plan = InstancesPlan {
        groups: vec![
            group("Root/Workloads/Prod", Action::Delete),
            group("Root/Workloads/Prod/Shop", Action::Delete),
            group("Root/Workloads/Production", Action::Delete),
            group("Root/Security", Action::Update),
        ],
        ..InstancesPlan::default()
    };
    let units = |most| plan.units(Action::Delete, most).into_iter().collect::<Vec<_>>();
    assert_eq!(units(2), ["Root/Workloads/Prod", "Root/Workloads/Production"]);
    assert_eq!(units(1), ["Root/Workloads"]);
}
