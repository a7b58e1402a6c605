//! What is left of a plan after each of its operations, where AWS itself does not tell (decision 20).

use std::collections::BTreeMap;

use model::desired::{DesiredStackSet, Override, Source, StageTargets, Target};
use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::ObservedStackSet;
use model::organization::AccountState;
use model::plan::Operation;
use model::preferences::Amount;
use simulator::world::{Knobs, UpdateMarks};

use crate::rollout::tests::{named, rest, stage};
use crate::testing::aws::Aws;
use crate::testing::world::*;

const WITH_DAYS: &str = "Parameters:\n  Days:\n    Type: Number\n    Default: 30\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

/// Four accounts of one unit, the canary among them, as they are before the plan.
fn fleet() -> (DesiredStackSet, ObservedStackSet) {
    let mut set = stack_set("net");
    let mut live = live("net");
    live.definition.template.clone_from(body_of(&mut set));
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    for instance in live.instances.values_mut() {
        instance.overrides = Some(BTreeMap::new());
    }
    let targets = StageTargets::Some(vec![at(Target::Account(account(1003)))]);
    set.rollout = Some(model::desired::Rollout {
        name: at("careful".to_owned()),
        stages: vec![stage("canary", targets), stage("all", rest())],
        on_failure: model::desired::OnFailure::Stop,
    });
    (set, live)
}

fn said(operation: &Operation) -> String {
    let stage = operation.stage.as_deref().unwrap_or("-");
    format!("{stage} {} {}", operation.call.api(), operation.instances)
}

/// The plan, and what a plan made after each of its operations still has to do.
fn plans(set: DesiredStackSet, live: ObservedStackSet, knobs: Knobs) -> Vec<Vec<String>> {
    let mut observed = observed();
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let desired = desired(vec![set]);
    let mut aws = Aws::with(&observed, knobs);
    let plan = |aws: &Aws| crate::plan(&desired, &aws.seen(), &crate::Limits::default());
    let first = plan(&aws);
    let lines = |plan: &model::plan::Plan| plan.operations.iter().map(said).collect();
    let mut plans = vec![lines(&first)];
    for operation in &first.operations {
        aws.carry_out_one(operation);
        plans.push(lines(&plan(&aws)));
    }
    plans
}

/// Each plan is the one before it without its first operation.
fn assert_rests(plans: &[Vec<String>]) {
    for (before, after) in plans.iter().zip(&plans[1..]) {
        assert_eq!(after, &before[1..]);
    }
}

#[test]
fn a_value_of_a_new_parameter_goes_on_waiting_for_the_stages_that_are_left() {
    let (mut set, live) = fleet();
    *body_of(&mut set) = WITH_DAYS.to_owned();
    set.overrides = vec![Override {
        name: at("canary".to_owned()),
        targets: vec![at(Target::Account(account(1003)))],
        regions: Vec::new(),
        parameters: BTreeMap::from([("Days".to_owned(), parameter(Source::Literal("90".to_owned())))]),
        span: span(),
    }];
    let plans = plans(set, live, Knobs::default());
    assert_eq!(
        plans[0],
        [
            "careful/canary UpdateStackSet 2",
            "careful/all UpdateStackInstances 6",
            "careful/all UpdateStackInstances 2",
        ]
    );
    assert_rests(&plans);
}

#[test]
fn tags_reach_the_stages_that_are_left_whatever_aws_marks() {
    for marks in [UpdateMarks::WhenPresent, UpdateMarks::WhenDifferent] {
        let (mut set, live) = fleet();
        set.tags.insert("owner".to_owned(), "us".to_owned());
        let plans = plans(
            set,
            live,
            Knobs {
                update_marks_outdated: marks,
                ..Knobs::default()
            },
        );
        assert_eq!(
            plans[0],
            [
                "careful/canary UpdateStackSet 2",
                "careful/all UpdateStackInstances 6"
            ]
        );
        assert_rests(&plans);
    }
}

