//! Killed at any call, before or after AWS acted, and run again with the same plan: no operation twice, and everything done.

use executor::Options;
use model::call::CallErrorKind;
use model::event::{ApplyResult, EventKind};

use crate::cloud::{Cloud, Replay};
use crate::drive::{Fault, run, run_with};
use crate::plans::scene;

const REPLAYS: [Replay; 4] = [
    Replay::SameAnswer,
    Replay::AlreadyExists,
    Replay::InProgress,
    Replay::Stale,
];

/// What AWS looks like in the end: definitions, instances, and the operations of each StackSet.
pub(crate) fn picture(cloud: &Cloud) -> Vec<String> {
    let mut written: Vec<_> = cloud
        .written
        .iter()
        .map(|(_, set, api)| format!("{set} {api}"))
        .collect();
    written.sort();
    let sets = cloud.sets.iter().map(|(name, set)| {
        let ids: Vec<_> = set
            .operations
            .iter()
            .map(|started| started.summary.id.as_str())
            .collect();
        format!("{name} {} {:?} {ids:?}", set.definition.template, set.instances)
    });
    sets.chain(written).collect()
}

#[test]
fn a_run_that_dies_at_any_call_is_finished_by_the_next_one() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    let wanted = picture(&ideal);
    assert!(calls > 30, "{calls}");
    for replay in REPLAYS {
        for (at, crash, pause) in points(calls) {
            let (mut cloud, plan) = scene();
            cloud.replay = replay;
            let first = run_with(&mut cloud, &plan, &Options::default(), |n, _, _| {
                if n == at { crash } else { Fault::None }
            });
            assert!(first.summary.is_none());
            cloud.arrive(cloud.now + std::time::Duration::from_secs(pause));
            let second = run(&mut cloud, &plan);
            let context = format!("{crash:?} at call {at}, {replay:?}, {pause} s later");
            assert_eq!(
                second.result(),
                ApplyResult::Succeeded,
                "{context}: {:?}",
                second.summary
            );
            assert_eq!(picture(&cloud), wanted, "{context}");
        }
    }
}

fn points(calls: usize) -> impl Iterator<Item = (usize, Fault, u64)> {
    let crashes = [Fault::CrashBefore, Fault::CrashAfter];
    (0..calls).flat_map(move |at| {
        crashes
            .into_iter()
            .flat_map(move |crash| [0, 3600].map(|pause| (at, crash, pause)))
    })
}

#[test]
fn a_run_that_dies_twice_is_finished_by_the_third_one() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for first in 0..calls {
        for second in [1, 2, 3, 5, 8, 13, 21] {
            let (mut cloud, plan) = scene();
            for at in [first, second] {
                run_with(&mut cloud, &plan, &Options::default(), |n, _, _| {
                    if n == at { Fault::CrashAfter } else { Fault::None }
                });
            }
            assert_eq!(
                run(&mut cloud, &plan).result(),
                ApplyResult::Succeeded,
                "{first}, {second}"
            );
            assert_eq!(picture(&cloud), picture(&ideal), "{first}, {second}");
        }
    }
}

#[test]
fn one_fault_at_any_call_is_survived_by_the_run_itself() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    let faults = [
        Fault::LostRequest,
        Fault::LostAnswer,
        Fault::Refused(CallErrorKind::Unavailable),
        Fault::Refused(CallErrorKind::Malformed),
        Fault::Refused(CallErrorKind::Credentials),
    ];
    for replay in REPLAYS {
        for fault in faults {
            for at in 0..calls {
                let (mut cloud, plan) = scene();
                cloud.replay = replay;
                let ended = run_with(&mut cloud, &plan, &Options::default(), |n, _, _| {
                    if n == at { fault } else { Fault::None }
                });
                let context = format!("{fault:?} at call {at}, {replay:?}");
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
}

#[test]
fn the_same_plan_again_writes_nothing_and_says_done() {
    let (mut cloud, plan) = scene();
    run(&mut cloud, &plan);
    let before = cloud.written.len();
    let again = run(&mut cloud, &plan);
    assert_eq!(again.result(), ApplyResult::Succeeded);
    assert_eq!(cloud.written.len(), before);
    let starts = again
        .events
        .iter()
        .filter(|event| matches!(event, EventKind::OperationStart { adopted: true, .. }));
    assert_eq!(starts.count(), plan.operations.len());
}
