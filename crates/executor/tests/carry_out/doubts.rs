//! Answers that leave it open whether a write was done.

use executor::Options;
use model::call::{Call, CallErrorKind};
use model::event::{ApplyResult, OperationOutcome};

use crate::drive::{Fault, run_with};
use crate::plans::{name, scene};

#[test]
fn a_write_that_never_arrives_is_sent_five_times_with_one_id_and_then_unknown() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
        Call::Write(_) => Fault::LostRequest,
        _ => Fault::None,
    });
    let mut ids = Vec::new();
    for (_, call) in &ended.calls {
        if let Call::Write(write) = call {
            ids.push(write.operation_id.clone());
        }
    }
    assert_eq!(ids.len(), 5);
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(ended.outcomes()[0], OperationOutcome::Unknown);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Failed, vec!["E0719"])
    );
}

#[test]
fn each_write_follows_strong_reads_of_the_same_moment() {
    let (mut cloud, plan) = scene();
    let ended = run_with(&mut cloud, &plan, &Options::default(), |n, call, _| match call {
        Call::Write(_) if n % 3 == 0 => Fault::LostRequest,
        _ => Fault::None,
    });
    let mut fresh = std::collections::BTreeSet::new();
    for (_, call) in &ended.calls {
        match call {
            Call::Definition(set) => drop(fresh.insert(set.clone())),
            Call::Write(write) => {
                let set = write.stack_set.as_str().split(':').next().unwrap();
                assert!(fresh.remove(&name(set)), "{set} was not read before the write");
            }
            _ => {}
        }
    }
}

#[test]
fn a_slot_that_nobody_is_seen_to_hold_is_waited_for_within_the_bound() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
        Call::Write(_) => Fault::Refused(CallErrorKind::OperationInProgress),
        _ => Fault::None,
    });
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Busy, vec!["E0702"])
    );
    assert_eq!(ended.outcomes()[0], OperationOutcome::NotStarted);
    assert!(ended.calls.len() < 120, "{} calls", ended.calls.len());
}

#[test]
fn credentials_that_stay_expired_leave_the_operation_running_and_say_so() {
    let (mut cloud, plan) = scene();
    let mut expired = false;
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, _, cloud| {
        expired |= cloud.is_held(&name("baseline"));
        if expired {
            Fault::Refused(CallErrorKind::Credentials)
        } else {
            Fault::None
        }
    });
    assert_eq!(ended.result(), ApplyResult::StillRunning);
    assert!(ended.codes().contains(&"E0721"));
    assert_eq!(ended.outcomes()[0], OperationOutcome::Running);
}

#[test]
fn reads_that_fail_for_good_before_any_write_are_an_error() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    for kind in [CallErrorKind::Denied, CallErrorKind::Unavailable] {
        let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
            Call::Definition(_) => Fault::Refused(kind),
            _ => Fault::None,
        });
        assert_eq!(
            (ended.result(), ended.codes()),
            (ApplyResult::Error, vec!["E0720"])
        );
    }
    assert!(cloud.written.is_empty());
}

#[test]
fn an_id_that_stands_for_something_else_is_not_adopted() {
    let (mut cloud, plan) = scene();
    let id = plan.operations[5].operation_id.clone().unwrap();
    cloud.foreign("legacy", id.as_str(), 60);
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, _, _| Fault::None);
    assert!(ended.codes().contains(&"E0722"));
    assert!(cloud.sets.contains_key(&name("legacy")));
}

#[test]
fn a_refusal_of_a_repetition_does_not_hide_what_its_first_try_did() {
    for kind in [
        CallErrorKind::Invalid,
        CallErrorKind::Denied,
        CallErrorKind::Limit,
    ] {
        let (mut cloud, plan) = scene();
        let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
            Call::Write(write) if write.write.starts_operation() => Fault::RefusedAfter(kind),
            _ => Fault::None,
        });
        assert_eq!(ended.result(), ApplyResult::Succeeded, "{kind:?}");
        assert_eq!(cloud.written.len(), plan.operations.len());
    }
}