#[test]
fn what_the_canary_makes_comes_after_the_call_that_brings_the_template_and_at_the_canarys_pace() {
    let (mut set, mut live) = fleet();
    *body_of(&mut set) = WITH_DAYS.to_owned();
    live.instances.retain(|key, _| key.account != account(1003));
    let rollout = set.rollout.as_mut().unwrap();
    rollout.stages[0].targets = named(&[1003]);
    rollout.stages[0].preferences.max_concurrent = Some(Amount::Count(1));
    let desired = desired(vec![set.clone()]);
    let mut observed = observed();
    observed.stack_sets.insert(set.aws_name.clone(), live.clone());
    let plan = crate::plan(&desired, &observed, &crate::Limits::default());
    let pace = plan.operations[1].call.preferences().unwrap().max_concurrent;
    assert_eq!(pace, Amount::Count(1));
    let plans = plans(set, live, Knobs::default());
    assert_eq!(
        plans[0],
        [
            "careful/all UpdateStackSet 6",
            "careful/all CreateStackInstances 2"
        ]
    );
    assert_eq!(plans[1], ["careful/canary CreateStackInstances 2"]);
    assert_eq!(plans[2], [""; 0]);
}

/// A self-managed StackSet in four accounts, of which 1006 is suspended.
fn with_a_suspended_account(state: DetailedStatus) -> (DesiredStackSet, ObservedStackSet) {
    let mut set = stack_set("net");
    set.permission = self_managed();
    let mut live = live("net");
    live.definition.permission = self_managed();
    live.definition.template.clone_from(body_of(&mut set));
    set.deploy[0].targets = vec![at(below(2)), at(Target::Account(account(1006)))];
    set.deploy[0].regions.truncate(1);
    deployed(&mut live, 2, &[1002, 1003, 1004, 1005], &["us-east-1"]);
    for instance in live.instances.values_mut() {
        instance.unit = None;
    }
    let status = match state {
        DetailedStatus::Succeeded => InstanceStatus::Current,
        _ => InstanceStatus::Outdated,
    };
    live.instances
        .insert(key(1006, "us-east-1"), in_state(None, status, state));
    (set, live)
}

fn of_suspended(set: DesiredStackSet, live: ObservedStackSet) -> Vec<String> {
    let mut observed = observed();
    let accounts = &mut observed.organization.accounts;
    accounts.get_mut(&account(1006)).unwrap().state = AccountState::Suspended;
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let desired = desired(vec![set]);
    outline(&crate::plan(&desired, &observed, &crate::Limits::default()))
}

#[test]
fn an_outdated_instance_out_of_reach_goes_before_an_operation_that_would_try_it_again() {
    let (set, mut live) = with_a_suspended_account(DetailedStatus::Pending);
    assert_eq!(
        of_suspended(set.clone(), live.clone()),
        [""; 0],
        "nothing else is to do"
    );
    let behind = in_state(None, InstanceStatus::Outdated, DetailedStatus::Pending);
    live.instances.insert(key(1002, "us-east-1"), behind);
    assert_eq!(
        of_suspended(set, live),
        ["Forget DeleteStackInstances 1", "Update UpdateStackInstances 1"]
    );
}

#[test]
fn one_that_is_up_to_date_stays_unless_a_second_operation_would_try_it() {
    let (mut set, live) = with_a_suspended_account(DetailedStatus::Succeeded);
    *body_of(&mut set) = WITH_DAYS.to_owned();
    assert_eq!(
        of_suspended(set.clone(), live.clone()),
        ["Update UpdateStackSet 4"],
        "the call that marks it does not try it"
    );
    set.overrides = vec![Override {
        name: at("one".to_owned()),
        targets: vec![at(Target::Account(account(1003)))],
        regions: Vec::new(),
        parameters: BTreeMap::from([("Days".to_owned(), parameter(Source::Literal("90".to_owned())))]),
        span: span(),
    }];
    assert_eq!(
        of_suspended(set.clone(), live.clone()),
        [
            "Forget DeleteStackInstances 1",
            "Update UpdateStackSet 4",
            "Update UpdateStackInstances 1"
        ]
    );
    set.on_leave = None;
    assert_eq!(
        of_suspended(set, live),
        ["Update UpdateStackSet 4", "Update UpdateStackInstances 1"],
        "nothing says what becomes of stacks"
    );
}
