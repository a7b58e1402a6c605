//! What is refused before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use executor::Options;
use executor::core::{Command, Run};
use model::call::{Call, CallErrorKind, Write};
use model::definition::ParameterValue;
use model::event::{ApplyResult, OperationOutcome};
use model::ids::UnitId;
use model::plan::PlanResult;
use model::secrets::Secrets;

use crate::drive::{Fault, run, run_with};
use crate::plans::{account, scene, start};

#[test]
fn credentials_of_another_account_get_no_further_than_the_guard() {
    let (mut cloud, plan) = scene();
    cloud.identity = account(3);
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Error, vec!["E0602"])
    );
    assert_eq!(ended.calls.len(), 1);
    assert_eq!(ended.outcomes(), [OperationOutcome::NotStarted; 7]);
    assert_eq!(ended.summary.unwrap().instances.not_started, 9);
}

#[test]
fn an_account_that_joined_or_left_a_planned_unit_is_named() {
    let (mut cloud, mut plan) = scene();
    let root = UnitId::parse("r-aaaa").unwrap();
    let planned: BTreeSet<_> = [1, 2, 3, 4, 9].map(account).into_iter().collect();
    plan.preconditions.units.insert(root, planned);
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Stale, vec!["E0701"])
    );
    let message = &ended.summary.unwrap().causes[0].message;
    assert!(message.contains("joined: account-5 (000000000005)"), "{message}");
    assert!(message.contains("left: 000000000009"), "{message}");
    assert!(cloud.written.is_empty());
}

#[test]
fn unchanged_units_are_no_obstacle() {
    let (mut cloud, mut plan) = scene();
    let planned = [1, 2, 3, 4, 5].map(account).into_iter().collect();
    plan.preconditions
        .units
        .insert(UnitId::parse("r-aaaa").unwrap(), planned);
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Succeeded);
    plan.preconditions
        .units
        .insert(UnitId::parse("ou-aaaa-bbbbbbbb").unwrap(), BTreeSet::new());
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Stale);
}

#[test]
fn a_held_plan_and_one_that_contradicts_itself_call_nothing() {
    let (_, plan) = scene();
    let mut held = plan.clone();
    held.result = PlanResult::Blocked;
    let mut unknown = plan.clone();
    unknown.operations[0].depends_on.push("op-99".to_owned());
    let mut baseless = plan.clone();
    baseless.preconditions.stack_sets.remove("audit");
    let mut twice = plan.clone();
    twice.operations[1].operation_id = twice.operations[0].operation_id.clone();
    let mut circle = plan;
    circle.operations[0].depends_on.push("op-05".to_owned());
    for (plan, code) in [
        (held, "E0724"),
        (unknown, "E0711"),
        (baseless, "E0711"),
        (twice, "E0711"),
        (circle, "E0711"),
    ] {
        let (mut cloud, _) = scene();
        let ended = run(&mut cloud, &plan);
        assert!(ended.codes().contains(&code), "{:?}", ended.codes());
        let ran = ended
            .calls
            .iter()
            .any(|(_, call)| matches!(call, Call::Write(write) if write.write.api() == "UpdateStackSet"));
        assert!(!ran);
        assert_ne!(ended.result(), ApplyResult::Succeeded);
    }
}

#[test]
fn a_missing_secret_is_named_before_any_call() {
    let (_, mut plan) = scene();
    if let Write::CreateStackInstances { overrides, .. } = &mut plan.operations[4].call {
        let secret = ParameterValue::Secret("env:TOKEN".to_owned());
        *overrides = Some(BTreeMap::from([("Token".to_owned(), secret)]));
    }
    let (_, commands) = Run::new(&plan, &Secrets::default(), &Options::default(), start());
    let Some(Command::Finish(summary)) = commands.last() else {
        panic!("{commands:?}")
    };
    assert_eq!(summary.result, ApplyResult::Error);
    assert_eq!(
        summary.causes[0].message,
        "environment variable `TOKEN` is not set here"
    );
}

#[test]
fn a_plan_without_operations_is_done_without_a_call() {
    let (mut cloud, mut plan) = scene();
    plan.operations.clear();
    plan.result = PlanResult::NoChanges;
    let ended = run(&mut cloud, &plan);
    assert_eq!((ended.result(), ended.calls.len()), (ApplyResult::NoChanges, 0));
}

#[test]
fn a_denied_write_stops_its_stack_set_and_no_other() {
    let (mut cloud, plan) = scene();
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
        Call::Write(write) if write.write.api() == "UpdateStackSet" => Fault::Refused(CallErrorKind::Denied),
        _ => Fault::None,
    });
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Denied, vec!["E0713"])
    );
    assert_eq!(ended.outcomes()[5..], [OperationOutcome::Succeeded; 2]);
    assert_eq!(ended.outcomes()[0], OperationOutcome::Failed);
}

#[test]
fn an_invalid_first_write_is_an_error_and_a_later_one_a_failure() {
    let refuse = |api: &'static str| {
        let (mut cloud, mut plan) = scene();
        plan.operations.truncate(3);
        run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
            Call::Write(write) if write.write.api() == api => Fault::Refused(CallErrorKind::Limit),
            _ => Fault::None,
        })
    };
    assert_eq!(refuse("UpdateStackSet").result(), ApplyResult::Error);
    assert_eq!(refuse("CreateStackInstances").result(), ApplyResult::Failed);
}
