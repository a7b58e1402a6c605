//! The user stops the run at any instant.

use executor::Options;
use model::call::Call;
use model::event::{ApplyResult, OperationOutcome};

use crate::drive::{Fault, run, run_with};
use crate::plans::scene;

#[test]
fn nothing_is_written_after_the_user_stops_and_the_next_run_finishes() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for at in 0..calls {
        for answer_after in [100, 5_000] {
            let (mut cloud, plan) = scene();
            let mut stopped = None;
            let mut later = 0;
            let ended = run_with(&mut cloud, &plan, &Options::default(), |n, call, cloud| {
                later +=
                    usize::from(stopped.is_some_and(|at| cloud.now > at) && matches!(call, Call::Write(_)));
                if n == at {
                    stopped = Some(cloud.now);
                    return Fault::Interrupt(answer_after);
                }
                Fault::None
            });
            let context = format!("call {at}, answer after {answer_after} ms: {:?}", ended.summary);
            assert_eq!(ended.result(), ApplyResult::Interrupted, "{context}");
            assert_eq!(later, 0, "{context}");
            let taken = ended.finished.duration_since(stopped.unwrap());
            assert!(taken.as_millis() <= 2_000, "{context}");
            assert_eq!(
                run(&mut cloud, &plan).result(),
                ApplyResult::Succeeded,
                "{context}"
            );
            assert_eq!(cloud.written.len(), ideal.written.len(), "{context}");
        }
    }
}

#[test]
fn a_write_without_an_answer_is_unknown_and_one_with_an_answer_is_running() {
    for (answer_after, outcome) in [
        (500, OperationOutcome::Running),
        (5_000, OperationOutcome::Unknown),
    ] {
        let (mut cloud, mut plan) = scene();
        plan.operations.truncate(3);
        let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
            Call::Write(_) => Fault::Interrupt(answer_after),
            _ => Fault::None,
        });
        assert_eq!(ended.outcomes()[0], outcome);
        assert_eq!(ended.summary.unwrap().exit_code, 130);
    }
}

#[test]
fn a_lost_write_that_was_not_found_yet_is_unknown_when_the_user_stops() {
    let (mut cloud, mut plan) = scene();
    plan.operations.truncate(3);
    let mut lost = false;
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, _| match call {
        Call::Write(_) => {
            lost = true;
            Fault::LostRequest
        }
        _ if lost => Fault::Interrupt(100),
        _ => Fault::None,
    });
    assert_eq!(ended.outcomes()[0], OperationOutcome::Unknown);
}
