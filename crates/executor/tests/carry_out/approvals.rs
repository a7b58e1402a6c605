//! Stages that need an approval, and freezes.

use std::time::Duration;

use model::call::{Call, Write};
use model::event::{ApplyResult, GateKind, GateState, OperationOutcome};
use model::plan::PlanFreeze;

use crate::drive::{Fault, run, run_with};
use crate::plans::{rectangle, start};
use crate::rollouts::{approved, gates, no_fault, scene, written};

use OperationOutcome::{NotNeeded, NotStarted, Succeeded};

#[test]
fn without_its_approval_a_stage_does_not_begin_and_with_it_the_run_goes_on() {
    let (mut cloud, mut plan) = scene();
    plan.stages[1].approval = true;
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::AwaitingApproval, vec!["E0732"])
    );
    assert_eq!(ended.result().exit_code(), 6);
    assert_eq!(
        gates(&ended).last(),
        Some(&("rest", GateKind::Approval, GateState::Waiting))
    );
    let expected = [vec![Succeeded; 2], vec![NotStarted; 2], vec![NotNeeded; 4]].concat();
    assert_eq!(ended.outcomes(), expected);
    let lines = ended.summary.unwrap().operations;
    assert_eq!(lines[2].reason.as_deref(), Some("stage rest needs an approval"));

    for stage in ["rest", "careful/rest"] {
        let mut cloud = cloud.clone();
        let again = run_with(&mut cloud, &plan, &approved(stage), no_fault);
        assert_eq!(again.result(), ApplyResult::Succeeded, "{:?}", again.summary);
        assert_eq!(written(&cloud).len(), 4, "the canary is not done again");
    }
}

#[test]
fn a_first_stage_may_need_an_approval_too() {
    let (mut cloud, mut plan) = scene();
    plan.stages[0].approval = true;
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::AwaitingApproval);
    assert!(cloud.written.is_empty());
    let ended = run_with(&mut cloud, &plan, &approved("canary"), no_fault);
    assert_eq!(ended.result(), ApplyResult::Succeeded);
}

#[test]
fn an_approved_operation_that_runs_is_taken_up_by_a_run_without_the_approval() {
    let (mut cloud, mut plan) = scene();
    plan.stages[1].approval = true;
    let later = |call: &Call| match call {
        Call::Write(write) => matches!(write.write, Write::UpdateStackInstances { .. }),
        _ => false,
    };
    let mut sent = 0;
    run_with(&mut cloud, &plan, &approved("rest"), |_, call, _| {
        sent += usize::from(later(call));
        if sent == 2 { Fault::CrashAfter } else { Fault::None }
    });
    let again = run(&mut cloud, &plan);
    assert_eq!(again.result(), ApplyResult::Succeeded, "{:?}", again.summary);

    let (mut cloud, mut plan) = scene();
    plan.stages[1].approval = true;
    run_with(&mut cloud, &plan, &approved("rest"), |_, call, _| {
        if later(call) {
            Fault::CrashAfter
        } else {
            Fault::None
        }
    });
    let again = run(&mut cloud, &plan);
    assert_eq!(
        again.result(),
        ApplyResult::AwaitingApproval,
        "the other StackSet still needs it"
    );
    let done = again.outcomes()[2..4]
        .iter()
        .filter(|outcome| **outcome == Succeeded)
        .count();
    assert_eq!(done, 1);
}

fn freeze(after: u64, accounts: Option<&[u64]>) -> PlanFreeze {
    PlanFreeze {
        name: "year-end".to_owned(),
        from: start() + Duration::from_secs(after),
        until: start() + Duration::from_secs(after + 86_400),
        accounts: accounts.map(|accounts| rectangle(accounts).accounts),
    }
}

#[test]
fn nothing_is_written_in_a_freeze() {
    let (mut cloud, mut plan) = scene();
    plan.freezes = vec![freeze(0, None)];
    let ended = run(&mut cloud, &plan);
    assert_eq!(
        (ended.result(), ended.codes()),
        (ApplyResult::Frozen, vec!["E0733"; 2])
    );
    assert_eq!(ended.result().exit_code(), 3);
    assert!(cloud.written.is_empty());
}

#[test]
fn a_freeze_that_begins_midway_lets_nothing_more_begin() {
    let (mut cloud, mut plan) = scene();
    plan.freezes = vec![freeze(600, Some(&[2]))];
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.result(), ApplyResult::Failed);
    assert_eq!(
        ended.outcomes()[..4],
        [Succeeded, Succeeded, NotStarted, NotStarted]
    );
    cloud.now = start() + Duration::from_secs(100_000);
    assert_eq!(
        run(&mut cloud, &plan).result(),
        ApplyResult::Succeeded,
        "it goes on when the freeze is over"
    );
}

#[test]
fn a_freeze_of_other_accounts_is_in_nobodys_way() {
    let (mut cloud, mut plan) = scene();
    plan.freezes = vec![freeze(0, Some(&[5]))];
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Succeeded);
}
