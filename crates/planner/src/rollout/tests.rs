use model::call::Write;
use model::desired::{DesiredStackSet, OnFailure, Rollout, Stage, StagePreferences, StageTargets, Target};
use model::instance::Rectangle;
use model::plan::{Action, Operation, Plan, RunsIf};

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
    let line = |operation: &Operation| {
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
            ("Root/Workloads", 2, "careful/nonprod"),
            ("Root/Workloads/Dev", 2, "careful/canary"),
            ("Root/Workloads/Prod", 4, "careful/prod"),
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
            "3 net CreateStackInstances careful/prod 2",
            "4 net DeleteStackInstances careful/prod 1",
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
            "3 net UpdateStackInstances careful/prod 4",
            "3 log UpdateStackInstances careful/prod 4",
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

#[test]
fn a_way_back_names_what_was_to_leave_and_may_still_be_there() {
    let mut set = changed("net");
    let rollout = set.rollout.as_mut().unwrap();
    rollout.on_failure = OnFailure::Rollback;
    // What leaves does so in the last stage with work.
    rollout.stages.truncate(2);
    rollout.stages.push(stage("rest", rest()));
    let mut live = everywhere("net");
    deployed(&mut live, 1, &[1001], &["us-east-1"]);
    let plan = plan_one(set, Some(live));
    let leaving = key(1001, "us-east-1");
    let leaves = |operation: &&Operation| matches!(operation.call, Write::DeleteStackInstances { .. });
    let left = plan.operations.iter().find(leaves).unwrap();
    assert_eq!(left.stage.as_deref(), Some("careful/rest"));
    let back = plan
        .operations
        .iter()
        .filter(|operation| !operation.runs_if.is_always());
    let touches: Vec<(u64, bool)> = back
        .map(|operation| {
            let mut keys = operation.touches.iter().flat_map(Rectangle::keys);
            (operation.instances, keys.any(|key| key == leaving))
        })
        .collect();
    assert_eq!(touches, [(9, true); 3]);
}

#[test]
fn accounts_that_join_during_a_rollout_are_warned_about() {
    let mut set = changed("net");
    set.permission = service_managed(true);
    let mut live = everywhere("net");
    live.definition.permission = service_managed(true);
    let plan = plan_one(set.clone(), Some(live.clone()));
    assert_eq!(codes(&plan), ["W0305"]);
    set.allow.insert("W0305".to_owned());
    assert_eq!(codes(&plan_one(set, Some(live))), Vec::<&str>::new());
}

#[test]
fn that_automatic_deployment_follows_no_stages_is_said_once() {
    let mut set = changed("net");
    *body_of(&mut set) = TEMPLATE.to_owned();
    set.permission = service_managed(true);
    let mut live = everywhere("net");
    assert_eq!(codes(&plan_one(set.clone(), Some(live.clone()))), ["W0303"]);
    live.definition.permission = service_managed(true);
    assert_eq!(codes(&plan_one(set, Some(live))), Vec::<&str>::new());
}

#[test]
fn a_way_back_that_would_lose_a_secret_is_a_hold() {
    let mut set = changed("net");
    *body_of(&mut set) = WITH_PARAMETERS.to_owned();
    set.rollout.as_mut().unwrap().on_failure = OnFailure::Rollback;
    let secret = model::desired::Source::Environment {
        name: "TOKEN".to_owned(),
        sensitive: true,
    };
    set.parameters.insert("Token".to_owned(), parameter(secret));
    let mut live = everywhere("net");
    live.definition.template = WITH_PARAMETERS.to_owned();
    let masked = model::definition::ParameterValue::Masked;
    let values = [("Days".to_owned(), plain("60")), ("Token".to_owned(), masked)];
    live.definition.parameters = values.into();
    let mut observed = observed();
    observed.secrets.insert("TOKEN".to_owned());
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let said = |set: &DesiredStackSet| {
        let plan = crate::plan(&desired(vec![set.clone()]), &observed, &crate::Limits::default());
        (codes(&plan).join(" "), plan.applyable)
    };
    assert_eq!(said(&set), ("E0430".to_owned(), false));
    let kept = parameter(model::desired::Source::Keep);
    set.parameters.insert("Token".to_owned(), kept);
    assert_eq!(said(&set), (String::new(), true));
}

#[test]
fn a_rollout_that_goes_on_still_soaks_the_stage_that_is_over() {
    let mut set = changed("net");
    *body_of(&mut set) = TEMPLATE.to_owned();
    set.rollout.as_mut().unwrap().stages.remove(1);
    let mut live = everywhere("net");
    for (key, instance) in &mut live.instances {
        if key.account != account(1005) {
            instance.status = model::instance::InstanceStatus::Outdated;
            instance.detailed = model::instance::DetailedStatus::Pending;
        }
    }
    let ended = model::Timestamp::from_second(1_700_000_000).unwrap();
    live.newest_operation = Some(model::observed::OperationSummary {
        ended_at: Some(ended),
        ..operation_summary("sf-1")
    });
    let plan = plan_one(set, Some(live));
    assert_eq!(staged(&plan), ["1 net UpdateStackInstances careful/prod 6"]);
    assert_eq!(plan.stages[0].id, "careful/canary");
    assert_eq!(plan.stages[0].ended_at, Some(ended));
    assert_eq!(plan.stages[0].covers["net"][0].len(), 2);
    assert_eq!(plan.stages[1].after.as_deref(), Some("careful/canary"));
    assert!(plan.stages[1].approval);
}
