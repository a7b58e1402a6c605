use model::desired::{DesiredStackSet, OnFailure, Rollout, Stage, StagePreferences, StageTargets, Target};
use model::plan::{Action, Plan, RunsIf};

use crate::testing::world::*;

pub(crate) fn stage(name: &str, targets: StageTargets) -> Stage {
    Stage {
        name: at(name.to_owned()),
        targets,
        preferences: StagePreferences::default(),
        soak_seconds: 0,
        approval: false,
        alarms: Vec::new(),
    }
}

pub(crate) fn named(accounts: &[u64]) -> StageTargets {
    let targets = accounts
        .iter()
        .map(|number| at(Target::Account(account(*number))));
    StageTargets::Some(targets.collect())
}

pub(crate) fn rest() -> StageTargets {
    StageTargets::Rest(span())
}

/// Dev first, then what is directly in Workloads, then Prod after an approval.
pub(crate) fn careful() -> Rollout {
    let mut prod = stage("prod", rest());
    prod.approval = true;
    let mut canary = stage("canary", named(&[1005]));
    canary.soak_seconds = 900;
    Rollout {
        name: at("careful".to_owned()),
        stages: vec![canary, stage("nonprod", named(&[1002])), prod],
        on_failure: OnFailure::Stop,
    }
}

fn changed(name: &str) -> DesiredStackSet {
    let mut set = stack_set(name);
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    set.rollout = Some(careful());
    set
}

/// `KIND API stage instances step`, one for each operation.
fn staged(plan: &Plan) -> Vec<String> {
    let line = |operation: &model::plan::Operation| {
        format!(
            "{} {} {} {} {}",
            operation.step,
            operation.stack_set,
            operation.call.api(),
            operation.stage.as_deref().unwrap_or("-"),
            operation.instances
        )
    };
    plan.operations.iter().map(line).collect()
}

fn everywhere(name: &str) -> model::observed::ObservedStackSet {
    let mut live = live(name);
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live
}

#[test]
fn the_first_stage_carries_the_definition_and_later_ones_bring_the_rest_up_to_date() {
    let plan = plan_one(changed("net"), Some(everywhere("net")));
    assert_eq!(
        staged(&plan),
        [
            "1 net UpdateStackSet careful/canary 2",
            "2 net UpdateStackInstances careful/nonprod 2",
            "3 net UpdateStackInstances careful/prod 4",
        ]
    );
    let stages: Vec<_> = plan
        .stages
        .iter()
        .map(|stage| {
            (
                stage.id.as_str(),
                stage.after.as_deref(),
                stage.approval,
                stage.soak_seconds,
            )
        })
        .collect();
    assert_eq!(
        stages,
        [
            ("careful/canary", None, false, 900),
            ("careful/nonprod", Some("careful/canary"), false, 0),
            ("careful/prod", Some("careful/nonprod"), true, 0),
        ]
    );
}

#[test]
fn groups_of_instances_name_their_stage() {
    let plan = plan_one(changed("net"), Some(everywhere("net")));
    let groups = &plan.stack_sets[0].instances.groups;
    let shown: Vec<_> = groups
        .iter()
        .filter(|group| group.action == Action::Update)
        .map(|group| {
            (
                group.unit.as_str(),
                group.instances,
                group.stage.as_deref().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Root/Workloads", 2, "careful/canary"),
            ("Root/Workloads", 2, "careful/nonprod"),
            ("Root/Workloads", 4, "careful/prod"),
        ]
    );
}

#[test]
fn what_an_early_stage_would_create_waits_for_the_definition() {
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1003, 1004], &["us-east-1", "eu-west-1"]);
    let plan = plan_one(changed("net"), Some(live));
    assert_eq!(
        staged(&plan),
        [
            "1 net UpdateStackSet careful/nonprod 2",
            "2 net CreateStackInstances careful/nonprod 2",
            "3 net UpdateStackInstances careful/prod 4",
        ]
    );
}

#[test]
fn new_instances_and_leaving_ones_have_stages_too() {
    let mut set = changed("net");
    *body_of(&mut set) = TEMPLATE.to_owned();
    let mut live = live("net");
    deployed(&mut live, 2, &[1003], &["us-east-1", "eu-west-1"]);
    deployed(&mut live, 1, &[1001], &["us-east-1"]);
    let plan = plan_one(set, Some(live));
    assert_eq!(
        staged(&plan),
        [
            "1 net CreateStackInstances careful/canary 2",
            "2 net CreateStackInstances careful/nonprod 2",
            "3 net DeleteStackInstances careful/prod 1",
            "4 net CreateStackInstances careful/prod 2",
        ]
    );
}

#[test]
fn stack_sets_of_one_rollout_go_through_a_stage_together_and_dependent_ones_after_it() {
    let mut dependent = changed("dns");
    dependent.depends_on = vec![at("net".to_owned())];
    let mut observed = observed();
    for name in ["net", "dns", "log"] {
        let live = everywhere(name);
        observed.stack_sets.insert(changed(name).aws_name, live);
    }
    let desired = desired(vec![changed("net"), dependent, changed("log")]);
    let plan = crate::plan(&desired, &observed, &crate::Limits::default());
    assert_eq!(
        staged(&plan),
        [
            "1 log UpdateStackSet careful/canary 2",
            "1 net UpdateStackSet careful/canary 2",
            "2 log UpdateStackInstances careful/nonprod 2",
            "2 net UpdateStackInstances careful/nonprod 2",
            "3 log UpdateStackInstances careful/prod 4",
            "3 net UpdateStackInstances careful/prod 4",
            "4 dns UpdateStackSet careful/2/canary 2",
            "5 dns UpdateStackInstances careful/2/nonprod 2",
            "6 dns UpdateStackInstances careful/2/prod 4",
        ]
    );
}

#[test]
fn a_stages_preferences_go_over_the_stack_sets() {
    let mut set = changed("net");
    set.preferences.update.max_concurrent = model::preferences::Amount::Count(7);
    let stage = &mut set.rollout.as_mut().unwrap().stages[0];
    stage.preferences.max_concurrent = Some(model::preferences::Amount::Count(1));
    let plan = plan_one(set, Some(everywhere("net")));
    let concurrent = |index: usize| plan.operations[index].call.preferences().unwrap().max_concurrent;
    assert_eq!(concurrent(0), model::preferences::Amount::Count(1));
    assert_eq!(concurrent(1), model::preferences::Amount::Count(7));
}

#[test]
fn a_rollout_with_a_way_back_has_one_for_each_stage() {
    let mut set = changed("net");
    set.rollout.as_mut().unwrap().on_failure = OnFailure::Rollback;
    let live = everywhere("net");
    let plan = plan_one(set, Some(live.clone()));
    let back = &plan.operations[3..];
    let conditions: Vec<_> = back.iter().map(|operation| operation.runs_if.clone()).collect();
    assert_eq!(
        conditions,
        ["canary", "nonprod", "prod"].map(|name| RunsIf::StageFailed(format!("careful/{name}")))
    );
    for operation in back {
        assert_eq!(operation.definition_after, Some(live.definition.fingerprint()));
        assert_eq!(operation.instances, 8);
        assert!(operation.operation_id.is_some());
    }
    assert_ne!(back[0].operation_id, back[1].operation_id);
}
