//! Stages of a rollout one after the other: soak and health, also across processes.

use std::time::Duration;

use executor::{OnFailure, Options};
use model::call::{AlarmState, Call, CallErrorKind};
use model::event::{ApplyResult, GateKind, GateState, OperationOutcome};
use model::plan::Plan;

use crate::crashes::picture;
use crate::drive::{Fault, run, run_with};
use crate::plans::name;
use crate::rollouts::{
    ends_badly, finish_after_crashes, gates, no_fault, scene, spoiled, with_alarm, without_rollback, written,
};

use OperationOutcome::{Failed, NotNeeded, NotStarted, Succeeded};

#[test]
fn a_stage_begins_when_the_one_before_is_over_in_every_stack_set_has_soaked_and_is_healthy() {
    let (mut cloud, plan) = scene();
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Succeeded, "{:?}", ended.summary);
    let end = |set| cloud.sets[&name(set)].operations[1].summary.ended_at.unwrap();
    let canary = end("baseline").max(end("network"));
    for (at, _, _) in cloud
        .written
        .iter()
        .filter(|(_, _, api)| *api == "UpdateStackInstances")
    {
        let waited = at.as_second() - canary.as_second();
        assert!((900..960).contains(&waited), "{waited}");
    }
    let passed = |gate| ("canary", gate, GateState::Passed);
    assert_eq!(
        gates(&ended),
        [
            ("canary", GateKind::Soak, GateState::Waiting),
            passed(GateKind::Soak),
            passed(GateKind::Health)
        ]
    );
    let outcomes = [vec![Succeeded; 4], vec![NotNeeded; 4]].concat();
    assert_eq!(ended.outcomes(), outcomes);
    assert_eq!(
        ended.summary.unwrap().instances.not_started,
        0,
        "a rollback is not counted"
    );
}

#[test]
fn a_run_that_dies_at_any_call_of_a_rollout_is_finished_by_the_next_one() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    assert!(calls > 25, "{calls}");
    finish_after_crashes(calls, &picture(&ideal), scene, ApplyResult::Succeeded);
}

#[test]
fn a_soak_counts_from_the_end_of_the_stage_also_for_the_next_process() {
    let (mut cloud, plan) = scene();
    let looks = |call: &Call| matches!(call, Call::Instances(_));
    // The first look at instances comes after the soak: the process ends there, and another one comes while it would soak.
    run_with(&mut cloud, &plan, &Options::default(), |_, call, _| {
        if looks(call) {
            Fault::CrashBefore
        } else {
            Fault::None
        }
    });
    let ended = cloud.sets[&name("network")].operations[1]
        .summary
        .ended_at
        .unwrap();
    let died = cloud.now;
    assert!(died.duration_since(ended).as_secs() >= 900);
    let again = run(&mut cloud, &plan);
    assert_eq!(again.result(), ApplyResult::Succeeded);
    let next = cloud
        .written
        .iter()
        .find(|(_, _, api)| *api == "UpdateStackInstances")
        .unwrap()
        .0;
    assert!(next.duration_since(died).as_secs() < 60, "it soaked once more");
    assert!(!gates(&again).contains(&("canary", GateKind::Soak, GateState::Waiting)));
}

#[test]
fn the_end_of_a_stage_without_operations_is_in_the_plan() {
    let (mut cloud, mut plan) = scene();
    run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
        Call::Instances(_) => Fault::CrashBefore,
        _ => Fault::None,
    });
    // A fresh plan has the rest alone; the canary ended ten minutes ago.
    let ended_at = cloud.now - Duration::from_mins(10);
    without_rollback(&mut plan);
    plan.operations.drain(..2);
    plan.stages[0].ended_at = Some(ended_at);
    for base in plan.preconditions.stack_sets.values_mut() {
        let set = &cloud.sets[&base.aws_name];
        base.definition = Some(set.definition.fingerprint());
        base.newest_operation = set.operations.last().map(|newest| newest.summary.id.clone());
    }
    let begun = cloud.now;
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Succeeded, "{:?}", ended.summary);
    let next = cloud
        .written
        .iter()
        .find(|(_, _, api)| *api == "UpdateStackInstances")
        .unwrap()
        .0;
    let waited = next.duration_since(begun).as_secs();
    assert!((300..310).contains(&waited), "{waited}");
}

#[test]
fn an_instance_that_is_outdated_again_stops_the_rollout() {
    let (cloud, mut plan) = scene();
    without_rollback(&mut plan);
    let (cloud, ended) = spoiled(&Options::default(), &plan, cloud);
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert_eq!(ended.codes(), ["E0730"]);
    assert_eq!(ended.outcomes(), [Succeeded, Succeeded, NotStarted, NotStarted]);
    assert!(
        !written(&cloud)
            .iter()
            .any(|write| write.ends_with("UpdateStackInstances"))
    );
    let summary = ended.summary.unwrap();
    assert!(
        summary.causes[0].message.contains("OUTDATED"),
        "{:?}",
        summary.causes
    );
    assert_eq!(
        summary.operations[2].reason.as_deref(),
        Some("stage canary is not healthy")
    );
}

#[test]
fn going_on_after_failures_does_not_go_on_through_a_gate() {
    let (mut cloud, mut plan) = scene();
    without_rollback(&mut plan);
    ends_badly(&mut cloud, &plan, 0);
    let options = Options {
        on_failure: OnFailure::Continue,
        ..Options::default()
    };
    let ended = run_with(&mut cloud, &plan, &options, no_fault);
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert_eq!(ended.outcomes(), [Failed, Succeeded, NotStarted, NotStarted]);
}

#[test]
fn alarms_that_are_ok_let_the_next_stage_begin() {
    let (_, ended) = with_alarm(Some(AlarmState::Ok));
    assert_eq!(ended.result(), ApplyResult::Succeeded);
    assert!(gates(&ended).contains(&("canary", GateKind::Alarms, GateState::Passed)));
}

#[test]
fn one_fault_at_any_call_of_a_rollout_is_survived() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for fault in [
        Fault::LostRequest,
        Fault::LostAnswer,
        Fault::Refused(CallErrorKind::Credentials),
    ] {
        for at in 0..calls {
            let (mut cloud, plan) = scene();
            let ended = run_with(&mut cloud, &plan, &Options::default(), |n, _, _| {
                if n == at { fault } else { Fault::None }
            });
            let context = format!("{fault:?} at call {at}");
            assert_eq!(
                ended.result(),
                ApplyResult::Succeeded,
                "{context}: {:?}",
                ended.summary
            );
            assert_eq!(picture(&cloud), picture(&ideal), "{context}");
        }
    }
}

#[test]
fn a_list_that_lags_behind_does_not_fail_a_stage() {
    let (mut cloud, plan) = scene();
    cloud.late_reads = 3;
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Succeeded);
}

#[test]
fn a_plan_whose_stages_do_not_fit_together_is_refused() {
    type Change = fn(&mut Plan);
    let changes: [Change; 4] = [
        |plan| plan.stages[1].after = Some("careful/nothing".to_owned()),
        |plan| plan.stages[1].id = plan.stages[0].id.clone(),
        |plan| plan.operations[0].stage = Some("careful/nothing".to_owned()),
        |plan| plan.operations.swap(2, 4),
    ];
    for change in changes {
        let (mut cloud, mut plan) = scene();
        change(&mut plan);
        let ended = run(&mut cloud, &plan);
        assert_eq!(ended.result(), ApplyResult::Error);
        assert!(ended.codes().iter().all(|code| *code == "E0711"));
        assert!(ended.calls.is_empty());
    }
}
