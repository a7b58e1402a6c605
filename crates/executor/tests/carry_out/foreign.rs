//! Somebody else works on our StackSets: nothing is written over it.

use std::time::Duration;

use executor::Options;
use model::call::Call;
use model::event::{ApplyResult, EventKind};

use crate::cloud::Replay;
use crate::drive::{Fault, run, run_with};
use crate::plans::{definition, name, scene};

/// Writes to a StackSet from a moment on.
fn written_since(cloud: &crate::cloud::Cloud, since: usize) -> usize {
    let sets = cloud.written.iter().skip(since);
    sets.filter(|(_, set, _)| *set == name("baseline")).count()
}

#[test]
fn a_foreign_operation_at_any_instant_ends_the_writes_to_its_stack_set() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for at in 0..calls {
        for seconds in [20, 300] {
            let (mut cloud, plan) = scene();
            let mut since = usize::MAX;
            let ended = run_with(&mut cloud, &plan, &Options::default(), |n, _, cloud| {
                // AWS itself keeps the slot: a foreign operation starts as soon as ours is over.
                if n >= at && since == usize::MAX && !cloud.is_held(&name("baseline")) {
                    since = cloud.written.len();
                    cloud.foreign("baseline", "drift-detection", seconds);
                }
                Fault::None
            });
            let context = format!("call {at}, {seconds} s: {:?}", ended.summary);
            assert_eq!(written_since(&cloud, since), 0, "{context}");
            let all_were_sent = written_since(&cloud, 0) == 3;
            let expected = match (all_were_sent, cloud.written.is_empty()) {
                (true, _) => ApplyResult::Succeeded,
                (false, true) => ApplyResult::Stale,
                (false, false) => ApplyResult::StaleMidway,
            };
            assert_eq!(ended.result(), expected, "{context}");
        }
    }
}

#[test]
fn a_foreign_operation_that_does_not_end_makes_it_busy_before_any_write() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    cloud.foreign("baseline", "someone", 100_000);
    let options = Options {
        wait: Duration::from_mins(15),
        ..Options::default()
    };
    let ended = run_with(&mut cloud, &plan, &options, |_, _, _| Fault::None);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Busy, vec!["E0702"])
    );
    let waited = ended.finished.duration_since(crate::plans::start()).as_secs();
    assert!((890..=960).contains(&waited), "{waited} s");
    assert!(cloud.written.is_empty());
    let told = ended
        .events
        .iter()
        .filter(|event| matches!(event, EventKind::Waiting { .. }))
        .count();
    assert_eq!(told, 1);
}

#[test]
fn the_operation_that_the_plan_was_made_during_is_waited_for() {
    let (mut cloud, mut plan) = scene();
    cloud.foreign("baseline", "someone", 120);
    let base = plan.preconditions.stack_sets.get_mut("baseline").unwrap();
    base.newest_operation = model::ids::OperationId::parse("someone").ok();
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Succeeded);
}

#[test]
fn a_changed_definition_is_stale_before_any_write() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    cloud.sets.get_mut(&name("baseline")).unwrap().definition = definition("by hand");
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Stale, vec!["E0701"])
    );
    assert_eq!(ended.summary.unwrap().exit_code, 5);
    assert!(cloud.written.is_empty());
}

#[test]
fn a_stack_set_made_again_under_its_old_name_is_stale() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    let set = cloud.sets.get_mut(&name("baseline")).unwrap();
    set.id = model::ids::StackSetId::parse("baseline:1111").unwrap();
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Stale);
    assert!(
        ended.summary.unwrap().causes[0]
            .message
            .contains("another StackSet has its name")
    );
    cloud.sets.remove(&name("baseline"));
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Stale);
    assert!(cloud.written.is_empty());
}

#[test]
fn a_name_that_somebody_else_took_is_stale() {
    for (template, with_operation) in [("theirs", false), ("audit", true)] {
        let (mut cloud, mut plan) = scene();
        plan.operations.drain(..3);
        plan.operations.truncate(1);
        cloud.add("audit", template, &[]);
        if !with_operation {
            cloud.sets.get_mut(&name("audit")).unwrap().operations.clear();
        }
        let ended = run(&mut cloud, &plan);
        assert_eq!(ended.result(), ApplyResult::Stale, "{template}");
        assert!(cloud.written.is_empty());
    }
}

