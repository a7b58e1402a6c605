//! The table of reference §4.3: what to do about an instance in each state, whether it stays or leaves.

use model::desired::OnLeave;
use model::instance::{DetailedStatus as Detailed, InstanceStatus as Status};
use model::observed::ObservedStackSet;
use model::plan::{Action, PlanResult, Reason};

use super::outcome;
use crate::testing::world::*;

/// A row: its number, the state, and what becomes of an instance that stays.
type Row = (u32, Status, Detailed, Stays);

enum Stays {
    /// Nothing is done, and nothing is said but this.
    Kept(&'static [&'static str]),
    /// It is updated, for this reason.
    Updated(Reason),
}

use Stays::{Kept, Updated};

fn rows() -> Vec<Row> {
    vec![
        (1, Status::Current, Detailed::Succeeded, Kept(&[])),
        (2, Status::Current, Detailed::SkippedSuspendedAccount, Kept(&[])),
        (
            3,
            Status::Outdated,
            Detailed::Pending,
            Updated(Reason::OutdatedPending),
        ),
        (
            4,
            Status::Outdated,
            Detailed::Running,
            Updated(Reason::OutdatedPending),
        ),
        (
            5,
            Status::Outdated,
            Detailed::Failed,
            Updated(Reason::OutdatedFailed),
        ),
        (
            6,
            Status::Outdated,
            Detailed::Cancelled,
            Updated(Reason::OutdatedCancelled),
        ),
        // Its account is active again.
        (
            7,
            Status::Outdated,
            Detailed::SkippedSuspendedAccount,
            Updated(Reason::OutdatedPending),
        ),
        (8, Status::Inoperable, Detailed::Inoperable, Kept(&["W0421"])),
        (9, Status::Inoperable, Detailed::FailedImport, Kept(&["W0421"])),
    ]
}

/// Everything is as it should be but one instance.
fn with(status: Status, detailed: Detailed) -> ObservedStackSet {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live.instances
        .insert(key(1003, "us-east-1"), in_state(Some(2), status, detailed));
    live
}

#[test]
fn an_instance_that_stays_is_judged_by_its_row() {
    for (number, status, detailed, stays) in rows() {
        let plan = plan_one(stack_set("net"), Some(with(status, detailed)));
        match stays {
            Kept(said) => {
                assert_eq!(outcome(&plan), (Vec::new(), said.to_vec()), "row {number}");
                assert_eq!(plan.result, PlanResult::NoChanges, "row {number}");
            }
            Updated(reason) => {
                assert_eq!(
                    outcome(&plan),
                    (vec!["Update UpdateStackInstances 1".to_owned()], Vec::new()),
                    "row {number}"
                );
                let groups = &plan.stack_sets[0].instances.groups;
                let group = groups.iter().find(|group| group.action == Action::Update);
                assert_eq!(
                    group.map(|group| group.reasons.clone()),
                    Some(vec![reason]),
                    "row {number}"
                );
            }
        }
    }
}

#[test]
fn while_an_operation_runs_only_failures_are_planned_again() {
    for (number, status, detailed, stays) in rows() {
        let mut live = with(status, detailed);
        live.running.push(operation_summary("other"));
        let plan = plan_one(stack_set("net"), Some(live));
        assert!(plan.is_busy() && codes(&plan).contains(&"W0702"), "row {number}");
        let again = matches!(stays, Updated(Reason::OutdatedFailed | Reason::OutdatedCancelled));
        assert_eq!(plan.operations.len(), usize::from(again), "row {number}");
    }
}

#[test]
fn an_instance_that_leaves_goes_as_the_manifest_says_and_an_inoperable_one_only_with_its_stack_left() {
    for (number, status, detailed, _) in rows() {
        let inoperable = status == Status::Inoperable;
        let leave = |on_leave| {
            let mut set = stack_set("net");
            set.deploy[0].targets = [1002, 1004, 1005]
                .map(|number| at(model::desired::Target::Account(account(number))))
                .into();
            set.on_leave = on_leave;
            plan_one(set, Some(with(status.clone(), detailed.clone())))
        };
        let deleted = leave(Some(OnLeave::Delete));
        let gone = deleted.instances(Action::Delete);
        assert_eq!(gone, if inoperable { 1 } else { 2 }, "row {number}");
        assert_eq!(codes(&deleted).contains(&"W0421"), inoperable, "row {number}");
        assert_eq!(
            leave(Some(OnLeave::Retain)).instances(Action::Detach),
            2,
            "row {number}"
        );
        let held = leave(None);
        assert_eq!(
            (held.result, held.operations.len()),
            (PlanResult::Blocked, 0),
            "row {number}"
        );
        assert!(codes(&held).contains(&"E0502"), "row {number}");
    }
}

#[test]
fn an_instance_in_a_suspended_account_is_left_alone_in_every_row() {
    for (number, status, detailed, _) in rows() {
        let mut live = with(Status::Current, Detailed::Succeeded);
        live.instances
            .insert(key(1006, "us-east-1"), in_state(Some(2), status, detailed));
        let plan = plan_one(stack_set("net"), Some(live));
        assert_eq!(
            plan.result,
            PlanResult::NoChanges,
            "row {number}: {:?}",
            outcome(&plan)
        );
    }
}
