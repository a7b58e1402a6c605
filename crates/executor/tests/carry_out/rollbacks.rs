//! The way back of a rollout: when it is taken, and when not.

use std::collections::BTreeMap;

use executor::{OnFailure, Options};
use model::call::{AlarmState, Call, CallErrorKind};
use model::event::{ApplyResult, OperationOutcome};
use model::instance::InstanceStatus;
use model::observed::OperationStatus;

use crate::cloud::Ending;
use crate::crashes::picture;
use crate::drive::{Fault, run, run_with};
use crate::plans::name;
use crate::rollouts::{
    ALARM, aws_id, ends_badly, finish_after_crashes, no_fault, scene, spoiled, with_alarm, without_rollback,
    written,
};

use OperationOutcome::{Failed, NotNeeded, NotStarted, Succeeded};

#[test]
fn a_rollback_that_dies_at_any_call_is_finished_by_the_next_run() {
    let failing = || {
        let (mut cloud, plan) = scene();
        ends_badly(&mut cloud, &plan, 0);
        (cloud, plan)
    };
    let (mut ideal, plan) = failing();
    let calls = run(&mut ideal, &plan).calls.len();
    finish_after_crashes(calls, &picture(&ideal), failing, ApplyResult::Failed);
}

#[test]
fn an_unhealthy_stage_takes_every_stack_set_of_it_back() {
    let (cloud, plan) = scene();
    let (cloud, ended) = spoiled(&Options::default(), &plan, cloud);
    assert_eq!(ended.result(), ApplyResult::Failed);
    for (set, template) in [("baseline", "v1"), ("network", "w1")] {
        let set = &cloud.sets[&name(set)];
        assert_eq!(set.definition.template, template);
        assert!(
            set.instances
                .values()
                .all(|found| found.status == InstanceStatus::Current)
        );
    }
    let expected = [
        Succeeded, Succeeded, NotStarted, NotStarted, Succeeded, NotNeeded, Succeeded, NotNeeded,
    ];
    assert_eq!(ended.outcomes(), expected);
}

#[test]
fn a_failed_stage_goes_back_and_the_next_one_never_begins() {
    for on_failure in [OnFailure::StopStep, OnFailure::StopAll] {
        let (mut cloud, plan) = scene();
        ends_badly(&mut cloud, &plan, 0);
        let options = Options {
            on_failure,
            ..Options::default()
        };
        let ended = run_with(&mut cloud, &plan, &options, no_fault);
        assert_eq!(ended.result(), ApplyResult::Failed);
        assert_eq!(ended.codes(), ["E0715"]);
        let expected = [
            Failed, Succeeded, NotStarted, NotStarted, Succeeded, NotNeeded, Succeeded, NotNeeded,
        ];
        assert_eq!(ended.outcomes(), expected, "{on_failure:?}");
        assert_eq!(cloud.sets[&name("baseline")].definition.template, "v1");
        assert_eq!(cloud.sets[&name("network")].definition.template, "w1");
    }
}

#[test]
fn a_later_stage_that_fails_goes_back_too() {
    let (mut cloud, plan) = scene();
    ends_badly(&mut cloud, &plan, 2);
    let ended = run(&mut cloud, &plan);
    let expected = [
        Succeeded, Succeeded, Failed, Succeeded, NotNeeded, Succeeded, NotNeeded, Succeeded,
    ];
    assert_eq!(ended.outcomes(), expected);
    assert_eq!(cloud.sets[&name("network")].definition.template, "w1");
}

#[test]
fn a_stack_set_that_nothing_was_sent_to_is_not_taken_back() {
    let (mut cloud, plan) = scene();
    ends_badly(&mut cloud, &plan, 0);
    let options = Options {
        parallel: 1,
        on_failure: OnFailure::StopAll,
        ..Options::default()
    };
    let ended = run_with(&mut cloud, &plan, &options, no_fault);
    let expected = [
        Failed, NotStarted, NotStarted, NotStarted, Succeeded, NotNeeded, NotNeeded, NotNeeded,
    ];
    assert_eq!(ended.outcomes(), expected);
}

#[test]
fn a_rollback_that_fails_is_told() {
    let (mut cloud, plan) = scene();
    ends_badly(&mut cloud, &plan, 0);
    ends_badly(&mut cloud, &plan, 4);
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert_eq!(ended.outcomes()[4], Failed);
    assert!(ended.summary.unwrap().operations[4].rollback);
}

#[test]
fn a_stage_that_somebody_stopped_is_not_taken_back() {
    let (mut cloud, plan) = scene();
    let ending = Ending {
        status: OperationStatus::Stopped,
        failed: BTreeMap::new(),
    };
    cloud.endings.insert(aws_id(&plan, 0), ending);
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert!(ended.outcomes()[4..].iter().all(|outcome| *outcome == NotNeeded));
    assert!(
        !written(&cloud)
            .iter()
            .any(|write| write.ends_with("UpdateStackInstances"))
    );
}

#[test]
fn an_alarm_that_is_on_takes_the_stage_back() {
    let (cloud, ended) = with_alarm(Some(AlarmState::Alarm));
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Failed, vec!["E0731"])
    );
    assert_eq!(cloud.sets[&name("network")].definition.template, "w1");
}

#[test]
fn an_alarm_of_which_nothing_is_known_stops_the_rollout_and_takes_nothing_back() {
    for state in [None, Some(AlarmState::InsufficientData)] {
        let (cloud, ended) = with_alarm(state);
        assert_eq!(
            (ended.result(), ended.codes()),
            (ApplyResult::Failed, vec!["E0731"])
        );
        assert_eq!(cloud.sets[&name("network")].definition.template, "w2");
        assert!(ended.outcomes()[4..].iter().all(|outcome| *outcome == NotNeeded));
    }
}

#[test]
fn the_alarms_of_the_last_stage_count_as_well() {
    let (mut cloud, mut plan) = scene();
    plan.stages[1].alarms = vec![ALARM.to_owned()];
    plan.stages[1].soak_seconds = 600;
    cloud.alarms.insert(ALARM.to_owned(), AlarmState::Alarm);
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Failed, vec!["E0731"])
    );
    let expected = [
        Succeeded, Succeeded, Succeeded, Succeeded, NotNeeded, Succeeded, NotNeeded, Succeeded,
    ];
    assert_eq!(ended.outcomes(), expected);

    let (mut cloud, mut plan) = scene();
    without_rollback(&mut plan);
    plan.stages[1].alarms = vec![ALARM.to_owned()];
    cloud.alarms.insert(ALARM.to_owned(), AlarmState::Alarm);
    assert_eq!(
        run(&mut cloud, &plan).result(),
        ApplyResult::Failed,
        "without a rollback too"
    );
}

#[test]
fn a_gate_that_cannot_be_read_stays_shut_and_takes_nothing_back() {
    for (kind, code) in [
        (CallErrorKind::Denied, "E0713"),
        (CallErrorKind::Unavailable, "E0720"),
        (CallErrorKind::Credentials, "E0721"),
    ] {
        let (mut cloud, plan) = scene();
        let mut closed = false;
        let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| {
            closed |= matches!(call, Call::Instances(_));
            if closed { Fault::Refused(kind) } else { Fault::None }
        });
        assert_eq!((ended.result(), ended.codes()), (ApplyResult::Failed, vec![code]));
        let expected = [vec![Succeeded; 2], vec![NotStarted; 2], vec![NotNeeded; 4]].concat();
        assert_eq!(ended.outcomes(), expected);
    }
}