#[test]
fn a_definition_that_is_changed_after_our_last_operation_is_not_claimed() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, _, cloud| {
        if cloud.written.len() == 3 && !cloud.is_held(&name("baseline")) {
            cloud.sets.get_mut(&name("baseline")).unwrap().definition = definition("by hand");
        }
        Fault::None
    });
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::StaleMidway, vec!["E0701"])
    );
    assert_eq!(ended.summary.unwrap().exit_code, 4);
}

#[test]
fn a_plan_that_an_earlier_run_began_is_stale_midway() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
        Call::Write(_) => Fault::CrashAfter,
        _ => Fault::None,
    });
    cloud.arrive(cloud.now + Duration::from_secs(100));
    cloud.foreign("baseline", "someone", 1);
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), cloud.written.len()),
        (ApplyResult::StaleMidway, 1)
    );
}

#[test]
fn two_runs_of_one_plan_share_its_operations() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for replay in [
        Replay::SameAnswer,
        Replay::AlreadyExists,
        Replay::InProgress,
        Replay::Stale,
    ] {
        for at in 0..calls {
            let (mut cloud, plan) = scene();
            cloud.replay = replay;
            let ended = run_with(&mut cloud, &plan, &Options::default(), |n, call, cloud| {
                // The other run is one write ahead, with the very write that this one is about to send.
                if let (true, Call::Write(write)) = (n >= at, call) {
                    let _ = cloud.answer(&Call::Write(write.clone()));
                }
                Fault::None
            });
            assert_eq!(
                ended.result(),
                ApplyResult::Succeeded,
                "{at}, {replay:?}: {:?}",
                ended.summary
            );
            assert_eq!(cloud.written.len(), ideal.written.len(), "{at}, {replay:?}");
        }
    }
}

/// What comes of a plan whose StackSet is gone as soon as its first operation is over, before this run has seen that.
fn gone_after_the_first_operation(set: &str) -> crate::drive::Ended {
    let (mut cloud, plan) = scene();
    run_with(&mut cloud, &plan, &Options::default(), |_, call, cloud| {
        let set = name(set);
        let polled =
            matches!(call, Call::Operation(id, _) if cloud.sets.get(&set).is_some_and(|it| it.id == *id));
        if polled && !cloud.is_held(&set) && cloud.written.iter().any(|(_, written, _)| *written == set) {
            cloud.sets.remove(&set);
        }
        Fault::None
    })
}

#[test]
fn another_run_of_the_plan_that_has_deleted_the_stack_set_already_has_done_the_rest() {
    let ended = gone_after_the_first_operation("legacy");
    assert_eq!(ended.result(), ApplyResult::Succeeded, "{:?}", ended.summary);
}

#[test]
fn a_stack_set_that_somebody_deleted_below_our_operation_is_stale() {
    let ended = gone_after_the_first_operation("baseline");
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::StaleMidway, vec!["E0701"])
    );
}

#[test]
fn an_absence_seen_with_credentials_of_another_account_is_no_absence() {
    // Somebody renews the profile for another account at each of the calls: there nothing of ours exists.
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for at in 1..calls {
        let (mut cloud, plan) = scene();
        let mut kept = None;
        let ended = run_with(&mut cloud, &plan, &Options::default(), |n, _, cloud| {
            if n == at {
                cloud.identity = model::ids::AccountId::parse("111111111111").unwrap();
                kept = Some((cloud.written.len(), std::mem::take(&mut cloud.sets)));
            }
            Fault::None
        });
        let (written, sets) = kept.unwrap();
        // Between the answer that told who we are and the write lies one way to AWS, which nothing can close.
        let asked = ended.calls.iter().take(at);
        let already = asked.rev().take(4).any(|(_, call)| *call == Call::Identity);
        let wrong = cloud.written.len() > written && !already;
        assert!(!wrong, "call {at} writes into another account");
        let gone = sets.contains_key(&name("legacy")) && ended.result() == ApplyResult::Succeeded;
        assert!(!gone, "call {at}: a removal is called done that was not");
    }
}
