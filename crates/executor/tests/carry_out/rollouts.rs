//! A rollout of two StackSets in two stages, and what its tests have in common.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::Options;
use model::call::{AlarmState, Call, ResultStatus};
use model::event::{ApplyResult, EventKind, GateKind, GateState};
use model::ids::OperationId;
use model::instance::InstanceStatus;
use model::observed::OperationStatus;
use model::plan::{Operation, Plan, RunsIf, Stage};

use crate::cloud::{Cloud, Ending, instance};
use crate::crashes::picture;
use crate::drive::{Ended, Fault, run, run_with};
use crate::plans::{name, operation, plan, rectangle, refresh, update};

pub(crate) const SOAK: u64 = 900;
pub(crate) const ALARM: &str = "arn:aws:cloudwatch:eu-west-1:999999999999:alarm:errors";

pub(crate) fn stage(id: &str, after: Option<&str>, covers: &[(&str, &[u64])]) -> Stage {
    let covered = covers
        .iter()
        .map(|(set, accounts)| ((*set).to_owned(), vec![rectangle(accounts)]));
    Stage {
        id: format!("careful/{id}"),
        rollout: "careful".to_owned(),
        name: id.to_owned(),
        after: after.map(|after| format!("careful/{after}")),
        approval: false,
        soak_seconds: 0,
        alarms: Vec::new(),
        covers: covered.collect::<BTreeMap<_, _>>(),
        ended_at: None,
    }
}

pub(crate) fn in_stage(mut operation: Operation, stage: &str) -> Operation {
    operation.stage = Some(format!("careful/{stage}"));
    operation
}

pub(crate) fn back(mut operation: Operation, stage: &str) -> Operation {
    operation.runs_if = RunsIf::StageFailed(format!("careful/{stage}"));
    operation
}

/// Two StackSets of four accounts; the first one is the canary, the rest comes after it has soaked. Both can go back.
pub(crate) fn scene() -> (Cloud, Plan) {
    let mut cloud = Cloud::new();
    cloud.add("baseline", "v1", &[1, 2, 3, 4]);
    cloud.add("network", "w1", &[1, 2, 3, 4]);
    let mut plan = plan(operations(), &cloud);
    let mut canary = stage("canary", None, &[("baseline", &[1]), ("network", &[1])]);
    canary.soak_seconds = SOAK;
    let rest = stage(
        "rest",
        Some("canary"),
        &[("baseline", &[2, 3, 4]), ("network", &[2, 3, 4])],
    );
    plan.stages = vec![canary, rest];
    (cloud, plan)
}

fn operations() -> Vec<Operation> {
    let all = [1, 2, 3, 4];
    vec![
        in_stage(
            operation("op-01", "baseline", update("v2", &[1]), &[1], Some("v2")),
            "canary",
        ),
        in_stage(
            operation("op-02", "network", update("w2", &[1]), &[1], Some("w2")),
            "canary",
        ),
        in_stage(
            operation("op-03", "baseline", refresh(&[2, 3, 4]), &[2, 3, 4], Some("v2")),
            "rest",
        ),
        in_stage(
            operation("op-04", "network", refresh(&[2, 3, 4]), &[2, 3, 4], Some("w2")),
            "rest",
        ),
        back(
            operation("op-05", "baseline", update("v1", &all), &all, Some("v1")),
            "canary",
        ),
        back(
            operation("op-06", "baseline", update("v1", &all), &all, Some("v1")),
            "rest",
        ),
        back(
            operation("op-07", "network", update("w1", &all), &all, Some("w1")),
            "canary",
        ),
        back(
            operation("op-08", "network", update("w1", &all), &all, Some("w1")),
            "rest",
        ),
    ]
}

pub(crate) fn without_rollback(plan: &mut Plan) {
    plan.operations.retain(|operation| operation.runs_if.is_always());
}

pub(crate) fn aws_id(plan: &Plan, index: usize) -> OperationId {
    plan.operations[index].operation_id.clone().unwrap()
}

/// The operation ends badly: one of its instances fails.
pub(crate) fn ends_badly(cloud: &mut Cloud, plan: &Plan, index: usize) {
    let key = plan.operations[index].touches[0].keys().next().unwrap();
    let ending = Ending {
        status: OperationStatus::Failed,
        failed: [(key, (ResultStatus::Failed, "it broke"))].into(),
    };
    cloud.endings.insert(aws_id(plan, index), ending);
}

pub(crate) fn gates(ended: &Ended) -> Vec<(&str, GateKind, GateState)> {
    let gate = |event| match event {
        &EventKind::Gate {
            ref stage,
            gate,
            state,
            ..
        } => Some((stage.as_str(), gate, state)),
        _ => None,
    };
    ended.events.iter().filter_map(gate).collect()
}

pub(crate) fn approved(stage: &str) -> Options {
    Options {
        approved: [stage.to_owned()].into(),
        ..Options::default()
    }
}

pub(crate) fn no_fault(_: usize, _: &Call, _: &mut Cloud) -> Fault {
    Fault::None
}

pub(crate) fn written(cloud: &Cloud) -> Vec<String> {
    let written = cloud.written.iter();
    written.map(|(_, set, api)| format!("{set} {api}")).collect()
}

pub(crate) fn finish_after_crashes(
    calls: usize,
    wanted: &[String],
    scene: impl Fn() -> (Cloud, Plan),
    result: ApplyResult,
) {
    for at in 0..calls {
        for crash in [Fault::CrashBefore, Fault::CrashAfter] {
            for pause in [0, 3600] {
                let (mut cloud, plan) = scene();
                let first = run_with(&mut cloud, &plan, &Options::default(), |n, _, _| {
                    if n == at { crash } else { Fault::None }
                });
                assert!(first.summary.is_none());
                cloud.arrive(cloud.now + Duration::from_secs(pause));
                let second = run(&mut cloud, &plan);
                let context = format!("{crash:?} at call {at}, {pause} s later");
                assert_eq!(second.result(), result, "{context}: {:?}", second.summary);
                assert_eq!(picture(&cloud), wanted, "{context}");
            }
        }
    }
}

/// Something happens to an instance of the canary while it soaks.
pub(crate) fn spoiled(options: &Options, plan: &Plan, mut cloud: Cloud) -> (Cloud, Ended) {
    let ended = run_with(&mut cloud, plan, options, |_, call, cloud| {
        if let Call::Instances(set) = call
            && set.name() == "network"
            && cloud.sets[&name("network")].operations.len() == 2
        {
            let key = rectangle(&[1]).keys().next().unwrap();
            let set = cloud.sets.get_mut(&name("network")).unwrap();
            set.instances.insert(key, instance(InstanceStatus::Outdated));
        }
        Fault::None
    });
    (cloud, ended)
}

pub(crate) fn with_alarm(state: Option<AlarmState>) -> (Cloud, Ended) {
    let (mut cloud, mut plan) = scene();
    plan.stages[0].alarms = vec![ALARM.to_owned()];
    cloud.alarms = state.into_iter().map(|state| (ALARM.to_owned(), state)).collect();
    let ended = run(&mut cloud, &plan);
    (cloud, ended)
}
